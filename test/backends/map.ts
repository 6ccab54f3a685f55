/** A function of the language and numbers come in; its values by a backend go out, all in one loop. */
import { type Backend, hasFma, wasmWith } from "../../src/codegen/index.js";
import { at, dimensionName, index, tensorSymbol, type Unary, unary } from "../../src/index-notation/index.js";
import type { Program } from "../../src/ir/index.js";
import { programFor, requestFor } from "../lower/harness.js";

/** The WebAssembly backend in every way that this machine can run it. */
export const WASM = [
  ["WebAssembly", wasmWith({ fma: false })],
  ...(hasFma() ? ([["WebAssembly with multiply-add", wasmWith({ fma: true })]] as const) : []),
] as const;

const N = dimensionName("N");
const i = index("i", N);
const x = tensorSymbol({ name: "x", role: "state", dims: [N] });

/** out[i] = fn(x[i]) */
export function mapProgram(fn: Unary, count: number, backend: Backend): Program {
  const values = { dimensions: new Map([["N", count]]), tensors: new Map([[x, new Float64Array(count)]]) };
  const { request } = requestFor([{ over: [i], value: unary(fn, at(x, [i])) }], values);
  return programFor(request, backend.lowering);
}

export function map(fn: Unary, points: readonly number[], backend: Backend): Float64Array {
  const out = new Float64Array(points.length);
  const entry = backend.compile(mapProgram(fn, points.length, backend)).entries.get("all")!;
  entry.evaluate(Float64Array.from(points), out);
  return out;
}
