/** The declarations of a certificate and the conditions of a claim come in; the context of its proof goes out. */
import { Context, declaredSize } from "./context.js";
import type { Declarations, SymbolDeclaration } from "./format.js";
import { parseTest } from "./parse.js";
import { type End, INFINITE, intersect, type Range, range } from "./range.js";
import { type Budget, reject } from "./rejection.js";
import { parseSize, type Scope } from "./scope.js";
import { type Size, sizeKey } from "./size.js";
import type { Index, Test } from "./term.js";
import { readNumber } from "./tokens.js";

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const MAX_DECLARED = 500;

function checkName(name: string): void {
  if (!NAME.test(name) || name.length > 100) reject(`${JSON.stringify(name.slice(0, 20))} is not a name`);
}

/** The context of the declarations alone. Every name is declared once: as an index, a dimension or a symbol. */
export function contextOf(declarations: Declarations, budget: Budget): Context {
  const indices = new Map<string, Index>();
  const names = new Set<string>();
  const sizes = new Map<string, Range>();
  const declared = Object.entries(declarations.indices);
  const symbols = Object.entries(declarations.symbols);
  if (declared.length + symbols.length > MAX_DECLARED) reject("too many declarations");
  for (const [name, text] of declared) {
    checkName(name);
    const size = parseSize(text, names);
    indices.set(name, { name, size });
    sizes.set(sizeKey(size), declaredSize(size));
  }
  for (const name of names) if (indices.has(name)) reject(`${name} is an index and a dimension`);
  const scope = new Map<string, readonly Size[]>();
  const values = new Map<string, Range>();
  const integers = new Set<string>();
  for (const [name, declaration] of symbols) {
    checkName(name);
    if (indices.has(name) || names.has(name)) reject(`${name} is declared twice`);
    scope.set(
      name,
      declaration.over.map((i) => indices.get(i)?.size ?? reject(`${name} is over an index not declared`)),
    );
    values.set(name, declaredRange(name, declaration));
    if (declaration.integer === true) integers.add(name);
  }
  const all: Scope = { indices, sizes: names, symbols: scope };
  const context = { scope: all, budget, symbols: values, integers, components: new Map(), sizes, facts: [] };
  return new Context(context);
}

function declaredRange(name: string, d: SymbolDeclaration): Range {
  const end = (text: string | undefined, isOpen: boolean | undefined): End =>
    text === undefined ? INFINITE : { at: readNumber(text), open: isOpen === true };
  const declared = range(end(d.low, d.lowOpen), end(d.high, d.highOpen));
  return intersect(declared, declared) ?? reject(`the declared bounds of ${name} leave nothing`);
}

/** The conditions of a claim, read in order; each is assumed for all values of its free indices. */
export function assumeAll(
  context: Context,
  conditions: readonly string[],
): { context: Context; tests: Test[] } {
  const tests: Test[] = [];
  let assumed = context;
  for (const text of conditions) {
    const test = parseTest(text, context.scope);
    tests.push(test);
    assumed = assumed.assume(test, true) ?? reject(`the conditions leave nothing: ${text.slice(0, 60)}`);
  }
  return { context: assumed, tests };
}
