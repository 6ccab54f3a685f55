/** Laws: rows of negligible weight are not read, rows of any other weight are, and the sums are the same. */
import { describe, expect, it } from "vitest";
import { type Backend, javascript, wasm } from "../../src/codegen/index.js";
import { at, mul, softmax, sub, TRUE, tensorSymbol } from "../../src/index-notation/index.js";
import {
  constant,
  mapReal,
  mapStatement,
  type Program,
  type Real,
  type Statement,
} from "../../src/ir/index.js";
import type { EntryRequest } from "../../src/lower/index.js";
import { NEGLIGIBLE } from "../../src/lower/loops/skip.js";
import { beta, h, i, inverseTemperature, mu, nu, numbers, over, request, v } from "../bench/models.js";
import { programFor } from "./harness.js";

const [NV, NH] = [21, 14];
const W = tensorSymbol({ name: "W", role: "parameter", dims: [...h.dims, ...v.dims] });

/** `sum(mu, W[mu,i]*softmax(nu, beta*h[nu])[mu])` */
const READ_OUT: EntryRequest = {
  name: "readout",
  outputs: [
    {
      name: "v",
      over: [i],
      value: over(
        mu,
        mul([at(W, [mu, i]), softmax(nu, TRUE, mul([inverseTemperature, at(h, [nu])]), sub(mu))]),
      ),
    },
  ],
};

function readOut(scale: number) {
  const rows = numbers(NV * NH, 5);
  const asked = request(NV, NH, [READ_OUT]);
  const parameters = new Map([
    [beta, Float64Array.of(scale)],
    [W, rows],
  ]);
  const state = numbers(NV + NH, 3);
  const hidden = state.subarray(NV);
  const logWeights = [...hidden].map((x) => scale * (x - Math.max(...hidden)));
  return { asked: { ...asked, parameters }, rows, state, logWeights };
}

function values(program: Program, backend: Backend, state: Float64Array): Float64Array {
  const out = new Float64Array(NV);
  backend.compile(program).entries.get("readout")!.evaluate(state, out);
  return out;
}

const distance = (a: Float64Array, b: Float64Array): number =>
  Math.max(...a.map((x, k) => Math.abs(x - b[k]!)));

/** The program with another limit. */
function withLimit(program: Program, limit: number): Program {
  const real = (e: Real): Real =>
    e.kind === "const" && e.value === NEGLIGIBLE ? constant(limit) : mapReal(e, { real });
  const block = (b: readonly Statement[]): readonly Statement[] =>
    b.map((s) => mapStatement(s, { real, block }));
  return { ...program, entries: program.entries.map((e) => ({ ...e, body: block(e.body) })) };
}

describe.each([javascript, wasm].map((b) => [b.name, b] as const))("%s", (_name, backend) => {
  it.each([0, 0.1, 1, 10, 100, 1000])("the same sums at inverse temperature %d", (scale) => {
    const { asked, state } = readOut(scale);
    const fast = values(programFor(asked, backend.lowering), backend, state);
    const plain = values(programFor(asked, { optimise: false }), backend, state);
    expect(distance(fast, plain)).toBeLessThan(1e-14);
  });

  it("a block is read exactly when one of its weights counts", () => {
    const seen = new Set<boolean>();
    for (const scale of [1, 30, 60, 100, 300])
      for (let from = 0; from + 4 <= NH; from += 4) {
        const { asked, rows, state, logWeights } = readOut(scale);
        const counts = logWeights.slice(from, from + 4).some((x) => x > Math.log(NEGLIGIBLE));
        rows.fill(Number.NaN, from * NV, (from + 4) * NV);
        const read = values(programFor(asked, backend.lowering), backend, state).some(Number.isNaN);
        expect(read).toBe(counts);
        seen.add(read);
      }
    expect(seen.size).toBe(2);
  });

  it("a limit that leaves out too much is seen", () => {
    const { asked, state } = readOut(1);
    const program = programFor(asked, backend.lowering);
    const wrong = values(withLimit(program, 0.2), backend, state);
    expect(distance(wrong, values(program, backend, state))).toBeGreaterThan(1e-3);
  });
});
