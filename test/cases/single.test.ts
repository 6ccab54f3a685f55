/**
 * Single precision on every model that runs: rates, activations, fast states and the Jacobian–vector product within
 * the bound that follows every rounding, the energy as exact as with doubles.
 */
import { describe, expect, it } from "vitest";
import { type Formula, jacobianProduct } from "../../src/derivation/index.js";
import { symbolsOf, type TensorSymbol } from "../../src/index-notation/index.js";
import { type CompiledField, uniformStream } from "../../src/simulation/index.js";
import { type Approx, agrees, naiveField, SINGLE_ROUNDING, withRounding } from "../lower/naive.js";
import { DISCRETE, flowOf, models, prepare, reference, small } from "./runnable.js";

/** Values with bounds of a formula at a state, and at other tensors. */
function bounded(
  f: Formula,
  { bound, layout }: CompiledField,
  state: Float64Array,
  others: readonly (readonly [TensorSymbol, Float64Array])[] = [],
): Approx[] {
  const named = new Map(bound.values);
  for (const l of layout) named.set(l.name, state.subarray(l.offset, l.offset + l.size));
  const tensors = new Map<TensorSymbol, Float64Array>(others);
  for (const s of symbolsOf(f.expr))
    if (named.has(s.name) && !tensors.has(s)) tensors.set(s, named.get(s.name)!);
  return withRounding(SINGLE_ROUNDING, () =>
    naiveField(f.over, f.expr, { dimensions: bound.dimensions, tensors }),
  );
}

const outside = (got: ArrayLike<number>, want: readonly Approx[]): string[] =>
  withRounding(SINGLE_ROUNDING, () =>
    want.flatMap((w, k) => (agrees(got[k]!, w) ? [] : [`[${k}] ${got[k]}, expected ${w.v} ± ${w.e}`])),
  );

/** Of the largest entry of a quantity: a unit of the last place is 1.2e-7. */
const BLUNT = 1e-6;

function far(got: ArrayLike<number>, want: readonly Approx[]): number {
  const scale = Math.max(1, ...want.map((w) => Math.abs(w.v)));
  return Math.max(0, ...want.map((w, k) => Math.abs(got[k]! - w.v) / scale));
}

it("an energy added up in single numbers would be seen", () => {
  const [name, theoryFor] = models.find(([n]) => n === "kh-b")!;
  const { field } = prepare(name, theoryFor());
  const state = small(field.initial);
  const shifted = state.map((x, k) => x + 1e-4 * Math.cos(k));
  const [a, b] = [field.energy!(0, state), field.energy!(0, shifted)];
  expect(Math.abs(Math.fround(b) - Math.fround(a) - (b - a)) / Math.max(1, Math.abs(a))).toBeGreaterThan(
    1e-10,
  );
});

describe.each(models.filter(([name]) => !DISCRETE.includes(name)))("%s", (name, theoryFor) => {
  const theory = theoryFor();
  const flow = flowOf(theory);
  const { field } = prepare(name, theory, "f32");
  const state = small(field.initial);

  const expectWithin = (got: Float64Array, wants: readonly Approx[]): void => {
    expect(outside(got, wants)).toEqual([]);
    expect(far(got, wants)).toBeLessThan(BLUNT);
  };

  it("says that it computes with single numbers", () => {
    expect(field.backend).toMatchObject({ name: "wasm", precision: "f32" });
  });

  it("rates, and what a wrong one would show", () => {
    const rates = new Float64Array(field.size);
    field.rhs(0, state, rates);
    const want = field.layout.flatMap((l) => {
      const { over, rate } = flow.motions.get(l.name)!;
      return bounded({ over, expr: rate }, field, state);
    });
    expectWithin(rates, want);
    const faulty = rates.map((x, k) => (k === 0 ? x + 64 * (want[0]!.e + 1e-30) : x));
    expect(outside(faulty, want).length).toBe(1);
  }, 60_000);

  it("the Jacobian times a direction", () => {
    const next = uniformStream(11, name);
    const [d, out] = [state.map(() => 2 * next() - 1), new Float64Array(field.size)];
    field.jvp(state, d, out);
    const { directions, products } = jacobianProduct(flow);
    const parts = field.layout.map(
      (l) => [directions.get(l.name)!, d.subarray(l.offset, l.offset + l.size)] as const,
    );
    const want = field.layout.flatMap((l) => bounded(products.get(l.name)!, field, state, parts));
    expectWithin(out, want);
  }, 120_000);

  it("the energy: its parameters are rounded, its changes are those of doubles", () => {
    const { energy } = flow;
    if (energy === undefined) return;
    const exact = (x: Float64Array): number => reference({ over: [], expr: energy }, field, x)[0]!;
    const shifted = state.map((x, k) => x + 1e-4 * Math.cos(k));
    const scale = Math.max(1, Math.abs(exact(state)));
    expect(Math.abs(field.energy!(0, state) - exact(state))).toBeLessThan(BLUNT * scale);
    const change = exact(shifted) - exact(state);
    const wrong = (value: (x: Float64Array) => number): number =>
      Math.abs(value(shifted) - value(state) - change) / scale;
    expect(wrong((x) => field.energy!(0, x))).toBeLessThan(1e-10);
  });
});
