/**
 * The question whether an expression of several scalars is nonnegative on a domain comes in; a verdict with the certificate
 * that the checker accepted goes out. Deterministic, with limits on work, not on time.
 */
import { add, type Expr, mul } from "../../../index-notation/index.js";
import { expand, simplify } from "../../../rewrite/index.js";
import type { Proof } from "../../checker/format.js";
import { Unsupported } from "../../refuter/numeric/tape.js";
import { factored, factorsOf } from "../algebra/factor.js";
import type { ScalarVariable } from "../algebra/scalars.js";
import { Writer } from "../claim.js";
import { domainOf, isEmpty } from "../domain.js";
import { CheckerJudge } from "../judge.js";
import { methodOf } from "../method.js";
import { Problem } from "../problem.js";
import { signProofs } from "../strategies/several-scalars.js";
import { discBounds, withinBounds } from "./discs.js";
import { type Effort, negativePoints, QUICK, THOROUGH } from "./refute.js";
import type { NonnegativeOutcome, NonnegativeRequest } from "./request.js";

export type { NonnegativeOutcome, NonnegativeRequest } from "./request.js";

/** Attempts of the rules that cut a box into cells: halvings, and half widths of the box around a touched zero. */
const DEPTHS = [6, 12];
const INNER = ["1/8", "1/2"];

/** How many points the checker is asked about. */
const MAX_WITNESSES = 20;

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
      this.prove() ??
      this.refute(THOROUGH) ??
      undecided("no proof was found, and no negative value among the points that were tried")
    );
  }

  prove(): NonnegativeOutcome | undefined {
    const { expression } = this.request;
    const claim = this.writer.claimAbout("nonnegative", expression);
    for (const proof of candidates(this.problem, this.judge)) {
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

function* candidates(p: Problem, judge: CheckerJudge): Generator<Proof> {
  yield { rule: "range" };
  const e = p.overScalars();
  if (e === undefined || p.scalars === undefined) return;
  for (const form of new Set([e, simplify(e)])) yield* signProofs(p, form, p.scalars);
  yield* products(p, judge, e, p.scalars);
  yield* sums(p, judge, e, p.scalars);
  yield* cells(p);
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

/** Terms whose range shows the sign, and the rest by the other ways. */
function* sums(
  p: Problem,
  judge: CheckerJudge,
  e: Expr,
  scalars: readonly ScalarVariable[],
): Generator<Proof> {
  const form = expand(simplify(e));
  if (form.kind !== "add") return;
  const easy = form.terms.filter((t) => judge.accepts(claimAbout(p, t), { rule: "range" }));
  const rest = form.terms.filter((t) => !easy.includes(t));
  const groups = new Map<string, Expr[]>();
  for (const t of rest) {
    const key = scalars
      .filter((v) => dependsOnText(p.text(t), v))
      .map((v) => v.name)
      .join();
    groups.set(key, [...(groups.get(key) ?? []), t]);
  }
  if (easy.length === 0 && groups.size < 2) return;
  const parts = [...(easy.length > 0 ? [add(easy)] : []), ...[...groups.values()].map((g) => add(g))];
  const proofs = parts.map((t) => accepted(p, judge, t, scalars));
  if (proofs.every((q) => q !== undefined)) yield { rule: "sum", parts: parts.map(p.text), proofs };
}

const dependsOnText = (text: string, v: ScalarVariable): boolean =>
  new RegExp(`(?<![A-Za-z0-9_])${v.name}(?![A-Za-z0-9_])`).test(text);

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
  for (const proof of signProofs(p, e, scalars)) if (judge.accepts(claim, proof)) return proof;
  return undefined;
}

/** Cells of a compact domain, with a convex neighbourhood of a zero at the origin taken out. */
function* cells(p: Problem): Generator<Proof> {
  const bounds = discBounds(p.request);
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
