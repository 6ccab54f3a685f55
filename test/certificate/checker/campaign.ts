/** A checker and certificates come in; what it says of their mutants, judged by numbers, goes out. */
import { type Answer, type Certificate, canonicalJson } from "../../../src/certificate/checker/index.js";
import { contradiction } from "./judge.js";
import { modelFault } from "./model-judge.js";
import { type Mutant, mutate } from "./mutants.js";
import { generator } from "./random.js";
import { witnessFault } from "./witness-judge.js";

export interface Tally {
  readonly made: number;
  readonly rejected: number;
  readonly stillTrue: number;
  /** Accepted refutations whose failure is too small for doubles. */
  readonly close: readonly string[];
  /** Accepted, and contradicted by the judge. */
  readonly wrong: readonly string[];
  /** Rejected because something unforeseen was thrown. */
  readonly broken: readonly string[];
}

export interface Plan {
  readonly each: number;
  readonly seed: number;
  /** Worlds that the judge looks at for each claim. */
  readonly tries: number;
}

type Verdict = "true" | "close" | { readonly fault: string };

function judge(c: Certificate, random: () => number, tries: number): Verdict {
  if (c.subject === "model") {
    const fault = modelFault(c.statement, random, tries);
    return fault === undefined ? "true" : { fault };
  }
  if (c.subject === "flow" || c.subject === "step") return { fault: `${c.subject}s are not judged here` };
  if (c.verdict === "proved") {
    const fault = contradiction(c.claim, c.declarations, random, tries);
    return fault === undefined ? "true" : { fault };
  }
  const { fault, close } = witnessFault(c);
  return fault !== undefined ? { fault } : close ? "close" : "true";
}

/** What is claimed, without the proof: the same claim is judged once. */
function claimOf(c: Certificate): string {
  if (c.subject !== "expression") return canonicalJson(c.statement);
  const { claim, declarations } = c;
  return canonicalJson([claim, declarations, c.verdict === "refuted" ? c.witness : ""]);
}

export function campaign(
  check: (value: unknown) => Answer,
  certificates: readonly Certificate[],
  { each, seed, tries }: Plan,
): Tally {
  const tally = {
    made: 0,
    rejected: 0,
    stillTrue: 0,
    close: [] as string[],
    wrong: [] as string[],
    broken: [] as string[],
  };
  const known = new Map<string, Verdict>();
  const seen = new Set<string>();
  const look = ({ value, change }: Mutant, random: () => number): void => {
    const key = JSON.stringify(value);
    if (seen.has(key)) return;
    seen.add(key);
    tally.made++;
    const answer = check(value);
    if (!answer.accepted) {
      tally.rejected++;
      if (answer.reason.startsWith("the checker failed")) tally.broken.push(`${answer.reason}: ${change}`);
      return;
    }
    const mutant = value as unknown as Certificate;
    const claim = claimOf(mutant);
    const verdict = known.get(claim) ?? judge(mutant, random, tries);
    known.set(claim, verdict);
    if (verdict === "true") tally.stillTrue++;
    else if (verdict === "close") tally.close.push(`${change} in ${key}`);
    else tally.wrong.push(`${change} in ${key}: ${verdict.fault}`);
  };
  certificates.forEach((c, k) => {
    const random = generator(seed + 1000 * k);
    for (let n = 0; n < each; n++) look(mutate(c, random), random);
  });
  return tally;
}
