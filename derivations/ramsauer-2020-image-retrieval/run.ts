/** A hundred handwritten digits stored in a dense associative memory and retrieved from corrupted copies. */
import { readFileSync } from "node:fs";
import { type CompiledField, compile, derive, integrate, type LayeredRun, parseModel } from "legendre";
import { imageGrid, linePlot } from "legendre/pictures";
import { heading, Output, significant, table } from "../support/output.js";
import { stream } from "../support/random.js";
import {
  CORRUPTIONS,
  type Corruption,
  digits,
  distance,
  type Image,
  isRetrieved,
  SIDE,
  separations,
} from "./digits.js";

const out = new Output("ramsauer-2020-image-retrieval");
const began = performance.now();

// ---- from the Lagrangians to a running network -------------------------------------------------------

const text = readFileSync(new URL("model.yaml", import.meta.url), "utf8");
const theory = derive(parseModel(text, { file: "model.yaml" }));
console.log(theory.text());
out.text("derivation.md", theory.markdown());

const images = digits(10);
const memory = (beta: number): Promise<CompiledField> =>
  compile(theory, { data: { Xi: images.map((x) => [...x]) }, set: { beta } });

// ---- why this beta -----------------------------------------------------------------------------------

const gaps = separations(images).sort((a, b) => a - b);
const typical = gaps[gaps.length / 2]!;
const beta = Math.ceil((10 * Math.log(images.length)) / gaps[0]!) / 10;
heading("100 MNIST digits, 10 of each class, as the rows of Xi (784 pixels in [-1, 1])");
console.log(
  `  An image overlaps with itself more than with any other by ${significant(gaps[0]!)} at least, ${significant(typical)} typically.`,
);
console.log(
  "  It is a fixed point of its own once exp(beta*gap) outweighs the 99 others: beta*gap > log 100.",
);
console.log(
  `  So beta = ${beta} keeps even the closest pair apart; below ${significant(Math.log(images.length) / typical, 2)} most images blend.`,
);

// ---- retrieval ---------------------------------------------------------------------------------------

const toRest = { until: 200, rtol: 1e-3, atol: 1e-4, steadyState: { rtol: 0, atol: 1e-4 } };
const retrieve = (field: CompiledField, probe: Image): LayeredRun =>
  integrate(field, { ...toRest, initial: { v: probe } });

interface Outcome {
  readonly retrieved: number;
  readonly seconds: number;
  readonly rise: number;
}

/** Every image has noise of its own, the same in the tables and in the pictures. */
const probeOf = (corruption: Corruption, image: Image): Image =>
  corruption.apply(image, stream(1 + images.indexOf(image)));

function retrieveAll(field: CompiledField, corruption: Corruption, chosen: readonly Image[]): Outcome {
  const start = performance.now();
  const runs = chosen.map((image) => retrieve(field, probeOf(corruption, image)));
  return {
    retrieved: runs.filter((run, k) => isRetrieved(run.state, chosen[k]!)).length,
    seconds: (performance.now() - start) / 1000,
    rise: Math.max(...runs.map((run) => run.energy!.largestIncrease)),
  };
}

const field = await memory(beta);
const outcomes = CORRUPTIONS.map((c) => retrieveAll(field, c, images));
heading(`Retrieval of all 100 images with beta = ${beta}, each run to a fixed point`);
table([
  ["corruption", "retrieved", "ms per image", "largest rise of E"],
  ...CORRUPTIONS.map((c, k) => {
    const { retrieved, seconds, rise } = outcomes[k]!;
    return [c.name, retrieved, seconds * 10, rise];
  }),
]);
console.log(
  "\n  Black where nothing is known is evidence for a digit that is dark there, and the network believes it.",
);

heading("The same with smaller beta: of 20 images, 2 of each class");
const betas = [0.02, 0.05, 0.1];
const smaller = await Promise.all(betas.map(memory));
const some = images.filter((_, k) => k % 5 === 0);
table([
  ["corruption", ...betas.map((b) => `beta = ${b}`)],
  ...CORRUPTIONS.map((c) => [c.name, ...smaller.map((f) => retrieveAll(f, c, some).retrieved)]),
]);
const ends = some.map((image) => retrieve(smaller[0]!, image).state);
const spread = Math.max(...ends.map((x) => distance(x, ends[0]!)));
console.log(
  `\n  With beta = 0.02 all 20 stored images flow to one mixture: the ends differ by ${significant(spread, 1)} in norm at most.`,
);

// ---- pictures ----------------------------------------------------------------------------------------

const blend = smaller[1]!;
const shown = [3, 14, 27, 35, 48, 52, 66, 71, 83, 99].map((k) => images[k]!);
const row = (label: string, pixels: readonly Image[]) => ({
  label,
  images: pixels.map((p) => ({
    pixels: p.map((x) => Math.max(-1, Math.min(1, x))),
    width: SIDE,
    height: SIDE,
  })),
});
const rows = CORRUPTIONS.flatMap((c) => {
  const probes = shown.map((image) => probeOf(c, image));
  return [
    row(c.name, probes),
    row(
      "retrieved",
      probes.map((p) => retrieve(field, p).state),
    ),
  ];
});
const blended = shown.map((image) => retrieve(blend, image).state);
await out.picture(
  "retrieval",
  imageGrid({
    title: `Retrieval from 100 stored digits, beta = ${beta}`,
    rows: [row("stored", shown), ...rows, row(`stored, flowed with beta = ${betas[1]}`, blended)],
    range: [-1, 1],
    cell: 56,
  }),
);
const energies = CORRUPTIONS.map((c) => {
  const probe = probeOf(c, shown[2]!);
  const run = integrate(field, { initial: { v: probe }, until: 8, record: { every: 0.02 } });
  return { name: c.name, x: run.record.t, y: run.record.energy };
});
await out.picture(
  "energy",
  linePlot({
    title: "Energy on the way to a fixed point (a digit 2)",
    xLabel: "t / tau",
    yLabel: "E",
    series: energies,
  }),
);
out.close();
console.log(`\n  ${((performance.now() - began) / 1000).toFixed(1)} s in all`);
