/** Formulas with bound values and a state come in; their numbers go out. */
import { javascript } from "../codegen/index.js";
import type { Formula } from "../derivation/index.js";
import { evaluateD, type TensorSymbol } from "../index-notation/index.js";
import { lower } from "../lower/index.js";
import { fail, type Model, ok, type Result } from "../model/index.js";
import type { Bound } from "./bind.js";
import type { Values } from "./field.js";
import type { StateLayout } from "./request.js";

export interface At {
  readonly layout: readonly StateLayout[];
  readonly state: Float64Array;
}

/** Values of formulas of parameters, inputs and, where `at` is given, states. */
export function formulaValues(
  formulas: ReadonlyMap<string, Formula>,
  model: Model,
  bound: Bound,
  at: At = { layout: [], state: new Float64Array(0) },
): Result<Values> {
  const lowered = lower({
    entries: [
      { name: "values", outputs: [...formulas].map(([name, f]) => ({ name, over: f.over, value: f.expr })) },
    ],
    states: at.layout.map((l) => ({ symbol: l.symbol, offset: l.offset })),
    parameters: boundOf(model.parameters, bound),
    inputs: boundOf(model.inputs, bound),
    dimensions: bound.dimensions,
  });
  if (lowered.kind === "failure") {
    const { code, message, hint } = lowered;
    return fail({ code, message, hint });
  }
  const entry = javascript.compile(lowered.program).entries.get("values")!;
  const out = new Float64Array(entry.size);
  entry.evaluate(at.state, out);
  let offset = 0;
  const values = [...formulas].map(([name, f]) => {
    const shape = f.over.map((i) => evaluateD(i.dim, bound.dimensions)!);
    const size = shape.reduce((a, b) => a * b, 1);
    return [name, { shape, data: out.slice(offset, (offset += size)) }] as const;
  });
  return ok(new Map(values));
}

function boundOf(
  declared: ReadonlyMap<string, { readonly symbol: TensorSymbol }>,
  bound: Bound,
): Map<TensorSymbol, Float64Array> {
  return new Map(
    [...declared].flatMap(([name, { symbol }]) => {
      const data = bound.values.get(name);
      return data === undefined ? [] : [[symbol, data] as const];
    }),
  );
}
