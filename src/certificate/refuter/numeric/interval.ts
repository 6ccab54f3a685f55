/**
 * A program and a box come in; an interval that should contain all values goes out, in doubles without directed
 * rounding: a forecast of what the checker's exact intervals will say, never a proof.
 */
import type { Unary } from "../../../index-notation/index.js";
import { polygamma, TRIPLES } from "./functions.js";
import type { Step, Tape } from "./tape.js";

export interface Interval {
  readonly lo: number;
  readonly hi: number;
}

const INF = Number.POSITIVE_INFINITY;
export const EVERYTHING: Interval = { lo: -INF, hi: INF };
const at = (v: number): Interval => (Number.isNaN(v) ? EVERYTHING : { lo: v, hi: v });
const make = (lo: number, hi: number): Interval => ({
  lo: Number.isNaN(lo) ? -INF : lo,
  hi: Number.isNaN(hi) ? INF : hi,
});

const add = (a: Interval, b: Interval): Interval => make(a.lo + b.lo, a.hi + b.hi);

/** 0 times anything finite, however large, is 0. */
const times = (a: number, b: number): number => (a === 0 || b === 0 ? 0 : a * b);

function mul(a: Interval, b: Interval): Interval {
  const corners = [times(a.lo, b.lo), times(a.lo, b.hi), times(a.hi, b.lo), times(a.hi, b.hi)];
  return make(Math.min(...corners), Math.max(...corners));
}

function power(a: Interval, k: number, parity: "even" | "odd" | "none"): Interval {
  if (k < 0) return inverse(power(a, -k, parity));
  if (parity === "odd")
    return make(Math.sign(a.lo) * Math.abs(a.lo) ** k, Math.sign(a.hi) * Math.abs(a.hi) ** k);
  if (parity === "none") return make(Math.max(a.lo, 0) ** k, Math.max(a.hi, 0) ** k);
  const [p, q] = [Math.abs(a.lo) ** k, Math.abs(a.hi) ** k];
  return make(a.lo <= 0 && a.hi >= 0 ? 0 : Math.min(p, q), Math.max(p, q));
}

function inverse(a: Interval): Interval {
  if (a.lo > 0 || a.hi < 0) return make(1 / a.hi, 1 / a.lo);
  if (a.lo === 0 && a.hi > 0) return make(1 / a.hi, INF);
  if (a.hi === 0 && a.lo < 0) return make(-INF, 1 / a.lo);
  return EVERYTHING;
}

const LIMITS: { readonly [F in Unary]?: readonly [number, number] } = {
  atan: [-Math.PI / 2, Math.PI / 2],
  tanh: [-1, 1],
  erf: [-1, 1],
  erfc: [2, 0],
  sigmoid: [0, 1],
  softplus: [0, INF],
  exp: [0, INF],
  sech: [0, 0],
  logcosh: [INF, INF],
  cosh: [INF, INF],
};

function value(fn: Unary, x: number): number {
  const limits = LIMITS[fn];
  if (limits !== undefined && !Number.isFinite(x)) return x < 0 ? limits[0] : limits[1];
  return TRIPLES[fn](x)[0];
}

const EVEN: ReadonlySet<Unary> = new Set(["abs", "cosh", "sech", "logcosh"]);
const FALLING: ReadonlySet<Unary> = new Set(["acos", "erfc"]);
/** Where a function is defined, if not everywhere; intervals are cut to it. */
const DOMAINS: { readonly [F in Unary]?: readonly [number, number] } = {
  log: [0, INF],
  asin: [-1, 1],
  acos: [-1, 1],
  atanh: [-1, 1],
  acosh: [1, INF],
};

function unary(fn: Unary, a: Interval): Interval {
  if (fn === "sin") return cosine({ lo: a.lo - Math.PI / 2, hi: a.hi - Math.PI / 2 });
  if (fn === "cos") return cosine(a);
  if (fn === "tan") return tangent(a);
  if (fn === "gamma" || fn === "lgamma") return gammaLike(fn, a);
  const [low, high] = DOMAINS[fn] ?? [-INF, INF];
  const [p, q] = [value(fn, Math.max(a.lo, low)), value(fn, Math.min(a.hi, high))];
  if (FALLING.has(fn)) return make(q, p);
  if (!EVEN.has(fn)) return make(p, q);
  const inside = a.lo <= 0 && a.hi >= 0;
  const centre = value(fn, 0);
  return make(
    inside ? Math.min(p, q, centre) : Math.min(p, q),
    inside ? Math.max(p, q, centre) : Math.max(p, q),
  );
}

function cosine({ lo, hi }: Interval): Interval {
  if (!(hi - lo < 2 * Math.PI)) return { lo: -1, hi: 1 };
  const [p, q] = [Math.cos(lo), Math.cos(hi)];
  const reaches = (offset: number): boolean =>
    Math.floor((hi - offset) / (2 * Math.PI)) > Math.floor((lo - offset) / (2 * Math.PI));
  return { lo: reaches(Math.PI) ? -1 : Math.min(p, q), hi: reaches(0) ? 1 : Math.max(p, q) };
}

function tangent({ lo, hi }: Interval): Interval {
  const branch = (x: number): number => Math.floor(x / Math.PI + 0.5);
  return hi - lo < Math.PI && branch(lo) === branch(hi) ? make(Math.tan(lo), Math.tan(hi)) : EVERYTHING;
}

/** Γ and log Γ fall up to about 1.46163 and rise from there. */
function gammaLike(fn: "gamma" | "lgamma", a: Interval): Interval {
  if (!(a.lo > 0)) return EVERYTHING;
  const turn = 1.4616321449683622;
  const f = (x: number): number => (Number.isFinite(x) ? TRIPLES[fn](x)[0] : INF);
  if (a.lo >= turn) return make(f(a.lo), f(a.hi));
  if (a.hi <= turn) return make(f(a.hi), f(a.lo));
  return make(f(turn), Math.max(f(a.lo), f(a.hi)));
}

function logsumexp(args: readonly Interval[]): Interval {
  const of = (values: readonly number[]): number => {
    const top = Math.max(...values);
    return Number.isFinite(top) ? top + Math.log(values.reduce((s, v) => s + Math.exp(v - top), 0)) : top;
  };
  return make(of(args.map((a) => a.lo)), of(args.map((a) => a.hi)));
}

function step(s: Step, done: readonly Interval[], box: readonly Interval[]): Interval {
  const pick = (args: readonly number[]): Interval[] => args.map((k) => done[k]!);
  switch (s.op) {
    case "constant":
      return at(s.value);
    case "input":
      return box[s.slot] ?? EVERYTHING;
    case "add":
      return pick(s.args).reduce(add);
    case "mul":
      return product(s.args, done);
    case "max":
      return pick(s.args).reduce((a, b) => make(Math.max(a.lo, b.lo), Math.max(a.hi, b.hi)));
    case "min":
      return pick(s.args).reduce((a, b) => make(Math.min(a.lo, b.lo), Math.min(a.hi, b.hi)));
    case "logsumexp":
      return logsumexp(pick(s.args));
    case "power":
      return power(done[s.base]!, s.exponent, s.parity);
    case "general-power":
      return unary("exp", mul(done[s.exponent]!, unary("log", done[s.base]!)));
    case "unary":
      return unary(s.fn, done[s.arg]!);
    case "polygamma":
      return polygammaRange(s.order, done[s.arg]!);
    case "where":
      return make(
        Math.min(done[s.then]!.lo, done[s.otherwise]!.lo),
        Math.max(done[s.then]!.hi, done[s.otherwise]!.hi),
      );
  }
}

function product(args: readonly number[], done: readonly Interval[]): Interval {
  return args.map((k) => done[k]!).reduce(mul);
}

function polygammaRange(order: number, a: Interval): Interval {
  if (!(a.lo > 0)) return order % 2 === 1 && a.lo === 0 ? { lo: 0, hi: INF } : EVERYTHING;
  const end = (x: number): number => (Number.isFinite(x) ? polygamma(order, x) : order === 0 ? INF : 0);
  return order % 2 === 0 ? make(end(a.lo), end(a.hi)) : make(end(a.hi), end(a.lo));
}

/** The range over a box, one interval a slot. */
export function rangeOver(tape: Tape, box: readonly Interval[]): Interval {
  const done: Interval[] = [];
  for (const s of tape.steps) done.push(step(s, done, box));
  return done[tape.result]!;
}
