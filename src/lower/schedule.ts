/** A stage comes in, the loops that compute its tensor go out. */
import { type Index, TRUE } from "../index-notation/index.js";
import {
  type Affine,
  accumulate,
  assign,
  call,
  constant,
  letReal,
  load,
  minus,
  over,
  plus,
  read,
  type Statement,
  store,
} from "../ir/index.js";
import { emitReduction, type Reduction, shiftOf } from "./binders.js";
import type { Emitter } from "./emit.js";
import { loopOrder } from "./loop-order.js";
import { nest } from "./nest.js";
import { emitOnline } from "./online-loops.js";
import { real, Scope } from "./scope.js";
import type { Slot } from "./slots.js";
import type { Compute, Stage } from "./stage.js";
import { innermostAxis, overAll, place } from "./target.js";

type ComputeOf<K extends Compute["kind"]> = Extract<Compute, { kind: K }>;
type Rules = {
  [K in Compute["kind"]]: (c: ComputeOf<K>, stage: Stage, slot: Slot, root: Scope, x: Emitter) => void;
};

const rules: Rules = {
  map: (c, stage, slot, root, x) => {
    x.count(c.value);
    nest(stage.over, TRUE, root, x, (inner) => {
      inner.statements.push(store(slot.buffer, place(stage, slot, inner), x.emit(c.value, inner)));
    });
  },
  reduce: (c, stage, slot, root, x) => {
    const axis = innermostAxis(c.reduction, stage, x.slots);
    if (axis === undefined) gather(c.reduction, stage, slot, root, x);
    else scatter(c.reduction, axis, stage, slot, root, x);
  },
  softmax: shares,
  online: (c, stage, slot, root, x) => emitOnline(c, stage, slot, root, x),
};

/** The statements of one stage; nothing in them refers to locals of other stages. */
export function schedule(stage: Stage, x: Emitter): readonly Statement[] {
  const root = new Scope(undefined);
  const slot = x.slots.of(stage.target);
  x.startStage();
  if (slot.shape.includes(0)) return [];
  (rules[stage.compute.kind] as (c: Compute, ...rest: [Stage, Slot, Scope, Emitter]) => void)(
    stage.compute,
    stage,
    slot,
    root,
    x,
  );
  return root.statements;
}

/** One scalar accumulator for each entry of the target. */
function gather(r: Reduction, stage: Stage, slot: Slot, root: Scope, x: Emitter): void {
  nest(loopOrder(stage.over, r.body, x.slots), TRUE, root, x, (inner) => {
    const value = emitReduction(x.ordered(r), inner, x);
    inner.statements.push(store(slot.buffer, place(stage, slot, inner), value));
  });
}

/** Zeroes the target, then adds contributions with an axis of the target in the innermost loop. */
function scatter(r: Reduction, axis: Index, stage: Stage, slot: Slot, root: Scope, x: Emitter): void {
  root.statements.push(overAll(slot, () => constant(0)));
  const axes = loopOrder(stage.over, r.body, x.slots, axis).filter((k) => k !== axis);
  x.count(r.body);
  nest([...axes, ...loopOrder(r.indices, r.body, x.slots), axis], r.guard, root, x, (inner) => {
    inner.statements.push(accumulate(slot.buffer, place(stage, slot, inner), x.emit(r.body, inner)));
  });
}

/** Largest exponent; exponentials and their sum; division. Entries outside the guard stay 0. */
function shares(c: ComputeOf<"softmax">, stage: Stage, slot: Slot, root: Scope, x: Emitter): void {
  const r: Reduction = { op: "logsumexp", indices: [c.index], guard: c.guard, body: c.body };
  nest(stage.over.slice(0, -1), TRUE, root, x, (row) => {
    if (c.guard.all.length > 0) overRow(stage, slot, row, x, (at) => store(slot.buffer, at, constant(0)));
    const shift = shiftOf(r, row, x);
    const total = real("total");
    row.statements.push(letReal(total, constant(0)));
    nest([c.index], c.guard, row, x, (inner) => {
      const weight = real("weight");
      inner.statements.push(
        letReal(weight, call("exp", minus(x.emit(c.body, inner), shift))),
        store(slot.buffer, place(stage, slot, inner), read(weight)),
        assign(total, plus(read(total), read(weight))),
      );
    });
    nest([c.index], c.guard, row, x, (inner) => {
      const at = place(stage, slot, inner);
      inner.statements.push(store(slot.buffer, at, over(load(slot.buffer, at), read(total))));
    });
  });
}

function overRow(stage: Stage, slot: Slot, row: Scope, x: Emitter, make: (at: Affine) => Statement): void {
  nest(stage.over.slice(-1), TRUE, row, x, (inner) => {
    inner.statements.push(make(place(stage, slot, inner)));
  });
}
