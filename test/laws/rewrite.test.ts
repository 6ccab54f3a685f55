/** Laws: rewriting, expansion and every single rule keep the value of an expression, exactly or to 25 digits. */
import { describe, expect, test } from "vitest";
import { differentiate } from "../../src/calculus/index.js";
import { decimals, evaluate, isUndefined, toDecimal } from "../../src/index-notation/evaluate/index.js";
import {
  add,
  children,
  type Expr,
  type Index,
  index,
  mul,
  type Node,
  num,
  open,
  type TensorSymbol,
} from "../../src/index-notation/index.js";
import {
  EQUALITY_RULES,
  expand,
  RULES,
  type Rule,
  RuleSet,
  rewrite,
  rule,
  shownEqual,
  simplify,
} from "../../src/rewrite/index.js";
import { buildExpr } from "../index-notation/plain.js";
import { randomEnvironment, randomPlain, SYMBOLS } from "../index-notation/random-expression.js";
import { EXAMPLES } from "./rule-examples.js";

const D = decimals(40);
const v: TensorSymbol = SYMBOLS.find((s) => s.name === "v")!;
const TARGET: Index = index("j", v.dims[0]!);

type Outcome = "same" | "different" | "undefined";

/**
 * Undefined before is unconstrained after: rules may extend the domain, never change a value. Only
 * delta[i,j]*f(j) = delta[i,j]*f(i) may lose a 0 where f(i) is undefined although f(j) is not, as it states.
 */
function compare(before: Expr, after: Expr, seed: number): Outcome {
  const env = randomEnvironment(seed, 30);
  const [a, b] = [evaluate(before, env), evaluate(after, env)];
  if (isUndefined(a) || !toDecimal(D, a).isFinite()) return "undefined";
  if (isUndefined(b)) return hasDelta(before) ? "undefined" : "different";
  const [x, y] = [toDecimal(D, a), toDecimal(D, b)];
  return x
    .sub(y)
    .abs()
    .lte(D.max(x.abs(), y.abs(), "1e-12").mul("1e-25"))
    ? "same"
    : "different";
}

const hasDelta = (e: Expr): boolean => e.kind === "delta" || children(e).some(hasDelta);

function run(
  count: number,
  transform: (e: Expr) => Expr,
  prepare: (e: Expr) => Expr = (e) => e,
): Record<Outcome, number> {
  const outcomes = { same: 0, different: 0, undefined: 0 };
  for (let seed = 1; seed <= count; seed++) {
    const e = prepare(buildExpr(randomPlain(seed, { depth: 1 + (seed % 4) })));
    const after = transform(e);
    if (after !== e) outcomes[compare(e, after, seed)]++;
  }
  return outcomes;
}

const derivative = (e: Expr): Expr => differentiate(e, v, [TARGET]);

describe("rewriting", () => {
  test("simplify keeps values on random expressions and their derivatives", { timeout: 120_000 }, () => {
    const plain = run(1500, simplify);
    expect(plain.different).toBe(0);
    expect(plain.same).toBeGreaterThan(50);
    expect(run(400, simplify, derivative).different).toBe(0);
  });

  test("expand keeps values", { timeout: 120_000 }, () => {
    const outcomes = run(1000, expand);
    expect(outcomes.different).toBe(0);
    expect(outcomes.same).toBeGreaterThan(30);
  });

  test("shownEqual accepts an expression and its expansion, and refuses unequal ones", () => {
    for (let seed = 1; seed <= 200; seed++) {
      const e = buildExpr(randomPlain(seed, { depth: 2 }));
      expect(shownEqual(e, expand(e))).toBe(true);
      expect(shownEqual(e, add([e, num(1)]))).toBe(false);
    }
  });

  test("simplify is idempotent", () => {
    for (let seed = 1; seed <= 300; seed++) {
      const once = simplify(buildExpr(randomPlain(seed, { depth: 3 })));
      expect(simplify(once)).toBe(once);
    }
  });

  test("the law catches an unsound rule", () => {
    const unsound = rule("unary", "planted", "tanh(x) = x", (e) => (e.fn === "tanh" ? e.arg : undefined));
    expect(run(1200, (e) => rewrite(e, new RuleSet([unsound]))).different).toBeGreaterThan(3);
    const almost = rule("unary", "planted", "relu(x) = x", (e) => (e.fn === "relu" ? e.arg : undefined));
    expect(run(1200, (e) => rewrite(e, new RuleSet([almost]))).different).toBeGreaterThan(1);
  });

  test("two rules of one name are refused", () => {
    const r = rule("pi", "twice", "pi = pi", () => undefined);
    expect(() => new RuleSet([r, r])).toThrow("two rewrite rules are called twice");
  });
});

/** The first node inside e that the rule rewrites, with what it becomes. */
function fires(r: Rule, e: Expr): [Expr, Expr] | undefined {
  const inside = e.kind === "binder" ? [...children(e), open(e as Node<"binder">).body] : children(e);
  const result = r.kind === e.kind ? r.apply(e as Node<never>) : undefined;
  if (result !== undefined && result !== e) return [e, result];
  for (const c of inside) {
    const found = fires(r, c);
    if (found !== undefined) return found;
  }
  return undefined;
}

describe.each([...RULES.rules, ...EQUALITY_RULES.rules].map((r) => [r.name, r] as const))(
  "rule %s",
  (name, r) => {
    test("fires on its example and keeps the value at twenty places", () => {
      const example = EXAMPLES[name];
      expect(example, `add an example of ${name} to rule-examples.ts`).toBeDefined();
      const found = fires(r, example!);
      expect(found, `${name} does not fire on its example`).toBeDefined();
      const outcomes = Array.from({ length: 20 }, (_, k) => compare(found![0], found![1], 31 * k + 5));
      expect(outcomes).not.toContain("different");
      expect(outcomes).toContain("same");
      // The comparison itself can fail: the same places tell the replacement from a changed one.
      const changed = Array.from({ length: 20 }, (_, k) =>
        compare(found![0], add([mul([num(2), found![1]]), num(1)]), 31 * k + 5),
      );
      expect(changed).toContain("different");
    });
  },
);
