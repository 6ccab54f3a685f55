/**
 * An energy of a model comes in; values of its parameters and a ray of states along which it falls without
 * bound go out, with the power law that the checker accepted a proof of.
 */
import {
  add,
  type Compare,
  type Expr,
  isPositive,
  isTrue,
  mul,
  neg,
  node,
  num,
  one,
  power,
  type Rational,
  rangeOf,
  rational,
  signR,
  sub2,
  symbolsOf,
  type TensorSymbol,
  tensorSymbol,
  unary,
  zero,
} from "../../index-notation/index.js";
import type { Model } from "../../model/index.js";
import { valueAt } from "../refuter/numeric/jet.js";
import { compile, Layout, type Tape, Unsupported } from "../refuter/numeric/tape.js";
import { source } from "../refuter/samples.js";
import type { Counterexample } from "../verify.js";
import { asText, componentOf, type Drawn, draw, smallSizes, type Values } from "./drawing.js";
import { ground, groundCondition, placesOf, type Sizes, type ValueOf } from "./ground.js";
import { isShownNonnegative } from "./one-variable.js";

export interface Ray {
  /** E ≤ −rate·s^power for s ≥ from, at point + s·direction. */
  readonly rate: Rational;
  readonly power: number;
  readonly from: number;
  readonly counterexample: Counterexample;
}

/** Draws of parameters at each size, and candidates whose proof is tried. */
const DRAWS = 40;
const MAX_CANDIDATES = 10;
const MAX_COMPONENTS = 8;

interface Line {
  readonly sizes: Sizes;
  readonly parameters: Values;
  readonly point: Values;
  readonly direction: Values;
}

/** Nothing where a search of small sizes and readable numbers finds none: that shows no bound. */
export function fallingRay(energy: Expr, states: readonly TensorSymbol[], model: Model): Ray | undefined {
  let left = MAX_CANDIDATES;
  for (const sizes of smallSizes(model.dimensions))
    for (const { line, values } of candidates(energy, states, model, sizes)) {
      const found = proven(energy, line, values, model);
      if (found !== undefined) return found;
      if (--left === 0) return undefined;
    }
  return undefined;
}

// ---- search in doubles ---------------------------------------------------------------------------------

/** Where the energy is looked at along a ray. */
const STATIONS = [2 ** 6, 2 ** 10, 2 ** 14];

function* candidates(
  energy: Expr,
  states: readonly TensorSymbol[],
  model: Model,
  sizes: Sizes,
): Generator<{ line: Line; values: readonly number[] }> {
  const given = [...model.parameters.values(), ...model.inputs.values()].map((p) => p.symbol);
  const symbols = [...new Set([...given, ...symbolsOf(energy)])].filter((s) => !states.includes(s));
  const search = searchOf(energy, states, symbols, sizes);
  if (search === undefined) return;
  for (let round = 0; round < (symbols.length === 0 ? 1 : DRAWS); round++) {
    const parameters = draw(symbols, model, sizes, round);
    const point = draw(states, { ...model, domain: [] }, sizes, 6);
    if (parameters === undefined || point === undefined) continue;
    for (const direction of directions(states, point)) {
      const values = STATIONS.map((s) => search(parameters, point, direction, s));
      const [a, b, c] = values as [number, number, number];
      if (c < -1 && b < 0 && c < 4 * b && Number.isFinite(a) && Number.isFinite(c))
        yield { line: { sizes, parameters, point, direction }, values };
    }
  }
}

type Search = (parameters: Values, point: Values, direction: Values, s: number) => number;

function searchOf(
  energy: Expr,
  states: readonly TensorSymbol[],
  symbols: readonly TensorSymbol[],
  sizes: Sizes,
): Search | undefined {
  const layout = new Layout(sizes);
  let tape: Tape;
  try {
    if (states.flatMap((s) => layout.declare(s)).length > MAX_COMPONENTS) return undefined;
    for (const s of symbols) layout.declare(s);
    tape = compile(energy, layout);
  } catch (error) {
    if (error instanceof Unsupported) return undefined;
    throw error;
  }
  const number = (r: Rational): number => Number(r.n) / Number(r.d);
  return (parameters, point, direction, s) =>
    valueAt(
      tape,
      layout.components.map(({ symbol, at }) => {
        const fixed = parameters.get(symbol);
        if (fixed !== undefined) return number(componentOf(fixed, at));
        return (
          number(componentOf(point.get(symbol)!, at)) + s * number(componentOf(direction.get(symbol)!, at))
        );
      }),
    );
}

/** Directions of −1, 0 and 1 that stay between the bounds of the states: all of them, or a seeded choice. */
function* directions(states: readonly TensorSymbol[], point: Values): Generator<Values> {
  const count = states.reduce((n, s) => n + point.get(s)!.data.length, 0);
  const next = source(11);
  const all = 3 ** count;
  for (let n = 1; n < Math.min(all, 81); n++) {
    let code = all <= 81 ? n : 1 + Math.floor(next() * (all - 1));
    const found = new Map<TensorSymbol, Drawn>();
    for (const s of states) {
      const { shape, data } = point.get(s)!;
      found.set(s, {
        shape,
        data: data.map(() => {
          const digit = code % 3;
          code = Math.floor(code / 3);
          return rational(digit === 2 ? -1 : digit);
        }),
      });
    }
    if (states.every((s) => found.get(s)!.data.every((d) => staysInside(s, d)))) yield found;
  }
}

const staysInside = ({ bounds }: TensorSymbol, d: Rational): boolean =>
  (bounds.low === undefined || signR(d) >= 0) && (bounds.high === undefined || signR(d) <= 0);

// ---- proof ------------------------------------------------------------------------------------------------

function proven(energy: Expr, line: Line, values: readonly number[], model: Model): Ray | undefined {
  const growth = Math.log2(values[2]! / values[1]!) / Math.log2(STATIONS[2]! / STATIONS[1]!);
  const powers = [...new Set([Math.round(growth), Math.floor(growth)])].filter((k) => k >= 1 && k < 12);
  for (const from of [1, 16])
    for (const k of powers) {
      const rate = powerOfTwoBelow(-values[2]! / STATIONS[2]! ** k);
      if (rate !== undefined && falls(energy, line, model, rate, k, from))
        return { rate, power: k, from, counterexample: counterexampleOf(line) };
    }
  return undefined;
}

/** At most half of x. */
function powerOfTwoBelow(x: number): Rational | undefined {
  const k = Math.floor(Math.log2(x)) - 1;
  if (!Number.isFinite(k) || Math.abs(k) > 40) return undefined;
  return k < 0 ? rational(1n, 2n ** BigInt(-k)) : rational(2n ** BigInt(k));
}

function falls(energy: Expr, line: Line, model: Model, rate: Rational, k: number, from: number): boolean {
  const s = tensorSymbol({ name: "s", role: "variable", bounds: { low: rational(from), lowOpen: false } });
  const along = alongLine(line, s);
  try {
    const e = envelope(ground(energy, line.sizes, along));
    const law = mul([num(rate), power(node.tensor(s, []), num(k))]);
    return isShownNonnegative(sub2(neg(e), law), s) && staysInDomain(line, model, s, along);
  } catch (error) {
    if (error instanceof Unsupported) return false;
    throw error;
  }
}

const alongLine =
  (line: Line, s: TensorSymbol): ValueOf =>
  (symbol, at) => {
    const fixed = line.parameters.get(symbol);
    if (fixed !== undefined) return num(componentOf(fixed, at));
    const start = line.point.get(symbol);
    if (start === undefined) return undefined;
    const step = mul([num(componentOf(line.direction.get(symbol)!, at)), node.tensor(s, [])]);
    return add([num(componentOf(start, at)), step]);
  };

/** Conditions on states must hold on the whole ray. */
function staysInDomain(line: Line, model: Model, s: TensorSymbol, along: ValueOf): boolean {
  const shown = ({ op, left, right }: Compare): boolean => {
    if (op === "!=")
      return [sub2(left, right), sub2(right, left)].some((e) => isShownNonnegative(e, s, true));
    return op !== "=" && isShownNonnegative(sub2(right, left), s, op === "<");
  };
  return model.domain
    .filter((d) => d.about === "states")
    .every((d) =>
      [...placesOf(d.over, line.sizes)].every((at) => {
        const c = groundCondition(d.condition, line.sizes, along, at);
        return isTrue(c) || c.all.every(shown);
      }),
    );
}

/**
 * An upper bound of a sum, term by term, with fewer functions in it: log Σ exp h ≥ h, |x| − 1 ≤ logcosh x ≤ |x|,
 * relu x ≤ softplus x ≤ relu x + 1, and the upper end of what is bounded.
 */
export function envelope(e: Expr): Expr {
  return add((e.kind === "add" ? e.terms : [e]).map(above));
}

function above(term: Expr): Expr {
  const { high } = rangeOf(term);
  if (high !== undefined && symbolsOf(term).size > 0 && rangeOf(term).low !== undefined) return num(high);
  const factors = term.kind === "mul" ? term.factors : [term];
  const [first, second, ...others] = factors[0]?.kind === "number" ? factors : [one, ...factors];
  if (first?.kind !== "number" || second?.kind !== "unary" || others.length > 0) return term;
  const rises = signR(first.value) > 0;
  const size = (fn: "abs" | "relu"): Expr => halved(fn, second.arg);
  if (second.fn === "logcosh") return mul([first, rises ? size("abs") : sub2(size("abs"), one)]);
  if (second.fn === "softplus") return mul([first, rises ? add([size("relu"), one]) : size("relu")]);
  if (second.fn === "log" && !rises) return mul([first, largestExponent(second.arg) ?? second]);
  return term;
}

/** |x| or relu(x) without its kink where x keeps its sign. */
function halved(fn: "abs" | "relu", x: Expr): Expr {
  const { low, high } = rangeOf(x);
  if (low !== undefined && signR(low) >= 0) return x;
  if (high !== undefined && signR(high) <= 0) return fn === "abs" ? neg(x) : zero;
  return unary(fn, x);
}

/** h of the largest exp(h) in a sum of them with coefficients of at least 1, as far as ranges tell. */
function largestExponent(e: Expr): Expr | undefined {
  const exponents = (e.kind === "add" ? e.terms : [e]).map((t): Expr | undefined => {
    const [c, f] = t.kind === "mul" && t.factors.length === 2 ? t.factors : [one, t];
    if (t.kind === "number") return signR(t.value) > 0 && t.value.n >= t.value.d ? zero : undefined;
    if (c?.kind !== "number" || c.value.n < c.value.d || f?.kind !== "unary" || f.fn !== "exp")
      return undefined;
    return f.arg;
  });
  if (exponents.some((h) => h === undefined)) return undefined;
  const list = exponents as Expr[];
  return list.find((h) => list.every((other) => other === h || isPositive(sub2(h, other)))) ?? list[0];
}

function counterexampleOf(line: Line): Counterexample {
  return {
    dimensions: Object.fromEntries(line.sizes),
    values: { ...asText(line.parameters), ...asText(line.point) },
    direction: asText(line.direction),
  };
}
