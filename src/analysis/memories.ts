/** A model and one of its states come in; the parameter that holds its stored patterns, and the patterns, go out. */
import { type Index, showD } from "../index-notation/index.js";
import type { Model, Parameter } from "../model/index.js";

export interface MemoryParameter {
  readonly parameter: Parameter;
  /** The axis of the parameter that runs over units; the other one runs over patterns. */
  readonly unitAxis: 0 | 1;
}

/** Parameters over two indices, exactly one of which runs over the units of a state over one index. */
export function memoryParameters(model: Model, over: readonly Index[]): MemoryParameter[] {
  const [own, ...more] = over;
  if (own === undefined || more.length > 0) return [];
  return [...model.parameters.values()].flatMap((parameter): MemoryParameter[] => {
    if (parameter.over.length !== 2) return [];
    const [first, second] = parameter.over.map((i) => showD(i.dim) === showD(own.dim));
    return first === second ? [] : [{ parameter, unitAxis: first ? 0 : 1 }];
  });
}

/** The patterns of an array of that parameter, one a row. */
export function patternsOf(data: Float64Array, units: number, unitAxis: 0 | 1): Float64Array[] {
  const count = units === 0 ? 0 : data.length / units;
  if (unitAxis === 1) return Array.from({ length: count }, (_, k) => data.slice(k * units, (k + 1) * units));
  return Array.from({ length: count }, (_, k) =>
    Float64Array.from({ length: units }, (__, i) => data[i * count + k]!),
  );
}
