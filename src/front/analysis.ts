/** A compiled field or a theory with data comes in; its fixed points, and the spectrum of its coupling, go out. */
import {
  type BoundCoupling,
  boundCoupling,
  type CapacityLaws,
  type CouplingSpectrum,
  capacityLaws,
  type FixedPointOptions,
  type FixedPoints,
  STORAGE_DEFAULTS,
  type Storage,
  type StoragePlan,
  fixedPoints as search,
  couplingSpectrum as spectrumOf,
  storage as store,
} from "../analysis/index.js";
import type { CompiledField } from "../simulation/index.js";
import { unwrap } from "./errors.js";
import { bindingsOf, type CompileOptions } from "./run.js";
import type { DerivedTheory } from "./theory.js";

/**
 * Fixed points of a compiled field: its flow is followed from many seeded starts and stored patterns and polished by
 * Newton's method, and Newton's method alone looks for saddles. Each point comes with the spectrum of its Jacobian, whether
 * it is hyperbolic and stable (`"undecided"` where numbers do not tell), and the fraction of random starts that end there.
 * States are flat (`splitState` takes them apart); residuals in units of state per time.
 * Throws LegendreError when an input follows a schedule.
 */
export const fixedPoints = (field: CompiledField, options: FixedPointOptions = {}): FixedPoints =>
  unwrap(search(field, options));

export type SpectrumOptions = Pick<CompileOptions, "data" | "set" | "seed"> & {
  /** Whose coupling, where several layers have one. */
  readonly layer?: string;
};

/**
 * Eigenvalues of the coupling J = −∂²U/∂g∂g of a layer, with its diagonal and without, beside the Marchenko–Pastur law
 * where J is a Gram matrix of memories. Where J depends on the state it is taken at the state 0.
 * Throws LegendreError for missing data, and for models that have no coupling in this sense.
 * Source: theory of Lotito, arXiv 2503.19922; Marchenko & Pastur 1967.
 */
export function couplingSpectrum(
  theory: DerivedTheory,
  options: SpectrumOptions = {},
): CouplingSpectrum & { readonly coupling: BoundCoupling } {
  const coupling = unwrap(boundCoupling(theory.theory, bindingsOf(options), options.layer));
  return { ...spectrumOf(coupling), coupling };
}

export type StorageOptions = Pick<CompileOptions, "data" | "set"> &
  Pick<StoragePlan, "sizes" | "loads"> &
  Partial<StoragePlan>;

/**
 * Retrieval of random memories against load: at each number of units and each load the memories are drawn, the flow (or
 * the updates of discrete states) starts at some of them with a fraction of the units flipped, and its end is compared
 * with the memory. The load at which half are retrieved is the capacity; from three sizes on laws are fitted to it.
 * Throws LegendreError where the model has no parameter of memories, or cannot run with what is bound.
 */
export function storage(theory: DerivedTheory, options: StorageOptions): Storage & CapacityLaws {
  const { data, set, ...plan } = options;
  const bindings = bindingsOf({ ...(data && { data }), ...(set && { set }) });
  const result = unwrap(store(theory.theory, bindings, { ...STORAGE_DEFAULTS, ...plan }));
  return { ...result, ...capacityLaws(result.rows) };
}
