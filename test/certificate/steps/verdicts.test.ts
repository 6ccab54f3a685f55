/** Every model gets its verdict for every method of steps; every proof is replayed, and none is given beyond its hypotheses. */
import { describe, expect, test } from "vitest";
import {
  checkCertificate,
  explain,
  promisesOf,
  STEP_METHODS,
  verifySteps,
} from "../../../src/certificate/index.js";
import { theoryOf } from "../../cases/networks.js";
import { flowOf, models } from "../../cases/runnable.js";

/** Methods proved for the flow that commands use, and for the full network where that is another one. */
const PROVED: Readonly<Record<string, readonly [string, string?]>> = {
  "kh-a": ["one-sided discrete-gradient", "alternating discrete-gradient"],
  "kh-b": ["one-sided discrete-gradient", "alternating discrete-gradient"],
  layernorm: ["one-sided discrete-gradient"],
  "hetero-associative": ["one-sided discrete-gradient"],
  exponential: ["one-sided discrete-gradient", "alternating discrete-gradient"],
  hierarchical: ["alternating discrete-gradient"],
  conv: ["alternating discrete-gradient"],
  "three-body": ["alternating discrete-gradient"],
  bam: ["alternating discrete-gradient"],
  rbm: ["alternating discrete-gradient"],
  "boltzmann-mean-field": ["discrete-gradient"],
  "lotito-schedule": ["discrete-gradient"],
  "cohen-grossberg": ["discrete-gradient"],
  kuramoto: ["discrete-gradient"],
  lsr: ["discrete-gradient"],
  gaussian: ["discrete-gradient"],
  eqprop: ["discrete-gradient"],
};

const provedOf = (steps: ReturnType<typeof verifySteps>): string =>
  steps
    .filter((s) => s.verdict === "proved")
    .map((s) => s.method)
    .join(" ");

// The search for a proof of concavity takes seconds there; it ends undecided.
describe.each(models.filter(([name]) => name !== "energy-transformer"))("%s", (name, theoryFor) => {
  const theory = theoryFor();
  const [reduced = "", full] = PROVED[name] ?? [];
  const flows =
    flowOf(theory) === theory.full
      ? [[true, reduced] as const]
      : [[false, reduced] as const, [true, full ?? ""] as const];

  test.each(flows)("full: %s", (isFull, expected) => {
    const steps = verifySteps(theory, isFull);
    expect(provedOf(steps)).toBe(expected);
    for (const { verdict, because, certificate } of steps) {
      expect(because.length).toBeGreaterThan(20);
      if (verdict !== "proved") expect(certificate).toBeUndefined();
      // Gradient flows of states are proved by the identity of the step, and say that there is no certificate.
      else if (theory.kind === "state") expect(because).toMatch(/without a certificate$/);
      else {
        expect(checkCertificate(JSON.parse(JSON.stringify(certificate)))).toEqual({ accepted: true });
        expect(explain(certificate!, "markdown")).toMatch(
          /^# .*\n\n\*\*Theorem\.\*\*[\s\S]*\*\*Proof\.\*\*[\s\S]*∎/,
        );
      }
    }
  });
});

const twoLayer = (v: object, h: object, synapses: Record<string, string>, more: object = {}) =>
  theoryOf("steps", {
    indices: { i: "N", j: "N", mu: "K" },
    parameters: { Xi: { over: ["mu", "i"] }, W: { over: ["i", "j"] }, t: { over: ["i"], sign: "positive" } },
    layers: {
      v: { over: ["i"], lagrangian: "sum(i, logcosh(v[i]))", activation: "g", ...v },
      h: { over: ["mu"], lagrangian: "logsumexp(mu, h[mu])", activation: "f", ...h },
    },
    synapses,
    ...more,
  } as never);

const BILINEAR = { Xi: "-sum(mu, i, f[mu]*Xi[mu,i]*g[i])" };

const missing = (
  theory: Parameters<typeof verifySteps>[0],
  method: (typeof STEP_METHODS)[number],
): string => {
  const [found] = verifySteps(theory, true, [method]);
  expect(found!.verdict).toBe("undecided");
  return found!.because;
};

describe("a hypothesis that fails is named:", () => {
  test("a coupling within a layer", () => {
    const theory = twoLayer({}, {}, { ...BILINEAR, W: "-sum(i, j, g[i]*W[i,j]*g[j])/2" });
    expect(missing(theory, "alternating")).toBe(
      "the potential is not affine in g: the drive of v reads v itself",
    );
  });

  test("two time constants in a softmax, one for each unit of tanh", () => {
    expect(missing(twoLayer({}, { tau: "1 + mu" }, BILINEAR), "alternating")).toBe(
      "time constants or clamps differ between units of h that its Hessian couples",
    );
    const [separable] = verifySteps(twoLayer({ tau: "t[i]" }, {}, BILINEAR), true, ["alternating"]);
    expect(separable!.verdict).toBe("proved");
  });

  test("a time constant that depends on a state, a mobility, a force", () => {
    expect(missing(twoLayer({ tau: "1 + sum(mu, h[mu]^2)" }, {}, BILINEAR), "alternating")).toBe(
      "the time constant of v depends on states: it is not constant over a step",
    );
    expect(missing(twoLayer({ mobility: "sum(mu, f[mu]^2)" }, {}, BILINEAR), "alternating")).toBe(
      "v has a mobility: its step is no relaxation with one rate",
    );
    const forced = twoLayer({}, {}, BILINEAR, { forces: { v: "sum(mu, f[mu]*Xi[mu,i])" } });
    for (const method of STEP_METHODS) expect(missing(forced, method)).toMatch(/^v has a declared force/);
  });

  test("a Lagrangian that is not convex, an activation that jumps", () => {
    const concave = twoLayer({ lagrangian: "-sum(i, v[i]^2)/2" }, {}, BILINEAR);
    for (const method of STEP_METHODS)
      expect(missing(concave, method)).toMatch(/^the Lagrangian of v is not shown/);
    const jumping = twoLayer({ lagrangian: "sum(i, abs(v[i]))" }, {}, BILINEAR);
    for (const method of STEP_METHODS)
      expect(missing(jumping, method)).toMatch(/^the activation of v is not/);
  });
});

describe("concavity on the range of the activations", () => {
  const cubic = (lagrangian: string) =>
    theoryOf("cubic", {
      indices: { i: "N" },
      parameters: { w: { over: ["i"], sign: "positive" } },
      layers: { v: { over: ["i"], lagrangian, activation: "g" } },
      synapses: { cube: "-sum(i, w[i]*g[i]^3)" },
    });

  test("−g³ is concave where units are logistic, and its certificate states the bounds", () => {
    const [found] = verifySteps(cubic("sum(i, softplus(v[i]))"), true, ["one-sided"]);
    expect(found).toMatchObject({ verdict: "proved" });
    expect(found!.certificate!.statement.declarations.symbols.g).toMatchObject({ low: "0", high: "1" });
  });

  test("it is not where they are tanh", () => {
    expect(missing(cubic("sum(i, logcosh(v[i]))"), "one-sided")).toMatch(
      /^the potential is not shown to be concave/,
    );
  });
});

test("promises are those of the theorems; there and back is the theorem of exact flows in turn", () => {
  const promise = promisesOf(twoLayer({}, {}, BILINEAR), true);
  expect(promise("strang")).toEqual(promise("alternating"));
  expect(promise("alternating").holds).toBe(true);
  expect(promise("one-sided").holds).toBe(false);
});
