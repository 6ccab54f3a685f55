/** Hebb's coupling derived from a generating function, and what its diagonal changes. */
import { readFileSync } from "node:fs";
import { compile, couplingSpectrum, derive, integrate, parseModel, selfInteraction } from "legendre";
import { linePlot } from "legendre/pictures";
import { type Cell, heading, Output, table } from "../support/output.js";
import { stream } from "../support/random.js";

const out = new Output("lotito-2025-hebbian-coupling");
const theoryOf = (variant: string) => {
  const file = `model-${variant}.yaml`;
  return derive(parseModel(readFileSync(new URL(file, import.meta.url), "utf8"), { file }));
};

// ---- the coupling, three ways ------------------------------------------------------------------------

heading("The coupling J = -d2U/dg dg, by differentiation");
const variants = ["generating", "two-layer", "without-self", "two-layer-without-self"];
table([
  ["model", "J[i,j]", "recognised as"],
  ...variants.map((variant): Cell[] => {
    const theory = theoryOf(variant);
    const { coupling } = theory.document.couplings[0]!;
    return [variant, coupling.text, theory.hebbian ? `Hebb's rule in ${theory.hebbian.memories}` : "-"];
  }),
]);
const generating = theoryOf("generating");
const { selfInteraction: diagonal, energyDifference } = generating.hebbian!;
console.log(`\n  J_ii, by derivation:                 ${diagonal.text}`);
console.log(`  Energy without it minus energy with: ${energyDifference.text}`);
console.log(`  Learning rule of the memories:       ${generating.document.learning.Xi!.text}`);
out.text("generating.md", generating.markdown());
out.text("without-self.md", theoryOf("without-self").markdown());

// ---- the spectrum ------------------------------------------------------------------------------------

/** Memories of independent ±1. */
function memories(N_h: number, N_v: number, seed: number): number[][] {
  const { uniform } = stream(seed);
  return Array.from({ length: N_h }, () => Array.from({ length: N_v }, () => (uniform() < 0.5 ? -1 : 1)));
}

heading("Spectrum of J for N_v = 100 units: finite size beside Marchenko and Pastur");
const spectra = [10, 25, 50, 200, 400, 800].map((N_h) => ({
  N_h,
  ...couplingSpectrum(generating, { data: { Xi: memories(N_h, 100, 11) } }),
}));
const least = (values: Float64Array): number => values.find((x) => x > 1e-9)!;
table([
  ["N_h", "zeros", "least > 0", "predicted", "largest", "predicted", "KS distance"],
  ...spectra.map(({ N_h, with: own }): Cell[] => {
    const { law, kolmogorovSmirnov } = own.law!;
    const [low, high] = law.edges;
    const [first, last] = [least(own.eigenvalues), own.eigenvalues.at(-1)!];
    return [String(N_h), own.zeros, first, low, last, high, kolmogorovSmirnov];
  }),
]);

heading("Self-interaction and the origin of linear units: where 1 is in the spectrum, with J_ii and without");
table([
  ["N_h", "gap to 1", "above 1", "in support", "gap, without", "above 1", "in support", "least eigenvalue"],
  ...spectra.map(({ N_h, with: own, without }): Cell[] => {
    const side = ({ one, law }: typeof own): Cell[] => [
      one.distance,
      one.above,
      law!.oneInSupport ? "yes" : "no",
    ];
    return [String(N_h), ...side(own), ...side(without), without.eigenvalues[0]!];
  }),
]);
console.log(
  "\n  Linear units at 0 are hyperbolic iff 1 is no eigenvalue of J. In the limit of many units 1 is in the spectrum\n" +
    "  from 1/4 memories a unit on; without the diagonal, which is then the identity, iff 2 is in the spectrum with it:\n" +
    "  from 3 - 2*sqrt(2) = 0.17 to 3 + 2*sqrt(2) = 5.83 memories a unit. Beyond that 0 is stable without J_ii; with it,\n" +
    "  never. Without its diagonal J has trace 0, so it always has a negative eigenvalue.",
);

// ---- fixed points with and without self-interaction --------------------------------------------------

heading("Fixed points of 60 tanh units from the patterns and 30 random starts, with J_ii and without");
const effects = [3, 6, 9, 12, 18, 30].map((N_h) => ({
  N_h,
  ...selfInteraction(theoryOf("two-layer"), {
    data: { Xi: memories(N_h, 60, 7) },
    set: { gain: 4, tau_v: 1 },
    ...{ starts: 30, spread: 3 },
  }),
}));
table([
  [
    "N_h",
    "stable",
    "unstable",
    "patterns kept",
    "least margin",
    "stable",
    "unstable",
    "kept",
    "least margin",
    "same signs",
  ],
  ...effects.map(({ N_h, with: own, without, moves }): Cell[] => {
    const side = ({ stable, unstable, atPatterns, margin }: typeof own): Cell[] => [
      ...[stable, unstable, atPatterns!.kept],
      margin,
    ];
    return [String(N_h), ...side(own), ...side(without), `${moves.sameSigns} of ${moves.stable}`];
  }),
]);
console.log(
  "\n  The last column counts the stable points with J_ii whose flow without it ends at the same signs. All points found\n" +
    "  are hyperbolic where the least margin, the smallest |Re(lambda)| of their Jacobians, is not 0.",
);

// ---- retrieval with and without self-interaction -----------------------------------------------------

const N_v = 100;
const overlap = (a: Float64Array, b: readonly number[]): number =>
  a.reduce((s, x, i) => s + Math.sign(x) * b[i]!, 0) / N_v;

/** Mean overlap of the end with the stored pattern and with the start, 15 of 100 units of the pattern flipped. */
async function retrieval(variant: string, N_h: number): Promise<{ pattern: number; start: number }> {
  const Xi = memories(N_h, N_v, 23);
  const field = await compile(theoryOf(variant), { data: { Xi }, set: { gain: 4, tau_v: 1 } });
  const ends = Xi.slice(0, 5).map((pattern) => {
    const start = pattern.map((x, i) => (i % 7 === 0 ? -x : x));
    const steadyState = { rtol: 1e-5, atol: 1e-6 };
    const { state } = integrate(field, { initial: { v: start }, until: 200, steadyState });
    return { pattern: overlap(state, pattern), start: overlap(state, start) };
  });
  const mean = (key: "pattern" | "start") => ends.reduce((s, m) => s + m[key], 0) / ends.length;
  return { pattern: mean("pattern"), start: mean("start") };
}

const loads = [2, 5, 8, 11, 14, 17, 20, 25, 30, 40];
const results = await Promise.all(
  ["two-layer", "two-layer-without-self"].map(async (variant) => ({
    name: variant === "two-layer" ? "with J_ii" : "without J_ii",
    ends: await Promise.all(loads.map((n) => retrieval(variant, n))),
  })),
);
heading("Retrieval of ±1 patterns by 100 tanh units, 15 of them flipped: mean overlaps of the end state");
table([
  ["memories per unit", ...loads.map((n) => (n / N_v).toFixed(2))],
  ...results.map(({ name, ends }) => [`with the pattern, ${name}`, ...ends.map((m) => m.pattern.toFixed(2))]),
  ...results.map(({ name, ends }) => [`with the start, ${name}`, ...ends.map((m) => m.start.toFixed(2))]),
]);
console.log(
  "\n  The start has overlap 0.70 with the pattern. At a high load the self-interaction holds the network near\n" +
    "  its start; without it the network moves on to a state that is no memory.",
);
const series = results.map(({ name, ends }) => ({
  name,
  x: loads.map((n) => n / N_v),
  y: ends.map((m) => m.pattern),
}));
await out.picture(
  "retrieval",
  linePlot({
    title: "Overlap with the pattern, 15 % of the units flipped at the start",
    xLabel: "memories per unit",
    yLabel: "overlap",
    series,
  }),
);
out.close();
