/** Hopfield's graded neurons: the energy from the Lagrangian beside the integral of the inverse gain. */
import { readFileSync } from "node:fs";
import { compile, derive, integrate, parseModel } from "legendre";
import { linePlot } from "legendre/pictures";
import { heading, Output, significant, table } from "../support/output.js";
import { normalMatrix, stream } from "../support/random.js";

const out = new Output("hopfield-1984-continuous");
const N = 24;
const draws = stream(5);

/** Symmetric couplings without self-interaction, of size 1/√N. */
function couplings(): number[][] {
  const A = normalMatrix(N, N, draws);
  return A.map((row, i) => row.map((a, j) => (i === j ? 0 : (a + A[j]![i]!) / Math.sqrt(2 * N))));
}

/** ∫ g⁻¹(z) dz from the resting activity g(0) to V, in closed form, for a gain of slope λ. */
const inverseIntegral: Record<string, (V: number, lambda: number) => number> = {
  tanh: (V, lambda) => (V * Math.atanh(V) + Math.log1p(-V * V) / 2) / lambda,
  logistic: (V, lambda) => (V * Math.log(V) + (1 - V) * Math.log1p(-V) + Math.LN2) / lambda,
};

function inverseForm(kind: string, V: Float64Array, lambda: number): number {
  const coupling = V.reduce((s, x, i) => s + x * V.reduce((t, y, j) => t + T[i]![j]! * y, 0), 0);
  const input = V.reduce((s, x, i) => s + x * I[i]!, 0);
  const integrals = V.reduce((s, x) => s + inverseIntegral[kind]!(x, lambda), 0);
  return -coupling / 2 - input + integrals;
}

const T = couplings();
const I = normalMatrix(1, N, draws)[0]!.map((x) => x / 10);
const u = normalMatrix(1, N, draws)[0]!;
const lambda = 1.4;
const curves: { name: string; x: readonly number[]; y: readonly number[] }[] = [];

for (const kind of ["tanh", "logistic"]) {
  const file = `model-${kind}.yaml`;
  const theory = derive(parseModel(readFileSync(new URL(file, import.meta.url), "utf8"), { file }));
  heading(`Gain ${theory.layers.u!.activation.text}`);
  console.log(`  L_u, by integration of the gain:  ${theory.layers.u!.lagrangian.text}`);
  console.log(`  E = ${theory.energy!.paired.text}`);
  console.log(`  du/dt = ${theory.dynamics.u!.paired.text}`);
  console.log(`  dE/dt = ${theory.dEdt!.text}`);
  const field = await compile(theory, { data: { T, I, u }, set: { lambda, tau: 1 } });
  const run = integrate(field, { until: 12, rtol: 1e-10, atol: 1e-12, record: { every: 0.05 } });
  const inverse = run.record.states.map((state) =>
    inverseForm(kind, field.activations(state).get("u")!.data, lambda),
  );
  const difference = run.record.energy.map((e, k) => e - inverse[k]!);
  const spread = Math.max(...difference) - Math.min(...difference);
  const expected = kind === "tanh" ? 0 : -(N * Math.LN2) / lambda;
  table([
    ["along 240 states of a run", "value"],
    ["E at the start", run.energy!.start],
    ["E at the end", run.energy!.end],
    ["largest rise of E", run.energy!.largestIncrease],
    ["E minus the inverse-integral form", difference[0]!],
    [`  expected ${kind === "tanh" ? "0" : "-N log(2)/lambda"}`, expected],
    ["  its variation along the run", spread],
  ]);
  curves.push({ name: kind, x: run.record.t, y: run.record.energy });
  out.text(`model-${kind}.md`, theory.markdown());
}
console.log(`\n  N = ${N}, lambda = ${significant(lambda)}; both forms descend, they differ by a constant.`);
await out.picture(
  "energy",
  linePlot({ title: "Energy of the graded network", xLabel: "t / tau", yLabel: "E", series: curves }),
);
out.close();
