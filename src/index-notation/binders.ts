/**
 * Smart constructors of binders, and substitution: bodies over any index names come in; nodes whose bound
 * indices have canonical names go out, so that expressions equal up to renaming are the same object.
 *
 * The canonical name of a bound index is made of the height of its binder. Heights strictly decrease inwards,
 * so no canonical name can capture another. Whoever looks under a binder opens it with fresh indices first.
 */
import {
  add,
  dim,
  div,
  extremum,
  isZero,
  mul,
  num,
  one,
  polygamma,
  position,
  power,
  splitCoefficient,
  sub2,
  tensor,
  unary,
  zero,
} from "./build.js";
import { candidateOrders } from "./canonical-order.js";
import { both, compare, delta, inside, isFalse, isTrue, where } from "./conditions.js";
import {
  type BinderOp,
  type Compare,
  type Condition,
  conjunction,
  type Expr,
  type Kind,
  type Node,
  node,
  TRUE,
  unionIndices,
} from "./expr.js";
import { compareExpr } from "./order.js";
import {
  asIndex,
  canonicalIndex,
  canSubstitute,
  freshIndex,
  type Index,
  inRange,
  type Subscript,
  solveEquality,
  sub,
  substituteSub,
} from "./subscript.js";
import { type TensorSymbol, tensorSymbol } from "./symbols.js";
import { children, dependsOn } from "./traverse.js";

// ---- rebuilding -------------------------------------------------------------------------------------

/** How a rebuild treats what is not an expression. */
interface Rebuild {
  expr: (e: Expr) => Expr;
  sub?: (s: Subscript) => Subscript;
  /** Keep canonical names (safe only when heights cannot grow: index substitution). */
  keepBound?: boolean;
  /** Open each binder with the same names every time. */
  reopen?: boolean;
}

type Rebuilders = { [K in Kind]: (e: Node<K>, r: Rebuild) => Expr };

const mapCondition = (c: Condition, f: (e: Expr) => Expr): Condition =>
  both(...c.all.map((x) => compare(x.op, f(x.left), f(x.right))));

const subs = (list: readonly Subscript[], r: Rebuild): readonly Subscript[] =>
  r.sub === undefined ? list : list.map(r.sub);
const one1 = (s: Subscript, r: Rebuild): Subscript => (r.sub === undefined ? s : r.sub(s));

/** The node itself where no child has changed: it is in normal form already. */
function again(e: Expr, old: readonly Expr[], r: Rebuild, make: (parts: readonly Expr[]) => Expr): Expr {
  const parts = old.map(r.expr);
  return parts.every((p, k) => p === old[k]) ? e : make(parts);
}

const rebuilders: Rebuilders = {
  number: (e) => e,
  pi: (e) => e,
  dimension: (e) => e,
  position: (e, r) => (r.sub === undefined ? e : position(r.sub(e.at))),
  tensor: (e, r) => (r.sub === undefined ? e : tensor(e.symbol, subs(e.subs, r))),
  add: (e, r) => again(e, e.terms, r, add),
  mul: (e, r) => again(e, e.factors, r, mul),
  power: (e, r) => again(e, [e.base, e.exponent], r, ([base, exponent]) => power(base!, exponent!)),
  unary: (e, r) => again(e, [e.arg], r, ([arg]) => unary(e.fn, arg!)),
  polygamma: (e, r) => polygamma(e.order, r.expr(e.arg)),
  extremum: (e, r) => extremum(e.fn, e.args.map(r.expr)),
  where: (e, r) => where(mapCondition(e.condition, r.expr), r.expr(e.then), r.expr(e.else)),
  delta: (e, r) => delta(one1(e.left, r), one1(e.right, r)),
  binder: (e, r) => {
    const b = r.keepBound ? e : r.reopen ? reopen(e) : open(e);
    return binder(b.op, b.indices, mapCondition(b.guard, r.expr), r.expr(b.body));
  },
  softmax: (e, r) => {
    const s = r.keepBound ? e : r.reopen ? reopenSoftmax(e) : openSoftmax(e);
    return softmax(s.index, mapCondition(s.guard, r.expr), r.expr(s.body), one1(e.at, r));
  },
  integral: (e, r) => {
    const s = r.keepBound ? e : openIntegral(e);
    return integral(s.variable, r.expr(e.lower), r.expr(e.upper), r.expr(s.body));
  },
  root: (e, r) => {
    const s = r.keepBound ? e : openRoot(e);
    return root(s.variable, r.expr(s.body));
  },
};

const rebuild = (e: Expr, r: Rebuild): Expr => (rebuilders[e.kind] as (x: Expr, r: Rebuild) => Expr)(e, r);

/**
 * Applies f to every child and builds the node again; binders are opened first. The names a binder is opened
 * with here are its own for ever, so that f sees the same children each time and can remember them. Therefore
 * f must not put expressions with free indices of a surrounding scope into a child: `substituteTensor` does
 * that, and opens with names nobody else has.
 */
export const mapChildren = (e: Expr, f: (child: Expr) => Expr): Expr => rebuild(e, { expr: f, reopen: true });

// ---- substitution -----------------------------------------------------------------------------------

export type IndexMap = ReadonlyMap<string, Subscript>;

/** Replaces free indices by subscripts (which must not use canonical names: open binders first). */
export function substituteIndices(e: Expr, map: IndexMap): Expr {
  const seen = new Map<Expr, Expr>();
  const visit = (x: Expr): Expr => {
    if (!x.free.some((i) => map.has(i.key))) return x;
    let done = seen.get(x);
    if (done === undefined) {
      done = rebuild(x, { expr: visit, sub: (s) => substituteSub(s, map), keepBound: true });
      seen.set(x, done);
    }
    return done;
  };
  return visit(e);
}

const conditionIndices = (c: Condition, map: IndexMap): Condition =>
  mapCondition(c, (e) => substituteIndices(e, map));

/** Renames free indices: `from[k]` becomes `to[k]`. */
export const renameIndices = (e: Expr, from: readonly Index[], to: readonly Index[]): Expr =>
  substituteIndices(e, new Map(from.map((i, k) => [i.key, sub(to[k]!)])));

/** Replaces every component of a tensor by what `by` gives for its subscripts. */
export function substituteTensor(
  e: Expr,
  symbol: TensorSymbol,
  by: (subs: readonly Subscript[]) => Expr,
): Expr {
  const seen = new Map<Expr, Expr>();
  const visit = (x: Expr): Expr => {
    if (!dependsOn(x, symbol)) return x;
    let done = seen.get(x);
    if (done === undefined) {
      done = x.kind === "tensor" && x.symbol === symbol ? by(x.subs) : rebuild(x, { expr: visit });
      seen.set(x, done);
    }
    return done;
  };
  return visit(e);
}

/** Replaces `symbol[over…]` by `value`, an expression in the free indices `over`. */
export const replaceTensor = (e: Expr, symbol: TensorSymbol, over: readonly Index[], value: Expr): Expr =>
  substituteTensor(e, symbol, (at) => substituteIndices(value, new Map(over.map((i, k) => [i.key, at[k]!]))));

// ---- opening ----------------------------------------------------------------------------------------

interface Opened {
  readonly op: BinderOp;
  readonly indices: readonly Index[];
  readonly guard: Condition;
  readonly body: Expr;
}

/** The parts of a binder over fresh indices. */
export function open(e: Node<"binder">): Opened {
  const fresh = e.indices.map((i) => freshIndex(i.dim));
  const map = new Map(e.indices.map((i, k) => [i.key, sub(fresh[k]!)]));
  return {
    op: e.op,
    indices: fresh,
    guard: conditionIndices(e.guard, map),
    body: substituteIndices(e.body, map),
  };
}

export function openSoftmax(e: Node<"softmax">): { index: Index; guard: Condition; body: Expr } {
  const fresh = freshIndex(e.index.dim);
  const map = new Map([[e.index.key, sub(fresh)]]);
  return { index: fresh, guard: conditionIndices(e.guard, map), body: substituteIndices(e.body, map) };
}

const opened = new WeakMap<Node<"binder">, Opened>();
const openedSoftmax = new WeakMap<Node<"softmax">, ReturnType<typeof openSoftmax>>();

/** The value under the key, made once. */
function remembered<K extends object, V>(table: WeakMap<K, V>, key: K, make: (key: K) => V): V {
  let value = table.get(key);
  if (value === undefined) {
    value = make(key);
    table.set(key, value);
  }
  return value;
}

const reopen = (e: Node<"binder">): Opened => remembered(opened, e, open);
const reopenSoftmax = (e: Node<"softmax">): ReturnType<typeof openSoftmax> =>
  remembered(openedSoftmax, e, openSoftmax);

let variableCount = 0;
const freshVariable = (): TensorSymbol => tensorSymbol({ name: `~${++variableCount}`, role: "variable" });

interface OpenedVariable {
  readonly variable: TensorSymbol;
  readonly body: Expr;
}

function openVariable(e: Node<"integral" | "root">): OpenedVariable {
  const variable = freshVariable();
  return { variable, body: substituteTensor(e.body, e.variable, () => node.tensor(variable, [])) };
}

export const openIntegral = (e: Node<"integral">): OpenedVariable => openVariable(e);
export const openRoot = (e: Node<"root">): OpenedVariable => openVariable(e);

// ---- closing ----------------------------------------------------------------------------------------

/** Gives the bound indices canonical names and a canonical order. */
function close(op: BinderOp, indices: readonly Index[], guard: Condition, body: Expr): Node<"binder"> {
  const made = closeAt(1 + Math.max(body.height, guard.height), op, indices, guard, body);
  // Renaming can simplify; then the body is lower than the names say, and they are given again.
  return made.height === heightOfNames(made) ? made : close(op, made.indices, made.guard, made.body);
}

const heightOfNames = (e: Node<"binder">): number => Number(/\d+/.exec(e.indices[0]!.name)![0]);

function closeAt(
  height: number,
  op: BinderOp,
  indices: readonly Index[],
  guard: Condition,
  body: Expr,
): Node<"binder"> {
  const orders = candidateOrders(indices, guard, body, (map) => {
    const g = conditionIndices(guard, map);
    const seen = substituteIndices(body, map);
    return isTrue(g) || isFalse(g) ? seen : where(g, seen, zero);
  });
  const built = orders.map((order) => {
    const named = order.map((i, k) => canonicalIndex(height, k, i.dim));
    const map = new Map(order.map((i, k) => [i.key, sub(named[k]!)]));
    return node.binder(op, named, conditionIndices(guard, map), substituteIndices(body, map));
  });
  return built.reduce((best, b) => (compareExpr(b, best) < 0 ? b : best));
}

// ---- binders ----------------------------------------------------------------------------------------

const mentions = (free: readonly Index[], i: Index): boolean => free.some((j) => j.key === i.key);
const mentionsAny = (free: readonly Index[], bound: readonly Index[]): boolean =>
  bound.some((i) => mentions(free, i));

const NEUTRAL: { [O in BinderOp]: Expr | undefined } = {
  sum: zero,
  prod: one,
  max: undefined,
  min: undefined,
  logsumexp: undefined,
};

/** Binds indices (all distinct, in scope of guard and body) in a sum, product, max, min or logsumexp. */
export function binder(op: BinderOp, indices: readonly Index[], guard: Condition, body: Expr): Expr {
  const empty = NEUTRAL[op];
  // Contraction can use up the last index: the guard is then a plain condition.
  if (indices.length === 0) return empty === undefined ? body : where(guard, body, empty);
  if (isFalse(guard) && empty !== undefined) return empty;
  const outer = conjunction(
    guard.all.filter((c) => !mentionsAny(unionIndices([c.left.free, c.right.free]), indices)),
  );
  const inner = conjunction(guard.all.filter((c) => !outer.all.includes(c)));
  if (empty !== undefined && !isTrue(outer)) return where(outer, binder(op, indices, inner, body), empty);
  if (op === "sum") return sum(indices, guard, body);
  if (isTrue(guard)) {
    const unused = indices.filter((i) => !mentions(body.free, i));
    if (unused.length > 0)
      return binder(
        op,
        indices.filter((i) => mentions(body.free, i)),
        guard,
        repeated(op, unused, body),
      );
  }
  if (op === "prod") return product(indices, guard, body);
  return op === "logsumexp" ? logsumexp(indices, guard, body) : close(op, indices, guard, body);
}

/** A binder over indices that its body does not use. */
function repeated(op: BinderOp, unused: readonly Index[], body: Expr): Expr {
  const count = mul(unused.map((i) => dim(i.dim)));
  if (op === "prod") return power(body, count);
  return op === "logsumexp" ? add([body, unary("log", count)]) : body;
}

function product(indices: readonly Index[], guard: Condition, body: Expr): Expr {
  const factors = body.kind === "mul" ? body.factors : [body];
  if (factors.length > 1) return mul(factors.map((f) => binder("prod", indices, guard, f)));
  return close("prod", indices, guard, body);
}

/** logsumexp(c + e_i) = c + logsumexp(e_i). */
function logsumexp(indices: readonly Index[], guard: Condition, body: Expr): Expr {
  const terms = body.kind === "add" ? body.terms : [body];
  const outside = terms.filter((t) => !mentionsAny(t.free, indices));
  const rest = add(terms.filter((t) => mentionsAny(t.free, indices)));
  return add([...outside, close("logsumexp", indices, guard, rest)]);
}

/** softmax over i of `body`, read at `at`: terms of the exponent without i cancel. */
export function softmax(i: Index, guard: Condition, body: Expr, at: Subscript): Expr {
  const terms = body.kind === "add" ? body.terms : [body];
  const rest = add(terms.filter((t) => mentions(t.free, i)));
  if (isZero(rest) && isTrue(guard) && inRange(at, i.dim)) return div(one, dim(i.dim));
  const height = 1 + Math.max(rest.height, guard.height);
  const named = canonicalIndex(height, 0, i.dim);
  const map = new Map([[i.key, sub(named)]]);
  return node.softmax(named, conditionIndices(guard, map), substituteIndices(rest, map), at);
}

/** ∫ body d(variable) from lower to upper. */
export function integral(variable: TensorSymbol, lower: Expr, upper: Expr, body: Expr): Expr {
  if (lower === upper || isZero(body)) return zero;
  if (!dependsOn(body, variable)) return mul([sub2(upper, lower), body]);
  const closed = closeVariable(variable, body);
  return node.integral(closed.variable, lower, upper, closed.body);
}

/** The number at which `body`, non-decreasing in the variable, changes sign. */
export function root(variable: TensorSymbol, body: Expr): Expr {
  const closed = closeVariable(variable, body);
  return node.root(closed.variable, closed.body);
}

/** The body with the canonical name of its variable, made of how deeply such variables nest in it. */
function closeVariable(variable: TensorSymbol, body: Expr): OpenedVariable {
  const named = tensorSymbol({ name: `#s${1 + variableHeight(body)}`, role: "variable" });
  const renamed = variable === named ? body : substituteTensor(body, variable, () => node.tensor(named, []));
  return { variable: named, body: renamed };
}

/** How deeply integrals and roots nest, the analogue of `height` for their variables. */
function variableHeight(e: Expr): number {
  const below = Math.max(0, ...children(e).map(variableHeight));
  return e.kind === "integral" || e.kind === "root" ? 1 + below : below;
}

// ---- sums -------------------------------------------------------------------------------------------

/** Σ over indices with a guard: linear, contracted with deltas, factored into independent sums. */
export function sum(indices: readonly Index[], guard: Condition, body: Expr): Expr {
  if (indices.length === 0) return where(guard, body, zero);
  if (body.kind === "add") return add(body.terms.map((t) => sum(indices, guard, t)));
  if (isZero(body)) return zero;
  const factors = body.kind === "mul" ? body.factors : [body];
  return (
    guarded(indices, guard, factors) ??
    contracted(indices, guard, factors) ??
    distributed(indices, guard, factors) ??
    merged(indices, guard, factors) ??
    separated(indices, guard, factors)
  );
}

const others = (factors: readonly Expr[], k: number): Expr[] => factors.filter((_, n) => n !== k);

/** Σ_i where(c, e, 0)·f = Σ_{i, c} e·f. */
function guarded(indices: readonly Index[], guard: Condition, factors: readonly Expr[]): Expr | undefined {
  const k = factors.findIndex((f) => f.kind === "where" && isZero(f.else));
  const f = factors[k];
  if (f?.kind !== "where") return undefined;
  return binder("sum", indices, both(guard, f.condition), mul([...others(factors, k), f.then]));
}

/** Σ_i δ[i,s]·f(i) = f(s), where s must lie in the range of i. */
function contracted(indices: readonly Index[], guard: Condition, factors: readonly Expr[]): Expr | undefined {
  for (const [k, f] of factors.entries()) {
    if (f.kind !== "delta") continue;
    const rest = others(factors, k);
    for (const i of indices.filter((j) => mentions(f.free, j)).sort(preferExact(f, rest))) {
      const s = solveEquality(f.left, f.right, i);
      if (
        s === undefined ||
        ![...rest, ...guard.all.flatMap((c) => [c.left, c.right])].every((e) => substitutable(e, i, s))
      )
        continue;
      return contract(indices, guard, rest, i, s);
    }
  }
  return undefined;
}

/** Prefer the index whose replacement needs no range test. */
const preferExact = (f: Node<"delta">, rest: readonly Expr[]) => {
  const cost = (i: Index): number => {
    const s = solveEquality(f.left, f.right, i);
    if (s === undefined) return 3;
    return inRange(s, i.dim) ? 0 : readsZeroOutside(rest, i) ? 1 : 2;
  };
  // Equal costs go by dimension, so that the order in which indices were written does not matter.
  return (a: Index, b: Index): number =>
    cost(a) - cost(b) || (a.dim.key < b.dim.key ? -1 : a.dim.key > b.dim.key ? 1 : 0);
};

function contract(
  indices: readonly Index[],
  guard: Condition,
  rest: readonly Expr[],
  i: Index,
  s: Subscript,
): Expr {
  const map = new Map([[i.key, s]]);
  const range = readsZeroOutside(rest, i) ? TRUE : inside(s, i.dim);
  const test = both(conditionIndices(guard, map), range);
  return binder(
    "sum",
    indices.filter((j) => j !== i),
    test,
    substituteIndices(mul(rest), map),
  );
}

/** True when every subscript of e can take s for i: a `mod` stands alone or within the same `mod`. */
export function substitutable(e: Expr, i: Index, s: Subscript): boolean {
  if (!mentions(e.free, i)) return true;
  const own: Subscript[] = e.kind === "tensor" ? [...e.subs] : e.kind === "delta" ? [e.left, e.right] : [];
  if (e.kind === "softmax" || e.kind === "position") own.push(e.at);
  return own.every((x) => canSubstitute(x, i, s)) && children(e).every((c) => substitutable(c, i, s));
}

/** Some factor is a component with subscript exactly i over i's own dimension, so it reads 0 out of range. */
function readsZeroOutside(factors: readonly Expr[], i: Index): boolean {
  return factors.some(
    (f) =>
      f.kind === "tensor" &&
      f.subs.some((s, k) => asIndex(s)?.key === i.key && f.symbol.dims[k]!.key === i.dim.key),
  );
}

/** A factor that is a sum with deltas of bound indices is multiplied out, so that they can contract. */
function distributed(
  indices: readonly Index[],
  guard: Condition,
  factors: readonly Expr[],
): Expr | undefined {
  const k = factors.findIndex((f) => f.kind === "add" && f.terms.some((t) => hasDelta(t, indices)));
  const f = factors[k];
  if (f?.kind !== "add") return undefined;
  const rest = others(factors, k);
  return add(f.terms.map((t) => sum(indices, guard, mul([...rest, t]))));
}

const hasDelta = (t: Expr, bound: readonly Index[]): boolean =>
  (t.kind === "mul" ? t.factors : [t]).some((f) => f.kind === "delta" && mentionsAny(f.free, bound));

/** Σ_i a_i Σ_j b_ij = Σ_ij a_i b_ij. */
function merged(indices: readonly Index[], guard: Condition, factors: readonly Expr[]): Expr | undefined {
  const k = factors.findIndex((f) => f.kind === "binder" && f.op === "sum" && mentionsAny(f.free, indices));
  const f = factors[k];
  if (f?.kind !== "binder") return undefined;
  const inner = open(f);
  return sum(
    [...indices, ...inner.indices],
    both(guard, inner.guard),
    mul([...others(factors, k), inner.body]),
  );
}

/** Splits a sum of a product into the product of sums over unconnected indices. */
function separated(indices: readonly Index[], guard: Condition, factors: readonly Expr[]): Expr {
  const outside = factors.filter((f) => !mentionsAny(f.free, indices));
  const pieces = components(indices, guard, factors).map((c) => component(c));
  return mul([...outside, ...pieces]);
}

interface Component {
  indices: Index[];
  factors: Expr[];
  guards: Compare[];
}

function components(indices: readonly Index[], guard: Condition, factors: readonly Expr[]): Component[] {
  let found: Component[] = indices.map((i) => ({ indices: [i], factors: [], guards: [] }));
  const join = (free: readonly Index[], put: (c: Component) => void): void => {
    const touched = found.filter((c) => mentionsAny(free, c.indices));
    if (touched.length === 0) return;
    const all: Component = {
      indices: touched.flatMap((c) => c.indices),
      factors: touched.flatMap((c) => c.factors),
      guards: touched.flatMap((c) => c.guards),
    };
    put(all);
    found = [...found.filter((c) => !touched.includes(c)), all];
  };
  for (const f of factors) join(f.free, (c) => c.factors.push(f));
  for (const g of guard.all) join(unionIndices([g.left.free, g.right.free]), (c) => c.guards.push(g));
  return found;
}

function component(c: Component): Expr {
  const body = mul(c.factors);
  if (c.guards.length === 0 && c.factors.length === 0) return mul(c.indices.map((i) => dim(i.dim)));
  if (body.kind === "add") return sum(c.indices, conjunction(c.guards), body);
  return signed(close("sum", c.indices, conjunction(c.guards), body));
}

/** Canonical names can turn sin(y - x) into -sin(x - y): the sign leaves the sum. */
function signed(made: Node<"binder">): Expr {
  const { coefficient, rest } = splitCoefficient(made.body);
  if (coefficient.n === 1n && coefficient.d === 1n) return made;
  return mul([num(coefficient), close("sum", made.indices, made.guard, rest)]);
}
