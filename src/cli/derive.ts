/** `legendre derive MODEL`: a model comes in, everything that follows from it goes out. */
import { type Command, Option } from "commander";
import { derive } from "../front/theory.js";
import { readModel } from "./model-argument.js";

interface DeriveOptions {
  readonly json?: boolean;
  readonly format: "text" | "markdown";
}

export function addDerive(root: Command): void {
  root
    .command("derive")
    .description("derive activations, Hessians, energies, dynamics, dE/dt, adiabatic limits and couplings")
    .argument("<model>", "model file (YAML or JSON), - for standard input, or a name from `legendre catalog`")
    .option("--json", "print one JSON document: every formula as text that reads back and as LaTeX")
    .addOption(new Option("--format <format>", "readable form").choices(["text", "markdown"]).default("text"))
    .action((argument: string, options: DeriveOptions) => {
      const theory = derive(readModel(argument));
      if (options.json) process.stdout.write(`${JSON.stringify(theory, null, 2)}\n`);
      else process.stdout.write(options.format === "markdown" ? theory.markdown() : theory.text());
    });
}
