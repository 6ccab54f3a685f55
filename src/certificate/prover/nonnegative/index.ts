/**
 * The question whether an expression of several scalars is nonnegative on a domain comes in; a verdict with the certificate
 * that the checker accepted goes out. Deterministic, with limits on work, not on time.
 */
import {
  add,
  type Expr,
  mul,
  num,
  one,
  power,
  replaceTensor,
  square,
  symbolsOf,
  tensor,
  tensorSymbol,
} from "../../../index-notation/index.js";
import { expand, simplify } from "../../../rewrite/index.js";
import type { Proof } from "../../checker/format.js";
import { Unsupported } from "../../refuter/numeric/tape.js";
import { factored, factorsOf } from "../algebra/factor.js";
import { polynomialOf } from "../algebra/polynomial.js";
import type { ScalarVariable } from "../algebra/scalars.js";
import { Writer } from "../claim.js";
import { domainOf, isEmpty } from "../domain.js";
import { CheckerJudge } from "../judge.js";
import { methodOf } from "../method.js";
import { Problem } from "../problem.js";
import { signProofs } from "../strategies/several-scalars.js";
import { discBounds, withinBounds } from "./discs.js";
import { differenceProduct, lowestPoint, partsOf } from "./groups.js";
import { type Effort, MODERATE, negativePoints, QUICK, THOROUGH } from "./refute.js";
import type { NonnegativeOutcome, NonnegativeRequest } from "./request.js";

export type { NonnegativeOutcome, NonnegativeRequest } from "./request.js";

/** Attempts of the rules that cut a box into cells: halvings, and half widths of the box around a touched zero. */
const DEPTHS = [6, 12];
const INNER = ["1/8", "1/2"];

const RANGE: Proof = { rule: "range" };

/** How many points the checker is asked about. */
const MAX_WITNESSES = 60;

export function proveNonnegative(request: NonnegativeRequest): NonnegativeOutcome {
  const domain = domainOf(request.where);
  const none = request.variables.find((v) => isEmpty(domain.ofAll(v)));
  if (none !== undefined)
    return undecided(`no value of ${none.name} meets all conditions: the domain is empty`);
  try {
    return new Decider(request).decide();
  } catch (error) {
    if (error instanceof Unsupported)
      return undecided(`the search does not know what to do with ${error.message}`);
    throw error;
  }
}

const undecided = (missing: string): NonnegativeOutcome => ({
  verdict: "undecided",
  method: "search",
  missing,
});

class Decider {
  readonly writer: Writer;
  readonly judge: CheckerJudge;
  readonly problem: Problem;

  constructor(readonly request: NonnegativeRequest) {
    this.writer = new Writer(request);
    this.judge = new CheckerJudge(this.writer);
    this.problem = new Problem(request, 1, domainOf(request.where), this.writer);
  }

  decide(): NonnegativeOutcome {
    return (
      this.refute(QUICK) ??
      this.prove([RANGE]) ??
      this.refute(MODERATE) ??
      this.prove(candidates(this.problem, this.judge)) ??
      this.refute(THOROUGH) ??
      undecided("no proof was found, and no negative value among the points that were tried")
    );
  }

  prove(proofs: Iterable<Proof>): NonnegativeOutcome | undefined {
    const { expression } = this.request;
    const claim = this.writer.claimAbout("nonnegative", expression);
    for (const proof of proofs) {
      if (this.judge.exhausted) return undefined;
      if (!this.judge.accepts(claim, proof)) continue;
      const certificate = this.writer.proved(claim, proof);
      return { verdict: "proved", method: methodOf(proof), certificate };
    }
    return undefined;
  }

  refute(effort: Effort): NonnegativeOutcome | undefined {
    if (this.writer.symbols.some((s) => s.dims.length > 0)) return undefined;
    const claim = this.writer.claimAbout("nonnegative", this.request.expression);
    let left = MAX_WITNESSES;
    for (const witness of negativePoints(this.request, effort)) {
      if (left-- === 0) return undefined;
      const values = Object.fromEntries(
        this.writer.symbols.map((s) => [s.name, String(witness[s.name] ?? 1)]),
      );
      const certificate = this.writer.refuted(claim, { dimensions: {}, values });
      if (this.judge.confirms(certificate))
        return { verdict: "refuted", method: "counterexample", certificate, witness };
    }
    return undefined;
  }
}

/** What is tried where the range of the expression does not show its sign. */
function* candidates(p: Problem, judge: CheckerJudge): Generator<Proof> {
  const e = p.overScalars();
  if (e === undefined || p.scalars === undefined) return;
  yield* differences(p, e, p.scalars);
  for (const form of new Set([e, simplify(e)])) yield* searched(p, form, p.scalars);
  yield* products(p, judge, e, p.scalars);
  yield* sums(p, judge, e, p.scalars);
  yield* cells(p);
  yield* multiplied(p, judge, e, p.scalars);
}

/** A search that comes to its limit leaves the others their turn. */
function* searched(p: Problem, e: Expr, scalars: readonly ScalarVariable[]): Generator<Proof> {
  try {
    yield* aroundZero(e, scalars);
    yield* signProofs(p, e, scalars);
  } catch (error) {
    if (!(error instanceof Unsupported)) throw error;
  }
}

/** A function of one scalar that is least at a short decimal: signs on both sides, a touch, or monotone on both sides. */
function* aroundZero(e: Expr, scalars: readonly ScalarVariable[]): Generator<Proof> {
  const [x, ...others] = scalars.filter((v) => symbolsOf(e).has(v.symbol));
  if (x === undefined || others.length > 0) return;
  const lowest = lowestPoint(e, x);
  if (lowest === undefined || Math.abs(lowest.value) > 1e-9) return;
  const at = String(Number(lowest.x.toFixed(3)) + 0);
  const both = (proof: Proof): Proof => ({
    rule: "split",
    variable: x.symbol.name,
    at: [at],
    proofs: [proof, proof],
  });
  yield both(RANGE);
  yield { rule: "touches", at, proof: RANGE };
  yield both({ rule: "monotone", from: at, proof: RANGE });
}

/** Each factor by itself. */
function* products(
  p: Problem,
  judge: CheckerJudge,
  e: Expr,
  scalars: readonly ScalarVariable[],
): Generator<Proof> {
  const factors = factorsOf(factored(e));
  if (factors.length < 2) return;
  const proofs = factors.map((f) => accepted(p, judge, f, scalars));
  if (proofs.every((q) => q !== undefined)) yield { rule: "product", factors: factors.map(p.text), proofs };
}

/** (1 + Σ x²)·e ≥ 0, where e itself is no sum of squares (Reznick: a power of the sum suffices for positive forms). */
function* multiplied(
  p: Problem,
  judge: CheckerJudge,
  e: Expr,
  scalars: readonly ScalarVariable[],
): Generator<Proof> {
  const multiplier = add([one, ...scalars.map((v) => square(v.expr))]);
  if (
    polynomialOf(
      e,
      scalars.map((v) => v.expr),
    ) === undefined
  )
    return;
  const larger = expand(mul([multiplier, e]));
  const proof = accepted(p, judge, larger, scalars);
  if (proof === undefined) return;
  const factors = [power(multiplier, num(-1)), larger].map(p.text);
  yield { rule: "product", factors, proofs: [RANGE, proof] };
}

/** Parts in fewer scalars, each by itself. */
function* sums(
  p: Problem,
  judge: CheckerJudge,
  e: Expr,
  scalars: readonly ScalarVariable[],
): Generator<Proof> {
  for (const form of new Set([simplify(e), expand(simplify(e))])) {
    if (form.kind !== "add") continue;
    const hard = form.terms.filter((t) => !judge.accepts(claimAbout(p, t), RANGE));
    for (const terms of hard.length < form.terms.length ? [hard, form.terms] : [hard]) {
      const easy = terms === hard ? form.terms.filter((t) => !hard.includes(t)) : [];
      const parts = [...(easy.length > 0 ? [add(easy)] : []), ...partsOf(terms, scalars)];
      if (parts.length < 2) continue;
      const proofs = parts.map((t) => accepted(p, judge, t, scalars));
      if (proofs.every((q) => q !== undefined)) yield { rule: "sum", parts: parts.map(p.text), proofs };
    }
  }
}

/** (x − y)·(F(x) − F(y)) with F nondecreasing. */
function* differences(p: Problem, e: Expr, scalars: readonly ScalarVariable[]): Generator<Proof> {
  for (const form of new Set([e, simplify(e), factored(e)])) {
    const found = differenceProduct(form, scalars);
    if (found === undefined) continue;
    const variable = p.writer.unusedName("t");
    const t = tensor(tensorSymbol({ name: variable, role: "variable" }));
    const f = replaceTensor(found.f, found.high.symbol, [], t);
    const ends = { from: p.text(found.low.expr), to: p.text(found.high.expr) };
    yield { rule: "monotone-product", variable, function: p.text(f), ...ends, proof: RANGE };
  }
}

const claimAbout = (p: Problem, e: Expr) => ({
  ...p.writer.claimAbout("nonnegative", mul([e])),
  e: p.text(e),
});

function accepted(
  p: Problem,
  judge: CheckerJudge,
  e: Expr,
  scalars: readonly ScalarVariable[],
): Proof | undefined {
  const claim = claimAbout(p, e);
  for (const proof of searched(p, e, scalars)) if (judge.accepts(claim, proof)) return proof;
  return undefined;
}

/** Cells of a compact domain, with a convex neighbourhood of a zero at the origin taken out. */
function* cells(p: Problem): Generator<Proof> {
  const bounds = discBounds(p.request);
  const isBounded = ({ symbol, name }: ScalarVariable): boolean =>
    bounds.some((b) => b.symbol.name === name) ||
    (symbol.bounds.low !== undefined && symbol.bounds.high !== undefined);
  if (p.scalars?.every(isBounded) !== true) return;
  for (const depth of DEPTHS) yield withinBounds(bounds, { rule: "boxes", depth });
  const names = p.request.variables.map((v) => v.name);
  const convex: Proof = { rule: "hessian-boxes", depth: 10 };
  const minimum: Proof = { rule: "minimum", variables: names, at: names.map(() => "0"), proof: convex };
  yield withinBounds(bounds, minimum);
  for (const r of INNER) {
    const outside: Proof = { rule: "boxes", depth: 16 };
    const around = names.reduceRight<Proof>(
      (inner, variable) => ({ rule: "split", variable, at: [`-${r}`, r], proofs: [outside, inner, outside] }),
      minimum,
    );
    yield withinBounds(bounds, around);
  }
}
