/**
 * An expression comes in; an equal product goes out: the lowest powers of everything that all terms share, times
 * a sum that is multiplied out. Derivatives of quotients and roots show their sign in this form.
 */
import {
  add,
  asRational,
  compareR,
  type Expr,
  mul,
  neg,
  num,
  power,
  type Rational,
  signR,
  splitCoefficient,
  subR,
  unary,
  ZERO,
} from "../../../index-notation/index.js";
import { expand, simplify } from "../../../rewrite/index.js";

/** A term as coefficient·exp(exponent)·Π base^power. */
interface Monomial {
  readonly coefficient: Rational;
  readonly powers: ReadonlyMap<Expr, Rational>;
  readonly exponent: Expr | undefined;
}

const termsOf = (e: Expr): readonly Expr[] => (e.kind === "add" ? e.terms : [e]);

function monomial(e: Expr): Monomial {
  const { coefficient, rest } = splitCoefficient(e);
  const powers = new Map<Expr, Rational>();
  let exponent: Expr | undefined;
  for (const f of rest.kind === "mul" ? rest.factors : [rest]) {
    const k = f.kind === "power" ? asRational(f.exponent) : undefined;
    if (f.kind === "unary" && f.fn === "exp") exponent = f.arg;
    else if (f.kind === "power" && k !== undefined) powers.set(f.base, k);
    else if (f.kind !== "number") powers.set(f, { n: 1n, d: 1n });
  }
  return { coefficient, powers, exponent };
}

/** The least power of each base over all terms (0 where it is absent), without those that are 0. */
function shared(terms: readonly Monomial[]): Map<Expr, Rational> {
  const bases = new Set(terms.flatMap((t) => [...t.powers.keys()]));
  const lowest = new Map<Expr, Rational>();
  for (const base of bases) {
    const powers = terms.map((t) => t.powers.get(base) ?? ZERO);
    const least = powers.reduce((a, b) => (compareR(b, a) < 0 ? b : a));
    if (signR(least) !== 0) lowest.set(base, least);
  }
  return lowest;
}

/** How often what is left may show new common factors. */
const MAX_ROUNDS = 4;

/** The product form; the expression itself where nothing is shared. */
export function factored(e: Expr): Expr {
  let outside: Expr[] = [];
  let rest = simplify(e);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const split = factorOnce(rest);
    outside = [...outside, ...split.outside];
    const next = simplify(expand(split.rest));
    if (next === rest || split.outside.length === 0) {
      rest = next;
      break;
    }
    rest = next;
  }
  return mul([...outside, rest]);
}

function factorOnce(e: Expr): { outside: Expr[]; rest: Expr } {
  if (e.kind === "mul") {
    const sums = e.factors.filter((f) => f.kind === "add");
    if (sums.length === 1) {
      const inner = factorOnce(sums[0]!);
      return { outside: [...e.factors.filter((f) => f !== sums[0]), ...inner.outside], rest: inner.rest };
    }
    return { outside: [], rest: e };
  }
  const terms = termsOf(e).map(monomial);
  if (terms.length < 2) return { outside: [], rest: e };
  const lowest = shared(terms);
  const common = terms.every((t) => t.exponent !== undefined) ? terms[0]!.exponent : undefined;
  const outside = [
    ...[...lowest].map(([base, k]) => power(base, num(k))),
    ...(common === undefined ? [] : [unary("exp", common)]),
  ];
  return { outside, rest: add(terms.map((t) => divided(t, lowest, common))) };
}

function divided(t: Monomial, lowest: ReadonlyMap<Expr, Rational>, common: Expr | undefined): Expr {
  const bases = new Set([...t.powers.keys(), ...lowest.keys()]);
  const powers = [...bases].map((b) => power(b, num(subR(t.powers.get(b) ?? ZERO, lowest.get(b) ?? ZERO))));
  const exponent =
    t.exponent === undefined
      ? []
      : [unary("exp", common === undefined ? t.exponent : add([t.exponent, neg(common)]))];
  return mul([num(t.coefficient), ...powers, ...exponent]);
}

/** Every factor of a product, the sums last. */
export const factorsOf = (e: Expr): readonly Expr[] => (e.kind === "mul" ? e.factors : [e]);
