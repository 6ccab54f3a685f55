/** Ranges, bends, limits, derivatives and normal forms of the checker agree with numbers; a fault in any is seen. */
import { describe, expect, test } from "vitest";
import { toTerm } from "../../../src/certificate/checker/back.js";
import { derivative } from "../../../src/certificate/checker/derivative.js";
import { bendsOf } from "../../../src/certificate/checker/function-curvature.js";
import { functionRange } from "../../../src/certificate/checker/function-ranges.js";
import { limitOf } from "../../../src/certificate/checker/limits.js";
import { negate, point } from "../../../src/certificate/checker/range.js";
import { rangeOf } from "../../../src/certificate/checker/ranges.js";
import { bestRange } from "../../../src/certificate/checker/rules-scalar.js";
import { apply, plus, type Term } from "../../../src/certificate/checker/term.js";
import type { FunctionName } from "../../../src/certificate/checker/vocabulary.js";
import {
  bendsLaw,
  derivativeLaw,
  limitLaw,
  NAMES,
  type Outcome,
  rangeLaw,
  sameLaw,
  slopeLaw,
  valuesLaw,
} from "./laws.js";

function isKept({ checks, violations }: Outcome, least: number): void {
  expect(violations).toEqual([]);
  expect(checks).toBeGreaterThanOrEqual(least);
}

const isBroken = ({ violations }: Outcome): void => expect(violations).not.toEqual([]);

describe("functions of the language", () => {
  test("ranges", () => isKept(rangeLaw(functionRange), 1200));
  test("bends", () => isKept(bendsLaw(bendsOf), 1000));
  test("slopes", () => isKept(slopeLaw(derivative), 1200));
  test("limits", () => isKept(limitLaw(limitOf), 30));
});

describe("expressions", { timeout: 60_000 }, () => {
  test("values lie in ranges", () => isKept(valuesLaw(rangeOf, 4000), 1500));
  test("values lie in the better range", () => isKept(valuesLaw(bestRange, 1000), 300));
  test("normal forms have the same values", () =>
    isKept(
      sameLaw((t, c) => toTerm(c.normal(t)), 3000),
      1500,
    ));
  test("derivatives are limits of differences", () => isKept(derivativeLaw(derivative, 4000), 1000));
});

describe("a fault in a table is seen:", () => {
  test.each(NAMES)("the range of %s", (name) => {
    const mirrored: typeof functionRange = (f, r) => {
      const found = functionRange(f, r);
      return found && negate(found);
    };
    isBroken(rangeLaw(mirrored, [name]));
  });

  test.each(NAMES)("the bends of %s", (name) => {
    const all = { convex: true, concave: true, rising: true, falling: true };
    isBroken(bendsLaw(() => all, [name]));
  });

  test.each(NAMES.filter((n) => n !== "trigamma"))("the slope of %s", (name) => {
    isBroken(slopeLaw((t, x, budget) => plus(derivative(t, x, budget), x), [name]));
  });

  test("a limit", () => {
    isBroken(limitLaw((t, x, to, c) => (to === "infinity" ? point(2) : limitOf(t, x, to, c)), ["tanh"]));
  });
});

/** What one function of the table is replaced by before the derivative is taken: its entry is then that of another. */
const mistaken =
  (name: FunctionName, other: FunctionName): typeof derivative =>
  (t, x, budget) =>
    t.kind === "function" && t.name === name
      ? derivative(apply(other, t.argument), x, budget)
      : t.kind === "add"
        ? plus(...t.terms.map((u) => mistaken(name, other)(u, x, budget)))
        : derivative(t, x, budget);

describe("a fault in expressions is seen:", { timeout: 60_000 }, () => {
  test.each([
    ["tanh", "atan"],
    ["sin", "sinh"],
    ["exp", "cosh"],
    ["logcosh", "softplus"],
    ["sech", "cos"],
  ] as const)("the derivative of %s is that of %s", (name, other) => {
    isBroken(derivativeLaw(mistaken(name, other), 2000));
  });

  test("the range of a sum is that of its first term", () => {
    isBroken(
      valuesLaw((t, c) => rangeOf(t.kind === "add" ? { ...t, terms: t.terms.slice(0, 1) } : t, c), 1000),
    );
  });

  test("a normal form that forgets an absolute value", () => {
    const bare = (t: Term): Term => (t.kind === "function" && t.name === "abs" ? t.argument : t);
    isBroken(sameLaw((t, c) => toTerm(c.normal(bare(t))), 3000));
  });
});
