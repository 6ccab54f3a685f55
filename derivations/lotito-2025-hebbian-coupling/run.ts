/** Hebb's coupling derived from a generating function, and what its diagonal changes. */
import { readFileSync } from "node:fs";
import { compile, derive, integrate, parseModel } from "legendre";
import { linePlot } from "legendre/pictures";
import { type Cell, heading, Output, table } from "../support/output.js";
import { stream } from "../support/random.js";
import { symmetricEigenvalues } from "../support/spectrum.js";

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
const { selfInteraction, energyDifference } = generating.hebbian!;
console.log(`\n  J_ii, by derivation:                 ${selfInteraction.text}`);
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

const gram = (Xi: readonly (readonly number[])[], self: boolean): number[][] =>
  Xi[0]!.map((_, i) =>
    Xi[0]!.map((_, j) =>
      i === j && !self ? 0 : Xi.reduce((s, row) => s + row[i]! * row[j]!, 0) / Xi.length,
    ),
  );

heading("Spectrum of J for N_v = 100 units: finite size beside Marchenko and Pastur");
const sizes = [10, 25, 50, 200, 400];
const edges = sizes.map((N_h) => {
  const Xi = memories(N_h, 100, 11);
  const [J, hollow] = [symmetricEigenvalues(gram(Xi, true)), symmetricEigenvalues(gram(Xi, false))];
  const nonzero = J.filter((x) => x > 1e-9);
  const root = 1 / Math.sqrt(N_h / 100);
  const nearest = Math.min(...J.map((x) => Math.abs(x - 1)));
  return [
    String(N_h),
    J.length - nonzero.length,
    nonzero[0]!,
    (1 - root) ** 2,
    nonzero.at(-1)!,
    (1 + root) ** 2,
    nearest,
    hollow[0]!,
  ];
});
table([
  ["N_h", "zeros", "least > 0", "predicted", "largest", "predicted", "gap to 1", "least without J_ii"],
  ...edges,
]);
console.log(
  "\n  Linear units at 0 are hyperbolic iff 1 is no eigenvalue of J. Without its diagonal J has trace 0,\n" +
    "  so it always has a negative eigenvalue: the coupling is never positive semidefinite.",
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
