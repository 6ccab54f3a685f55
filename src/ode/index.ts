/** The door of the room: a field and options come in, a run goes out; plus the parts others may build on. */

export { type Breakpoints, breakpointsAt, periodicBreakpoints } from "./breakpoints.js";
export { METHODS, stepperFor } from "./choose.js";
export type { Controller, Verdict } from "./control/controller.js";
export type { Tolerances } from "./control/norm.js";
export { type EnsembleOptions, type EnsembleRun, integrateEnsemble } from "./ensemble.js";
export type { Describe } from "./failures.js";
export type { Block, Field, Functional, Structure } from "./field.js";
export { integrate } from "./integrate.js";
export { explicitRungeKutta } from "./methods/explicit-runge-kutta.js";
export type { MemberKernel } from "./methods/member-kernel.js";
export { type TableauDefect, tableauDefects } from "./methods/order-conditions.js";
export type { StepKernel } from "./methods/step-kernel.js";
export type { Fault, Method, StepOutcome, Stepper } from "./methods/stepper.js";
export type { Coefficient, Tableau, TableauData } from "./methods/tableau.js";
export { bosh3 } from "./methods/tableaus/bosh3.js";
export { dop853 } from "./methods/tableaus/dop853.js";
export { dopri5 } from "./methods/tableaus/dopri5.js";
export { euler } from "./methods/tableaus/euler.js";
export { heun } from "./methods/tableaus/heun.js";
export { midpoint } from "./methods/tableaus/midpoint.js";
export { rk4 } from "./methods/tableaus/rk4.js";
export { ssprk3 } from "./methods/tableaus/ssprk3.js";
export { tsit5 } from "./methods/tableaus/tsit5.js";
export type {
  EnergySafeName,
  IntegrateOptions,
  MethodName,
  Monitor,
  Progress,
  Promises,
  SteadyOptions,
} from "./options.js";
export type {
  EnergyReport,
  Exit,
  Failure,
  FailureCode,
  Recording,
  Run,
  RunStatus,
  SteadyReport,
} from "./run.js";
