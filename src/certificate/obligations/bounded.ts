/** An energy comes in; whether it is bounded below for all fixed parameters, by growth rules, goes out. */
import type { LayerTheory } from "../../derivation/index.js";
import {
  children,
  type Expr,
  half,
  isNonNegative,
  isPositive,
  type Kind,
  mul,
  type Node,
  rangeOf,
  signR,
  square,
  sub2,
  substituteTensor,
  sum,
  symbolsOf,
  type TensorSymbol,
  TRUE,
  tensor,
  tensorSymbol,
  type Unary,
} from "../../index-notation/index.js";
import { shownEqual } from "../../rewrite/index.js";

/** Bounded and continuous on the whole line (or with bounded jumps). */
const BOUNDED: ReadonlySet<Unary> = new Set([
  "sign",
  "sin",
  "cos",
  "atan",
  "tanh",
  "sech",
  "erf",
  "erfc",
  "step",
  "sigmoid",
]);
/** Continuous on the whole line: bounded where the argument is. */
const CONTINUOUS: ReadonlySet<Unary> = new Set(["exp", "sinh", "cosh"]);
/** |f(x)| ≤ C(1 + |x|). */
const LINEAR: ReadonlySet<Unary> = new Set(["abs", "relu", "softplus", "logcosh", "asinh"]);

/**
 * The least d known with |e| ≤ C(1 + |x|^d) for all values of the unbounded symbols x, at fixed parameters and
 * dimensions; undefined when none is shown. Symbols that are neither bounded nor unbounded are constants.
 */
export function growthIn(
  e: Expr,
  unbounded: ReadonlySet<TensorSymbol>,
  bounded: ReadonlySet<TensorSymbol>,
): number | undefined {
  const moving = (x: Expr): boolean => [...symbolsOf(x)].some((s) => unbounded.has(s) || bounded.has(s));
  const largest = (list: readonly Expr[]): number | undefined => fold(list.map(grow), Math.max);
  const rules: { [K in Kind]: (x: Node<K>) => number | undefined } = {
    number: () => 0,
    pi: () => 0,
    dimension: () => 0,
    position: () => 0,
    delta: () => 0,
    tensor: (x) => (unbounded.has(x.symbol) ? 1 : 0),
    add: (x) => largest(x.terms),
    mul: (x) => fold(x.factors.map(grow), (a, b) => a + b),
    power: (x) => {
      const [inner, p] = [grow(x.base), x.exponent.kind === "number" ? x.exponent.value : undefined];
      // A bounded base to a positive power that does not move stays bounded.
      if (p === undefined)
        return inner === 0 && !moving(x.exponent) && isPositive(x.exponent) ? 0 : undefined;
      if (inner === undefined || signR(p) < 0) return undefined;
      return (inner * Number(p.n)) / Number(p.d);
    },
    unary: (x) => {
      if (BOUNDED.has(x.fn)) return isTotal(x.arg) ? 0 : undefined;
      if (LINEAR.has(x.fn)) return grow(x.arg);
      return CONTINUOUS.has(x.fn) && grow(x.arg) === 0 ? 0 : undefined;
    },
    polygamma: () => undefined,
    extremum: (x) => largest(x.args),
    where: (x) => largest([x.then, x.else]),
    binder: (x) =>
      x.op === "sum" || (x.op === "logsumexp" && x.guard.all.length === 0) ? grow(x.body) : undefined,
    softmax: (x) => (isTotal(x.body) ? 0 : undefined),
    integral: () => undefined,
    root: () => undefined,
  };
  // What does not move is a constant, whatever it is made of.
  const grow = (x: Expr): number | undefined =>
    moving(x) ? (rules[x.kind] as (y: Expr) => number | undefined)(x) : 0;
  return grow(e);
}

export const fold = (
  list: readonly (number | undefined)[],
  f: (a: number, b: number) => number,
): number | undefined =>
  list.every((d) => d !== undefined) ? (list as number[]).reduce((a, b) => f(a, b), 0) : undefined;

/** By range; or the Lagrangian is convex and grows at most linearly, so that its slopes are bounded. */
export function hasBoundedActivation(l: LayerTheory): boolean {
  const { low, high } = rangeOf(l.activation.expr);
  if (low !== undefined && high !== undefined) return true;
  const growth = growthIn(l.lagrangian, new Set([l.layer.state]), new Set());
  return growth !== undefined && growth <= 1 && isTotal(l.lagrangian);
}

/** The neuron energy of these units is ½ Σ g². */
function isQuadratic(l: LayerTheory): boolean {
  const g2 = mul([half, sum(l.layer.over, TRUE, square(l.activation.expr))]);
  return shownEqual(sub2(l.energy, g2), sub2(g2, g2));
}

/**
 * E ≥ −Σ L(0) + inf U for convex L (proof.md section 5). What is left of U without its terms that are bounded below
 * is bounded when the activations are, outgrown by ½ Σ g² below power 2, and outgrown by the conjugate of any
 * Lagrangian that is finite everywhere up to power 1. Returns the argument, or undefined when none applies.
 */
export function layeredBound(layers: readonly LayerTheory[], potential: Expr): string | undefined {
  const open = layers.filter((l) => !hasBoundedActivation(l));
  const symbols = (list: readonly LayerTheory[]): Set<TensorSymbol> =>
    new Set(list.map((l) => l.layer.activation));
  const closed = symbols(layers.filter((l) => !open.includes(l)));
  const risky = termsOf(knownRanges(potential, layers)).filter((t) => rangeOf(t).low === undefined);
  const degree = fold(
    risky.map((t) => growthIn(originalOf(t, layers), symbols(open), closed)),
    Math.max,
  );
  if (degree === undefined || !layers.every((l) => isTotal(l.lagrangian))) return undefined;
  if (degree === 0)
    return open.length === 0
      ? "the activations are bounded and the potential is continuous in them; the neuron energies are at least −L(0)"
      : "the potential is bounded below on the range of the activations; the neuron energies are at least −L(0)";
  const names = open.map((l) => l.layer.name).join(", ");
  if (degree < 2 && open.every(isQuadratic))
    return `the neuron energy ½ Σ g² of ${names} outgrows the potential, which grows at most with power ${degree}`;
  return degree <= 1
    ? `the neuron energies of ${names} outgrow the potential, which grows at most linearly: the conjugate of a Lagrangian that is finite everywhere grows faster than any multiple of |g| (Rockafellar 1970, corollary 13.3.1)`
    : undefined;
}

const termsOf = (e: Expr): readonly Expr[] => (e.kind === "add" ? e.terms : [e]);

/** Activations as symbols that carry their range, so that ranges of what is made of them are known. */
const ranged = ({ layer, activation }: LayerTheory): TensorSymbol =>
  tensorSymbol({
    name: layer.activation.name,
    role: "variable",
    dims: layer.activation.dims,
    bounds: rangeOf(activation.expr),
  });

const knownRanges = (e: Expr, layers: readonly LayerTheory[]): Expr =>
  layers.reduce((x, l) => substituteTensor(x, l.layer.activation, (subs) => tensor(ranged(l), subs)), e);

const originalOf = (e: Expr, layers: readonly LayerTheory[]): Expr =>
  layers.reduce((x, l) => substituteTensor(x, ranged(l), (subs) => tensor(l.layer.activation, subs)), e);

/** Functions that have no value somewhere on the line. */
const PARTIAL: ReadonlySet<Unary> = new Set([
  "log",
  "tan",
  "asin",
  "acos",
  "acosh",
  "atanh",
  "gamma",
  "lgamma",
]);

/** Shown to be finite for all values of its symbols, with parameters such that it is finite anywhere. */
export function isTotal(e: Expr): boolean {
  if (![...symbolsOf(e)].some((s) => s.role !== "parameter" && s.role !== "input")) return true;
  if (e.kind === "unary" && PARTIAL.has(e.fn) && !(e.fn === "log" && isPositive(e.arg))) return false;
  if (e.kind === "polygamma") return false;
  if (e.kind === "power" && !isTotalPower(e)) return false;
  if (e.kind === "binder" && e.op !== "sum" && e.op !== "prod" && e.guard.all.length > 0) return false;
  return children(e).every(isTotal);
}

function isTotalPower({ base, exponent }: Node<"power">): boolean {
  if (isPositive(base)) return true;
  const isWhole = exponent.kind === "number" && exponent.value.d === 1n;
  if (isWhole) return signR(exponent.value) >= 0;
  return isNonNegative(base) && isNonNegative(exponent);
}
