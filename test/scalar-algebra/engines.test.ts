/** The external engines: what they answer, what they are told, and that no failure of theirs is one of ours. */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { differentiate } from "../../src/calculus/index.js";
import { antiderivative, antiderivativeByAnyMeans } from "../../src/derivation/antiderivative.js";
import {
  add,
  type Expr,
  mul,
  num,
  power,
  printText,
  rational,
  tensor,
  tensorSymbol,
  unary,
} from "../../src/index-notation/index.js";
import { identity } from "../../src/rewrite/index.js";
import type { Engine } from "../../src/scalar-algebra/engines.js";
import { antiderivativeCandidates } from "../../src/scalar-algebra/index.js";
import { spell } from "../../src/scalar-algebra/spelling.js";
import { answersTo } from "../../src/scalar-algebra/worker.js";

const s = tensorSymbol({ name: "~s", role: "variable" });
const x = tensor(s, []);
const hostile = tensor(tensorSymbol({ name: "constructor", role: "parameter" }), []);
const minus = num(-1);

const text = (e: Expr | undefined): string => (e === undefined ? "none" : printText(e).text);

describe("antiderivatives that the table lacks", () => {
  test.each<[string, Expr, string]>([
    ["x exp(x)", mul([x, unary("exp", x)]), "s*exp(s) - exp(s)"],
    ["x log(x)", mul([x, unary("log", x)]), "s^2*log(s)/2 - s^2/4"],
    [
      "x² exp(−x)",
      mul([power(x, num(2)), unary("exp", mul([minus, x]))]),
      "-2*exp(-s) - 2*s*exp(-s) - s^2*exp(-s)",
    ],
    ["tanh²", power(unary("tanh", x), num(2)), "s - tanh(s)"],
    [
      "x sin(c x)",
      mul([x, unary("sin", mul([hostile, x]))]),
      "sin(constructor*s)/constructor^2 - s*cos(constructor*s)/constructor",
    ],
  ])("%s", (_, f, expected) => {
    expect(antiderivative(f, s)).toBeUndefined();
    expect(text(antiderivativeByAnyMeans(f, s))).toBe(expected);
  });

  test("what neither knows stays unknown", () => {
    expect(antiderivativeByAnyMeans(mul([x, unary("sigmoid", x)]), s)).toBeUndefined();
    expect(antiderivativeCandidates(unary("relu", x), s)).toEqual([]);
  });
});

test("a wrong answer is not used", () => {
  const f = mul([unary("exp", x), power(add([num(1), unary("exp", x)]), minus)]);
  const candidates = antiderivativeCandidates(f, s);
  expect(candidates.some((c) => identity(differentiate(c, s), f) === undefined)).toBe(true);
  const found = antiderivativeByAnyMeans(f, s)!;
  expect(identity(differentiate(found, s), f)).toBeDefined();
});

describe("what an engine is told", () => {
  test("names of our making, whatever the user's are", () => {
    const told = spell(mul([hostile, power(unary("tanh", x), num(rational(1, 3)))]), s)!;
    expect(told.text).toBe("c0*(tanh(v))^((1/3))");
    expect(text(told.read("c0*v^2"))).toBe("constructor*s^2");
  });

  test("answers in its own spelling are read: arctan, e^x, ln", () => {
    const told = spell(x, s)!;
    expect(text(told.read("arctan(v)+e^(2*v)-ln(v)"))).toBe("exp(2*s) - log(s) + atan(s)");
    expect(told.read("Stop: nothing found")).toBeUndefined();
    expect(told.read("i*v")).toBeUndefined();
  });

  test("nothing that is too long", () => {
    let f: Expr = x;
    for (let k = 0; k < 200; k++) f = unary(k % 2 === 0 ? "sin" : "cos", f);
    expect(spell(f, s)).toBeUndefined();
  });
});

const standIn: Engine = {
  name: "stand-in",
  modules: [fileURLToPath(new URL("stand-in.cjs", import.meta.url))],
  ask: "call",
  antiderivative: (f) => f,
};
const ask = (...texts: string[]) =>
  answersTo(
    texts.map((t) => ({ engine: standIn, text: t })),
    1500,
  );

describe("failures of an engine", () => {
  test("one that hangs is ended, and what was answered before is kept", () => {
    const began = performance.now();
    expect(ask("one", "two", "hang", "three")).toEqual(["1*v", "2*v"]);
    expect(performance.now() - began).toBeLessThan(15_000);
  });

  test("one that throws has no answer, and the next question is asked", () => {
    expect(ask("one", "throw", "two")).toEqual(["1*v", undefined, "3*v"]);
  });

  test("state does not outlive a batch", () => {
    expect(ask("one", "two")).toEqual(["1*v", "2*v"]);
    expect(ask("one")).toEqual(["1*v"]);
  });

  test("an engine that is not installed has no answer", () => {
    const absent: Engine = { ...standIn, modules: ["no-such-engine"] };
    expect(
      answersTo(
        [
          { engine: absent, text: "one" },
          { engine: standIn, text: "two" },
        ],
        1500,
      ),
    ).toEqual([undefined, "1*v"]);
  });
});

test("importing the toolkit loads neither engine", () => {
  const script = `
    import { createRequire } from "node:module";
    await import(${JSON.stringify(new URL("../../src/index.ts", import.meta.url).href)});
    const loaded = Object.keys(createRequire(import.meta.url).cache ?? {});
    console.log(loaded.filter((p) => /nerdamer|algebrite/.test(p)).length);
  `;
  const out = execFileSync(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script], {
    cwd: fileURLToPath(new URL("../..", import.meta.url)),
    encoding: "utf8",
  });
  expect(out.trim()).toBe("0");
});
