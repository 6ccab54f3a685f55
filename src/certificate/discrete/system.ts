/** A model of discrete states comes in; what an update needs (energy, values, order, maps), in one place, goes out. */
import {
  type Expr,
  fromNumber,
  type Index,
  type Rational,
  type TensorSymbol,
} from "../../index-notation/index.js";
import type { StateModel, Update } from "../../model/index.js";

export interface DiscreteState {
  readonly name: string;
  readonly symbol: TensorSymbol;
  readonly over: readonly Index[];
  /** In the order of declaration, exact. */
  readonly values: readonly Rational[];
  /** The value that a component takes; without one it takes the value of least energy, ties keep. */
  readonly map?: Expr;
  readonly clamped?: Expr;
}

export interface System {
  readonly model: StateModel;
  readonly energy: Expr;
  readonly order: Update["order"];
  readonly states: readonly DiscreteState[];
}

/** Whether components move together: all of them, or those of one state. */
export const isJoint = ({ order }: System): boolean => order === "synchronous" || order === "block";

export const isDiscrete = (model: StateModel): boolean =>
  [...model.states.values()].some((s) => s.values !== undefined);

/** Undefined, with the reason, where descent per update makes no sense. */
export function systemOf(model: StateModel): System | string {
  if (model.energy === undefined) return "the model has no energy whose descent could be checked";
  const states: DiscreteState[] = [];
  for (const s of model.states.values()) {
    if (s.values === undefined || model.dynamics?.has(s.name))
      return `${s.name} moves in continuous time beside discrete states: descent of such a mixture is not judged`;
    const map = model.update?.map?.get(s.name);
    states.push({
      name: s.name,
      symbol: s.symbol,
      over: s.over,
      values: s.values.map(fromNumber),
      ...(map !== undefined && { map }),
      ...(s.clamped !== undefined && { clamped: s.clamped }),
    });
  }
  return { model, energy: model.energy, order: model.update?.order ?? "ascending", states };
}
