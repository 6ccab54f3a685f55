/** Nothing comes in; the two ways in which C is written go out: for any compiler, and for one that makes vector code. */
import type { Program } from "../../ir/index.js";
import { primitivesOf } from "../primitives-of.js";
import type { Spelling } from "../writer.js";
import { KERNELS, VECTORISED } from "./kernels.js";
import { definitionsOf } from "./runtime.js";
import { C99 } from "./spelling.js";
import { simdPragma } from "./vectorise.js";

export interface Dialect {
  readonly spelling: Spelling;
  readonly includes: string;
  /** Definitions of the functions that the program calls and the headers lack. */
  functions(program: Program): readonly string[];
}

const include = (...headers: readonly string[]): string => headers.map((h) => `#include <${h}>`).join("\n");

/** C99 without extensions; the functions of math.h. */
const PORTABLE: Dialect = {
  spelling: C99,
  includes: include("math.h", "stddef.h"),
  functions: (program) => definitionsOf(primitivesOf(program)),
};

/** Loops marked as independent, functions without branches. */
const VECTOR: Dialect = {
  spelling: { ...C99, primitives: { ...C99.primitives, ...VECTORISED }, ahead: simdPragma },
  includes: include("math.h", "stddef.h", "stdint.h", "string.h"),
  functions: (program) => {
    const lacking = [...primitivesOf(program)].filter((p) => VECTORISED[p] === undefined);
    return [KERNELS, ...definitionsOf(new Set(lacking))];
  },
};

export const DIALECTS = { portable: PORTABLE, vector: VECTOR } as const;
