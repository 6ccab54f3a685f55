import { Decimal } from "decimal.js";
import { describe, expect, test } from "vitest";
import {
  decimals,
  type Environment,
  evaluate,
  isExact,
  scalarToNumber,
  toDecimal,
  type Value,
} from "../../src/index-notation/evaluate/index.js";
import {
  at,
  type BinderOp,
  both,
  combine,
  compare,
  dimension,
  dimensionName,
  type Expr,
  type Index,
  index,
  integral,
  modulo,
  node,
  num,
  pi,
  position,
  power,
  type Rational,
  rational,
  softmax,
  sub,
  subConstant,
  sum,
  TRUE,
  tensor,
  tensorSymbol,
  unary,
} from "../../src/index-notation/index.js";

const N = dimensionName("N");
const [i, j] = [index("i", N), index("j", N)];
const v = tensorSymbol({ name: "v", role: "state", dims: [N] });
const x = tensorSymbol({ name: "x", role: "state" });
const s = tensorSymbol({ name: "s", role: "variable" });

function given(values: readonly Rational[], rest: Partial<Environment> = {}): Environment {
  return {
    dimensions: new Map([["N", values.length]]),
    tensor: (_, where) => values[where[0] ?? 0]!,
    indices: new Map([[i.key, 0]]),
    ...rest,
  };
}

const values = given([1, -2, 3].map((n) => rational(n)));
const empty = given([]);
const shown = (v: Value): string => (isExact(v) ? (v.d === 1n ? `${v.n}` : `${v.n}/${v.d}`) : v.toString());
const at0 = (e: Expr, env = values): string => shown(evaluate(e, env));
const never = compare("<", position(sub(j)), position(sub(i)));
const over = (op: BinderOp, k: Index, body: Expr, guard = TRUE): Expr => node.binder(op, [k], guard, body);

describe("the semantics of the language", () => {
  test("empty ranges", () => {
    const all = (["sum", "prod", "max", "min", "logsumexp"] as const).map((op) =>
      at0(over(op, j, at(v, [j])), empty),
    );
    expect(all).toEqual(["0", "1", "-Infinity", "Infinity", "-Infinity"]);
    const guarded = (["sum", "prod", "max", "min", "logsumexp"] as const).map((op) =>
      at0(over(op, j, at(v, [j]), never)),
    );
    expect(guarded).toEqual(["0", "1", "-Infinity", "Infinity", "-Infinity"]);
  });

  test("softmax is 0 outside its guard and out of range", () => {
    const other = compare("!=", position(sub(j)), num(0));
    expect(at0(softmax(j, other, at(v, [j]), subConstant(0)))).toBe("0");
    expect(at0(softmax(j, TRUE, at(v, [j]), subConstant(7)))).toBe("0");
    expect(at0(softmax(j, both(other), at(v, [j]), subConstant(2)))).toMatch(/^0\.993307149/);
  });

  test("subscripts out of range read 0; cyclic ones wrap", () => {
    const next = combine(sub(i), 1, subConstant(5));
    expect(at0(tensor(v, [next]))).toBe("0");
    expect(at0(tensor(v, [modulo(next, N)]))).toBe("3");
    expect(at0(tensor(v, [modulo(combine(sub(i), 1, subConstant(-1)), N)]))).toBe("3");
  });

  test("kinks, 0^0 and division by zero", () => {
    const zero = given([rational(0)]);
    const component = at(x, []);
    for (const fn of ["relu", "abs", "sign", "step"] as const)
      expect(at0(node.unary(fn, component), zero)).toBe("0");
    expect(at0(node.power(component, component), zero)).toBe("1");
    expect(at0(node.power(component, num(-1)), zero)).toBe("NaN");
    expect(at0(unary("log", component), given([rational(-1)]))).toBe("NaN");
    expect(at0(power(component, num(rational(1, 2))), given([rational(-1)]))).toBe("NaN");
  });

  test("ring operations are exact, everything else has 50 digits", () => {
    const third = given([rational(1, 3), rational(1, 3), rational(1, 3)]);
    expect(at0(sum([j], TRUE, power(at(v, [j]), num(3))), third)).toBe("1/9");
    expect(at0(unary("exp", num(1)))).toBe("2.7182818284590452353602874713526624977572470937");
    expect(at0(pi)).toBe("3.1415926535897932384626433832795028841971693993751");
  });

  test("stable primitives", () => {
    const large = given([rational(1000)], { precision: 450 });
    expect(at0(unary("softplus", at(x, [])), large)).toMatch(/^1000\.0{434}5/);
    expect(at0(over("logsumexp", j, at(v, [j])), given([rational(1000), rational(1000)]))).toMatch(
      /^1000\.693147/,
    );
    expect(at0(over("logsumexp", j, at(v, [j])), given([rational(0), rational(-200)]))).toMatch(
      /^1\.38389652673673/,
    );
    expect(at0(unary("logcosh", at(x, [])), given([rational(-1000)]))).toMatch(/^999\.30685281/);
  });
});

describe("digits lost to cancellation are bought back", () => {
  test("cosh(x) - sinh(x) at 60 is e^-60", () => {
    const e = node.add([node.unary("cosh", at(x, [])), node.mul([num(-1), node.unary("sinh", at(x, []))])]);
    const sixty = given([rational(60)]);
    expect(at0(e, sixty)).toBe(at0(unary("exp", num(-60))));
  });

  test("an exact zero comes out as one, or as a tiny number", () => {
    const one = [
      node.power(node.unary("sin", at(x, [])), num(2)),
      node.power(node.unary("cos", at(x, [])), num(2)),
    ];
    const e = node.add([num(-1), ...one]);
    expect(Math.abs(scalarToNumber(evaluate(e, values)))).toBeLessThan(1e-60);
  });
});

describe("integrals", () => {
  const variable = at(s, []);
  const from = (a: number, b: number, body: Expr): Expr => integral(s, num(a), num(b), body);
  const D = decimals(60);
  const digits = (e: Expr, expected: string | Rational, precision = 50): void => {
    const value = toDecimal(D, evaluate(e, { ...values, precision }));
    const right = typeof expected === "string" ? new D(expected) : toDecimal(D, expected);
    expect(value.minus(right).abs().div(right.abs()).toNumber()).toBeLessThan(10 ** (3 - precision));
  };

  test("of smooth integrands", () => {
    digits(from(0, 1, power(variable, num(3))), "0.25");
    digits(from(0, 3, unary("tanh", variable)), shown(evaluate(unary("logcosh", num(3)), values)));
  });
  test("with a kink or a singularity at an end", () => {
    digits(from(-1, 2, node.unary("abs", node.add([num(rational(-1, 3)), variable]))), rational(41, 18), 30);
    digits(from(0, 1, node.unary("log", variable)), "-1", 30);
    digits(from(0, 1, node.power(variable, num(rational(-1, 2)))), "2", 30);
    digits(from(0, 4, node.power(variable, num(rational(1, 2)))), rational(16, 3), 30);
  });
  test("against the direction", () => digits(from(1, 0, power(variable, num(2))), rational(-1, 3)));
  test("of what has no integral", () => expect(at0(from(0, 1, node.power(variable, num(-1))))).toBe("NaN"));
});

test("decimal.js keeps its own configuration", () => {
  const before = { precision: Decimal.precision, rounding: Decimal.rounding };
  evaluate(unary("gamma", num(rational(1, 3))), given([], { precision: 80 }));
  expect({ precision: Decimal.precision, rounding: Decimal.rounding }).toEqual(before);
});

test("a missing dimension or index is named", () => {
  expect(() => evaluate(over("sum", index("k", dimensionName("Q")), num(1)), values)).toThrow(/dimension Q/);
  expect(() => evaluate(at(v, [index("k", N)]), values)).toThrow(/index k/);
  expect(() => evaluate(at(v, [index("k", dimension(2))]), values)).toThrow(/index k/);
});
