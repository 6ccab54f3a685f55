/** Source trees of subscripts come in; affine combinations of indices, checked against dimensions, go out. */
import {
  addD,
  asIndex,
  asInteger,
  combine,
  constantD,
  type Dimension,
  dimension,
  divR,
  isInteger,
  modulo,
  mulD,
  ONE,
  type Subscript,
  scaleD,
  showD,
  sub,
  subConstant,
  subD,
  toNumber,
} from "../index-notation/index.js";
import type { Range } from "./fault.js";
import { complain, lookUp, type Reading, showSubscripts, slice, unknownName, useIndex } from "./reading.js";
import { describe, type Entry } from "./scope.js";
import { constantOf, type SourceExpr, type SourceNode } from "./source.js";

const LARGEST = 2 ** 31;
const MAX_MONOMIALS = 64;

/** A subscript, or undefined when it is faulty (and reported). */
export function subscript(e: SourceExpr, r: Reading): Subscript | undefined {
  if (e.kind !== "call" || e.name !== "mod") return affine(e, r);
  if (e.args.length !== 2) return notAffine(e, r, "mod takes an index expression and a dimension");
  const [value, size] = [affine(e.args[0]!, r), sizeOf(e.args[1]!, r)];
  return value === undefined || size === undefined ? undefined : modulo(value, size);
}

/** The second argument of `mod`: a dimension in terms of the declared ones. */
function sizeOf(e: SourceExpr, r: Reading): Dimension | undefined {
  const at = affine(e, r);
  if (at === undefined) return undefined;
  if (at.terms.length === 0) return at.constant;
  return notAffine(e, r, "the second argument of mod is a dimension");
}

function affine(e: SourceExpr, r: Reading): Subscript | undefined {
  if (e.kind === "number") return wholeNumber(e, r);
  if (e.kind === "name") return named(e, r);
  if (e.kind === "negate") return negative(affine(e.operand, r));
  if (e.kind === "sum") return total(e, r);
  if (e.kind === "product") return scaled(e, r);
  if (e.kind === "call" && e.name === "mod")
    return notAffine(e, r, "mod(…) stands alone in a subscript: mod(x + k, N), not mod(x, N) + k");
  return notAffine(e, r);
}

function notAffine(e: SourceExpr, r: Reading, why?: string): undefined {
  const message = `the subscript ${slice(r, e.range)} is not an index, an integer or a sum of them`;
  complain(
    r,
    e.range,
    "bad-subscript",
    message,
    why ?? "subscripts look like i, 0, x + k, 2*x, mod(x + k, N)",
  );
  return undefined;
}

function wholeNumber(e: SourceNode<"number">, r: Reading): Subscript | undefined {
  const small = isInteger(e.value) && e.value.n < LARGEST;
  return small ? subConstant(toNumber(e.value)) : notAffine(e, r);
}

function named(e: SourceNode<"name">, r: Reading): Subscript | undefined {
  const entry = lookUp(e.name, r);
  if (entry?.kind === "index") {
    useIndex(entry.index, e.name, e.range, r);
    return sub(entry.index);
  }
  if (entry?.kind === "dimension") return subConstant(entry.dim);
  if (entry === undefined && !r.variables.has(e.name)) unknownName(e.name, e.range, r);
  else if (entry?.kind !== "broken")
    notAffine(
      e,
      r,
      `${entry === undefined ? `${e.name} is a scalar` : describe(e.name, entry)}; subscripts are indices`,
    );
  return undefined;
}

const negative = (s: Subscript | undefined): Subscript | undefined =>
  s === undefined ? undefined : combine(subConstant(0), -1, s);

function total(e: SourceNode<"sum">, r: Reading): Subscript | undefined {
  let sum: Subscript | undefined = subConstant(0);
  for (const t of e.terms) {
    const value = affine(t.value, r);
    if (value === undefined) return undefined;
    sum = combine(sum, t.negative ? -1 : 1, value);
  }
  return sum;
}

/** A product has at most one factor with indices; the others are integers, or dimensions times integers. */
function scaled(e: SourceNode<"product">, r: Reading): Subscript | undefined {
  let product: Subscript | undefined = subConstant(1);
  for (const f of e.factors) {
    const value = f.inverse ? notAffine(e, r) : affine(f.value, r);
    if (value === undefined) return undefined;
    product = times(product, value);
    if (product === undefined) return notAffine(e, r);
  }
  return product;
}

function times(a: Subscript, b: Subscript): Subscript | undefined {
  const [x, y] = [asInteger(a), asInteger(b)];
  if (x !== undefined && Math.abs(x) < LARGEST) return combine(subConstant(0), x, b);
  if (y !== undefined && Math.abs(y) < LARGEST) return combine(subConstant(0), y, a);
  const size = a.terms.length + b.terms.length > 0 ? undefined : smallProduct(a.constant, b.constant);
  return size === undefined ? undefined : subConstant(size);
}

/** The product of two polynomials, unless it would be a large one. */
const smallProduct = (a: Dimension, b: Dimension): Dimension | undefined =>
  a.terms.size * b.terms.size > MAX_MONOMIALS ? undefined : mulD(a, b);

/** Reports a subscript that cannot be meant for a dimension: another index's, or a component out of range. */
export function checkSubscript(s: Subscript, d: Dimension, what: string, range: Range, r: Reading): void {
  const i = asIndex(s);
  if (i !== undefined && i.dim.key !== d.key)
    complain(
      r,
      range,
      "dimension-mismatch",
      `${i.name} runs over ${showD(i.dim)}, but ${what} runs over ${showD(d)}`,
      `use an index declared over ${showD(d)}`,
    );
  if (s.terms.length === 0 && s.mod === undefined) checkComponent(s, d, what, range, r);
}

function checkComponent(s: Subscript, d: Dimension, what: string, range: Range, r: Reading): void {
  const [k, size] = [asInteger(s), constantD(d)];
  if (size === undefined)
    complain(
      r,
      range,
      "symbolic-component",
      `found the component ${slice(r, range)}, but ${what} runs over ${showD(d)}, which has no fixed size`,
      `use an index over ${showD(d)}, or declare the dimension as an integer`,
    );
  else if (k === undefined || k < 0 || k >= toNumber(size))
    complain(
      r,
      range,
      "out-of-range",
      `the component ${slice(r, range)} is out of range: ${what} has components 0 to ${toNumber(size) - 1}`,
      "components count from 0",
    );
}

/** Reports a wrong number of subscripts; true when it is right. */
export function countSubscripts(
  name: string,
  entry: Entry & { kind: "tensor" | "definition" },
  subscripts: readonly SourceExpr[],
  range: Range,
  r: Reading,
): boolean {
  const { over } = entry;
  if (over.length === subscripts.length) return true;
  const shape = over.length === 0 ? "a scalar" : `over ${showSubscripts(over)}`;
  complain(
    r,
    range,
    "subscript-count",
    `${describe(name, entry)}, ${shape}; found ${subscripts.length} subscript${subscripts.length === 1 ? "" : "s"} where ${over.length} ${over.length === 1 ? "was" : "were"} expected`,
    `write ${name}${over.length === 0 ? "" : showSubscripts(over)}`,
  );
  return false;
}

/**
 * A dimension from its source tree: integers, names and their sums and products, such as `P + S - 1`.
 * Undefined when it is something else.
 */
export function dimensionOf(
  e: SourceExpr,
  name: (n: string) => Dimension | undefined,
): Dimension | undefined {
  const constant = constantOf(e);
  if (constant !== undefined) return dimension(constant);
  if (e.kind === "name") return name(e.name);
  const of = (x: SourceExpr): Dimension | undefined => dimensionOf(x, name);
  if (e.kind === "negate") return joined(dimension(0), of(e.operand), subD);
  if (e.kind === "sum")
    return e.terms.reduce<Dimension | undefined>(
      (sum, t) => joined(sum, of(t.value), t.negative ? subD : addD),
      dimension(0),
    );
  return e.kind === "product" ? productDimension(e, of) : undefined;
}

function productDimension(
  e: SourceNode<"product">,
  of: (x: SourceExpr) => Dimension | undefined,
): Dimension | undefined {
  return e.factors.reduce<Dimension | undefined>((product, f) => {
    if (!f.inverse) return joined(product, of(f.value), smallProduct);
    const divisor = constantOf(f.value);
    const invertible = divisor !== undefined && divisor.n !== 0n && product !== undefined;
    return invertible ? scaleD(product, divR(ONE, divisor)) : undefined;
  }, dimension(1));
}

const joined = (
  a: Dimension | undefined,
  b: Dimension | undefined,
  by: (a: Dimension, b: Dimension) => Dimension | undefined,
): Dimension | undefined => (a === undefined || b === undefined ? undefined : by(a, b));
