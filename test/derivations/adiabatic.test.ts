/** The orders of the adiabatic limit (theory section 3), measured on models A, B and C of Krotov & Hopfield 2020. */
import { describe, expect, it } from "vitest";
import { deviation, orders } from "../../derivations/krotov-hopfield-2020-two-layer/adiabatic.js";
import { type CompiledField, draw, simulate } from "../../src/simulation/index.js";
import { laboratory, must } from "../cases/compiled.js";
import { theoryOf } from "./transcription.js";

const [N_v, N_h] = [8, 3];
const timeConstants = [0.02, 0.01, 0.005, 0.0025];
const Xi = draw("normal", { std: 1 / 3 }, N_v * N_h, 3, "Xi");
const at = (mu: number, i: number): number => Xi[mu * N_v + i]!;
const data = {
  Xi: { shape: [N_h, N_v], data: Xi },
  v: Float64Array.from({ length: N_v }, (_, i) => 0.9 * at(0, i) + 0.6 * at(1, i) - 0.3 * at(2, i)),
  h: draw("normal", {}, N_h, 3, "h"),
};
const record = (field: CompiledField, until: number, every: number) =>
  must(simulate(field, { until, rtol: 1e-11, atol: 1e-13, record: { every } }));

describe.each(["a", "b", "c"])("model %s", (model) => {
  const theory = theoryOf("krotov-hopfield-2020-two-layer", `model-${model}.yaml`);
  const fieldAt = (tau_h: number, full: boolean) =>
    laboratory(theory, { data, set: { tau_f: 1, tau_h }, full }).field;
  const reduced = fieldAt(1, false);
  const deviations = timeConstants.map((tau_h) => deviation(fieldAt(tau_h, true), reduced, "h", {}, record));
  const last = (key: "v" | "h" | "energy") => orders(deviations.map((d) => d[key])).at(-1)!;

  it("v is first order in tau_h, uniformly", () => expect(Math.abs(last("v") - 1)).toBeLessThan(0.1));
  it("h is first order after the layer", () => expect(Math.abs(last("h") - 1)).toBeLessThan(0.15));
  it("E - E_eff is second order after the layer", () =>
    expect(Math.abs(last("energy") - 2)).toBeLessThan(0.3));
  it("E - E_eff is never negative", () => {
    for (const d of deviations) expect(d.least).toBeGreaterThan(-1e-12);
  });

  it("planted fault: a limit with a wrong time constant has an error of order 0", () => {
    const slower = laboratory(theory, { data, set: { tau_f: 1.1, tau_h: 1 } }).field;
    const wrong = timeConstants
      .slice(-2)
      .map((tau_h) => deviation(fieldAt(tau_h, true), slower, "h", {}, record).v);
    expect(Math.abs(orders(wrong)[0]!)).toBeLessThan(0.5);
  });
});
