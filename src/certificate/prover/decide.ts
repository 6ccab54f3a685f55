/**
 * A request comes in; what can be shown about its convexity and concavity goes out. Cheap proofs first, then a
 * quick look for counterexamples, then the searches for a proof, then a thorough look for counterexamples.
 */
import type { Certificate, Proof } from "../checker/format.js";
import {
  type Breach,
  type Effort,
  findBreach,
  isSearchable,
  MAX_COMPONENTS,
  QUICK,
  seemsAffine,
  THOROUGH,
} from "../refuter/index.js";
import { Writer } from "./claim.js";
import { domainOf } from "./domain.js";
import { CheckerJudge } from "./judge.js";
import { methodOf } from "./method.js";
import { Problem } from "./problem.js";
import type { ConvexityRequest, Counterexample, Curvature, Outcome } from "./request.js";
import { IMMEDIATE, SEARCHING, type Strategy } from "./strategies/index.js";
import { counterexampleOf, witnessOf } from "./witness.js";

/** What is known about ±e. */
type Finding =
  | { readonly kind: "proved"; readonly proof: Proof; readonly certificate: Certificate }
  | { readonly kind: "refuted"; readonly counterexample: Counterexample; readonly certificate: Certificate }
  | { readonly kind: "open" };

const OPEN: Finding = { kind: "open" };

class Decider {
  readonly writer: Writer;
  readonly judge: CheckerJudge;
  readonly problems: Record<"1" | "-1", Problem>;
  readonly found: Record<"1" | "-1", Finding> = { "1": OPEN, "-1": OPEN };
  /** A breach that the search saw and the checker did not confirm. */
  suspected: Breach | undefined;

  constructor(readonly request: ConvexityRequest) {
    this.writer = new Writer(request);
    this.judge = new CheckerJudge(this.writer);
    const domain = domainOf(request.where);
    this.problems = {
      "1": new Problem(request, 1, domain, this.writer),
      "-1": new Problem(request, -1, domain, this.writer),
    };
  }

  get isConvex(): boolean {
    return this.found["1"].kind === "proved";
  }

  get open(): (1 | -1)[] {
    return ([1, -1] as const).filter((s) => this.found[`${s}`].kind === "open");
  }

  prove(sign: 1 | -1, strategies: readonly Strategy[]): void {
    const problem = this.problems[`${sign}`];
    const claim = this.writer.claim(sign);
    for (const strategy of strategies)
      for (const proof of strategy(problem, this.judge)) {
        if (this.judge.exhausted) return;
        if (!this.judge.accepts(claim, proof)) continue;
        this.found[`${sign}`] = { kind: "proved", proof, certificate: this.writer.proved(claim, proof) };
        return;
      }
  }

  refute(sign: 1 | -1, effort: Effort): void {
    const { expression, variables, where } = this.request;
    const breach = findBreach({ expression, variables, where }, sign, effort);
    if (breach === undefined) return;
    const certificate = this.writer.refuted(this.writer.claim(sign), witnessOf(breach));
    if (this.judge.confirms(certificate))
      this.found[`${sign}`] = { kind: "refuted", counterexample: counterexampleOf(breach), certificate };
    else this.suspected = breach;
  }
}

/** Decides both curvatures as far as it can. */
export function decide(request: ConvexityRequest): Outcome {
  const d = new Decider(request);
  for (const sign of [1, -1] as const) d.prove(sign, IMMEDIATE);
  if (d.isConvex && !seemsAffine(request)) return outcomeOf(d);
  for (const sign of d.open) d.refute(sign, QUICK);
  for (const sign of d.open) d.prove(sign, SEARCHING);
  if (d.isConvex) return outcomeOf(d);
  for (const sign of d.open) d.refute(sign, THOROUGH);
  return outcomeOf(d);
}

// ---- the answer ---------------------------------------------------------------------------------------

function curvatureOf(convex: Finding, concave: Finding): Curvature {
  if (convex.kind === "proved") return concave.kind === "proved" ? "affine" : "convex";
  if (concave.kind === "proved") return "concave";
  return convex.kind === "refuted" && concave.kind === "refuted" ? "neither" : "undecided";
}

function outcomeOf(d: Decider): Outcome {
  const [convex, concave] = [d.found["1"], d.found["-1"]];
  const curvature = curvatureOf(convex, concave);
  const verdict = convex.kind === "open" ? "undecided" : convex.kind;
  return {
    verdict,
    curvature,
    method: methodText(convex, concave),
    ...(convex.kind === "refuted" && { counterexample: convex.counterexample }),
    ...(convex.kind !== "open" && { certificate: convex.certificate }),
    ...(concave.kind !== "open" && { concavity: concavityOf(concave) }),
    ...(curvature === "undecided" && { missing: missingText(d) }),
  };
}

function concavityOf(f: Exclude<Finding, { kind: "open" }>): NonNullable<Outcome["concavity"]> {
  return { certificate: f.certificate, ...(f.kind === "refuted" && { counterexample: f.counterexample }) };
}

function methodText(convex: Finding, concave: Finding): string {
  if (convex.kind === "proved") return methodOf(convex.proof);
  if (concave.kind === "proved") return `${methodOf(concave.proof)}, for the negative`;
  return convex.kind === "refuted" ? "counterexample" : "search";
}

function missingText(d: Decider): string {
  if (d.suspected !== undefined)
    return "a counterexample was found in floating point, but the checker could not confirm it with intervals";
  const [convex, concave] = [d.found["1"], d.found["-1"]];
  if (convex.kind === "refuted")
    return "it is not convex; neither a proof nor a counterexample of concavity was found";
  if (concave.kind === "refuted")
    return "it is not concave; neither a proof nor a counterexample of convexity was found";
  if (!isSearchable(d.request))
    return `no proof was found; counterexamples are looked for only where there are at most ${MAX_COMPONENTS} components and no integral: give a symbol for a large dimension, as in --index i:N`;
  return "no proof was found, and no counterexample among the points that were tried";
}
