/** A flow with bound values comes in; a function that multiplies its Jacobian with a direction goes out. */
import { type Backend, type Instance, javascript } from "../codegen/index.js";
import { type Flow, jacobianProduct } from "../derivation/index.js";
import type { TensorSymbol } from "../index-notation/index.js";
import { lower, type ProgramRequest } from "../lower/index.js";
import type { StateLayout } from "./request.js";

export type Jvp = (state: Float64Array, direction: Float64Array, out: Float64Array) => void;

/** What the product reads beside the direction: as for the field itself. */
export type JacobianRequest = Omit<ProgramRequest, "entries">;

/**
 * Derived and compiled at the first call, so that a field that is only integrated does not pay for it; the instance
 * then joins those of the field.
 */
export function lazyJvp(
  flow: Flow,
  layout: readonly StateLayout[],
  request: JacobianRequest,
  backend: Backend,
  instances: Instance[],
): Jvp {
  let made: Jvp | undefined;
  return (state, direction, out) => {
    made ??= compileJvp(flow, layout, request, backend, instances);
    made(state, direction, out);
  };
}

function compileJvp(
  flow: Flow,
  layout: readonly StateLayout[],
  request: JacobianRequest,
  backend: Backend,
  instances: Instance[],
): Jvp {
  const { directions, products } = jacobianProduct(flow);
  const inputs = new Map<TensorSymbol, Float64Array>(request.inputs);
  for (const l of layout) inputs.set(directions.get(l.name)!, new Float64Array(l.size));
  const outputs = [...products].map(([name, f]) => ({ name, over: f.over, value: f.expr }));
  const lowered = lower({ ...request, inputs, entries: [{ name: "jvp", outputs }] }, backend.lowering);
  // Products mention nothing that the rates, which have been lowered, do not.
  if (lowered.kind === "failure") throw new Error(`jvp: ${lowered.message}`);
  const runs = backend.refusal(lowered.program) === undefined ? backend : javascript;
  const instance = runs.compile(lowered.program);
  instances.push(instance);
  const slots = layout.map((l) => ({ ...l, buffer: instance.inputs.get(directions.get(l.name)!.name)! }));
  const { evaluate } = instance.entries.get("jvp")!;
  return (state, direction, out) => {
    for (const { buffer, offset, size } of slots)
      for (let k = 0; k < size; k++) buffer[k] = direction[offset + k]!;
    evaluate(state, out);
  };
}
