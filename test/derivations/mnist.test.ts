/** Retrieval of handwritten digits, smaller than the script: one image a class as probe, 30 stored. */
import { describe, expect, it } from "vitest";
import {
  CORRUPTIONS,
  digits,
  isRetrieved,
  separations,
} from "../../derivations/ramsauer-2020-image-retrieval/digits.js";
import { stream } from "../../derivations/support/random.js";
import { simulate } from "../../src/simulation/index.js";
import { laboratory, must } from "../cases/compiled.js";
import { theoryOf } from "./transcription.js";

const images = digits(3);
const theory = theoryOf("ramsauer-2020-image-retrieval", "model.yaml");
const memory = (beta: number) =>
  laboratory(theory, { data: { Xi: images.map((x) => [...x]) }, set: { beta } }).field;

function retrieved(beta: number, corruption: string): number {
  const field = memory(beta);
  const random = stream(1);
  const { apply } = CORRUPTIONS.find((c) => c.name === corruption)!;
  const chosen = images.filter((_, k) => k % 3 === 0);
  const ends = chosen.map((image) => {
    const steadyState = { rtol: 0, atol: 1e-4 };
    const initial = apply(image, random);
    const run = must(simulate(field, { until: 200, rtol: 1e-3, atol: 1e-4, steadyState, initial }));
    expect(run.status).toBe("steady");
    expect(run.energy!.largestIncrease).toBeLessThan(1e-6);
    return run.state;
  });
  return ends.filter((end, k) => isRetrieved(end, chosen[k]!)).length;
}

describe("100 digits and fewer", () => {
  it("are chosen the same way each time, 10 of each class, well apart", () => {
    const all = digits(10);
    expect(all).toHaveLength(100);
    expect(digits(10)[57]).toEqual(all[57]);
    expect(Math.min(...separations(all))).toBeCloseTo(4.88, 2);
  });

  it.each([
    ["lower half unknown", 10],
    ["Gaussian noise, sd 2", 9],
    ["30 % of pixels flipped", 9],
  ])("%s: at least %i of 10 retrieved with beta = 1", (corruption, least) => {
    expect(retrieved(1, corruption)).toBeGreaterThanOrEqual(least);
  });

  it("with beta = 0.01 nothing is retrieved: one mixture", () => {
    expect(retrieved(0.01, "lower half unknown")).toBe(0);
  });
});
