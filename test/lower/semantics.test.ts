/** The corners of contract §1: guards, ranges, empty dimensions, kinks, large arguments, powers, integrals. */
import { describe, expect, it } from "vitest";
import {
  add,
  at,
  binder,
  both,
  type Condition,
  combine,
  compare,
  type Dimension,
  delta,
  dim,
  dimension,
  dimensionName,
  type Expr,
  extremum,
  type Index,
  index,
  integral,
  modulo,
  mul,
  num,
  position,
  power,
  rational,
  softmax,
  sqrt,
  sub,
  subConstant,
  sum,
  TRUE,
  tensor,
  tensorSymbol,
  unary,
  where,
} from "../../src/index-notation/index.js";
import { numbers } from "../bench/models.js";
import { evaluate } from "./harness.js";
import { agrees, naiveField, type Values } from "./naive.js";

const [N, M] = [dimensionName("N"), dimensionName("M")];
const [i, j, k] = [index("i", N), index("j", N), index("k", M)];
const state = (name: string, ...dims: Dimension[]) => tensorSymbol({ name, role: "state", dims });
const [x, w, A] = [state("x", N), tensorSymbol({ name: "w", role: "input", dims: [M] }), state("A", N, N)];
const s = tensorSymbol({ name: "s", role: "variable" });

const world = (n: number, m: number, scale = 1): Values => ({
  dimensions: new Map([
    ["N", n],
    ["M", m],
  ]),
  tensors: new Map([
    [x, numbers(n, 3).map((y) => scale * y)],
    [w, numbers(m, 4).map((y) => scale * y)],
    [A, numbers(n * n, 5).map((y) => scale * y)],
  ]),
});

const both_ = [false, true];

/** The generated code and the definition agree, plain and optimised. */
function same(over: readonly Index[], value: Expr, values: Values): void {
  const want = naiveField(over, value, values);
  for (const optimise of both_) {
    const got = evaluate([{ over, value }], values, { optimise });
    const wrong = got.flatMap((y, n) => (agrees(y, want[n]!) ? [] : [{ n, got: y, want: want[n]!.v }]));
    expect(wrong).toEqual([]);
  }
}

const constant = (value: Expr, values = world(3, 2)): number[] =>
  both_.map((optimise) => evaluate([{ over: [], value }], values, { optimise })[0]!);

const less = (a: Index, b: Index): Condition => compare("<", position(sub(a)), position(sub(b)));
const shifted = (a: Index, c: number, b?: Index) =>
  combine(
    combine(sub(a), 1, subConstant(c)),
    b === undefined ? 0 : 1,
    b === undefined ? subConstant(0) : sub(b),
  );

describe("guards", () => {
  const guards: Record<string, Condition> = {
    "j > i": less(i, j),
    "j < i": less(j, i),
    "j != i": compare("!=", position(sub(i)), position(sub(j))),
    "j = i": compare("=", position(sub(i)), position(sub(j))),
    "2j <= i": compare("<=", mul([num(2), position(sub(j))]), position(sub(i))),
    "x[j] > 0": compare("<", num(0), at(x, [j])),
    "i > 2": compare("<", num(2), position(sub(i))),
    "j > i and x[j] > x[i]": both(less(i, j), compare("<", at(x, [i]), at(x, [j]))),
  };
  for (const [name, guard] of Object.entries(guards))
    it(name, () => {
      const body = mul([at(A, [i, j]), at(x, [j])]);
      for (const n of [1, 4, 9]) {
        for (const op of ["sum", "prod", "max", "min", "logsumexp"] as const)
          same([i], binder(op, [j], guard, body), world(n, 2));
        same([i], softmax(j, guard, body, sub(i)), world(n, 2));
      }
    });

  it("pairs i < j of a double sum", () =>
    same([], sum([i, j], less(i, j), mul([at(A, [i, j]), at(x, [i]), at(x, [j])])), world(9, 2)));
});

describe("subscripts", () => {
  it("a convolution reads 0 outside", () => {
    for (const [n, m] of [
      [9, 3],
      [2, 5],
      [1, 1],
    ] as const)
      same([i], sum([k], TRUE, mul([at(w, [k]), tensor(x, [shifted(i, -1, k)])])), world(n, m));
  });

  it("the same around a circle", () => {
    for (const [n, m] of [
      [9, 3],
      [2, 5],
    ] as const)
      same([i], sum([k], TRUE, mul([at(w, [k]), tensor(x, [modulo(shifted(i, -2, k), N)])])), world(n, m));
  });

  it("reversed, strided, constant and out of range", () => {
    const reversed = combine(subConstant(N), -1, shifted(i, 1));
    const strided = combine(subConstant(0), 2, sub(i));
    for (const at_ of [reversed, strided, subConstant(0), subConstant(7), shifted(i, 100)])
      same([i], mul([tensor(x, [at_]), num(3)]), world(5, 2));
  });

  it("softmax read out of range is 0", () =>
    same([i], softmax(j, TRUE, at(x, [j]), shifted(i, 1)), world(4, 2)));

  it("delta and position", () =>
    same(
      [i, j],
      add([delta(sub(i), sub(j)), mul([position(sub(i)), delta(shifted(i, 1), sub(j))])]),
      world(5, 2),
    ));
});

describe("empty ranges", () => {
  const none = world(0, 0);
  const values: [Expr, number][] = [
    [sum([i], TRUE, at(x, [i])), 0],
    [binder("prod", [i], TRUE, at(x, [i])), 1],
    [binder("max", [i], TRUE, at(x, [i])), Number.NEGATIVE_INFINITY],
    [binder("min", [i], TRUE, at(x, [i])), Number.POSITIVE_INFINITY],
    [binder("logsumexp", [i], TRUE, at(x, [i])), Number.NEGATIVE_INFINITY],
    [softmax(i, TRUE, at(x, [i]), subConstant(0)), 0],
  ];
  for (const [value, want] of values)
    it(`${value.kind} ${"op" in value ? value.op : ""}`, () =>
      expect(constant(value, none)).toEqual([want, want]));

  it("an output over an empty dimension", () =>
    expect(evaluate([{ over: [i], value: at(x, [i]) }], none)).toEqual([]));
});

describe("large arguments", () => {
  const values = world(5, 3, 1000);
  const functions = [
    "logcosh",
    "softplus",
    "sigmoid",
    "sech",
    "tanh",
    "erf",
    "erfc",
    "relu",
    "step",
    "sign",
  ] as const;
  for (const fn of functions)
    it(fn, () => {
      same([i], unary(fn, at(x, [i])), values);
      for (const y of evaluate([{ over: [i], value: unary(fn, at(x, [i])) }], values))
        expect(y).toSatisfy(Number.isFinite);
    });

  it("logsumexp and softmax", () => {
    same([], binder("logsumexp", [i], TRUE, at(x, [i])), values);
    same([i], softmax(j, TRUE, at(x, [j]), sub(i)), values);
    const equal = { ...values, tensors: new Map(values.tensors).set(x, new Float64Array(5).fill(-1000)) };
    expect(constant(binder("logsumexp", [i], TRUE, at(x, [i])), equal)[1]).toBeCloseTo(
      -1000 + Math.log(5),
      12,
    );
  });
});

describe("kinks and powers", () => {
  const zero = { ...world(2, 2), tensors: new Map([[x, new Float64Array(2)]]) };
  const x0 = tensor(x, [subConstant(0)]);
  const x1 = tensor(x, [subConstant(1)]);

  it("at 0", () => {
    for (const fn of ["relu", "step", "sign", "abs"] as const)
      expect(constant(unary(fn, x0), zero)).toEqual([0, 0]);
    expect(constant(power(x0, x1), zero)).toEqual([1, 1]);
    expect(constant(power(x0, num(-1)), zero)).toEqual([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]);
  });

  it("every exponent that is specialised", () => {
    const positive = { ...world(4, 2), tensors: new Map([[x, Float64Array.of(0.3, 1.7, 2, 5)]]) };
    for (const n of [-17, -5, -3, -1, -0.5, 0.25, 0.5, 1.5, 2, 2.5, 3, 4, 7, 16, 17, 100])
      same([i], power(at(x, [i]), num(n)), positive);
    for (const n of [-3, -2, 2, 3, 8]) same([i], power(at(x, [i]), num(n)), world(6, 2));
  });

  it("extremum, where, a dimension as a number, pi", () => {
    const chosen = where(
      compare("<", at(x, [i]), num(0)),
      extremum("max", [at(x, [i]), num(rational(-1, 3))]),
      sqrt(at(x, [i])),
    );
    same([i], add([chosen, dim(N), unary("sin", mul([num(2), at(x, [i])]))]), world(7, 2));
    same(
      [i],
      where(compare("<", at(x, [i]), num(0)), sum([j], TRUE, mul([at(A, [i, j]), at(x, [j])])), num(1)),
      world(7, 2),
    );
  });
});

describe("integrals", () => {
  const at_s = tensor(s);
  const cases: [string, Expr, number, number, number][] = [
    ["tanh to 30", unary("tanh", at_s), 0, 30, 30 + Math.log1p(Math.exp(-60)) - Math.LN2],
    ["tanh to 1000", unary("tanh", at_s), 0, 1000, 1000 - Math.LN2],
    ["exp", unary("exp", at_s), -1, 2, Math.exp(2) - Math.exp(-1)],
    [
      "a Gaussian over 60 deviations",
      unary("exp", mul([num(rational(-1, 2)), power(at_s, num(2))])),
      -30,
      30,
      Math.sqrt(2 * Math.PI),
    ],
    ["a kink", unary("abs", add([at_s, num(rational(-1, 3))])), 0, 1, 1 / 18 + 2 / 9],
    ["backwards", unary("cos", at_s), 2, 0, -Math.sin(2)],
    ["a root", power(at_s, num(rational(1, 2))), 0, 1, 2 / 3],
  ];
  for (const [name, body, from, to, want] of cases)
    it(name, () => {
      for (const got of constant(integral(s, num(from), num(to), body)))
        expect(Math.abs(got / want - 1)).toBeLessThan(1e-13);
    });

  it("of every component, with sums inside", () => {
    const inside = sum([j], TRUE, mul([at(A, [i, j]), unary("sin", mul([at_s, at(x, [j])]))]));
    same([i], integral(s, num(0), at(x, [i]), inside), world(4, 2));
  });

  it("ends although the integrand is not a number", () => {
    const got = constant(integral(s, num(-1), num(1), unary("log", at_s)));
    for (const y of got) expect(y).toBeNaN();
  });
});

it("integer dimensions", () => {
  const three = dimension(3);
  const q = index("q", three);
  const y = state("y", three);
  const values = { dimensions: new Map<string, number>(), tensors: new Map([[y, Float64Array.of(1, 2, 4)]]) };
  same([], sum([q], TRUE, power(at(y, [q]), num(2))), values);
});
