/** Command-line arguments come in; one command of the front door runs; an exit status goes out. */
import { Command, CommanderError } from "commander";
import { LegendreError } from "../front/errors.js";
import { VERSION } from "../front/version.js";
import { ExpressionTooLarge } from "../index-notation/index.js";
import { addCatalog } from "./catalog.js";
import { addCheck } from "./check.js";
import { addCompile } from "./compile.js";
import { addConvexity } from "./convexity.js";
import { addDerive } from "./derive.js";
import { addEqual } from "./equal.js";
import { addFixedPoints } from "./fixed-points.js";
import { addSimulate } from "./simulate.js";
import { addSpectrum } from "./spectrum.js";
import { addStorage } from "./storage.js";
import { addVerify } from "./verify.js";

/** Exit statuses of docs/commands.md. */
export const EXIT = { done: 0, refuted: 1, badInput: 2, undecided: 3, bug: 70 } as const;

function program(): Command {
  const root = new Command("legendre")
    .description(
      "Write a Lagrangian, get the activations, energy, dynamics and a running associative memory.",
    )
    .version(VERSION)
    .showHelpAfterError("(legendre COMMAND --help lists the options)")
    .exitOverride();
  addDerive(root);
  addVerify(root);
  addSimulate(root, VERSION);
  addFixedPoints(root);
  addSpectrum(root);
  addStorage(root);
  addCompile(root);
  addConvexity(root);
  addEqual(root);
  addCheck(root);
  addCatalog(root);
  for (const c of root.commands)
    c.exitOverride().showHelpAfterError(`(legendre ${c.name()} --help lists the options)`);
  return root;
}

/** `convexity -x*log(x)`: an expression may begin with a minus sign, which is no option. */
function withExpressions(argv: readonly string[]): string[] {
  const [command, ...rest] = argv;
  if (command !== "convexity" && command !== "equal") return [...argv];
  return [command, ...rest.map((a) => (/^-[^-]/.test(a) && a !== "-h" ? ` ${a}` : a))];
}

/** Runs one command line; returns its exit status and never throws for bad input. */
export async function main(argv: readonly string[]): Promise<number> {
  try {
    await program().parseAsync(withExpressions(argv), { from: "user" });
    return Number(process.exitCode ?? EXIT.done);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.badInput;
    if (error instanceof LegendreError) {
      process.stderr.write(`${error.message}\n`);
      return EXIT.badInput;
    }
    if (error instanceof ExpressionTooLarge) {
      process.stderr.write(
        `${error.message}\n  write it with fewer terms, for instance as a sum over an index\n`,
      );
      return EXIT.badInput;
    }
    return reportBug(error);
  }
}

/** What is neither bad input nor a refusal is our fault, and says so. */
function reportBug(error: unknown): number {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(
    `legendre failed where it should not: ${message}\n  this is a bug; run again with LEGENDRE_DEBUG=1 and report what it prints\n`,
  );
  if (process.env.LEGENDRE_DEBUG === "1" && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  return EXIT.bug;
}
