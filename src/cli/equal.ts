/** `legendre equal A B`: two expressions come in; proved equal, different at a point, or undecided goes out. */
import type { Command } from "commander";
import { decideEqual, type EqualityOutcome, readEquality } from "../certificate/index.js";
import { unwrap } from "../front/errors.js";
import { collect } from "./option-values.js";
import { textSetting } from "./values.js";

/** Exit statuses of docs/commands.md. */
const STATUS: { readonly [V in EqualityOutcome["verdict"]]: number } = {
  proved: 0,
  different: 1,
  undecided: 3,
};

interface EqualOptions {
  readonly where: readonly string[];
  readonly index: readonly string[];
  readonly set: readonly string[];
  readonly json?: boolean;
}

export function addEqual(root: Command): void {
  root
    .command("equal")
    .description("decide whether two expressions are the same function")
    .argument("<left>", "for instance 'tanh(x)'")
    .argument("<right>", "for instance '2*sigmoid(2*x) - 1'")
    .option("--where <condition>", "compare only where this holds, such as 'x > 0'; may repeat", collect, [])
    .option("--index <index>", "an index and its dimension, i:N or i:4; may repeat", collect, [])
    .option("--set <name=value>", "the value of a name; may repeat", collect, [])
    .option("--json", "print one JSON document")
    .action((left: string, right: string, options: EqualOptions) => {
      const { where, index: indices } = options;
      const set = new Map(options.set.map(textSetting));
      const outcome = decideEqual(unwrap(readEquality({ left, right, where, indices, set })));
      process.stdout.write(
        options.json ? `${JSON.stringify(outcome, null, 2)}\n` : written({ left, right }, outcome),
      );
      process.exitCode = STATUS[outcome.verdict];
    });
}

function written({ left, right }: { left: string; right: string }, outcome: EqualityOutcome): string {
  const { verdict, method, difference } = outcome;
  if (difference === undefined) return `${verdict}: ${method}\n`;
  const all = { ...difference.dimensions, ...difference.indices, ...difference.values };
  const lines = Object.entries(all).map(([name, value]) => `  ${name} = ${shown(value)}`);
  return [
    `different at this point (${method})`,
    ...lines,
    `  ${left.trim()}\n    = ${difference.left}`,
    `  ${right.trim()}\n    = ${difference.right}`,
    "",
  ].join("\n");
}

const shown = (value: unknown): string =>
  Array.isArray(value) ? `[${value.map(shown).join(", ")}]` : String(value);
