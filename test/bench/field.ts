/**
 * Nothing comes in; Markdown tables of evaluations per second go out: the fields of the two-layer network as
 * legendre compiles them, against kernels written in C and against NumPy. All take turns of a few hundredths of a
 * second, so that what else the machine does meets all alike; medians of per-round ratios, with quartiles.
 * Run: npx tsx test/bench/field.ts [rounds] (LEGENDRE_PYTHON names the Python of the peer).
 */
import { spawnSync } from "node:child_process";
import { cpus } from "node:os";
import { nativeBackend } from "../../src/native/index.js";
import type { CompiledField, FieldOptions } from "../../src/simulation/index.js";
import { findPython } from "../peers/python.js";
import { numbers } from "./models.js";
import { compiled } from "./networks.js";
import { cPeer, numpyPeer, type Peer, type Rate } from "./peer.js";
import { digits, printBySize, rate, SIZES, type Size } from "./rounds.js";
import { median, ratios, spread } from "./statistics.js";

type Runs = NonNullable<FieldOptions["backend"]>;

const ROUNDS = Number(process.argv[2] ?? 25);
const SECONDS = 0.03;

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
    bySize.map((rates) => spread(ratios(rates[k]!, rates[base]!)));
  const first = contenders[0]!.name;
  printBySize(`${title}, relative to ${first}`, [
    [`${first}, per second`, ...bySize.map((rates) => digits(median(rates[0]!)))],
    ...contenders.slice(1).map((c, k) => [c.name, ...against(0, k + 1)]),
  ]);
  const numpy = contenders.findIndex((c) => c.name === "NumPy");
  if (numpy < 0) return;
  const others = contenders.map((c, k) => [c.name, ...against(numpy, k)]);
  printBySize(
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

async function main(): Promise<void> {
  const gcc = spawnSync("gcc", ["-dumpfullversion"], { encoding: "utf8" }).stdout?.trim() ?? "none";
  console.log(
    `${cpus()[0]!.model}; Node ${process.versions.node}; gcc ${gcc}; ${ROUNDS} rounds of ${SECONDS} s`,
  );
  await fields(true, "two-layer network", ["opt", "plain"]);
  await fields(false, "reduced network", ["reduced", "reduced_plain"]);
}

await main();
