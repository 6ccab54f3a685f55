/** The door of certificate/: theories and functions come in, verdicts with certificates go out; certificates are checked. */
export {
  type Answer,
  type Certificate,
  checkCertificate,
  type NestedText,
  type StepMethod,
} from "./checker/index.js";
export { type Difference, decideEqual, type EqualityOutcome } from "./equality/decide.js";
export { type EqualityQuestion, type EqualityRequest, readEquality } from "./equality/question.js";
export { flatDirections } from "./flat-directions.js";
export { type Block, explain, type ProseFormat, prose } from "./prose/index.js";
export {
  type ConvexityRequest,
  type Curvature,
  type Nested,
  type NonnegativeOutcome,
  type NonnegativeRequest,
  type Outcome,
  proveConvexity,
  proveNonnegative,
  type Question,
  readQuestion,
} from "./prover/index.js";
export { promisesOf, STEP_METHODS, type StepVerdict, verifySteps } from "./steps/index.js";
export {
  type Counterexample,
  type Obligation,
  type Verdict,
  type Verification,
  verifyTheory,
} from "./verify.js";
