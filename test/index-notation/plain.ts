/** Plain trees come in; what the constructors build of them, their naive values and disguised equals go out. */

import { applyUnary } from "../../src/index-notation/evaluate/functions.js";
import { polygamma as polygammaOf } from "../../src/index-notation/evaluate/gamma.js";
import type { Environment, Scalar } from "../../src/index-notation/evaluate/index.js";
import { decimals, isExact, toDecimal } from "../../src/index-notation/evaluate/index.js";
import { type Decimal, exponentOf, piOf } from "../../src/index-notation/evaluate/precision.js";
import { integrate } from "../../src/index-notation/evaluate/quadrature.js";
import { addS, compareScalars, mulS, powS, signOf } from "../../src/index-notation/evaluate/scalar.js";
import * as notation from "../../src/index-notation/index.js";
import {
  type Condition,
  type Dimension,
  type Expr,
  evaluateD,
  type Index,
  index,
  rational,
  type Subscript,
} from "../../src/index-notation/index.js";
import type { Chance, Plain, PlainSub, PlainTest } from "./random-expression.js";

// ---- through the constructors ---------------------------------------------------------------------------

const {
  add,
  binder,
  both,
  compare,
  delta,
  dim,
  extremum,
  integral,
  mul,
  num,
  pi,
  polygamma,
  position,
  power,
  root,
} = notation;
const { softmax, tensor, unary, where } = notation;

/** The constructors a tree is built with; a law's planted fault replaces one of them. */
export const CONSTRUCTORS = {
  ...{ add, binder, both, compare, delta, dim, extremum, integral, mul, num, polygamma, position, power },
  root,
  ...{ softmax, tensor, unary, where },
};
export type Constructors = typeof CONSTRUCTORS;

export function subscriptOf(s: PlainSub): Subscript {
  let result = notation.subConstant(s.constant);
  for (const t of s.terms) result = notation.combine(result, t.coefficient, notation.sub(t.index));
  return s.mod === undefined ? result : notation.modulo(result, s.mod);
}

const conditionOf = (tests: readonly PlainTest[], c: Constructors): Condition =>
  c.both(...tests.map((t) => c.compare(t.op, buildExpr(t.left, c), buildExpr(t.right, c))));

type Of<K extends Plain["kind"]> = Extract<Plain, { kind: K }>;
type Builders = { [K in Plain["kind"]]: (p: Of<K>, c: Constructors) => Expr };

const builders: Builders = {
  number: (p, c) => c.num(p.value),
  pi: () => pi,
  dimension: (p, c) => c.dim(p.dim),
  position: (p, c) => c.position(subscriptOf(p.at)),
  tensor: (p, c) => c.tensor(p.symbol, p.subs.map(subscriptOf)),
  add: (p, c) => c.add(p.args.map((a) => buildExpr(a, c))),
  mul: (p, c) => c.mul(p.args.map((a) => buildExpr(a, c))),
  power: (p, c) => c.power(buildExpr(p.base, c), buildExpr(p.exponent, c)),
  unary: (p, c) => c.unary(p.fn, buildExpr(p.arg, c)),
  polygamma: (p, c) => c.polygamma(p.order, buildExpr(p.arg, c)),
  extremum: (p, c) =>
    c.extremum(
      p.fn,
      p.args.map((a) => buildExpr(a, c)),
    ),
  where: (p, c) => c.where(conditionOf(p.tests, c), buildExpr(p.value, c), buildExpr(p.otherwise, c)),
  delta: (p, c) => c.delta(subscriptOf(p.left), subscriptOf(p.right)),
  binder: (p, c) => c.binder(p.op, p.indices, conditionOf(p.tests, c), buildExpr(p.body, c)),
  softmax: (p, c) => c.softmax(p.index, conditionOf(p.tests, c), buildExpr(p.body, c), subscriptOf(p.at)),
  integral: (p, c) =>
    c.integral(p.variable, buildExpr(p.lower, c), buildExpr(p.upper, c), buildExpr(p.body, c)),
  root: (p, c) => c.root(p.variable, buildExpr(p.body, c)),
};

/** The expression that the smart constructors make of a plain tree. */
export const buildExpr = (p: Plain, c: Constructors = CONSTRUCTORS): Expr =>
  (builders[p.kind] as (q: Plain, c: Constructors) => Expr)(p, c);

// ---- naive values -----------------------------------------------------------------------------------------

/** Thrown where a value is undefined, too large, or so close to a kink that rounding decides. */
export class NoValue extends Error {}

const D = decimals(60);

interface Places {
  readonly env: Environment;
  readonly indices: ReadonlyMap<string, number>;
  readonly variables: ReadonlyMap<string, Scalar>;
}

/** The value by the definitions, with no normal form and no stable formula; see NoValue. */
export const naiveValue = (p: Plain, env: Environment): Scalar =>
  naive(p, { env, indices: env.indices ?? new Map(), variables: new Map() });

function naive(p: Plain, at: Places): Scalar {
  const value = (naives[p.kind] as (q: Plain, at: Places) => Scalar)(p, at);
  if (isExact(value)) {
    if (value.n.toString(16).length + value.d.toString(16).length > 3000) throw new NoValue("too long");
    return value;
  }
  if (!value.isFinite() && p.kind !== "binder") throw new NoValue("undefined");
  if (value.isFinite() && Math.abs(exponentOf(value)) > 25 && !value.isZero()) throw new NoValue("range");
  return value;
}

const size = (d: Dimension, at: Places): number => evaluateD(d, at.env.dimensions)!;

function place(s: PlainSub, at: Places): number {
  const total = s.terms.reduce((n, t) => n + t.coefficient * at.indices.get(t.index.key)!, s.constant);
  if (s.mod === undefined) return total;
  const m = size(s.mod, at);
  return ((total % m) + m) % m;
}

/** -1, 0 or 1; refuses to decide between inexact values that are almost equal. */
function order(a: Scalar, b: Scalar): number {
  const c = compareScalars(D, a, b);
  if (c === undefined) throw new NoValue("undefined");
  if (isExact(a) && isExact(b)) return c;
  const [x, y] = [toDecimal(D, a), toDecimal(D, b)];
  if (!x.isFinite() || !y.isFinite()) return c;
  if (
    D.sub(x, y)
      .abs()
      .lessThan(D.mul(1e-25, D.add(x.abs(), 1)))
  )
    throw new NoValue("too close");
  return c;
}

const RELATIONS = {
  "<": (c: number) => c < 0,
  "<=": (c: number) => c <= 0,
  "=": (c: number) => c === 0,
  "!=": (c: number) => c !== 0,
  ">": (c: number) => c > 0,
  ">=": (c: number) => c >= 0,
};

const passes = (tests: readonly PlainTest[], at: Places): boolean =>
  tests.map((t) => RELATIONS[t.op](order(naive(t.left, at), naive(t.right, at)))).every((x) => x);

function* everywhere(indices: readonly Index[], tests: readonly PlainTest[], at: Places): Generator<Places> {
  const [first, ...rest] = indices;
  if (first === undefined) {
    if (passes(tests, at)) yield at;
    return;
  }
  for (let k = 0; k < size(first.dim, at); k++)
    yield* everywhere(rest, tests, { ...at, indices: new Map(at.indices).set(first.key, k) });
}

const sum = (values: readonly Scalar[]): Scalar => values.reduce((a, b) => addS(D, a, b), rational(0));
const exp = (s: Scalar): Scalar => applyUnary(D, "exp", s);
const KINKS = new Set(["abs", "sign", "relu", "step"]);

type Naives = { [K in Plain["kind"]]: (p: Of<K>, at: Places) => Scalar };

const naives: Naives = {
  number: (p) => p.value,
  pi: () => piOf(D),
  dimension: (p, at) => rational(size(p.dim, at)),
  position: (p, at) => rational(place(p.at, at)),
  tensor: (p, at) => {
    const known = at.variables.get(p.symbol.key);
    if (known !== undefined) return known;
    const places = p.subs.map((s) => place(s, at));
    const inside = places.every((k, n) => k >= 0 && k < size(p.symbol.dims[n]!, at));
    return inside ? at.env.tensor(p.symbol, places) : rational(0);
  },
  add: (p, at) => sum(p.args.map((a) => naive(a, at))),
  mul: (p, at) => p.args.map((a) => naive(a, at)).reduce((a, b) => mulS(D, a, b)),
  power: (p, at) => {
    const [base, exponent] = [naive(p.base, at), naive(p.exponent, at)];
    if (!isExact(base) && exponentOf(base) < -20) throw new NoValue("base too close to 0");
    if (!isExact(exponent) && exponentOf(exponent) < -20) throw new NoValue("exponent too close to 0");
    return powS(D, base, exponent);
  },
  unary: (p, at) => {
    const arg = naive(p.arg, at);
    if (KINKS.has(p.fn)) order(arg, rational(0));
    return applyUnary(D, p.fn, arg);
  },
  polygamma: (p, at) => polygammaOf(D, p.order, toDecimal(D, naive(p.arg, at))),
  extremum: (p, at) =>
    extreme(
      p.fn,
      p.args.map((a) => naive(a, at)),
    ),
  where: (p, at) => {
    const [value, otherwise] = [() => naive(p.value, at), () => naive(p.otherwise, at)];
    return passes(p.tests, at) ? value() : otherwise();
  },
  delta: (p, at) => rational(place(p.left, at) === place(p.right, at) ? 1 : 0),
  binder: (p, at) =>
    folded(
      p,
      [...everywhere(p.indices, p.tests, at)].map((inner) => naive(p.body, inner)),
    ),
  softmax: (p, at) => {
    const chosen = place(p.at, at);
    const inside = [...everywhere([p.index], p.tests, at)];
    const weights = inside.map((inner) => exp(naive(p.body, inner)));
    const k = inside.findIndex((inner) => inner.indices.get(p.index.key) === chosen);
    return k < 0 ? rational(0) : D.div(toDecimal(D, weights[k]!), toDecimal(D, sum(weights)));
  },
  integral: (p, at) => {
    const [a, b] = [p.lower, p.upper].map((e) => toDecimal(D, naive(e, at)));
    const f = (s: Decimal): Decimal =>
      toDecimal(D, naive(p.body, { ...at, variables: new Map(at.variables).set(p.variable.key, s) }));
    return integrate(D, f, a!, b!);
  },
  root: (p, at) =>
    halved((s) =>
      toDecimal(D, naive(p.body, { ...at, variables: new Map(at.variables).set(p.variable.key, s) })),
    ),
};

/** Where an increasing f changes sign, by halving alone. */
function halved(f: (s: Decimal) => Decimal): Decimal {
  let [low, high] = [new D(-1), new D(1)];
  while (f(low).greaterThan(0)) low = D.mul(2, low);
  while (f(high).lessThan(0)) high = D.mul(2, high);
  for (let k = 0; k < 250; k++) {
    const middle = D.div(D.add(low, high), 2);
    if (f(middle).isNegative()) low = middle;
    else high = middle;
  }
  return high;
}

function extreme(fn: "max" | "min", values: readonly Scalar[]): Scalar {
  return values.reduce((best, v) => (compareScalars(D, v, best)! * (fn === "max" ? 1 : -1) > 0 ? v : best));
}

function folded(p: Of<"binder">, values: readonly Scalar[]): Scalar {
  if (p.op === "sum") return sum(values);
  if (p.op === "prod") return values.reduce((a, b) => mulS(D, a, b), rational(1));
  if (values.length === 0) return new D(p.op === "min" ? Infinity : -Infinity);
  return p.op === "logsumexp" ? applyUnary(D, "log", sum(values.map(exp))) : extreme(p.op, values);
}

/** True when two values agree to 25 digits, relative to their size or to 1. */
export function close(a: Scalar, b: Scalar): boolean {
  if (isExact(a) && isExact(b)) return a.n === b.n && a.d === b.d;
  const [x, y] = [toDecimal(D, a), toDecimal(D, b)];
  if (!x.isFinite() || !y.isFinite()) return x.equals(y);
  return D.sub(x, y)
    .abs()
    .lessThanOrEqualTo(D.mul(1e-25, D.add(y.abs(), 1)));
}

export const isZeroScalar = (s: Scalar): boolean => signOf(s) === 0;

// ---- disguises ----------------------------------------------------------------------------------------------

type Renaming = ReadonlyMap<string, Index>;

/** The same expression with other names for bound indices and other orders of commutative arguments. */
export function disguise(p: Plain, chance: Chance, map: Renaming = new Map()): Plain {
  const again = (q: Plain): Plain => disguise(q, chance, map);
  const sub = (s: PlainSub): PlainSub => ({
    ...s,
    terms: chance.shuffle(s.terms).map((t) => ({ ...t, index: map.get(t.index.key) ?? t.index })),
  });
  switch (p.kind) {
    case "number":
    case "pi":
    case "dimension":
      return p;
    case "position":
      return { ...p, at: sub(p.at) };
    case "tensor":
      return { ...p, subs: disguisedSubs(p, chance).map(sub) };
    case "add":
    case "mul":
    case "extremum":
      return { ...p, args: chance.shuffle(p.args).map(again) };
    case "power":
      return { ...p, base: again(p.base), exponent: again(p.exponent) };
    case "unary":
    case "polygamma":
      return { ...p, arg: again(p.arg) };
    case "where":
      return {
        ...p,
        tests: tests(p.tests, chance, map),
        value: again(p.value),
        otherwise: again(p.otherwise),
      };
    case "delta":
      return chance.chance(0.5)
        ? { ...p, left: sub(p.right), right: sub(p.left) }
        : { ...p, left: sub(p.left), right: sub(p.right) };
    case "binder": {
      const { inner, renamed } = renameBound(p.indices, chance, map);
      const body = disguise(p.body, chance, inner);
      return { ...p, indices: chance.shuffle(renamed), tests: tests(p.tests, chance, inner), body };
    }
    case "softmax": {
      const { inner, renamed } = renameBound([p.index], chance, map);
      const body = disguise(p.body, chance, inner);
      return { ...p, index: renamed[0]!, tests: tests(p.tests, chance, inner), body, at: sub(p.at) };
    }
    case "root":
      return { ...p, body: again(p.body) };
    case "integral": {
      // The variable keeps its name: integrals rename it themselves.
      return { ...p, lower: again(p.lower), upper: again(p.upper), body: again(p.body) };
    }
  }
}

const disguisedSubs = (p: Of<"tensor">, chance: Chance): readonly PlainSub[] =>
  p.symbol.symmetric && chance.chance(0.5) ? [...p.subs].reverse() : p.subs;

function renameBound(
  bound: readonly Index[],
  chance: Chance,
  map: Renaming,
): { inner: Renaming; renamed: Index[] } {
  const renamed = bound.map((i) => index(`${chance.pick(["c", "d", "e", "z"])}${chance.int(0, 1e9)}`, i.dim));
  return { inner: new Map([...map, ...bound.map((i, k) => [i.key, renamed[k]!] as const)]), renamed };
}

const MIRROR = { "<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!=" } as const;

const tests = (list: readonly PlainTest[], chance: Chance, map: Renaming): readonly PlainTest[] =>
  chance.shuffle(list).map((t) => {
    const [left, right] = [disguise(t.left, chance, map), disguise(t.right, chance, map)];
    return chance.chance(0.5) ? { op: t.op, left, right } : { op: MIRROR[t.op], left: right, right: left };
  });
