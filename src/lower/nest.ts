/**
 * Indices and a guard come in, a loop nest around a body goes out; comparisons that are affine in the
 * innermost index they mention become bounds of its loop, the others become an `if`.
 */
import type { Compare, Condition, Index } from "../index-notation/index.js";
import {
  type Affine,
  affineAdd,
  affineConstant,
  affineLocal,
  affineShift,
  affineSubstitute,
  all,
  coefficientOf,
  type Local,
  loop,
  when,
} from "../ir/index.js";
import type { Emitter } from "./emit.js";
import { int, type Scope } from "./scope.js";
import { linearDifference } from "./subscripts.js";

const LETTERS = ["i", "j", "k", "l", "m", "n"];

const loopName = (i: Index, scope: Scope): string =>
  /^[#~$]/.test(i.name) ? LETTERS[Math.min(scope.depth, LETTERS.length - 1)]! : i.name;

/** Opens loops over the indices, calls `body` in the innermost scope and closes the loops. */
export function nest(
  indices: readonly Index[],
  guard: Condition,
  scope: Scope,
  emitter: Emitter,
  body: (inner: Scope) => void,
): void {
  const ready = guard.all.filter((c) => isReady(c, scope));
  if (ready.length > 0) {
    underTest(ready, scope, emitter, (inner) =>
      nest(indices, { ...guard, all: guard.all.filter((c) => !ready.includes(c)) }, inner, emitter, body),
    );
    return;
  }
  const [first, ...rest] = indices;
  if (first === undefined) body(scope);
  else
    openLoop(first, guard, scope, emitter, (inner, left) =>
      nest(rest, { ...guard, all: left }, inner, emitter, body),
    );
}

const isReady = (c: Compare, scope: Scope): boolean =>
  [...c.left.free, ...c.right.free].every((i) => scope.isBound(i));

function underTest(
  comparisons: readonly Compare[],
  scope: Scope,
  emitter: Emitter,
  body: (inner: Scope) => void,
): void {
  const tests = comparisons.map((c) => emitter.comparison(c, scope));
  const test = all(tests);
  const inner = scope.inner({ conditional: true, facts: scope.facts.when(test) });
  body(inner);
  scope.statements.push(when(test, inner.statements));
}

interface Bounds {
  readonly from: Affine[];
  readonly to: Affine[];
}

function openLoop(
  i: Index,
  guard: Condition,
  scope: Scope,
  emitter: Emitter,
  body: (inner: Scope, left: readonly Compare[]) => void,
): void {
  const variable = int(loopName(i, scope));
  const at = affineLocal(variable);
  const bounds: Bounds = { from: [affineConstant(0)], to: [affineConstant(emitter.sizes.ofIndex(i))] };
  const probe = scope.inner({ index: { key: i.key, at } });
  const left = guard.all.filter(
    (c) => !(isReady(c, probe) && becomesBound(c, variable, probe, emitter, bounds)),
  );
  tidy(bounds);
  const facts = scope.facts.inLoop(variable, bounds.from, bounds.to);
  const inner = scope.inner({ index: { key: i.key, at }, facts });
  body(inner, left);
  if (inner.statements.length > 0)
    scope.statements.push(loop(variable, bounds.from, bounds.to, inner.statements));
}

/** Constant bounds are merged into one. */
function tidy(bounds: Bounds): void {
  const merge = (list: Affine[], pick: (...n: number[]) => number): void => {
    const constants = list.filter((a) => a.terms.length === 0).map((a) => a.constant);
    const rest = list.filter((a) => a.terms.length > 0);
    list.splice(0, list.length, affineConstant(pick(...constants)), ...rest);
  };
  merge(bounds.from, Math.max);
  merge(bounds.to, Math.min);
}

/** Adds `left op right` to the bounds of the variable if it is affine in it with coefficient ±1. */
function becomesBound(c: Compare, variable: Local, probe: Scope, emitter: Emitter, bounds: Bounds): boolean {
  if (c.op === "!=") return false;
  const d = linearDifference(c.left, c.right, probe, emitter.sizes);
  const k = d === undefined ? 0 : coefficientOf(d, variable);
  if (d === undefined || Math.abs(k) !== 1 || probe.statements.length > 0) return false;
  const rest = affineSubstitute(d, variable, affineConstant(0));
  // d < 0, d <= 0 or d = 0 with d = k·variable + rest
  const solved = affineAdd(affineConstant(0), rest, -k);
  const strict = c.op === "<" ? 1 : 0;
  if (c.op === "=" || k > 0) bounds.to.push(affineShift(solved, 1 - strict));
  if (c.op === "=" || k < 0) bounds.from.push(affineShift(solved, strict));
  return true;
}
