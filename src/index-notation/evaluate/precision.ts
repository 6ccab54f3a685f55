/** A number of digits comes in; an own decimal.js constructor goes out, the shared one stays untouched. */
import { Decimal as Shared } from "decimal.js";

export type Decimal = Shared;
export type Decimals = typeof Shared;

/** decimal.js knows π and ln 10 to 1025 digits; beyond this, less a margin, nothing is computed. */
export const MAX_DIGITS = 900;

const made = new Map<number, Decimals>();

/** The constructor whose results are rounded to so many digits. */
export function decimals(digits: number): Decimals {
  const precision = Math.max(10, Math.min(MAX_DIGITS, Math.ceil(digits)));
  let D = made.get(precision);
  if (D === undefined) {
    D = Shared.clone({ precision, rounding: 4, toExpNeg: -7, toExpPos: 21, minE: -9e15, maxE: 9e15 });
    made.set(precision, D);
  }
  return D;
}

/** The constructor with so many more digits: for steps that cancel. */
export const raised = (D: Decimals, extra: number): Decimals => decimals(D.precision + extra);

/** The decimal exponent of x: x = m·10^exponent with 1 ≤ |m| < 10; very low for 0. */
export const exponentOf = (x: Decimal): number => (x.isZero() ? -9e15 : x.e);

/** How many leading digits are lost where results are as small as x. */
export const lostDigits = (x: Decimal): number => Math.min(MAX_DIGITS, Math.max(0, -exponentOf(x)));

/** π to the digits of D. */
export function piOf(D: Decimals): Decimal {
  let pi = pis.get(D.precision);
  if (pi === undefined) pis.set(D.precision, (pi = D.acos(-1)));
  return pi;
}

const pis = new Map<number, Decimal>();
