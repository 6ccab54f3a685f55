/**
 * An opinion on every function that shares nothing with the code under test: decimal.js's own functions at 50 digits,
 * and for the error and gamma functions other formulas than the checker's (Maclaurin, continued fraction, Spouge).
 * Nothing is proven here; some 20 digits more than a double needs are good, and mpmath confirms both.
 */
import { Decimal } from "decimal.js";
import type { UnaryName } from "../../../src/certificate/checker/arithmetic/index.js";
import type * as exact from "../../../src/certificate/checker/arithmetic/rational.js";

export const D = Decimal.clone({ defaults: true, precision: 50, rounding: Decimal.ROUND_HALF_EVEN });
const Wide = D.clone({ precision: 76 });
const Gamma = D.clone({ precision: 62 });

export const decimalOf = (x: exact.Rational): Decimal =>
  new D(x.n.toString()).dividedBy(new D(x.d.toString()));

const [ONE, HALF] = [new D(1), new D("0.5")];
const isTiny = (x: Decimal): boolean => x.abs().lessThan("1e-13");

/** sum of c_k x^k for k = 1, 2, …: four terms are enough for tiny x. */
const short = (x: Decimal, ...c: [number, number][]): Decimal =>
  c.reduce(
    (sum, [n, d], k) =>
      sum.plus(
        x
          .pow(k + 1)
          .times(n)
          .dividedBy(d),
      ),
    new D(0),
  );

/** ln(1 + u) for u > 0. */
const log1p = (u: Decimal): Decimal =>
  isTiny(u) ? short(u, [1, 1], [-1, 2], [1, 3], [-1, 4]) : u.plus(1).ln();

/** The alternating Maclaurin series of erf in 76 digits. */
function erfSmall(x: Decimal): Decimal {
  const [w, square] = [new Wide(x), new Wide(x).times(x)];
  let [power, sum] = [w, w];
  for (let n = 1; n < 2000; n++) {
    power = power.times(square).dividedBy(-n);
    const term = power.dividedBy(2 * n + 1);
    sum = sum.plus(term);
    if (term.isZero() || term.e < sum.e - 76) break;
  }
  return sum.times(2).dividedBy(Wide.acos(-1).sqrt());
}

/** The continued fraction x + (1/2)/(x + 1/(x + (3/2)/(x + …))), from the back. */
function erfcLarge(x: Decimal): Decimal {
  let tail = x;
  for (let k = Math.ceil(1500 / (1 + x.toNumber())); k > 0; k--) tail = x.plus(new D(k / 2).dividedBy(tail));
  return x
    .times(x)
    .neg()
    .exp()
    .dividedBy(tail.times(D.acos(-1).sqrt()));
}

const erfc = (x: Decimal): Decimal => (x.lessThan(5) ? new D(new Wide(1).minus(erfSmall(x))) : erfcLarge(x));

/** Spouge's coefficients for a = 48: Gamma(z+1) = (z+a)^(z+1/2)·exp(-z-a)·S(z), relative error below (2 pi)^-48. */
const A = 48;
const spouge: Decimal[] = [];
function spougeCoefficients(): Decimal[] {
  if (spouge.length > 0) return spouge;
  spouge.push(new Gamma(2).times(Gamma.acos(-1)).sqrt());
  let factorial = new Gamma(1);
  for (let k = 1; k < A; k++) {
    if (k > 1) factorial = factorial.times(1 - k);
    spouge.push(
      new Gamma(A - k)
        .pow(k - 0.5)
        .times(new Gamma(A - k).exp())
        .dividedBy(factorial),
    );
  }
  return spouge;
}

/** S and its first derivatives at z, as many as asked for. */
function spougeSum(z: Decimal, derivatives: number): Decimal[] {
  const [first, ...rest] = spougeCoefficients();
  const sums = [first!, new Gamma(0), new Gamma(0)].slice(0, derivatives + 1);
  const factors = [1, -1, 2];
  rest.forEach((c, k) => {
    let term = c;
    const inverse = new Gamma(1).dividedBy(z.plus(k + 1));
    for (let order = 0; order <= derivatives; order++) {
      term = term.times(inverse);
      sums[order] = sums[order]!.plus(term.times(factors[order]!));
    }
  });
  return sums;
}

/** log Gamma(x+1) and its derivatives. */
function logGammaNext(x: Decimal): Decimal {
  const z = new Gamma(x);
  const far = z.plus(A);
  return far.ln().times(z.plus(0.5)).minus(far).plus(spougeSum(z, 0)[0]!.ln());
}
function digammaNext(x: Decimal): Decimal {
  const z = new Gamma(x);
  const [s, s1] = spougeSum(z, 1);
  const far = z.plus(A);
  return far.ln().plus(z.plus(0.5).dividedBy(far)).minus(1).plus(s1!.dividedBy(s!));
}
function trigammaNext(x: Decimal): Decimal {
  const z = new Gamma(x);
  const [s, s1, s2] = spougeSum(z, 2);
  const [far, slope] = [z.plus(A), s1!.dividedBy(s!)];
  const smooth = new Gamma(1).dividedBy(far).plus(new Gamma(A - 0.5).dividedBy(far.times(far)));
  return smooth.plus(s2!.dividedBy(s!)).minus(slope.times(slope));
}

const exp1p = (x: Decimal): Decimal => x.exp().plus(1);

/** f(x) for x in the domain. */
export const ORACLE: Record<UnaryName, (x: Decimal) => Decimal> = {
  neg: (x) => x.neg(),
  recip: (x) => ONE.dividedBy(x),
  sqr: (x) => x.times(x),
  sqrt: (x) => x.sqrt(),
  abs: (x) => x.abs(),
  sign: (x) => new D(Decimal.sign(x)),
  step: (x) => new D(x.greaterThan(0) ? 1 : 0),
  relu: (x) => D.max(x, 0),
  exp: (x) => x.exp(),
  expm1: (x) => (isTiny(x) ? short(x, [1, 1], [1, 2], [1, 6], [1, 24]) : new D(new Wide(x).exp().minus(1))),
  log: (x) => x.ln(),
  sin: (x) => x.sin(),
  cos: (x) => x.cos(),
  tan: (x) => x.sin().dividedBy(x.cos()),
  asin: (x) => (isTiny(x) ? short(x, [1, 1], [0, 1], [1, 6]) : new D(new Wide(x).asin())),
  acos: (x) => new D(new Wide(x).acos()),
  atan: (x) => x.atan(),
  sinh: (x) => x.sinh(),
  cosh: (x) => x.cosh(),
  tanh: (x) => (isTiny(x) ? short(x, [1, 1], [0, 1], [-1, 3]) : new D(new Wide(x).tanh())),
  sech: (x) => ONE.dividedBy(x.cosh()),
  asinh: (x) => (isTiny(x) ? short(x, [1, 1], [0, 1], [-1, 6]) : new D(new Wide(x).asinh())),
  acosh: (x) => new D(new Wide(x).acosh()),
  atanh: (x) => (isTiny(x) ? short(x, [1, 1], [0, 1], [1, 3]) : new D(new Wide(x).atanh())),
  sigmoid: (x) => (x.isNegative() ? x.exp().dividedBy(exp1p(x)) : ONE.dividedBy(exp1p(x.neg()))),
  softplus: (x) => (x.isNegative() ? log1p(x.exp()) : x.plus(log1p(x.neg().exp()))),
  logcosh: (x) => {
    if (isTiny(x)) return x.times(x).times(HALF).minus(x.pow(4).dividedBy(12));
    return new D(new Wide(x).abs().plus(new Wide(x).abs().times(-2).exp().plus(1).dividedBy(2).ln()));
  },
  erf: (x) =>
    x.abs().lessThan(5) ? new D(erfSmall(x)) : ONE.minus(erfcLarge(x.abs())).times(Decimal.sign(x)),
  erfc: (x) => (x.isNegative() ? new D(2).minus(erfc(x.neg())) : erfc(x)),
  gamma: (x) => new D(logGammaNext(x).exp().dividedBy(x)),
  lgamma: (x) => new D(logGammaNext(x).minus(new Gamma(x).ln())),
  digamma: (x) => new D(digammaNext(x).minus(new Gamma(1).dividedBy(x))),
  trigamma: (x) => new D(trigammaNext(x).plus(new Gamma(1).dividedBy(x).pow(2))),
};
