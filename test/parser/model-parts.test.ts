import { describe, expect, test } from "vitest";
import { ONE, ZERO } from "../../src/index-notation/index.js";
import type { LayeredModel, StateModel } from "../../src/model/index.js";
import { parseExpression, parseModel, scopeOf } from "../../src/parser/index.js";
import { codes, modelText, value, withLayer } from "./support.js";

const model = (text: string): LayeredModel => value(parseModel(text)) as LayeredModel;
const state = (text: string): StateModel =>
  value(parseModel(`legendre: 1\nindices: { i: N, j: N }\n${text}`)) as StateModel;

describe("hypotheses become part of the symbol", () => {
  const declared = (domain: string, sign = "") =>
    state(
      `parameters: { n: {${sign}}, W: { over: [i, j] }, A: { over: [i] } }\ndomain: [${domain}]\nstate: { x: {} }\nenergy: n*x^2`,
    );
  const symbol = (name: string, domain: string, sign = "") =>
    declared(domain, sign).parameters.get(name)!.symbol;

  test("bounds, from either side, with constant arithmetic", () => {
    expect(symbol("n", '"n > 1"').bounds).toEqual({ low: ONE, lowOpen: true });
    expect(symbol("n", '"2 - 1 < n", "n <= 2^2/4 + 1"').bounds).toMatchObject({
      low: ONE,
      high: { n: 2n, d: 1n },
      highOpen: false,
    });
    expect(symbol("A", '"A[i] >= 0"').bounds).toEqual({ low: ZERO, lowOpen: false });
    expect(symbol("n", "", " sign: negative ").bounds).toEqual({ high: ZERO, highOpen: true });
    expect(symbol("n", '"n > 1"', " sign: positive ").bounds).toEqual({ low: ONE, lowOpen: true });
  });
  test("symmetry and a vanishing diagonal", () => {
    expect(symbol("W", '"W[i,j] = W[j,i]"').symmetric).toBe(true);
    expect(symbol("W", '"0 = W[i,i]"')).toMatchObject({ hollow: true, symmetric: false });
  });
  test.each(['"W[i,j] = W[i,j]"', '"W[i,i] > 0"', '"n != 1"', '"n > 1 - n"', '"n^2 > 1"'])(
    "nothing follows from %s",
    (domain) => {
      expect(symbol("n", domain).bounds).toEqual({});
      expect(symbol("W", domain)).toMatchObject({ bounds: {}, symmetric: false, hollow: false });
    },
  );
  test("a condition keeps its comparison, so that data can be checked against it", () => {
    const [d] = declared('"n > 1"').domain;
    expect(d).toMatchObject({ text: "n > 1", about: "parameters", over: [] });
    expect(d!.condition.all).toHaveLength(1);
  });
  test("conditions on states restrict claims and leave symbols alone", () => {
    const m = state(
      'state: { x: { over: [i] }, J: { over: [i, j] } }\nenergy: "sum(i, x[i])"\ndynamics: { x: 1, J: 1 }\ndomain: ["x[i] > 0", "J[i,j] = J[j,i]"]',
    );
    expect(m.domain.map((d) => d.about)).toEqual(["states", "states"]);
    expect(m.states.get("x")!.symbol.bounds).toEqual({});
    expect(m.states.get("J")!.symbol.symmetric).toBe(false);
  });
});

describe("layers", () => {
  test("by a Lagrangian, an activation or a dual", () => {
    const kind = (v: string): string => model(withLayer(v)).layers.get("v")!.generator.kind;
    expect(kind('{ over: [i], lagrangian: "sum(i, v[i]^2)", activation: g }')).toBe("lagrangian");
    expect(kind('{ over: [i], activation: { name: g, function: "tanh(v[i])" } }')).toBe("activation");
    expect(kind('{ over: [i], dual: "sum(i, g[i]^2)", on: ["g[i] >= 0"], activation: g }')).toBe("dual");
  });
  test("a time constant is 1 by default; noise is read by layer", () => {
    const m = model(modelText({ noise: '{ v: 0.1, h: "beta*f[mu]^2" }' }));
    expect(m.layers.get("v")!.tau).toBe(value(parseExpression("1", scopeOf(m))));
    expect([...m.noise!.keys()]).toEqual(["v", "h"]);
    expect(m.noise!.get("v")).toBe(value(parseExpression("1/10", scopeOf(m))));
  });
});

describe("generating functions", () => {
  const generating = (g: string) => modelText({ generating: `{ ${g} }`, synapses: "" });
  const expected = (m: LayeredModel) =>
    value(parseExpression("logsumexp(mu, sum(i, Xi[mu,i]*g[i]))", scopeOf(m)));

  test("of linear units are written in the activation or in the state", () => {
    for (const x of ["g", "v"])
      for (const of of ["g", "v"]) {
        const m = model(generating(`of: ${of}, function: "logsumexp(mu, sum(i, Xi[mu,i]*${x}[i]))"`));
        expect(m.generating).toEqual({ of: "v", function: expected(m) });
      }
  });
  test("of other units only in the activation", () =>
    expect(codes(parseModel(generating('of: h, function: "sum(mu, h[mu])"')))).toEqual(["not-visible"]));
});

describe("models without layers", () => {
  test("a state named only in dynamics is a scalar", () => {
    const m = state('dynamics: { x: y, y: "-sin(x) - y" }');
    expect([...m.states.keys()]).toEqual(["x", "y"]);
    expect(m.states.get("y")).toMatchObject({ over: [] });
  });
  test("discrete states, their order and map", () => {
    const text = 'state: { s: { over: [i], values: [-1, 1] } }\nenergy: "-sum(i, s[i])"';
    expect(state(text).states.get("s")!.values).toEqual([-1, 1]);
    expect(state(text).update).toBeUndefined();
    const m = state(`${text}\nupdate: { order: random, map: { s: "sign(s[i])" } }`);
    expect(m.update!.order).toBe("random");
    expect(m.update!.map!.get("s")).toBe(value(parseExpression("sign(s[i])", scopeOf(m))));
    expect(state(`${text}\nupdate: {}`).update).toEqual({ order: "ascending" });
  });
});

describe("values", () => {
  const input = (body: string) =>
    model(modelText({ inputs: `{ I: { over: [i], ${body} } }` })).inputs.get("I")!;
  test("defaults", () => {
    expect(input("default: [1, 2.5]").default).toEqual({ kind: "array", shape: [2], data: [1, 2.5] });
    expect(input('default: ["1/4", -1e-3]').default).toMatchObject({ data: [0.25, -0.001] });
    expect(input("default: { random: normal, std: 0.1 }").default).toEqual({
      kind: "random",
      distribution: "normal",
      parameters: { mean: 0, std: 0.1 },
    });
    expect(input('default: "1/sqrt(N_v)"').default).toMatchObject({ kind: "scalar" });
  });
  test("schedules", () => {
    expect(input("schedule: { times: [0, 1], values: [[1, 2], [3, 4]] }").schedule).toEqual({
      kind: "times",
      times: [0, 1],
      shape: [2],
      values: [
        [1, 2],
        [3, 4],
      ],
    });
    expect(input('schedule: { every: "1/2", cycle: [[1, 2]] }').schedule).toMatchObject({
      kind: "cycle",
      every: 0.5,
    });
  });
  test("names: of the file where the model has none", () => {
    const text = modelText();
    expect(value(parseModel(text, { file: "a/b.c/hopfield.yaml" })).name).toBe("hopfield");
    expect(value(parseModel(text)).name).toBe("model");
    expect(value(parseModel(modelText({ name: '"42"' }))).name).toBe("42");
  });
  test("Greek letters anywhere", () => {
    const m = model(
      modelText({
        parameters: "{ β: {}, Ξ: { over: [μ, i] }, b: { over: [c] } }",
        indices: "{ i: N_v, j: N_v, μ: N_h, c: 3 }",
      }),
    );
    expect([...m.parameters.keys()]).toEqual(["beta", "Xi", "b", "tau_h"]);
  });
});
