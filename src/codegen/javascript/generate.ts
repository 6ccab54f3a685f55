/**
 * A program comes in, JavaScript source goes out: the body of a function of `memory` and `runtime`.
 *
 * Names are made here from counters, so no text of a user reaches the source. Every program gets a serial
 * number in its function names: V8 shares optimisation state between functions of equal source text.
 */
import type { Buffer, Entry, Program, Statement } from "../../ir/index.js";
import { Writer } from "../writer.js";
import { runtime } from "./runtime.js";
import { JAVASCRIPT } from "./spelling.js";

let serial = 0;

export function generate(program: Program): string {
  serial += 1;
  const memory = program.buffers.map((_, k) => `const b${k} = memory[${k}];`);
  const { definitions, prepare, entries } = functionsOf(program, `_${serial}`);
  return [
    '"use strict";',
    `const { ${Object.keys(runtime).join(", ")} } = runtime;`,
    ...memory,
    ...definitions,
    `return { prepare: ${prepare}, entries: [${entries.join(", ")}] };`,
  ].join("\n");
}

/** Functions over buffers named b0, b1, … in the order of the program, and what they are called. */
export interface Functions {
  readonly definitions: readonly string[];
  readonly prepare: string;
  /** In the order of the program's entries. */
  readonly entries: readonly string[];
}

export function functionsOf(program: Program, suffix = ""): Functions {
  const names = new Map<Buffer, string>(program.buffers.map((b, k) => [b, `b${k}`]));
  const prepare = `prepare${suffix}`;
  const entries = program.entries.map((_, k) => `f${k}${suffix}`);
  const definitions = [
    functionText(prepare, "", program.prepare, names),
    ...program.entries.map((e, k) =>
      entryText(e, entries[k]!, new Map(names).set(program.state, "s").set(e.out, "o")),
    ),
  ];
  return { definitions, prepare, entries };
}

const entryText = (e: Entry, name: string, names: ReadonlyMap<Buffer, string>): string =>
  functionText(name, "s, o", e.body, names);

/** A function; a body of nothing but sections becomes one function for each, called in turn. */
function functionText(
  name: string,
  parameters: string,
  body: readonly Statement[],
  names: ReadonlyMap<Buffer, string>,
): string {
  const sections = body.filter((s) => s.kind === "section");
  if (sections.length === 0 || sections.length < body.length)
    return plainFunction(name, parameters, body, names);
  const parts = sections.map((s, k) => plainFunction(`${name}_${k}`, parameters, s.body, names));
  const calls = sections.map((_, k) => `  ${name}_${k}(${parameters});`);
  return [...parts, `function ${name}(${parameters}) {`, ...calls, "}"].join("\n");
}

function plainFunction(
  name: string,
  parameters: string,
  body: readonly Statement[],
  names: ReadonlyMap<Buffer, string>,
): string {
  const writer = new Writer(JAVASCRIPT, names);
  return [`function ${name}(${parameters}) {`, ...writer.block(body, "  "), "}"].join("\n");
}
