/** Replays the numerical experiment of Lotito 2025, appendix B, and compares its rule with the one the energy implies. */
import { readFileSync } from "node:fs";
import { compile, derive, integrate, type LayeredRun, parseModel } from "legendre";
import { linePlot } from "legendre/pictures";
import { heading, Output, significant, table } from "../support/output.js";
import { normalMatrix, stream } from "../support/random.js";
import { COSINE_EPS, cosine, exactCurve, geometryOf, norm, paperCurve } from "./curves.js";
import { type PublishedRun, published } from "./published.js";

const out = new Output("lotito-2025-memory-dynamics");
const data = published();
const { tau_Xi, Xi, Xi_new } = data;
const [N_h, N_v] = [Xi.length, Xi[0]!.length];
const presentation = { v: { kind: "cycle", every: 1, values: Xi_new } } as const;
const theoryOf = (file: string) =>
  derive(parseModel(readFileSync(new URL(file, import.meta.url), "utf8"), { file }));

const largest = (numbers: readonly number[]): number => Math.max(...numbers);
const rowsOf = (flat: Float64Array): Float64Array[] =>
  Array.from({ length: N_h }, (_, mu) => flat.subarray(mu * N_v, (mu + 1) * N_v));
const matrix = (value: number): number[][] => Xi.map((row) => row.map(() => value));

// ---- the theory --------------------------------------------------------------------------------------

const theory = theoryOf("model-schedule.yaml");
console.log(theory.text());

// ---- the published runs, replayed --------------------------------------------------------------------

/** Explicit Euler with dt = 1; state k is the one after k steps. */
async function replay(run: PublishedRun): Promise<readonly Float64Array[]> {
  const field = await compile(theory, {
    data: { Xi, Lambda: matrix(run.Lambda) },
    set: { beta: run.beta, tau_Xi },
    schedules: presentation,
  });
  return integrate(field, { until: run.T, method: "euler", dt: 1, record: "steps" }).record.states;
}

const similarities = (state: Float64Array): number[] =>
  rowsOf(state).map((row, mu) => cosine(row, Xi_new[mu]!));

function deviations(run: PublishedRun, states: readonly Float64Array[]): [number, number] {
  const ofSimilarity = run.steps.map((step, k) => {
    const measured = similarities(states[step + 1]!);
    return largest(measured.map((s, mu) => Math.abs(s - run.similarities[k]![mu]!)));
  });
  const final = rowsOf(states.at(-1)!);
  const ofMemories = final.flatMap((row, mu) => [...row].map((x, i) => Math.abs(x - run.Xi_final[mu]![i]!)));
  return [largest(ofSimilarity), largest(ofMemories)];
}

heading("Appendix B replayed: explicit Euler, dt = 1, pattern t mod 4 presented at step t");
console.log(
  `  N_v = ${N_v}, N_h = ${N_h}, tau_Xi = ${tau_Xi}; largest difference from the published numbers`,
);
const replays = await Promise.all(data.runs.map(replay));
table([
  ["run", "steps", "recorded", "similarities", "final memories"],
  ...data.runs.map((run, k) => [run.name, run.T, run.steps.length, ...deviations(run, replays[k]!)]),
]);

// ---- the curves --------------------------------------------------------------------------------------

const [paper, states] = [data.runs[0], replays[0]!];
const geometry = Xi.map((row, mu) => geometryOf(row, Xi_new[mu]!));
/** Memory mu is presented at steps mu, mu + 4, …; so often within the steps 0, …, step. */
const presented = (step: number, mu: number): number => Math.floor((step - mu) / N_h) + 1;
const every = Array.from({ length: paper.T }, (_, step) => step);
const measured = every.map((step) => similarities(states[step + 1]!));
const predictions = {
  "the paper's curve": (step: number, mu: number) => paperCurve(step, tau_Xi * N_h, data.overlaps[mu]!),
  "lengths kept, whole cycles": (step: number, mu: number) =>
    exactCurve(Math.exp(-(step + 1) / N_h / tau_Xi), geometry[mu]!, COSINE_EPS),
  "lengths kept, presentations counted": (step: number, mu: number) =>
    exactCurve(Math.exp(-presented(step, mu) / tau_Xi), geometry[mu]!, COSINE_EPS),
  "the Euler map, exactly": (step: number, mu: number) =>
    exactCurve((1 - 1 / tau_Xi) ** presented(step, mu), geometry[mu]!, COSINE_EPS),
};
const gap = (curve: (step: number, mu: number) => number, mu: number): number =>
  largest(every.map((step) => Math.abs(measured[step]![mu]! - curve(step, mu))));

heading("Measured similarity against the curves: largest deviation over all 2000 steps");
table([
  ["curve", ...Xi.map((_, mu) => `memory ${mu + 1}`)],
  ...Object.entries(predictions).map(([name, curve]) => [name, ...Xi.map((_, mu) => gap(curve, mu))]),
]);
console.log(
  `\n  Pattern lengths over memory lengths: ${geometry.map(({ r, R }) => significant(R / r, 4)).join(", ")}.\n` +
    "  The paper's curve is the case 1; the last row is rounding.",
);
/** One point a cycle, so that the steps of a memory between its presentations do not draw a band. */
const cycles = every.filter((step) => step % N_h === N_h - 1);
const line = (name: string, value: (step: number) => number) => ({ name, x: cycles, y: cycles.map(value) });
await out.picture(
  "similarity",
  linePlot({
    title: "Similarity of memory 1 to its new pattern, beta = 2",
    xLabel: "step",
    yLabel: "cosine similarity",
    series: [
      line("measured", (step) => measured[step]![0]!),
      line("paper's curve", (step) => predictions["the paper's curve"](step, 0)),
      line("lengths kept", (step) => predictions["lengths kept, whole cycles"](step, 0)),
    ],
  }),
);
await out.picture(
  "deviation",
  linePlot({
    title: "Measured similarity minus the curves",
    xLabel: "step",
    yLabel: "difference",
    series: [0, 3].flatMap((mu) => [
      line(
        `memory ${mu + 1}, paper`,
        (step) => measured[step]![mu]! - predictions["the paper's curve"](step, mu),
      ),
      line(
        `memory ${mu + 1}, exact`,
        (step) => measured[step]![mu]! - predictions["lengths kept, whole cycles"](step, mu),
      ),
    ]),
  }),
);

// ---- the flow itself ---------------------------------------------------------------------------------

const flow = await compile(theory, { data: { Xi }, set: { beta: 2, tau_Xi }, schedules: presentation });
const run = integrate(flow, { until: paper.T, rtol: 1e-10, atol: 1e-12 });
const end = rowsOf(run.state).map((row, mu) => cosine(row, Xi_new[mu]!, 0));
const exact = geometry.map((g) => exactCurve(Math.exp(-paper.T / N_h / tau_Xi), g));
heading("The continuous flow, switched exactly at t = 1, 2, 3, …");
console.log(
  `  ${run.method}, ${run.steps} steps, ${run.wallSeconds.toFixed(2)} s: similarity at t = ${paper.T} minus ` +
    `theory section 5, at most ${significant(largest(end.map((s, mu) => Math.abs(s - exact[mu]!))))}`,
);

// ---- the rule that the energy implies ----------------------------------------------------------------

const live = theoryOf("model-live.yaml");
const implied = theoryOf("model-energy-rule.yaml");
heading("The rule of the paper and the rule that the energy implies, with v and h alive");
console.log(`  paper:   dXi/dt = ${live.dynamics.Xi!.text}`);
console.log(`  energy:  dXi/dt = ${implied.dynamics.Xi!.text}`);

const small = { N_v: 6, N_h: 3, tau_v: 1, tau_h: 0.2, tau_Xi: 10, beta: 2 };
const draws = stream(1);
const initial = {
  v: normalMatrix(1, small.N_v, draws)[0]!,
  h: normalMatrix(1, small.N_h, draws)[0]!,
  Xi: normalMatrix(small.N_h, small.N_v, draws),
};
const options = { until: 40, rtol: 1e-10, atol: 1e-12, record: { every: 0.05 } } as const;
const paperRun = integrate(await compile(live, { data: initial, set: small }), options);
const impliedRun = integrate(
  await compile(implied, { data: initial, set: { ...small, kappa: 1.5 } }),
  options,
);

/** The energy of the two layers v and h: without the term |Xi|²/2 of the memory layer. */
const twoLayer = (r: LayeredRun): number[] =>
  r.record.energy.map((e, k) => e - norm(r.record.states[k]!.subarray(small.N_v + small.N_h)) ** 2 / 2);
const rise = (energy: readonly number[]): number =>
  largest(energy.slice(1).map((e, k) => Math.max(0, e - energy[k]!)));
const energies: readonly (readonly [string, readonly number[]])[] = [
  ["paper's rule, two-layer energy E", twoLayer(paperRun)],
  ["energy's rule, E + (kappa/2)|Xi - Lambda|^2", impliedRun.record.energy],
];
table([
  ["rule and energy", "start", "end", "largest rise in 0.05"],
  ...energies.map(([name, e]) => [name, e[0]!, e.at(-1)!, rise(e)]),
]);
const first = energies[0]![1].findIndex((e, k, all) => k > 0 && e > all[k - 1]!);
console.log(
  `\n  Under the paper's rule E first rises at t = ${significant(first * 0.05)}: no Lyapunov function of the joint flow.`,
);
const above = (energy: readonly number[]): number[] => energy.map((e) => e - Math.min(...energy));
await out.picture(
  "energies",
  linePlot({
    title: "Energy above its lowest value along the joint flow",
    xLabel: "t",
    yLabel: "E - min E",
    logY: true,
    series: [
      { name: "paper's rule", x: paperRun.record.t, y: above(energies[0]![1]) },
      { name: "energy's rule", x: impliedRun.record.t, y: above(energies[1]![1]) },
    ],
  }),
);

heading("Both rules learning the sequence of appendix B (beta = 2, t = 2000)");
const scheduled = theoryOf("model-energy-rule-schedule.yaml");
const impliedFlow = await compile(scheduled, {
  data: { Xi },
  set: { beta: 2, tau_Xi, kappa: 1 },
  schedules: presentation,
});
const learned = integrate(impliedFlow, { until: paper.T, rtol: 1e-10, atol: 1e-12 });
const summary = (r: LayeredRun) =>
  rowsOf(r.state).map((row, mu) => [cosine(row, Xi_new[mu]!, 0), norm(row) / norm(Xi_new[mu]!)] as const);
const [ofPaper, ofEnergy] = [summary(run), summary(learned)];
table([
  ["memory", "similarity: paper's", "energy's", "relative length: paper's", "energy's"],
  ...Xi.map((_, mu) => [
    String(mu + 1),
    ofPaper[mu]![0],
    ofEnergy[mu]![0],
    ofPaper[mu]![1],
    ofEnergy[mu]![1],
  ]),
]);
console.log(
  "\n  The gate w protects a memory while it loses; the decay that the energy implies does not: each memory\n" +
    "  points to its pattern sooner but shrinks to the fraction 1/4 of the time that it wins.",
);
out.close();
