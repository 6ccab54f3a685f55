/**
 * Statements of an entry come in; passes over each buffer, and the time that one run should take on one core by each of
 * its resources, go out: a roofline (Williams, Waterman & Patterson 2009) with the rates of a recent server core.
 */
import { type Cost, costOf } from "./cost.js";
import type { Buffer, Statement } from "./program.js";
import { visitBlock } from "./walk.js";

/** Operations per second of two-wide vectors without multiply-add. */
const ARITHMETIC = 14e9;
/** Seconds for one entry of a vectorised exp, tanh, … */
const CALL = 2.1e-9;
/** Seconds from the argument of such a function to its value, which a loop takes at least. */
const LATENCY = 25e-9;
/** Seconds for entering and leaving. */
const ENTERING = 15e-9;
/** Bytes per second, by where the buffers of an entry fit together. */
const LEVELS = [
  { name: "L2", bytes: 2 * 2 ** 20, rate: 98e9 },
  { name: "L3", bytes: 64 * 2 ** 20, rate: 27e9 },
  { name: "memory", bytes: Number.POSITIVE_INFINITY, rate: 10e9 },
] as const;

export type Resource = "arithmetic" | "functions" | "memory" | "entering";

export interface Prediction {
  readonly cost: Cost;
  /** How often a buffer is walked from one end to the other: what one loop reads again is near. */
  readonly passes: ReadonlyMap<Buffer, number>;
  /** Bytes that come from where the buffers are. */
  readonly bytes: number;
  readonly level: (typeof LEVELS)[number]["name"];
  readonly seconds: Readonly<Record<Resource, number>>;
  /** What takes longest. */
  readonly bottleneck: Resource;
}

const flat = (block: readonly Statement[]): readonly Statement[] =>
  block.flatMap((s) => (s.kind === "section" ? flat(s.body) : [s]));

/** Accesses to each buffer in one run of a statement. */
function accesses(s: Statement): Map<Buffer, number> {
  const found = new Map<Buffer, number>();
  const buffers = new Set<Buffer>();
  visitBlock([s], {
    real: (e) => {
      if (e.kind === "load") buffers.add(e.buffer);
    },
    statement: (x) => {
      if (x.kind === "store" || x.kind === "accumulate") buffers.add(x.buffer);
    },
  });
  for (const b of buffers) {
    const { loads, stores } = costOf([s], (x) => x === b);
    found.set(b, loads + stores);
  }
  return found;
}

const functionTime = (calls: number): number => (calls === 0 ? 0 : Math.max(LATENCY, calls * CALL));

export function predict(body: readonly Statement[]): Prediction {
  const passes = new Map<Buffer, number>();
  for (const s of flat(body))
    for (const [b, n] of accesses(s))
      passes.set(b, (passes.get(b) ?? 0) + Math.min(1, n / Math.max(1, b.size)));
  const sum = (weigh: (b: Buffer, times: number) => number): number =>
    [...passes].reduce((total, [b, n]) => total + weigh(b, n), 0);
  const bytes = sum((b, n) => 8 * b.size * n);
  const together = sum((b) => 8 * b.size);
  const { name, rate } = LEVELS.find((l) => together <= l.bytes)!;
  const cost = costOf(body);
  const seconds = {
    arithmetic: cost.flops / ARITHMETIC,
    functions: flat(body).reduce((t, s) => t + functionTime(costOf([s]).calls), 0),
    memory: bytes / rate,
    entering: ENTERING,
  };
  const resources = Object.keys(seconds) as Resource[];
  const bottleneck = resources.reduce((a, b) => (seconds[b] > seconds[a] ? b : a));
  return { cost, passes, bytes, level: name, seconds, bottleneck };
}
