/** The front door: parse → derive → compile → integrate → report. Everything a user of the library imports. */

export type {
  CouplingSpectrum,
  FixedPoint,
  FixedPointOptions,
  FixedPoints,
  JacobianSpectrum,
  SelfInteractionEffect,
  Storage,
  StorageRow,
} from "./analysis/index.js";
export {
  type Certificate,
  checkCertificate,
  type Obligation,
  proveConvexity,
  type Verdict,
} from "./certificate/index.js";
export type { Export, Metadata } from "./export/index.js";
export {
  couplingSpectrum,
  fixedPoints,
  type SpectrumOptions,
  type StorageOptions,
  selfInteraction,
  storage,
} from "./front/analysis.js";
export { LegendreError } from "./front/errors.js";
export type { EventOption } from "./front/events.js";
export { type ExportOptions, type ExportTarget, exportTo } from "./front/export.js";
export { parseExpression, shownEqual } from "./front/expression.js";
export { defineModel, parseModel } from "./front/model.js";
export {
  begin,
  type CompileOptions,
  compile,
  type Data,
  type EnsembleOptions,
  integrate,
  integrateEnsemble,
  type LayeredRun,
  type RunOptions,
  splitState,
} from "./front/run.js";
export { type DerivedTheory, derive } from "./front/theory.js";
export { promises, type Verification, type VerifyOptions, verify } from "./front/verify.js";
export type { Diagnostic, Model, Schedule, Span } from "./model/index.js";
export type {
  EnsembleRun,
  Method,
  Occurrence,
  Run,
  RunStatus,
  Snapshot,
  SteadyReport,
  Stepper,
  TableauData,
  TableauDefect,
} from "./ode/index.js";
export { stepperFor, tableauDefects } from "./ode/index.js";
export type { DerivationDocument, PrintedFormula, PrintedLimit, PrintedMotion } from "./report/index.js";
export type { CompiledField, StateLayout, Values } from "./simulation/index.js";
