/**
 * A flow whose components each lose energy by themselves comes in; for every state the gradient and a proof that
 * -∂E/∂x·dx/dt ≥ 0 go out: a weight times a square, or a monotone pair (F(x) − v)·(x − F⁻¹(v)).
 */
import type { Motion } from "../../derivation/index.js";
import {
  at,
  type Expr,
  isNonNegative,
  isNonZero,
  mapChildren,
  mul,
  neg,
  num,
  power,
  sub2,
  unary,
} from "../../index-notation/index.js";
import type { Proof } from "../checker/index.js";
import { quotient } from "./quotient.js";

const RANGE: Proof = { rule: "range" };
/** A name that no model is likely to have; a clash is rejected by the checker. */
const VARIABLE = "monotone_argument";

type Write = (e: Expr) => string;

/** Writes the proof once the texts of the statement are known. */
export type ComponentProof = (text: Write) => Proof;

/** Undefined where no form is found. */
export function componentProof(
  m: Motion,
  gradient: Expr,
  weight: Expr | undefined,
): ComponentProof | undefined {
  if (weight !== undefined && isDefined(weight))
    return product([weight, power(gradient, num(2))], [() => RANGE, () => RANGE]);
  const inverse = quotient(neg(gradient), m.rate);
  if (inverse !== undefined && isDefined(inverse))
    return product([inverse, power(m.rate, num(2))], [() => RANGE, () => RANGE]);
  return monotonePair(m, gradient);
}

const product =
  (factors: readonly Expr[], proofs: readonly ComponentProof[]): ComponentProof =>
  (text) => ({ rule: "product", factors: factors.map(text), proofs: proofs.map((p) => p(text)) });

/** Nothing stands below that may be 0. */
function isDefined(e: Expr): boolean {
  let defined = true;
  const visit = (x: Expr): Expr => {
    if (x.kind === "power" && !isNonNegative(x.exponent) && !isNonZero(x.base)) defined = false;
    return mapChildren(x, visit);
  };
  visit(e);
  return defined;
}

/** F with its inverse, both nondecreasing. */
const PAIRS: readonly (readonly ["tanh" | "exp", "atanh" | "log"])[] = [
  ["tanh", "atanh"],
  ["exp", "log"],
];

/** −∂E/∂x·dx/dt = c·(F⁻¹(x) − v)·(x − F(v)) for an argument v of F in the rate. */
function monotonePair(m: Motion, gradient: Expr): ComponentProof | undefined {
  const x = at(m.state, m.over);
  for (const [f, inverse] of PAIRS)
    for (const v of argumentsOf(m.rate, f)) {
      const to = unary(inverse, x);
      const [outer, inner] = [sub2(to, v), sub2(x, unary(f, v))];
      const [a, b] = [quotient(gradient, outer), quotient(neg(m.rate), inner)];
      if (a === undefined || b === undefined || !isDefined(a) || !isDefined(b)) continue;
      const ends = { from: v, to };
      return product([mul([a, b]), mul([outer, inner])], [() => RANGE, monotone(f, ends)]);
    }
  return undefined;
}

const monotone =
  (f: string, { from, to }: { readonly from: Expr; readonly to: Expr }): ComponentProof =>
  (text) => ({
    rule: "monotone-product",
    variable: VARIABLE,
    function: `${f}(${VARIABLE})`,
    from: text(from),
    to: text(to),
    proof: RANGE,
  });

function argumentsOf(e: Expr, f: string): Set<Expr> {
  const found = new Set<Expr>();
  const visit = (x: Expr): Expr => {
    if (x.kind === "unary" && x.fn === f) found.add(x.arg);
    return mapChildren(x, visit);
  };
  visit(e);
  return found;
}
