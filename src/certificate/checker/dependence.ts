/** What an atom stands for comes in; the free indices in it and how deeply binders nest in it go out. */
import {
  monomialHeight,
  monomialIndices,
  type Polynomial,
  polynomialHeight,
  polynomialIndices,
  type Shape,
} from "./polynomial.js";
import type { Subscript } from "./term.js";

export interface Dependence {
  readonly indices: ReadonlySet<string>;
  readonly height: number;
}

const ofSubscripts = (all: readonly Subscript[]): Dependence => ({
  indices: new Set(all.flatMap((s) => s.terms.map((t) => t.index.name))),
  height: 0,
});
const ofPolynomials = (all: readonly Polynomial[]): Dependence => ({
  indices: new Set(all.flatMap((p) => [...polynomialIndices(p)])),
  height: Math.max(0, ...all.map(polynomialHeight)),
});
const binding = (inner: Dependence, bound: readonly string[]): Dependence => ({
  indices: new Set([...inner.indices].filter((i) => !bound.includes(i))),
  height: inner.height + 1,
});
const joined = (a: Dependence, b: Dependence): Dependence => ({
  indices: new Set([...a.indices, ...b.indices]),
  height: Math.max(a.height, b.height),
});

export function dependence(s: Shape): Dependence {
  switch (s.kind) {
    case "euler":
    case "pi":
    case "prime":
    case "dimension":
      return { indices: new Set(), height: 0 };
    case "position":
      return ofSubscripts([s.at]);
    case "symbol":
      return ofSubscripts(s.at);
    case "delta":
      return ofSubscripts([s.left, s.right]);
    case "base":
      return ofPolynomials([s.of]);
    case "function":
      return ofPolynomials([s.argument]);
    case "extremum":
      return ofPolynomials(s.terms);
    case "where":
      return ofPolynomials([...s.tests.map((t) => t.difference), s.yes, s.no]);
    case "sum": {
      const body = { indices: monomialIndices(s.body), height: monomialHeight(s.body) };
      const inner = joined(body, ofPolynomials(s.guard.map((t) => t.difference)));
      return binding(
        inner,
        s.indices.map((i) => i.name),
      );
    }
    case "binder":
      return binding(
        ofPolynomials([s.body, ...s.guard.map((t) => t.difference)]),
        s.indices.map((i) => i.name),
      );
    case "softmax": {
      const inner = binding(ofPolynomials([s.body, ...s.guard.map((t) => t.difference)]), [s.index.name]);
      return joined(inner, ofSubscripts([s.at]));
    }
    case "integral":
      return binding(ofPolynomials([s.low, s.high, s.body]), []);
  }
}
