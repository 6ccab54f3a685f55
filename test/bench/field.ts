/**
 * Nothing comes in; a table of evaluations per second of the two-layer field goes out, generated JavaScript
 * against hand-written JavaScript and NumPy, in interleaved rounds: medians of the per-round ratios, quartiles.
 * Run: npx tsx test/bench/field.ts (LEGENDRE_PYTHON names the Python of the peer).
 */
import { javascript } from "../../src/codegen/index.js";
import { lower } from "../../src/lower/index.js";
import { findPython } from "../peers/python.js";
import { handWritten } from "./hand-written.js";
import { numbers, request, TWO_LAYER } from "./models.js";
import { NumpyPeer } from "./peer.js";

/** Sizes, and the ratio of "JavaScript, best loops" to NumPy in performance.md. */
const SIZES = [
  { nv: 2, nh: 3, target: 1.02 / 0.005 },
  { nv: 50, nh: 4, target: 0.25 / 0.013 },
  { nv: 784, nh: 100, target: 0.094 / 0.2 },
  { nv: 1024, nh: 1024, target: 0.25 / 0.45 },
  { nv: 4096, nh: 1024, target: 0.44 / 0.52 },
];
const ROUNDS = 7;
const SECONDS = 0.3;

function compiled(nv: number, nh: number): { own: () => void; hand: () => void; milliseconds: number } {
  const asked = request(nv, nh, [TWO_LAYER]);
  const start = performance.now();
  const lowered = lower(asked);
  if (lowered.kind === "failure") throw new Error(lowered.message);
  const entry = javascript.compile(lowered.program).entries.get("rhs")!;
  const milliseconds = performance.now() - start;
  const [state, out] = [numbers(nv + nh, 7), new Float64Array(nv + nh)];
  const [memories, beta] = [...asked.parameters.values()];
  const hand = handWritten(nv, nh, memories!, beta![0]!);
  return { own: () => entry.evaluate(state, out), hand: () => hand(state, out), milliseconds };
}

function rate(evaluate: () => void, seconds: number): number {
  let [count, batch] = [0, 1];
  const start = performance.now();
  for (;;) {
    for (let k = 0; k < batch; k++) evaluate();
    count += batch;
    const elapsed = (performance.now() - start) / 1000;
    if (elapsed >= seconds) return count / elapsed;
    batch = Math.max(1, Math.floor(((count / elapsed) * seconds) / 10));
  }
}

const quantile = (list: readonly number[], q: number): number =>
  [...list].sort((a, b) => a - b)[Math.round(q * (list.length - 1))]!;

const digits = (x: number): string => x.toPrecision(3);

const spread = (list: readonly number[]): string =>
  list.length === 0
    ? "–"
    : `${digits(quantile(list, 0.5))} (${digits(quantile(list, 0.25))}–${digits(quantile(list, 0.75))})`;

async function measure(size: (typeof SIZES)[number], peer: NumpyPeer | undefined): Promise<string> {
  const { own, hand, milliseconds } = compiled(size.nv, size.nh);
  for (const f of [own, hand]) rate(f, SECONDS);
  const [rates, toHand, toNumpy]: [number[], number[], number[]] = [[], [], []];
  for (let round = 0; round < ROUNDS; round++) {
    const mine = rate(own, SECONDS);
    rates.push(mine);
    toHand.push(mine / rate(hand, SECONDS));
    if (peer !== undefined) toNumpy.push(mine / (await peer.rate(size.nv, size.nh, SECONDS)));
  }
  const cells = [`(${size.nv},${size.nh})`, digits(quantile(rates, 0.5)), milliseconds.toFixed(1)];
  return [...cells, spread(toHand), spread(toNumpy), digits(size.target)].join("\t");
}

const found = findPython("numpy");
if ("reason" in found) console.log(`NumPy peer skipped: ${found.reason}`);
const peer = "path" in found ? new NumpyPeer(found.path) : undefined;
console.log("size\tper second\tcompile ms\t× hand-written\t× NumPy\t(performance.md)");
for (const size of SIZES) console.log(await measure(size, peer));
peer?.close();
