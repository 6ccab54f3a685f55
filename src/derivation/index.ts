/** The door of derivation/: from a model to its theory. */
export { derive } from "./derive.js";
export { rateSymbol, withRates } from "./descent.js";
export { inStates } from "./in-states.js";
export { type JacobianProduct, jacobianProduct } from "./jacobian.js";
export { jumpsOf, type Kink } from "./kinks.js";
export { antiderivative } from "./lagrangian.js";
export { forceOf, withStates } from "./network.js";
export { type NoisePart, type NoiseTheory, noiseOf, type StationaryLaw } from "./noise.js";
export * from "./theory.js";
export {
  type DiscreteVariable,
  degreeIn,
  isDiscrete,
  type QuadraticEnergy,
  selfCoupling,
  type UpdateLaw,
  type Updates,
  updatesOf,
  weightsOf,
} from "./updates.js";
