/** A sum weighted by a softmax comes in, loops over blocks of rows that read each row once go out. */
import { TRUE } from "../index-notation/index.js";
import {
  type Affine,
  accumulate,
  affineAdd,
  affineConstant,
  affineLocal,
  affineScale,
  assign,
  type Buffer,
  call,
  constant,
  type Local,
  lessThan,
  letReal,
  load,
  loopTo,
  minus,
  over,
  plus,
  type Real,
  read,
  type Statement,
  store,
  times,
  when,
} from "../ir/index.js";
import { finiteOr0 } from "./binders.js";
import type { Emitter } from "./emit.js";
import { ROWS } from "./loops/index.js";
import { nest } from "./nest.js";
import { int, real, type Scope } from "./scope.js";
import type { Slot } from "./slots.js";
import type { Compute, Stage } from "./stage.js";
import { overAll, place } from "./target.js";

type Online = Extract<Compute, { kind: "online" }>;

/** What is carried from block to block, and the exponents and weights of one. */
interface Running {
  /** The largest exponent so far. */
  readonly largest: Local;
  /** Σ exp(exponent − shift), where the shift is `largest`, or 0 where that is infinite. */
  readonly total: Local;
  readonly exponents: Buffer;
  readonly weights: Buffer;
}

/**
 * Invariant after each block: target = Σ exp(exponent − shift)·value and total = Σ exp(exponent − shift) over the
 * rows so far. As in `shiftOf`, infinite exponents give what the definition gives.
 */
export function emitOnline(c: Online, stage: Stage, slot: Slot, root: Scope, x: Emitter): void {
  const scratch = (name: string): Buffer => x.slots.declare({ kind: "work", name, size: ROWS });
  const [largest, total] = [real("largest"), real("total")];
  const running = { largest, total, exponents: scratch("exponents"), weights: scratch("weights") };
  x.count(c.exponent);
  x.count(c.value);
  root.statements.push(
    letReal(largest, constant(Number.NEGATIVE_INFINITY)),
    letReal(total, constant(0)),
    overAll(slot, () => constant(0)),
  );
  const size = x.sizes.ofIndex(c.index);
  const [blocks, rest] = [Math.floor(size / ROWS), size % ROWS];
  /** The statements for some rows; the variable, if there is one, runs over blocks. */
  const rows = (first: Affine, count: number, variable?: Local): readonly Statement[] => {
    const { facts } = root;
    const [from, to] = [[affineConstant(0)], [affineConstant(blocks)]];
    const scope = root.inner({ facts: variable ? facts.inLoop(variable, from, to) : facts });
    block(c, stage, slot, running, scope, first, count, x);
    return scope.statements;
  };
  const variable = int("block");
  if (blocks > 0) {
    const body = rows(affineScale(affineLocal(variable), ROWS), ROWS, variable);
    root.statements.push(loopTo(variable, blocks, body));
  }
  if (rest > 0) root.statements.push(...rows(affineConstant(blocks * ROWS), rest));
  root.statements.push(overAll(slot, (sum) => over(sum, read(total))));
}

/** The rows from `first` on. */
function block(
  c: Online,
  stage: Stage,
  slot: Slot,
  running: Running,
  scope: Scope,
  first: Affine,
  rows: number,
  x: Emitter,
): void {
  const { largest, total, exponents, weights } = running;
  /** A loop over the rows of the block. */
  const each = (body: (row: Scope, r: Affine) => void): void => {
    const r = int("row");
    const facts = scope.facts.inLoop(r, [affineConstant(0)], [affineConstant(rows)]);
    const at = affineAdd(first, affineLocal(r));
    const inner = scope.inner({ index: { key: c.index.key, at }, facts });
    body(inner, affineLocal(r));
    scope.statements.push(loopTo(r, rows, inner.statements));
  };
  each((row, r) => row.statements.push(store(exponents, r, x.emit(c.exponent, row))));
  const grown = real("grown");
  scope.statements.push(letReal(grown, read(largest)));
  each((row, r) => row.statements.push(assign(grown, call("max", read(grown), load(exponents, r)))));
  scope.statements.push(when(lessThan(read(largest), read(grown)), rescaled(slot, running, grown)));
  const shift = real("shift");
  scope.statements.push(letReal(shift, finiteOr0(read(grown))));
  each((row, r) => {
    const weight = real("weight");
    row.statements.push(
      letReal(weight, call("exp", minus(load(exponents, r), read(shift)))),
      store(weights, r, read(weight)),
      assign(total, plus(read(total), read(weight))),
    );
  });
  each((row, r) => {
    const weight = real("weight");
    row.statements.push(letReal(weight, load(weights, r)));
    nest(stage.over, TRUE, row, x, (inner) => {
      const value = times(read(weight), x.emit(c.value, inner));
      inner.statements.push(accumulate(slot.buffer, place(stage, slot, inner), value));
    });
  });
}

/** What has been added up, times exp(shift − grown); the sums of no rows yet stay 0. */
function rescaled(slot: Slot, { largest, total }: Running, grown: Local): Statement[] {
  const shrink = real("shrink");
  const by = (e: Real): Real => times(read(shrink), e);
  return [
    letReal(shrink, call("exp", minus(read(largest), read(grown)))),
    assign(total, by(read(total))),
    overAll(slot, by),
    assign(largest, read(grown)),
  ];
}
