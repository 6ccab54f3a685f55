/** `legendre compile MODEL`: a model with data comes in; source files for another language go out. */
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Command, Option } from "commander";
import {
  type Export,
  explain,
  exportField,
  TARGETS,
  type TargetName,
  withExampleArrays,
} from "../export/index.js";
import { refuse, unwrap } from "../front/errors.js";
import { provenanceOf } from "../front/export.js";
import { derive } from "../front/theory.js";
import { readModel } from "./model-argument.js";
import { collect, natural } from "./option-values.js";
import { parseSettings, readArrayFiles } from "./values.js";

interface CompileOptions {
  readonly target: TargetName;
  readonly out: string;
  readonly set?: readonly string[];
  readonly data?: readonly string[];
  readonly seed: number;
  readonly memoryLimit?: number;
  readonly full?: boolean;
  readonly force?: boolean;
  readonly explain?: boolean;
  readonly json?: boolean;
}

export function addCompile(root: Command): void {
  const targets = Object.entries(TARGETS).map(([name, t]) => `  ${name.padEnd(6)} ${t.title}`);
  root
    .command("compile")
    .description("write the field, energy, activations and Jacobian-vector product as source files")
    .argument("<model>", "model file (YAML or JSON), - for standard input, or a name from `legendre catalog`")
    .addOption(
      new Option("--target <name>", "language of the files")
        .choices(Object.keys(TARGETS))
        .makeOptionMandatory(),
    )
    .requiredOption("--out <folder>", "where the files go; made if it does not exist")
    .option("--set <name=value>", "a scalar parameter or a dimension; may repeat", collect)
    .option(
      "--data <file>",
      "arrays by name (.json, .npy, .npz, .csv), for shapes and the example; may repeat",
      collect,
    )
    .option("--seed <integer>", "of example arrays drawn at random", natural, 0)
    .option("--memory-limit <bytes>", "refuse models whose arrays need more (default 8 GiB)", natural)
    .option("--full", "keep fast layers as dynamic ones")
    .option("--force", "overwrite files that legendre did not write")
    .option("--explain", "print the passes of lowering and the cost of each entry on stderr")
    .option("--json", "print one JSON document: { files, entryPoints, shapes, metadata }")
    .addHelpText("after", `\nTargets:\n${targets.join("\n")}`)
    .action((argument: string, options: CompileOptions) => run(argument, options));
}

async function run(argument: string, options: CompileOptions): Promise<void> {
  const derived = derive(readModel(argument));
  const given = {
    arrays: readArrayFiles("--data", options.data ?? [], false),
    set: parseSettings(options.set ?? []),
    seed: options.seed,
    ...(options.memoryLimit !== undefined && { memoryLimit: options.memoryLimit }),
  };
  const example = withExampleArrays(derived.theory, given);
  const field = { ...example.bindings, full: options.full === true };
  const made = unwrap(
    await exportField(derived.theory, options.target, field, provenanceOf(derived, field.full)),
  );
  const files = writeAll(options.out, made, options.force === true);
  for (const note of [...example.notes, ...made.notes]) process.stderr.write(`note: ${note}\n`);
  if (options.explain) process.stderr.write(unwrap(explain(derived.theory, field)));
  process.stdout.write(
    options.json ? `${JSON.stringify(document(made, files), null, 2)}\n` : text(made, files, options),
  );
}

const document = ({ metadata }: Export, files: readonly string[]) => ({
  files,
  entryPoints: metadata.entries.map((e) => e.name),
  shapes: Object.fromEntries([...metadata.states, ...metadata.arguments].map((s) => [s.name, s.shape])),
  metadata,
});

function text({ metadata }: Export, files: readonly string[], { target, out }: CompileOptions): string {
  const shape = (s: { name: string; shape: readonly number[] }): string =>
    `${s.name} (${s.shape.join(", ")})`;
  return [
    ...files.map((f) => `wrote ${f}`),
    `state: ${metadata.states.map(shape).join(", ")}; ${metadata.size} numbers`,
    `arguments: ${metadata.arguments.map(shape).join(", ") || "none"}`,
    ...metadata.entries.map((e) => `entry ${e.name}: ${e.outputs.map(shape).join(", ")}`),
    `try: cd ${out} && ${TARGETS[target].run}`,
    "",
  ].join("\n");
}

// ---- files ------------------------------------------------------------------------------------------

/** Writes every file beside its place and then renames it, so that no half-written file is left under its name. */
function writeAll(folder: string, { files }: Export, force: boolean): string[] {
  if (existsSync(folder) && !statSync(folder).isDirectory())
    refuse("not-a-folder", `--out ${folder} is a file`, "give a folder");
  const paths = Object.keys(files).map((name) => join(folder, name));
  const foreign = paths.find((p) => existsSync(p));
  if (foreign !== undefined && !force && !isOurs(folder))
    refuse(
      "would-overwrite",
      `${foreign} exists, and legendre did not write it`,
      "choose another folder, or add --force",
    );
  try {
    mkdirSync(folder, { recursive: true });
    for (const [name, content] of Object.entries(files)) {
      const beside = join(folder, `.${name}.${process.pid}`);
      writeFileSync(beside, content);
      renameSync(beside, join(folder, name));
    }
  } catch (error) {
    refuse(
      "cannot-write",
      `${folder} could not be written: ${(error as Error).message}`,
      "give a folder you may write to",
    );
  }
  return paths;
}

/** A folder with the metadata of an earlier export. */
function isOurs(folder: string): boolean {
  try {
    const found = JSON.parse(readFileSync(join(folder, "metadata.json"), "utf8")) as { generator?: unknown };
    return typeof found.generator === "string" && found.generator.startsWith("legendre ");
  } catch {
    return false;
  }
}
