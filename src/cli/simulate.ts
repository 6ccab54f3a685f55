/** `legendre simulate MODEL`: a model with data comes in; a run, its files and its pictures go out. */
import { type Command, InvalidArgumentError, Option } from "commander";
import { refuse, unwrap } from "../front/errors.js";
import { type EventOption, readEvents } from "../front/events.js";
import { parseModel } from "../front/model.js";
import { backendFor, type Target } from "../front/run.js";
import { type DerivedTheory, derive } from "../front/theory.js";
import { promises, verify } from "../front/verify.js";
import type { Run } from "../ode/index.js";
import { begin, type CompiledField, compileField, ORDERS, type Precision } from "../simulation/index.js";
import { type Identity, identityOf, readCheckpoint, writeCheckpoint } from "./checkpoint.js";
import { inOptions, METHOD_NAMES, type MethodOption, methodOf } from "./method-option.js";
import { readModelText } from "./model-argument.js";
import {
  checkFolder,
  checkPicture,
  collect,
  counting,
  natural,
  nonnegative,
  positive,
} from "./option-values.js";
import { progressBar } from "./progress.js";
import { plotRun, saveRun } from "./run-files.js";
import { finish, Interruption } from "./run-loop.js";
import { type Descent, notesOf, runDocument, runText } from "./run-report.js";
import { parseSettings, readArrayFiles, readSchedules } from "./values.js";

interface SimulateOptions {
  /** Checked by hand: a required option that is missing hides the misspelt one that was meant. */
  readonly until?: number;
  readonly method: MethodOption;
  readonly backend: Target;
  readonly fma: boolean;
  readonly precision: Precision;
  readonly threads: number;
  readonly fixed?: boolean;
  readonly dt?: number;
  readonly mass?: number;
  readonly rtol?: number;
  readonly atol?: number;
  readonly monotone?: boolean;
  readonly seed: number;
  readonly set?: readonly string[];
  readonly data?: readonly string[];
  readonly initial?: string;
  readonly schedule?: string;
  readonly observe?: readonly string[];
  readonly event?: readonly string[];
  readonly stopWhen?: readonly string[];
  readonly every?: number;
  readonly steady?: number;
  readonly maxSteps?: number;
  readonly save?: string;
  readonly plot?: string;
  readonly image?: string;
  readonly full?: boolean;
  readonly allowNonfinite?: boolean;
  readonly json?: boolean;
  readonly checkpoint?: string;
  readonly checkpointEvery: number;
  readonly resume?: string;
}

/** A time, or "steady" for a run without an end of its own. */
function end(text: string): number {
  if (text === "steady") return Number.POSITIVE_INFINITY;
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value) || value < 0)
    throw new InvalidArgumentError(
      'expected a time, 0 or later, or "steady"; runs start at 0 and go forward',
    );
  return value;
}

function threads(text: string): number {
  const value = natural(text);
  if (value < 1 || value > 64) throw new InvalidArgumentError("expected an integer from 1 to 64");
  return value;
}

export function addSimulate(root: Command, version: string): void {
  root
    .command("simulate")
    .description("integrate the dynamics; fast layers are taken adiabatically unless --full is given")
    .argument("<model>", "model file (YAML or JSON), - for standard input, or a name from `legendre catalog`")
    .option("--until <time>", 'end of the run, which starts at 0; "steady" runs to a steady state', end)
    .option(
      "--method <name>",
      `integrator, or order of updates: ${METHOD_NAMES.join(", ")}`,
      methodOf,
      "auto",
    )
    .addOption(
      new Option("--backend <name>", "what runs the field; auto takes WebAssembly where it can run")
        .choices(["auto", "wasm", "javascript", "native"])
        .default("auto"),
    )
    .addOption(
      new Option("--precision <name>", "f32: single numbers inside, energies with doubles; needs WebAssembly")
        .choices(["f64", "f32"])
        .default("f64"),
    )
    .option("--threads <n>", "share loops over large matrices (default 1)", threads, 1)
    .option("--no-fma", "without multiply-add instructions: the same numbers on every machine")
    .option("--fixed", "steps of --dt also by a method that could adapt them")
    .option("--dt <step>", "length of fixed steps, or first step of an adaptive method", positive)
    .option("--mass <mass>", "of every component under baoab (default 1)", positive)
    .option("--rtol <tolerance>", "relative tolerance (default 1e-6)", nonnegative)
    .option("--atol <tolerance>", "absolute tolerance (default 1e-9)", nonnegative)
    .option(
      "--max-steps <count>",
      "end the run after so many steps (default 10 million, 1 million until steady)",
      counting,
    )
    .option("--monotone", "refuse methods that do not promise that no step raises the energy")
    .option("--seed <integer>", "of everything drawn at random", natural, 0)
    .option("--set <name=value>", "a scalar parameter or a dimension; may repeat", collect)
    .option("--data <file>", "arrays by name (.json, .npy, .npz, .csv); may repeat", collect)
    .option("--initial <file>", "initial states by layer name (.json, .npy, .npz, .csv)")
    .option("--schedule <file>", "piecewise constant inputs by name (JSON)")
    .option("--observe <name>", "record a definition of the model; may repeat", collect)
    .option(
      "--event <name: condition>",
      "record when a condition becomes true, or an expression crosses 0; may repeat",
      collect,
    )
    .option(
      "--stop-when <condition>",
      "stop when a condition becomes true, or an expression crosses 0; may repeat",
      collect,
    )
    .option("--every <time>", "record at multiples of this time instead of at every step", positive)
    .option(
      "--steady <tolerance>",
      "stop when rates are below this, and finish by Newton's method (default with --until steady: 1e-6)",
      positive,
    )
    .option("--save <file>", "save the run (.npz, .csv, .json): t, one array a layer, energy")
    .option("--plot <file>", "draw energy and trajectories (.svg, .png)")
    .option("--image <layer:HxW>", "draw a layer as an image at the start and the end, e.g. v:28x28")
    .option("--full", "keep fast layers as dynamic ones")
    .option("--allow-nonfinite", "accept NaN and infinite entries in data")
    .option("--json", "print one JSON document")
    .option("--checkpoint <file>", "keep the run in this file from time to time, so that it can go on")
    .option("--checkpoint-every <seconds>", "wall time between two checkpoints", positive, 60)
    .option("--resume <file>", "go on from a checkpoint of the same model, data and options")
    .action((argument: string, options: SimulateOptions) => runCommand(argument, options, version));
}

async function runCommand(argument: string, options: SimulateOptions, version: string): Promise<void> {
  const { field, theory, text } = await fieldOf(argument, options);
  for (const note of notesOf(field)) process.stderr.write(`note: ${note}\n`);
  if (field.backend.note !== undefined) process.stderr.write(`note: ${field.backend.note}\n`);
  const interruption = new Interruption();
  const run = await runField(
    field,
    theory,
    options,
    identityOf(version, text, field, numbersOf(options)),
    interruption,
  );
  if (options.save !== undefined) await saveRun(options.save, field, run);
  if (options.plot !== undefined) await plotRun(options.plot, field, run, options.image);
  const descent = field.updates && descentOf(theory, options.method);
  if (options.json) process.stdout.write(`${JSON.stringify(runDocument(field, run, descent), null, 2)}\n`);
  else process.stdout.write(runText(field, run, descent));
  if (run.status === "failed") process.exitCode = 1;
  if (run.status === "cancelled") process.exitCode = interruption.exitStatus ?? 0;
}

/** What would only be found out after the run, when its result is lost. */
function checkOutputs({ image, plot, save, checkpoint, until }: SimulateOptions): void {
  if (until === undefined)
    refuse(
      "usage",
      "simulate needs --until, the time at which the run ends",
      "add for instance --until 20, or --until steady",
    );
  if (image !== undefined && plot === undefined)
    refuse(
      "usage",
      "--image draws into the file of --plot, which is missing",
      "add --plot FILE.svg or FILE.png",
    );
  checkPicture(plot);
  if (save !== undefined && !/\.(npz|csv|json)$/.test(save))
    refuse("usage", `--save ${save}: the ending says the format`, "end the file name in .npz, .csv or .json");
  for (const file of [save, checkpoint]) if (file !== undefined) checkFolder(file);
}

/** The verdict on the updates that the run made, which may be in another order than the model's. */
function descentOf(theory: DerivedTheory, method: SimulateOptions["method"]): Descent {
  const { model } = theory;
  const order = ORDERS.find((o) => o === method);
  const asked =
    order === undefined || model.kind !== "state"
      ? theory
      : derive({ ...model, update: { ...model.update, order } });
  const { verdict, method: because } = verify(asked).obligations.find((o) => o.name === "descent")!;
  return { verdict, method: because };
}

async function fieldOf(
  argument: string,
  options: SimulateOptions,
): Promise<{ readonly field: CompiledField; readonly theory: DerivedTheory; readonly text: string }> {
  checkOutputs(options);
  const { text, file } = readModelText(argument);
  const model = parseModel(text, { file });
  const theory = derive(model);
  const initial = options.initial === undefined ? [] : [options.initial];
  const nonFinite = options.allowNonfinite === true;
  const arrays = new Map([
    ...readArrayFiles("--data", options.data ?? [], nonFinite),
    ...initialStates(
      readArrayFiles("--initial", initial, nonFinite),
      [...(model.kind === "state" ? model.states : theory.theory.reduced.motions).keys()],
      options.initial ?? "",
    ),
  ]);
  const field = unwrap(
    compileField(theory.theory, {
      arrays,
      set: parseSettings(options.set ?? []),
      seed: options.seed,
      full: options.full === true,
      backend: await backendFor(options.backend),
      fma: options.fma,
      precision: options.precision,
      threads: options.threads,
      observe: options.observe ?? [],
      events: readEvents(theory, eventOptions(options)),
      schedules: readSchedules(options.schedule, model),
    }),
  );
  return { field, theory, text };
}

/** `name: condition`; an event that ends the run is called by its condition. */
function eventOptions({ event = [], stopWhen = [] }: SimulateOptions): EventOption[] {
  const named = event.map((text) => {
    const m = /^\s*([A-Za-z_][\w -]*?)\s*:\s*(.+)$/s.exec(text);
    if (m === null)
      return refuse(
        "usage",
        `--event ${text} is not of the form name: condition`,
        'write for instance --event "up: v[0] > 1"',
      );
    return { name: m[1]!, when: m[2]! };
  });
  return [...named, ...stopWhen.map((when) => ({ name: when, when, terminal: true }))];
}

/** Largest rate of a steady state, in units of the state per unit of time; Newton's method then finishes it. */
const STEADY = 1e-6;

type Arrays = ReturnType<typeof readArrayFiles>;

/** A file of one unnamed array (.npy, .csv) is the initial state of a model that has only one state; in JSON it has a name. */
function initialStates(arrays: Arrays, states: readonly string[], file: string): Arrays {
  if (!/\.(npy|csv)$/i.test(file)) return arrays;
  const [[name, array] = [undefined, undefined], ...others] = arrays;
  const [state, ...more] = states;
  const meant = name !== undefined && others.length === 0 && state !== undefined && more.length === 0;
  return meant && !states.includes(name) && array !== undefined ? new Map([[state, array]]) : arrays;
}

/** The options that change the numbers of a run, or what is recorded of it. */
function numbersOf(options: SimulateOptions): Record<string, unknown> {
  const { until, method, dt, mass, rtol, atol, monotone, seed, every, steady, full, event, stopWhen } =
    options;
  const { fixed, maxSteps } = options;
  const given = {
    until,
    method,
    dt,
    mass,
    rtol,
    atol,
    monotone,
    seed,
    every,
    steady,
    fixed,
    "max-steps": maxSteps,
    full,
    event,
    "stop-when": stopWhen,
  };
  return {
    ...Object.fromEntries(Object.entries(given).map(([name, value]) => [`--${name}`, value])),
    "recording (--save, --plot or --observe)": isRecorded(options),
  };
}

const isRecorded = ({ save, plot, observe }: SimulateOptions): boolean =>
  save !== undefined || plot !== undefined || observe !== undefined;

async function runField(
  field: CompiledField,
  theory: DerivedTheory,
  options: SimulateOptions,
  identity: Identity,
  interruption: Interruption,
): Promise<Run> {
  const {
    until = Number.NaN,
    method,
    dt,
    mass,
    rtol,
    atol,
    every,
    maxSteps,
    monotone,
    full = false,
  } = options;
  const { checkpoint, checkpointEvery, resume } = options;
  const steady = options.steady ?? (until === Number.POSITIVE_INFINITY ? STEADY : undefined);
  const bar = progressBar();
  const simulation = unwrap(
    begin(field, {
      until,
      method,
      ...(monotone && { monotone: promises(theory, { full }) }),
      ...(dt !== undefined && { dt }),
      ...(mass !== undefined && { mass }),
      ...(options.fixed === true && { stepping: "fixed" as const }),
      ...(rtol !== undefined && { rtol }),
      ...(atol !== undefined && { atol }),
      ...(maxSteps !== undefined && { maxSteps }),
      ...(steady !== undefined && { steadyState: { rtol: 0, atol: steady } }),
      keep: checkpoint !== undefined || resume !== undefined,
      ...(resume !== undefined && { resume: readCheckpoint(resume, identity) }),
      record: every !== undefined ? { every } : isRecorded(options) ? "steps" : "none",
      onProgress: bar.update,
      cancel: () => interruption.exitStatus !== undefined,
    }),
  );
  const keeping = checkpoint !== undefined && simulation.isKeepable;
  if (checkpoint !== undefined && !keeping)
    process.stderr.write("note: no checkpoints: the method cannot go on from one\n");
  const run = await finish(
    simulation,
    interruption,
    keeping
      ? { every: checkpointEvery, write: (kept) => writeCheckpoint(checkpoint, identity, kept) }
      : undefined,
  );
  bar.stop();
  const failure = run.failure && inOptions(run.failure);
  if (run.method === "none" && failure) return refuse(failure.code, failure.message, failure.hint);
  return failure ? { ...run, failure } : run;
}
