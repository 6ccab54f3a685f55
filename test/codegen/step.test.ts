/** Step programs: their loops are pinned and verified; failures are blamed as stage by stage; memory is lent to one. */
import { describe, expect, it } from "vitest";
import { type Scheme, stepProgram, wasm } from "../../src/codegen/index.js";
import { print, verify } from "../../src/ir/index.js";
import {
  bosh3,
  dop853,
  dopri5,
  euler,
  type Field,
  heun,
  integrate,
  METHODS,
  type Run,
  rk4,
  tsit5,
} from "../../src/ode/index.js";
import { compileTableau } from "../../src/ode/methods/tableau.js";
import { mapProgram } from "../backends/map.js";
import { numbers } from "../bench/models.js";

describe("step programs", () => {
  it("midpoint rule, printed", () => {
    const midpoint: Scheme = {
      stages: 2,
      a: [[], [0.5]],
      b: [0, 1],
      error: { weights: [-1, 1], guard: undefined },
      dense: undefined,
      firstSameAsLast: false,
    };
    expect(print(stepProgram(midpoint, 3).program)).toMatchInlineSnapshot(`
      "state none[0]
      work argument[3]
      work result[3]
      work state[3]
      work next[3]
      work k0[3]
      work k1[3]
      work k2[3]
      work controls[6]
      entry begin: out nothing[0] = 
        let seen = controls[3]
        for j in 0..3
          argument[j] = state[j]
        controls[3] = seen
      entry first: out nothing.1[0] = 
        let seen = controls[3]
        for j in 0..3
          let k = result[j]
          k0[j] = k
          seen = seen + (k - k)
        controls[3] = seen
      entry stage 1: out nothing.2[0] = 
        let h = controls[0]
        let seen = controls[3]
        for j in 0..3
          let y = state[j] + h * (0.5 * k0[j])
          argument[j] = y
        controls[3] = seen
      entry last: out nothing.3[0] = 
        let h = controls[0]
        let seen = controls[3]
        for j in 0..3
          let k = result[j]
          let y = state[j] + h * k
          next[j] = y
          k1[j] = k
          seen = seen + (k - k + (y - y))
        controls[3] = seen
      entry end: out nothing.4[0] = 
        let seen = controls[3]
        for j in 0..3
          argument[j] = next[j]
        controls[3] = seen
      entry ended: out nothing.5[0] = 
        let seen = controls[3]
        for j in 0..3
          let k = result[j]
          k2[j] = k
          seen = seen + (k - k)
        controls[3] = seen
      entry accept: out nothing.6[0] = 
        let accepted = controls[5]
        for j in 0..3
          state[j] = select(accepted = 1, next[j], state[j])
      entry error: out nothing.7[0] = 
        let h = controls[0]
        let rtol = controls[1]
        let atol = controls[2]
        let sum = 0
        for j in 0..3
          let slope = -k0[j] + k1[j]
          let ratio = select(slope = 0, 0, h * slope / (atol + rtol * max(abs(state[j]), abs(next[j]))))
          sum = sum + ratio * ratio
        controls[4] = sqrt(sum / 3)"
    `);
  });

  it.each([tsit5, dopri5, dop853, bosh3, rk4, heun, euler])("$name breaks no rule of the IR", (tableau) => {
    for (const n of [0, 1, 2, 7]) {
      const { program } = stepProgram(compileTableau(tableau), n);
      expect(verify(program)).toEqual([]);
    }
  });
});

/** An entry of a program as a field, with its own steps or without. */
function fieldOf(program: Parameters<typeof wasm.compile>[0], name: string) {
  const instance = wasm.compile(program);
  const { evaluate } = instance.entries.get(name)!;
  const plain: Field = { size: instance.stateSize, rhs: (_t, state, out) => evaluate(state, out) };
  const own: Field = { ...plain, stepKernel: (tableau) => instance.stepOf!(name, tableau) };
  return { plain, own };
}

const outcome = ({ wallSeconds, state, methodReason, ...rest }: Run) => rest;

describe("failures", () => {
  const growing = fieldOf(mapProgram("sinh", 5, wasm), "all");
  const initial = Float64Array.of(0, 0.1, 3, -0.2, 0);

  it.each(["tsit5", "dopri5"] as const)("%s: a blow-up ends the run in the same way", (method) => {
    const runs = [growing.own, growing.plain].map((f) => integrate(f, { initial, until: 5, method }));
    expect(outcome(runs[0]!)).toEqual(outcome(runs[1]!));
    expect(runs[0]!.status).toBe("failed");
  });

  it.each(["rk4", "euler"] as const)("%s: the same component and time are blamed", (method) => {
    const runs = [growing.own, growing.plain].map((f) =>
      integrate(f, { initial, until: 5, method, dt: 0.5 }),
    );
    expect(outcome(runs[0]!)).toEqual(outcome(runs[1]!));
    expect(runs[0]!.failure?.component).toBe(2);
  });

  it("a derivative that is not finite at the start", () => {
    const logarithm = fieldOf(mapProgram("log", 5, wasm), "all");
    const runs = [logarithm.own, logarithm.plain].map((f) => integrate(f, { initial, until: 1 }));
    expect(outcome(runs[0]!)).toEqual(outcome(runs[1]!));
    expect(runs[0]!.failure).toMatchObject({ code: "rhs-not-finite", component: 0 });
  });
});

describe("memory", () => {
  it("two steppers of one field do not disturb each other", () => {
    const whole = fieldOf(mapProgram("tanh", 12, wasm), "all");
    const steppers = [whole.own, whole.own, whole.plain].map((f) => METHODS.tsit5.create(f));
    for (const s of steppers) s.init(0, numbers(12, 3));
    for (const t of [0.1, 0.2, 0.3])
      for (const s of steppers) {
        expect(s.step(t)).toBe("ok");
        s.accept();
      }
    const [first, second, reference] = steppers.map((s) => [...s.state]);
    expect(first).toEqual(reference);
    expect(second).toEqual(reference);
  });

  it("released memory is used again", () => {
    const instance = wasm.compile(mapProgram("tanh", 12, wasm));
    const tableau = compileTableau(tsit5);
    const first = instance.stepOf!("all", tableau)!;
    expect(instance.stepOf!("all", tableau)).toBeUndefined();
    first.release();
    expect(instance.stepOf!("all", tableau)!.state.byteOffset).toBe(first.state.byteOffset);
  });

  it("a method with more slopes than fit goes stage by stage", () => {
    const stages = 40;
    const a = Array.from({ length: stages }, (_, i) =>
      Array.from({ length: i }, () => (i === 0 ? 0 : 1 / i)),
    );
    const scheme: Scheme = {
      stages,
      a,
      b: a.at(-1)!,
      error: undefined,
      dense: undefined,
      firstSameAsLast: false,
    };
    expect(wasm.compile(mapProgram("tanh", 10_000, wasm)).stepOf!("all", scheme)).toBeUndefined();
  });
});
