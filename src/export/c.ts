/** A source comes in; C99 source, header, example, build file and a page go out as text by file name. */
import { type CProgram, cLiteral, generateC } from "../codegen/index.js";
import type { Buffer, Program } from "../ir/index.js";
import { ok, type Result } from "../model/index.js";
import { argumentComment, banner, type Metadata } from "./metadata.js";
import { type ExportSource, programOf, roleOf } from "./source.js";
import type { Files } from "./targets.js";
import { commentText } from "./text.js";

export function exportC(source: ExportSource, metadata: Metadata): Result<Files> {
  const files = cFiles(source, metadata, "portable");
  if (!files.ok) return files;
  const { header, code, example } = files.value;
  return ok({
    "field.h": header,
    "field.c": code,
    "example.c": example,
    "CMakeLists.txt": CMAKE,
    "README.md": readmeText(metadata),
  });
}

export interface CFiles {
  readonly header: string;
  readonly code: string;
  readonly example: string;
  /** Doubles of a `field_workspace`. */
  readonly workspace: number;
}

/** The sources of a field, for any compiler or for one that makes vector code of loops. */
export function cFiles(
  source: ExportSource,
  metadata: Metadata,
  dialect: "portable" | "vector",
): Result<CFiles> {
  const program = programOf(source, { splitSums: dialect === "portable" });
  if (!program.ok) return program;
  const names = {
    pointers: pointersOf(source, program.value),
    signatures: new Map([
      ["prepare", [W, A]],
      ...program.value.entries.map((e): [string, string[]] => [
        e.name,
        e.name === "jvp" ? [W, A, STATE, DIRECTION, OUT] : [W, A, STATE, OUT],
      ]),
    ]),
  };
  const generated = generateC(program.value, names, dialect);
  const workspace = Math.max(1, generated.workspace);
  return ok({
    header: headerText(metadata, workspace),
    code: sourceText(metadata, program.value, generated),
    example: exampleText(source, metadata),
    workspace,
  });
}

const [W, A] = ["field_workspace *w", "const field_arguments *a"] as const;
const [STATE, DIRECTION, OUT] = ["const double *state", "const double *direction", "double *out"] as const;

function pointersOf(source: ExportSource, program: Program): Map<Buffer, string> {
  const pointers = new Map<Buffer, string>();
  for (const b of program.buffers) {
    const role = roleOf(source, b);
    if (role === undefined) continue;
    pointers.set(
      b,
      "argument" in role ? `a->${role.argument.identifier}` : `direction + ${role.direction.layout.offset}`,
    );
  }
  return pointers;
}

const comment = (lines: readonly string[]): string => `/* ${lines.join("\n   ")} */`;

/** Declarations of the public functions. */
const DECLARED: Readonly<Record<string, string>> = {
  prepare: `void field_prepare(${W}, ${A})`,
  rhs: `void field_rhs(${W}, ${A}, double t, ${STATE}, ${OUT})`,
  energy: `double field_energy(${W}, ${A}, double t, ${STATE})`,
  activations: `void field_activations(${W}, ${A}, ${STATE}, ${OUT})`,
  outputs: `void field_outputs(${W}, ${A}, ${STATE}, ${OUT})`,
  jvp: `void field_jvp(${W}, ${A}, ${STATE}, ${DIRECTION}, ${OUT})`,
};

const SAID: Readonly<Record<string, string>> = {
  prepare: "to be called first, and after a parameter changed; inputs may change between calls",
  rhs: "dx/dt",
  energy: "the energy",
  activations: "activations, one after the other",
  outputs: "fast states as functions of the slow ones, one after the other",
  jvp: "the Jacobian of field_rhs at the state times the direction",
};

const names = (m: Metadata): string[] => ["prepare", ...m.entries.map((e) => e.name)];

function headerText(m: Metadata, workspace: number): string {
  const members = m.arguments.map((a) => `  const double *${a.identifier}; /* ${argumentComment(a)} */`);
  const sizes = m.entries
    .filter((e) => e.name === "activations" || e.name === "outputs")
    .map((e) => `  FIELD_${e.name.toUpperCase()} = ${e.size}, /* doubles that field_${e.name} writes */`);
  return `${comment(banner(m))}
#ifndef LEGENDRE_FIELD_H
#define LEGENDRE_FIELD_H

#ifdef __cplusplus
extern "C" {
#endif

enum {
${sizes.join("\n")}${sizes.length > 0 ? "\n" : ""}  FIELD_SIZE = ${m.size} /* doubles of the state */
};

/* Parameters and inputs, each in C order. */
typedef struct {
${members.length > 0 ? members.join("\n") : "  int none;"}
} field_arguments;

/* Scratch, one for each thread; no function allocates. */
typedef struct {
  double memory[${workspace}];
} field_workspace;

${names(m)
  .map((n) => `/* ${SAID[n]} */\n${DECLARED[n]};`)
  .join("\n\n")}

#ifdef __cplusplus
}
#endif

#endif
`;
}

function sourceText(m: Metadata, program: Program, { includes, definitions }: CProgram): string {
  const call = (name: string): string => `entry${program.entries.findIndex((e) => e.name === name)}`;
  const bodies: Readonly<Record<string, string>> = {
    prepare: "  prepare(w, a);",
    rhs: `  (void)t;\n  ${call("rhs")}(w, a, state, out);`,
    energy: `  double value[1];\n  (void)t;\n  ${call("energy")}(w, a, state, value);\n  return value[0];`,
    activations: `  ${call("activations")}(w, a, state, out);`,
    outputs: `  ${call("outputs")}(w, a, state, out);`,
    jvp: `  ${call("jvp")}(w, a, state, direction, out);`,
  };
  return `${comment(banner(m))}
#include "field.h"

${includes}

${definitions}

${names(m)
  .map((n) => `${DECLARED[n]} {\n${bodies[n]}\n}`)
  .join("\n\n")}
`;
}

const numbers = (data: ArrayLike<number>): string =>
  data.length === 0 ? "0.0" : Array.from(data, cLiteral).join(", ");

function exampleText(source: ExportSource, m: Metadata): string {
  const arrays = source.arguments.map((a) => `static const double ${a.identifier}[] = {${numbers(a.data)}};`);
  const energy = m.entries.some((e) => e.name === "energy");
  const report = (t: string): string =>
    energy
      ? `printf("t = ${t}, energy = %.17g\\n", field_energy(&workspace, &arguments, ${t}, state));`
      : `printf("t = ${t}, first component = %.17g\\n", state[0]);`;
  return `/* 100 explicit Euler steps on the example data. */
#include "field.h"

#include <math.h>
#include <stdio.h>

${arrays.join("\n")}
static double state[] = {${numbers(source.initial)}};
static double rate[FIELD_SIZE > 0 ? FIELD_SIZE : 1];
static field_workspace workspace;

int main(void) {
  field_arguments arguments;
  int step, k;
${source.arguments.length > 0 ? source.arguments.map((a) => `  arguments.${a.identifier} = ${a.identifier};`).join("\n") : "  arguments.none = 0;"}
  field_prepare(&workspace, &arguments);
  ${report("0.0")}
  for (step = 0; step < 100; ++step) {
    field_rhs(&workspace, &arguments, step * 0.01, state, rate);
    for (k = 0; k < FIELD_SIZE; ++k) state[k] += 0.01 * rate[k];
  }
  ${report("1.0")}
  return 0;
}
`;
}

const CMAKE = `cmake_minimum_required(VERSION 3.10)
project(legendre_field C)
set(CMAKE_C_STANDARD 99)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()
add_library(field field.c)
target_include_directories(field PUBLIC \${CMAKE_CURRENT_SOURCE_DIR})
add_executable(example example.c)
target_link_libraries(example field)
if(UNIX)
  target_link_libraries(field m)
endif()
`;

const readmeText = (m: Metadata): string => `# A field in C99

${banner(m).join("\n")}

    cc -std=c99 -O2 field.c example.c -lm -o example && ./example

or \`cmake -B build && cmake --build build\`. \`field.h\` declares the functions: fill a \`field_arguments\` with pointers, call
\`field_prepare\` once, then \`field_rhs\` and the others. Nothing allocates; each thread needs a \`field_workspace\` of its own.
\`metadata.json\` says which name of the model each member of \`field_arguments\` stands for:

${m.arguments.map((a) => `    ${a.identifier}  ${argumentComment(a)}`).join("\n")}

Model: ${commentText(m.model)}
`;
