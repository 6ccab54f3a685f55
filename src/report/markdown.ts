/** A theory comes in; its derivation as Markdown with LaTeX, or as plain text for a terminal, goes out. */
import type { Theory } from "../derivation/index.js";
import { RULES } from "../rewrite/index.js";
import { derivationDocument, type PrintedStep } from "./derivation.js";

const leftSide = (name: string, over: readonly string[]): string =>
  over.length === 0 ? name : `${name}[${over.join(",")}]`;

const RULE_STATES: ReadonlyMap<string, string> = new Map(RULES.rules.map((r) => [r.name, r.states]));

function stepText(step: PrintedStep): string {
  const lines = step.results.flatMap((r) => [
    `    ${leftSide(r.name, r.over)} = ${r.text}`,
    ...matrixLine(r),
  ]);
  return [step.title, `  ${step.because}`, ...lines].join("\n");
}

/** The same formula in matrix notation, where it has one that says more than the index notation. */
function matrixLine(r: PrintedStep["results"][number]): string[] {
  const trivial = r.matrix === undefined || !/[ ^]/.test(r.matrix.text);
  return trivial ? [] : [`    ${" ".repeat(leftSide(r.name, r.over).length)} = ${r.matrix!.text}`];
}

/** The derivation as a reader at a terminal wants it: the steps in order, formulas as text. */
export function derivationText(theory: Theory): string {
  const doc = derivationDocument(theory);
  const head = doc.reference === undefined ? doc.model : `${doc.model} (${doc.reference})`;
  const notes = doc.notes.map((n) => `Note: ${n}`);
  return `${[head, ...doc.steps.map(stepText), ...notes].join("\n\n")}\n`;
}

/** `H_v[i,j]` as LaTeX: the name of a derived quantity with its indices. */
function latexName(name: string, over: readonly string[]): string {
  const spelled = over.map((i) => (i.length > 1 ? `\\${i}` : i)).join(" ");
  const derivative = /^d(.+)\/dt$/.exec(name);
  const base =
    derivative !== null
      ? `\\frac{\\mathrm{d}${texWord(derivative[1]!)}${sub(spelled)}}{\\mathrm{d}t}`
      : undefined;
  if (base !== undefined) return base;
  const [stem, ...rest] = name.split("_");
  const subscript = [rest.join("_"), spelled].filter((s) => s !== "").join(", ");
  return `${texWord(stem!)}${sub(subscript)}`;
}

const sub = (s: string): string => (s === "" ? "" : `_{${s}}`);
const texWord = (s: string): string =>
  /^[A-Za-z]$/.test(s) || s.includes("∂") ? tidy(s) : `\\mathrm{${s.replace(/[^A-Za-z0-9]/g, " ").trim()}}`;
const tidy = (s: string): string => s.replace(/−/g, "-").replace(/∂/g, "\\partial ");

function stepMarkdown(step: PrintedStep, k: number): string {
  const formulas = step.results.map((r) => {
    const matrix = matrixLine(r).length === 0 ? "" : ` \\qquad\\text{or}\\qquad ${r.matrix!.latex}`;
    return `$$${latexName(r.name, r.over)} = ${r.latex}${matrix}$$`;
  });
  const rules = step.rules.map((name) => `\`${name}\` (${RULE_STATES.get(name)})`);
  const used = rules.length === 0 ? [] : [`Rules used: ${rules.join("; ")}.`];
  return [`## ${k + 1}. ${step.title}`, step.because, ...formulas, ...used].join("\n\n");
}

/** The derivation as Markdown with LaTeX: model to last formula, rule by rule. */
export function derivationMarkdown(theory: Theory): string {
  const doc = derivationDocument(theory);
  const reference = doc.reference === undefined ? [] : [`Source: ${doc.reference}`];
  const notes = doc.notes.length === 0 ? [] : [`## Notes`, doc.notes.map((n) => `- ${n}`).join("\n")];
  return `${[`# ${doc.model}`, ...reference, ...doc.steps.map(stepMarkdown), ...notes].join("\n\n")}\n`;
}
