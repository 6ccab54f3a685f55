/** A Decimal comes in; erf and erfc, each accurate relative to itself, go out. */
import { exp, type RealFunction, widely } from "./elementary.js";
import { type Decimal, type Decimals, exponentOf, lostDigits, piOf } from "./precision.js";

/** 2/√π e^(-x²) Σ 2^k x^(2k+1)/(1·3·5…(2k+1)), DLMF 7.6.2: all terms of one sign. */
function series(D: Decimals, x: Decimal): Decimal {
  const twice = D.mul(2, D.mul(x, x));
  let [term, sum] = [x, x];
  for (let k = 1; !term.isZero() && exponentOf(term) > exponentOf(sum) - D.precision - 3; k++) {
    term = D.div(D.mul(term, twice), 2 * k + 1);
    sum = D.add(sum, term);
  }
  return D.div(D.mul(D.mul(2, sum), gauss(D, x)), D.sqrt(piOf(D)));
}

/** e^(-x²), with x² formed exactly enough for its size. */
const gauss = (D: Decimals, x: Decimal): Decimal =>
  widely(
    (y) => 2 * Math.max(0, exponentOf(y)) + 5,
    (W, y) => exp(W, W.mul(y, y).neg()),
  )(D, x);

/** e^(-x²)/(x√π) Σ (-1)^k (2k-1)!!/(2x²)^k, DLMF 7.12.1: the error is below the first omitted term. */
function asymptotic(D: Decimals, x: Decimal): Decimal {
  const twice = D.mul(2, D.mul(x, x));
  let [term, sum] = [new D(1), new D(1)];
  for (let k = 1; exponentOf(term) > -D.precision - 3; k++) {
    term = D.div(D.mul(term, 1 - 2 * k), twice);
    sum = D.add(sum, term);
  }
  return D.div(D.mul(gauss(D, x), sum), D.mul(x, D.sqrt(piOf(D))));
}

/** The asymptotic series reaches the precision when its smallest term, about e^(-x²), does. */
const isFar = (D: Decimals, x: Decimal): boolean => x.times(x).greaterThan(2.31 * D.precision + 20);

export const erf: RealFunction = widely(
  (x) => 10 + Math.min(20, lostDigits(x)),
  (D, x) => {
    if (!isFar(D, x)) return series(D, x);
    return new D(x.isNegative() ? -1 : 1);
  },
);

/** erfc(x) = 1 - erf(x); for positive x the digits that cancel, x²/log 10, are added first. */
export const erfc: RealFunction = widely(
  () => 10,
  (D, x) => {
    if (x.isNegative() || x.lessThan(0.5)) return D.sub(1, erf(D, x));
    if (isFar(D, x)) return asymptotic(D, x);
    return widely(
      (y) => y.times(y).times(0.44).toNumber() + 10,
      (W, y) => W.sub(1, series(W, y)),
    )(D, x);
  },
);
