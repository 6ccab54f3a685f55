/**
 * Two expressions come in; a phrase that says how they are shown to be the same function goes out, or nothing: by the
 * normal form and the rules, as rational functions of exponentials, or piece by piece where there are kinks.
 */
import {
  add,
  children,
  compareExpr,
  type Expr,
  isZero,
  mapChildren,
  mul,
  type Node,
  neg,
  num,
  one,
  power,
  sub2,
  unary,
  zero,
} from "../index-notation/index.js";
import { rewrite } from "./engine.js";
import { expand, shownEqual } from "./expand.js";
import { RULES } from "./rules.js";

export function identity(a: Expr, b: Expr): string | undefined {
  if (shownEqual(a, b)) return "the same normal form";
  if (equalInExponentials(a, b)) return "the same rational function of exponentials";
  return byPieces(a, b, 0);
}

// ---- exponentials -------------------------------------------------------------------------------------------

const exp = (x: Expr): Expr => unary("exp", expand(x));
const inverse = (x: Expr): Expr => power(x, num(-1));

/** Hyperbolic and logistic functions by their definitions; x ↦ e^x is then a variable. */
const DEFINITIONS: { readonly [F in Node<"unary">["fn"]]?: (x: Expr) => Expr } = {
  exp,
  sinh: (x) => mul([num({ n: 1n, d: 2n }), sub2(exp(x), exp(neg(x)))]),
  cosh: (x) => mul([num({ n: 1n, d: 2n }), add([exp(x), exp(neg(x))])]),
  tanh: (x) => mul([sub2(exp(x), exp(neg(x))), inverse(add([exp(x), exp(neg(x))]))]),
  sech: (x) => mul([num(2), inverse(add([exp(x), exp(neg(x))]))]),
  sigmoid: (x) => inverse(add([one, exp(neg(x))])),
  softplus: (x) => logarithm(add([one, exp(x)])),
  erfc: (x) => sub2(one, unary("erf", x)),
  log: (x) => logarithm(x),
  logcosh: (x) => sub2(logarithm(add([exp(x), exp(neg(x))])), logarithm(num(2))),
  asinh: (x) => logarithm(add([x, power(add([power(x, num(2)), one]), num({ n: 1n, d: 2n }))])),
  atanh: (x) => mul([num({ n: 1n, d: 2n }), sub2(logarithm(add([one, x])), logarithm(sub2(one, x)))]),
  tan: (x) => mul([unary("sin", x), inverse(unary("cos", x))]),
};

/** log|x| is additive, and is log x wherever that has a value: an identity in it holds wherever both sides have one. */
function logarithm(x: Expr): Expr {
  if (x.kind === "mul") return add(x.factors.map(logarithm));
  if (x.kind === "power") return mul([x.exponent, logarithm(x.base)]);
  if (x.kind === "unary" && x.fn === "exp") return x.arg;
  return x.kind === "add" ? logarithmOfSum(x) : unary("log", x);
}

/** log(Σ c e^u): of all exponents that can be taken out, the one that leaves the first sum in the order of expressions. */
function logarithmOfSum(x: Node<"add">): Expr {
  const exponents = new Set(x.terms.map(exponentOf));
  const ways = [...exponents].map((u) => ({ u, rest: expand(mul([x, unary("exp", neg(u))])) }));
  const { u, rest } = ways.reduce((best, way) => (compareExpr(way.rest, best.rest) < 0 ? way : best));
  return add([u, unary("log", rest)]);
}

function exponentOf(term: Expr): Expr {
  const e = factorsOf(term).find((f) => f.kind === "unary" && f.fn === "exp");
  return e?.kind === "unary" ? e.arg : zero;
}

function inExponentials(e: Expr): Expr {
  const seen = new Map<Expr, Expr>();
  const visit = (x: Expr): Expr => {
    let known = seen.get(x);
    if (known === undefined) {
      const inner = mapChildren(x, visit);
      known = inner.kind === "unary" ? (DEFINITIONS[inner.fn]?.(inner.arg) ?? inner) : inner;
      seen.set(x, known);
    }
    return known;
  };
  return visit(e);
}

/** Denominators that are multiplied out one after the other. */
const MAX_DENOMINATORS = 12;
const MAX_SIZE = 4000;

/** The difference times its denominators is 0; valid wherever both sides have values. */
function equalInExponentials(a: Expr, b: Expr): boolean {
  let difference = expand(inExponentials(sub2(a, b)));
  for (let k = 0; k < MAX_DENOMINATORS && difference.size < MAX_SIZE; k++) {
    if (isZero(difference) || isZero(rewrite(difference, RULES))) return true;
    const denominator = denominatorIn(difference);
    if (denominator === undefined) return isZero(squared(difference));
    const multiplied = termsOf(difference).map((t) => mul([t, denominator]));
    difference = expand(add(multiplied));
  }
  return isZero(difference) || isZero(rewrite(difference, RULES));
}

const termsOf = (e: Expr): readonly Expr[] => (e.kind === "add" ? e.terms : [e]);
const factorsOf = (e: Expr): readonly Expr[] => (e.kind === "mul" ? e.factors : [e]);

/** base^k for the first sum that stands under a fraction, at its highest power. */
function denominatorIn(e: Expr): Expr | undefined {
  for (const t of termsOf(e))
    for (const f of factorsOf(t))
      if (
        f.kind === "power" &&
        f.exponent.kind === "number" &&
        f.exponent.value.n < 0n &&
        f.base.kind !== "number"
      )
        return power(f.base, neg(f.exponent));
  return undefined;
}

/** cos² is 1 − sin². */
function squared(e: Expr): Expr {
  const visit = (x: Expr): Expr => {
    const inner = mapChildren(x, visit);
    if (inner.kind !== "power" || inner.base.kind !== "unary" || inner.base.fn !== "cos") return inner;
    const k = inner.exponent;
    if (k.kind !== "number" || k.value.d !== 1n || k.value.n < 2n) return inner;
    const rest = power(inner.base, num({ n: k.value.n % 2n, d: 1n }));
    const square = sub2(one, power(unary("sin", inner.base.arg), num(2)));
    return mul([rest, power(square, num({ n: k.value.n / 2n, d: 1n }))]);
  };
  return expand(visit(e));
}

// ---- pieces -------------------------------------------------------------------------------------------------

const MAX_DEPTH = 5;

/** Continuous functions with one kink, as on the left and on the right of it. */
const SIDES: { readonly [F in Node<"unary">["fn"]]?: (u: Expr, right: boolean) => Expr } = {
  relu: (u, right) => (right ? u : zero),
  abs: (u, right) => (right ? u : neg(u)),
};

/** An argument at whose sign the first kinked function changes; undefined where there is none, or one that jumps. */
function firstKink(e: Expr): Expr | undefined {
  if (e.kind === "unary" && SIDES[e.fn] !== undefined) return e.arg;
  if (e.kind === "extremum") return sub2(e.args[0]!, e.args[1]!);
  for (const c of children(e)) {
    const found = e.kind === "binder" || e.kind === "softmax" ? undefined : firstKink(c);
    if (found !== undefined) return found;
  }
  return undefined;
}

const JUMPS: ReadonlySet<string> = new Set(["sign", "step"]);
const hasJump = (e: Expr): boolean =>
  (e.kind === "unary" && JUMPS.has(e.fn)) || e.kind === "where" || children(e).some(hasJump);

/** Where u ≥ 0, or where u ≤ 0. */
function onSide(e: Expr, u: Expr, right: boolean): Expr {
  const visit = (x: Expr): Expr => {
    const inner = x.kind === "binder" || x.kind === "softmax" ? x : mapChildren(x, visit);
    if (inner.kind === "unary" && SIDES[inner.fn] !== undefined) {
      if (shownEqual(inner.arg, u)) return SIDES[inner.fn]!(inner.arg, right);
      if (shownEqual(inner.arg, neg(u))) return SIDES[inner.fn]!(inner.arg, !right);
    }
    if (inner.kind === "extremum") {
      const [first, second, ...rest] = inner.args;
      const gap = sub2(first!, second!);
      const same = shownEqual(gap, u);
      if (rest.length === 0 && (same || shownEqual(gap, neg(u))))
        return (inner.fn === "max") === (right === same) ? first! : second!;
    }
    return inner;
  };
  return rewrite(visit(e), RULES);
}

/** Both sides continuous, and equal on either side of every kink. */
function byPieces(a: Expr, b: Expr, depth: number): string | undefined {
  const u = firstKink(a) ?? firstKink(b);
  if (u === undefined || depth >= MAX_DEPTH || hasJump(a) || hasJump(b)) return undefined;
  const holds = [true, false].every((right) => {
    const [left, other] = [onSide(a, u, right), onSide(b, u, right)];
    return (
      shownEqual(left, other) ||
      equalInExponentials(left, other) ||
      byPieces(left, other, depth + 1) !== undefined
    );
  });
  return holds ? "equal on both sides of every kink, and continuous" : undefined;
}
