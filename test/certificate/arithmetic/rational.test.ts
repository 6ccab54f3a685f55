import { expect, test } from "vitest";
import * as q from "../../../src/certificate/checker/arithmetic/rational.js";
import { uniform } from "./points.js";

const u = uniform(3);
const some = (): q.Rational => q.rational(Math.floor(u() * 41) - 20, Math.floor(u() * 12) + 1);

test("field laws on random fractions, in lowest terms with a positive denominator", () => {
  for (let k = 0; k < 2000; k++) {
    const [a, b, c] = [some(), some(), some()];
    expect(q.multiply(a, q.add(b, c))).toEqual(q.add(q.multiply(a, b), q.multiply(a, c)));
    expect(q.add(q.add(a, b), c)).toEqual(q.add(a, q.add(b, c)));
    expect(q.subtract(a, a)).toEqual(q.ZERO);
    if (b.n !== 0n) expect(q.multiply(q.divide(a, b), b)).toEqual(a);
    expect(q.compare(a, b)).toBe(Math.sign(Number(a.n) / Number(a.d) - Number(b.n) / Number(b.d)));
    expect(q.floor(a)).toBe(BigInt(Math.floor(Number(a.n) / Number(a.d))));
    expect(q.parse(q.show(a))).toEqual(a);
    expect(a.d > 0n).toBe(true);
  }
});

test("powers, literals and refusals", () => {
  expect(q.power(q.rational(-2, 3), -3n)).toEqual(q.rational(-27, 8));
  expect(q.parse("-1.25e-1")).toEqual(q.rational(-1, 8));
  expect(q.parse(".5")).toEqual(q.rational(1, 2));
  expect(["", ".", "1/0", "0x1", "1e999999", "--1", "1/-2"].map(q.parse)).toEqual(Array(7).fill(undefined));
  expect(() => q.rational(1, 0)).toThrow(RangeError);
  expect(() => q.divide(q.ONE, q.ZERO)).toThrow(RangeError);
  expect(() => q.power(q.ZERO, -1n)).toThrow(RangeError);
});
