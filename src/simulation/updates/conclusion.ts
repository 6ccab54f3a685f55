/** How updates have ended comes in or goes out, as part of a snapshot. */
import { type Conclusion, kept, type Snapshot } from "../../ode/index.js";

export const conclusionToKeep = (c: Conclusion | undefined): Snapshot =>
  c === undefined ? {} : { status: c.status, period: c.period, previous: c.previous };

export function keptConclusion(from: Snapshot): Conclusion | undefined {
  const status = kept<Conclusion["status"] | undefined>(from, "status");
  const period = kept<number | undefined>(from, "period");
  const previous = kept<Float64Array | undefined>(from, "previous");
  if (status === undefined) return undefined;
  return { status, ...(period !== undefined && { period }), ...(previous && { previous }) };
}
