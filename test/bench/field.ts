/**
 * Nothing comes in; Markdown tables of evaluations per second go out: the fields of the two-layer network as
 * legendre compiles them, against kernels written in C and against NumPy. All take turns of a few hundredths of a
 * second, so that what else the machine does meets all alike; medians of per-round ratios, with quartiles.
 * Run: npx tsx test/bench/field.ts [rounds] (LEGENDRE_PYTHON names the Python of the peer).
 */
import { spawnSync } from "node:child_process";
import { cpus } from "node:os";
import { derive, type Theory } from "../../src/derivation/index.js";
import { nativeBackend } from "../../src/native/index.js";
import { defineModel } from "../../src/parser/index.js";
import { type CompiledField, compileField, type FieldOptions } from "../../src/simulation/index.js";
import { findPython } from "../peers/python.js";
import { numbers } from "./models.js";
import { cPeer, numpyPeer, type Peer, type Rate } from "./peer.js";
import { digits, quantile, rate, SIZES, type Size, spread, table } from "./rounds.js";

type Runs = NonNullable<FieldOptions["backend"]>;

const ROUNDS = Number(process.argv[2] ?? 25);
const SECONDS = 0.03;

/** Softmax hidden units, and visible units that are tanh, or linear as in the reduced network of the literature. */
function theory(name: string, visible: string): Theory {
  const model = defineModel({
    legendre: 1,
    name,
    indices: { i: "N_v", mu: "N_h" },
    parameters: { beta: { sign: "positive", default: 2 }, Xi: { over: ["mu", "i"] } },
    layers: {
      v: { over: ["i"], lagrangian: visible, activation: "g" },
      h: { over: ["mu"], lagrangian: "logsumexp(mu, beta*h[mu])/beta", activation: "f" },
    },
    synapses: { dense: "-sum(mu, i, f[mu]*Xi[mu,i]*g[i])" },
    fast: ["h"],
  });
  if (!model.ok) throw new Error(JSON.stringify(model.errors));
  const derived = derive(model.value);
  if (!derived.ok) throw new Error(JSON.stringify(derived.errors));
  return derived.value;
}

const FULL = theory("two-layer", "sum(i, logcosh(v[i]))");
const REDUCED = theory("reduced", "sum(i, v[i]^2)/2");

function compiled({ nv, nh }: Size, full: boolean, backend: Runs, data = numbers(nv * nh)): CompiledField {
  const memories = { shape: [nh, nv], data };
  const field = compileField(full ? FULL : REDUCED, {
    arrays: new Map([["Xi", { value: memories, source: "benchmark" }]]),
    set: new Map([
      ["N_v", { value: nv, source: "benchmark" }],
      ["N_h", { value: nh, source: "benchmark" }],
    ]),
    full,
    backend,
  });
  if (!field.ok) throw new Error(JSON.stringify(field.errors));
  return field.value;
}

/** Someone who takes part: a name and, for each size, a rate. */
interface Contender {
  readonly name: string;
  readonly rate: Rate;
}

type Use = (field: CompiledField) => () => void;

/** The caller's arrays, copied into the memory of the module and back. */
const copying: Use = (field) => {
  const [state, out] = [field.initial.slice(), new Float64Array(field.size)];
  state.set(numbers(field.size, 7));
  return () => field.rhs(0, state, out);
};

/** The vectors of the field itself, as its integrators have them. */
const inPlace: Use = (field) => {
  const { state, rate: out } = field.vectors;
  state.set(numbers(field.size, 7));
  return () => field.rhs(0, state, out);
};

function own(name: string, full: boolean, backend: Runs, use: Use): Contender {
  const known = new Map<string, () => void>();
  return {
    name,
    rate: (nv, nh, seconds) => {
      const key = `${nv},${nh}`;
      const evaluate = known.get(key) ?? use(compiled({ nv, nh }, full, backend));
      if (!known.has(key)) rate(evaluate, 0.3); // until V8 has optimised it
      known.set(key, evaluate);
      rate(evaluate, seconds / 5);
      return rate(evaluate, seconds);
    },
  };
}

/** rates[contender][round] at one size. */
async function rounds(contenders: readonly Contender[], { nv, nh }: Size): Promise<number[][]> {
  const rates = contenders.map((): number[] => []);
  for (let round = -1; round < ROUNDS; round++)
    for (const [k, c] of contenders.entries()) {
      const r = await c.rate(nv, nh, SECONDS);
      if (round >= 0) rates[k]!.push(r);
    }
  return rates;
}

/** Against the first contender, and the rows asked for against NumPy. */
async function compare(title: string, contenders: readonly Contender[]): Promise<void> {
  const bySize: number[][][] = [];
  for (const size of SIZES) bySize.push(await rounds(contenders, size));
  const against = (base: number, k: number): string[] =>
    bySize.map((rates) => spread(rates[k]!.map((r, n) => r / rates[base]![n]!)));
  const first = contenders[0]!.name;
  table(`${title}, relative to ${first}`, [
    [`${first}, per second`, ...bySize.map((rates) => digits(quantile(rates[0]!, 0.5)))],
    ...contenders.slice(1).map((c, k) => [c.name, ...against(0, k + 1)]),
  ]);
  const numpy = contenders.findIndex((c) => c.name === "NumPy");
  if (numpy < 0) return;
  const others = contenders.map((c, k) => [c.name, ...against(numpy, k)]);
  table(
    `${title}, relative to NumPy`,
    others.filter((_, k) => k !== numpy),
  );
}

async function fields(full: boolean, title: string, kernels: readonly [fast: string, plain: string]) {
  const found = findPython("numpy");
  if ("reason" in found) console.log(`NumPy skipped: ${found.reason}`);
  const peers: (readonly [string, Peer | undefined])[] = [
    ["C, one pass, AVX-512", cPeer(kernels[0], true)],
    ["C, textbook", cPeer(kernels[1], false)],
    ["NumPy", "path" in found ? numpyPeer(found.path, full ? "two-layer" : "reduced") : undefined],
  ];
  const [opt, ...others] = peers.flatMap(([name, peer]) => (peer ? [{ name, rate: peer.rate }] : []));
  if (opt === undefined) console.log("C skipped: gcc did not build the kernels");
  const native = await nativeBackend();
  if (!native.ok) console.log(`native skipped: ${native.errors[0]!.message}`);
  await compare(title, [
    ...(opt ? [opt] : []),
    ...(native.ok
      ? [
          own("native, in place", full, native.value, inPlace),
          own("native, copying", full, native.value, copying),
        ]
      : []),
    own("WebAssembly, in place", full, "wasm", inPlace),
    own("WebAssembly, copying", full, "wasm", copying),
    own("JavaScript", full, "javascript", copying),
    ...others,
  ]);
  for (const [, p] of peers) p?.close();
}

/** Milliseconds from a theory and arrays to a field with all its entries. */
function compileTime(size: Size, data: Float64Array): number {
  const start = performance.now();
  compiled(size, true, "wasm", data);
  return performance.now() - start;
}

/** Again and again, and the first in a new process. */
function compileTimes(): void {
  const again = SIZES.map((s) => {
    const data = numbers(s.nv * s.nh);
    return spread(Array.from({ length: 15 }, () => compileTime(s, data)));
  });
  const script = process.argv[1]!;
  const first = SIZES.map((s) => {
    const args = [...process.execArgv, script, "compile", `${s.nv}`, `${s.nh}`];
    const times = Array.from({ length: 5 }, () =>
      Number(spawnSync(process.execPath, args, { encoding: "utf8" }).stdout),
    );
    return spread(times);
  });
  table("compile, ms", [
    ["first in a process", ...first],
    ["again", ...again],
  ]);
}

async function main(): Promise<void> {
  const gcc = spawnSync("gcc", ["-dumpfullversion"], { encoding: "utf8" }).stdout?.trim() ?? "none";
  console.log(
    `${cpus()[0]!.model}; Node ${process.versions.node}; gcc ${gcc}; ${ROUNDS} rounds of ${SECONDS} s`,
  );
  await fields(true, "two-layer network", ["opt", "plain"]);
  await fields(false, "reduced network", ["reduced", "reduced_plain"]);
  compileTimes();
}

if (process.argv[2] === "compile") {
  const [nv, nh] = [Number(process.argv[3]), Number(process.argv[4])];
  console.log(compileTime({ nv, nh }, numbers(nv * nh)));
} else await main();
