/** Random claims with indices, parameters and domains: a checker comes in, what it accepts and the judge contradicts goes out. */
import { type Answer, type Claim, FORMAT, type Proof } from "../../../src/certificate/checker/index.js";
import { composition, kinks, range, second, separable, split } from "./certificates.js";
import { contradiction } from "./judge.js";
import { DECLARATIONS, generator, randomExpression } from "./random.js";

const PROOFS: { readonly [K in Claim["kind"]]: readonly Proof[] } = {
  convex: [
    composition,
    composition,
    second(range),
    separable(composition),
    separable(second(range)),
    kinks(["0"], composition, composition),
  ],
  nonnegative: [range, split("u", ["0"], range, range)],
  positive: [range, split("u", ["0"], range, range)],
};
const KINDS = ["convex", "convex", "nonnegative", "positive"] as const;
const DOMAINS: readonly (readonly string[])[] = [
  [],
  [],
  ["u > 0"],
  ["u >= 0", "u <= 1"],
  ["u > 0", "v > 0"],
  ["x[i] > 0"],
  ["u + v < 1"],
  ["u^2 + v^2 <= 1"],
];
const VARIABLES = [["u"], ["u", "v"], ["x"], ["z"], ["h"], ["u", "v", "x", "z", "h"]] as const;

export function indexedClaims(
  check: (value: unknown) => Answer,
  count: number,
): { readonly accepted: number; readonly wrong: readonly string[] } {
  const wrong: string[] = [];
  let accepted = 0;
  for (let seed = 1; seed <= count; seed++) {
    const random = generator(seed);
    const pick = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)]!;
    const e = randomExpression(random, 1 + Math.floor(3 * random()));
    const kind = pick(KINDS);
    const text = random() < 0.3 ? `-(${e})` : e;
    const claim: Claim = { kind, e: text, variables: pick(VARIABLES), where: pick(DOMAINS) };
    const certificate = {
      format: FORMAT,
      subject: "expression",
      declarations: DECLARATIONS,
      claim,
      verdict: "proved",
      proof: pick(PROOFS[kind]),
    };
    if (!check(certificate).accepted) continue;
    accepted++;
    const fault = contradiction(claim, DECLARATIONS, random, 40);
    if (fault !== undefined) wrong.push(`${JSON.stringify(certificate)}: ${fault}`);
  }
  return { accepted, wrong };
}
