/** The door of derivation/: from a model to its theory. */

export { antiderivative } from "./antiderivative.js";
export { derive } from "./derive.js";
export { rateSymbol, withRates } from "./descent.js";
export type { DualEnergy } from "./dual-energy.js";
export { inStates } from "./in-states.js";
export { type JacobianProduct, jacobianProduct } from "./jacobian.js";
export { jumpsOf, type Kink } from "./kinks.js";
export { forceOf, withStates } from "./network.js";
export {
  assembledHessian,
  type DriveProduct,
  driveProducts,
  type FlowStructure,
  type HessianStructure,
  isLayerwiseAffine,
  type LayerStructure,
  type RankOne,
  structureOf,
} from "./structure.js";
export * from "./theory.js";
export { withoutSelfInteraction } from "./without-self.js";
