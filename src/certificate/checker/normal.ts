/**
 * Normal forms: a term comes in, a generalised polynomial over canonical atoms goes out. Two terms with one normal form
 * are equal wherever both are defined; whether they are defined is not decided here.
 */
import { Algebra, type SignOracle } from "./algebra.js";
import { exact } from "./arithmetic/index.js";
import { applyFunction, deltaOf, positionOf, sizePolynomial } from "./functions.js";
import {
  type Atom,
  addAll,
  constant,
  constantOf,
  difference,
  exponentOf,
  isZero,
  negated,
  ofAtom,
  type Polynomial,
  type SignTest,
  ZERO,
} from "./polynomial.js";
import { type Budget, reject } from "./rejection.js";
import { binderOver, softmaxOver, sumOver } from "./sums.js";
import { mapTerm, scalar, substituteSymbols, type Term, type TermOf, type Test } from "./term.js";

export class Normalizer {
  readonly algebra: Algebra;

  constructor(budget: Budget, unfold: boolean, oracle: SignOracle) {
    this.algebra = new Algebra(budget, unfold, oracle);
  }

  normal(t: Term): Polynomial {
    const { algebra } = this;
    algebra.budget.spend();
    switch (t.kind) {
      case "number":
        return constant(t.value);
      case "pi":
        return algebra.of({ kind: "pi" });
      case "size":
        return sizePolynomial(algebra, t.size);
      case "position":
        return positionOf(algebra, t.at);
      case "symbol":
        return algebra.of({ kind: "symbol", name: t.name, at: t.at });
      case "add":
        return addAll(t.terms.map((u) => this.normal(u)));
      case "multiply":
        return algebra.product(t.factors.map((u) => this.normal(u)));
      case "power":
        return algebra.power(this.normal(t.base), this.normal(t.exponent));
      case "function":
        return applyFunction(algebra, t.name, this.normal(t.argument));
      case "extremum":
        return this.#extremum(t);
      case "where":
        return this.#where(t);
      case "delta":
        return deltaOf(algebra, t.left, t.right);
      case "binder":
        return this.#binder(t);
      case "softmax":
        return softmaxOver(algebra, t.index, this.#tests(t.guard), this.normal(t.body), t.at);
      case "integral":
        return this.#integral(t);
    }
  }

  /** Are the terms equal wherever both are defined? */
  isEqual(a: Term, b: Term): boolean {
    return this.vanishes(difference(this.normal(a), this.normal(b)));
  }

  /**
   * Is p zero wherever it is defined? Powers b^q of sums with least exponent q < 0 are cleared by multiplying with b^-q:
   * b is not 0 where b^q is defined, so p·b^-q = 0 there implies p = 0.
   */
  vanishes(p: Polynomial): boolean {
    let rest = p;
    for (let round = 0; round < 12; round++) {
      if (isZero(rest)) return true;
      const base = this.#leastPower(rest);
      if (base === undefined) return false;
      rest = this.algebra.multiply(rest, ofAtom(base.atom, negated(base.exponent)));
    }
    return isZero(rest);
  }

  /** A sum under a power whose least exponent in p is a negative number. */
  #leastPower(p: Polynomial): { atom: Atom; exponent: Polynomial } | undefined {
    const atoms = new Map<string, Atom>();
    for (const s of p.terms)
      for (const f of s.monomial.factors) if (f.atom.shape.kind === "base") atoms.set(f.atom.key, f.atom);
    for (const atom of atoms.values()) {
      const exponents = p.terms.map((s) => constantOf(exponentOf(s.monomial, atom)) ?? exact.ZERO);
      const least = exponents.reduce((a, b) => (exact.compare(a, b) <= 0 ? a : b));
      if (exact.sign(least) < 0) return { atom, exponent: constant(least) };
    }
    return undefined;
  }

  // ---- choices ----------------------------------------------------------------------------------------

  /** max(a, 0) is relu(a), min(a, 0) is -relu(-a); other arguments are sorted, repetitions dropped. */
  #extremum(t: TermOf<"extremum">): Polynomial {
    const unique = new Map(t.terms.map((u) => this.normal(u)).map((p) => [p.key, p] as const));
    const terms = [...unique.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
    if (terms.length === 1) return terms[0]!;
    const other = terms.length === 2 ? terms.find((p) => !isZero(p)) : undefined;
    if (other !== undefined && terms.some(isZero)) {
      if (t.name === "max") return applyFunction(this.algebra, "relu", other);
      return negated(applyFunction(this.algebra, "relu", negated(other)));
    }
    return this.algebra.of({ kind: "extremum", name: t.name, terms });
  }

  #where(t: TermOf<"where">): Polynomial {
    const tests = this.#tests(t.tests);
    const open = tests.filter((test) => decided(test) !== true);
    if (open.length === 0) return this.normal(t.yes);
    if (open.some((test) => decided(test) === false)) return this.normal(t.no);
    return this.algebra.of({
      kind: "where",
      tests: open,
      yes: this.normal(t.yes),
      no: this.normal(t.no),
    });
  }

  #tests(tests: readonly Test[]): readonly SignTest[] {
    return tests.map((t) => {
      const p = difference(this.normal(t.right), this.normal(t.left));
      const first = p.terms[0];
      const symmetric = t.relation === "=" || t.relation === "!=";
      const turn = symmetric && first !== undefined && exact.sign(first.coefficient) < 0;
      return { relation: t.relation, difference: turn ? negated(p) : p };
    });
  }

  // ---- binders ----------------------------------------------------------------------------------------

  #binder(t: TermOf<"binder">): Polynomial {
    const guard = this.#tests(t.guard).filter((test) => decided(test) !== true);
    const body = this.normal(t.body);
    if (t.name === "sum") return sumOver(this.algebra, t.indices, guard, body);
    if (t.name !== "logsumexp") return binderOver(this.algebra, t.name, t.indices, guard, body);
    const weights = applyFunction(this.algebra, "exp", body);
    return this.algebra.log(sumOver(this.algebra, t.indices, guard, weights));
  }

  /** Zero over an empty interval; else an atom whose variable is named by how deeply integrals nest in it. */
  #integral(t: TermOf<"integral">): Polynomial {
    const [low, high] = [this.normal(t.low), this.normal(t.high)];
    if (low.key === high.key) return ZERO;
    const variable = `$${integralDepth(t.body)}`;
    const body = substituteSymbols(t.body, (u) => (u.name === t.variable ? scalar(variable) : undefined));
    return this.algebra.of({ kind: "integral", variable, low, high, body: this.normal(body) });
  }
}

function integralDepth(t: Term): number {
  let depth = 0;
  mapTerm(t, (child) => {
    depth = Math.max(depth, integralDepth(child));
    return child;
  });
  return t.kind === "integral" ? depth + 1 : depth;
}

/** The truth of a test whose sides differ by a number. */
function decided(t: SignTest): boolean | undefined {
  const c = constantOf(t.difference);
  if (c === undefined) return undefined;
  const s = exact.sign(c);
  switch (t.relation) {
    case "<":
      return s > 0;
    case "<=":
      return s >= 0;
    case "=":
      return s === 0;
    case "!=":
      return s !== 0;
    default:
      return reject("an unknown relation");
  }
}
