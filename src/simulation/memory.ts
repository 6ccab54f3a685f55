/** The sizes of arrays come in; why they are not made, if together they need more memory than they may, goes out. */
import type { Diagnostic } from "../model/index.js";

/** In bytes; what a program needs beside its data is about as much again. */
export const MEMORY_LIMIT = 2 ** 33;

/** `doubles` are those of parameters, inputs and states. */
export function memoryRefusal(doubles: number, limit = MEMORY_LIMIT): Diagnostic | undefined {
  const bytes = 8 * doubles;
  if (bytes <= limit) return undefined;
  return {
    code: "memory-limit",
    message: `parameters, inputs and states need ${bytes} bytes of memory; the limit is ${limit}`,
    hint: "use smaller dimensions, or raise the limit (memoryLimit, --memory-limit)",
  };
}
