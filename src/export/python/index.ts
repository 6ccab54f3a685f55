/** A source comes in; a NumPy or JAX module and an example go out as text by file name. */
import type { TensorSymbol } from "../../index-notation/index.js";
import type { EntryRequest, Output } from "../../lower/index.js";
import { fail, ok, type Result } from "../../model/index.js";
import { argumentComment, banner, type Metadata } from "../metadata.js";
import type { ExportSource } from "../source.js";
import type { Files } from "../targets.js";
import { stringLiteral } from "../text.js";
import { IMPORTS, PRELUDE } from "./prelude.js";
import { ArrayPrinter, Inexpressible } from "./printer.js";

export type Flavour = keyof typeof PRELUDE;

export const exportPython =
  (flavour: Flavour) =>
  (source: ExportSource, metadata: Metadata): Result<Files> =>
    said(source, () => ({
      "field.py": moduleText(flavour, source, metadata),
      "example.py": example(flavour),
    }));

/** Files, or why array code cannot be written. */
export function said(source: ExportSource, files: () => Files): Result<Files> {
  try {
    return ok(files());
  } catch (error) {
    if (!(error instanceof Inexpressible)) throw error;
    return fail({
      code: "not-expressible",
      message: `${source.theory.model.name} has ${error.message}, which array code cannot say`,
      hint: "use --target js, wasm or c, whose loops search for it",
    });
  }
}

/** What a function of array code reads beside the arguments. */
interface Reads {
  readonly state?: boolean;
  readonly direction?: boolean;
}

export interface ArrayFunction {
  readonly name: string;
  readonly parameters: string;
  readonly doc: string;
  readonly outputs: readonly Output[];
  readonly reads: Reads;
  /** The value returned, of the texts of the outputs. */
  readonly result: (outputs: readonly string[]) => string;
}

/** A Python function that computes outputs. */
export function arrayFunction(source: ExportSource, flavour: Flavour, f: ArrayFunction): string {
  const { lines, outputs } = computed(source, f.outputs, f.reads);
  const body = [...lines, `return ${f.result(outputs)}`];
  const quiet =
    flavour === "numpy"
      ? ['    with xp.errstate(all="ignore"):', ...body.map((l) => `        ${l}`)]
      : body.map((l) => `    ${l}`);
  return [`def ${f.name}(${f.parameters}):`, `    """${f.doc}"""`, ...quiet, ""].join("\n");
}

/** The values of outputs as lines, and the text of each output over its indices. */
function computed(
  source: ExportSource,
  wanted: readonly Output[],
  reads: Reads,
): { lines: string[]; outputs: string[] } {
  const tensors = new Map<TensorSymbol, string>();
  const unpack: string[] = [];
  for (const [k, s] of source.states.entries()) {
    if (!reads.state) continue;
    tensors.set(s.symbol, `s${k}`);
    unpack.push(`s${k} = ${slice("y", s.offset, s.size, s.shape)}`);
  }
  for (const a of source.arguments) {
    tensors.set(a.symbol, a.identifier);
    unpack.push(
      `${a.identifier} = _argument(args, ${stringLiteral(a.name)}, ${tuple(a.shape)})  # ${argumentComment({ ...a, dimensions: a.shape.map(String) })}`,
    );
  }
  for (const [k, d] of source.directions.entries()) {
    if (!reads.direction) continue;
    tensors.set(d.symbol, `d${k}`);
    unpack.push(`d${k} = ${slice("direction", d.layout.offset, d.layout.size, d.layout.shape)}`);
  }
  const printer = new ArrayPrinter(source.dimensions, tensors);
  const outputs = wanted.map((o) => printer.over(o.value, o.over));
  return { lines: [...unpack, ...printer.lines], outputs };
}

const tuple = (shape: readonly number[]): string => `(${shape.map((n) => `${n},`).join(" ")})`;

const slice = (name: string, offset: number, size: number, shape: readonly number[]): string =>
  `xp.reshape(${name}[${offset}:${offset + size}], ${tuple(shape)})`;

/** One flat array of all outputs. */
export const flattened = (outputs: readonly string[]): string =>
  `xp.concatenate([${outputs.map((o) => `xp.ravel(${o})`).join(", ")}])`;

const SIGNATURES: Readonly<Record<string, readonly [name: string, parameters: string, doc: string]>> = {
  rhs: ["vector_field", "t, y, args", "dy/dt of the flat state y; args holds parameters and inputs by name."],
  energy: ["energy", "t, y, args", "The energy, a scalar."],
  activations: ["activations", "y, args", "Activations by name of the layer."],
  outputs: ["outputs", "y, args", "Fast states as functions of the slow ones, by name."],
  jvp: ["jvp", "t, y, direction, args", "The Jacobian of vector_field at y times the direction."],
};

function entryText(flavour: Flavour, source: ExportSource, entry: EntryRequest): string {
  const [name, parameters, doc] = SIGNATURES[entry.name]!;
  const byName = (texts: readonly string[]): string =>
    `{${entry.outputs.map((o, k) => `${stringLiteral(o.name)}: ${texts[k]}`).join(", ")}}`;
  const result =
    entry.name === "energy"
      ? (texts: readonly string[]) => texts[0]!
      : name === "activations" || name === "outputs"
        ? byName
        : flattened;
  const reads = { state: true, direction: entry.name === "jvp" };
  return arrayFunction(source, flavour, { name, parameters, doc, outputs: entry.outputs, reads, result });
}

/** `more` are functions beside those of the entries. */
export function moduleText(
  flavour: Flavour,
  source: ExportSource,
  m: Metadata,
  more: readonly string[] = [],
): string {
  const parts = source.states.map(
    (s) => `${stringLiteral(s.name)}: ${slice("y", s.offset, s.size, s.shape)}`,
  );
  const joined = source.states.map(
    (s) => `xp.ravel(xp.asarray(states[${stringLiteral(s.name)}], dtype=float))`,
  );
  const precision =
    flavour === "jax"
      ? [
          "#",
          '# Results are in the precision of y. For float64: jax.config.update("jax_enable_x64", True) before any array is made.',
        ]
      : [];
  return [
    ...banner(m).map((l) => `# ${l}`.trimEnd()),
    ...precision,
    IMPORTS[flavour],
    "",
    `METADATA = json.loads(${stringLiteral(JSON.stringify(m).replace(/[^\x20-\x7e]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`))})`,
    `SIZE = ${m.size}`,
    "",
    "",
    PRELUDE[flavour],
    "",
    `def _argument(args, name, shape):
    if name not in args:
        raise ValueError("args lacks " + name + ", of shape " + str(shape))
    value = xp.asarray(args[name]${flavour === "numpy" ? ", dtype=float" : ""})
    if value.shape != shape:
        raise ValueError(name + " has shape " + str(value.shape) + "; expected " + str(shape))
    return value
`,
    "",
    `def split(y):
    """The states by name of a flat state."""
    return {${parts.join(", ")}}
`,
    "",
    `def join(states):
    """The flat state of states by name."""
    return xp.concatenate([${joined.join(", ")}])
`,
    ...[...source.entries.map((e) => entryText(flavour, source, e)), ...more].map((f) => `\n${f}`),
  ].join("\n");
}

const example = (flavour: Flavour): string => {
  const [imports, array, compiled] =
    flavour === "numpy"
      ? ["import numpy as xp", "xp.array", ""]
      : [
          'import jax\n\njax.config.update("jax_enable_x64", True)\nimport jax.numpy as xp',
          "xp.array",
          "\nstep_field = jax.jit(field.vector_field)",
        ];
  const call = flavour === "numpy" ? "field.vector_field" : "step_field";
  return `# Runs 100 explicit Euler steps on the example data: python example.py
import json
from pathlib import Path

${imports}

import field

data = json.loads((Path(__file__).parent / "example-data.json").read_text())
args = {a["name"]: ${array}(a["data"], dtype=float).reshape(a["shape"]) for a in data["args"]}
y = ${array}(data["initial"], dtype=float)${compiled}


def report(t):
    energy = f", energy = {float(field.energy(t, y, args))!r}" if hasattr(field, "energy") else ""
    print(f"{field.METADATA['model']}: t = {t}{energy}")


report(0)
for step in range(100):
    y = y + 0.01 * ${call}(0.01 * step, y, args)
report(1)
`;
};
