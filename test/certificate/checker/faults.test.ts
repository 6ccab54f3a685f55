/** The checker with one function made wrong: what the suite plants, or the mutants of certificates, must show it. */
import { afterEach, describe, expect, test, vi } from "vitest";
import type * as Boxes from "../../../src/certificate/checker/boxes.js";
import type * as ContextFile from "../../../src/certificate/checker/context.js";
import type * as Domain from "../../../src/certificate/checker/domain.js";
import type * as FunctionCurvature from "../../../src/certificate/checker/function-curvature.js";
import type * as FunctionRanges from "../../../src/certificate/checker/function-ranges.js";
import type { Goal } from "../../../src/certificate/checker/goal.js";
import type { Answer, Certificate } from "../../../src/certificate/checker/index.js";
import type * as Limits from "../../../src/certificate/checker/limits.js";
import type * as MatrixFile from "../../../src/certificate/checker/matrix.js";
import type * as RangeFile from "../../../src/certificate/checker/range.js";
import type * as HessianRules from "../../../src/certificate/checker/rules-hessian.js";
import type * as ScalarRules from "../../../src/certificate/checker/rules-scalar.js";
import type * as SignRules from "../../../src/certificate/checker/rules-sign.js";
import type * as StructureRules from "../../../src/certificate/checker/rules-structure.js";
import type * as Smooth from "../../../src/certificate/checker/smooth.js";
import type * as UnivariateFile from "../../../src/certificate/checker/univariate.js";
import type * as WitnessFile from "../../../src/certificate/checker/witness.js";
import { ACCEPTED } from "./accepted.js";
import { campaign } from "./campaign.js";
import { certificate } from "./certificates.js";
import { indexedClaims } from "./indexed-claims.js";
import { FLAWED_MODELS, model } from "./models.js";
import { PLANTED } from "./planted.js";
import { FALSE_REFUTATIONS } from "./refutations.js";

type Check = (value: unknown) => Answer;

/** Exports of a file of the checker in place of its own. */
interface Fault {
  readonly file: string;
  readonly replace: (actual: never) => object;
}

const fault = <File>(file: string, replace: (actual: File) => Partial<File>): Fault => ({ file, replace });

async function checkerWith({ file, replace }: Fault): Promise<Check> {
  vi.resetModules();
  const path = `../../../src/certificate/checker/${file}.js`;
  vi.doMock(path, async (importOriginal) => {
    const actual = await importOriginal<object>();
    return { ...actual, ...replace(actual as never) };
  });
  try {
    return (await import("../../../src/certificate/checker/index.js")).checkCertificate;
  } finally {
    vi.doUnmock(path);
  }
}

afterEach(() => {
  vi.resetModules();
});

/** The first of the planted claims, refutations and models that the checker accepts. */
function acceptedLie(check: Check): string | undefined {
  const lies: readonly (readonly [string, unknown])[] = [
    ...PLANTED.flatMap(([, entries]) => entries.map((e) => [e[1], certificate(e)] as const)),
    ...FALSE_REFUTATIONS,
    ...FLAWED_MODELS.map(([name, change]) => [name, model(change)] as const),
  ];
  return lies.find(([, value]) => check(value).accepted)?.[0];
}

/** A claim of the same kind about 1, in place of a premise. */
const empty = (goal: Goal): Goal => ({ ...goal, e: { kind: "number", value: { n: 1n, d: 1n } } });

const without = <Rule extends (goal: Goal, proof: never) => readonly Goal[]>(rule: Rule): Rule =>
  ((goal: Goal, proof: never) => rule(goal, proof).map(empty)) as unknown as Rule;

/** A rule that returns as many premises as it would, whatever the goal. */
const blind = (count: number) => (goal: Goal) => Array.from({ length: count }, () => empty(goal));

const FAULTS: Readonly<Record<string, Fault>> = {
  "log is defined everywhere": fault<typeof FunctionRanges>("function-ranges", (a) => ({
    functionRange: (name, r) => a.functionRange(name === "log" ? "sinh" : name, r),
  })),
  "powers of any number are defined": fault<typeof FunctionRanges>("function-ranges", (a) => ({
    rationalPower: (r, k) =>
      a.rationalPower(r, k) ?? { low: { at: undefined, open: true }, high: { at: undefined, open: true } },
  })),
  "composition without monotonicity": fault<typeof FunctionCurvature>("function-curvature", (a) => ({
    bendsOf: (name, r) => ({ ...a.bendsOf(name, r), rising: true, falling: true }),
  })),
  "tanh is convex": fault<typeof FunctionCurvature>("function-curvature", (a) => ({
    bendsOf: (name, r) => ({ ...a.bendsOf(name, r), ...(name === "tanh" && { convex: true }) }),
  })),
  "odd powers are convex": fault<typeof FunctionCurvature>("function-curvature", (a) => ({
    bendsOfPower: (x, k, exact) => ({ ...a.bendsOfPower(x, k, exact), convex: true }),
  })),
  "strictness is dropped": fault<typeof RangeFile>("range", (a) => ({ isPositive: a.isNonnegative })),
  "strictness of polynomials is dropped": fault<typeof UnivariateFile>("univariate", (a) => ({
    isPositiveOn: a.isNonnegativeOn,
  })),
  "polynomials are nonnegative": fault<typeof UnivariateFile>("univariate", () => ({
    isNonnegativeOn: () => true,
  })),
  "every matrix is semidefinite": fault<typeof MatrixFile>("matrix", () => ({
    isPositiveSemidefinite: () => true,
  })),
  "everything is smooth": fault<typeof Smooth>("smooth", () => ({ isSmooth: () => true })),
  "everything is differentiable": fault<typeof Smooth>("smooth", () => ({
    isContinuouslyDifferentiable: () => true,
  })),
  "every domain is convex": fault<typeof Domain>("domain", () => ({ requireConvexDomain: () => undefined })),
  "everything is equal": fault<typeof ContextFile>("context", ({ Context }) => {
    Context.prototype.isEqual = () => true;
    return {};
  }),
  "boxes of any depth hold": fault<typeof Boxes>("boxes", () => ({ onEveryCell: () => undefined })),
  "limits at infinity are 1": fault<typeof Limits>("limits", () => ({
    limitOf: () => ({
      low: { at: { n: 1n, d: 1n }, open: false },
      high: { at: { n: 1n, d: 1n }, open: false },
    }),
  })),
  "any point refutes": fault<typeof WitnessFile>("witness", () => ({ confirm: () => undefined })),
  "composition is blind": fault<typeof StructureRules>("rules-structure", () => ({ composition: blind(0) })),
  "rewrite is blind": fault<typeof StructureRules>("rules-structure", () => ({
    rewrite: (goal, { to }) => (to === "" ? [] : [empty(goal)]),
  })),
  "separable does not look at coupling": fault<typeof StructureRules>("rules-structure", () => ({
    separable: blind(1),
  })),
  "popoviciu is blind": fault<typeof HessianRules>("rules-hessian", () => ({ popoviciu: blind(0) })),
  "hessian-boxes is blind": fault<typeof HessianRules>("rules-hessian", () => ({ hessianBoxes: blind(0) })),
  "hessian-squares is blind": fault<typeof HessianRules>("rules-hessian", () => ({
    hessianSquares: blind(0),
  })),
  "range and interval are blind": fault<typeof SignRules>("rules-sign", () => ({ byRange: blind(0) })),
  "exponential is blind": fault<typeof SignRules>("rules-sign", () => ({ exponential: blind(0) })),
  "squares is blind": fault<typeof SignRules>("rules-sign", () => ({ squares: blind(0) })),
};

describe("a fault of one function lets planted lies through:", { timeout: 120_000 }, () => {
  test("none without a fault", async () => {
    expect(acceptedLie(await checkerWith(fault("digest", () => ({}))))).toBeUndefined();
  });

  test.each(Object.entries(FAULTS))("%s", async (_, f) => {
    expect(acceptedLie(await checkerWith(f))).toBeDefined();
  });
});

/** By rule: its premises are dropped. */
const PREMISES: Readonly<Record<string, Fault>> = {
  "second-derivative": fault<typeof ScalarRules>("rules-scalar", (a) => ({
    secondDerivative: without(a.secondDerivative),
  })),
  kinks: fault<typeof ScalarRules>("rules-scalar", (a) => ({ kinks: without(a.kinks) })),
  touches: fault<typeof ScalarRules>("rules-scalar", (a) => ({ touches: without(a.touches) })),
  monotone: fault<typeof ScalarRules>("rules-scalar", (a) => ({ monotone: without(a.monotone) })),
  "hessian-minors": fault<typeof HessianRules>("rules-hessian", (a) => ({
    hessianMinors: without(a.hessianMinors),
  })),
  rewrite: fault<typeof StructureRules>("rules-structure", (a) => ({ rewrite: without(a.rewrite) })),
  sum: fault<typeof StructureRules>("rules-structure", (a) => ({ sum: without(a.sum) })),
  separable: fault<typeof StructureRules>("rules-structure", (a) => ({ separable: without(a.separable) })),
  split: fault<typeof StructureRules>("rules-structure", (a) => ({ split: without(a.split) })),
};

describe("a rule without its premises lets planted lies through:", { timeout: 120_000 }, () => {
  test.each(Object.entries(PREMISES))("%s", async (_, f) => {
    expect(acceptedLie(await checkerWith(f))).toBeDefined();
  });
});

/** Faults by which changes at one place become accepted lies. */
const BY_MUTANTS: Readonly<Record<string, Fault>> = {
  "second-derivative": PREMISES["second-derivative"]!,
  split: PREMISES.split!,
  popoviciu: FAULTS["popoviciu is blind"]!,
  "hessian-boxes": FAULTS["hessian-boxes is blind"]!,
  range: FAULTS["strictness is dropped"]!,
};

describe("mutants of certificates show a fault in the rule", { timeout: 120_000 }, () => {
  test.each(Object.entries(BY_MUTANTS))("%s", async (rule, f) => {
    const certificates = ACCEPTED.filter((e) => JSON.stringify(e[4]).includes(`"rule":"${rule}"`)).map(
      (e) => certificate(e) as Certificate,
    );
    const plan = { each: 40, seed: 3, tries: 40 };
    expect(campaign(await checkerWith(f), certificates, plan).wrong).not.toEqual([]);
  });
});

test("random claims show that powers of any number are defined", { timeout: 120_000 }, async () => {
  const check = await checkerWith(FAULTS["powers of any number are defined"]!);
  expect(indexedClaims(check, 600).wrong).not.toEqual([]);
});
