/** Expressions come in; sparse polynomials with rational coefficients in given scalars go out, and back. */
import {
  addR,
  asRational,
  type Expr,
  isInteger,
  ONE,
  type Rational,
  rational,
  signR,
  splitCoefficient,
} from "../../../index-notation/index.js";
import { expand } from "../../../rewrite/index.js";

/** Exponents, one a variable. */
export type Exponents = readonly number[];

export interface Polynomial {
  /** By the exponents joined with commas; no coefficient is 0. */
  readonly terms: ReadonlyMap<string, { readonly exponents: Exponents; readonly coefficient: Rational }>;
}

/** The polynomial, or undefined when e is none in these variables. */
export function polynomialOf(e: Expr, variables: readonly Expr[]): Polynomial | undefined {
  const slot = new Map(variables.map((v, k) => [v, k]));
  const terms = new Map<string, { exponents: Exponents; coefficient: Rational }>();
  const expanded = expand(e);
  for (const t of expanded.kind === "add" ? expanded.terms : [expanded]) {
    const { coefficient, rest } = splitCoefficient(t);
    const exponents = exponentsOf(rest, slot, variables.length);
    if (exponents === undefined) return undefined;
    accumulate(terms, exponents, coefficient);
  }
  return { terms };
}

/** The sum of the terms. */
export function polynomialFrom(
  list: readonly { readonly coefficient: Rational; readonly exponents: Exponents }[],
): Polynomial {
  const terms = new Map<string, { exponents: Exponents; coefficient: Rational }>();
  for (const { exponents, coefficient } of list) accumulate(terms, exponents, coefficient);
  return { terms };
}

function accumulate(
  terms: Map<string, { exponents: Exponents; coefficient: Rational }>,
  exponents: Exponents,
  coefficient: Rational,
): void {
  const key = exponents.join(",");
  const sum = addR(terms.get(key)?.coefficient ?? rational(0), coefficient);
  if (signR(sum) === 0) terms.delete(key);
  else terms.set(key, { exponents, coefficient: sum });
}

function exponentsOf(e: Expr, slot: ReadonlyMap<Expr, number>, count: number): number[] | undefined {
  const exponents = new Array<number>(count).fill(0);
  for (const f of e.kind === "mul" ? e.factors : [e]) {
    if (f.kind === "number") {
      if (f.value.n !== 1n || f.value.d !== 1n) return undefined;
      continue;
    }
    const [base, k] = f.kind === "power" ? [f.base, asRational(f.exponent)] : [f, ONE];
    const at = slot.get(base);
    if (at === undefined || k === undefined || !isInteger(k) || k.n < 0n || k.n > 60n) return undefined;
    exponents[at]! += Number(k.n);
  }
  return exponents;
}
