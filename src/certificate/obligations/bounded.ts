/** An energy comes in; whether it is bounded below for all fixed parameters, by growth rules, goes out. */
import type { LayerTheory } from "../../derivation/index.js";
import {
  at,
  type Expr,
  half,
  isPositive,
  type Kind,
  mul,
  type Node,
  rangeOf,
  signR,
  square,
  sub2,
  sum,
  symbolsOf,
  type TensorSymbol,
  TRUE,
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
    unary: (x) => (BOUNDED.has(x.fn) ? 0 : LINEAR.has(x.fn) ? grow(x.arg) : undefined),
    polygamma: () => undefined,
    extremum: (x) => largest(x.args),
    where: (x) => largest([x.then, x.else]),
    binder: (x) =>
      x.op === "sum" || (x.op === "logsumexp" && x.guard.all.length === 0) ? grow(x.body) : undefined,
    softmax: () => 0,
    integral: () => undefined,
  };
  // What does not move is a constant, whatever it is made of.
  const grow = (x: Expr): number | undefined =>
    moving(x) ? (rules[x.kind] as (y: Expr) => number | undefined)(x) : 0;
  return grow(e);
}

const fold = (
  list: readonly (number | undefined)[],
  f: (a: number, b: number) => number,
): number | undefined => (list.every((d) => d !== undefined) ? (list as number[]).reduce(f, 0) : undefined);

const isBounded = (e: Expr): boolean => {
  const { low, high } = rangeOf(e);
  return low !== undefined && high !== undefined;
};

/** The neuron energy of these units is ½ Σ g². */
function isQuadratic(l: LayerTheory): boolean {
  const g2 = mul([half, sum(l.layer.over, TRUE, square(l.activation.expr))]);
  return shownEqual(sub2(l.energy, g2), sub2(g2, g2));
}

/**
 * E ≥ −Σ L(0) + inf U for convex L (proof.md section 5): with bounded activations U is bounded; units with
 * energy ½ Σ g² dominate a U of growth below 2. Returns the argument, or undefined when neither applies.
 */
export function layeredBound(layers: readonly LayerTheory[], potential: Expr): string | undefined {
  const open = layers.filter((l) => !isBounded(l.activation.expr));
  const symbols = (list: readonly LayerTheory[]): Set<TensorSymbol> =>
    new Set(list.map((l) => l.layer.activation));
  const degree = growthIn(potential, symbols(open), symbols(layers.filter((l) => !open.includes(l))));
  if (degree === undefined || !layers.every(hasValueAtZero)) return undefined;
  if (open.length === 0)
    return "the activations are bounded and the potential is continuous in them; the neuron energies are at least −L(0)";
  if (degree < 2 && open.every(isQuadratic))
    return `the neuron energy ½ Σ g² of ${open.map((l) => l.layer.name).join(", ")} outgrows the potential, which grows at most with power ${degree}`;
  return undefined;
}

/** L(0) is a number: the Lagrangians of the field are finite everywhere. */
const hasValueAtZero = (l: LayerTheory): boolean =>
  growthIn(l.lagrangian, new Set([l.layer.state]), new Set()) !== undefined;

/** E of a state model: a range that is bounded below, or ½ Σ x² of every state against smaller growth. */
export function stateBound(
  energy: Expr,
  states: ReadonlyMap<TensorSymbol, Parameters<typeof at>[1]>,
): string | undefined {
  if (states.size === 0) return undefined;
  if (rangeOf(energy).low !== undefined) return "every term of the energy is bounded below";
  const squares = [...states].map(([s, over]) => sum(over, TRUE, square(at(s, over))));
  const rest = (energy.kind === "add" ? energy.terms : [energy]).filter(
    (t) => !isPositiveMultiple(t, squares),
  );
  if (rest.length + squares.length !== (energy.kind === "add" ? energy.terms.length : 1)) return undefined;
  const degrees = rest.map((t) => growthIn(t, new Set(states.keys()), new Set()));
  const degree = fold(degrees, Math.max);
  return degree !== undefined && degree < 2
    ? `the quadratic terms outgrow the rest, which grows at most with power ${degree}`
    : undefined;
}

/** c·Σ x² with a positive number c. */
function isPositiveMultiple(t: Expr, squares: readonly Expr[]): boolean {
  const factors = t.kind === "mul" ? t.factors : [t];
  const rest = factors.filter((f) => !squares.includes(f));
  return rest.length === factors.length - 1 && rest.every((f) => f.kind === "number" && signR(f.value) > 0);
}
