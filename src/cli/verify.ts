/** `legendre verify MODEL`: a model comes in; every obligation of energy descent, decided, goes out. */
import { type Command, Option } from "commander";
import type { Counterexample, NestedText, Obligation } from "../certificate/index.js";
import { derive } from "../front/theory.js";
import { type Verification, verify } from "../front/verify.js";
import { writeJson } from "./json-file.js";
import { readModel } from "./model-argument.js";

interface VerifyOptions {
  readonly json?: boolean;
  readonly full?: boolean;
  readonly certificate?: string;
  readonly format: "text" | "markdown";
}

/** Exit statuses of contract section 4. */
const STATUS = { proved: 0, refuted: 1, undecided: 3 } as const;

export function addVerify(root: Command): void {
  root
    .command("verify")
    .description("prove or refute that the energy descends, obligation by obligation")
    .argument("<model>", "model file (YAML or JSON), - for standard input, or a name from `legendre catalog`")
    .option("--full", "keep fast layers as dynamic ones")
    .option("--certificate <file>", "write the certificate, which `legendre check` replays")
    .addOption(new Option("--format <format>", "readable form").choices(["text", "markdown"]).default("text"))
    .option("--json", "print one JSON document")
    .action((argument: string, options: VerifyOptions) => {
      const verification = verify(derive(readModel(argument)), { full: options.full === true });
      if (options.certificate !== undefined) writeCertificate(options.certificate, verification);
      const readable = options.format === "markdown" ? markdown(verification) : text(verification);
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
  [
    ...Object.entries(c.dimensions).map(([n, k]) => `${n} = ${k}`),
    ...Object.entries(c.values).map(([n, v]) => `${n} = ${nested(v)}`),
  ].join(", ");

function lines(o: Obligation, indent: string): string[] {
  return [
    `${indent}${o.method}`,
    ...(o.counterexample ? [`${indent}at ${witness(o.counterexample)}`] : []),
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

/** The same as a theorem with its obligations. */
function markdown(v: Verification): string {
  const claim = v.verdict === "proved" ? "Theorem." : v.verdict === "refuted" ? "Refuted." : "Undecided.";
  const items = v.obligations.map((o) => `* **${o.name}** (${o.verdict}). ${lines(o, "").join(". ")}.`);
  const energy = v.energy === undefined ? [] : [`$$E = ${v.energy.latex}$$`];
  const rate = v.dEdt === undefined ? [] : [`$$\\frac{\\mathrm{d}E}{\\mathrm{d}t} = ${v.dEdt.latex}$$`];
  return `${[`# ${v.model}`, `**${claim}** Along every solution dE/dt ≤ 0.`, ...energy, ...rate, items.join("\n")].join("\n\n")}\n`;
}
