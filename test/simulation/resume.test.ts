/**
 * A run that is kept after any number of steps, written to a file, and taken up by a field compiled anew makes the same
 * numbers as one that was not interrupted, bit for bit: state, steps, evaluations, energies, records, events, exits.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { type Identity, identityOf, readCheckpoint, writeCheckpoint } from "../../src/cli/checkpoint.js";
import { readEvents } from "../../src/front/events.js";
import { defineModel } from "../../src/front/model.js";
import { derive } from "../../src/front/theory.js";
import { integrate, METHODS, type Method, type Run, type Snapshot } from "../../src/ode/index.js";
import type { ModelSource } from "../../src/parser/index.js";
import {
  begin,
  type CompiledField,
  compileField,
  type SimulateOptions,
  uniformStream,
} from "../../src/simulation/index.js";
import { must } from "../cases/compiled.js";

type Source = Omit<ModelSource, "legendre" | "name">;

const folder = mkdtempSync(join(tmpdir(), "legendre-resume-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, "kept.json");

/** Bistable units under switching inputs, with a condition that breaks and events. */
const driven: Source = {
  indices: { i: 3 },
  inputs: {
    I: {
      over: ["i"],
      schedule: {
        times: [0, 1.3, 4.1, 7],
        values: [
          [1, 0, 0],
          [0, 2, 0],
          [-1, 0, 1],
          [0, 0, 0],
        ],
      },
    },
    K: {
      over: ["i"],
      schedule: {
        every: 0.9,
        cycle: [
          [1, 0, -1],
          [0, 1, 0],
        ],
      },
    },
  },
  domain: ["sum(i, x[i]^2) <= 2"],
  state: { x: { over: ["i"] } },
  energy: "sum(i, (x[i]^2 - 1)^2)/4 - sum(i, (I[i] + K[i])*x[i])",
};
const noisy: Source = { ...driven, noise: { x: "1/5" } };
const glass: Source = {
  indices: { i: 30, j: 30 },
  parameters: { J: { over: ["i", "j"], default: { random: "normal" } } },
  inputs: {
    I: {
      over: ["i"],
      schedule: {
        every: 3,
        cycle: [
          Array.from({ length: 30 }, (_, k) => Math.sin(k)),
          Array.from({ length: 30 }, (_, k) => Math.cos(5 * k)),
        ],
      },
    },
  },
  state: { s: { over: ["i"], values: [-1, 1] } },
  energy: "-sum(i, j, s[i]*J[i,j]*s[j]) - 5*sum(i, I[i]*s[i])",
};
const attention: Source = {
  indices: { i: 6, mu: 3 },
  parameters: { Xi: { over: ["mu", "i"], default: { random: "normal" } } },
  layers: { v: { over: ["i"], lagrangian: "sum(i, v[i]^2)/2", activation: "g" } },
  synapses: { U: "-logsumexp(mu, sum(i, Xi[mu,i]*g[i]))" },
};

const RUNS: readonly (readonly [string, Source, SimulateOptions])[] = [
  ["tsit5", driven, { until: 9, method: "tsit5", record: { every: 0.37 } }],
  ["tsit5, tight, every step", driven, { until: 9, rtol: 1e-10, atol: 1e-12, record: "steps" }],
  ["dopri5", driven, { until: 9, method: "dopri5", record: "steps" }],
  ["rk4", driven, { until: 9, method: "rk4", dt: 0.07, record: { every: 0.5 } }],
  ["euler", driven, { until: 9, method: "euler", dt: 0.05, record: "steps" }],
  [
    "to a steady state",
    { ...driven, inputs: { I: { over: ["i"], default: 0 }, K: { over: ["i"], default: "1/2" } } },
    { until: 1e3, steadyState: { rtol: 0, atol: 1e-7 } },
  ],
  ["euler-maruyama", noisy, { until: 9, method: "euler-maruyama", dt: 0.05, record: "steps" }],
  ["stochastic-heun", noisy, { until: 9, method: "stochastic-heun", dt: 0.05, record: { every: 0.5 } }],
  ["leimkuhler-matthews", noisy, { until: 9, method: "leimkuhler-matthews", dt: 0.05, record: "steps" }],
  ["baoab", noisy, { until: 9, method: "baoab", dt: 0.05, mass: 0.7, record: "steps" }],
  ["ascending", glass, { until: 12, method: "ascending", record: { every: 0.5 } }],
  ["random", glass, { until: 12, method: "random", record: "steps" }],
  ["synchronous", glass, { until: 12, method: "synchronous", record: "steps" }],
  ["block", glass, { until: 12, method: "block", record: "steps" }],
  [
    "synchronous to a two-cycle",
    { ...glass, inputs: { I: { over: ["i"], default: 0 } } },
    { until: 1e4, method: "synchronous" },
  ],
  ["cccp", attention, { until: 1e4, method: "cccp", record: "steps" }],
];

function fieldOf(source: Source): CompiledField {
  const theory = derive(defineModel({ legendre: 1, name: "kept", ...source }));
  const events = readEvents(
    theory,
    source.state?.x
      ? [
          { name: "up", when: "x[2] > 6/5" },
          { name: "turn", when: "x[1] = 3/2" },
        ]
      : [],
  );
  return must(compileField(theory.theory, { events, seed: 11 }));
}

/** Everything but the time it took. */
const numbers = ({ wallSeconds: _, ...rest }: Run): object => rest;

/** A run interrupted after each of the given numbers of steps, always by way of the file. */
function interrupted(
  source: Source,
  options: SimulateOptions,
  pieces: readonly number[],
  spoil = (s: Snapshot) => s,
): Run {
  const identity: Identity = { run: "this" };
  let resume: Snapshot | undefined;
  for (const steps of pieces) {
    const piece = must(begin(fieldOf(source), { ...options, ...(resume && { resume }) }));
    for (let k = 0; k < steps; k++) {
      const run = piece.advance(0);
      if (run !== undefined) return run;
    }
    writeCheckpoint(file, identity, spoil(piece.save()));
    resume = readCheckpoint(file, identity);
  }
  return must(begin(fieldOf(source), { ...options, ...(resume && { resume }) })).advance()!;
}

describe("interrupted anywhere", () => {
  test.each(RUNS)("%s", (name, source, options) => {
    const whole = must(begin(fieldOf(source), options)).advance()!;
    expect(whole.steps).toBeGreaterThan(2);
    const uniform = uniformStream(1, name);
    for (let round = 0; round < 4; round++) {
      const pieces = Array.from({ length: 1 + round }, () => 1 + Math.floor(uniform() * (whole.steps / 2)));
      expect(numbers(interrupted(source, options, pieces)), pieces.join()).toEqual(numbers(whole));
    }
  });

  test.each(RUNS.slice(0, 4))("%s, after every step", (_, source, options) => {
    const few = { ...options, until: 2, record: "steps" as const };
    const whole = must(begin(fieldOf(source), few)).advance()!;
    for (let steps = 1; steps < Math.min(whole.steps, 25); steps++)
      expect(numbers(interrupted(source, few, [steps]))).toEqual(numbers(whole));
  });
});

/** A snapshot with one thing in it changed. */
const without =
  (path: readonly string[], value: unknown) =>
  (s: Snapshot): Snapshot => {
    const copy = structuredClone(s) as Record<string, unknown>;
    let at = copy;
    for (const key of path.slice(0, -1)) at = at[key] as Record<string, unknown>;
    at[path.at(-1)!] = value;
    return copy as Snapshot;
  };

describe("planted faults: what a snapshot forgets is seen", () => {
  const faults: readonly (readonly [string, number, readonly string[], unknown])[] = [
    ["the step length", 0, ["controller", "h"], 0.01],
    ["the remembered error", 1, ["controller", "remembered"], 1e-4],
    ["the count of the grid", 3, ["controller", "count"], 0],
    ["evaluations", 0, ["stepper", "evaluations"], 0],
    ["the sample counter", 0, ["observers", "1", "samples"], 0],
    ["the largest increase", 0, ["observers", "0", "largestIncrease"], 1],
    ["the numbers to come", 8, ["stepper", "coming"], new Float64Array(3)],
    ["velocities", 9, ["stepper", "velocity"], new Float64Array(3)],
    ["events so far", 0, ["events", "occurrences"], []],
  ];
  test.each(faults)("%s", (_, at, path, value) => {
    const [, source, options] = RUNS[at]!;
    const whole = must(begin(fieldOf(source), options)).advance()!;
    const spoilt = interrupted(source, options, [Math.floor(whole.steps / 2)], without(path, value));
    expect(numbers(spoilt)).not.toEqual(numbers(whole));
  });

  test("the state of the generator", () => {
    const [, source, options] = RUNS[6]!;
    const whole = must(begin(fieldOf(source), options)).advance()!;
    const other = (s: Snapshot) =>
      without(
        ["stepper", "source"],
        (s.stepper as { source: number[] }).source.map((x, k) => (k === 1 ? x ^ 1 : x)),
      )(s);
    expect(numbers(interrupted(source, options, [20], other))).not.toEqual(numbers(whole));
  });
});

describe("the file", () => {
  const snapshot: Snapshot = {
    t: 0.1,
    minusZero: -0,
    nan: Number.NaN,
    infinite: Number.NEGATIVE_INFINITY,
    state: Float64Array.of(-0, Number.NaN, 5e-324, Math.PI),
    absent: undefined,
    parts: [1, -0, "two", { three: Float64Array.of() }],
    inner: { flag: true },
  };

  test("holds doubles as they are", () => {
    writeCheckpoint(file, { a: "1" }, snapshot);
    const { absent: _, ...rest } = snapshot;
    expect(readCheckpoint(file, { a: "1" })).toEqual(rest);
  });

  test("of another run is refused with what differs", () => {
    const field = fieldOf(driven);
    const identity = identityOf("1", "model", field, { "--seed": 0, "--until": 9 });
    writeCheckpoint(file, identity, snapshot);
    const other = identityOf("1", "another", field, { "--seed": 1, "--until": 9 });
    expect(() => readCheckpoint(file, other)).toThrow(
      /is of another run: the model differs; --seed was 0 and is 1\n/,
    );
    expect(() => readCheckpoint(file, { ...identity, "dimension N": "3" })).toThrow(
      /dimension N is not there/,
    );
  });

  test("that is torn or altered is refused", () => {
    writeCheckpoint(file, { a: "1" }, snapshot);
    const whole = readFileSync(file, "utf8");
    for (const text of ["", "{}", whole.slice(0, -20), whole.replace("0.1", "0.2"), whole.slice(0, 30)]) {
      writeFileSync(file, text);
      expect(() => readCheckpoint(file, { a: "1" })).toThrow(/is not a whole checkpoint/);
    }
    expect(() => readCheckpoint(join(folder, "none.json"), {})).toThrow(/does not exist/);
  });

  test("of a method that cannot go on is refused", () => {
    const {
      save: _s,
      restore: _r,
      ...bare
    } = Object.getOwnPropertyDescriptors(
      Object.getPrototypeOf(METHODS.rk4.create({ size: 1, rhs: () => {} })),
    );
    const forgetful: Method = {
      ...METHODS.rk4,
      name: "forgetful",
      create: (field) => Object.setPrototypeOf(METHODS.rk4.create(field), Object.create(null, bare)),
    };
    const still = { size: 1, rhs: (_: number, __: Float64Array, out: Float64Array) => out.fill(0) };
    const options = { initial: Float64Array.of(1), until: 1, dt: 0.1, method: forgetful };
    expect(integrate(still, options).status).toBe("finished");
    expect(integrate(still, { ...options, resume: snapshot }).failure).toMatchObject({
      code: "not-resumable",
    });
  });
});
