/** Rows of a storage experiment come in; the capacity at each size, and the law that it follows, go out. */
import { fitLine } from "./statistics.js";
import type { StorageRow } from "./storage.js";

export interface Capacity {
  readonly units: number;
  /** Number of memories at which the retrieval rate falls through one half; between `low` and `high` by its intervals. */
  readonly memories: number;
  readonly low: number;
  readonly high: number;
}

export interface CapacityLaws {
  readonly capacities: readonly Capacity[];
  /** memories ∝ units^exponent, and its standard error. */
  readonly polynomial?: { readonly exponent: number; readonly error: number; readonly rest: number };
  /** memories ∝ base^units: rate = ln base, and its standard error. */
  readonly exponential?: { readonly rate: number; readonly error: number; readonly rest: number };
}

/** `rest` is the deviation of ln memories from the fit: the smaller one belongs to the better law. */
export function capacityLaws(rows: readonly StorageRow[]): CapacityLaws {
  const sizes = [...new Set(rows.map((r) => r.units))];
  const capacities = sizes.flatMap((n) => capacityOf(rows.filter((r) => r.units === n)) ?? []);
  if (capacities.length < 3) return { capacities };
  const log = capacities.map((c) => Math.log(c.memories));
  const power = fitLine(
    capacities.map((c) => Math.log(c.units)),
    log,
  );
  const exponential = fitLine(
    capacities.map((c) => c.units),
    log,
  );
  return {
    capacities,
    ...(power && { polynomial: { exponent: power.slope, error: power.slopeError, rest: power.rest } }),
    ...(exponential && {
      exponential: { rate: exponential.slope, error: exponential.slopeError, rest: exponential.rest },
    }),
  };
}

/** Undefined where the rate does not fall through one half between two of the loads. */
function capacityOf(rows: readonly StorageRow[]): Capacity | undefined {
  const sorted = [...rows].sort((a, b) => a.memories - b.memories);
  const memories = crossing(sorted, (r) => r.rate.value);
  if (memories === undefined) return undefined;
  return {
    units: sorted[0]!.units,
    memories,
    low: crossing(sorted, (r) => r.rate.low) ?? sorted[0]!.memories,
    high: crossing(sorted, (r) => r.rate.high) ?? sorted.at(-1)!.memories,
  };
}

/** The last fall through one half, linear between loads. */
function crossing(rows: readonly StorageRow[], rate: (r: StorageRow) => number): number | undefined {
  for (let k = rows.length - 1; k > 0; k--) {
    const [a, b] = [rate(rows[k - 1]!), rate(rows[k]!)];
    if (!(a >= 0.5 && b < 0.5)) continue;
    const [from, to] = [rows[k - 1]!.memories, rows[k]!.memories];
    return from + ((a - 0.5) / (a - b)) * (to - from);
  }
  return undefined;
}
