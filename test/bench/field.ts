/**
 * Nothing comes in; a table of evaluations per second of the two-layer field goes out, generated JavaScript
 * against NumPy, in interleaved rounds: medians of the per-round ratios with their quartiles.
 * Run: npx tsx test/bench/field.ts (LEGENDRE_PYTHON names the Python of the peer).
 */
import { javascript } from "../../src/codegen/index.js";
import { lower } from "../../src/lower/index.js";
import { numbers, request, TWO_LAYER } from "./models.js";
import { findPython, NumpyPeer } from "./peer.js";

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

function compiled(nv: number, nh: number): { evaluate: () => void; milliseconds: number } {
  const asked = request(nv, nh, [TWO_LAYER]);
  const start = performance.now();
  const lowered = lower(asked);
  if (lowered.kind === "failure") throw new Error(lowered.message);
  const entry = javascript.compile(lowered.program).entries.get("rhs")!;
  const milliseconds = performance.now() - start;
  const [state, out] = [numbers(nv + nh, 7), new Float64Array(nv + nh)];
  return { evaluate: () => entry.evaluate(state, out), milliseconds };
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

async function measure(size: (typeof SIZES)[number], peer: NumpyPeer | undefined): Promise<string> {
  const { evaluate, milliseconds } = compiled(size.nv, size.nh);
  rate(evaluate, SECONDS);
  const [own, ratios]: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    const mine = rate(evaluate, SECONDS);
    own.push(mine);
    if (peer !== undefined) ratios.push(mine / (await peer.rate(size.nv, size.nh, SECONDS)));
  }
  const cells = [`(${size.nv},${size.nh})`, digits(quantile(own, 0.5)), milliseconds.toFixed(1)];
  if (peer !== undefined)
    cells.push(...[0.5, 0.25, 0.75].map((q) => digits(quantile(ratios, q))), digits(size.target));
  return cells.join("\t");
}

const found = findPython();
if ("reason" in found) console.log(`NumPy peer skipped: ${found.reason}`);
const peer = "python" in found ? new NumpyPeer(found.python) : undefined;
console.log("size\tper second\tcompile ms\t× NumPy\tquartile\tquartile\ttarget");
for (const size of SIZES) console.log(await measure(size, peer));
peer?.close();
