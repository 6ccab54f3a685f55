/** Rows of a storage experiment come in; overlap and retrieval rate against load, and the capacities, go out as a picture. */
import type { CapacityLaws, Interval, StorageRow } from "../analysis/index.js";
import { figure, linePlot, type Rule, type Series } from "../pictures/index.js";
import { drawn } from "./picture-file.js";

export interface StoragePicture {
  readonly name: string;
  readonly rows: readonly StorageRow[];
  readonly laws: CapacityLaws;
  readonly perUnit: boolean;
  /** Loads to mark by a vertical line. */
  readonly marks: readonly number[];
}

/** SVG text. Throws LegendreError. */
export async function storagePicture(picture: StoragePicture): Promise<string> {
  const { name, rows, laws } = picture;
  const panels = [
    await panel(picture, `${name}: overlap with the memory`, "overlap", curves(picture, overlapOf)),
    await panel(
      picture,
      `${name}: retrieved memories`,
      "fraction",
      curves(picture, (r) => r.rate),
    ),
  ];
  if (laws.capacities.length > 1) panels.push(await capacityPanel(name, laws));
  return drawn(figure(rows.length > 0 ? panels : []));
}

/** Overlaps with their standard errors, rates with their 95 % intervals. */
const overlapOf = ({ overlap: { value, error } }: StorageRow): Interval => ({
  value,
  low: value - error,
  high: value + error,
});

function curves({ rows, perUnit }: StoragePicture, of: (r: StorageRow) => Interval): Series[] {
  const sizes = [...new Set(rows.map((r) => r.units))];
  return sizes.map((units) => {
    const own = rows.filter((r) => r.units === units);
    return {
      name: `N = ${units}`,
      x: own.map((r) => (perUnit ? r.load : r.memories)),
      y: own.map((r) => of(r).value),
      interval: { low: own.map((r) => of(r).low), high: own.map((r) => of(r).high) },
    };
  });
}

/** Counts over more than two decades have a logarithmic axis. */
async function panel(
  { perUnit, marks, rows }: StoragePicture,
  title: string,
  yLabel: string,
  series: readonly Series[],
): Promise<string> {
  const counts = rows.map((r) => r.memories);
  const logX = !perUnit && Math.max(...counts) > 100 * Math.min(...counts);
  const rules = marks.map((x): Rule => ({ x, label: String(x) }));
  const xLabel = perUnit ? "memories per unit" : "memories";
  return drawn(await linePlot({ title, xLabel, yLabel, series, logX, rules, width: 760, height: 360 }));
}

/** One law is named where it leaves less than half of what the other one leaves. */
async function capacityPanel(name: string, laws: CapacityLaws): Promise<string> {
  const { capacities, polynomial, exponential } = laws;
  const measured: Series = {
    name: "half are retrieved",
    x: capacities.map((c) => c.units),
    y: capacities.map((c) => c.memories),
    interval: { low: capacities.map((c) => c.low), high: capacities.map((c) => c.high) },
  };
  const isPower = polynomial !== undefined && polynomial.rest < exponential!.rest / 2;
  const isExponential = exponential !== undefined && exponential.rest < polynomial!.rest / 2;
  const law = isPower
    ? `: N to the power ${polynomial.exponent.toFixed(2)} ± ${polynomial.error.toFixed(2)}`
    : isExponential
      ? `: exp(N · (${exponential.rate.toFixed(3)} ± ${exponential.error.toFixed(3)}))`
      : "";
  const plot = {
    title: `${name}: capacity${law}`,
    xLabel: "units N",
    yLabel: "memories",
    series: [measured],
  };
  return drawn(await linePlot({ ...plot, logX: !isExponential, logY: true, width: 760, height: 360 }));
}
