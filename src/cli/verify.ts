/** `legendre verify MODEL`: a model comes in; every obligation of energy descent, decided, goes out. */
import { type Command, Option } from "commander";
import {
  type Counterexample,
  type NestedText,
  type Obligation,
  type ProseFormat,
  STEP_METHODS,
  type StepMethod,
} from "../certificate/index.js";
import { derive } from "../front/theory.js";
import { explainVerification, type Verification, verify } from "../front/verify.js";
import { writeJson } from "./json-file.js";
import { readModel } from "./model-argument.js";

interface VerifyOptions {
  readonly json?: boolean;
  readonly full?: boolean;
  readonly certificate?: string;
  readonly steps?: StepMethod;
  readonly format: "text" | ProseFormat;
}

/** Exit statuses of docs/commands.md. */
const STATUS = { proved: 0, refuted: 1, undecided: 3 } as const;

export function addVerify(root: Command): void {
  root
    .command("verify")
    .description("prove or refute that the energy descends, obligation by obligation")
    .argument("<model>", "model file (YAML or JSON), - for standard input, or a name from `legendre catalog`")
    .option("--full", "keep fast layers as dynamic ones")
    .addOption(
      new Option(
        "--steps <method>",
        "decide whether a run made of steps of this method can raise the energy, at any step size",
      ).choices([...STEP_METHODS]),
    )
    .option("--certificate <file>", "write the certificate, which `legendre check` replays")
    .addOption(
      new Option("--format <format>", "readable form").choices(["text", "markdown", "latex"]).default("text"),
    )
    .option("--json", "print one JSON document")
    .action((argument: string, options: VerifyOptions) => {
      const { steps, full = false } = options;
      const verification = verify(derive(readModel(argument)), { full, ...(steps && { method: steps }) });
      if (options.certificate !== undefined) writeCertificate(options.certificate, verification);
      const { format } = options;
      const readable = format === "text" ? text(verification) : explainVerification(verification, format);
      process.stdout.write(options.json ? `${JSON.stringify(verification, null, 2)}\n` : readable);
      process.exitCode = STATUS[verification.verdict];
    });
}

function writeCertificate(file: string, { certificate, verdict }: Verification): void {
  if (certificate !== undefined) writeJson(file, certificate);
  else process.stderr.write(`descent is ${verdict}, so there is no certificate and ${file} is not written\n`);
}

function nested(value: NestedText): string {
  return typeof value === "string" ? value : `[${value.map(nested).join(", ")}]`;
}

const witness = (c: Counterexample): string =>
  [...Object.entries(c.dimensions).map(([n, k]) => `${n} = ${k}`), entries(c.values)]
    .filter((part) => part !== "")
    .join(", ");

const entries = (values: Readonly<Record<string, NestedText>>): string =>
  Object.entries(values)
    .map(([n, v]) => `${n} = ${nested(v)}`)
    .join(", ");

/** Along which direction, or to which state, the counterexample goes. */
function effects({ direction, next, energies }: Counterexample, indent: string): string[] {
  const [before, after] = energies ?? [];
  return [
    ...(direction ? [`${indent}along ${entries(direction)}`] : []),
    ...(next ? [`${indent}then ${entries(next)}: the energy goes from ${before} to ${after}`] : []),
  ];
}

function lines(o: Obligation, indent: string): string[] {
  return [
    `${indent}${o.method}`,
    ...(o.counterexample
      ? [`${indent}at ${witness(o.counterexample)}`, ...effects(o.counterexample, indent)]
      : []),
    ...(o.flatDirections ?? []).map((f) => `${indent}flat direction ${f.direction}: ${f.meaning}`),
  ];
}

/** What a person at a terminal reads: the verdict, then each obligation with its reason. */
function text(v: Verification): string {
  const width = Math.max(...v.obligations.map((o) => o.name.length));
  const rows = v.obligations.flatMap((o) => [
    `  ${o.name.padEnd(width)}  ${o.verdict}`,
    ...lines(o, "      "),
  ]);
  const energy = v.energy === undefined ? [] : ["", `E = ${v.energy.text}`];
  const rate = v.dEdt === undefined ? [] : ["", `dE/dt = ${v.dEdt.text}`];
  return `${[`${v.model}: descent of the energy is ${v.verdict}`, "", ...rows, ...energy, ...rate].join("\n")}\n`;
}
