/** The door of the room: a linear map or a field, as functions, comes in; a solution or a fixed point goes out. */

export {
  addMultiple,
  dot,
  Gmres,
  type LinearMap,
  type LinearOutcome,
  type LinearStatus,
  type LinearStop,
  type LinearSystem,
  norm,
} from "./gmres.js";
export {
  type Equations,
  findRoot,
  largest,
  type RootOptions,
  type RootOutcome,
  type RootStatus,
} from "./newton-krylov.js";
export { PivotedQR } from "./pivoted-qr.js";
export { type Regularity, regularityAt } from "./regularity.js";
