/**
 * Steps inside WebAssembly, on every model that runs: the slopes, the end and the error of a step, and whole runs, equal
 * those of the steps that go through `rhs` stage by stage, up to rounding. A changed coefficient is seen.
 */
import { describe, expect, it } from "vitest";
import {
  bosh3,
  dop853,
  dopri5,
  euler,
  explicitRungeKutta,
  type Field,
  heun,
  integrate,
  rk4,
  type Stepper,
  type Tableau,
  tsit5,
} from "../../src/ode/index.js";
import type { CompiledField } from "../../src/simulation/index.js";
import { models, prepare, REFUSED, small } from "./runnable.js";

const METHODS = [tsit5, dopri5, dop853, bosh3, rk4, heun, euler];

/** The same field without its own steps. */
const stageByStage = ({ size, rhs }: CompiledField): Field => ({ size, rhs });

/** Relative to the larger of 1 and the second. */
const distance = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((most, x, k) => Math.max(most, Math.abs(x - b[k]!) / (1 + Math.abs(b[k]!))), 0);

interface Seen {
  readonly next: Float64Array;
  readonly middle: Float64Array;
  readonly error: readonly number[];
  readonly slope: Float64Array;
}

/** Two accepted steps of 0.01, so that the slope that is passed on is used. */
function twoSteps(field: Field, method: (typeof METHODS)[number], initial: Float64Array): Seen {
  const stepper: Stepper = explicitRungeKutta(method).create(field);
  const middle = new Float64Array(field.size);
  const error: number[] = [];
  stepper.init(0, initial);
  for (const t of [0.01, 0.02]) {
    expect(stepper.step(t)).toBe("ok");
    if (method.error) error.push(stepper.errorNorm(1e-6, 1e-9));
    stepper.interpolate(t - 0.004, middle);
    stepper.accept();
  }
  const seen = { next: stepper.state.slice(), middle, error, slope: stepper.derivative().slice() };
  stepper.release?.();
  return seen;
}

function stepDistance(a: Seen, b: Seen): number {
  const parts = [distance(a.next, b.next), distance(a.middle, b.middle), distance(a.slope, b.slope)];
  // The error is a difference of nearly equal numbers, of size 1e-16·|k| before it is scaled.
  const scaled = a.error.map((x, k) => (Math.abs(x - b.error[k]!) / (1 + b.error[k]!)) * 1e-5);
  return Math.max(...parts, ...scaled);
}

const off = (weights: Float64Array): Float64Array => weights.map((x, i) => (i === 0 ? x * (1 + 1e-6) : x));

/** A field whose steps weigh the first slope wrong by a millionth on the way to their end. */
const faulty = (field: CompiledField): Field => ({
  ...stageByStage(field),
  stepKernel: (tableau: Tableau) => {
    const { a, b, firstSameAsLast } = tableau;
    const wrong = firstSameAsLast ? { a: [...a.slice(0, -1), off(a.at(-1)!)] } : { b: off(b) };
    return field.stepKernel!({ ...tableau, ...wrong });
  },
});

const fields = models.map(([name, theory]) => [name, theory] as const).filter(([name]) => !(name in REFUSED));

describe.each(fields)("%s", (name, theory) => {
  const field = prepare(name, theory()).field;
  const initial = small(field.initial);

  it("has steps of its own", () => {
    expect(field.backend.name).toBe("wasm");
    expect(field.stepKernel).toBeTypeOf("function");
  });

  it.each(METHODS.map((m) => [m.name, m] as const))("%s", (_name, method) => {
    const plain = twoSteps(stageByStage(field), method, initial);
    expect(stepDistance(twoSteps(field, method, initial), plain)).toBeLessThan(1e-13);
    const moves = plain.slope.some((x) => Math.abs(x) > 1e-3);
    if (moves) expect(stepDistance(twoSteps(faulty(field), method, initial), plain)).toBeGreaterThan(1e-12);
  });

  it("whole runs", () => {
    const options = {
      initial,
      until: 1,
      record: { every: 0.1 },
      ...(field.energy && { energy: field.energy }),
    };
    const [own, plain] = [integrate(field, options), integrate(stageByStage(field), options)];
    expect([own.status, own.steps, own.rejected, own.evaluations]).toEqual([
      plain.status,
      plain.steps,
      plain.rejected,
      plain.evaluations,
    ]);
    expect(distance(own.state, plain.state)).toBeLessThan(1e-10);
    expect(own.record.t).toEqual(plain.record.t);
    own.record.states.forEach((x, k) => {
      expect(distance(x, plain.record.states[k]!)).toBeLessThan(1e-10);
    });
    expect(distance(own.record.energy, plain.record.energy)).toBeLessThan(1e-9);
  });
});
