/** Binders and softmax come in, loops with scalar accumulators in the block of their free indices go out. */
import {
  type BinderOp,
  type Condition,
  type Expr,
  type Index,
  type Node,
  open,
  openSoftmax,
  symbolsOf,
} from "../index-notation/index.js";
import {
  all,
  assign,
  call,
  constant,
  type Local,
  lessThan,
  letReal,
  minus,
  over,
  plus,
  type Real,
  read,
  select,
  type Test,
  times,
  when,
} from "../ir/index.js";
import type { Emitter } from "./emit.js";
import { nest } from "./nest.js";
import { real, type Scope } from "./scope.js";
import { rangeTests, subscriptValue } from "./subscripts.js";

/** A binder over fresh indices, in the order in which its loops nest. */
export interface Reduction {
  readonly op: BinderOp;
  readonly indices: readonly Index[];
  readonly guard: Condition;
  readonly body: Expr;
}

type Fold = { readonly start: number; readonly step: (total: Real, value: Real) => Real };

const FOLDS: { [O in Exclude<BinderOp, "logsumexp">]: Fold } = {
  sum: { start: 0, step: plus },
  prod: { start: 1, step: times },
  max: { start: Number.NEGATIVE_INFINITY, step: (a, b) => call("max", a, b) },
  min: { start: Number.POSITIVE_INFINITY, step: (a, b) => call("min", a, b) },
};

export const emitBinder = (e: Node<"binder">, scope: Scope, x: Emitter): Real =>
  emitReduction(x.ordered(open(e)), scope, x);

export function emitReduction(r: Reduction, scope: Scope, x: Emitter): Real {
  if (r.op === "logsumexp") return logSumExp(r, scope, x);
  return read(fold(r, FOLDS[r.op], r.op, scope, x, (value) => value));
}

/** total = start; for … total = step(total, map(body)) */
function fold(
  r: Reduction,
  how: Fold,
  name: string,
  scope: Scope,
  x: Emitter,
  map: (value: Real) => Real,
): Local {
  const total = real(name);
  scope.statements.push(letReal(total, constant(how.start)));
  x.count(r.body);
  x.countCondition(r.guard);
  nest(r.indices, r.guard, scope, x, (inner) => {
    const value = map(x.emit(r.body, inner));
    inner.statements.push(assign(total, how.step(read(total), value)));
  });
  return total;
}

/**
 * The largest exponent, or 0 where it is infinite: `exp(x − shift)` can then neither overflow nor give NaN
 * for an infinite x, and an empty range gives log 0 = −∞.
 */
export function shiftOf(r: Reduction, scope: Scope, x: Emitter): Real {
  const largest = fold(r, FOLDS.max, "largest", scope, x, (value) => value);
  const shift = real("shift");
  scope.statements.push(letReal(shift, finiteOr0(read(largest))));
  return read(shift);
}

/** x, or 0 where it is infinite or NaN. */
export const finiteOr0 = (x: Real): Real =>
  select(lessThan(call("abs", x), constant(Number.POSITIVE_INFINITY)), x, constant(0));

function sumOfExponentials(r: Reduction, shift: Real, scope: Scope, x: Emitter): Local {
  return fold(r, FOLDS.sum, "total", scope, x, (value) => call("exp", minus(value, shift)));
}

function logSumExp(r: Reduction, scope: Scope, x: Emitter): Real {
  const shift = shiftOf(r, scope, x);
  const total = sumOfExponentials(r, shift, scope, x);
  return plus(shift, call("log", read(total)));
}

/** exp(body at `at`) / Σ exp(body), 0 where `at` is out of range or outside the guard. */
export function emitSoftmax(e: Node<"softmax">, scope: Scope, x: Emitter): Real {
  const { index, guard, body } = openSoftmax(e);
  const at = subscriptValue(e.at, scope, x.sizes);
  const range = rangeTests(at, x.sizes.ofIndex(index), scope);
  if (range === undefined) return constant(0);
  const free = e.free.filter((i) => [...body.free, ...guard.free].some((j) => j.key === i.key));
  const shared = scope.homeOf(free, symbolsOf(e));
  const r: Reduction = { op: "logsumexp", indices: [index], guard, body };
  const shift = shiftOf(r, shared, x);
  const total = sumOfExponentials(r, shift, shared, x);
  const there = scope.inner({ index: { key: index.key, at } });
  const tests = [...range, ...guard.all.map((c) => x.comparison(c, there))];
  const result = guarded(tests, there, (inner) =>
    over(call("exp", minus(x.emit(body, inner), shift)), read(total)),
  );
  scope.statements.push(...there.statements);
  return result;
}

/** The value where the tests hold, 0 elsewhere. */
function guarded(tests: readonly Test[], scope: Scope, value: (inner: Scope) => Real): Real {
  if (tests.length === 0) return value(scope);
  const test = all(tests);
  const result = real("share");
  const inner = scope.inner({ conditional: true, facts: scope.facts.when(test) });
  const inside = value(inner);
  scope.statements.push(
    letReal(result, constant(0)),
    when(test, [...inner.statements, assign(result, inside)]),
  );
  return read(result);
}
