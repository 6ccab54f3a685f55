/** What runs a field where WebAssembly cannot, and modules that are compiled without blocking a page. */
import { afterEach, expect, it, vi } from "vitest";
import { compileAsync, type Instance, wasm } from "../../src/codegen/index.js";
import { numbers, request, TWO_LAYER } from "../bench/models.js";
import { must } from "../cases/compiled.js";
import { theoryOf } from "../cases/networks.js";
import { programFor } from "../lower/harness.js";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

const theory = theoryOf("plain", {
  indices: { i: "N" },
  layers: { v: { over: ["i"], lagrangian: "sum(i, logcosh(v[i]))", activation: "g" } },
  synapses: { self: "-sum(i, g[i]^2)/2" },
});
const set = new Map([["N", { value: 3, source: "the test" }]]);

/** simulation/ as it is loaded on a machine with this WebAssembly. */
async function onMachine(engine: unknown) {
  vi.resetModules();
  vi.stubGlobal("WebAssembly", engine);
  return import("../../src/simulation/index.js");
}

it.each<[string, unknown]>([
  ["without WebAssembly", undefined],
  ["without vectors", { validate: () => false }],
])("auto runs as JavaScript %s, and says so", async (_, engine) => {
  const { compileField } = await onMachine(engine);
  const field = must(compileField(theory, { set }));
  expect(field.backend).toMatchObject({
    name: "javascript",
    note: "runs as JavaScript: this machine does not run WebAssembly with 128-bit vectors",
  });
  const out = new Float64Array(3);
  field.rhs(0, Float64Array.of(0.5, -1, 2), out);
  for (const [k, x] of [0.5, -1, 2].entries()) expect(out[k]).toBeCloseTo(Math.tanh(x) - x, 14);
});

it("wasm asked for by name is refused there, with what to use", async () => {
  const { compileField } = await onMachine(undefined);
  const result = compileField(theory, { set, backend: "wasm" });
  expect(result.ok ? [] : result.errors).toEqual([
    expect.objectContaining({ code: "no-wasm", hint: 'use the target "javascript"' }),
  ]);
});

it("auto runs as WebAssembly where it can, without a note", async () => {
  const { compileField } = await import("../../src/simulation/index.js");
  const { backend } = must(compileField(theory, { set }));
  expect(backend.name).toBe("wasm");
  expect(backend.note).toBeUndefined();
});

it("compileAsync gives the instance that compile gives", async () => {
  const program = programFor(request(7, 4, [TWO_LAYER]), wasm.lowering);
  const [state, out] = [numbers(11, 3), [new Float64Array(11), new Float64Array(11)]];
  for (const [k, instance] of ([wasm.compile(program), await compileAsync(program)] as Instance[]).entries())
    instance.entries.get("rhs")!.evaluate(state, out[k]!);
  expect(out[1]).toEqual(out[0]);
  expect(out[1]!.some((x) => x !== 0)).toBe(true);
});
