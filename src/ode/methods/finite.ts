/** Numbers that should be finite come in; where the first one is not, and the fault that says so, go out. */

import type { Fault } from "./stepper.js";

/** Index of the first NaN or infinite entry, or -1. `x − x` is 0 exactly for finite x. */
export function firstNotFinite(values: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < values.length; j++) sum += values[j]! - values[j]!;
  return sum === 0 ? -1 : values.findIndex((value) => !Number.isFinite(value));
}

export const noFault = (): Fault => ({ quantity: "rhs", component: 0, value: 0, t: 0, atStart: false });

/** True when all are finite; else the fault is written. */
export function checkFinite(
  t: number,
  values: Float64Array,
  quantity: Fault["quantity"],
  fault: Fault,
): boolean {
  const component = firstNotFinite(values);
  if (component < 0) return true;
  fault.quantity = quantity;
  fault.component = component;
  fault.value = values[component]!;
  fault.t = t;
  fault.atStart = false;
  return false;
}
