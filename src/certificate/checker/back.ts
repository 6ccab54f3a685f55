/** Polynomials in normal form come in; terms go out that are defined and equal wherever the polynomial is. */
import { exact, type Rational } from "./arithmetic/index.js";
import type { Monomial, Polynomial, Shape, SignTest } from "./polynomial.js";
import { namedSize } from "./size.js";
import { apply, number, one, raise, rebind, type Term, type TermOf, type Test, zero } from "./term.js";

export function toTerm(p: Polynomial): Term {
  const terms = p.terms.map((s) => scaled(s.coefficient, monomialTerms(s.monomial)));
  if (terms.length === 0) return zero;
  return terms.length === 1 ? terms[0]! : { kind: "add", terms };
}

function scaled(c: Rational, factors: readonly Term[]): Term {
  const all = exact.equal(c, exact.ONE) ? factors : [number(c), ...factors];
  if (all.length === 0) return one;
  return all.length === 1 ? all[0]! : { kind: "multiply", factors: all };
}

const monomialTerm = (m: Monomial): Term => scaled(exact.ONE, monomialTerms(m));

function monomialTerms(m: Monomial): Term[] {
  return m.factors.map((f) => {
    const exponent = toTerm(f.exponent);
    if (f.atom.shape.kind === "euler") return apply("exp", exponent);
    const base = shapeTerm(f.atom.shape);
    return exponent.kind === "number" && exact.equal(exponent.value, exact.ONE)
      ? base
      : raise(base, exponent);
  });
}

const testTerm = (t: SignTest): Test => ({ relation: t.relation, left: zero, right: toTerm(t.difference) });

export function shapeTerm(s: Shape): Term {
  switch (s.kind) {
    case "euler":
      return apply("exp", one);
    case "pi":
      return { kind: "pi" };
    case "prime":
      return number(exact.rational(s.value));
    case "dimension":
      return { kind: "size", size: namedSize(s.name) };
    case "position":
    case "symbol":
    case "delta":
      return s;
    case "base":
      return toTerm(s.of);
    case "function":
      return apply(s.name, toTerm(s.argument));
    case "extremum":
      return { ...s, terms: s.terms.map(toTerm) };
    case "where":
      return { kind: "where", tests: s.tests.map(testTerm), yes: toTerm(s.yes), no: toTerm(s.no) };
    case "sum":
      return freshCopyOf({
        kind: "binder",
        name: "sum",
        indices: s.indices,
        guard: s.guard.map(testTerm),
        body: monomialTerm(s.body),
      });
    case "binder":
      return freshCopyOf({ ...s, guard: s.guard.map(testTerm), body: toTerm(s.body) });
    case "softmax":
      return freshCopyOf({ ...s, guard: s.guard.map(testTerm), body: toTerm(s.body) });
    case "integral":
      return { ...s, low: toTerm(s.low), high: toTerm(s.high), body: toTerm(s.body) };
  }
}

/** Canonical names of bound indices repeat; terms never bind one name twice. */
function freshCopyOf(t: TermOf<"binder" | "softmax">): Term {
  if (t.kind === "softmax") return rebind(t, t.index);
  return t.indices.reduce<Term>((u, i) => rebind(u, i), t);
}
