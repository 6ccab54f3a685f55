/**
 * A program, a point and a direction come in; the value and the first two derivatives along the direction go
 * out, in doubles. `noise` bounds how much of the second derivative may be rounding.
 */
import { polygamma, TRIPLES, type Triple } from "./functions.js";
import { compareNumbers, type Step, type Tape, type TapeTest } from "./tape.js";

/** Value, first and second derivative along a line, and the size of what was summed for the second. */
export interface Jet {
  readonly v: number;
  readonly d: number;
  readonly c: number;
  readonly noise: number;
}

const constant = (v: number): Jet => ({ v, d: 0, c: 0, noise: 0 });

const add = (a: Jet, b: Jet): Jet => ({ v: a.v + b.v, d: a.d + b.d, c: a.c + b.c, noise: a.noise + b.noise });

function mul(a: Jet, b: Jet): Jet {
  return {
    v: a.v * b.v,
    d: times(a.d, b.v) + times(a.v, b.d),
    c: times(a.c, b.v) + 2 * times(a.d, b.d) + times(a.v, b.c),
    noise: times(a.noise, Math.abs(b.v)) + 2 * Math.abs(times(a.d, b.d)) + times(Math.abs(a.v), b.noise),
  };
}

/** A derivative that is 0 because nothing depends on the line stays 0 beside an infinite factor. */
const times = (a: number, b: number): number => (a === 0 || b === 0 ? 0 : a * b);

function chain([v, f1, f2]: Triple, a: Jet): Jet {
  return {
    v,
    d: times(f1, a.d),
    c: times(f2, a.d * a.d) + times(f1, a.c),
    noise: Math.abs(times(f2, a.d * a.d)) + Math.abs(times(f1, a.noise)),
  };
}

function power(a: Jet, k: number): Jet {
  const p = (q: number): number => (q === 0 ? 1 : a.v ** q);
  return chain([p(k), k * p(k - 1), k === 1 ? 0 : k * (k - 1) * p(k - 2)], a);
}

function logsumexp(args: readonly Jet[]): Jet {
  const top = Math.max(...args.map((a) => a.v));
  const weights = args.map((a) => Math.exp(a.v - top));
  const total = weights.reduce((s, w) => s + w, 0);
  const mean = (f: (a: Jet) => number): number =>
    args.reduce((s, a, k) => s + times(weights[k]!, f(a)), 0) / total;
  const d = mean((a) => a.d);
  const spread = mean((a) => (a.d - d) ** 2);
  return {
    v: top + Math.log(total),
    d,
    c: spread + mean((a) => a.c),
    noise: spread + mean((a) => a.noise),
  };
}

/** All steps of the program along the line x + t·direction at t = 0. */
export function jets(tape: Tape, x: ArrayLike<number>, direction: ArrayLike<number>): Jet[] {
  const at: Jet[] = [];
  for (const s of tape.steps) at.push(stepJet(s, at, x, direction));
  return at;
}

export const jet = (tape: Tape, x: ArrayLike<number>, direction: ArrayLike<number>): Jet =>
  jets(tape, x, direction)[tape.result]!;

function stepJet(s: Step, at: readonly Jet[], x: ArrayLike<number>, direction: ArrayLike<number>): Jet {
  switch (s.op) {
    case "constant":
      return constant(s.value);
    case "input":
      return { v: x[s.slot] ?? Number.NaN, d: direction[s.slot] ?? 0, c: 0, noise: 0 };
    case "add":
      return fold(s.args, at, add);
    case "mul":
      return fold(s.args, at, mul);
    case "max":
      return fold(s.args, at, (a, b) => (b.v > a.v ? b : a));
    case "min":
      return fold(s.args, at, (a, b) => (b.v < a.v ? b : a));
    case "logsumexp":
      return logsumexp(s.args.map((k) => at[k]!));
    case "power":
      return power(at[s.base]!, s.exponent);
    case "general-power":
      return generalPower(at[s.base]!, at[s.exponent]!);
    case "unary":
      return chain(TRIPLES[s.fn](at[s.arg]!.v), at[s.arg]!);
    case "polygamma": {
      const y = at[s.arg]!.v;
      return chain([polygamma(s.order, y), polygamma(s.order + 1, y), polygamma(s.order + 2, y)], at[s.arg]!);
    }
    case "where":
      return at[
        s.tests.every((t) => compareNumbers(t.op, at[t.left]!.v, at[t.right]!.v)) ? s.then : s.otherwise
      ]!;
  }
}

const generalPower = (a: Jet, b: Jet): Jet =>
  chain(TRIPLES.exp(times(b.v, Math.log(a.v))), mul(b, chain(TRIPLES.log(a.v), a)));

function fold(args: readonly number[], at: readonly Jet[], f: (a: Jet, b: Jet) => Jet): Jet {
  let result = at[args[0]!]!;
  for (let k = 1; k < args.length; k++) result = f(result, at[args[k]!]!);
  return result;
}

const STILL: readonly number[] = [];

export const valueAt = (tape: Tape, x: ArrayLike<number>): number => jet(tape, x, STILL).v;

/** Whether comparisons hold at a point; equalities within rounding. */
export function satisfied(tests: readonly TapeTest[], x: ArrayLike<number>): boolean {
  return tests.every(({ op, left, right }) => {
    const [l, r] = [valueAt(left, x), valueAt(right, x)];
    if (op === "=") return Math.abs(l - r) <= 1e-12 * (1 + Math.abs(l) + Math.abs(r));
    return compareNumbers(op, l, r);
  });
}

/** The second derivatives along the given coordinates, with the noise of the largest entry. */
export function hessian(
  tape: Tape,
  x: ArrayLike<number>,
  slots: readonly number[],
): { readonly h: number[][]; readonly noise: number } {
  const n = slots.length;
  const h = Array.from({ length: n }, () => new Array<number>(n).fill(0));
  let noise = 0;
  const along = (i: number, j: number): number => {
    const direction = new Array<number>(x.length).fill(0);
    direction[slots[i]!] = 1;
    direction[slots[j]!] = 1;
    const { c, noise: size } = jet(tape, x, direction);
    noise = Math.max(noise, size);
    return c;
  };
  for (let i = 0; i < n; i++) h[i]![i] = along(i, i);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < i; j++) {
      const c = (along(i, j) - h[i]![i]! - h[j]![j]!) / 2;
      h[i]![j] = c;
      h[j]![i] = c;
    }
  return { h, noise: noise * 2.2e-16 };
}
