/** Every worked model gets the verdict that its paper.yaml states, and a proof is one that the checker accepts. */
import { describe, expect, it } from "vitest";
import { checkCertificate, verifyTheory } from "../../src/certificate/index.js";
import { folders, modelFiles, theoryOf, verdictsOf } from "./transcription.js";

describe.each(folders())("%s", (folder) => {
  const stated = verdictsOf(folder);

  it("states a verdict for each of its models", () =>
    expect(Object.keys(stated).sort()).toEqual(modelFiles(folder).sort()));

  it.each(Object.entries(stated))("%s: %s", (file, verdict) => {
    const found = verifyTheory(theoryOf(folder, file));
    expect(found.verdict).toBe(verdict);
    if (verdict === "proved")
      expect(checkCertificate(JSON.parse(JSON.stringify(found.certificate)))).toEqual({ accepted: true });
    const descent = found.obligations.find((o) => o.name === "descent")!;
    expect(descent.counterexample !== undefined).toBe(verdict === "refuted");
  });
});
