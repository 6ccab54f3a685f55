/**
 * A root comes in, a loop that brackets and narrows it goes out: the body stands in it once.
 *
 * Ends are sought at 0, ±1, ±2, ±4 … on the side that the sign at 0 says. Between them Chandrupatla's method
 * (Advances in Engineering Software 28, 1997, 145–149): inverse quadratic interpolation where it is safe,
 * bisection elsewhere, so a piecewise linear body is met exactly once its piece is found. It ends at a zero, or
 * where the bracket is two units in the last place wide; NaN where the body keeps its sign or has no value.
 */
import { type Node, openRoot } from "../index-notation/index.js";
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
  type Statement,
  select,
  type Test,
  times,
  when,
} from "../ir/index.js";
import type { Emitter } from "./emit.js";
import { real, type Scope } from "./scope.js";

/** What the search is doing: the first look, going outwards, narrowing; `found` ends the loop. */
const PHASE = { first: 0, outwards: 1, narrow: 2, found: 3 } as const;

/** Bisection alone needs about 1100 halvings from the widest bracket. */
const MAX_TURNS = 4000;

const NAMES = ["point", "value", "a", "atA", "b", "atB", "c", "atC", "phase", "turns"] as const;
type Locals = { readonly [N in (typeof NAMES)[number]]: Local };

export function emitRoot(e: Node<"root">, scope: Scope, x: Emitter): Real {
  const l = Object.fromEntries(NAMES.map((n) => [n, real(n)])) as unknown as Locals;
  const { variable, body } = openRoot(e);
  const inner = scope.inner({ variable: { symbol: variable, value: read(l.point) } });
  x.count(body);
  inner.statements.push(assign(l.value, x.emit(body, inner)));
  scope.statements.push(...NAMES.map((n) => letReal(l[n], constant(0))), {
    kind: "while",
    test: lessThan(read(l.phase), constant(PHASE.found)),
    body: [...inner.statements, ...turn(l)],
  });
  return read(l.point);
}

const is = (l: Local, phase: number): Test => equal(read(l), constant(phase));
const equal = (left: Real, right: Real): Test => ({ kind: "compare", op: "=", left, right });
const isNaN_ = (l: Local): Test => ({ kind: "compare", op: "!=", left: read(l), right: read(l) });
const size = (v: Real): Real => call("abs", v);
const move = (pairs: readonly (readonly [Local, Real])[]): Statement[] => pairs.map(([l, v]) => assign(l, v));
const choose = (test: Test, yes: readonly Statement[], no: readonly Statement[]): Statement => ({
  kind: "if",
  test,
  yes,
  no,
});

function turn(l: Locals): Statement[] {
  const nothing = move([
    [l.point, constant(Number.NaN)],
    [l.phase, constant(PHASE.found)],
  ]);
  const step = choose(is(l.phase, PHASE.first), first(l), [
    choose(is(l.phase, PHASE.outwards), outwards(l, nothing), keepBracket(l)),
  ]);
  return [
    assign(l.turns, plus(read(l.turns), constant(1))),
    choose(isNaN_(l.value), nothing, [step, when(is(l.phase, PHASE.narrow), narrow(l))]),
  ];
}

/** The value at 0 says on which side to look. */
function first(l: Locals): Statement[] {
  const value = read(l.value);
  return [
    ...move([
      [l.atA, value],
      [l.point, select(lessThan(value, constant(0)), constant(1), constant(-1))],
      [l.phase, constant(PHASE.outwards)],
    ]),
    when(
      equal(value, constant(0)),
      move([
        [l.point, constant(0)],
        [l.phase, constant(PHASE.found)],
      ]),
    ),
  ];
}

function outwards(l: Locals, nothing: readonly Statement[]): Statement[] {
  const changed: Test = {
    kind: "compare",
    op: "<=",
    left: times(call("sign", read(l.atA)), call("sign", read(l.value))),
    right: constant(0),
  };
  const bracketed = move([
    [l.b, read(l.a)],
    [l.atB, read(l.atA)],
    [l.c, read(l.a)],
    [l.atC, read(l.atA)],
    [l.a, read(l.point)],
    [l.atA, read(l.value)],
    [l.phase, constant(PHASE.narrow)],
  ]);
  const further = [
    ...move([
      [l.a, read(l.point)],
      [l.atA, read(l.value)],
      [l.point, times(constant(2), read(l.point))],
    ]),
    when({ kind: "not", test: lessThan(size(read(l.point)), constant(Number.POSITIVE_INFINITY)) }, nothing),
  ];
  return [choose(changed, bracketed, further)];
}

/** a is the newest point, b the end of other sign, c the point that was left. */
function keepBracket(l: Locals): Statement[] {
  const same = equal(call("sign", read(l.value)), call("sign", read(l.atA)));
  const fromA = move([
    [l.c, read(l.a)],
    [l.atC, read(l.atA)],
  ]);
  const fromB = move([
    [l.c, read(l.b)],
    [l.atC, read(l.atB)],
    [l.b, read(l.a)],
    [l.atB, read(l.atA)],
  ]);
  return [
    choose(same, fromA, fromB),
    ...move([
      [l.a, read(l.point)],
      [l.atA, read(l.value)],
    ]),
  ];
}

/** Ends the search, or sets the next point. */
function narrow(l: Locals): Statement[] {
  const [least, share, limit] = [real("least"), real("share"), real("limit")];
  const nearerB = lessThan(size(read(l.atB)), size(read(l.atA)));
  const best = select(nearerB, read(l.b), read(l.a));
  const atBest = select(nearerB, read(l.atB), read(l.atA));
  const width = minus(read(l.b), read(l.a));
  const tolerance = plus(times(constant(2 ** -52), size(read(least))), constant(Number.MIN_VALUE));
  const done = (test: Test): Statement =>
    when(
      test,
      move([
        [l.point, read(least)],
        [l.phase, constant(PHASE.found)],
      ]),
    );
  const clamped = call("min", minus(constant(1), read(limit)), call("max", read(limit), read(share)));
  return [
    letReal(least, best),
    letReal(limit, over(tolerance, size(width))),
    done(equal(atBest, constant(0))),
    done(lessThan(constant(0.5), read(limit))),
    done(lessThan(constant(MAX_TURNS), read(l.turns))),
    when(is(l.phase, PHASE.narrow), [
      letReal(share, constant(0.5)),
      ...interpolate(l, share),
      assign(l.point, plus(read(l.a), times(clamped, width))),
    ]),
  ];
}

/** The share of the way from a to b at which to look next. */
function interpolate(l: Locals, share: Local): Statement[] {
  const [a, b, c] = [read(l.a), read(l.b), read(l.c)];
  const [fa, fb, fc] = [read(l.atA), read(l.atB), read(l.atC)];
  const [xi, phi] = [real("xi"), real("phi")];
  const square = (v: Real): Real => times(v, v);
  const safe = all([
    lessThan(square(read(phi)), read(xi)),
    lessThan(square(minus(constant(1), read(phi))), minus(constant(1), read(xi))),
  ]);
  const quadratic = plus(
    times(over(fa, minus(fb, fa)), over(fc, minus(fb, fc))),
    times(over(minus(c, a), minus(b, a)), times(over(fa, minus(fc, fa)), over(fb, minus(fc, fb)))),
  );
  return [
    letReal(xi, over(minus(a, b), minus(c, b))),
    letReal(phi, over(minus(fa, fb), minus(fc, fb))),
    when(safe, [assign(share, quadratic)]),
    when(equal(c, b), [assign(share, over(fa, minus(fa, fb)))]),
  ];
}
