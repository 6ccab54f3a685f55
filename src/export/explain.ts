/** A theory with bound numbers comes in; how its field is lowered, and what each entry costs, go out as text. */
import type { Theory } from "../derivation/index.js";
import { costOf } from "../ir/index.js";
import { ok, type Result } from "../model/index.js";
import type { FieldOptions } from "../simulation/index.js";
import { exportSource, programOf } from "./source.js";

/** Operations that one call of exp, tanh, … counts for; the polynomials of a vectorised one are about that long. */
const CALL = 20;
/** Operations in the time in which one byte arrives from a last-level cache: 12 GFLOP/s against 27 GB/s. */
const BALANCE = 12 / 27;

/** The plan, the names of the passes, and flops, bytes and the predicted bottleneck of each entry. */
export function explain(theory: Theory, options: FieldOptions): Result<string> {
  const source = exportSource(theory, options);
  if (!source.ok) return source;
  const passes: string[] = [];
  let plan = "";
  const trace = (pass: string, text: string): void => {
    passes.push(pass);
    if (pass === "plan") plan = text;
  };
  const program = programOf(source.value, { trace });
  if (!program.ok) return program;
  const costs = program.value.entries.map((e) => {
    const c = costOf(e.body);
    const [work, bytes] = [c.flops + CALL * c.calls, 8 * (c.loads + c.stores)];
    const limit =
      work < BALANCE * bytes ? "memory" : c.flops < CALL * c.calls ? "exp, tanh and the like" : "arithmetic";
    return `${e.name}: ${c.flops} flops, ${c.calls} calls, ${bytes} bytes read and written; predicted bottleneck: ${limit}`;
  });
  return ok(`passes: ${passes.join(", ")}\n${plan}\n${costs.join("\n")}\n`);
}
