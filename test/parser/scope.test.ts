import { describe, expect, test } from "vitest";
import { dimension, dimensionName, index, tensorSymbol } from "../../src/index-notation/index.js";
import type { LayeredModel } from "../../src/model/index.js";
import { adHocScope, parseExpression, parseModel, scopeOf } from "../../src/parser/index.js";
import { codes, errors, modelText, read, SCOPE, value, withLayer, withSynapse } from "./support.js";

/** For each rule of scope a text that breaks it, the code of the error, and a text that keeps it. */
const RULES: readonly (readonly [string, string, string, string])[] = [
  [
    "one namespace",
    modelText({ define: "{ g: { as: 1 } }" }),
    "duplicate-name",
    modelText({ define: "{ G: { as: 1 } }" }),
  ],
  [
    "a dimension is a name too",
    modelText({ define: "{ N_v: { as: 1 } }" }),
    "duplicate-name",
    modelText({ define: "{ n_v: { as: 1 } }" }),
  ],
  [
    "pi is taken",
    modelText({ define: "{ pi: { as: 3 } }" }),
    "duplicate-name",
    modelText({ define: "{ Pi: { as: 3 } }" }),
  ],
  [
    "a Lagrangian leaves no index free",
    withLayer('{ over: [i], lagrangian: "v[i]^2/2", activation: g }'),
    "free-index",
    withLayer('{ over: [i], lagrangian: "sum(i, v[i]^2)/2", activation: g }'),
  ],
  ["a synapse leaves no index free", withSynapse("g[i]"), "free-index", withSynapse("sum(i, g[i])")],
  [
    "a quantity leaves only its own indices free",
    modelText({ forces: '{ v: "f[mu]" }' }),
    "free-index",
    modelText({ forces: '{ v: "sum(mu, f[mu]) + I[i]" }' }),
  ],
  [
    "missing indices broadcast",
    modelText({ forces: '{ v: "f[mu]" }' }),
    "free-index",
    modelText({ forces: "{ v: beta }" }),
  ],
  [
    "subscripts accept any index of the dimension",
    withSynapse("sum(mu, g[mu])"),
    "dimension-mismatch",
    withSynapse("sum(j, g[j])"),
  ],
  [
    "affine subscripts may leave the range",
    withSynapse("sum(mu, g[mu])"),
    "dimension-mismatch",
    withSynapse("sum(mu, g[mu + 1])"),
  ],
  ["components of integer dimensions", withSynapse("g[0]"), "symbolic-component", withSynapse("b[0]")],
  ["components are in range", withSynapse("b[3]"), "out-of-range", withSynapse("b[2]")],
  [
    "bound indices are not bound again",
    withSynapse("sum(i, sum(i, g[i]))"),
    "rebinding",
    withSynapse("sum(i, sum(j, g[j]))"),
  ],
  ["nor twice in one binder", withSynapse("sum(i, i, g[i])"), "rebinding", withSynapse("sum(i, j, g[j])")],
  [
    "nor by a guard",
    withSynapse("sum(i, sum(i > 0, g[i]))"),
    "rebinding",
    withSynapse("sum(i, sum(j > i, g[j]))"),
  ],
  [
    "a Lagrangian sees its own state",
    withLayer('{ over: [i], lagrangian: "sum(i, g[i]^2)", activation: g }'),
    "not-visible",
    withLayer('{ over: [i], lagrangian: "sum(i, beta*v[i]^2)", activation: g }'),
  ],
  [
    "a Lagrangian sees no input",
    withLayer('{ over: [i], lagrangian: "sum(i, I[i]*v[i])", activation: g }'),
    "not-visible",
    withLayer('{ over: [i], lagrangian: "sum(i, v[i])*b[0]", activation: g }'),
  ],
  [
    "a synapse sees activations",
    withSynapse("sum(i, v[i]^2)"),
    "not-visible",
    withSynapse("sum(i, I[i]*g[i])"),
  ],
  [
    "through definitions as well",
    modelText({ define: '{ m: { as: "sum(i, v[i])" } }', synapses: "{ s: m }" }),
    "not-visible",
    modelText({ define: '{ m: { as: "sum(i, g[i])" } }', synapses: "{ s: m }" }),
  ],
  [
    "mobility, tau, forces and clamped see everything",
    withLayer('{ over: [i], lagrangian: "sum(i, v[i]^2)", activation: g, tau: "1 + q" }'),
    "unknown-name",
    withLayer(
      '{ over: [i], lagrangian: "sum(i, v[i]^2)", activation: g, tau: "1 + g[i]^2", mobility: "v[i]^2 + I[i]", clamped: "step(v[i])" }',
    ),
  ],
  [
    "an activation function sees its own state",
    withLayer('{ over: [i], activation: { name: g, function: "tanh(g[i])" } }'),
    "not-visible",
    withLayer('{ over: [i], activation: { name: g, function: "tanh(v[i])" } }'),
  ],
  [
    "a dual sees its own activation",
    withLayer('{ over: [i], activation: g, dual: "sum(i, v[i]^2)" }'),
    "not-visible",
    withLayer('{ over: [i], activation: g, dual: "sum(i, g[i]^2)", on: ["g[i] >= 0"] }'),
  ],
  [
    "definitions are not recursive",
    modelText({ define: '{ F: { of: [x], as: "F(x) + 1" } }' }),
    "cycle",
    modelText({ define: '{ F: { of: [x], as: "G(x) + 1" }, G: { of: [x], as: "x" } }' }),
  ],
  [
    "a definition leaves only its own indices free",
    modelText({ define: '{ m: { over: [mu], as: "v[i]" } }' }),
    "free-index",
    modelText({ define: '{ m: { over: [i], as: "v[i]" } }' }),
  ],
  [
    "an integration variable is fresh",
    withSynapse("integral(i, 0, 1, i)"),
    "not-fresh",
    withSynapse("integral(s, 0, 1, s)"),
  ],
  ["only declared indices are bound", withSynapse("sum(beta, 1)"), "not-an-index", withSynapse("sum(i, 1)")],
];

describe.each(RULES)("%s", (_, wrong, code, right) => {
  test("is demanded", () => expect(codes(parseModel(wrong))).toContain(code));
  test("and nothing more", () => expect(errors(parseModel(right))).toEqual([]));
});

describe("time constants", () => {
  const text = (tau: string, more = {}): string =>
    modelText({
      layers: `{ v: { over: [i], lagrangian: "sum(i, v[i]^2)/2", activation: g, tau: ${tau}, mobility: 1 + tau_v } }`,
      synapses: "",
      ...more,
    });

  test("a bare undeclared name declares a positive scalar, visible elsewhere", () => {
    const p = value(parseModel(text("tau_v"))).parameters.get("tau_v")!;
    expect(p.implicit).toBe(true);
    expect(p.symbol.bounds).toMatchObject({ lowOpen: true, low: { n: 0n } });
  });
  test("in larger expressions it does not", () =>
    expect(codes(parseModel(text('"2*tau_v"')))).toEqual(["unknown-name", "unknown-name"]));
  test("a declared name stays what it is", () => {
    const parameters = "{ tau_v: { default: 2 } }";
    expect(value(parseModel(text("tau_v", { parameters }))).parameters.get("tau_v")!.implicit).toBe(false);
  });
});

describe("definitions are hygienic", () => {
  test("a bound index in the body does not capture one of the argument", () => {
    const define = '{ S: { of: [x], as: "sum(i, x*g[i])" } }';
    const m = value(parseModel(modelText({ define, forces: '{ v: "S(I[i])" }' }))) as LayeredModel;
    const scope = scopeOf(m);
    expect(m.layers.get("v")!.force).toBe(value(parseExpression("I[i]*sum(j, g[j])", scope)));
  });
  test("an argument hides a declared name only in its definition", () => {
    const define = '{ F: { of: [beta], as: "beta^2" }, m: { as: "F(2) + beta" } }';
    const m = value(parseModel(modelText({ define })));
    expect(m.observables.get("m")!.value).toBe(value(parseExpression("4 + beta", scopeOf(m))));
  });
  test("subscripts and arguments together, at any subscript", () => {
    const define = '{ K: { of: [x], over: [i, mu], as: "x*Xi[mu,i]" }, m: { as: "sum(j, mu, K(2)[j,mu])" } }';
    const m = value(parseModel(modelText({ define })));
    expect(m.observables.get("m")!.value).toBe(value(parseExpression("2*sum(mu, i, Xi[mu,i])", scopeOf(m))));
  });
  test("out of range a definition reads 0", () => {
    const define = '{ K: { over: [i], as: "1 + I[i]" }, m: { over: [i], as: "K[i + 1]" } }';
    const m = value(parseModel(modelText({ define })));
    const expected = "where(i + 1 < N_v, 1 + I[i + 1], 0)";
    expect(m.observables.get("m")!.value).toBe(value(parseExpression(expected, scopeOf(m))));
  });
  test("mod inside a sum of subscripts is refused, not mishandled", () => {
    const define = '{ K: { over: [i], as: "I[i + 1]" }, m: { over: [i], as: "K[mod(i + 1, N_v)]" } }';
    expect(codes(parseModel(modelText({ define })))).toEqual(["bad-subscript"]);
  });
});

describe("names of objects are ordinary names", () => {
  const names = ["constructor", "__proto__", "toString", "hasOwnProperty", "valueOf"];
  test.each(names)("%s", (n) => {
    expect(codes(parseExpression(n, SCOPE))).toEqual(["unknown-name"]);
    expect(codes(parseExpression(`${n}(x)`, SCOPE))).toEqual(["unknown-function"]);
    const m = value(parseModel(modelText({ parameters: `{ ${n}: {}, beta: {}, Xi: { over: [mu, i] } }` })));
    expect(m.parameters.get(n)?.symbol.name).toBe(n);
    expect(codes(parseModel(modelText({ [n]: "1" })))).toContain("unknown-key");
  });
});

describe("delta", () => {
  test("with two subscripts is Kronecker's beside a parameter delta with one", () => {
    const scope = value(
      adHocScope({ over: ["x[i]"], indices: ["i:N", "j:N"], parameters: ["delta[i]"] }),
    ).scope;
    expect(value(parseExpression("sum(i, delta[i]*delta[i,j])", scope))).toBe(
      value(parseExpression("delta[j]", scope)),
    );
  });
  test("with two subscripts is the parameter that has two", () => {
    const scope = value(
      adHocScope({ over: ["x[i]"], indices: ["i:N", "j:N"], parameters: ["delta[i,j]"] }),
    ).scope;
    expect(value(parseExpression("delta[i,j]", scope)).kind).toBe("tensor");
    expect(value(parseExpression("delta(i, j)", scope)).kind).toBe("delta");
  });
});

describe("scopes", () => {
  test("of a model, with indices it does not declare", () => {
    const m = value(parseModel(modelText()));
    const extra = index("i2", dimensionName("N_v"));
    expect(codes(parseExpression("sum(i2, v[i2])", scopeOf(m)))).toEqual(["not-an-index", "unknown-name"]);
    expect(value(parseExpression("sum(i2, v[i2]*g[i2])", scopeOf(m, [extra]))).kind).toBe("binder");
  });
  test("of declarations on a command line", () => {
    const s = value(adHocScope({ over: ["x[i]", "y"], indices: ["j:4"] }));
    expect([...s.indices.values()]).toEqual([index("j", dimension(4)), index("i", dimensionName("N_i"))]);
    expect(s.variables.map((v) => v.symbol)).toEqual([
      tensorSymbol({ name: "x", role: "state", dims: [dimensionName("N_i")] }),
      tensorSymbol({ name: "y", role: "state" }),
    ]);
    expect(value(parseExpression("sum(i, x[i]^2) + y^2", s.scope, { over: [] })).kind).toBe("add");
  });
  test.each([
    [{ over: ["x["] }, "bad-name"],
    [{ over: ["2*x"] }, "bad-name"],
    [{ over: ["x", "x"] }, "duplicate-name"],
    [{ over: ["x[i,i]"] }, "repeated-index"],
    [{ over: ["x[y]"], parameters: ["y"] }, "duplicate-name"],
    [{ over: ["y", "x[y]"] }, "unknown-index"],
    [{ over: ["x[i]"], indices: ["i"] }, "bad-index"],
    [{ over: ["x[i]"], indices: ["i:0"] }, "bad-index"],
    [{ over: ["x[i]"], indices: ["i:N", "i:M"] }, "duplicate-name"],
  ])("that cannot be read: %o", (declared, code) => expect(codes(adHocScope(declared))).toEqual([code]));
  test("an index as a number is its 0-based position", () => expect(read("sum(c, c)").kind).toBe("binder"));
});
