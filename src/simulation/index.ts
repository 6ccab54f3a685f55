/** The door of simulation/: a theory with data becomes a field, and a field becomes a run. */

export type { Precision } from "./backends.js";
export { type Bindings, type Bound, bind, type Sourced } from "./bind.js";
export { type SimulateEnsembleOptions, simulateEnsemble } from "./ensemble.js";
export type { EventSource } from "./events.js";
export {
  type BoundField,
  bindField,
  type CompiledField,
  compileField,
  type FieldOptions,
  type Values,
} from "./field.js";
export { brokenHypotheses } from "./hypotheses.js";
export { memoryRefusal } from "./memory.js";
export { NOISE_METHODS, type NoiseField, type NoiseMethod } from "./noise.js";
export { draw, uniformStream } from "./random.js";
export type { StateLayout } from "./request.js";
export { begin, type SimulateOptions, type Simulation, simulate } from "./simulate.js";
export type { CompiledHessian, CompiledStructure } from "./structure.js";
export { ORDERS, type Order, type UpdateField } from "./updates/index.js";
export { formulaValues } from "./values.js";
