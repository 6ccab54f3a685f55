/**
 * Nothing comes in; a Markdown table goes out: milliseconds of processor time, of all threads, to make a field of the
 * two-layer network with all its entries, by stage; the first in a new process, and again.
 * Run: npx tsx test/bench/compile.ts
 */
import { spawnSync } from "node:child_process";
import { generateWasm, wasm } from "../../src/codegen/index.js";
import { lower } from "../../src/lower/index.js";
import { bindField } from "../../src/simulation/field.js";
import { numbers } from "./models.js";
import { bindings, theoryOf } from "./networks.js";
import { printBySize, SIZES, type Size } from "./rounds.js";
import { spread } from "./statistics.js";

const STAGES = ["bind and check data", "lower", "generate", "instantiate, copy data"] as const;
const [FIRST, AGAIN] = [9, 25];

function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Milliseconds of each stage. */
function once(size: Size, data: Float64Array): number[] {
  const times = [processorTime()];
  const done = <T>(result: T): T => {
    times.push(processorTime());
    return result;
  };
  const field = done(bindField(theoryOf(true), bindings(size, true, data)));
  if (!field.ok) throw new Error(JSON.stringify(field.errors));
  const lowered = done(lower(field.value.request, wasm.lowering));
  if (lowered.kind === "failure") throw new Error(lowered.message);
  const built = done(generateWasm(lowered.program));
  done(wasm.compile(lowered.program, built));
  return STAGES.map((_, k) => times[k + 1]! - times[k]!);
}

const sum = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0);

function rows(when: string, bySize: readonly (readonly number[][])[]): string[][] {
  const stages = STAGES.map((name, k) => [
    `${when}: ${name}`,
    ...bySize.map((t) => spread(t.map((x) => x[k]!))),
  ]);
  return [...stages, [`${when}: together`, ...bySize.map((t) => spread(t.map(sum)))]];
}

function first({ nv, nh }: Size): number[] {
  const args = [...process.execArgv, process.argv[1]!, `${nv}`, `${nh}`];
  return JSON.parse(spawnSync(process.execPath, args, { encoding: "utf8" }).stdout) as number[];
}

if (process.argv[2] !== undefined) {
  const [nv, nh] = [Number(process.argv[2]), Number(process.argv[3])];
  console.log(JSON.stringify(once({ nv, nh }, numbers(nv * nh))));
} else {
  const firsts = SIZES.map((s) => Array.from({ length: FIRST }, () => first(s)));
  const again = SIZES.map((s) => {
    const data = numbers(s.nv * s.nh);
    return Array.from({ length: AGAIN }, () => once(s, data));
  });
  printBySize("compile, ms", [...rows("first", firsts), ...rows("again", again)]);
}
