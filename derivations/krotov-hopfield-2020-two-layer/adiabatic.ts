/** A network with a fast layer and its adiabatic limit come in; how far apart their runs are goes out. */
import type { CompiledField, Run } from "legendre";

/** The recording part of `integrate`, so that tests can measure the sources and scripts the package. */
export type Record = (field: CompiledField, until: number, every: number) => Run;

export interface Deviation {
  /** Largest |v_full − v_reduced| over the whole run, in the maximum norm. */
  readonly v: number;
  /** Largest |h − Ξg(v)| after the layer: how far the fast state is from its stationary value. */
  readonly h: number;
  /** Largest E − E_eff along the full run after the layer, E_eff taken at the same v. */
  readonly energy: number;
  /** Smallest E − E_eff along the full run: never negative for a potential affine in f (theory section 3). */
  readonly least: number;
}

const farthest = (a: Float64Array, b: Float64Array): number =>
  a.reduce((most, x, k) => Math.max(most, Math.abs(x - b[k]!)), 0);

/**
 * Runs both from the same v to t = `until` and compares at `samples` times. The layer is over at t = `layer`,
 * a few times τ_h ln(τ_v/τ_h). Full states begin with v; `fast` names the layer that is gone.
 */
export function deviation(
  full: CompiledField,
  reduced: CompiledField,
  fast: string,
  { until = 4, layer = 1, samples = 400 },
  record: Record,
): Deviation {
  const every = until / samples;
  const [a, b] = [record(full, until, every).record, record(reduced, until, every).record];
  const worst = { v: 0, h: 0, energy: 0, least: Number.POSITIVE_INFINITY };
  for (const [k, state] of a.states.entries()) {
    const v = state.subarray(0, reduced.size);
    const gap = a.energy[k]! - reduced.energy!(0, v);
    worst.v = Math.max(worst.v, farthest(v, b.states[k]!));
    worst.least = Math.min(worst.least, gap);
    if (a.t[k]! < layer) continue;
    const stationary = reduced.outputs(v).get(fast)!.data;
    worst.h = Math.max(worst.h, farthest(state.subarray(reduced.size), stationary));
    worst.energy = Math.max(worst.energy, gap);
  }
  return worst;
}

/** log₂ of the ratios of consecutive errors: the order in τ_h when τ_h is halved each time. */
export const orders = (errors: readonly number[]): number[] =>
  errors.slice(1).map((e, k) => Math.log2(errors[k]! / e));
