/** A Decimal comes in; an elementary function of it, accurate relative to the result, goes out. */
import {
  type Decimal,
  type Decimals,
  exponentOf,
  lostDigits,
  MAX_DIGITS,
  piOf,
  raised,
} from "./precision.js";

export type RealFunction = (D: Decimals, x: Decimal) => Decimal;

/** Computes with more digits and rounds to those of D. */
export const widely =
  (extra: (x: Decimal) => number, f: RealFunction): RealFunction =>
  (D, x) => {
    if (x.isNaN()) return x;
    const wide = raised(D, 10 + (x.isFinite() ? extra(x) : 0));
    return new D(f(wide, x)).toSignificantDigits(D.precision);
  };

export const exp: RealFunction = widely(
  (x) => Math.max(0, exponentOf(x)),
  (D, x) => D.exp(x),
);
export const log: RealFunction = widely(nearOne, (D, x) => D.ln(x));

/** Digits that cancel in x - 1. */
function nearOne(x: Decimal): number {
  const d = x.minus(1);
  return d.isZero() || x.isNegative() ? 0 : lostDigits(d);
}

const tiny = (D: Decimals, x: Decimal): boolean => exponentOf(x) < -D.precision - 5;

/** log(1 + x), accurate for small x. */
export const log1p: RealFunction = (D, x) => {
  if (x.isZero()) return x;
  if (tiny(D, x)) return D.sub(x, D.div(D.mul(x, x), 2));
  return widely(lostDigits, (W, y) => W.ln(W.add(1, y)))(D, x);
};

// ---- circular ---------------------------------------------------------------------------------------

/** sin and cos of x reduced modulo 2π with the digits of x added; NaN where π is not known well enough. */
const circular = (f: (D: Decimals, x: Decimal) => Decimal): RealFunction =>
  widely(
    (x) => 10 + Math.max(0, 2 * exponentOf(x)) + lostDigits(x),
    (D, x) => {
      if (exponentOf(x) > MAX_DIGITS / 4) return new D(Number.NaN);
      const turn = D.mul(2, piOf(D));
      return f(D, D.sub(x, D.mul(turn, D.round(D.div(x, turn)))));
    },
  );

export const sin: RealFunction = (D, x) => (tiny(D, x) ? x : circular((W, y) => W.sin(y))(D, x));
export const cos: RealFunction = circular((D, x) => D.cos(x));
export const tan: RealFunction = (D, x) =>
  tiny(D, x)
    ? x
    : widely(
        () => 5,
        (W, y) => W.div(sin(W, y), cos(W, y)),
      )(D, x);

export const asin: RealFunction = widely(nearOneEitherWay, (D, x) => D.asin(x));
export const acos: RealFunction = widely(nearOneEitherWay, (D, x) => D.acos(x));
export const atan: RealFunction = (D, x) =>
  tiny(D, x)
    ? x
    : widely(
        () => 5,
        (W, y) => W.atan(y),
      )(D, x);

function nearOneEitherWay(x: Decimal): number {
  return nearOne(x.abs()) + lostDigits(x);
}

// ---- hyperbolic -------------------------------------------------------------------------------------

/** f for an argument that is not tiny; tiny arguments are returned as they are (f(x) = x + O(x³)). */
const oddLinear = (f: RealFunction): RealFunction => {
  const wide = widely((x) => 2 * lostDigits(x) + 5, f);
  return (D, x) => (2 * exponentOf(x) < -D.precision - 5 ? x : wide(D, x));
};

export const sinh: RealFunction = oddLinear((D, x) => D.div(D.sub(exp(D, x), exp(D, x.neg())), 2));
export const cosh: RealFunction = (D, x) => D.div(D.add(exp(D, x), exp(D, x.neg())), 2);
export const sech: RealFunction = (D, x) => D.div(2, D.add(exp(D, x), exp(D, x.neg())));
export const tanh: RealFunction = oddLinear((D, x) => {
  const small = exp(D, x.abs().times(-2));
  const value = D.div(D.sub(1, small), D.add(1, small));
  return x.isNegative() ? value.neg() : value;
});
export const asinh: RealFunction = oddLinear((D, x) => {
  const a = x.abs();
  const value = log(D, D.add(a, D.sqrt(D.add(D.mul(a, a), 1))));
  return x.isNegative() ? value.neg() : value;
});
export const acosh: RealFunction = widely(nearOne, (D, x) => log(D, D.add(x, D.sqrt(D.sub(D.mul(x, x), 1)))));
export const atanh: RealFunction = (D, x) => {
  if (x.abs().equals(1)) return new D(x.isNegative() ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY);
  return oddLinear((W, y) => W.div(log(W, W.div(W.add(1, y), W.sub(1, y))), 2))(D, x);
};

// ---- stable primitives --------------------------------------------------------------------------------

export const sigmoid: RealFunction = (D, x) => {
  const small = exp(D, x.abs().neg());
  return D.div(x.isNegative() ? small : 1, D.add(1, small));
};

export const softplus: RealFunction = (D, x) => {
  const rest = log1p(D, exp(D, x.abs().neg()));
  return x.isNegative() ? rest : D.add(x, rest);
};

/** |x| - log 2 + log(1 + e^(-2|x|)), and x²/2 where that would cancel to nothing. */
export const logcosh: RealFunction = (D, x) => {
  if (x.isZero()) return x;
  if (2 * exponentOf(x) < -D.precision - 5) return D.div(D.mul(x, x), 2);
  return widely(
    (y) => 2 * lostDigits(y) + 5,
    (W, y) => {
      const a = y.abs();
      return W.add(W.sub(a, W.ln(2)), log1p(W, exp(W, a.times(-2))));
    },
  )(D, x);
};
