/** Instances: names cannot break out, inputs and parameters take effect, nothing is allocated in a call. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { type Instance, javascript, scalar } from "../../src/codegen/index.js";
import { generate } from "../../src/codegen/javascript/generate.js";
import {
  add,
  at,
  dimension,
  dimensionName,
  type Expr,
  index,
  mul,
  num,
  power,
  subConstant,
  sum,
  TRUE,
  tensor,
  tensorSymbol,
  unary,
} from "../../src/index-notation/index.js";
import { lower, type ProgramRequest } from "../../src/lower/index.js";
import { numbers, REDUCED, request, TWO_LAYER } from "../bench/models.js";
import { programFor } from "../lower/harness.js";

const HOSTILE = [
  "constructor",
  "__proto__",
  "hasOwnProperty",
  "let",
  "x0",
  "b0",
  "s",
  "o",
  'a"];process.exit(1);//',
  "日本",
];

function hostile(name: string): { request: ProgramRequest; state: Float64Array } {
  const N = dimensionName(`${name}_N`);
  const i = index(name, N);
  const x = tensorSymbol({ name, role: "state", dims: [N] });
  const w = tensorSymbol({ name, role: "parameter", dims: [N] });
  return {
    request: {
      entries: [
        { name, outputs: [{ name, over: [], value: sum([i], TRUE, mul([at(x, [i]), at(w, [i])])) }] },
      ],
      states: [{ symbol: x, offset: 0 }],
      parameters: new Map([[w, Float64Array.of(2, 3)]]),
      inputs: new Map(),
      dimensions: new Map([[`${name}_N`, 2]]),
    },
    state: Float64Array.of(5, 7),
  };
}

describe("names", () => {
  for (const name of HOSTILE)
    it(name, () => {
      const { request: asked, state } = hostile(name);
      const program = programFor(asked);
      expect(scalar(javascript.compile(program).entries.get(name)!)(state)).toBe(31);
      const words = generate(program).match(/[\p{L}_$][\p{L}\p{N}_$]*/gu) ?? [];
      const own = /^(?:[bfix]\d+(?:_\d+)*|ni\d+|s|o|prepare(?:_\d+)?|memory|runtime|entries|use|strict)$/;
      const js = new Set([
        "const",
        "let",
        "for",
        "if",
        "else",
        "while",
        "function",
        "return",
        "Math",
        "Infinity",
        "NaN",
      ]);
      const functions = new Set([
        "tanh",
        "logcosh",
        "softplus",
        "sigmoid",
        "sech",
        "relu",
        "step",
        "erf",
        "erfc",
        "gamma",
        "lgamma",
        "polygamma",
      ]);
      expect(words.filter((w) => !own.test(w) && !js.has(w) && !functions.has(w))).toEqual([]);
    });

  it("text becomes code in one file only", () => {
    const root = fileURLToPath(new URL("../../src/codegen/javascript/", import.meta.url));
    const files = readdirSync(root).filter(
      (f) => f.endsWith(".ts") && /new Function|eval\(/.test(readFileSync(root + f, "utf8")),
    );
    expect(files).toEqual(["instantiate.ts"]);
  });

  it("two programs never have equal source", () => {
    const program = programFor(request(5, 3, [REDUCED]));
    expect(generate(program)).not.toBe(generate(program));
  });
});

const N = dimensionName("N");
const i = index("i", N);
const [x, u, w] = [
  tensorSymbol({ name: "x", role: "state", dims: [N] }),
  tensorSymbol({ name: "u", role: "input", dims: [N] }),
  tensorSymbol({ name: "w", role: "parameter", dims: [N] }),
];

function driven(value: Expr): { instance: Instance; input: Float64Array; parameter: Float64Array } {
  const [input, parameter] = [Float64Array.of(1, 1), Float64Array.of(0, 0)];
  const lowered = lower({
    entries: [{ name: "y", outputs: [{ name: "y", over: [], value }] }],
    states: [{ symbol: x, offset: 0 }],
    parameters: new Map([[w, parameter]]),
    inputs: new Map([[u, input]]),
    dimensions: new Map([["N", 2]]),
  });
  if (lowered.kind === "failure") throw new Error(lowered.message);
  return { instance: javascript.compile(lowered.program), input, parameter };
}

describe("instances", () => {
  const value = sum([i], TRUE, mul([at(x, [i]), at(u, [i]), unary("exp", at(w, [i]))]));
  const state = Float64Array.of(1, 2);

  it("inputs take effect at the next call", () => {
    const { instance, input } = driven(value);
    const y = scalar(instance.entries.get("y")!);
    expect(y(state)).toBe(3);
    input[0] = 5;
    expect(y(state)).toBe(7);
    expect(instance.inputs.get("u")).toBe(input);
  });

  it("parameters take effect after prepare", () => {
    const { instance, parameter } = driven(value);
    const y = scalar(instance.entries.get("y")!);
    parameter.fill(Math.LN2);
    expect(y(state)).toBe(3);
    instance.prepare();
    expect(y(state)).toBe(6);
  });

  it("instances do not share scratch", () => {
    const program = programFor(request(50, 4, [TWO_LAYER]));
    const [a, b] = [javascript.compile(program), javascript.compile(program)];
    const run = (instance: Instance, state: Float64Array): Float64Array => {
      const out = new Float64Array(54);
      instance.entries.get("rhs")!.evaluate(state, out);
      return out;
    };
    const [first, second] = [numbers(54, 3), numbers(54, 4)];
    const alone = run(a, first);
    run(b, second);
    expect(run(a, first)).toEqual(alone);
  });

  it("leaves the state alone", () => {
    const state = numbers(54, 3);
    const copy = state.slice();
    javascript
      .compile(programFor(request(50, 4, [TWO_LAYER])))
      .entries.get("rhs")!
      .evaluate(state, new Float64Array(54));
    expect(state).toEqual(copy);
  });
});

/** Bytes of heap that a call takes: the median of several stretches, of which a collection spoils a few. */
function bytesPerCall(call: () => void): number {
  for (let k = 0; k < 20_000; k++) call();
  const stretches = Array.from({ length: 11 }, () => {
    const before = process.memoryUsage().heapUsed;
    for (let k = 0; k < 2000; k++) call();
    return (process.memoryUsage().heapUsed - before) / 2000;
  });
  return stretches.sort((a, b) => a - b)[5]!;
}

describe("memory", () => {
  const evaluate = javascript.compile(programFor(request(12, 5, [TWO_LAYER]))).entries.get("rhs")!.evaluate;
  const [state, out] = [numbers(17, 3), new Float64Array(17)];

  it("a call allocates nothing", () => {
    expect(bytesPerCall(() => evaluate(state, out))).toBeLessThan(8);
  });

  it("and an allocation would be seen", () => {
    const kept: Float64Array[] = [];
    const leaking = (): void => {
      kept[0] = new Float64Array(17);
      evaluate(state, kept[0]);
    };
    expect(bytesPerCall(leaking)).toBeGreaterThan(8);
  });
});

it("a program too long for one function is cut into several", () => {
  const outputs = Array.from({ length: 60 }, (_, k) => {
    const factors = Array.from({ length: 12 }, (_, m) =>
      unary("tanh", mul([num(1 + k), at(x, [i]), at(u, [i]), power(at(w, [i]), num(m))])),
    );
    return { name: `y${k}`, over: [], value: sum([i], TRUE, mul(factors)) };
  });
  const lowered = lower({
    entries: [{ name: "all", outputs }],
    states: [{ symbol: x, offset: 0 }],
    parameters: new Map([[w, Float64Array.of(1, 2)]]),
    inputs: new Map([[u, Float64Array.of(1, 2)]]),
    dimensions: new Map([["N", 2]]),
  });
  if (lowered.kind === "failure") throw new Error(lowered.message);
  const source = generate(lowered.program);
  const functions = source.split(/^function /m).slice(1);
  expect(functions.length).toBeGreaterThan(4);
  expect(Math.max(...functions.map((f) => f.length))).toBeLessThan(40_000);
});

it("a sum of thousands of terms is cut into functions that V8 optimises", () => {
  const v = tensorSymbol({ name: "v", role: "state", dims: [dimension(50)] });
  const c = (k: number): Expr => tensor(v, [subConstant(k)]);
  const pairs = Array.from({ length: 50 }, (_, a) => Array.from({ length: a }, (_, b) => ({ a, b }))).flat();
  const value = add(pairs.map(({ a, b }) => mul([num(a - 2 * b), c(a), power(c(b), num(2))])));
  const lowered = lower({
    entries: [{ name: "E", outputs: [{ name: "E", over: [], value }] }],
    states: [{ symbol: v, offset: 0 }],
    parameters: new Map(),
    inputs: new Map(),
    dimensions: new Map(),
  });
  if (lowered.kind === "failure") throw new Error(lowered.message);
  const functions = generate(lowered.program).split(/^function /m);
  expect(Math.max(...functions.map((f) => f.length))).toBeLessThan(40_000);
  const state = numbers(50, 3);
  const want = pairs.reduce((s, { a, b }) => s + (a - 2 * b) * state[a]! * state[b]! ** 2, 0);
  const got = scalar(javascript.compile(lowered.program).entries.get("E")!)(state);
  expect(Math.abs(got - want)).toBeLessThan(1e-11 * pairs.length);
});
