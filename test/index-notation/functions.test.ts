import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  type Decimal,
  decimals,
  evaluate,
  type Scalar,
  toDecimal,
} from "../../src/index-notation/evaluate/index.js";
import {
  at,
  type Expr,
  node,
  type Rational,
  rational,
  tensorSymbol,
  type Unary,
} from "../../src/index-notation/index.js";

const D = decimals(60);
const table = JSON.parse(readFileSync(new URL("functions.data.json", import.meta.url), "utf8")) as Record<
  string,
  [string, string][]
>;

const x = at(tensorSymbol({ name: "x", role: "state" }), []);
const POLYGAMMA: Record<string, number> = { digamma: 0, trigamma: 1, polygamma3: 3, polygamma4: 4 };
const applied = (name: string): Expr =>
  name in POLYGAMMA ? node.polygamma(POLYGAMMA[name]!, x) : node.unary(name as Unary, x);

function fraction(text: string): Rational {
  const [n, d = "1"] = text.split("/");
  return rational(BigInt(n!), BigInt(d));
}

const valueAt = (e: Expr, value: Scalar): Decimal =>
  toDecimal(D, evaluate(e, { dimensions: new Map(), tensor: () => value }));

/** -log10 of the relative error. */
function digits(found: Decimal, expected: Decimal): number {
  if (expected.isNaN()) return found.isNaN() ? 100 : 0;
  const error = D.sub(found, expected).abs();
  if (error.isZero()) return 100;
  return -D.log10(D.div(error, expected.abs())).toNumber();
}

describe("the reference evaluator agrees with mpmath to 45 digits", () => {
  for (const [name, rows] of Object.entries(table))
    test(name, () => {
      expect(rows.length).toBeGreaterThan(30);
      for (const [at, value] of rows) {
        const found = valueAt(applied(name), fraction(at));
        const right = digits(found, new D(value === "NaN" ? Number.NaN : value));
        expect(right, `${name}(${at}) = ${found}, expected ${value}`).toBeGreaterThan(45);
      }
    });

  test("a planted fault in the 44th digit is noticed", () => {
    const [at, value] = table.erfc![0]!;
    const spoilt = D.mul(value, D.add(1, "1e-44"));
    expect(digits(valueAt(applied("erfc"), fraction(at)), spoilt)).toBeLessThan(45);
  });
});
