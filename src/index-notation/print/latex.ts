/** An expression comes in; the LaTeX a paper would print goes out (amsmath or KaTeX). */
import type { Expr } from "../expr.js";
import type { Index } from "../subscript.js";
import { display } from "./display.js";
import { layout } from "./layout.js";
import { GREEK, MACROS } from "./math-name.js";
import { type Naming, namesIn } from "./naming.js";
import { namingOfExpr } from "./text.js";
import type { BigSign, Fence, Sign, Typesetter } from "./typesetter.js";

/** LaTeX and the indices it uses although nobody declared them. */
export interface PrintedLatex {
  readonly latex: string;
  readonly invented: readonly Index[];
}

/** The expression as LaTeX for math mode; `around` as in `printText`. */
export function printLatex(
  e: Expr,
  naming: Naming = namingOfExpr(e),
  around: Iterable<Index> = [],
): PrintedLatex {
  const laid = layout(e, naming, around);
  const taken = new Set([...naming.taken, ...namesIn(e)]);
  return { latex: display(laid.layout, latexTypesetter, taken), invented: laid.invented };
}

const SIGNS: { [S in Sign]: string } = {
  "+": "+",
  "-": "-",
  "/": "/",
  mod: "\\bmod",
  times: "\\cdot",
  "<": "<",
  "<=": "\\le",
  ">": ">",
  ">=": "\\ge",
  "=": "=",
  "!=": "\\ne",
};

const FENCES: { [F in Fence]: readonly [string, string] } = {
  parentheses: ["(", ")"],
  brackets: ["[", "]"],
  bars: ["\\lvert", "\\rvert"],
};

const NATIVE = new Set("exp log max min sin cos tan sinh cosh tanh arcsin arccos arctan".split(" "));

/** A declared name as LaTeX: `tau_h` is `\\tau_h`. */
export const latexName = (name: string): string =>
  display({ shape: "name", name, of: "symbol" }, latexTypesetter, new Set());

/** Braces unless the script is one character or one macro. */
const braced = (s: string): string => (/^([A-Za-z0-9+]|\\[A-Za-z]+)$/.test(s) ? s : `{${s}}`);

/** Concatenation, with a space where a macro would otherwise swallow the next letter. */
const tight = (parts: readonly string[]): string =>
  parts.reduce((out, p) => (/\\[A-Za-z]+$/.test(out) && /^[A-Za-z]/.test(p) ? `${out} ${p}` : out + p), "");

const latexTypesetter: Typesetter = {
  number: (digits) => digits,
  letter: (base) => {
    if (GREEK[base] !== undefined) return MACROS[base] ?? `\\${base}`;
    return /^([A-Za-z]|\d+)$/.test(base) ? base : `\\mathrm{${base}}`;
  },
  dotted: (letter) => `\\dot{${letter}}`,
  fn: (name) => (NATIVE.has(name) ? `\\${name}` : `\\operatorname{${name}}`),
  sign: (sign) => SIGNS[sign],
  big: (sign: BigSign) => `\\${sign}`,
  list: (parts, close) => parts.join(close ? "," : ", "),
  row: (parts) => parts.join(" "),
  tight,
  scripts: (base, below, above) =>
    `${base}${below === undefined ? "" : `_${braced(below)}`}${above === undefined ? "" : `^${braced(above)}`}`,
  under: (sign, below) => `${sign}_${braced(below)}`,
  fraction: (above, below, small) => `\\${small ? "tfrac" : "frac"}{${above}}{${below}}`,
  root: (arg) => `\\sqrt{${arg}}`,
  fence: (kind, inner, tall) => {
    const [left, right] = FENCES[kind];
    return tight(tall ? [`\\left${left}`, inner, `\\right${right}`] : [left, inner, right]);
  },
  cases: (value, tests, otherwise) =>
    `\\begin{cases} ${value} & \\text{if } ${tests} \\\\ ${otherwise} & \\text{otherwise} \\end{cases}`,
  integral: (lower, upper, body, variable) =>
    `\\int_${braced(lower)}^${braced(upper)} ${body}\\,d${variable}`,
  indicator: () => "\\mathbf{1}",
};
