/** The door of analysis/: a field or a theory with data comes in; where it ends, and how it stands there, goes out. */

export { type Capacity, type CapacityLaws, capacityLaws } from "./capacity.js";
export { type Classification, classify, type Decision } from "./classify.js";
export { type BoundCoupling, boundCoupling, type Gram } from "./coupling.js";
export {
  type Comparison,
  type CouplingSpectrum,
  couplingSpectrum,
  type MemoryStatistics,
  type SpectrumSide,
} from "./coupling-spectrum.js";
export { describeDirection } from "./describe-direction.js";
export {
  type FixedPoint,
  type FixedPointOptions,
  type FixedPointSet,
  type FixedPoints,
  fixedPoints,
} from "./fixed-points.js";
export type { EstimatedEigenvalue, JacobianSpectrum } from "./jacobian-spectrum.js";
export { density, distribution, type MarchenkoPastur, marchenkoPastur } from "./marchenko-pastur.js";
export {
  type FixedPointCounts,
  type SelfInteractionEffect,
  selfInteractionEffect,
} from "./self-interaction.js";
export type { Interval } from "./statistics.js";
export { STORAGE_DEFAULTS, type Storage, type StoragePlan, type StorageRow, storage } from "./storage.js";
