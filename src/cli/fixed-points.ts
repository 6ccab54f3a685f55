/** `legendre fixed-points MODEL`: a model with data comes in; its fixed points, classified, go out. */
import type { Command } from "commander";
import { type FixedPoint, type FixedPoints, fixedPoints } from "../analysis/index.js";
import type { NumericArray } from "../arrays/index.js";
import { type NestedNumbers, toNested } from "../arrays/nested.js";
import { flatDirections } from "../certificate/index.js";
import { refuse, unwrap } from "../front/errors.js";
import { splitState } from "../front/run.js";
import { derive } from "../front/theory.js";
import { type CompiledField, compileField, type Sourced, type Values } from "../simulation/index.js";
import { readModel } from "./model-argument.js";
import { collect, natural, positive } from "./option-values.js";
import { countBar } from "./progress.js";
import { percent, show, table } from "./text-table.js";
import { parseSettings, readArrayFiles } from "./values.js";

interface Options {
  readonly starts: number;
  readonly initial?: string;
  readonly spread: number;
  readonly until?: number;
  readonly tolerance?: number;
  readonly seed: number;
  readonly set?: readonly string[];
  readonly data?: readonly string[];
  readonly full?: boolean;
  readonly json?: boolean;
}

export function addFixedPoints(root: Command): void {
  root
    .command("fixed-points")
    .description(
      "find fixed points from many starts; their Jacobian spectra, hyperbolicity, stability and basins",
    )
    .argument("<model>", "model file (YAML or JSON), - for standard input, or a name from `legendre catalog`")
    .option("--data <file>", "arrays by name (.json, .npy, .npz, .csv); may repeat", collect)
    .option("--set <name=value>", "a scalar parameter or a dimension; may repeat", collect)
    .option("--starts <number>", "random starts, beside the stored patterns", natural, 32)
    .option("--initial <file>", "more starts by layer name, one or (with one axis more) several")
    .option("--spread <deviation>", "standard deviation of the random starts", positive, 1)
    .option("--until <time>", "longest time that a start is followed (default 10000)", positive)
    .option(
      "--tolerance <part>",
      "points nearer than this part of their size are one (default 1e-6)",
      positive,
    )
    .option("--seed <integer>", "of everything drawn at random", natural, 0)
    .option("--full", "keep fast layers as dynamic ones")
    .option("--json", "print one JSON document")
    .action(run);
}

function run(argument: string, options: Options): void {
  const { theory } = derive(readModel(argument));
  const { full = false, seed, starts, spread, until, tolerance } = options;
  const set = parseSettings(options.set ?? []);
  const arrays = readArrayFiles("--data", options.data ?? [], false);
  const field = unwrap(compileField(theory, { arrays, set, seed, full }));
  const bar = countBar("starts");
  const found = unwrap(
    fixedPoints(field, {
      ...{ starts, spread, seed },
      initial: initialStates(field, options.initial),
      ...(until !== undefined && { until }),
      ...(tolerance !== undefined && { tolerance }),
      onProgress: bar.update,
    }),
  );
  bar.stop();
  for (const note of found.notes) process.stderr.write(`note: ${note}\n`);
  const flat = flatDirections(theory, full);
  if (options.json) process.stdout.write(`${JSON.stringify(document(field, found, flat), null, 2)}\n`);
  else process.stdout.write(text(field, found, flat));
}

/** States by layer name, with one axis more for several; layers that are not given keep the field's initial state. */
function initialStates(field: CompiledField, file: string | undefined): Float64Array[] {
  if (file === undefined) return [];
  const given = readArrayFiles("--initial", [file], false);
  const parts = [...given].map(([name, value]) => statesOf(field, name, value));
  const counts = [...new Set(parts.map((p) => p.states.length))];
  if (counts.length > 1)
    refuse("wrong-shape", `${file} gives ${counts.join(" and ")} starts`, "give every layer equally many");
  return Array.from({ length: counts[0] ?? 0 }, (_, k) => {
    const state = field.initial.slice();
    for (const { offset, states } of parts) state.set(states[k]!, offset);
    return state;
  });
}

function statesOf(
  field: CompiledField,
  name: string,
  { value, source }: Sourced<NumericArray>,
): { offset: number; states: Float64Array[] } {
  const [only, ...more] = field.layout;
  const named = field.layout.find((l) => l.name === name);
  // A file of one unnamed array is that of the only state.
  const layout = named ?? (more.length === 0 ? only : undefined);
  if (layout === undefined)
    return refuse(
      "unknown-name",
      `${source} gives ${name}, which is no state of ${field.model.name}`,
      `states: ${field.layout.map((l) => l.name).join(", ")}`,
    );
  const { shape, data } = value;
  const own = shape.length === layout.shape.length ? shape : shape.slice(1);
  if (own.join() !== layout.shape.join())
    return refuse(
      "wrong-shape",
      `${name} from ${source} has shape (${shape.join(", ")}); expected (${layout.shape.join(", ")}), or several of them`,
      "give one entry for every component",
    );
  const states = Array.from({ length: data.length / layout.size }, (_, k) =>
    data.slice(k * layout.size, (k + 1) * layout.size),
  );
  return { offset: layout.offset, states };
}

// ---- what is printed -----------------------------------------------------------------------------------

const nested = (values: Values): Record<string, NestedNumbers> =>
  Object.fromEntries([...values].map(([name, v]) => [name, toNested(v)]));

type Flat = ReturnType<typeof flatDirections>;

function document(field: CompiledField, { points, ...rest }: FixedPoints, flat: Flat): object {
  return {
    model: field.model.name,
    fixedPoints: points.map(({ state, spectrum, ...point }) => {
      const outputs = nested(field.outputs(state));
      return {
        state: nested(splitState(field, state)),
        ...(Object.keys(outputs).length > 0 && { outputs }),
        ...point,
        spectrum: spectrum.values,
        spectrumExtent: spectrum.extent,
        spectrumMethod: spectrum.method,
      };
    }),
    ...(flat.length > 0 && { flatDirections: flat }),
    ...rest,
  };
}

/** Points listed for a person; the JSON document has all. */
const MOST_ROWS = 30;

function text(field: CompiledField, { points, starts, seed }: FixedPoints, flat: Flat): string {
  const all = starts.given + starts.patterns + starts.random + 1;
  const head = [
    "",
    "kind",
    "unstable>",
    "hyperbolic",
    "margin>",
    "energy>",
    "residual>",
    "basin>",
    "",
    "patterns",
    "state",
  ];
  const rows = points.slice(0, MOST_ROWS).map((p, k) => row(field, p, k));
  const shown = points.length > MOST_ROWS ? [`  … ${points.length - MOST_ROWS} more: --json lists all`] : [];
  return [
    `${field.model.name}: ${points.length} fixed points from ${all} starts (${starts.random} random, seed ${seed})`,
    `of the starts ${starts.settled} came to rest, ${starts.moving} were still moving, ${starts.left} left every bound`,
    "",
    ...(points.length > 0 ? table([head, ...rows]) : []),
    ...shown,
    ...points.flatMap((p, k) => setText(p, k)),
    ...flat.map((f) => `flat direction ${f.direction} of ${f.layer}: ${f.meaning}`),
    "",
  ].join("\n");
}

function row(field: CompiledField, p: FixedPoint, k: number): string[] {
  const { basin, margin, marginError } = p;
  return [
    String(k + 1),
    p.kind,
    String(p.unstableDirections),
    { true: "yes", false: "no", undecided: "undecided" }[`${p.hyperbolic}`],
    `${show(margin, 4)} ± ${marginError.toExponential(0)}`,
    p.energy === undefined ? "-" : show(p.energy),
    p.residual === 0 ? "0" : p.residual.toExponential(0),
    percent(basin.value),
    `[${percent(basin.low)}, ${percent(basin.high)}]`,
    list(p.patterns),
    preview(field, p.state),
  ];
}

function list(numbers: readonly number[]): string {
  if (numbers.length === 0) return "-";
  return numbers.length > 4 ? `${numbers.slice(0, 4).join(", ")}, …` : numbers.join(", ");
}

function preview(field: CompiledField, state: Float64Array): string {
  return [...splitState(field, state)]
    .map(([name, { data }]) => {
      const head = [...data.subarray(0, 4)].map((x) => show(x, 4)).join(", ");
      return `${name} = [${head}${data.length > 4 ? ", …" : ""}]`;
    })
    .join(", ");
}

function setText({ set }: FixedPoint, k: number): string[] {
  if (set === undefined) return [];
  const { dimension, along, members } = set;
  return [
    `${k + 1} is not isolated: fixed points in ${dimension} directions (${along.join("; ")}), ${members} of them found`,
  ];
}
