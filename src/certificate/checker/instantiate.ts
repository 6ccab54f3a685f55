/** A term and numbers for the dimensions come in; a term without binders goes out, its sums written out. */
import { exact, type Rational } from "./arithmetic/index.js";
import { ground, MAX_TERMS_AT_POINT } from "./ground.js";
import { reject } from "./rejection.js";
import { type Size, sizeOf } from "./size.js";
import { type Index, mapTerm, number, type Subscript, type Term, type Test } from "./term.js";

export type Dimensions = ReadonlyMap<string, number>;

export function sizeValue(size: Size, dimensions: Dimensions): Rational {
  return size
    .map(({ names, coefficient }) =>
      names
        .map((name) => exact.rational(dimensions.get(name) ?? reject(`the dimension ${name} has no value`)))
        .reduce(exact.multiply, coefficient),
    )
    .reduce(exact.add, exact.ZERO);
}

/** A dimension of an index: a positive integer. */
export function wholeSize(size: Size, dimensions: Dimensions): number {
  const value = sizeValue(size, dimensions);
  if (!exact.isInteger(value) || value.n <= 0n || value.n > 4096n)
    return reject("a dimension is not a small positive integer");
  return Number(value.n);
}

export const instantiate = (t: Term, dimensions: Dimensions): Term =>
  ground(fix(t, dimensions), MAX_TERMS_AT_POINT);

function fix(t: Term, dimensions: Dimensions): Term {
  const size = (s: Size): Size => sizeOf(sizeValue(s, dimensions));
  const index = (i: Index): Index => ({
    name: i.name,
    size: sizeOf(exact.rational(wholeSize(i.size, dimensions))),
  });
  const subscript = (s: Subscript): Subscript => {
    const terms = s.terms.map((x) => ({ index: index(x.index), coefficient: x.coefficient }));
    const affine = { terms, constant: size(s.constant) };
    return s.modulus === undefined ? affine : { ...affine, modulus: size(s.modulus) };
  };
  const inner = mapTerm(t, (u) => fix(u, dimensions), subscript);
  if (inner.kind === "size") return number(sizeValue(inner.size, dimensions));
  if (inner.kind === "binder") return { ...inner, indices: inner.indices.map(index) };
  return inner.kind === "softmax" ? { ...inner, index: index(inner.index) } : inner;
}

export const instantiateTest = (c: Test, dimensions: Dimensions): Test => ({
  ...c,
  left: instantiate(c.left, dimensions),
  right: instantiate(c.right, dimensions),
});
