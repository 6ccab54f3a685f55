/** A program comes in; C for one block of memory and the places of its buffers in it go out. */
import type { Buffer, Program } from "../../ir/index.js";
import { type LinearInterface, linearInterface } from "../linear.js";
import { layoutOf } from "../wasm/layout.js";
import { DIALECTS } from "./dialects.js";
import { type CBody, cBodies, extremes, spelledBuffers, tables } from "./index.js";

export interface LinearC {
  /** C11 with GNU extensions; it defines `bind`, and a function without parameters for each exported name of the interface. */
  readonly source: string;
  /** The function that is told where the memory is, which must begin at a multiple of 64; of its own in each thread. */
  readonly bind: string;
  readonly interface: LinearInterface;
  readonly bytes: number;
}

const head = (includes: string): string => `${includes}

#ifdef _WIN32
#define EXPORTED __declspec(dllexport)
#else
#define EXPORTED __attribute__((visibility("default")))
#endif

static __thread char *memory;
EXPORTED void legendre_bind(void *begin) { memory = begin; }`;

export function generateLinearC(program: Program, dialect: keyof typeof DIALECTS = "vector"): LinearC {
  const { spelling, includes, functions } = DIALECTS[dialect];
  const { at, bytes } = layoutOf(program);
  const shape = linearInterface(program, at);
  const exported = new Map(shape.entries.map((e) => [e.name, e.exported]));
  const bodies = cBodies(program, spelling).map((b) =>
    functionText(program, b, at, exported.get(b.of) ?? shape.prepare),
  );
  const parts = [head(includes), ...functions(program), ...extremes(program), ...tables(program), ...bodies];
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
