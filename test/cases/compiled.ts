/** A theory with data comes in; its field, and the compiled value of any formula of it, go out. */
import { asNumericArray, type WritableArray } from "../../src/arrays/nested.js";
import { javascript } from "../../src/codegen/index.js";
import type { Formula, Theory } from "../../src/derivation/index.js";
import { lower } from "../../src/lower/index.js";
import type { Model, Result, Schedule } from "../../src/model/index.js";
import {
  bind,
  type CompiledField,
  compileField,
  type Precision,
  type Sourced,
} from "../../src/simulation/index.js";

export interface Given {
  readonly data?: Readonly<Record<string, WritableArray>>;
  readonly set?: Readonly<Record<string, number>>;
  readonly full?: boolean;
  readonly seed?: number;
  readonly precision?: Precision;
  readonly schedules?: Readonly<Record<string, Schedule>>;
}

export interface Laboratory {
  readonly field: CompiledField;
  /** Values of formulas of states and parameters at a flat state, each in C order. */
  values(formulas: Readonly<Record<string, Formula>>, state: Float64Array): Record<string, Float64Array>;
}

export function must<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new Error(result.errors.map((e) => `${e.code}: ${e.message} (${e.hint ?? ""})`).join("\n"));
}

function sourced<T>(given: Readonly<Record<string, T>> = {}): Map<string, Sourced<T>> {
  return new Map(Object.entries(given).map(([name, value]) => [name, { value, source: "the test" }]));
}

function bindingsOf(given: Given) {
  const arrays = Object.entries(given.data ?? {}).map(([name, value]) => {
    const array = asNumericArray(name, value);
    if (!array.ok) throw new Error(array.error.message);
    return [name, array.value] as const;
  });
  return {
    arrays: sourced(Object.fromEntries(arrays)),
    set: sourced(given.set),
    seed: given.seed ?? 0,
    schedules: new Map(Object.entries(given.schedules ?? {})),
  };
}

export function laboratory(theory: Theory, given: Given): Laboratory {
  const bindings = bindingsOf(given);
  const field = must(
    compileField(theory, { ...bindings, full: given.full ?? false, precision: given.precision ?? "f64" }),
  );
  const { model } = theory;
  const names = [...model.parameters.keys(), ...model.inputs.keys()];
  const declared = names.filter((n) => hasValue(model, n, given));
  const bound = must(bind(model, bindings, new Set(declared)));
  const valuesOf = (kind: "parameters" | "inputs") =>
    new Map(
      [...model[kind]].flatMap(([n, p]) => (bound.values.has(n) ? [[p.symbol, bound.values.get(n)!]] : [])),
    );
  const values: Laboratory["values"] = (formulas, state) => {
    const outputs = Object.entries(formulas).map(([name, f]) => ({ name, over: f.over, value: f.expr }));
    const lowered = lower({
      entries: [{ name: "values", outputs }],
      states: field.layout.map((l) => ({ symbol: l.symbol, offset: l.offset })),
      parameters: valuesOf("parameters"),
      inputs: valuesOf("inputs"),
      dimensions: bound.dimensions,
    });
    if (lowered.kind === "failure") throw new Error(`${lowered.code}: ${lowered.message}`);
    const entry = javascript.compile(lowered.program).entries.get("values")!;
    const out = new Float64Array(entry.size);
    entry.evaluate(state, out);
    const pieces = entry.outputs.map((o) => {
      const size = o.shape.reduce((a, b) => a * b, 1);
      return [o.name, out.slice(o.offset, o.offset + size)] as const;
    });
    return Object.fromEntries(pieces);
  };
  return { field, values };
}

function hasValue(model: Model, name: string, given: Given): boolean {
  const slot = model.parameters.get(name) ?? model.inputs.get(name)!;
  return slot.default !== undefined || name in (given.data ?? {}) || name in (given.set ?? {});
}
