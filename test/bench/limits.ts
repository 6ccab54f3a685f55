/**
 * Nothing comes in; a Markdown table goes out: what limits the two-layer field, as `compile --explain` predicts it and as
 * it shows when one thing at a time is taken out of the program. Run: npx tsx test/bench/limits.ts [rounds]
 */
import { wasm } from "../../src/codegen/index.js";
import {
  type Affine,
  isExpensive,
  mapReal,
  mapStatement,
  type Program,
  predict,
  type Real,
  type Rewrite,
} from "../../src/ir/index.js";
import { lower } from "../../src/lower/index.js";
import { numbers, request, TWO_LAYER } from "./models.js";
import { quantile, rate, SIZES, table } from "./rounds.js";

const ROUNDS = Number(process.argv[2] ?? 25);
const SECONDS = 0.02;

function program(nv: number, nh: number): Program {
  const lowered = lower(request(nv, nh, [TWO_LAYER]), wasm.lowering);
  if (lowered.kind === "failure") throw new Error(lowered.message);
  return lowered.program;
}

function rewritten(p: Program, change: (e: Real) => Real, affine: (a: Affine) => Affine = (a) => a): Program {
  const rewrite: Rewrite = {
    real: (e) => change(mapReal(e, rewrite)),
    affine,
    block: (b) => b.map((s) => mapStatement(s, rewrite)),
  };
  return { ...p, entries: p.entries.map((e) => ({ ...e, body: rewrite.block!(e.body) })) };
}

/** exp, tanh and the like give their argument. */
const withoutFunctions = (p: Program): Program =>
  rewritten(p, (e) => (e.kind === "call" && isExpensive(e.fn) ? e.args[0]! : e));

/** Every block of rows is the first one: as much arithmetic on memory that is near. */
const withoutMemory = (p: Program): Program =>
  rewritten(
    p,
    (e) => e,
    (a) => ({ ...a, terms: a.terms.filter((t) => Math.abs(t.coefficient) <= 4) }),
  );

/** Nothing but entering and leaving. */
const empty = (p: Program): Program => ({ ...p, entries: p.entries.map((e) => ({ ...e, body: [] })) });

function evaluation(p: Program): () => void {
  const entry = wasm.compile(p).entries.get("rhs")!;
  const { state, out } = entry.vectors;
  state.set(numbers(state.length, 7));
  return () => entry.evaluate(state, out);
}

const percent = (x: number): string => `${Math.round(100 * x)} %`;

const columns = SIZES.map(({ nv, nh }) => {
  const whole = program(nv, nh);
  const { bottleneck, seconds } = predict(whole.entries[0]!.body);
  const variants = [whole, withoutFunctions(whole), withoutMemory(whole), empty(whole)].map(evaluation);
  for (const v of variants) rate(v, 0.2);
  const times = variants.map((): number[] => []);
  for (let round = 0; round < ROUNDS; round++)
    for (const [k, v] of variants.entries()) times[k]!.push(1 / rate(v, SECONDS));
  const share = (k: number): number =>
    quantile(
      times[k]!.map((t, n) => t / times[0]![n]!),
      0.5,
    );
  const { arithmetic, functions, memory, entering } = seconds;
  const predicted = Math.max(arithmetic + functions, memory) + entering;
  const measured = quantile(times[0]!, 0.5);
  const micro = (x: number): string => (1e6 * x).toPrecision(3);
  return [
    bottleneck,
    micro(predicted),
    micro(measured),
    ...[1, 2].map((k) => percent(1 - share(k))),
    percent(share(3)),
  ];
});

const HEADS = [
  "predicted bottleneck",
  "predicted, µs",
  "measured, µs",
  "faster without exp and tanh",
  "faster with memory near",
  "entering and leaving alone",
];
table(
  "two-layer network in WebAssembly",
  HEADS.map((head, k) => [head, ...columns.map((c) => c[k]!)]),
);
