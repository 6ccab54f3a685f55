/** The door of simulation/: a theory with data becomes a field, and a field becomes a run. */
export { type Bindings, type Bound, bind, type Sourced } from "./bind.js";
export { type SimulateEnsembleOptions, simulateEnsemble } from "./ensemble.js";
export {
  type BoundField,
  bindField,
  type CompiledField,
  compileField,
  type FieldOptions,
  type Values,
} from "./field.js";
export { memoryRefusal } from "./memory.js";
export { draw, uniformStream } from "./random.js";
export type { StateLayout } from "./request.js";
export { type SimulateOptions, simulate } from "./simulate.js";
export type { CompiledHessian, CompiledStructure } from "./structure.js";
export { formulaValues } from "./values.js";
