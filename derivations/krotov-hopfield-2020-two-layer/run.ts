/** Models A, B and C of Krotov & Hopfield 2020: derivations, and the error of the adiabatic limit measured. */
import { readFileSync } from "node:fs";
import { type CompiledField, compile, type DerivedTheory, derive, integrate, parseModel } from "legendre";
import { linePlot } from "legendre/pictures";
import { type Cell, heading, Output, significant, table } from "../support/output.js";
import { normalMatrix, stream } from "../support/random.js";
import { type Deviation, deviation, orders } from "./adiabatic.js";

const out = new Output("krotov-hopfield-2020-two-layer");
const timeConstants = [0.1, 0.05, 0.025, 0.0125, 0.00625, 0.003125];
const [N_v, N_h] = [8, 3];
const draws = stream(3);
const Xi = normalMatrix(N_h, N_v, draws).map((row) => row.map((x) => x / 3));
/** Between memories, so that hidden units stay active; h starts away from its stationary value. */
const v = Xi[0]!.map((x, i) => 0.9 * x + 0.6 * Xi[1]![i]! - 0.3 * Xi[2]![i]!);
const data = { Xi, v, h: normalMatrix(1, N_h, draws)[0]! };
const record = (field: CompiledField, until: number, every: number) =>
  integrate(field, { until, rtol: 1e-11, atol: 1e-13, record: { every } });

function summary(theory: DerivedTheory): void {
  const limit = theory.limit("h");
  const { v, h } = theory.layers;
  console.log(`  L_v = ${v!.lagrangian.text},   L_h = ${h!.lagrangian.text}`);
  console.log(`  g[i] = ${v!.activation.text},   f[mu] = ${h!.activation.text}`);
  console.log(`  E     = ${theory.energy!.paired.text}`);
  console.log(`  h at rest:  h[mu] = ${limit.stationary!.text}`);
  console.log(`  E_eff = ${limit.energy!.text}`);
  console.log(`  dv/dt = ${limit.dynamics!.v!.text}`);
  for (const note of theory.notes) console.log(`  Note: ${note}`);
}

async function measure(theory: DerivedTheory): Promise<Deviation[]> {
  const fieldAt = (tau_h: number, full: boolean) => compile(theory, { data, set: { tau_f: 1, tau_h }, full });
  const reduced = await fieldAt(1, false);
  const fields = await Promise.all(timeConstants.map((tau_h) => fieldAt(tau_h, true)));
  return fields.map((full) => deviation(full, reduced, "h", {}, record));
}

function report(deviations: readonly Deviation[]): void {
  const columns = (["v", "h", "energy"] as const).map((key) => deviations.map((d) => d[key]));
  const rates = columns.map(orders);
  const order = (c: number, k: number): Cell => (k === 0 ? "" : rates[c]![k - 1]!.toFixed(2));
  table([
    ["tau_h", "|v - v_red|", "order", "|h - Xi g|", "order", "E - E_eff", "order"],
    ...timeConstants.map((tau_h, k) => [
      String(tau_h),
      ...columns.flatMap((column, c) => [significant(column[k]!), order(c, k)]),
    ]),
  ]);
  console.log(`  smallest E - E_eff: ${significant(Math.min(...deviations.map((d) => d.least)))}`);
}

for (const model of ["a", "b", "c"]) {
  const file = `model-${model}.yaml`;
  const theory = derive(parseModel(readFileSync(new URL(file, import.meta.url), "utf8"), { file }));
  heading(`Model ${model.toUpperCase()}`);
  summary(theory);
  out.text(`model-${model}.md`, theory.markdown());
  console.log("\n  Full network against its limit on 0 <= t <= 4; h and E after the layer, 1 <= t");
  const deviations = await measure(theory);
  report(deviations);
  const curve = (name: string, y: readonly number[]) => ({ name, x: timeConstants, y });
  await out.picture(
    `adiabatic-${model}`,
    linePlot({
      title: `Adiabatic limit of model ${model.toUpperCase()}: error against tau_h`,
      xLabel: "tau_h / tau_f",
      yLabel: "error",
      logX: true,
      logY: true,
      series: [
        curve(
          "v",
          deviations.map((d) => d.v),
        ),
        curve(
          "h",
          deviations.map((d) => d.h),
        ),
        curve(
          "E - E_eff",
          deviations.map((d) => d.energy),
        ),
        curve("slope 1", timeConstants),
        curve(
          "slope 2",
          timeConstants.map((t) => t ** 2),
        ),
      ],
    }),
  );
}
out.close();
