/**
 * Expressions come in, IR values in the right block go out: every value is computed in the outermost block
 * where its indices are bound, and once if it is used more than once.
 */
import {
  type Compare,
  type Condition,
  children,
  type Expr,
  type Kind,
  type Node,
  type Rational,
  toNumber,
} from "../index-notation/index.js";
import {
  affineConstant,
  all,
  assign,
  call,
  constant,
  indexValue,
  letReal,
  load,
  neg,
  not,
  over,
  plus,
  type Real,
  read,
  select,
  type Test,
  times,
} from "../ir/index.js";
import { emitBinder, emitSoftmax, type Reduction } from "./binders.js";
import { emitIntegral, gaussKronrod, type Rule } from "./integral.js";
import { loopOrder } from "./loop-order.js";
import { emitPower } from "./powers.js";
import { emitRoot } from "./root.js";
import { affineDifference, real, type Scope } from "./scope.js";
import type { Slots } from "./slots.js";
import { integerTest, linearDifference, rangeTests, subscriptValue } from "./subscripts.js";

type Rules = { [K in Kind]: (e: Node<K>, scope: Scope, emitter: Emitter) => Real };

const rules: Rules = {
  number: (e) => constant(toNumber(e.value)),
  pi: () => constant(Math.PI),
  dimension: (e, _scope, x) => constant(x.sizes.of(e.dim)),
  position: (e, scope, x) => indexValue(subscriptValue(e.at, scope, x.sizes)),
  tensor: (e, scope, x) => scope.variable(e.symbol) ?? component(e, scope, x),
  add: (e, scope, x) => x.chain(e.terms, scope, plus),
  mul: (e, scope, x) => product(e.factors, scope, x),
  power: (e, scope, x) => emitPower(e, scope, x),
  unary: (e, scope, x) => call(e.fn, x.emit(e.arg, scope)),
  polygamma: (e, scope, x) => call("polygamma", constant(e.order), x.emit(e.arg, scope)),
  extremum: (e, scope, x) => e.args.map((a) => x.emit(a, scope)).reduce((a, b) => call(e.fn, a, b)),
  where: (e, scope, x) => choice(e, scope, x),
  delta: (e, scope, x) => {
    const [a, b] = [e.left, e.right].map((s) => subscriptValue(s, scope, x.sizes));
    return select({ kind: "isZero", value: affineDifference(a!, b!) }, constant(1), constant(0));
  },
  binder: emitBinder,
  softmax: emitSoftmax,
  integral: emitIntegral,
  root: emitRoot,
};

/** A load, behind a test where a subscript may leave its range. */
function component(e: Node<"tensor">, scope: Scope, x: Emitter): Real {
  const slot = x.slots.of(e.symbol);
  if (slot.shape.includes(0)) return constant(0);
  let at = affineConstant(slot.offset);
  const tests: Test[] = [];
  for (const [k, s] of e.subs.entries()) {
    const value = subscriptValue(s, scope, x.sizes);
    const range = rangeTests(value, slot.shape[k]!, scope);
    if (range === undefined) return constant(0);
    tests.push(...range);
    at = affineDifference(at, affineDifference(affineConstant(0), scaleBy(value, slot.strides[k]!)));
  }
  const value = load(slot.buffer, at);
  return tests.length === 0 ? value : select(all(tests), value, constant(0));
}

const scaleBy = (a: ReturnType<typeof affineConstant>, c: number): typeof a => ({
  terms: a.terms.map((t) => ({ local: t.local, coefficient: t.coefficient * c })),
  constant: a.constant * c,
});

/** Each side in its own block, so that only the chosen one is computed. */
function choice(e: Node<"where">, scope: Scope, x: Emitter): Real {
  const test = all(e.condition.all.map((c) => x.comparison(c, scope)));
  const sides = [test, not(test)].map((t) => scope.inner({ conditional: true, facts: scope.facts.when(t) }));
  const [then, otherwise] = [x.emit(e.then, sides[0]!), x.emit(e.else, sides[1]!)];
  if (sides.every((s) => s.statements.length === 0)) return select(test, then, otherwise);
  const chosen = real("chosen");
  sides[0]!.statements.push(assign(chosen, then));
  sides[1]!.statements.push(assign(chosen, otherwise));
  const [a, b] = sides.map((s) => s.statements);
  scope.statements.push(letReal(chosen, constant(0)), { kind: "if", test, yes: a!, no: b! });
  return read(chosen);
}

const isReciprocal = (f: Expr): f is Node<"power"> =>
  f.kind === "power" && f.exponent.kind === "number" && f.exponent.value.n < 0n;

const reciprocal = (f: Node<"power">): { base: Expr; exponent: Rational } => {
  const value = (f.exponent as Node<"number">).value;
  return { base: f.base, exponent: { n: -value.n, d: value.d } };
};

function product(factors: readonly Expr[], scope: Scope, x: Emitter): Real {
  const above = factors.filter((f) => !isReciprocal(f));
  const below = factors.filter(isReciprocal).map(reciprocal);
  const numerator = above.length === 0 ? constant(1) : x.chain(above, scope, times);
  if (below.length === 0) return numerator;
  const powers = below.map((b) => x.powerOf(b.base, b.exponent, scope));
  return over(numerator, powers.reduce(times));
}

/** Emits the expressions of one program into scopes. */
export class Emitter {
  private readonly uses = new Map<Expr, number>();
  private rule: Rule | undefined;

  constructor(readonly slots: Slots) {}

  get sizes() {
    return this.slots.sizes;
  }

  /** Forgets what was counted: values are shared within one stage only. */
  startStage(): void {
    this.uses.clear();
  }

  /** The tables of the quadrature rule, declared when first needed. */
  quadrature(): Rule {
    if (this.rule === undefined) {
      this.rule = gaussKronrod();
      for (const b of Object.values(this.rule)) this.slots.declare(b);
    }
    return this.rule;
  }

  /** The reduction with its indices in the order in which loops should nest. */
  ordered(r: Reduction): Reduction {
    return { ...r, indices: loopOrder(r.indices, r.body, this.slots) };
  }

  /** Announces a root, so that values used more than once below it get a name. */
  count(root: Expr): void {
    this.uses.set(root, (this.uses.get(root) ?? 0) + 1);
    if (
      this.uses.get(root) !== 1 ||
      root.kind === "binder" ||
      root.kind === "softmax" ||
      root.kind === "integral" ||
      root.kind === "root"
    )
      return;
    for (const c of children(root)) this.count(c);
  }

  emit(e: Expr, scope: Scope): Real {
    const home = scope.home(e);
    const known = home.memo.get(e);
    if (known !== undefined) return known;
    const value = (rules[e.kind] as (e: Expr, s: Scope, x: Emitter) => Real)(e, home, this);
    const shared = (this.uses.get(e) ?? 0) > 1;
    const result = home !== scope || shared ? this.name(value, e, home) : value;
    home.memo.set(e, result);
    return result;
  }

  /** A local for the value, unless it is as cheap as a local. */
  name(value: Real, e: Expr, home: Scope): Real {
    if (value.kind === "const" || value.kind === "local" || value.kind === "index") return value;
    const local = real(nameFor(e, value));
    home.statements.push(letReal(local, value));
    return read(local);
  }

  /** Combines parts from the outermost block inwards, so that what is invariant together is hoisted together. */
  chain(parts: readonly Expr[], scope: Scope, combine: (a: Real, b: Real) => Real): Real {
    const groups = new Map<Scope, Expr[]>();
    for (const p of parts) groups.set(scope.home(p), [...(groups.get(scope.home(p)) ?? []), p]);
    const ordered = [...groups].sort(([a], [b]) => a.depth - b.depth);
    let total: Real | undefined;
    for (const [home, list] of ordered) {
      const values = [...(total === undefined ? [] : [total]), ...list.map((p) => this.emit(p, home))];
      const combined = values.reduce(combine);
      total = home === scope ? combined : this.hoisted(combined, list, home);
    }
    return total ?? constant(0);
  }

  private hoisted(value: Real, list: readonly Expr[], home: Scope): Real {
    if (value.kind === "neg") return neg(this.hoisted(value.arg, list, home));
    return this.name(value, list[0]!, home);
  }

  powerOf(base: Expr, exponent: Rational, scope: Scope): Real {
    const whole = exponent.n === 1n && exponent.d === 1n;
    return whole ? this.emit(base, scope) : emitPower({ base, exponent }, scope, this);
  }

  comparison(c: Compare, scope: Scope): Test {
    const d = linearDifference(c.left, c.right, scope, this.sizes);
    if (d !== undefined) return integerTest(c.op, d);
    return { kind: "compare", op: c.op, left: this.emit(c.left, scope), right: this.emit(c.right, scope) };
  }

  countCondition(c: Condition): void {
    for (const x of c.all) for (const side of [x.left, x.right]) this.count(side);
  }
}

const nameFor = (e: Expr, value: Real): string => {
  if (value.kind === "load") return value.buffer.name.toLowerCase();
  if (e.kind === "unary" || e.kind === "extremum") return e.fn;
  return value.kind === "binary"
    ? value.op === "*"
      ? "product"
      : value.op === "/"
        ? "ratio"
        : "sum"
    : "value";
};
