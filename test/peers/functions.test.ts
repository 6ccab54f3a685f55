/**
 * Verdicts and derivatives are compared with peers: curvature with the composition rules of CVXPY, derivatives and
 * eigenvalues of the Hessian with SymPy. Every fourth function; all of them with LEGENDRE_PEERS_ROWS=all (npm run peers).
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { differentiate } from "../../src/calculus/index.js";
import type { Curvature } from "../../src/certificate/index.js";
import { decimals, toDecimal, type Value } from "../../src/index-notation/evaluate/index.js";
import { mul, num, rational } from "../../src/index-notation/index.js";
import { answer } from "../certificate/prover/answers.js";
import { FUNCTIONS } from "../certificate/prover/functions.js";
import { type Question, question, type Row as Source } from "../certificate/prover/grammar.js";
import { pythonOrSkip, runScript } from "./python.js";
import { asked, DIGITS, derivativesOf, type Row, rowOf } from "./rows.js";

const SCRIPT = fileURLToPath(new URL("compare.py", import.meta.url));
const LIMIT_MS = 900_000;
const all = process.env.LEGENDRE_PEERS_ROWS === "all";
const python = pythonOrSkip("comparison with CVXPY and SymPy", "cvxpy", "sympy", "mpmath");

const reference = (
  JSON.parse(
    readFileSync(new URL("../certificate/prover/convexity.data.json", import.meta.url), "utf8"),
  ) as Source[]
).map(question);
const questions: readonly Question[] = [...reference, ...FUNCTIONS.filter((_, k) => all || k % 4 === 0)];

// ---- CVXPY ------------------------------------------------------------------------------------------------

interface Composed {
  /** The formula can be written with CVXPY's functions. */
  readonly atoms: boolean;
  readonly convex?: boolean;
  readonly concave?: boolean;
}

/** What the rules say, as a curvature. */
function curvatureOf({ convex = false, concave = false }: Composed): Curvature {
  if (convex) return concave ? "affine" : "convex";
  return concave ? "concave" : "undecided";
}

/** True where both cannot be right: composition rules may know one half only of an affine function. */
function contradicts(ours: Curvature, theirs: Curvature): boolean {
  if (ours === "undecided" || theirs === "undecided" || ours === theirs) return false;
  return ours !== "affine";
}

// ---- SymPy ------------------------------------------------------------------------------------------------

interface Derived {
  readonly values: readonly (string | null)[];
  readonly least?: number;
  readonly largest?: number;
}

const D = decimals(DIGITS + 10);

/** Equal to 25 digits of the larger one, or of 1. */
function agree(ours: Value, theirs: string): boolean {
  const [a, b] = [toDecimal(D, ours), new D(theirs)];
  const scale = D.max(1, a.abs(), b.abs());
  return D.sub(a, b).abs().lte(scale.mul("1e-25"));
}

interface Count {
  equal: number;
  readonly different: string[];
}

function compareDerivatives(rows: readonly Row[], derived: readonly Derived[][], d = differentiate): Count {
  const count: Count = { equal: 0, different: [] };
  rows.forEach((row, k) => {
    derivativesOf(row, d).forEach((values, p) => {
      values.forEach((ours, n) => {
        const theirs = derived[k]?.[p]?.values[n];
        if (ours === undefined || theirs === null || theirs === undefined) return;
        if (agree(ours, theirs)) count.equal++;
        else count.different.push(`${row.question.name}, derivative ${n}: ${ours} and ${theirs}`);
      });
    });
  });
  return count;
}

/** Points at which the Hessian bends against the verdict by more than rounding. */
function bentAgainst(
  rows: readonly Row[],
  derived: readonly Derived[][],
  said: readonly Curvature[],
): string[] {
  return rows.flatMap((row, k) =>
    (derived[k] ?? []).flatMap(({ least, largest }) => {
      if (least === undefined || largest === undefined) return [];
      const slack = 1e-12 * Math.max(1, Math.abs(least), Math.abs(largest));
      const verdict = said[k]!;
      const up = largest > slack && (verdict === "concave" || verdict === "affine");
      const down = least < -slack && (verdict === "convex" || verdict === "affine");
      return up || down ? [`${row.question.name}: ${verdict}, eigenvalues from ${least} to ${largest}`] : [];
    }),
  );
}

// ---- the comparison ---------------------------------------------------------------------------------------

const OPPOSITE: { readonly [C in Curvature]: Curvature } = {
  convex: "concave",
  concave: "convex",
  affine: "neither",
  neither: "affine",
  undecided: "undecided",
};

describe.skipIf(python === undefined)("functions with known curvature", () => {
  let rows: readonly Row[] = [];
  let said: readonly Curvature[] = [];
  let composed: readonly Composed[] = [];
  let derived: readonly Derived[][] = [];

  beforeAll(async () => {
    rows = questions.flatMap((q, k) => rowOf(q, 1 + k, 2) ?? []);
    const ask = <A>(job: string): Promise<A> =>
      runScript<A>(python!, SCRIPT, { job, rows: rows.map(asked) }, LIMIT_MS);
    const both = Promise.all([ask<Composed[]>("cvxpy"), ask<Derived[][]>("sympy")]);
    said = rows.map((r) => answer(r.question).outcome?.curvature ?? "undecided");
    [composed, derived] = await both;
  }, LIMIT_MS);

  test("CVXPY contradicts no verdict", () => {
    const theirs = composed.map(curvatureOf);
    const wrong = rows.filter((_, k) => contradicts(said[k]!, theirs[k]!)).map((r) => r.question.name);
    expect(wrong).toEqual([]);
    const decided = (list: readonly Curvature[]): number => list.filter((c) => c !== "undecided").length;
    const both = rows.filter((_, k) => said[k] !== "undecided" && theirs[k] !== "undecided").length;
    const onlyTheirs = rows.filter((_, k) => said[k] === "undecided" && theirs[k] !== "undecided");
    console.log(
      [
        `functions asked                    ${rows.length}`,
        `decided by legendre                ${decided(said)}, of them neither: ${said.filter((c) => c === "neither").length}`,
        `writable with CVXPY's functions    ${composed.filter((c) => c.atoms).length}`,
        `decided by CVXPY as written        ${decided(theirs)}`,
        `decided by both                    ${both}`,
        `decided by CVXPY only              ${onlyTheirs.length} ${onlyTheirs.map((r) => r.question.name).join("; ")}`,
      ].join("\n"),
    );
    expect(both).toBeGreaterThan(rows.length / 10);
  });

  test("an opposite verdict is contradicted", () => {
    const theirs = composed.map(curvatureOf);
    const caught = rows.filter((_, k) => contradicts(OPPOSITE[said[k]!], theirs[k]!));
    expect(caught.length).toBeGreaterThan(rows.length / 10);
  });

  test("gradients and Hessians are SymPy's, to 25 digits", { timeout: LIMIT_MS }, () => {
    const { equal, different } = compareDerivatives(rows, derived);
    expect(different).toEqual([]);
    console.log(`derivatives equal to SymPy's: ${equal}`);
    expect(equal).toBeGreaterThan(5 * rows.length);
  });

  test("a derivative that is off by one part in 10^20 is noticed", { timeout: LIMIT_MS }, () => {
    const some = rows.slice(0, 30);
    const wrong: typeof differentiate = (e, s, i) =>
      mul([num(rational(10n ** 20n + 1n, 10n ** 20n)), differentiate(e, s, i)]);
    expect(compareDerivatives(some, derived, wrong).different.length).toBeGreaterThan(some.length);
  });

  test("the eigenvalues of SymPy's Hessians have the sign of the verdict", () => {
    expect(bentAgainst(rows, derived, said)).toEqual([]);
  });

  test("an opposite verdict has the wrong sign somewhere", () => {
    const opposite = said.map((c) => OPPOSITE[c]);
    expect(bentAgainst(rows, derived, opposite).length).toBeGreaterThan(rows.length / 3);
  });
});
