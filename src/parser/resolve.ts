/**
 * A source tree and a scope come in, an `Expr` in normal form goes out. Everything that is wrong is collected
 * in the reading's faults; a faulty part stands in as 1, so that the rest is still checked.
 */
import {
  add,
  asRational,
  dim,
  type Expr,
  ExpressionTooLarge,
  mul,
  neg,
  node,
  num,
  one,
  pi,
  position,
  power,
  type Rational,
  splitCoefficient,
  sub,
  tensor,
  toNumber,
} from "../index-notation/index.js";
import { call } from "./calls.js";
import { expand } from "./definitions.js";
import { type Fault, fault, type Range } from "./fault.js";
import { MAX_BITS } from "./limits.js";
import { complain, lookUp, type Reading, slice, unknownName, useIndex, useSymbol } from "./reading.js";
import { describe, type Entry, type Scope, type View } from "./scope.js";
import { softmaxAt } from "./softmax.js";
import type { SourceExpr, SourceKind, SourceNode } from "./source.js";
import { checkSubscript, countSubscripts, subscript } from "./subscripts.js";

type Rules = { readonly [K in SourceKind]: (e: SourceNode<K>, r: Reading) => Expr };

const rules: Rules = {
  number: (e) => num(e.value),
  name: (e, r) => value(e.name, [], e.range, e.range, r),
  component,
  call: (e, r) => call(e, r, resolve),
  sum: (e, r) =>
    add(
      e.terms.map((t) => {
        const term = resolve(t.value, r);
        return t.negative ? neg(term) : term;
      }),
    ),
  product: (e, r) =>
    mul(
      e.factors.map((f) => {
        const factor = resolve(f.value, r);
        return f.inverse ? power(factor, num(-1)) : factor;
      }),
    ),
  power: powerOf,
  negate: (e, r) => neg(resolve(e.operand, r)),
  comparison: (e, r) => {
    complain(
      r,
      e.range,
      "misplaced-comparison",
      `found the comparison ${slice(r, e.range)} where a value was expected`,
      "comparisons belong into where(a > b, e1, e2), guards such as sum(j != i, e), and domain",
    );
    return one;
  },
};

/** Resolves one node and what is below it. */
export function resolve(e: SourceExpr, r: Reading): Expr {
  return (rules[e.kind] as (e: SourceExpr, r: Reading) => Expr)(e, r);
}

/** Resolves a whole expression; `text` is what the ranges of `tree` refer to. */
export function resolveSource(
  tree: SourceExpr,
  text: string,
  scope: Scope,
  view: View,
  variables: Reading["variables"] = new Map(),
): { readonly value: Expr } | { readonly faults: readonly Fault[] } {
  return guarded(tree.range, (faults) =>
    resolve(tree, { scope, view, text, bound: new Map(), variables, faults, reported: new Set() }),
  );
}

/** Runs a resolution; what grows beyond the limits of index notation becomes a fault. */
export function guarded<T>(
  range: Range,
  run: (faults: Fault[]) => T,
): { readonly value: T } | { readonly faults: readonly Fault[] } {
  const faults: Fault[] = [];
  try {
    const value = run(faults);
    return faults.length > 0 ? { faults } : { value };
  } catch (error) {
    const tooLarge = error instanceof ExpressionTooLarge || error instanceof RangeError;
    if (!tooLarge) throw error;
    return {
      faults: [...faults, fault(range, "too-large", `this is too large: ${error.message}`, "simplify it")],
    };
  }
}

// ---- values ----------------------------------------------------------------------------------------

function component(e: SourceNode<"component">, r: Reading): Expr {
  const { base } = e;
  if (base.kind === "name") return value(base.name, e.subscripts, e.range, base.range, r);
  if (base.kind !== "call") throw new Error("a component has a name or a call below it");
  if (base.name === "softmax") return softmaxAt(base, e.subscripts, e.range, r, resolve);
  const entry = lookUp(base.name, r);
  if (entry?.kind === "definition" && entry.arity > 0)
    return expand(base.name, entry, base.args, e.subscripts, e.range, r, resolve);
  complain(
    r,
    e.range,
    "bad-subscript",
    `found subscripts after ${base.name}(…); only softmax(j, e) and functions defined over indices take them`,
    "define the value over an index and subscript its name",
  );
  return one;
}

/** A name with its subscripts (none: a scalar). */
function value(
  name: string,
  subscripts: readonly SourceExpr[],
  range: Range,
  nameRange: Range,
  r: Reading,
): Expr {
  const variable = r.variables.get(name);
  if (variable !== undefined) {
    if (subscripts.length === 0) return node.tensor(variable, []);
    complain(
      r,
      range,
      "subscript-count",
      `${name} is a scalar here and takes no subscripts`,
      `write ${name}`,
    );
    return one;
  }
  const entry = lookUp(name, r);
  if (name === "delta" && isKronecker(entry, subscripts))
    return call(kronecker(subscripts, range), r, resolve);
  if (entry !== undefined) return entryValue(name, entry, subscripts, range, r);
  if (name === "pi" && subscripts.length === 0) return pi;
  unknownName(name, nameRange, r);
  return one;
}

/** `delta[i,j]` is Kronecker's unless a delta with two subscripts is declared. */
const isKronecker = (entry: Entry | undefined, subscripts: readonly SourceExpr[]): boolean =>
  entry === undefined
    ? subscripts.length > 0
    : subscripts.length === 2 &&
      (entry.kind === "tensor" || entry.kind === "definition") &&
      entry.over.length !== 2;

const kronecker = (args: readonly SourceExpr[], range: Range): SourceNode<"call"> => ({
  kind: "call",
  name: "delta",
  args,
  nameRange: range,
  range,
});

function entryValue(
  name: string,
  entry: Entry,
  subscripts: readonly SourceExpr[],
  range: Range,
  r: Reading,
): Expr {
  if (entry.kind === "broken") return one;
  if (entry.kind === "definition") return expand(name, entry, [], subscripts, range, r, resolve);
  if (entry.kind === "tensor") return tensorValue(name, entry, subscripts, range, r);
  if (subscripts.length > 0) {
    complain(
      r,
      range,
      "subscript-count",
      `${describe(name, entry)} and takes no subscripts`,
      `write ${name}`,
    );
    return one;
  }
  if (entry.kind === "dimension") return dim(entry.dim);
  useIndex(entry.index, name, range, r);
  return position(sub(entry.index));
}

function tensorValue(
  name: string,
  entry: Entry & { kind: "tensor" },
  subscripts: readonly SourceExpr[],
  range: Range,
  r: Reading,
): Expr {
  const { symbol } = entry;
  useSymbol(symbol, range, r);
  if (!countSubscripts(name, entry, subscripts, range, r)) return one;
  const read = subscripts.map((s, k) => {
    const found = subscript(s, r);
    if (found !== undefined) checkSubscript(found, symbol.dims[k]!, placeOf(name, k, subscripts), s.range, r);
    return found;
  });
  const complete = read.filter((s) => s !== undefined);
  return complete.length === read.length ? tensor(symbol, complete) : one;
}

const placeOf = (name: string, k: number, subscripts: readonly unknown[]): string =>
  subscripts.length === 1 ? `the subscript of ${name}` : `subscript ${k + 1} of ${name}`;

// ---- powers ----------------------------------------------------------------------------------------

function powerOf(e: SourceNode<"power">, r: Reading): Expr {
  const [base, exponent] = [resolve(e.base, r), resolve(e.exponent, r)];
  const k = asRational(exponent);
  if (k === undefined || bits(splitCoefficient(base).coefficient) * magnitude(k) <= MAX_BITS)
    return power(base, exponent);
  complain(
    r,
    e.range,
    "too-large",
    `the number ${slice(r, e.range)} has more than ${MAX_BITS} bits`,
    "make the exponent a parameter",
  );
  return one;
}

const bits = (a: Rational): number =>
  a.n === 0n || (a.n === 1n && a.d === 1n) ? 0 : a.n.toString(2).length + a.d.toString(2).length;
const magnitude = (k: Rational): number => Math.abs(toNumber(k));
