/** A program comes in; C for one block of memory and the places of its buffers in it go out. */
import type { Buffer, Program } from "../../ir/index.js";
import { primitivesOf } from "../primitives-of.js";
import { type LinearInterface, linearInterface } from "../wasm/generate.js";
import { layoutOf } from "../wasm/layout.js";
import type { Spelling } from "../writer.js";
import { type CBody, cBodies, extremes, spelledBuffers, tables } from "./index.js";
import { KERNELS, VECTORISED } from "./kernels.js";
import { definitionsOf } from "./runtime.js";
import { C99 } from "./spelling.js";
import { simdPragma } from "./vectorise.js";

export interface LinearC {
  /** C11 with GNU extensions; it defines `bind`, and a function without parameters for each exported name of the interface. */
  readonly source: string;
  /** The function that is told where the memory is, which must begin at a multiple of 64; of its own in each thread. */
  readonly bind: string;
  readonly interface: LinearInterface;
  readonly bytes: number;
}

const SPELLING: Spelling = {
  ...C99,
  primitives: { ...C99.primitives, ...VECTORISED },
  ahead: simdPragma,
};

const HEAD = `#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef _WIN32
#define EXPORTED __declspec(dllexport)
#else
#define EXPORTED __attribute__((visibility("default")))
#endif

static __thread char *memory;
EXPORTED void legendre_bind(void *begin) { memory = begin; }`;

export function generateLinearC(program: Program): LinearC {
  const { at, bytes } = layoutOf(program);
  const shape = linearInterface(program, at);
  const exported = new Map(shape.entries.map((e) => [e.name, e.exported]));
  const lacking = new Set([...primitivesOf(program)].filter((p) => VECTORISED[p] === undefined));
  const functions = cBodies(program, SPELLING).map((b) =>
    functionText(program, b, at, exported.get(b.of) ?? shape.prepare),
  );
  const parts = [
    HEAD,
    KERNELS,
    ...definitionsOf(lacking),
    ...extremes(program),
    ...tables(program),
    ...functions,
  ];
  return { source: `${parts.join("\n\n")}\n`, bind: "legendre_bind", interface: shape, bytes };
}

/** Buffers are parameters, so that `restrict` holds for the whole body. */
function functionText(
  program: Program,
  { name, lines, buffers, own }: CBody,
  at: ReadonlyMap<Buffer, number>,
  exported: string,
): string {
  const spelled = spelledBuffers(program);
  const used = buffers.filter((b) => b.kind !== "table");
  const named = used.map((b) => own.get(b) ?? spelled.get(b)!);
  const constant = (b: Buffer): string =>
    b.kind === "work" || b.kind === "prepared" || b.kind === "out" ? "" : "const ";
  const parameters = used.map((b, k) => `${constant(b)}double *restrict ${named[k]}`);
  const places = used.map((b) => `(double *)__builtin_assume_aligned(memory + ${at.get(b)}, 64)`);
  return `static void body_${name}(${parameters.join(", ") || "void"}) {
${lines.join("\n")}
}
EXPORTED void ${exported}(void) { body_${name}(${places.join(", ")}); }`;
}
