/**
 * The Jacobian–vector product of every model that runs: against the 20-digit evaluator, against difference quotients
 * of the compiled rates, and linear in the direction. Each law is shown to fail for a product with a fault in it.
 */
import { describe, expect, it } from "vitest";
import { type Flow, jacobianProduct } from "../../src/derivation/index.js";
import { type CompiledField, uniformStream } from "../../src/simulation/index.js";
import { DISCRETE, flowOf, models, prepare, reference, small } from "./runnable.js";

type Product = (state: Float64Array, direction: Float64Array) => Float64Array;

function direction(size: number, name: string): Float64Array {
  const next = uniformStream(11, name);
  return Float64Array.from({ length: size }, () => 2 * next() - 1);
}

const productOf =
  (field: CompiledField): Product =>
  (state, d) => {
    const out = new Float64Array(field.size);
    field.jvp(state, d, out);
    return out;
  };

/** (f(x + hd) − f(x − hd))/2h, of error O(h²) where f is smooth. */
function quotient(field: CompiledField, state: Float64Array, d: Float64Array): Float64Array {
  const h = 1e-5;
  const rate = (by: number): Float64Array => {
    const out = new Float64Array(field.size);
    field.rhs(
      0,
      state.map((x, k) => x + by * d[k]!),
      out,
    );
    return out;
  };
  const [right, left] = [rate(h), rate(-h)];
  return right.map((x, k) => (x - left[k]!) / (2 * h));
}

const scaleOf = (x: ArrayLike<number>): number => Math.max(1, ...Array.from(x, Math.abs));

/** Largest difference, relative to the largest entry expected (at least 1). */
function distance(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  const scale = scaleOf(expected);
  return Math.max(...Array.from(found, (x, k) => Math.abs(x - expected[k]!) / scale));
}

function fromEvaluator(flow: Flow, field: CompiledField, state: Float64Array, d: Float64Array): number[] {
  const { directions, products } = jacobianProduct(flow);
  const parts = field.layout.map(
    (l) => [directions.get(l.name)!.name, d.subarray(l.offset, l.offset + l.size)] as const,
  );
  return field.layout.flatMap((l) => reference(products.get(l.name)!, field, state, new Map(parts)));
}

describe.each(models.filter(([name]) => !DISCRETE.includes(name)))("%s", (name, theoryFor) => {
  const theory = theoryFor();
  const { field } = prepare(name, theory);
  const state = small(field.initial);
  const d = direction(field.size, name);
  const product = productOf(field);

  it("is what the reference evaluator says", () => {
    expect(distance(product(state, d), fromEvaluator(flowOf(theory), field, state, d))).toBeLessThan(1e-12);
  }, 120_000);

  it("is the slope of the rates along the direction, and a product with a fault is not", () => {
    const slope = quotient(field, state, d);
    expect(distance(product(state, d), slope)).toBeLessThan(1e-7);
    const faulty = product(state, d).map((x, k) => (k === 0 ? x + 1e-3 * scaleOf(slope) : x));
    expect(distance(faulty, slope)).toBeGreaterThan(1e-4);
  });

  it("is linear in the direction", () => {
    const e = direction(field.size, `${name} again`);
    const combined = product(
      state,
      d.map((x, k) => 3 * x - e[k]!),
    );
    const [a, b] = [product(state, d), product(state, e)];
    expect(
      distance(
        combined,
        a.map((x, k) => 3 * x - b[k]!),
      ),
    ).toBeLessThan(1e-12);
  });
});
