/** A compiled field comes in; the equations of its fixed points, in the components that can move, go out. */
import type { CompiledField } from "../simulation/index.js";
import type { LinearMap } from "./linear/dense.js";
import type { Vector } from "./linear/vectors.js";

/** dx/dt = 0 in `size` unknowns; clamped components keep their initial values and are no unknowns. */
export interface System {
  readonly size: number;
  rates(x: Vector, out: Vector): void;
  /** The Jacobian at x as a map; valid until the next call. */
  jacobian(x: Vector): LinearMap;
  /** The whole state of the field. */
  whole(x: Vector): Vector;
  /** The unknowns of a whole state. */
  unknowns(state: Vector): Vector;
}

export function systemOf(field: CompiledField): System {
  const free = freeComponents(field);
  if (free.length === field.size) return wholeSystem(field);
  const [state, rate] = [field.initial.slice(), new Float64Array(field.size)];
  const [along, image] = [new Float64Array(field.size), new Float64Array(field.size)];
  const put = (x: Vector, whole: Vector): void => {
    for (const [k, c] of free.entries()) whole[c] = x[k]!;
  };
  const take = (whole: Vector, out: Vector): void => {
    for (const [k, c] of free.entries()) out[k] = whole[c]!;
  };
  return {
    size: free.length,
    rates(x, out) {
      put(x, state);
      field.rhs(0, state, rate);
      take(rate, out);
    },
    jacobian(x) {
      const at = field.initial.slice();
      put(x, at);
      return (d, out) => {
        put(d, along);
        field.jvp(at, along, image);
        take(image, out);
      };
    },
    whole(x) {
      const all = field.initial.slice();
      put(x, all);
      return all;
    },
    unknowns: (all) => Float64Array.from(free, (c) => all[c]!),
  };
}

const wholeSystem = (field: CompiledField): System => ({
  size: field.size,
  rates: (x, out) => field.rhs(0, x, out),
  jacobian: (x) => (d, out) => field.jvp(x, d, out),
  whole: (x) => x.slice(),
  unknowns: (all) => all.slice(),
});

/** States at which the rates of clamped components are looked at. */
const PROBES = [0, 0.7, -1.3];

/**
 * A clamped component has the factor 0 in its rate, at every state. Only layers that declare `clamped` are asked, and a
 * component whose rate is exactly 0 at several states is taken as clamped.
 */
function freeComponents(field: CompiledField): number[] {
  const { model, layout, size } = field;
  const declared = model.kind === "layered" ? model.layers : model.states;
  const suspects = layout.filter((l) => declared.get(l.name)?.clamped !== undefined);
  const isStill = new Array<boolean>(size).fill(false);
  for (const l of suspects) isStill.fill(true, l.offset, l.offset + l.size);
  const rate = new Float64Array(size);
  for (const shift of suspects.length > 0 ? PROBES : []) {
    field.rhs(
      0,
      field.initial.map((x, k) => x + shift * Math.cos(k + 1)),
      rate,
    );
    for (let k = 0; k < size; k++) isStill[k] &&= rate[k] === 0;
  }
  return isStill.flatMap((still, k) => (still ? [] : [k]));
}
