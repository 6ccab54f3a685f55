/** Law: the derivative of an expression is the limit of its difference quotients, at high precision. */
import { describe, expect, test } from "vitest";
import { differentiate } from "../../src/calculus/index.js";
import {
  type Decimal,
  decimals,
  type Environment,
  evaluate,
  isUndefined,
  type Scalar,
  toDecimal,
} from "../../src/index-notation/evaluate/index.js";
import {
  add,
  at,
  dependsOn,
  type Expr,
  type Index,
  index,
  mul,
  num,
  power,
  rational,
  root,
  sum,
  type TensorSymbol,
  TRUE,
  tensor,
  tensorSymbol,
  unary,
} from "../../src/index-notation/index.js";
import { simplify } from "../../src/rewrite/index.js";
import { buildExpr } from "../index-notation/plain.js";
import { FREE, randomEnvironment, randomPlain, SYMBOLS } from "../index-notation/random-expression.js";

const symbol = (name: string): TensorSymbol => SYMBOLS.find((s) => s.name === name)!;
const v = symbol("v");
const N = v.dims[0]!;
const TARGET: Index = index("target", N);
const DIGITS = 40;
const D = decimals(90);

/** The environment with h added to component k of v. */
function shifted(env: Environment, k: number, h: Decimal): Environment {
  const tensor = (s: TensorSymbol, at: readonly number[]): Scalar => {
    const value = env.tensor(s, at);
    return s === v && at[0] === k ? toDecimal(D, value).add(h) : value;
  };
  return { ...env, tensor, precision: 80 };
}

/** Central differences with one Richardson step: error of order h⁴. */
function differenceQuotient(e: Expr, env: Environment, k: number): Decimal | undefined {
  const at = (h: string): Decimal | undefined => {
    const step = new D(h);
    const [up, down] = [evaluate(e, shifted(env, k, step)), evaluate(e, shifted(env, k, step.neg()))];
    if (isUndefined(up) || isUndefined(down)) return undefined;
    return D.div(D.sub(toDecimal(D, up), toDecimal(D, down)), step.mul(2));
  };
  const [coarse, fine] = [at("2e-12"), at("1e-12")];
  return coarse && fine && D.div(D.sub(fine.mul(4), coarse), 3);
}

type Outcome = "agrees" | "disagrees" | "undefined";

/** Compares the derivative with respect to v[target] at one random place. Kinks are left out by the caller. */
function compare(e: Expr, derivative: Expr, seed: number): Outcome {
  const base = randomEnvironment(seed, DIGITS);
  const k = seed % base.dimensions.get("N")!;
  const env = { ...base, indices: new Map([...base.indices!, [TARGET.key, k]]) };
  const [value, quotient] = [evaluate(derivative, env), differenceQuotient(e, env, k)];
  if (quotient === undefined || isUndefined(value)) return "undefined";
  const exact = toDecimal(D, value);
  if (!exact.isFinite() || !quotient.isFinite()) return "undefined";
  const scale = D.max(1, exact.abs(), quotient.abs());
  return exact.sub(quotient).abs().lte(scale.mul("1e-14")) ? "agrees" : "disagrees";
}

/** Kinds whose kinks a random rational point can hit exactly, where no difference quotient exists. */
const KINKED = new Set(["extremum", "where", "position"] as const);

function run(count: number, derive: (e: Expr) => Expr): Record<Outcome, number> {
  const outcomes = { agrees: 0, disagrees: 0, undefined: 0 };
  for (let seed = 1; seed <= count; seed++) {
    const plain = randomPlain(seed, { depth: 3, without: KINKED as never });
    const e = buildExpr(plain);
    if (!dependsOn(e, v) || atKink(e, seed)) continue;
    outcomes[compare(e, derive(e), seed)]++;
  }
  return outcomes;
}

/** A relu, abs, sign or step whose argument is 0 at the random point, or a max or min with a tie. */
function atKink(e: Expr, seed: number): boolean {
  const env = randomEnvironment(seed, DIGITS);
  const moved = shifted(env, seed % env.dimensions.get("N")!, new D("1e-9"));
  const [here, there] = [evaluate(e, env), evaluate(e, moved)];
  if (isUndefined(here) || isUndefined(there)) return false;
  const jump = toDecimal(D, here).sub(toDecimal(D, there)).abs();
  const slope = (h: string): Decimal =>
    D.div(
      toDecimal(D, evaluate(e, shifted(env, seed % env.dimensions.get("N")!, new D(h)))).sub(
        toDecimal(D, here),
      ),
      h,
    );
  const sides = slope("1e-11").sub(slope("-1e-11")).abs();
  return jump.gt(1) || sides.gt("1e-4");
}

describe("differentiate", () => {
  test("agrees with difference quotients on seeded random expressions", { timeout: 120_000 }, () => {
    const outcomes = run(2500, (e) => differentiate(e, v, [TARGET]));
    expect(outcomes.disagrees).toBe(0);
    expect(outcomes.agrees).toBeGreaterThan(100);
  });

  test("of roots agrees too, and twice of it does not", () => {
    const [i, j] = FREE as readonly [Index, Index];
    const x = tensorSymbol({ name: "x0", role: "variable" });
    const [own, other] = [at(v, [i]), at(v, [j])];
    const levels = [
      own,
      unary("tanh", own),
      sum([j], TRUE, mul([own, other])),
      sum([j], TRUE, unary("exp", other)),
    ];
    for (const [k, level] of levels.entries()) {
      const e = root(x, add([tensor(x, []), power(tensor(x, []), num(3)), level]));
      const derivative = differentiate(e, v, [TARGET]);
      for (const seed of [1, 2, 3]) {
        expect([k, compare(e, derivative, seed)]).toEqual([k, "agrees"]);
        const value = evaluate(derivative, {
          ...randomEnvironment(seed, DIGITS),
          indices: new Map([
            ...randomEnvironment(seed, DIGITS).indices!,
            [TARGET.key, seed % randomEnvironment(seed).dimensions.get("N")!],
          ]),
        });
        if (!toDecimal(D, value).isZero())
          expect(compare(e, mul([num(2), derivative]), seed)).toBe("disagrees");
      }
    }
  });

  test("still agrees after simplification", { timeout: 120_000 }, () => {
    const outcomes = run(1000, (e) => simplify(differentiate(simplify(e), v, [TARGET])));
    expect(outcomes.disagrees).toBe(0);
    expect(outcomes.agrees).toBeGreaterThan(40);
  });

  test("the law catches a planted fault", () => {
    const wrong = run(400, (e) => mul([num(2), differentiate(e, v, [TARGET])]));
    expect(wrong.disagrees).toBeGreaterThan(5);
    const off = run(400, (e) => add([num(rational(1, 10n ** 9n)), differentiate(e, v, [TARGET])]));
    expect(off.disagrees).toBeGreaterThan(5);
  });
});
