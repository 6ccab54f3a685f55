/** Exports as a user of the library meets them: files in memory, refusals with a reason, and the version of the package. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { VERSION } from "../../src/front/version.js";
import { derive, exportTo, LegendreError, parseModel } from "../../src/index.js";

const theory = derive(
  parseModel(`
legendre: 1
name: attention
indices: { i: N, mu: M }
parameters: { beta: { default: 2, sign: positive }, Xi: { over: [mu, i] } }
layers:
  v: { over: [i], lagrangian: "sum(i, v[i]^2)/2", activation: g }
  h: { over: [mu], lagrangian: "logsumexp(mu, beta*h[mu])/beta", activation: f }
synapses: { dense: "-sum(mu, i, f[mu]*Xi[mu,i]*g[i])" }
fast: [h]
`),
);

const failure = async (promise: Promise<unknown>): Promise<LegendreError> => {
  try {
    await promise;
  } catch (error) {
    if (error instanceof LegendreError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
};

describe("exportTo", () => {
  it("gives text and bytes by file name, and what they offer", async () => {
    const { files, metadata, notes } = await exportTo(theory, {
      target: "wasm",
      data: {
        Xi: [
          [1, 2],
          [3, 4],
          [5, 6],
        ],
      },
    });
    expect(files["field.wasm"]).toBeInstanceOf(Uint8Array);
    expect(files["field.js"]).toMatch(/export async function createField/);
    expect(metadata).toMatchObject({ generator: `legendre ${VERSION}`, size: 2, descent: { proved: true } });
    expect(JSON.parse(files["example-data.json"] as string).args[1].data).toEqual([1, 2, 3, 4, 5, 6]);
    expect(notes).toEqual(["v has no initial value: drawn from a standard normal distribution with seed 0"]);
  });

  it("draws what the model leaves open, and says so", async () => {
    const { notes } = await exportTo(theory, { target: "c", set: { N: 3, M: 2 }, seed: 5 });
    expect(notes[0]).toMatch(/^Xi: an example drawn from seed 5/);
  });

  it("refuses unknown targets and missing dimensions", async () => {
    expect((await failure(exportTo(theory, { target: "fortran" as "c" }))).hint).toMatch(
      /js, wasm, c, native/,
    );
    expect((await failure(exportTo(theory, { target: "constructor" as "c" }))).code).toBe("unknown-target");
    expect((await failure(exportTo(theory, { target: "c" }))).code).toBe("missing-value");
  });

  it("refuses what needs too much memory, with the number of bytes", async () => {
    const set = { N: 1e6, M: 1e6 };
    const large = await failure(exportTo(theory, { target: "js", set }));
    expect(large).toMatchObject({ code: "memory-limit" });
    expect(large.message).toMatch(/need 8000008000008 bytes of memory; the limit is 8589934592/);
    const small = await failure(exportTo(theory, { target: "js", set: { N: 10, M: 10 }, memoryLimit: 800 }));
    expect(small.message).toMatch(/need 888 bytes of memory; the limit is 800/);
  });
});

it("the version is that of package.json", () => {
  const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  expect(VERSION).toBe(version);
});
