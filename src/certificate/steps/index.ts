/** The door of steps/: whether the steps of a discretised run can raise the energy. */
export { promisesOf, STEP_METHODS, type StepVerdict, verifySteps } from "./verify.js";
