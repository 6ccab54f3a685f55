/** A seed and a backend come in; what was wrong with one random expression, or what kept it from being checked, goes out. */
import { type Backend, javascript } from "../../src/codegen/index.js";
import { buildExpr } from "../index-notation/plain.js";
import { Chance, FREE, randomEnvironment, randomPlain } from "../index-notation/random-expression.js";
import { evaluate } from "./harness.js";
import { Ambiguous, agrees, naiveField, type Values } from "./naive.js";
import { type Expr, evaluateD, type Index, scalarToNumberOf, symbolsOf, type TensorSymbol } from "./world.js";

/** Small sizes, and sizes at which rows are taken four at a time and sums are split, with remainders. */
const sizesFor = (seed: number): ReadonlyMap<string, number> => {
  const chance = new Chance(seed + 5);
  const [small, large] = [chance.int(1, 4), chance.pick([1, 4, 6, 9, 19])];
  const swap = chance.chance(0.5);
  return new Map([
    ["N", swap ? small : large],
    ["M", swap ? large : small],
  ]);
};

/** All components of the symbols of e in a random environment, as doubles. */
function valuesFor(e: Expr, seed: number): Values {
  const env = { ...randomEnvironment(seed), dimensions: sizesFor(seed) };
  const tensors = new Map<TensorSymbol, Float64Array>();
  for (const s of symbolsOf(e)) {
    if (s.role === "variable") continue;
    const shape = s.dims.map((d) => evaluateD(d, env.dimensions)!);
    const size = shape.reduce((n, k) => n * k, 1);
    const at = (flat: number): number[] => {
      let left = flat;
      return shape.map((_, k) => {
        const stride = shape.slice(k + 1).reduce((n, m) => n * m, 1);
        const here = Math.floor(left / stride);
        left -= here * stride;
        return here;
      });
    };
    tensors.set(
      s,
      Float64Array.from({ length: size }, (_, k) => scalarToNumberOf(env.tensor(s, at(k)))),
    );
  }
  return { dimensions: env.dimensions, tensors };
}

function build(seed: number, roots: boolean): Expr | undefined {
  try {
    return buildExpr(randomPlain(seed, { depth: 1 + (seed % 4), roots }));
  } catch {
    return undefined;
  }
}

/** What was wrong with one random expression, or what kept it from being checked. */
export function check(
  seed: number,
  backend: Backend = javascript,
  roots = false,
): "ambiguous" | "unbuilt" | "fine" | string {
  const e = build(seed, roots);
  if (e === undefined) return "unbuilt";
  const values = valuesFor(e, seed);
  const over: readonly Index[] = FREE.filter((i) => e.free.includes(i));
  try {
    const want = naiveField(over, e, values);
    for (const optimise of [false, true]) {
      const got = evaluate([{ over, value: e }], values, { optimise }, backend);
      const bad = got.findIndex((x, k) => !agrees(x, want[k]!));
      if (bad >= 0)
        return `seed ${seed} optimise ${optimise}: got ${got[bad]} want ${want[bad]!.v} ± ${want[bad]!.e}`;
    }
    return "fine";
  } catch (x) {
    if (x instanceof Ambiguous) return "ambiguous";
    return `seed ${seed}: ${(x as Error).stack?.split("\n").slice(0, 3).join(" | ")}`;
  }
}
