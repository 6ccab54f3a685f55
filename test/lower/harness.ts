/** A quantity over some indices and values come in; what the generated code computes goes out. */
import { type Backend, javascript } from "../../src/codegen/index.js";
import { type Expr, type Index, symbolsOf, type TensorSymbol } from "../../src/index-notation/index.js";
import type { Program } from "../../src/ir/index.js";
import { type LowerOptions, lower, type ProgramRequest } from "../../src/lower/index.js";
import type { Values } from "./naive.js";

/** States in the order of first use, parameters and inputs by their role. */
export function requestFor(
  outputs: readonly { over: readonly Index[]; value: Expr }[],
  values: Values,
): { request: ProgramRequest; state: Float64Array } {
  const used = new Set<TensorSymbol>(outputs.flatMap((o) => [...symbolsOf(o.value)]));
  const bound = [...values.tensors].filter(([s]) => used.has(s));
  const states: { symbol: TensorSymbol; offset: number }[] = [];
  const state: number[] = [];
  for (const [symbol, data] of bound.filter(([s]) => s.role === "state")) {
    states.push({ symbol, offset: state.length });
    state.push(...data);
  }
  const request = {
    entries: [{ name: "all", outputs: outputs.map((o, k) => ({ name: `q${k}`, ...o })) }],
    states,
    parameters: new Map(bound.filter(([s]) => s.role === "parameter")),
    inputs: new Map(bound.filter(([s]) => s.role === "input")),
    dimensions: values.dimensions,
  };
  return { request, state: Float64Array.from(state) };
}

/** Verified after every pass. */
export function programFor(request: ProgramRequest, options: Partial<LowerOptions> = {}): Program {
  const lowered = lower(request, { verify: true, ...options });
  if (lowered.kind === "failure") throw new Error(lowered.message);
  return lowered.program;
}

/** Lowers, verifies, compiles and evaluates all outputs, one after the other. */
export function evaluate(
  outputs: readonly { over: readonly Index[]; value: Expr }[],
  values: Values,
  options: Partial<LowerOptions> = {},
  backend: Backend = javascript,
): number[] {
  const { request, state } = requestFor(outputs, values);
  const entry = backend.compile(programFor(request, { ...backend.lowering, ...options })).entries.get("all")!;
  const out = new Float64Array(entry.size).fill(Number.NaN);
  entry.evaluate(state, out);
  return [...out];
}
