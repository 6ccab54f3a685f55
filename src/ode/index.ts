/** The door of the room: a field and options come in, a run goes out; plus the parts others may build on. */

export { type Breakpoints, breakpointsAt, periodicBreakpoints } from "./breakpoints.js";
export { METHODS } from "./choose.js";
export type { Controller, Verdict } from "./control/controller.js";
export type { Tolerances } from "./control/norm.js";
export type { Describe } from "./failures.js";
export type { Field, Functional } from "./field.js";
export { Integration, integrate } from "./integrate.js";
export { baoab, type Thermostat } from "./methods/baoab.js";
export { explicitRungeKutta } from "./methods/explicit-runge-kutta.js";
export { type TableauDefect, tableauDefects } from "./methods/order-conditions.js";
export type { Conclusion, Fault, Method, StepOutcome, Stepper } from "./methods/stepper.js";
export {
  eulerMaruyama,
  leimkuhlerMatthews,
  type Noise,
  type NormalSource,
  stochasticHeun,
} from "./methods/stochastic.js";
export type { Coefficient, TableauData } from "./methods/tableau.js";
export { dopri5 } from "./methods/tableaus/dopri5.js";
export { euler } from "./methods/tableaus/euler.js";
export { rk4 } from "./methods/tableaus/rk4.js";
export { tsit5 } from "./methods/tableaus/tsit5.js";
export type { EventOption, IntegrateOptions, MethodName, Monitor, Progress } from "./options.js";
export type {
  Cycle,
  EnergyReport,
  Exit,
  Failure,
  FailureCode,
  Occurrence,
  Recording,
  Run,
  RunStatus,
} from "./run.js";
export { type Keepable, kept, type Snapshot, type Value } from "./snapshot.js";
