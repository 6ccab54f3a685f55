/** The door of the checker: anything comes in, accepted or a reason goes out. It never throws and accepts at one place. */
import { assumeAll, contextOf } from "./declarations.js";
import { requireConvexDomain } from "./domain.js";
import { checkFlow } from "./flow.js";
import type { Certificate } from "./format.js";
import { checkModel } from "./model.js";
import { parseTerm } from "./parse.js";
import { copyTree, readCertificate } from "./read.js";
import { Budget, Rejection, reject } from "./rejection.js";
import { verify } from "./rules.js";
import { checkStep } from "./step.js";
import { confirm } from "./witness.js";

export type Answer = { readonly accepted: true } | { readonly accepted: false; readonly reason: string };

/** Steps of work for one certificate: some seconds to a minute, whatever it asks for. */
const STEPS = 30_000_000;

export function checkCertificate(value: unknown): Answer {
  try {
    const certificate = readCertificate(copyTree(value));
    const budget = new Budget(STEPS);
    if (certificate.subject === "model") checkModel(certificate, budget);
    else if (certificate.subject === "step") checkStep(certificate, budget);
    else if (certificate.subject === "flow") checkFlow(certificate, budget);
    else checkExpression(certificate, budget);
    return { accepted: true };
  } catch (error) {
    return { accepted: false, reason: reasonOf(error) };
  }
}

/** A broken invariant, an overflow of the stack or of memory is a rejection too. */
function reasonOf(error: unknown): string {
  if (error instanceof Rejection) return error.message;
  return `the checker failed: ${error instanceof Error ? error.message : "unknown error"}`;
}

function checkExpression(
  certificate: Certificate & { readonly subject: "expression" },
  budget: Budget,
): void {
  const { claim, declarations } = certificate;
  const bare = contextOf(declarations, budget);
  const variables = new Set(claim.variables);
  if (variables.size !== claim.variables.length) reject("a variable is listed twice");
  for (const name of variables)
    if (!bare.scope.symbols.has(name)) reject(`the variable ${name} is not declared`);
  const e = parseTerm(claim.e, bare.scope);
  const { context, tests } = assumeAll(bare, claim.where);
  if (claim.kind === "convex") requireConvexDomain(tests, variables, bare);
  const goal = { kind: claim.kind, e, variables, context };
  if (certificate.verdict === "proved") verify(goal, certificate.proof);
  else confirm({ ...goal, context: bare }, tests, certificate.witness);
}
