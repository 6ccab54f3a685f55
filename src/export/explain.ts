/** A theory with bound numbers comes in; how its field is lowered, and what each entry costs, go out as text. */
import type { Theory } from "../derivation/index.js";
import { type Prediction, predict } from "../ir/index.js";
import { ok, type Result } from "../model/index.js";
import type { FieldOptions } from "../simulation/index.js";
import { exportSource, programOf } from "./source.js";

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
  const costs = program.value.entries.map((e) => `${e.name}: ${costText(predict(e.body))}`);
  return ok(`passes: ${passes.join(", ")}\n${plan}\n${costs.join("\n")}\n`);
}

/** Buffers of fewer numbers are not worth a word. */
const LARGE = 1000;

const WORDS = {
  arithmetic: "arithmetic",
  functions: "exp, tanh and the like",
  entering: "entering and leaving the function",
};

function costText({ cost, passes, bytes, level, bottleneck }: Prediction): string {
  const walked = [...passes].filter(([b]) => b.size >= LARGE && b.kind !== "work" && b.kind !== "out");
  const over = walked.map(
    ([b, n]) => `, ${Number(n.toFixed(1))} ${n > 1.05 ? "passes" : "pass"} over ${b.name}`,
  );
  const limit = bottleneck === "memory" ? `reading from ${level}` : WORDS[bottleneck];
  return `${cost.flops} flops, ${cost.calls} calls, ${Math.round(bytes)} bytes read and written${over.join("")}; predicted bottleneck: ${limit}`;
}
