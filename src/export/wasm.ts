/** A source comes in; a WebAssembly module, its interface, a loader with types and examples of hosts go out by file name. */
import { generateWasm, importsText, type WasmInterface } from "../codegen/index.js";
import type { Primitive, Program } from "../ir/index.js";
import { PRIMITIVES } from "../ir/index.js";
import { fail, ok, type Result } from "../model/index.js";
import { CHECKS, comment, exampleText, typesText } from "./javascript.js";
import { banner, type Metadata } from "./metadata.js";
import { type ExportSource, programOf, roleOf } from "./source.js";
import type { Files } from "./targets.js";
import { asciiJson, stringLiteral } from "./text.js";
import { hostText, LOADER, readmeText } from "./wasm-hosts.js";

export function exportWasm(source: ExportSource, metadata: Metadata): Result<Files> {
  const program = programOf(source, { splitSums: false });
  if (!program.ok) return program;
  const { bytes, interface: found } = generateWasm(program.value);
  if (found.pages > MOST_PAGES)
    return fail({
      code: "memory-limit",
      message: `the model needs ${found.pages * PAGE} bytes of memory; WebAssembly can address ${MOST_PAGES * PAGE}`,
      hint: "use another target, or smaller dimensions",
    });
  const described = interfaceOf(source, metadata, program.value, found);
  return ok({
    "field.wasm": bytes,
    "interface.json": `${asciiJson(described)}\n`,
    "field.js": loaderText(metadata, described, found.imports),
    "field.d.ts": `${typesText(metadata)}\n${CREATE}`,
    "example.js": exampleText(', readFileSync(new URL("field.wasm", import.meta.url))'),
    "host.py": hostText(metadata),
    "README.md": readmeText(metadata, described),
  });
}

const PAGE = 65536;
/** Of 32-bit addresses, less one. */
const MOST_PAGES = 65535;

/** A stretch of memory: address in bytes, number of doubles. */
interface Place {
  readonly at: number;
  readonly size: number;
}

/** What a host needs to know beside the bytes; `interface.json`. */
export interface ModuleInterface {
  readonly module: string;
  readonly requires: readonly string[];
  readonly protocol: readonly string[];
  readonly imports: {
    readonly module: string;
    readonly functions: readonly { readonly name: string; readonly parameters: number }[];
  };
  readonly memory: { readonly export: string; readonly pages: number; readonly layout: string };
  readonly prepare: { readonly export: string };
  readonly state: Place;
  readonly arguments: readonly (Place & {
    readonly name: string;
    readonly role: "parameter" | "input";
    readonly shape: readonly number[];
  })[];
  readonly direction: readonly (Place & { readonly state: string; readonly offset: number })[];
  readonly entries: readonly {
    readonly name: string;
    readonly export: string;
    readonly readsDirection: boolean;
    readonly out: Place;
    readonly outputs: Metadata["entries"][number]["outputs"];
  }[];
}

function interfaceOf(
  source: ExportSource,
  m: Metadata,
  program: Program,
  found: WasmInterface,
): ModuleInterface {
  const regions = [...found.parameters, ...found.inputs];
  const buffers = (["param", "input"] as const).flatMap((kind) =>
    program.buffers.filter((b) => b.kind === kind),
  );
  const placed = buffers.map((b, k) => ({ role: roleOf(source, b)!, at: regions[k]!.at, size: b.size }));
  return {
    module: "field.wasm",
    requires: ["fixed-width SIMD (W3C WebAssembly 2.0)"],
    protocol: PROTOCOL,
    imports: {
      module: "legendre",
      functions: found.imports.map((name) => ({ name, parameters: PRIMITIVES[name] })),
    },
    memory: { export: "memory", pages: found.pages, layout: LAYOUT },
    prepare: { export: found.prepare },
    state: { at: found.state.at, size: found.state.size },
    arguments: placed.flatMap(({ role, at, size }) =>
      "argument" in role
        ? [{ name: role.argument.name, role: role.argument.role, shape: role.argument.shape, at, size }]
        : [],
    ),
    direction: placed.flatMap(({ role, at, size }) =>
      "direction" in role
        ? [{ state: role.direction.layout.name, offset: role.direction.layout.offset, at, size }]
        : [],
    ),
    entries: found.entries.map((e, k) => ({
      name: e.name,
      export: e.exported,
      readsDirection: e.name === "jvp",
      out: { at: e.out.at, size: e.out.size },
      outputs: m.entries[k]!.outputs,
    })),
  };
}

const LAYOUT =
  "IEEE 754 binary64, little end first, arrays in C order; `at` is an address in bytes, `size` counts doubles";

const PROTOCOL = [
  "instantiate with the imported functions: f64 for each parameter, f64 as result",
  "write the arguments, then call `prepare`; again after a parameter changed",
  "write the state (and, for an entry that reads it, the direction, state by state), call the entry, read its `out`",
];

const CREATE = `/** Bytes of field.wasm, a response with them, or the compiled module. */
export type ModuleSource = BufferSource | Response | WebAssembly.Module;

/** Reads \`args\` in place: after a change of a parameter call \`prepare\`; inputs may change between calls. */
export declare function createField(args: Args, source?: ModuleSource | Promise<ModuleSource>): Promise<ExportedField>;
`;

function loaderText(m: Metadata, described: ModuleInterface, imported: readonly Primitive[]): string {
  const { runtime, table } = importsText(imported);
  const json = (value: unknown): string => `JSON.parse(${stringLiteral(JSON.stringify(value))})`;
  return [
    comment(banner(m)),
    "",
    `export const metadata = ${json(m)};`,
    "",
    `const description = ${json(described)};`,
    "",
    ...runtime,
    "",
    `const FUNCTIONS = ${table};`,
    "",
    CHECKS,
    "",
    LOADER,
  ].join("\n");
}
