/** A stage comes in; where its target lies in memory, and the loops that this asks for, go out. */
import type { Index } from "../index-notation/index.js";
import {
  type Affine,
  affineAdd,
  affineConstant,
  affineLocal,
  load,
  loopTo,
  type Real,
  type Statement,
  store,
} from "../ir/index.js";
import type { Reduction } from "./binders.js";
import { cheapestStep, walkCost } from "./loop-order.js";
import { int, type Scope } from "./scope.js";
import type { Slot, Slots } from "./slots.js";
import type { Stage } from "./stage.js";

export function place(stage: Stage, slot: Slot, scope: Scope): Affine {
  return stage.over.reduce(
    (at, i, k) => affineAdd(at, scope.at(i), slot.strides[k]!),
    affineConstant(slot.offset),
  );
}

/** The axis of the target that memory order wants innermost, if it is one of them. */
export function innermostAxis(r: Reduction, stage: Stage, slots: Slots): Index | undefined {
  if (r.op !== "sum") return undefined;
  const { strides } = slots.of(stage.target);
  const volume = slots.sizes.volume(stage.over);
  const own = (i: Index): number => walkCost(volume, strides[stage.over.indexOf(i)] ?? 0);
  const best = cheapestStep([...stage.over, ...r.indices], r.body, slots, own);
  return best !== undefined && stage.over.includes(best) ? best : undefined;
}

/** A loop that stores something in each entry of the target; it is given what is there. */
export function overAll(slot: Slot, value: (there: Real) => Real): Statement {
  const i = int("i");
  const size = slot.shape.reduce((n, s) => n * s, 1);
  const at = affineAdd(affineConstant(slot.offset), affineLocal(i));
  return loopTo(i, size, [store(slot.buffer, at, value(load(slot.buffer, at)))]);
}
