/**
 * The reference cases, computed elsewhere with mpmath, against derived and compiled quantities. Cases of later
 * work are listed with the reason below, and the test is told of every case in the file.
 */
import { describe, expect, it } from "vitest";
import { exactCurve, paperCurve } from "../../derivations/lotito-2025-memory-dynamics/curves.js";
import { symmetricEigenvalues } from "../../derivations/support/spectrum.js";
import { decimals, evaluate, toDecimal } from "../../src/index-notation/evaluate/index.js";
import { fromNumber } from "../../src/index-notation/index.js";
import { theoryOf as derivationTheory, transcribe, transcriptions } from "../derivations/transcription.js";
import { CASES, type Case, expectClose, flat, type Nested } from "./am-cases.js";
import { type Laboratory, laboratory } from "./compiled.js";
import { lagrangianOf } from "./lagrangians.js";
import { array, catalogTheory, setupOf, theoryOf } from "./networks.js";
import { benchOf, check, endOf, jacobianOf, matrixOf, value } from "./quantities.js";

/** Kinds and cases that this version does not compute. */
const LATER: readonly (readonly [RegExp, string])[] = [
  [/^D/, "discrete states: updates are not run yet"],
  [/^S/, "capacity bounds are no property of a model"],
  [/^N13$/, "Marchenko-Pastur edges come with the spectrum command"],
];

const byKind = (kind: RegExp): (readonly [string, Case])[] =>
  CASES.filter((c) => kind.test(c.kind) && !LATER.some(([id]) => id.test(c.id))).map((c) => [
    `${c.id} ${c.name}`,
    c,
  ]);

describe("every case of the file", () => {
  it("is computed here, or named as later work", () => {
    const kinds = /^(lagrangian|memory-dynamics|network|negative)/;
    const left = CASES.filter((c) => !kinds.test(c.kind) && !LATER.some(([id]) => id.test(c.id)));
    expect(left.map((c) => c.id)).toEqual([]);
  });
});

// ---- Lagrangians -------------------------------------------------------------------------------------

describe("Lagrangians: value, activation, energy, Hessian, eigenvalues", () => {
  it.each(byKind(/^lagrangian/))("%s", (_, c) => {
    const { lagrangian, set, delta } = lagrangianOf(c)!;
    const parameters = Object.fromEntries(Object.keys(set).map((n) => [n, {}]));
    const theory = theoryOf(c.id, {
      indices: { i: "N", j: "N" },
      parameters: { ...parameters, delta: { over: ["i"] } },
      layers: { x: { over: ["i"], lagrangian, activation: "g" } },
      synapses: { none: "-sum(i, delta[i]*g[i])" },
    });
    if (theory.kind !== "layered") throw new Error("no layers");
    const layer = theory.layers.get("x")!;
    const lab = laboratory(theory, { data: { x: array(c.inputs.x!), delta: array(delta) }, set });
    const formulas = {
      lagrangian: { over: [], expr: layer.lagrangian },
      activation: layer.activation,
      energy: { over: [], expr: layer.energy },
      hessian: layer.hessian,
    };
    const found = lab.values(formulas, lab.field.initial);
    for (const key of Object.keys(formulas))
      expectClose(found[key]!, c.expected[key] as Nested, c.tolerance, key);
    const H = matrixOf(lab, layer.hessian);
    const eigenvalues = symmetricEigenvalues(H);
    expectClose(eigenvalues, c.expected.hessian_eigenvalues as Nested, c.tolerance, "eigenvalues");
    expect(eigenvalues[0]! > -c.tolerance.abs).toBe(c.expected.convex_here);
    const x = flat(c.inputs.x!);
    const product = c.expected.hessian_times_x as Nested | undefined;
    if (product !== undefined)
      expectClose(
        H.map((row) => row.reduce((s, h, k) => s + h * x[k]!, 0)),
        product,
        c.tolerance,
        "H x",
      );
    checkByReference(c, set, delta, layer.energy, "energy");
  });
});

/** The same by the 50-digit evaluator: no cancellation hides behind the absolute tolerance. */
function checkByReference(
  c: Case,
  set: Readonly<Record<string, number>>,
  delta: readonly number[],
  e: Parameters<typeof evaluate>[0],
  key: string,
): void {
  const x = flat(c.inputs.x!);
  const found = evaluate(e, {
    dimensions: new Map([["N", x.length]]),
    tensor: (symbol, [i]) =>
      fromNumber(symbol.name === "x" ? x[i!]! : symbol.name === "delta" ? delta[i!]! : set[symbol.name]!),
    precision: 40,
  });
  const number = toDecimal(decimals(40), found).toNumber();
  expectClose(number, c.expected[key] as Nested, { rel: 1e-12, abs: 1e-22 }, `${key} by reference`);
}

// ---- networks ----------------------------------------------------------------------------------------

describe("networks: activations, energies, rates, spectra, endpoints", () => {
  it.each(byKind(/^network/).filter(([, c]) => c.id !== "N41"))("%s", (_, c) => {
    const setup = setupOf(c);
    if (setup === undefined) throw new Error(`no model for ${c.id}`);
    const bench = benchOf(c, setup);
    for (const key of Object.keys(c.expected)) check(bench, key);
  });

  it("N41: the layer given by its dual retrieves as sparsemax does", () => {
    const c = CASES.find((x) => x.id === "N41")!;
    const { X_columns_are_patterns, beta } = c.parameters;
    const expected = c.expected as Record<
      "energy" | "energies" | "weights" | "iterates" | "gradient",
      Nested
    >;
    const data = { X: array(X_columns_are_patterns!), v: array(c.inputs.xi!) };
    const { field } = laboratory(catalogTheory("sparsemax"), {
      data,
      set: { beta: beta as number, tau_h: 1 },
    });
    const [state, rate] = [field.initial.slice(), new Float64Array(field.size)];
    expectClose([field.energy!(0, state)], [expected.energy as number], c.tolerance, "energy");
    field.rhs(0, state, rate);
    expectClose(
      rate.map((x) => -x),
      expected.gradient,
      c.tolerance,
      "gradient",
    );
    (expected.iterates as readonly Nested[]).forEach((iterate, k) => {
      expectClose(state, iterate, c.tolerance, `iterate ${k}`);
      expectClose(
        [field.energy!(0, state)],
        [(expected.energies as number[])[k]!],
        c.tolerance,
        `energy ${k}`,
      );
      const weights = field.activations(state).get("h")!.data;
      expectClose(weights, (expected.weights as readonly Nested[])[k]!, c.tolerance, `weights ${k}`);
      // x + dx/dt is X f: the update of the case.
      field.rhs(0, state, rate);
      for (const [i, r] of rate.entries()) state[i]! += r;
    });
  });

  it.each(["N09", "N10"])("%s: the energy with the inverse gain, as printed in 1984", (id) => {
    const c = CASES.find((x) => x.id === id)!;
    const model = id === "N09" ? "model-tanh.yaml" : "model-logistic.yaml";
    const folder = "hopfield-1984-continuous";
    const printed = transcriptions(folder).find(
      (t) => t.result.model === model && /inverse/.test(t.result.at),
    )!;
    const { constant: _, ...result } = printed.result;
    const { T, I, gain } = c.parameters;
    const data = { T: array(T!), I: array(I!), u: array(c.inputs.v!) };
    const lab = laboratory(printed.theory, { data, set: { lambda: gain as number, tau: 1 } });
    const inverse = value(lab, transcribe(folder, result, printed.theory).stated);
    expectClose(inverse, c.expected.energy_inverse_integral as number, c.tolerance, "inverse integral");
    const difference = lab.field.energy!(0, lab.field.initial) - inverse[0]!;
    expectClose(difference, c.expected.difference_constant as number, c.tolerance, "constant");
  });

  it("planted fault: a coupling off by 1e-9 is seen", () => {
    const c = CASES.find((x) => x.id === "N01")!;
    const xi = (c.parameters.xi as readonly (readonly number[])[]).map((r) => [...r]);
    xi[1]![2]! += 1e-9;
    const wrong = { ...c, parameters: { ...c.parameters, xi } };
    expect(() => check(benchOf(wrong, setupOf(wrong)!), "dv_dt")).not.toThrow();
    expect(() => check(benchOf(wrong, setupOf(wrong)!), "dh_dt")).toThrow();
  });
});

// ---- memories that learn -----------------------------------------------------------------------------

type Learned = { T: number; Xi: Nested; w: Nested; energy_quadratic: number; J: Nested; J_eigs: Nested };

describe("memory dynamics at a fixed v", () => {
  it.each(byKind(/^memory-dynamics/).filter(([, c]) => c.expected.dXi_dt !== undefined))("%s", (_, c) => {
    const theory = derivationTheory("lotito-2025-memory-dynamics", "model-schedule.yaml");
    const { Lambda, tau_Xi, beta } = c.parameters as Record<string, number>;
    const { Xi, v } = c.inputs;
    const data = { Lambda: array(Lambda!), Xi: array(Xi!), v: array(v!) };
    const lab = laboratory(theory, { data, set: { tau_Xi: tau_Xi!, beta: beta! } });
    const { initial } = lab.field;
    const motion = theory.full.motions.get("Xi")!;
    const rate = value(lab, { over: motion.over, expr: motion.rate });
    expectClose(rate, c.expected.dXi_dt as Nested, c.tolerance, "dXi/dt");
    const descent = value(lab, { over: [], expr: theory.full.descent!.total });
    expectClose(descent, c.expected.dE_dt as number, c.tolerance, "dE/dt");
    expectClose(weights(lab, initial), c.expected.w as Nested, c.tolerance, "w");
    expectClose(quadratic(lab, initial), c.expected.energy_quadratic as number, c.tolerance, "energy");
    checkCurl(c, lab, matrixOf(lab, jacobianOf(theory.full, "Xi")));
    checkLearned(c, lab, c.expected.trajectory_endpoint as Learned);
  });

  /** One weight a memory, from the mobility over both indices. */
  function weights(lab: Laboratory, state: Float64Array): number[] {
    const motion = derivationTheory("lotito-2025-memory-dynamics", "model-schedule.yaml").full.motions.get(
      "Xi",
    )!;
    const all = value(lab, { over: motion.over, expr: motion.mobility! }, state);
    const columns = lab.field.layout[0]!.shape[1]!;
    return [...all].filter((_, k) => k % columns === 0);
  }

  /** The case's |Ξ − Λ − 1vᵀ|²/2 is our energy plus |Λ + 1vᵀ|²/2, which does not move. */
  function quadratic(lab: Laboratory, state: Float64Array): number {
    const { values } = lab.field.bound;
    const [Lambda, v] = [values.get("Lambda")!, values.get("v")!];
    const constant = Lambda.reduce((s, x, k) => s + (x + v[k % v.length]!) ** 2, 0) / 2;
    return lab.field.energy!(0, state) + constant;
  }

  function checkCurl(c: Case, lab: Laboratory, jacobian: number[][]): void {
    const squares = jacobian.flatMap((row, r) => row.map((x, k) => ((x - jacobian[k]![r]!) / 2) ** 2));
    const curl = Math.sqrt(squares.reduce((s, x) => s + x, 0));
    const expected = c.expected.jacobian_antisymmetric_part_frobenius as number;
    expectClose(curl, expected, c.tolerance, "antisymmetric part of the Jacobian");
    expect(curl < 1e-12, `${lab.field.model.name} is a gradient flow`).toBe(
      c.expected.is_euclidean_gradient_flow,
    );
  }

  function checkLearned(c: Case, lab: Laboratory, expected: Learned): void {
    const state = endOf(lab, expected.T);
    const tolerance = { rel: 0, abs: c.tolerance.trajectory_abs! };
    expectClose(state, expected.Xi, tolerance, "Xi");
    expectClose(weights(lab, state), expected.w, tolerance, "w");
    expectClose(quadratic(lab, state), expected.energy_quadratic, tolerance, "energy");
    const hebb = derivationTheory("lotito-2025-hebbian-coupling", "model-generating.yaml");
    if (hebb.kind !== "layered") throw new Error("no layers");
    const [rows, columns] = lab.field.layout[0]!.shape as [number, number];
    const learned = laboratory(hebb, {
      data: { Xi: { shape: [rows, columns], data: state }, v: new Float64Array(columns) },
      set: { tau_v: 1 },
    });
    const J = matrixOf(learned, hebb.couplings[0]!.coupling);
    expectClose(J, expected.J, tolerance, "J");
    expectClose(symmetricEigenvalues(J), expected.J_eigs, tolerance, "eigenvalues of J");
  }

  it.each(byKind(/^memory-dynamics/).filter(([, c]) => c.expected.author !== undefined))("%s", (_, c) => {
    const { tau, alpha, r } = c.parameters as { tau: number; alpha: number; r: number };
    const t = flat(c.inputs.t!);
    const kept = (x: number) => exactCurve(Math.exp(-x / tau), { r: 1, R: r, overlap: alpha });
    expectClose(
      t.map((x) => paperCurve(x, tau, alpha)),
      c.expected.author as Nested,
      c.tolerance,
      "author",
    );
    expectClose(t.map(kept), c.expected.with_norm_ratio as Nested, c.tolerance, "with norms");
  });
});

// ---- negative cases ----------------------------------------------------------------------------------

describe("negative cases: their numbers", () => {
  it("X04: two time constants inside one softmax", () => {
    const c = CASES.find((x) => x.id === "X04")!;
    const theory = theoryOf(c.id, {
      indices: { i: "N" },
      parameters: { tau: { over: ["i"], sign: "positive" } },
      layers: { x: { over: ["i"], lagrangian: "logsumexp(i, x[i])", activation: "g", tau: "tau[i]" } },
      synapses: { none: "0" },
    });
    if (theory.kind !== "layered") throw new Error("no layers");
    const tau = flat(c.parameters.tau!);
    const lab = laboratory(theory, { data: { x: array(c.inputs.x!), tau: array(tau) } });
    const H = matrixOf(lab, theory.layers.get("x")!.hessian);
    const M = H.map((row, r) => row.map((x, k) => (tau[r]! * x + tau[k]! * x) / 2));
    expectClose(M, c.expected.symmetric_part as Nested, c.tolerance, "symmetric part");
    expectClose(symmetricEigenvalues(M), c.expected.eigs as Nested, c.tolerance, "eigenvalues");
    const determinant = M[0]![0]! * M[1]![1]! - M[0]![1]! * M[1]![0]!;
    expectClose(determinant, c.expected.determinant_formula as number, c.tolerance, "determinant");
  });

  it("X05: feedback unlike feedforward: the energy rises, and the derivation says that it may", () => {
    const c = CASES.find((x) => x.id === "X05")!;
    const setup = setupOf(c)!;
    const bench = benchOf(c, setup);
    for (const key of Object.keys(c.expected)) check(bench, key);
    expect(c.expected.dE_dt).toBeGreaterThan(0);
    expect(setup.theory.notes.join()).toMatch(/force on v is not minus the derivative of the potential/);
  });
});
