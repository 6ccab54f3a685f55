/** `legendre convexity EXPR`: an expression and its variables come in, a verdict and a certificate go out. */
import { type Command, Option } from "commander";
import {
  explain,
  type Nested,
  type Outcome,
  type ProseFormat,
  proveConvexity,
  readQuestion,
} from "../certificate/index.js";
import { refuse, unwrap } from "../front/errors.js";
import { writeJson } from "./json-file.js";
import { collect } from "./option-values.js";
import { textSetting } from "./values.js";

/** Exit statuses of docs/commands.md. */
const STATUS: { readonly [V in Outcome["verdict"]]: number } = { proved: 0, refuted: 1, undecided: 3 };

type Counterexample = NonNullable<Outcome["counterexample"]>;

interface ConvexityOptions {
  readonly over: readonly string[];
  readonly where: readonly string[];
  readonly index: readonly string[];
  readonly assume: readonly string[];
  readonly set: readonly string[];
  readonly certificate?: string;
  readonly format: "text" | ProseFormat;
  readonly json?: boolean;
}

export function addConvexity(root: Command): void {
  root
    .command("convexity")
    .description(
      "decide whether an expression is jointly convex in its variables, with a proof or a counterexample",
    )
    .argument("<expression>", "for instance 'logsumexp(i, x[i])'")
    .requiredOption("--over <variable>", "a variable with its indices, x[i] or y; may repeat", collect, [])
    .option("--where <condition>", "a condition on the domain, such as 'x[i] > 0'; may repeat", collect, [])
    .option("--index <index>", "an index and its dimension, i:N or i:4; may repeat", collect, [])
    .option(
      "--assume <condition>",
      "a hypothesis on a parameter, such as 'beta > 0'; may repeat",
      collect,
      [],
    )
    .option("--set <name=value>", "the value of a parameter or a dimension; may repeat", collect, [])
    .option("--certificate <file>", "write the certificate of the verdict")
    .addOption(
      new Option("--format <format>", "readable form").choices(["text", "markdown", "latex"]).default("text"),
    )
    .option("--json", "print one JSON document")
    .action((expression: string, options: ConvexityOptions) => {
      const { over, where, index: indices, assume } = options;
      if (over.length === 0)
        refuse("missing-option", "no variable is given", "add --over x or --over 'x[i]'");
      const set = new Map(options.set.map(textSetting));
      const request = unwrap(readQuestion({ expression, over, where, indices, assume, set }));
      const outcome = unwrap(proveConvexity(request));
      if (options.certificate !== undefined) writeCertificate(options.certificate, outcome);
      process.stdout.write(
        options.json ? `${JSON.stringify(document(outcome), null, 2)}\n` : written(outcome, options.format),
      );
      process.exitCode = STATUS[outcome.verdict];
    });
}

function writeCertificate(file: string, { certificate, concavity }: Outcome): void {
  const found = certificate ?? concavity?.certificate;
  if (found === undefined) {
    process.stderr.write(`nothing was decided, so ${file} is not written\n`);
    return;
  }
  writeJson(file, found);
}

/** What `--json` prints. */
function document({ verdict, curvature, method, counterexample, concavity, missing }: Outcome): object {
  return {
    verdict,
    curvature,
    method,
    ...(counterexample && { counterexample: withoutEmpty(counterexample) }),
    ...(concavity?.counterexample && { againstConcavity: withoutEmpty(concavity.counterexample) }),
    ...(missing !== undefined && { missing }),
  };
}

/** Without the dimensions and parameters that there are not. */
function withoutEmpty({ dimensions, parameters, ...rest }: Counterexample): object {
  const some = (o: object): boolean => Object.keys(o).length > 0;
  return { ...rest, ...(some(dimensions) && { dimensions }), ...(some(parameters) && { parameters }) };
}

/** Where something is decided, its theorem; else what is missing. */
function written(outcome: Outcome, format: "text" | ProseFormat): string {
  const decided = outcome.certificate ?? outcome.concavity?.certificate;
  return format === "text" || decided === undefined ? readable(outcome) : explain(decided, format);
}

// ---- for a person -------------------------------------------------------------------------------------

const TITLES: { readonly [C in Outcome["curvature"]]: string } = {
  convex: "convex",
  concave: "concave, hence not shown convex",
  affine: "affine: convex and concave",
  neither: "neither convex nor concave",
  undecided: "undecided",
};

function readable(o: Outcome): string {
  const title =
    o.curvature === "concave" && o.verdict === "refuted" ? "concave and not convex" : TITLES[o.curvature];
  const lines = [o.curvature === "undecided" && o.verdict === "refuted" ? "not convex" : title];
  if (o.method !== "search") lines.push(`  by ${o.method}`);
  if (o.counterexample !== undefined) lines.push(...breach("against convexity", o.counterexample));
  if (o.concavity?.counterexample !== undefined && o.curvature === "neither")
    lines.push(...breach("against concavity", o.concavity.counterexample));
  if (o.missing !== undefined) lines.push(`  ${o.missing}`);
  return `${lines.join("\n")}\n`;
}

function breach(title: string, c: Counterexample): string[] {
  const sizes = Object.entries(c.dimensions).map(([name, size]) => `${name} = ${size}`);
  const values = Object.entries({ ...c.parameters, ...c.point }).map(([name, v]) => `${name} = ${show(v)}`);
  const ways = Object.entries(c.direction).map(([name, v]) => `d_${name} = ${show(v)}`);
  return [
    `  ${title}: at ${[...sizes, ...values].join(", ")}`,
    `    along ${ways.join(", ")}`,
    `    e(p - d) - 2 e(p) + e(p + d) = ${Number(c.value.toPrecision(6))}`,
  ];
}

const show = (v: Nested): string => (typeof v === "number" ? String(v) : `(${v.map(show).join(", ")})`);
