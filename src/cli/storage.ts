/** `legendre storage MODEL`: a model and loads come in; how well random memories are retrieved at each load goes out. */
import { type Command, InvalidArgumentError, Option } from "commander";
import {
  type CapacityLaws,
  capacityLaws,
  STORAGE_DEFAULTS,
  type Storage,
  type StoragePlan,
  type StorageRow,
  storage,
} from "../analysis/index.js";
import { refuse, unwrap } from "../front/errors.js";
import { derive } from "../front/theory.js";
import { readModel } from "./model-argument.js";
import { checkPicture, collect, natural, number, positive } from "./option-values.js";
import { writePicture } from "./picture-file.js";
import { countBar } from "./progress.js";
import { storagePicture } from "./storage-plot.js";
import { percent, show, table } from "./text-table.js";
import { parseSettings, readArrayFiles } from "./values.js";

interface Options extends Omit<StoragePlan, "loads" | "loadsAre" | "distribution"> {
  readonly loads?: readonly number[];
  readonly counts?: readonly number[];
  readonly draw: StoragePlan["distribution"];
  readonly mark?: readonly number[];
  readonly set?: readonly string[];
  readonly data?: readonly string[];
  readonly plot?: string;
  readonly json?: boolean;
}

/** Values at most that a range may stand for. */
const MOST_VALUES = 1000;

/** `0.1,0.2` or `0.1:0.5:0.1`, from the first to the last in steps. */
function numbers(text: string): number[] {
  return text.split(",").flatMap((part) => {
    const [from, to, step, ...more] = part.split(":").map(number);
    if (to === undefined) return [from!];
    if (step === undefined || more.length > 0 || !(step > 0) || !(to >= from!))
      throw new InvalidArgumentError("expected numbers such as 0.1,0.2, or a range FROM:TO:STEP");
    const count = Math.floor((to - from!) / step + 1e-9) + 1;
    if (count > MOST_VALUES) throw new InvalidArgumentError(`expected at most ${MOST_VALUES} values`);
    return Array.from({ length: count }, (_, k) => Number((from! + k * step).toPrecision(12)));
  });
}

export function addStorage(root: Command): void {
  const d = STORAGE_DEFAULTS;
  root
    .command("storage")
    .description("retrieval of random memories against load, for one or several numbers of units")
    .argument("<model>", "model file (YAML or JSON), - for standard input, or a name from `legendre catalog`")
    .requiredOption("--sizes <list>", "numbers of units, e.g. 500,1000,2000", numbers)
    .option("--loads <list>", "memories per unit, e.g. 0.05,0.1 or 0.02:0.2:0.02", numbers)
    .option("--counts <list>", "numbers of memories, instead of --loads", numbers)
    .option("--memory <name>", "the parameter that holds the memories, where several could")
    .option("--repetitions <number>", "independent draws of the memories", natural, d.repetitions)
    .option("--probes <number>", "memories of each draw from which retrieval is tried", natural, d.probes)
    .option("--noise <fraction>", "of the units, flipped at the start", number, d.noise)
    .option("--threshold <overlap>", "from which a memory counts as retrieved", number, d.threshold)
    .addOption(
      new Option("--draw <name>", "distribution of the memories: ±1 or normal")
        .choices(["rademacher", "normal"])
        .default(d.distribution),
    )
    .option(
      "--until <time>",
      "longest time (or number of sweeps) that a start is followed",
      positive,
      d.until,
    )
    .option("--seed <integer>", "of everything drawn at random", natural, d.seed)
    .option("--set <name=value>", "a scalar parameter or a dimension; may repeat", collect)
    .option("--data <file>", "other arrays by name (.json, .npy, .npz, .csv); may repeat", collect)
    .option("--mark <load>", "a load to mark in the picture; may repeat", (text, all: number[] = []) => [
      ...all,
      number(text),
    ])
    .option("--plot <file>", "draw overlap, retrieval rate and capacity (.svg, .png)")
    .option("--json", "print one JSON document")
    .action(run);
}

async function run(argument: string, options: Options): Promise<void> {
  checkPicture(options.plot);
  const bar = countBar("loads");
  const plan = planOf(options, bar.update);
  const { theory } = derive(readModel(argument));
  const bindings = {
    arrays: readArrayFiles("--data", options.data ?? [], false),
    set: parseSettings(options.set ?? []),
  };
  const result = unwrap(storage(theory, bindings, plan));
  bar.stop();
  const laws = capacityLaws(result.rows);
  const { name } = theory.model;
  const perUnit = plan.loadsAre === "per-unit";
  if (options.plot !== undefined)
    await writePicture(
      options.plot,
      await storagePicture({ name, rows: result.rows, laws, perUnit, marks: options.mark ?? [] }),
    );
  const document = { model: name, ...result, ...laws, ...settingsOf(plan) };
  process.stdout.write(
    options.json ? `${JSON.stringify(document, null, 2)}\n` : text(name, result, laws, plan),
  );
}

function planOf(options: Options, onProgress: (done: number, of: number) => void): StoragePlan {
  const { loads, counts, draw: distribution, ...rest } = options;
  if ((loads === undefined) === (counts === undefined))
    return refuse(
      "usage",
      loads === undefined ? "no loads are given" : "both --loads and --counts are given",
      "give --loads 0.05,0.1,0.15 (memories per unit) or --counts 10,20,50",
    );
  return {
    ...rest,
    loads: loads ?? counts!,
    loadsAre: counts === undefined ? "per-unit" : "counts",
    distribution,
    onProgress,
  };
}

const settingsOf = ({ repetitions, probes, noise, threshold, distribution, until }: StoragePlan): object => ({
  settings: { repetitions, probes, noise, threshold, distribution, until },
});

function text(name: string, { rows, memory, seed }: Storage, laws: CapacityLaws, plan: StoragePlan): string {
  const head = ["units>", "memories>", "per unit>", "overlap>", "", "retrieved>", "", "moving>"];
  return [
    `${name}: retrieval of memories ${memory}, ${plan.repetitions} draws of each load, ${percent(plan.noise)} of the units flipped, seed ${seed}`,
    "",
    ...table([head, ...rows.map(rowText)]),
    ...lawsText(laws),
    "",
  ].join("\n");
}

function rowText(r: StorageRow): string[] {
  const { value, error } = r.overlap;
  return [
    String(r.units),
    String(r.memories),
    show(r.load, 4),
    value.toFixed(4),
    Number.isNaN(error) ? "" : `± ${error.toFixed(4)}`,
    percent(r.rate.value),
    `[${percent(r.rate.low)}, ${percent(r.rate.high)}]`,
    String(r.moving),
  ];
}

function lawsText({ capacities, polynomial, exponential }: CapacityLaws): string[] {
  const one = capacities.map(
    (c) =>
      `N = ${c.units}: half of the memories are retrieved up to ${show(c.memories, 4)} (${show(c.low, 4)} to ${show(c.high, 4)}), ${show(c.memories / c.units, 4)} per unit`,
  );
  return [
    ...(one.length > 0 ? ["", ...one] : []),
    ...(polynomial
      ? [
          `memories ∝ N^a: a = ${polynomial.exponent.toFixed(3)} ± ${polynomial.error.toFixed(3)}, leaves ${polynomial.rest.toFixed(3)} of ln memories`,
        ]
      : []),
    ...(exponential
      ? [
          `memories ∝ exp(b N): b = ${exponential.rate.toFixed(4)} ± ${exponential.error.toFixed(4)}, leaves ${exponential.rest.toFixed(3)}`,
        ]
      : []),
  ];
}
