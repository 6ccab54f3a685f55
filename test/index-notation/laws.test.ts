import { describe, expect, test } from "vitest";
import {
  decimals,
  type Environment,
  evaluate,
  isExact,
  isUndefined,
  type Scalar,
  toDecimal,
} from "../../src/index-notation/evaluate/index.js";
import {
  at,
  type Bounds,
  binder,
  type Condition,
  children,
  combine,
  compareExpr,
  delta,
  dimensionName,
  type Expr,
  evaluateD,
  type Index,
  index,
  mapChildren,
  modulo,
  mul,
  node,
  num,
  power,
  printText,
  rangeOf,
  replaceTensor,
  type Subscript,
  sub,
  subConstant,
  substituteIndices,
  sum,
  symbolsOf,
  TRUE,
  tensorSymbol,
  unary,
} from "../../src/index-notation/index.js";
import { buildExpr, CONSTRUCTORS, type Constructors, close, disguise, NoValue, naiveValue } from "./plain.js";
import {
  Chance,
  FREE,
  NAMING,
  type Plain,
  randomEnvironment,
  randomPlain,
  SYMBOLS,
} from "./random-expression.js";

const seeds = (count: number, from = 1): number[] => Array.from({ length: count }, (_, k) => from + k);
const depthOf = (seed: number): number => 1 + (seed % 4);
const show = (e: Expr): string => printText(e, NAMING, FREE).text;
const built = (seed: number): Expr => buildExpr(randomPlain(seed, { depth: depthOf(seed) }));

function defined(p: Plain, env: Environment): Scalar | undefined {
  try {
    return naiveValue(p, env);
  } catch (reason) {
    if (reason instanceof NoValue) return undefined;
    throw reason;
  }
}

// ---- value ----------------------------------------------------------------------------------------------

interface Verdict {
  checked: number;
  /** Points where the tree has a value and the expression none: a factor moved out of an empty sum. */
  lost: number;
  readonly wrong: string[];
}

function preservation(list: readonly number[], exact: boolean, constructors: Constructors): Verdict {
  const verdict: Verdict = { checked: 0, lost: 0, wrong: [] };
  for (const seed of list) {
    const plain = randomPlain(seed, { depth: depthOf(seed), exact });
    const e = buildExpr(plain, constructors);
    for (const k of [0, 1]) {
      const env = randomEnvironment(10 * seed + k);
      const expected = defined(plain, env);
      if (expected === undefined) continue;
      verdict.checked++;
      const found = evaluate(e, env);
      if (isUndefined(found) && !isUndefined(expected)) verdict.lost++;
      else if (!close(found, expected)) verdict.wrong.push(`seed ${seed}: ${show(e)}`);
    }
  }
  return verdict;
}

const FAULTS: { readonly [name: string]: Partial<Constructors> } = {
  "sums ignore their guard": {
    binder: (op, indices, guard, body) => binder(op, indices, op === "sum" ? TRUE : guard, body),
  },
  "products drop a factor of 2": { mul: (factors) => mul(factors.filter((f) => f !== num(2))) },
  "the root of a square is its base": {
    power: (b, e) => (b.kind === "power" && e === num({ n: 1n, d: 2n }) ? b.base : power(b, e)),
  },
  "deltas ignore constants": {
    delta: (a, b) => delta(combine(a.mod ? subConstant(0) : a, 0, a.mod ? subConstant(0) : a), b),
  },
  "tanh is taken for sigmoid": { unary: (fn, x) => unary(fn === "tanh" ? "sigmoid" : fn, x) },
};

describe("constructors preserve value", () => {
  test("ring operations, deltas, guards and subscripts, exactly", () => {
    const { wrong, checked, lost } = preservation(seeds(6000), true, CONSTRUCTORS);
    expect(wrong).toEqual([]);
    expect(checked).toBeGreaterThan(10_000);
    expect(lost).toBe(0);
  });

  test("every kind of node, to 25 digits", () => {
    const { wrong, checked, lost } = preservation(seeds(1200), false, CONSTRUCTORS);
    expect(wrong).toEqual([]);
    expect(checked).toBeGreaterThan(1600);
    // 0·undefined: a normal form may be undefined where an empty sum hid the undefined factor.
    expect(lost).toBeLessThan(0.004 * checked);
  });

  for (const [name, fault] of Object.entries(FAULTS))
    test(`planted fault: ${name}`, () => {
      const faulty = { ...CONSTRUCTORS, ...fault };
      expect(seeds(1500).some((seed) => preservation([seed], false, faulty).wrong.length > 0)).toBe(true);
    });

  test("a guard survives when contraction uses up the last index", () => {
    const [N, M] = [dimensionName("N"), dimensionName("M")];
    const [i, k, m] = [index("i", N), index("k", N), index("m", M)];
    const v = tensorSymbol({ name: "v", role: "state", dims: [N] });
    const apart = CONSTRUCTORS.compare("!=", node.position(sub(k)), node.position(sub(i)));
    expect(show(sum([k], apart, mul([delta(sub(k), sub(i)), at(v, [k])])))).toBe("0");
    expect(show(sum([m], TRUE, delta(sub(m), sub(i))))).not.toBe("1");
  });
});

// ---- sameness -------------------------------------------------------------------------------------------

/** A disguise that also exchanges the sides of powers: not the same expression. */
const spoilt = (p: Plain): Plain =>
  p.kind === "power"
    ? { ...p, base: p.exponent, exponent: p.base }
    : p.kind === "add"
      ? { ...p, args: p.args.map(spoilt) }
      : p;

const differing = (count: number, change: (p: Plain, chance: Chance) => Plain): string[] =>
  seeds(count).flatMap((seed) => {
    const plain = randomPlain(seed, { depth: depthOf(seed) });
    const [a, b] = [buildExpr(plain), buildExpr(change(plain, new Chance(seed)))];
    return a === b ? [] : [`seed ${seed}: ${show(a)} | ${show(b)}`];
  });

describe("equal expressions are one object", () => {
  test("whatever the names of bound indices and the order of commutative arguments", () => {
    expect(differing(5000, disguise)).toEqual([]);
  });

  test("planted fault: exchanging base and exponent is noticed", () => {
    expect(differing(1000, spoilt).length).toBeGreaterThan(0);
  });

  test("building the normal form again gives the same object", () => {
    const again = (e: Expr): Expr => mapChildren(e, again);
    const changed = seeds(3000).filter((seed) => again(built(seed)) !== built(seed));
    expect(changed.map((seed) => `seed ${seed}: ${show(built(seed))}`)).toEqual([]);
  });
});

// ---- substitution ---------------------------------------------------------------------------------------

const [i, j, mu] = FREE as [Index, Index, Index];

/** A subscript over the dimension of i that stays in range, and where it points. */
const replacements: readonly { readonly by: Subscript; readonly point: (env: Environment) => number }[] = [
  { by: sub(j), point: (env) => env.indices!.get(j.key)! },
  { by: subConstant(0), point: () => 0 },
  {
    by: modulo(combine(sub(j), 1, subConstant(1)), j.dim),
    point: (env) => (env.indices!.get(j.key)! + 1) % evaluateD(j.dim, env.dimensions)!,
  },
];

/** Law: evaluating after substitution is evaluating at the substituted place. */
function substitutionFaults(count: number, shift: number): string[] {
  const wrong: string[] = [];
  for (const seed of seeds(count)) {
    const e = built(seed);
    const { by, point } = replacements[seed % replacements.length]!;
    const env = randomEnvironment(seed);
    let after: Expr;
    try {
      after = substituteIndices(e, new Map([[i.key, by]]));
    } catch {
      continue; // mod inside another affine subscript has no subscript to stand for it
    }
    const size = evaluateD(i.dim, env.dimensions)!;
    const place = (point(env) + shift) % size;
    const moved = { ...env, indices: new Map(env.indices).set(i.key, place) };
    const [found, expected] = [evaluate(after, env), evaluate(e, moved)];
    if (isUndefined(found) || isUndefined(expected)) continue;
    if (!close(found, expected)) wrong.push(`seed ${seed}: ${show(e)} -> ${show(after)}`);
  }
  return wrong;
}

/** Law: replacing x[] by a value is evaluating with x bound to it. */
function replacementFaults(count: number, offset: number): string[] {
  const x = SYMBOLS.find((s) => s.name === "x")!;
  const value = num({ n: 3n, d: 7n });
  const wrong: string[] = [];
  for (const seed of seeds(count)) {
    const e = built(seed);
    if (!symbolsOf(e).has(x)) continue;
    const env = randomEnvironment(seed);
    const bound = { n: 3n + BigInt(offset), d: 7n };
    const tensor: Environment["tensor"] = (s, where) => (s === x ? bound : env.tensor(s, where));
    const [found, expected] = [
      evaluate(replaceTensor(e, x, [], value), env),
      evaluate(e, { ...env, tensor }),
    ];
    if (isUndefined(found) || isUndefined(expected)) continue;
    if (!close(found, expected)) wrong.push(`seed ${seed}: ${show(e)}`);
  }
  return wrong;
}

describe("substitution commutes with evaluation", () => {
  test("indices", () => expect(substitutionFaults(800, 0)).toEqual([]));
  test("tensors", () => expect(replacementFaults(1200, 0)).toEqual([]));
  test("planted fault: the neighbouring place", () => {
    expect(substitutionFaults(200, 1).length).toBeGreaterThan(0);
  });
  test("planted fault: another value", () => expect(replacementFaults(200, 1).length).toBeGreaterThan(0));
});

// ---- ranges ---------------------------------------------------------------------------------------------

const D = decimals(50);

function encloses(b: Bounds, value: Scalar): boolean {
  const x = toDecimal(D, value);
  const slack = isExact(value) ? 0 : 1e-30;
  const below = b.low !== undefined && x.lessThan(D.sub(toDecimal(D, b.low), slack));
  const above = b.high !== undefined && x.greaterThan(D.add(toDecimal(D, b.high), slack));
  const onLow = isExact(value) && b.lowOpen === true && b.low !== undefined && x.equals(toDecimal(D, b.low));
  const onHigh =
    isExact(value) && b.highOpen === true && b.high !== undefined && x.equals(toDecimal(D, b.high));
  return !below && !above && !onLow && !onHigh;
}

const outside = (count: number, range: (e: Expr) => Bounds): string[] =>
  seeds(count).flatMap((seed) => {
    const e = built(seed);
    const value = evaluate(e, randomEnvironment(seed));
    return isUndefined(value) || encloses(range(e), value)
      ? []
      : [`seed ${seed}: ${show(e)} = ${toDecimal(D, value)}`];
  });

describe("rangeOf encloses the value", () => {
  test("of random expressions", () => expect(outside(1200, rangeOf)).toEqual([]));
  test("planted fault: sums of non-negative terms taken for positive", () => {
    const fault = (e: Expr): Bounds => ({
      ...rangeOf(e),
      ...(e.kind === "add" && { low: { n: 0n, d: 1n } }),
    });
    expect(outside(500, fault).length).toBeGreaterThan(0);
  });
});

// ---- order and free indices -----------------------------------------------------------------------------

function orderFaults(compare: (a: Expr, b: Expr) => number): number {
  const pool = seeds(120).map(built);
  let faults = 0;
  for (const a of pool)
    for (const b of pool) {
      if (Math.sign(compare(a, b)) !== -Math.sign(compare(b, a))) faults++;
      if ((compare(a, b) === 0) !== (a === b)) faults++;
    }
  const chance = new Chance(5);
  for (let k = 0; k < 20_000; k++) {
    const [a, b, c] = [chance.pick(pool), chance.pick(pool), chance.pick(pool)];
    if (compare(a, b) <= 0 && compare(b, c) <= 0 && compare(a, c) > 0) faults++;
  }
  return faults;
}

describe("compareExpr is a total order", () => {
  test("antisymmetric, transitive, and 0 only on the same object", () =>
    expect(orderFaults(compareExpr)).toBe(0));
  test("planted fault: comparing by size only", () => {
    expect(orderFaults((a, b) => a.size - b.size)).toBeGreaterThan(0);
  });
});

const own = (subs: readonly Subscript[]): string[] => subs.flatMap((s) => s.terms.map((t) => t.index.key));
const sides = (c: Condition): Expr[] => c.all.flatMap((x) => [x.left, x.right]);

/** Free indices by the definition: those that occur, less those that a binder above binds. */
function freeKeys(e: Expr): Set<string> {
  const inside = (): Set<string> => new Set(children(e).flatMap((c) => [...freeKeys(c)]));
  if (e.kind === "tensor") return new Set(own(e.subs));
  if (e.kind === "position") return new Set(own([e.at]));
  if (e.kind === "delta") return new Set(own([e.left, e.right]));
  if (e.kind !== "binder" && e.kind !== "softmax") return inside();
  const bound = e.kind === "binder" ? e.indices : [e.index];
  const left = new Set([e.body, ...sides(e.guard)].flatMap((c) => [...freeKeys(c)]));
  for (const b of bound) left.delete(b.key);
  return new Set([...left, ...(e.kind === "softmax" ? own([e.at]) : [])]);
}

describe("free indices", () => {
  const wrong = (free: (e: Expr) => readonly string[]): string[] =>
    seeds(3000)
      .filter((seed) => {
        const e = built(seed);
        return free(e).join() !== [...freeKeys(e)].sort().join();
      })
      .map((seed) => show(built(seed)));

  test("are those that occur unbound, and bound names never escape", () => {
    expect(wrong((e) => e.free.map((x) => x.key).sort())).toEqual([]);
    const escaped = seeds(3000).filter((seed) => built(seed).free.some((x) => !FREE.includes(x)));
    expect(escaped).toEqual([]);
  });
  test("planted fault: forgetting mu", () => {
    expect(
      wrong((e) =>
        e.free
          .filter((x) => x !== mu)
          .map((x) => x.key)
          .sort(),
      ).length,
    ).toBeGreaterThan(0);
  });
});
