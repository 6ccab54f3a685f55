/** A source comes in; an ES module that imports nothing, its types and an example go out as text by file name. */
import { generateStandalone } from "../codegen/index.js";
import type { Buffer, Program } from "../ir/index.js";
import { ok, type Result } from "../model/index.js";
import { banner, type Metadata, volume } from "./metadata.js";
import { type ExportSource, programOf, roleOf } from "./source.js";
import type { Files } from "./targets.js";
import { stringLiteral } from "./text.js";

export function exportJavascript(source: ExportSource, metadata: Metadata): Result<Files> {
  const program = programOf(source);
  if (!program.ok) return program;
  return ok({
    "field.js": moduleText(source, metadata, program.value),
    "field.d.ts": `${typesText(metadata)}\nexport declare function createField(args: Args): ExportedField;\n`,
    "example.js": exampleText(""),
  });
}

export const comment = (lines: readonly string[]): string => lines.map((l) => `// ${l}`.trimEnd()).join("\n");

/** The declaration of one buffer inside `createField`. */
function declaration(source: ExportSource, b: Buffer, k: number): string {
  const role = roleOf(source, b);
  if (b.kind === "table") return `const b${k} = Float64Array.of(${Array.from(b.data!, String).join(", ")});`;
  if (role !== undefined && "argument" in role)
    return `const b${k} = argument(args, ${stringLiteral(role.argument.name)}, ${b.size});`;
  return `const b${k} = new Float64Array(${b.size});`;
}

function moduleText(source: ExportSource, metadata: Metadata, program: Program): string {
  const code = generateStandalone(program);
  const called = (name: string): string | undefined =>
    code.entries[program.entries.findIndex((e) => e.name === name)];
  const size = (name: string): number => metadata.entries.find((e) => e.name === name)?.size ?? 0;
  const plain = (name: string): string[] =>
    called(name) === undefined
      ? [`    ${name}(state, out) { fits(state, ${metadata.size}); fits(out, 0); },`]
      : [
          `    ${name}(state, out) { fits(state, ${metadata.size}); fits(out, ${size(name)}); ${called(name)}(state, out); },`,
        ];
  const copies = source.directions.map((d) => {
    const k = program.buffers.findIndex((b) => b.name === d.symbol.name);
    const { offset, size: n } = d.layout;
    return `      for (let k = 0; k < ${n}; k++) b${k}[k] = direction[${offset} + k];`;
  });
  const energy = called("energy");
  return [
    comment(banner(metadata)),
    "",
    `export const metadata = JSON.parse(${stringLiteral(JSON.stringify(metadata))});`,
    "",
    ...code.runtime,
    "",
    CHECKS,
    "",
    "/** Reads `args` in place: after a change of a parameter call `prepare`; inputs may change between calls. */",
    "export function createField(args) {",
    ...program.buffers.map((b, k) => `  ${declaration(source, b, k)}`),
    ...code.definitions.map((d) => d.replace(/^/gm, "  ")),
    "  const scalar = new Float64Array(1);",
    `  ${code.prepare}();`,
    "  return {",
    `    size: ${metadata.size},`,
    `    prepare: ${code.prepare},`,
    `    rhs(_t, state, out) { fits(state, ${metadata.size}); fits(out, ${metadata.size}); ${called("rhs")}(state, out); },`,
    energy === undefined
      ? "    energy: undefined,"
      : `    energy(_t, state) { fits(state, ${metadata.size}); ${energy}(state, scalar); return scalar[0]; },`,
    ...plain("activations"),
    ...plain("outputs"),
    "    jvp(state, direction, out) {",
    `      for (const x of [state, direction, out]) fits(x, ${metadata.size});`,
    ...copies,
    `      ${called("jvp")}(state, out);`,
    "    },",
    "  };",
    "}",
    "",
  ].join("\n");
}

/** Functions of a module that check lengths. */
export const CHECKS = `function fits(array, size) {
  if (!(array instanceof Float64Array) || array.length !== size)
    throw new TypeError("expected a Float64Array of length " + size);
}

function argument(args, name, size) {
  const array = Object.hasOwn(args, name) ? args[name] : undefined;
  if (!(array instanceof Float64Array) || array.length !== size)
    throw new TypeError("args[" + JSON.stringify(name) + "] must be a Float64Array of length " + size);
  return array;
}`;

/** Types of arguments, field and metadata. */
export function typesText(m: Metadata): string {
  const members = m.arguments.map(
    (a) =>
      `  /** ${a.role}, shape (${a.shape.join(", ")}) in C order, length ${volume(a.shape)} */\n  readonly ${stringLiteral(a.name)}: Float64Array;`,
  );
  const energy = m.entries.some((e) => e.name === "energy")
    ? "  energy(t: number, state: Float64Array): number;"
    : "  readonly energy: undefined;";
  const size = (name: string): number => m.entries.find((e) => e.name === name)?.size ?? 0;
  return `${comment(banner(m))}

/** Parameters and inputs by name, flat in C order. */
export interface Args {
${members.join("\n")}
}

export interface ExportedField {
  /** Length of the flat state: ${m.size}. */
  readonly size: number;
  /** To be called after a parameter changed. */
  prepare(): void;
  /** dx/dt into \`out\`, which must not be \`state\`. */
  rhs(t: number, state: Float64Array, out: Float64Array): void;
${energy}
  /** Activations into \`out\` of length ${size("activations")}. */
  activations(state: Float64Array, out: Float64Array): void;
  /** Fast states into \`out\` of length ${size("outputs")}. */
  outputs(state: Float64Array, out: Float64Array): void;
  /** The Jacobian of \`rhs\` at \`state\` times \`direction\` into \`out\`. */
  jvp(state: Float64Array, direction: Float64Array, out: Float64Array): void;
}

export declare const metadata: { readonly model: string; readonly size: number; readonly [key: string]: unknown };
`;
}

/** `more` is what `createField` takes beside the arguments. */
export const exampleText = (more: string): string =>
  [
    "// Runs 100 explicit Euler steps on the example data: node example.js",
    'import { readFileSync } from "node:fs";',
    'import { createField, metadata } from "./field.js";',
    "",
    'const { initial, args } = JSON.parse(readFileSync(new URL("example-data.json", import.meta.url), "utf8"));',
    `const named = Object.fromEntries(args.map(({ name, data }) => [name, Float64Array.from(data)]));`,
    `const field = ${more === "" ? "" : "await "}createField(named${more});`,
    "const state = Float64Array.from(initial);",
    "const rate = new Float64Array(field.size);",
    'const report = (t) => console.log(metadata.model + ": t = " + t + (field.energy ? ", energy = " + field.energy(t, state) : ""));',
    "",
    "report(0);",
    "for (let step = 0; step < 100; step++) {",
    "  field.rhs(step * 0.01, state, rate);",
    "  for (let k = 0; k < field.size; k++) state[k] += 0.01 * rate[k];",
    "}",
    "report(1);",
    "",
  ].join("\n");
