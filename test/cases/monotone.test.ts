/**
 * Every model that a step theorem covers is run with steps from a hundredth to a hundred time constants, from states near and
 * far: the energy never rises by more than its rounding. Methods without a promise do raise it, and are refused.
 */
import { describe, expect, it } from "vitest";
import { promisesOf } from "../../src/certificate/index.js";
import type { Theory } from "../../src/derivation/index.js";
import { type EnergySafeName, METHODS, type Method, type Run } from "../../src/ode/index.js";
import { type CompiledField, simulate } from "../../src/simulation/index.js";
import { laboratory, must } from "./compiled.js";
import { randomData } from "./random-data.js";
import { isFull, models, prepare, REFUSED, small } from "./runnable.js";

const NAMES: readonly EnergySafeName[] = ["alternating", "strang", "one-sided", "discrete-gradient"];
const STEPS = [0.01, 1, 10, 100];

const run = (field: CompiledField, method: EnergySafeName | Method, dt: number, initial: Float64Array): Run =>
  must(simulate(field, { method, dt, stepping: "fixed", until: 25 * dt, initial, record: "steps" }));

/** Of the sums that make up the energy, which cancel. */
const roundingOf = ({ record }: Run): number =>
  256 *
  Number.EPSILON *
  Math.max(1, ...record.energy.map(Math.abs), ...record.states.flatMap((s) => [...s]).map((x) => x * x));

/** The flow that commands use; the full network too where a theorem of its own covers it. */
const fieldsOf = (name: string, theory: Theory) => {
  const own = [{ full: isFull(theory), field: prepare(name, theory).field }];
  if (theory.kind !== "layered" || isFull(theory) || theory.full === theory.reduced) return own;
  return [
    ...own,
    { full: true, field: laboratory(theory, { ...randomData(theory.model, 5, 2, 2), full: true }).field },
  ];
};

function moves(field: CompiledField, state: Float64Array): boolean {
  const rate = new Float64Array(field.size);
  field.rhs(0, state, rate);
  return Math.max(...rate.map(Math.abs)) > 1e-6;
}

/** A search for concavity that takes seconds; the model has no promise. */
const SLOW = new Set(["energy-transformer"]);

describe.each(models.filter(([name]) => REFUSED[name] === undefined && !SLOW.has(name)))(
  "%s",
  (name, theoryFor) => {
    const theory = theoryFor();
    for (const { full, field } of fieldsOf(name, theory)) {
      const promises = promisesOf(theory, full);
      const able = NAMES.filter((m) => promises(m).holds);
      it.skipIf(able.length === 0)(`full ${full}: ${able.join(", ")}`, () => {
        for (const method of able) {
          expect(METHODS[method].unsuited?.(field), method).toBeUndefined();
          for (const dt of STEPS) {
            for (const initial of [small(field.initial), field.initial.map((x) => 3 * x)]) {
              const result = run(field, method, dt, initial);
              const { status, energy } = result;
              expect(status, `${method}, dt = ${dt}: ${result.failure?.message}`).toBe("finished");
              expect(energy!.largestIncrease, `${method}, dt = ${dt}`).toBeLessThan(roundingOf(result));
              // A method that stands still would pass as well; some states do rest (kernels of bounded support).
              if (dt >= 1 && moves(field, initial))
                expect(energy!.end, `${method}, dt = ${dt}`).toBeLessThan(energy!.start);
            }
          }
        }
      });
    }
  },
);

const rise = (name: string, method: EnergySafeName | Method, dt: number): number => {
  const theory = models.find(([n]) => n === name)![1]();
  const { field } = prepare(name, theory);
  return run(field, method, dt, field.initial).energy!.largestIncrease;
};

describe("without a theorem the energy does rise:", () => {
  it("layers that move at once, under a bilinear potential", () => {
    expect(rise("bam", "one-sided", 10)).toBeGreaterThan(0.1);
    expect(rise("bam", "alternating", 10)).toBeLessThan(1e-12);
  });

  it("time constants that differ inside a layer that is not separable", () => {
    expect(rise("general", "one-sided", 10)).toBeGreaterThan(0.1);
  });

  it("a force that is not minus the derivative of the potential", () => {
    expect(rise("asymmetric", "strang", 10)).toBeGreaterThan(0.1);
  });

  it("Euler's method and the classical Runge–Kutta method at long steps", () => {
    expect(rise("kh-b", METHODS.euler, 3)).toBeGreaterThan(0.1);
    expect(rise("bam", METHODS.rk4, 4)).toBeGreaterThan(0.1);
  });

  it("planted fault: relaxation past the drive", () => {
    const { strang } = METHODS;
    const faulty: Method = {
      ...strang,
      name: "overshooting",
      create(field) {
        const blocks = field.structure!.blocks.map((b) => ({
          ...b,
          drive: (x: Float64Array, out: Float64Array) => {
            b.drive(x, out);
            for (let k = 0; k < b.size; k++) out[k] = 2.2 * out[k]! - 1.2 * x[b.offset + k]!;
          },
        }));
        return strang.create({
          size: field.size,
          rhs: field.rhs,
          structure: { ...field.structure!, blocks },
        });
      },
    };
    expect(rise("bam", faulty, 10)).toBeGreaterThan(1e-3);
  });
});

describe("--monotone", () => {
  const theory = models.find(([n]) => n === "bam")![1]();
  const { field } = prepare("bam", theory);
  const monotone = promisesOf(theory, true);
  const ask = (method: "auto" | keyof typeof METHODS): Run =>
    must(simulate(field, { until: 5, monotone, method }));

  it("auto takes a method that promises descent, and says why", () => {
    const result = ask("auto");
    expect(result).toMatchObject({ status: "finished", method: "strang" });
    expect(result.methodReason).toMatch(/^no step raises the energy: the potential is affine/);
    expect(result.energy!.largestIncrease).toBeLessThan(1e-12);
  });

  it("refuses others, says why, and which do", () => {
    expect(ask("tsit5").failure).toMatchObject({
      code: "not-monotone",
      message:
        "tsit5 does not promise that no step raises the energy: its steps can raise an energy that the flow lowers; these methods do: strang, alternating, discrete-gradient",
      hint: 'choose strang, or "auto"',
    });
    expect(ask("one-sided").failure?.message).toMatch(
      /^one-sided does not promise .*not shown to be concave/,
    );
  });

  it("says of each method what is missing where none does", () => {
    const other = models.find(([n]) => n === "asymmetric")![1]();
    const result = must(
      simulate(prepare("asymmetric", other).field, { until: 5, monotone: promisesOf(other, true) }),
    );
    expect(result.failure?.message).toMatch(/^no method does: strang: v has a declared force/);
  });

  it("refuses a method that cannot run the field at all", () => {
    const other = models.find(([n]) => n === "pavlovian")![1]();
    const refused = must(simulate(prepare("pavlovian", other).field, { until: 5, method: "strang" }));
    expect(refused.failure).toMatchObject({
      code: "unsuited-method",
      message: "strang cannot run this field: the field has no layers that relax towards a drive",
    });
  });
});
