/** Prints nanoseconds per interval operation: `npx tsx test/certificate/arithmetic/bench.ts`. */
import {
  BINARY,
  decimalIntervals,
  doubleIntervals,
  type IntervalArithmetic,
  UNARY,
} from "../../../src/certificate/checker/arithmetic/index.js";
import { randomDoubles } from "./points.js";

/** Median over five batches of the time of one call, in ns. */
function time(call: (k: number) => unknown, batch: number): number {
  const runs: number[] = [];
  for (let r = 0; r < 6; r++) {
    const start = performance.now();
    for (let k = 0; k < batch; k++) call(k);
    runs.push(((performance.now() - start) * 1e6) / batch);
  }
  return runs.slice(1).sort((a, b) => a - b)[2]!;
}

/** Wide enough that both ends are computed: [x, x + 1/64], x in [1, 3). */
function operands<I>(a: IntervalArithmetic<I>): I[] {
  const points = randomDoubles(7, 256, (u) => 1 + 2 * u());
  return points.map((x) => a.hull(a.fromDouble(x), a.fromDouble(x + 1 / 64)));
}

function column<I>(a: IntervalArithmetic<I>, batch: number): Map<string, number> {
  const xs = operands(a);
  const at = (k: number) => xs[k & 255]!;
  const result = new Map<string, number>();
  for (const f of BINARY)
    result.set(
      f,
      time((k) => a[f](at(k), at(k + 1)), batch),
    );
  result.set(
    "pown 5",
    time((k) => a.pown(at(k), 5), batch),
  );
  for (const f of UNARY) {
    const inner =
      f === "asin" || f === "acos" || f === "atanh" ? xs.map((x) => a.recip(a.sqr(a.add(x, a.one)))) : xs;
    result.set(
      f,
      time((k) => a[f](inner[k & 255]!), batch),
    );
  }
  return result;
}

const columns = [
  column(doubleIntervals, 2000),
  column(decimalIntervals(30), 200),
  column(decimalIntervals(100), 100),
];
console.log("ns per interval operation (two ends)".padEnd(38), "double", "30 digits", "100 digits");
for (const name of columns[0]!.keys()) {
  console.log(name.padEnd(12), ...columns.map((c) => Math.round(c.get(name)!).toString().padStart(10)));
}
