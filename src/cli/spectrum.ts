/** `legendre spectrum MODEL`: a model with data comes in; the eigenvalues of its coupling, beside their law, go out. */
import type { Command } from "commander";
import {
  type BoundCoupling,
  boundCoupling,
  type Comparison,
  type CouplingSpectrum,
  couplingSpectrum,
  type FixedPointCounts,
  type SelfInteractionEffect,
  type SpectrumSide,
  selfInteractionEffect,
} from "../analysis/index.js";
import { unwrap } from "../front/errors.js";
import { type DerivedTheory, derive } from "../front/theory.js";
import type { Bindings } from "../simulation/index.js";
import { readModel } from "./model-argument.js";
import { checkPicture, collect, natural } from "./option-values.js";
import { writePicture } from "./picture-file.js";
import { spectrumPicture } from "./spectrum-plot.js";
import { show, table } from "./text-table.js";
import { parseSettings, readArrayFiles } from "./values.js";

interface Options {
  readonly layer?: string;
  readonly starts?: number;
  readonly seed: number;
  readonly set?: readonly string[];
  readonly data?: readonly string[];
  readonly plot?: string;
  readonly json?: boolean;
}

/** Fixed points are compared without being asked for up to this many units. */
const MOST_UNITS = 200;
const STARTS = 16;

export function addSpectrum(root: Command): void {
  root
    .command("spectrum")
    .description(
      "eigenvalues of the coupling J beside the Marchenko–Pastur law, with and without self-interaction",
    )
    .argument("<model>", "model file (YAML or JSON), - for standard input, or a name from `legendre catalog`")
    .option("--data <file>", "arrays by name (.json, .npy, .npz, .csv); may repeat", collect)
    .option("--set <name=value>", "a scalar parameter or a dimension; may repeat", collect)
    .option("--layer <name>", "whose coupling, where several layers have one")
    .option(
      "--starts <number>",
      `random starts for the fixed points with and without self-interaction; 0 leaves them out (default ${STARTS} up to ${MOST_UNITS} units, else 0)`,
      natural,
    )
    .option("--seed <integer>", "of everything drawn at random", natural, 0)
    .option("--plot <file>", "draw both spectra with the limiting density (.svg, .png)")
    .option("--json", "print one JSON document")
    .action(run);
}

async function run(argument: string, options: Options): Promise<void> {
  checkPicture(options.plot);
  const derived = derive(readModel(argument));
  const bindings: Bindings = {
    arrays: readArrayFiles("--data", options.data ?? [], false),
    set: parseSettings(options.set ?? []),
    seed: options.seed,
  };
  const coupling = unwrap(boundCoupling(derived.theory, bindings, options.layer));
  const spectrum = couplingSpectrum(coupling);
  const compared = compareFixedPoints(derived, coupling, bindings, options);
  const report: Report = { derived, coupling, spectrum, compared, notes: notesOf(coupling, compared) };
  for (const note of report.notes) process.stderr.write(`note: ${note}\n`);
  if (options.plot !== undefined)
    await writePicture(options.plot, await spectrumPicture(derived.model.name, spectrum));
  process.stdout.write(options.json ? `${JSON.stringify(document(report), null, 2)}\n` : text(report));
}

type Compared = { readonly effect: SelfInteractionEffect } | { readonly reason: string };

function compareFixedPoints(
  { theory }: DerivedTheory,
  coupling: BoundCoupling,
  bindings: Bindings,
  options: Options,
): Compared {
  const { size } = coupling.matrix;
  const starts = options.starts ?? (size <= MOST_UNITS ? STARTS : 0);
  if (starts === 0)
    return { reason: options.starts === 0 ? "--starts 0" : `${size} units: ask for them with --starts` };
  if (theory.kind !== "layered") return { reason: "discrete states: no flow to follow" };
  if (coupling.gram?.hasDiagonal === false)
    return { reason: "the model has no self-interaction to take away" };
  const effect = selfInteractionEffect(theory, coupling, bindings, { starts, seed: options.seed });
  return effect.ok ? { effect: effect.value } : { reason: effect.errors[0]!.message };
}

interface Report {
  readonly derived: DerivedTheory;
  readonly coupling: BoundCoupling;
  readonly spectrum: CouplingSpectrum;
  readonly compared: Compared;
  readonly notes: readonly string[];
}

function notesOf({ kind, layer, gain, bound, gram }: BoundCoupling, compared: Compared): string[] {
  return [
    ...bound.notes,
    ...(kind === "origin"
      ? [`the coupling of ${layer} depends on the state: it is taken at the state 0`]
      : []),
    ...(gain !== undefined && gain !== 1
      ? [
          `units of ${layer} have the slope ${show(gain)} at 0: there the Jacobian is (${show(gain)} J − 1)/τ, and ${show(1 / gain)} takes the place of 1`,
        ]
      : []),
    ...(gain === undefined && kind === "constant"
      ? [
          `the slope of the units of ${layer} at 0 is no multiple of the identity: fixed-points has the Jacobian there`,
        ]
      : []),
    ...(gram === undefined ? ["J is no Gram matrix of memories: there is no law to compare with"] : []),
    ...("reason" in compared ? [`fixed points were not compared: ${compared.reason}`] : []),
  ];
}

// ---- what is printed -----------------------------------------------------------------------------------

function comparisonDocument({ law, ...rest }: Comparison): object {
  const { alpha, scale, shift, edges, atom } = law;
  return { alpha, edges, atom, scale, shift, ...rest };
}

function sideDocument({ eigenvalues, law, ...rest }: SpectrumSide, gain: number | undefined): object {
  return {
    eigenvalues: [...eigenvalues],
    ...rest,
    ...(gain !== undefined && { originMargin: originMargin(eigenvalues, gain) }),
    ...(law && { marchenkoPastur: comparisonDocument(law) }),
  };
}

/** Smallest |h·λ − 1|: the distance of the Jacobian at 0 from an eigenvalue zero, times τ. */
const originMargin = (eigenvalues: Float64Array, gain: number): number =>
  eigenvalues.reduce((m, x) => Math.min(m, Math.abs(gain * x - 1)), Number.POSITIVE_INFINITY);

function document({ derived, coupling, spectrum, compared, notes }: Report): object {
  const { layer, kind, formula, gain, gram, derived: constant } = coupling;
  const own = gram?.hasDiagonal === false ? spectrum.without : spectrum.with;
  const energy = constant && derived.print(constant.energyDifference);
  return {
    model: derived.model.name,
    layer,
    coupling: { kind, ...derived.print(formula.expr), ...(gain !== undefined && { slopeAtOrigin: gain }) },
    size: coupling.matrix.size,
    ...(spectrum.memories && { memories: spectrum.memories }),
    ...sideDocument(own, gain),
    distanceFromOne: own.one.distance,
    selfInteraction: {
      inModel: gram?.hasDiagonal !== false,
      diagonal: spectrum.diagonal,
      ...(energy && { energyDifference: energy }),
      with: sideDocument(spectrum.with, gain),
      without: sideDocument(spectrum.without, gain),
      ...("effect" in compared && { fixedPoints: compared.effect }),
    },
    seed: coupling.bound.seed,
    notes,
  };
}

function text({ derived, coupling, spectrum, compared }: Report): string {
  const { memories } = spectrum;
  const load = memories && `, ${memories.count} memories ${memories.name}: α = ${show(memories.alpha)}`;
  return [
    `${derived.model.name}: coupling of ${coupling.matrix.size} units of ${coupling.layer}${load ?? ""}`,
    `J = ${derived.print(coupling.formula.expr).text}${coupling.kind === "origin" ? " (at the state 0)" : ""}`,
    "",
    ...table(sideRows(spectrum)),
    ...("effect" in compared
      ? ["", "Fixed points", ...table(effectRows(compared.effect)), ...movesText(compared.effect)]
      : []),
    "",
  ].join("\n");
}

function sideRows({ with: own, without }: CouplingSpectrum): string[][] {
  const both = (name: string, of: (s: SpectrumSide) => string): string[] => [name, of(own), of(without)];
  const law =
    (of: (c: Comparison) => string) =>
    (s: SpectrumSide): string =>
      s.law === undefined ? "-" : of(s.law);
  return [
    ["", "with J_ii>", "without J_ii>"],
    both("smallest, largest eigenvalue", ({ eigenvalues: e }) => `${show(e[0]!)}, ${show(e.at(-1)!)}`),
    both(
      "Marchenko–Pastur edges",
      law((c) => c.law.edges.map((x) => show(x)).join(", ")),
    ),
    both("eigenvalues at 0", (s) => String(s.zeros)),
    both(
      "atom of the law",
      law((c) => (c.law.atom.mass > 0 ? `${show(c.law.atom.mass)} at ${show(c.law.atom.at)}` : "none")),
    ),
    both(
      "Kolmogorov–Smirnov distance",
      law((c) => show(c.kolmogorovSmirnov, 3)),
    ),
    both(
      "outside the law",
      law((c) =>
        c.outliers.length === 0 ? "0" : `${c.outliers.length}, up to ${show(c.outliers.at(-1)!, 4)}`,
      ),
    ),
    both(
      "predicted outlier",
      law((c) => (c.predictedOutlier === undefined ? "none" : show(c.predictedOutlier, 4))),
    ),
    both("J ⪰ 0", (s) => (s.positiveSemidefinite ? "yes" : "no")),
    both("distance of 1 from the spectrum", (s) => show(s.one.distance, 4)),
    both(
      "1 in the limiting support",
      law((c) => (c.oneInSupport ? "yes" : "no")),
    ),
    both("eigenvalues above 1", (s) => String(s.one.above)),
  ];
}

function effectRows({ with: own, without }: SelfInteractionEffect): string[][] {
  type Side = SelfInteractionEffect["with"];
  const both = (name: string, of: (s: Side) => string): string[] => [name, of(own), of(without)];
  const count = (name: string, key: keyof FixedPointCounts): string[] => both(name, (s) => show(s[key], 4));
  const atPatterns =
    own.atPatterns === undefined
      ? []
      : [
          both("patterns kept (overlap ≥ 0.95)", (s) => `${s.atPatterns!.kept} of ${s.atPatterns!.patterns}`),
          both("mean overlap of their ends", (s) =>
            s.atPatterns!.settled > 0 ? show(s.atPatterns!.overlap, 4) : "-",
          ),
        ];
  return [
    ["", "with J_ii>", "without J_ii>"],
    count("found", "points"),
    count("stable", "stable"),
    count("unstable or saddles", "unstable"),
    count("undecided", "undecided"),
    count("smallest margin", "margin"),
    count("starts that left every bound", "left"),
    count("starts still moving", "moving"),
    ...atPatterns,
  ];
}

function movesText({ moves, energyDifference }: SelfInteractionEffect): string[] {
  const { stable, settled, sameSigns, median, largest } = moves;
  const energy =
    energyDifference &&
    `Energy at the patterns, without minus with: ${show(energyDifference.least)} to ${show(energyDifference.largest)}.`;
  const way =
    stable > 0 &&
    settled > 0 &&
    `Without J_ii, ${settled} of the ${stable} stable points flow to a point, ${sameSigns} with the same signs, moved by ${show(median, 3)} (median; largest ${show(largest, 3)}).`;
  return [...(way ? ["", way] : []), ...(energy ? [energy] : [])];
}
