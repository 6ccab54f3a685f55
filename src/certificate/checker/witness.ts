/**
 * Refutations: a claim and a point at which it fails come in; `confirm` returns only if the point meets every assumption
 * and the failure is strict, by interval arithmetic whose precision is raised until it decides.
 */
import { decimalIntervals, exact, type IntervalArithmetic, type Rational } from "./arithmetic/index.js";
import { type Context, componentKey } from "./context.js";
import { Evaluator, truthOf } from "./evaluate.js";
import type { NestedText, Witness } from "./format.js";
import type { Goal } from "./goal.js";
import { type Dimensions, instantiate, instantiateTest, wholeSize } from "./instantiate.js";
import { contains, isWithin, point } from "./range.js";
import { Rejection, reject } from "./rejection.js";
import { sizeOf } from "./size.js";
import {
  atSize,
  freeIndices,
  type Index,
  mentions,
  minus,
  some,
  substituteIndex,
  type Term,
  type TermOf,
  type Test,
  walk,
  zero,
} from "./term.js";
import { readNumber } from "./tokens.js";

const DIGITS = [30, 60, 120, 240, 480];
const MAX_COMPONENTS = 10_000;

/** Values of components by `componentKey`. */
type Values = ReadonlyMap<string, Rational>;

export function confirm(goal: Goal, tests: readonly Test[], witness: Witness): void {
  const { context, variables } = goal;
  if (freeIndices(goal.e).size > 0) reject("a witness needs an expression without free indices");
  const dimensions = new Map(Object.entries(witness.dimensions));
  for (const i of context.scope.indices.values()) wholeSize(i.size, dimensions);
  for (const n of dimensions.values()) if (n < 1) reject("a dimension is less than 1");
  const values = readValues(witness.values, context, dimensions);
  const e = instantiate(goal.e, dimensions);
  const conditions = tests.flatMap((c) => instancesOf(c, dimensions));
  if (goal.kind !== "convex") {
    requireAllowed(values, context, conditions);
    requireFailure(context, (a) => negated(a, evaluateAt(a, e, values, context)), goal.kind === "positive");
    return;
  }
  const direction = readValues(witness.direction ?? reject("a direction is missing"), context, dimensions);
  for (const key of direction.keys())
    if (![...variables].some((name) => key.startsWith(`${name}[`))) reject("the direction moves a parameter");
  const [before, after] = [moved(values, direction, -1n), moved(values, direction, 1n)];
  for (const p of [values, before, after]) requireAllowed(p, context, conditions);
  requireFailure(
    context,
    (a) => {
      const [m, l, r] = [values, before, after].map((p) => evaluateAt(a, e, p, context));
      if (m === undefined || l === undefined || r === undefined) return undefined;
      return a.sub(m, a.mul(a.fromRational(exact.rational(1, 2)), a.add(l, r)));
    },
    false,
  );
}

/**
 * The same at a point where none of the terms has a kink in the variables: no argument of abs, relu, sign and step is 0 there,
 * no two arguments of max or min and no two sides of a test are equal, so that formal derivatives are derivatives.
 */
export function confirmAwayFromKinks(
  goal: Goal,
  tests: readonly Test[],
  witness: Witness,
  terms: readonly Term[],
): void {
  confirm(goal, tests, witness);
  const dimensions = new Map(Object.entries(witness.dimensions));
  const values = readValues(witness.values, goal.context, dimensions);
  for (const t of terms)
    for (const difference of kinksOf(instantiate(t, dimensions), goal.variables))
      requireTrue({ relation: "!=", left: difference, right: zero }, values, goal.context);
}

const KINKED: ReadonlySet<string> = new Set(["abs", "relu", "sign", "step"]);

const isKinked = (u: Term): boolean =>
  u.kind === "extremum" || u.kind === "where" || (u.kind === "function" && KINKED.has(u.name));

/** What must not be 0. */
function kinksOf(t: Term, variables: ReadonlySet<string>): readonly Term[] {
  const found: Term[] = [];
  walk(t, (u) => {
    if (!mentions(u, variables)) return false;
    if (u.kind === "function" && KINKED.has(u.name)) found.push(u.argument);
    if (u.kind === "extremum")
      found.push(...u.terms.flatMap((a, k) => u.terms.slice(k + 1).map((b) => minus(a, b))));
    if (u.kind === "where") found.push(...u.tests.map((c) => minus(c.left, c.right)));
    if (u.kind === "binder" && u.name !== "sum" && u.name !== "logsumexp") reject(`${u.name} over an index`);
    if (u.kind === "integral" && (mentions(u.body, variables) || some(u.body, isKinked)))
      reject("an integrand moves with the state or has kinks");
    return true;
  });
  return found.filter((d) => mentions(d, variables));
}

/** The excess must be positive; where `weak`, zero is a failure as well. */
function requireFailure(
  context: Context,
  excess: <I>(a: IntervalArithmetic<I>) => I | undefined,
  weak: boolean,
): void {
  for (const digits of DIGITS) {
    context.budget.spend(1_000);
    const a = decimalIntervals(digits);
    const value = excess(a);
    if (value === undefined || a.isEmpty(value)) continue;
    if (a.decide(value) === "positive" || (weak && a.isNonnegative(value))) return;
    if (a.decide(value) === "negative" || (!weak && a.isNonpositive(value))) break;
  }
  reject("the claim is not shown to fail at the point");
}

function negated<I>(a: IntervalArithmetic<I>, x: I | undefined): I | undefined {
  return x === undefined ? undefined : a.neg(x);
}

// ---- the point ----------------------------------------------------------------------------------------

/** The value of every component of the symbols listed, each list of the right length. */
function readValues(
  all: Readonly<Record<string, NestedText>>,
  context: Context,
  dimensions: Dimensions,
): Values {
  const values = new Map<string, Rational>();
  for (const [name, nested] of Object.entries(all)) {
    const sizes = context.scope.symbols.get(name) ?? reject(`${name} is not declared`);
    const lengths = sizes.map((s) => wholeSize(s, dimensions));
    const visit = (v: NestedText, at: readonly number[]): void => {
      if (values.size > MAX_COMPONENTS) reject("the point has too many components");
      if (at.length === lengths.length) {
        if (typeof v !== "string") throw new Rejection(`${name} is nested too deeply`);
        values.set(keyAt(name, at), readNumber(v));
        return;
      }
      if (typeof v === "string" || v.length !== lengths[at.length])
        throw new Rejection(`${name} has the wrong shape`);
      v.forEach((item, k) => {
        visit(item, [...at, k]);
      });
    };
    visit(nested, []);
  }
  return values;
}

const keyAt = (name: string, at: readonly number[]): string =>
  componentKey(
    name,
    at.map((k) => atSize(sizeOf(exact.rational(k)))),
  );

function moved(values: Values, direction: Values, c: bigint): Values {
  const result = new Map(values);
  for (const [key, d] of direction) {
    const x = values.get(key) ?? reject("the direction moves a component that has no value");
    result.set(key, exact.add(x, exact.multiply(exact.rational(c), d)));
  }
  return result;
}

/** Declared bounds, integers, and every condition at every value of its indices. */
function requireAllowed(values: Values, context: Context, conditions: readonly Test[]): void {
  for (const [key, x] of values) {
    const name = key.slice(0, key.indexOf("["));
    const declared = context.all.symbols.get(name) ?? reject(`${name} is not declared`);
    if (!isWithin(point(x), declared) || !contains(declared, x))
      reject(`${name} is outside its declared bounds`);
    if (context.all.integers.has(name) && !exact.isInteger(x)) reject(`${name} is not an integer`);
  }
  for (const c of conditions) requireTrue(c, values, context);
}

function instancesOf(c: Test, dimensions: Dimensions): readonly Test[] {
  const free = [...new Map<string, Index>([...freeIndices(c.left), ...freeIndices(c.right)]).values()];
  let all: Test[] = [c];
  for (const i of free) {
    const n = wholeSize(i.size, dimensions);
    if (all.length * n > MAX_COMPONENTS) reject("a condition has too many instances");
    all = all.flatMap((t) =>
      Array.from({ length: n }, (_, k) => {
        const at = (u: Term): Term => substituteIndex(u, i.name, atSize(sizeOf(exact.rational(k))));
        return { ...t, left: at(t.left), right: at(t.right) };
      }),
    );
  }
  return all.map((t) => instantiateTest(t, dimensions));
}

/** Decided with more and more digits; numbers that doubles and decimals hold are compared exactly. */
function requireTrue(c: Test, values: Values, context: Context): void {
  const [left, right] = [exactValue(c.left, values), exactValue(c.right, values)];
  if (left !== undefined && right !== undefined) {
    const order = exact.compare(left, right);
    const holds = { "<": order < 0, "<=": order <= 0, "=": order === 0, "!=": order !== 0 }[c.relation];
    if (!holds) reject("the point violates a condition");
    return;
  }
  for (const digits of DIGITS) {
    const a = decimalIntervals(digits);
    const [x, y] = [evaluateAt(a, c.left, values, context), evaluateAt(a, c.right, values, context)];
    if (x === undefined || y === undefined) continue;
    if (truthOf(a, c.relation, a.sub(y, x)) === true) return;
  }
  reject("the point is not shown to meet a condition");
}

// ---- values -------------------------------------------------------------------------------------------

/** A component out of range is 0; one without a value is not known. */
function componentValue(t: TermOf<"symbol">, values: Values): Rational | undefined {
  const known = values.get(componentKey(t.name, t.at));
  if (known !== undefined) return known;
  const has = [...values.keys()].some((key) => key.startsWith(`${t.name}[`));
  return has && t.at.every((s) => s.terms.length === 0 && s.modulus === undefined) ? exact.ZERO : undefined;
}

function evaluateAt<I>(a: IntervalArithmetic<I>, t: Term, values: Values, context: Context): I | undefined {
  const box = {
    component: (x: TermOf<"symbol">): I | undefined => {
      const value = componentValue(x, values);
      return value === undefined ? undefined : a.fromRational(value);
    },
    size: () => undefined,
  };
  return new Evaluator<I>(a, box, () => context.budget.spend()).evaluate(t);
}

/** The value where it is rational by sums, products and integer powers alone. */
function exactValue(t: Term, values: Values): Rational | undefined {
  const all = (terms: readonly Term[], by: (x: Rational, y: Rational) => Rational): Rational | undefined => {
    const found = terms.map((u) => exactValue(u, values));
    return found.includes(undefined) ? undefined : (found as Rational[]).reduce(by);
  };
  switch (t.kind) {
    case "number":
      return t.value;
    case "symbol":
      return componentValue(t, values);
    case "add":
      return all(t.terms, exact.add);
    case "multiply":
      return all(t.factors, exact.multiply);
    case "power": {
      const base = exactValue(t.base, values);
      const k = exactValue(t.exponent, values);
      if (base === undefined || k === undefined || !exact.isInteger(k)) return undefined;
      if (k.n < -64n || k.n > 64n || (k.n < 0n && exact.sign(base) === 0)) return undefined;
      return exact.power(base, k.n);
    }
    default:
      return undefined;
  }
}
