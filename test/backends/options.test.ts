/** What `compile` makes of fma, precision and threads: obeyed and told, or refused with what is wrong. */
import { describe, expect, it } from "vitest";
import { compile, defineModel, derive, integrate } from "../../src/index.js";

const theory = derive(
  defineModel({
    legendre: 1,
    name: "memory",
    indices: { i: "N", mu: "M" },
    parameters: { Xi: { over: ["mu", "i"] } },
    layers: {
      v: { over: ["i"], lagrangian: "sum(i, logcosh(v[i]))", activation: "g" },
      h: { over: ["mu"], lagrangian: "logsumexp(mu, h[mu])", activation: "f" },
    },
    synapses: { dense: "-sum(mu, i, f[mu]*Xi[mu,i]*g[i])" },
  }),
);

const memories = (n: number, m: number) =>
  Array.from({ length: m }, (_, mu) => Array.from({ length: n }, (_, i) => Math.cos(i * (mu + 1) + mu)));

const refusal = async (options: object): Promise<string> => {
  try {
    await compile(theory, { data: { Xi: memories(5, 3) }, ...options });
    return "";
  } catch (e) {
    return (e as Error).message;
  }
};

describe("refused", () => {
  it.each([
    [{ precision: "f16" }, /no precision f16/],
    [{ precision: "f32", target: "javascript" }, /only WebAssembly computes with single numbers/],
    [{ threads: 0 }, /threads is 0/],
    [{ threads: 1.5 }, /threads is 1.5/],
    [{ threads: 1000 }, /threads is 1000/],
    [{ precision: "f32", data: { Xi: [[1e39]] } }, /largest entry of Xi is 1e\+39/],
  ])("%o", async (options, says) => {
    expect(await refusal(options)).toMatch(says);
  });
});

describe("told", () => {
  const at = async (options: object, n = 5, m = 3) =>
    (await compile(theory, { data: { Xi: memories(n, m) }, ...options })).backend;

  it("without being asked: doubles on one thread, and no note", async () => {
    expect(await at({ fma: false })).toEqual({ name: "wasm", fma: false, precision: "f64", threads: 1 });
  });

  it("why fewer threads run", async () => {
    expect((await at({ threads: 2 })).note).toMatch(/one thread: no loop of this field is large enough/);
    expect((await at({ threads: 2, target: "javascript" })).note).toMatch(
      /one thread: the backend javascript shares no loops/,
    );
  });

  it("that threads run, in both precisions", async () => {
    for (const precision of ["f64", "f32"] as const) {
      const field = await compile(theory, { data: { Xi: memories(700, 600) }, threads: 2, precision });
      expect(field.backend).toMatchObject({ threads: 2, precision });
      const before = integrate(field, { until: 0.5 });
      const product = new Float64Array(field.size);
      field.jvp(before.state, before.state, product);
      field.close();
      const after = integrate(field, { until: 0.5 });
      expect(after.state).toEqual(before.state);
      const again = new Float64Array(field.size);
      field.jvp(before.state, before.state, again);
      expect(again).toEqual(product);
    }
  });
});
