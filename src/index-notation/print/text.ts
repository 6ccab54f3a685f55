/** An expression comes in; text of the model language goes out, which parses back to the same expression. */
import type { Expr } from "../expr.js";
import type { Index } from "../subscript.js";
import { layout } from "./layout.js";
import { type Naming, namesIn, namingOf } from "./naming.js";
import {
  type FunctionName,
  type Layout,
  type LayoutOf,
  MIRRORED,
  type Range,
  type Renderer,
  type Test,
} from "./shapes.js";

/** Text and the indices that the text uses although nobody declared them. */
export interface Printed {
  readonly text: string;
  readonly invented: readonly Index[];
}

/**
 * The expression as text. `around` lists indices in scope (the `over` of a quantity) that the expression need
 * not mention: no bound index takes their names.
 */
export function printText(e: Expr, naming: Naming = namingOfExpr(e), around: Iterable<Index> = []): Printed {
  const laid = layout(e, naming, around);
  return { text: textOf(laid.layout), invented: laid.invented };
}

/** The naming that knows nothing but the expression itself; for messages and tests. */
export const namingOfExpr = (e: Expr): Naming => namingOf(e.free, namesIn(e));

export const textOf = (l: Layout): string => (renderer[l.shape] as (x: Layout) => string)(l);

enum Level {
  Sum,
  Product,
  Power,
  Atom,
}

const LEVELS: { [S in Layout["shape"]]?: Level } = {
  signed: Level.Sum,
  product: Level.Product,
  quotient: Level.Product,
  superscript: Level.Power,
};

/** The text, in parentheses when it binds less tightly than its place requires. */
function at(level: Level, l: Layout): string {
  const text = textOf(l);
  return (LEVELS[l.shape] ?? Level.Atom) < level ? `(${text})` : text;
}

const joined = (factors: readonly Layout[]): string => factors.map((f) => at(Level.Power, f)).join("*");

const test = (t: Test): string => `${textOf(t.left)} ${t.relation} ${textOf(t.right)}`;

/** A head argument that is a bare index, or a comparison with one on its left, would be read as binding it. */
const isBare = (l: Layout): l is LayoutOf<"name"> => l.shape === "name" && l.of === "index";
const disarmed = (l: LayoutOf<"name">): string => `${l.name} + 0`;

function range(r: Range): string {
  const own = new Set([...r.indices, ...r.introductions.map((t) => textOf(t.left))]);
  const binds = (l: Layout): boolean => isBare(l) && !own.has(l.name);
  const plain = r.tests.map((t) => {
    if (!isBare(t.left) || !binds(t.left)) return test(t);
    if (!binds(t.right)) return test({ left: t.right, relation: MIRRORED[t.relation], right: t.left });
    return `${disarmed(t.left)} ${t.relation} ${textOf(t.right)}`;
  });
  return [...r.indices, ...r.introductions.map(test), ...plain].join(", ");
}

function extremum(args: readonly Layout[]): string {
  const [first] = [...args].sort((a, b) => Number(isBare(a)) - Number(isBare(b)));
  const ordered = [first!, ...args.filter((a) => a !== first)];
  return ordered.map((a, k) => (k === 0 && isBare(a) ? disarmed(a) : textOf(a))).join(", ");
}

function call(fn: FunctionName, arg: Layout): string {
  if (typeof fn === "string") return `${fn}(${textOf(arg)})`;
  if (fn.polygamma === 0) return `digamma(${textOf(arg)})`;
  return fn.polygamma === 1 ? `trigamma(${textOf(arg)})` : `polygamma(${fn.polygamma}, ${textOf(arg)})`;
}

function quotient(numerator: readonly Layout[], denominator: readonly Layout[]): string {
  const below = joined(denominator);
  const above = numerator.length === 0 ? "1" : joined(numerator);
  return denominator.length === 1 ? `${above}/${below}` : `${above}/(${below})`;
}

const renderer: Renderer<string> = {
  number: (l) => `${l.value}`,
  pi: () => "pi",
  name: (l) => l.name,
  component: (l) => `${l.name}[${l.subs.map(textOf).join(",")}]`,
  signed: (l) =>
    l.terms
      .map(({ negative, body }, k) => {
        const sign = k === 0 ? (negative ? "-" : "") : negative ? " - " : " + ";
        return sign + at(Level.Product, body);
      })
      .join(""),
  product: (l) => joined(l.factors),
  quotient: (l) => quotient(l.numerator, l.denominator),
  superscript: (l) => `${at(Level.Atom, l.base)}^${at(Level.Atom, l.exponent)}`,
  root: (l) => `sqrt(${textOf(l.arg)})`,
  call: (l) => call(l.fn, l.arg),
  extremum: (l) => `${l.fn}(${extremum(l.args)})`,
  cases: (l) => `where(${[...l.tests.map(test), textOf(l.value), textOf(l.otherwise)].join(", ")})`,
  kronecker: (l) => `delta[${textOf(l.left)},${textOf(l.right)}]`,
  modulo: (l) => `mod(${textOf(l.arg)}, ${textOf(l.modulus)})`,
  big: (l) => `${l.op}(${range(l.range)}, ${textOf(l.body)})`,
  softmax: (l) => `softmax(${range(l.range)}, ${textOf(l.body)})[${textOf(l.at)}]`,
  integral: (l) => `integral(${[l.variable, ...[l.lower, l.upper, l.body].map(textOf)].join(", ")})`,
  solution: (l) => `root(${l.variable}, ${textOf(l.body)})`,
};
