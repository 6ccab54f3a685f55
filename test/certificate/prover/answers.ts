/** A question comes in; the prover's outcome with the time it took, and whether its certificates hold, go out. */
import { checkCertificate } from "../../../src/certificate/checker/index.js";
import { type Outcome, proveConvexity, readQuestion } from "../../../src/certificate/prover/index.js";
import type { Question } from "./grammar.js";

export interface Answer {
  readonly question: Question;
  readonly outcome: Outcome | undefined;
  readonly milliseconds: number;
  readonly errors: readonly string[];
}

export function answer(question: Question): Answer {
  const { expr: expression, over, where, indices } = question;
  const request = readQuestion({ expression, over, where, indices });
  if (!request.ok)
    return { question, outcome: undefined, milliseconds: 0, errors: request.errors.map((e) => e.message) };
  const start = performance.now();
  const result = proveConvexity(request.value);
  const milliseconds = performance.now() - start;
  return result.ok
    ? { question, outcome: result.value, milliseconds, errors: [] }
    : { question, outcome: undefined, milliseconds, errors: result.errors.map((e) => e.message) };
}

/** Whether what was said contradicts the truth. */
export function isWrong({ question: { truth }, outcome }: Answer): boolean {
  if (outcome === undefined) return true;
  const isConvex = truth === "convex" || truth === "affine";
  if (outcome.verdict === "proved" && !isConvex) return true;
  if (outcome.verdict === "refuted" && isConvex) return true;
  return outcome.curvature !== "undecided" && outcome.curvature !== truth;
}

/** The verdict's certificates, each with what it claims to show. */
export function certificatesHold({ outcome }: Answer): boolean {
  const certificates = [outcome?.certificate, outcome?.concavity?.certificate].filter((c) => c !== undefined);
  return certificates.every((c) => checkCertificate(JSON.parse(JSON.stringify(c))).accepted);
}

/** proved, refuted or undecided; concave functions count as refuted only with a witness against convexity. */
export function tally(answers: readonly Answer[]): Record<string, number> {
  const count = { proved: 0, refuted: 0, undecided: 0, curvatureKnown: 0 };
  for (const { outcome } of answers) {
    if (outcome === undefined) continue;
    count[outcome.verdict]++;
    if (outcome.curvature !== "undecided") count.curvatureKnown++;
  }
  return count;
}
