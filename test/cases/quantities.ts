/** The name of an expected number comes in; what it is compared with, computed from the derived theory, goes out. */

import { differentiate } from "../../src/calculus/index.js";
import type { Flow, Formula, LayeredTheory, Theory } from "../../src/derivation/index.js";
import { type Expr, freshIndex, type Index, type TensorSymbol } from "../../src/index-notation/index.js";
import { simulate } from "../../src/simulation/index.js";
import { type Case, expectClose, flat, type Nested } from "./am-cases.js";
import { type Laboratory, laboratory, must } from "./compiled.js";
import type { Setup } from "./networks.js";
import { symmetricEigenvalues } from "./symmetric-eigenvalues.js";

/** A case at work: its full network, and the one without fast layers. */
export interface Bench {
  readonly c: Case;
  readonly theory: Theory;
  readonly full: Laboratory;
  readonly reduced: Laboratory;
}

export function benchOf(c: Case, { theory, data, set }: Setup): Bench {
  const noFast = theory.limits.length === 0;
  const needsH = noFast || Object.keys(data).includes(theory.limits[0]!.fast);
  const reduced = laboratory(theory, { data, set });
  const tau = theory.model.parameters.has("tau_h") && set.tau_h === undefined ? { tau_h: 1 } : {};
  const full = noFast ? reduced : laboratory(theory, { data, set: { ...set, ...tau }, full: true });
  return { c, theory, full: needsH ? full : reduced, reduced };
}

const scalar = (expr: Expr): Formula => ({ over: [], expr });

export const value = (lab: Laboratory, f: Formula, state = lab.field.initial): Float64Array =>
  lab.values({ f }, state).f!;

const flowOf = (b: Bench, lab: Laboratory): Flow => (lab === b.full ? b.theory.full : b.theory.reduced);

const rates = (lab: Laboratory): Float64Array => {
  const out = new Float64Array(lab.field.size);
  lab.field.rhs(0, lab.field.initial, out);
  return out;
};

function rateOf(lab: Laboratory, state: string): Float64Array {
  const l = lab.field.layout.find((x) => x.name === state);
  return l === undefined ? rates(lab) : rates(lab).slice(l.offset, l.offset + l.size);
}

/** Square matrix of a formula over indices followed by their partners. */
export function matrixOf(lab: Laboratory, f: Formula, state = lab.field.initial): number[][] {
  const data = value(lab, f, state);
  const n = Math.sqrt(data.length);
  return Array.from({ length: n }, (_, r) => [...data.subarray(r * n, (r + 1) * n)]);
}

export function hessianOf(e: Expr, symbol: TensorSymbol, over: readonly Index[]): Formula {
  const [a, b] = [over.map((i) => freshIndex(i.dim)), over.map((i) => freshIndex(i.dim))];
  return { over: [...a, ...b], expr: differentiate(differentiate(e, symbol, a), symbol, b) };
}

/** The Jacobian of the rates of one state. */
export function jacobianOf(flow: Flow, state: string): Formula {
  const { rate, state: symbol, over } = flow.motions.get(state)!;
  const partners = over.map((i) => freshIndex(i.dim));
  return { over: [...over, ...partners], expr: differentiate(rate, symbol, partners) };
}

const symmetrized = (m: number[][]): number[][] => m.map((row, r) => row.map((x, k) => (x + m[k]![r]!) / 2));

/** Eigenvalues of a Jacobian T·H − 1 with symmetric T and diagonal H ≥ 0: those of √H·T·√H − 1. */
function eigenvaluesOfCouplingFlow(b: Bench, state: Float64Array): number[] {
  const { layers, couplings } = b.theory as LayeredTheory;
  const H = matrixOf(b.full, layers.get("v")!.hessian, state).map((row, k) => Math.sqrt(row[k]!));
  const T = matrixOf(b.full, couplings[0]!.coupling, state);
  return symmetricEigenvalues(T.map((row, r) => row.map((x, k) => H[r]! * x * H[k]! - (r === k ? 1 : 0))));
}

interface Endpoint {
  readonly T: number;
  readonly [name: string]: Nested;
}

export function endOf(lab: Laboratory, T: number): Float64Array {
  const run = must(simulate(lab.field, { until: T, rtol: 1e-12, atol: 1e-14 }));
  if (run.status !== "finished") throw new Error(run.failure?.message ?? run.status);
  return run.state;
}

function checkEndpoint(b: Bench, lab: Laboratory, expected: Endpoint): void {
  const state = endOf(lab, expected.T);
  const tolerance = { rel: 0, abs: b.c.tolerance.trajectory_abs! };
  for (const [name, x] of Object.entries(expected)) {
    if (name === "T") continue;
    if (name === "overlaps") {
      expectClose(overlaps(b.c, state), x, tolerance, "end overlaps");
      continue;
    }
    const l = lab.field.layout.find((y) => y.name === name);
    const isEnergy = /^(energy|V$)/.test(name);
    if (l === undefined && !isEnergy && name !== "x") throw new Error(`endpoint has ${name}, no state`);
    const found = isEnergy
      ? [lab.field.energy!(0, state)]
      : l === undefined
        ? [...state]
        : [...state.slice(l.offset, l.offset + l.size)];
    expectClose(found, x, tolerance, `end ${name}`);
  }
}

/** |Σ_i p_i exp(iθ_i)|/N for each pattern p of an oscillator memory. */
function overlaps(c: Case, theta: Float64Array): number[] {
  const mean = (p: readonly number[], f: (x: number) => number): number =>
    theta.reduce((s, x, i) => s + p[i]! * f(x), 0) / theta.length;
  const patterns = c.parameters.patterns as readonly (readonly number[])[];
  return patterns.map((p) => Math.hypot(mean(p, Math.cos), mean(p, Math.sin)));
}

type Check = (b: Bench, expected: Nested, key: string) => void;

const compare =
  (find: (b: Bench, key: string) => Nested | Float64Array): Check =>
  (b, expected, key) =>
    expectClose(find(b, key), expected, b.c.tolerance, key);

const energy = (lab: Laboratory): number => lab.field.energy!(0, lab.field.initial);
const descent = (b: Bench, lab: Laboratory): Float64Array =>
  value(lab, scalar(flowOf(b, lab).descent!.total));

function activation(b: Bench, name: string): Float64Array {
  const layers = b.theory.kind === "layered" ? [...b.theory.model.layers.values()] : [];
  const layer = layers.find((l) => l.activation.name === name)!;
  return b.full.field.activations(b.full.field.initial).get(layer.name)!.data;
}

/** What the quantities of a case are called, by pattern; the first that fits is taken. */
const CHECKS: readonly (readonly [RegExp, Check])[] = [
  [/^effective_trajectory_endpoint$/, (b, x) => checkEndpoint(b, b.reduced, x as unknown as Endpoint)],
  [/^trajectory_endpoint$/, (b, x) => checkEndpoint(b, b.full, x as unknown as Endpoint)],
  [/^effective_energy$/, compare((b) => energy(b.reduced))],
  [/^effective_dE_dt$/, compare((b) => descent(b, b.reduced))],
  [/^effective_d\w+_dt$/, compare((b, key) => rateOf(b.reduced, key.slice(11, -3)))],
  [/^(energy|energy_legendre|V)$/, compare((b) => energy(b.full))],
  [/^d[EV]_dt$/, compare((b) => descent(b, b.full))],
  [/^d\w+_dt$/, compare((b, key) => rateOf(b.full, key.slice(1, -3)))],
  [/^rhs$/, compare((b) => rates(b.full))],
  [/^[gf]$/, compare(activation)],
  [
    /^hessian_L\w+_eigs$/,
    compare((b, key) => {
      const { hessian } = (b.theory as LayeredTheory).layers.get(key.slice(9, -5))!;
      return symmetricEigenvalues(matrixOf(b.full, hessian));
    }),
  ],
  [
    /^hessian_eigs$/,
    compare((b) => {
      const [motion] = [...b.theory.full.motions.values()];
      return symmetricEigenvalues(
        matrixOf(b.full, hessianOf(b.theory.full.energy!, motion!.state, motion!.over)),
      );
    }),
  ],
  [
    /^tauHess_symmetric_part_eigs$/,
    compare((b) => {
      const { hessian } = [...(b.theory as LayeredTheory).layers.values()][0]!;
      const tau = flat(b.c.parameters.tau!);
      const H = matrixOf(b.full, hessian);
      return symmetricEigenvalues(symmetrized(H.map((row, r) => row.map((x) => tau[r]! * x))));
    }),
  ],
  [
    /^hessian_energy_in_g_eigs$/,
    // E(g) = L*(g) − gᵀTg/2 − I·g has the Hessian H⁻¹ − T, with a diagonal H here.
    compare((b) => {
      const { layers, couplings } = b.theory as LayeredTheory;
      const H = matrixOf(b.full, layers.get("v")!.hessian);
      const T = matrixOf(b.full, couplings[0]!.coupling);
      return symmetricEigenvalues(T.map((row, r) => row.map((x, k) => (r === k ? 1 / H[r]![r]! : 0) - x)));
    }),
  ],
  [
    /^jacobian_at_endpoint_eigs$/,
    (b, x, key) => {
      const { T } = b.c.expected.trajectory_endpoint as Endpoint;
      const found = eigenvaluesOfCouplingFlow(b, endOf(b.full, T));
      expectClose(found, x, { rel: 0, abs: b.c.tolerance.trajectory_abs! }, key);
    },
  ],
  [/^weights$/, compare((b) => b.reduced.field.activations(b.reduced.field.initial).get("h")!.data)],
  // The update of attention: one Euler step of length τ.
  [/^v_new$/, compare((b) => rates(b.reduced).map((r, k) => b.reduced.field.initial[k]! + r))],
  [
    /^energies_at_patterns$/,
    compare((b) =>
      (b.c.parameters.patterns as readonly (readonly number[])[]).map((p) =>
        b.full.field.energy!(
          0,
          Float64Array.from(p, (s) => (s > 0 ? 0 : Math.PI)),
        ),
      ),
    ),
  ],
];

/** Quantities that are checked with the model they need, outside this table. */
const ELSEWHERE = /^(energy_inverse_integral|difference_constant)$/;

/** Checks one expected quantity; throws when nothing knows its name, so that none is passed over. */
export function check(b: Bench, key: string): void {
  if (ELSEWHERE.test(key)) return;
  const found = CHECKS.find(([name]) => name.test(key));
  if (found === undefined) throw new Error(`nothing computes ${key} of ${b.c.id}`);
  found[1](b, b.c.expected[key] as Nested, key);
}
