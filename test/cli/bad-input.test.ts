/** Wrong arguments of `verify`, `convexity` and `check`: each ends with what is wrong and what to do, and status 2. */
import { mkdirSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { legendre, path, refused, useWorkplace } from "./workplace.js";

useWorkplace();

const SUM = "sum(i,x[i]^2)";
const terms = (count: number, term: (k: number) => string): string =>
  Array.from({ length: count }, (_, k) => term(k)).join("+");
const nested = (fn: string, depth: number): string => `${fn}(`.repeat(depth) + "x".padEnd(depth + 1, ")");

describe("legendre convexity refuses", () => {
  test.each<[string, ...(string | RegExp)[]]>([
    ["foo(x) --over x", "unknown function foo"],
    ["x+y --over x", "1:3: unknown name y", "--over x"],
    ["x^2", "no variable is given", "add --over x"],
    ["", "missing required argument"],
    ["x^2 --over x[", "--over:1:1: found x[", "write x, x[i]"],
    ["x^2 --over x[i,i]", "an index occurs twice"],
    ["x^2 --over x --over x", "x is declared twice"],
    [`${SUM} --over x[i] --index i:0`, "found i:0", "write i:N or i:5"],
    [`${SUM} --over x[i] --index i:-3`, "found i:-3"],
    [`${SUM} --over x[i] --index i:1.5`, "found i:1.5"],
    [`${SUM} --over x[i] --index i`, "found i where"],
    [`${SUM} --over x[i] --index i:N --set N=0`, "found i:0"],
    ["x[i]^2 --over x[i]", "the index i is free", "sum(i, x[i]^2)"],
    ["x^2 --over x --where x>", "--where:1:3: found the end of the expression"],
    ["x^2 --over x --where x>1 --where x<0", "the domain is empty"],
    ["x^2 --over x --where x^2>1", "not shown to be convex", "affine"],
    ["x^2 --over x --where y>1", "--where:1:1: unknown name y"],
    ["x^2 --over x --set y=3", "y, which occurs nowhere", "remove --set y"],
    ["x^2 --over x --set x=2", "declared by --over"],
    ["a*x^2 --over x --set a=b", "b is not a number"],
    ["a*x^2 --over x --set a", "not of the form name=value"],
    ["a*x^2 --over x --assume a>1 --assume a<0", "no value of a meets"],
    ["a*x^2 --over x --assume a>1 --set a=-1", "a = -1 does not meet"],
    ["log(x) --over x", "no real value at x =", "--where 'x > 0'"],
    ["x/0 --over x", "no real value"],
    ["x^2 --over x --bogus", "unknown option '--bogus'"],
    ["x^2 y --over x", "too many arguments"],
    ["x^2 --over x --certificate missing/folder.json", "could not be written"],
  ])("%s", (line, ...says) => refused(`convexity ${line}`, ...says));

  test.each<[string, string, string]>([
    ["60,000 characters too many", terms(60_000, () => "x"), "the limit is 100000"],
    ["10,000 numbers", terms(10_000, () => "x^2"), "more than 5000 characters"],
    ["5,000 parentheses", nested("", 5_000), "nested more than 200 levels"],
    ["a tower of powers", "2^(2^(2^(2^(2^2))))*x", "more than 65536 bits"],
  ])("%s", (_, expression, says) => refused(`convexity ${expression} --over x`, says));
});

describe("legendre convexity answers", () => {
  test.each<[string, string, number, RegExp]>([
    ["a dimension of 500", `${SUM} --over x[i] --index i:500`, 0, /^convex/],
    [
      "a dimension of 500 that no rule covers",
      "sum(i,x[i]^3) --over x[i] --index i:500",
      3,
      /at most 64 components/,
    ],
    ["a dimension beyond all doubles", `${SUM} --over x[i] --index i:1${"0".repeat(400)}`, 0, /^convex/],
    ["a dimension of 40 with a counterexample", "sum(i,x[i]^3) --over x[i] --index i:40", 1, /^neither/],
    ["150 nested functions", `${nested("exp", 150)} --over x`, 0, /^convex/],
    [
      "an expression too large for a search",
      `${terms(400, (k) => `sin(${k}*x)`)}+x^2 --over x`,
      1,
      /not convex|neither/,
    ],
  ])("%s", { timeout: 120_000 }, async (_, line, status, says) => {
    const outcome = await legendre(`convexity ${line}`);
    expect(outcome.stdout).toMatch(says);
    expect(outcome.status).toBe(status);
  });
});

const layer = (name: string, lagrangian: string): void =>
  writeFileSync(
    path(`${name}.yaml`),
    `legendre: 1\nname: ${name}\nindices: { i: N }\nlayers: { v: { over: [i], lagrangian: "${lagrangian}", activation: g } }\nsynapses: { s: "-sum(i, g[i])" }\n`,
  );

describe("legendre verify", () => {
  test.each<[string, string | Uint8Array, ...string[]]>([
    ["empty.yaml", "", "empty.yaml:1:1: found nothing"],
    ["binary.yaml", Uint8Array.from({ length: 999 }, (_, k) => (k * 89) % 256), "binary.yaml:1:1"],
    ["list.yaml", "[1, 2]", "list.yaml:1:1"],
  ])("refuses the file %s", async (name, content, ...says) => {
    writeFileSync(path(name), content);
    await refused(`verify ${name}`, ...says);
  });

  test("refuses a folder, a missing file and no file", async () => {
    mkdirSync(path("folder"), { recursive: true });
    await refused("verify folder", "neither a file nor a model");
    await refused("verify nowhere.yaml", "neither a file nor a model");
    await refused("verify", "missing required argument");
  });

  test.each([
    ["abs", "sum(i, abs(v[i]))", "v[i] = 0"],
    ["kink-and-square", "sum(i, v[i]^2/2 + abs(v[i] - 1))", "1 - v[i] = 0"],
    ["maximum", "max(i, v[i])", "a tie in max(i, v[i])"],
    ["norm", "sqrt(sum(i, v[i]^2))", "sum(i, v[i]^2) = 0"],
    ["pieces", "sum(i, where(v[i] <= 1, v[i]^2/2, v[i]^2))", "v[i] = 1"],
  ])("names the layer and the kink of a Lagrangian: %s", async (name, lagrangian, place) => {
    layer(name, lagrangian);
    const { status, stdout } = await legendre(`verify ${name}.yaml`);
    expect(stdout).toContain(
      `the activation of v is not shown to be continuous at ${place}: where it jumps, the dynamics is a differential inclusion`,
    );
    expect(stdout).not.toContain("strictness        proved");
    expect(status).toBe(3);
  });

  test("still proves descent where the activation is continuous with a corner", async () => {
    layer("corner", "sum(i, relu(v[i])^2/2)");
    expect((await legendre("verify corner.yaml")).status).toBe(0);
  });

  test("refutes nothing at a state where the energy has no value", async () => {
    // dE/dt = -sum(i, (1 - v[i])^2/v[i]) is positive for v < 0, where v log v is undefined.
    layer("entropy", "sum(i, v[i]*log(v[i]))");
    expect((await legendre("verify entropy.yaml")).status).toBe(3);
  });

  test("derives a Lagrangian put together from pieces with sums over a delta", async () => {
    layer("huber", "sum(i, where(abs(v[i]) <= 1, v[i]^2/2, abs(v[i]) - 1/2))");
    const { status, stdout } = await legendre("verify huber.yaml");
    expect(stdout).toContain("dE/dt = -sum(i, abs(v[i]) <= 1, (1 - v[i])^2)");
    expect(status).toBe(3);
  });
});
