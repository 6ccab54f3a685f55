/** An expression comes in; presentation MathML (MathML Core) goes out. */
import type { Expr } from "../expr.js";
import type { Index } from "../subscript.js";
import { display } from "./display.js";
import { layout } from "./layout.js";
import { GREEK } from "./math-name.js";
import { type Naming, namesIn } from "./naming.js";
import { namingOfExpr } from "./text.js";
import type { BigSign, Fence, Sign, Typesetter } from "./typesetter.js";

/** MathML and the indices it uses although nobody declared them. */
export interface PrintedMathML {
  /** One `<math>` element. */
  readonly mathml: string;
  readonly invented: readonly Index[];
}

/** The expression as a `<math>` element in display style; `around` as in `printText`. */
export function printMathML(
  e: Expr,
  naming: Naming = namingOfExpr(e),
  around: Iterable<Index> = [],
): PrintedMathML {
  const laid = layout(e, naming, around);
  const taken = new Set([...naming.taken, ...namesIn(e)]);
  const inner = display(laid.layout, mathmlTypesetter, taken);
  const open = `<math xmlns="http://www.w3.org/1998/Math/MathML" display="block">`;
  return { mathml: `${open}${inner}</math>`, invented: laid.invented };
}

const SIGNS: { [S in Sign]: string } = {
  "+": "+",
  "-": "−",
  "/": "/",
  mod: "mod",
  times: "⋅",
  "<": "&lt;",
  "<=": "≤",
  ">": "&gt;",
  ">=": "≥",
  "=": "=",
  "!=": "≠",
};

const BIG: { [B in BigSign]: string } = {
  sum: "<mo>∑</mo>",
  prod: "<mo>∏</mo>",
  max: "<mi>max</mi>",
  min: "<mi>min</mi>",
};

const FENCES: { [F in Fence]: readonly [string, string] } = {
  parentheses: ["(", ")"],
  brackets: ["[", "]"],
  bars: ["|", "|"],
};

const escaped = (s: string): string => s.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
const fence = (side: string, form: string): string =>
  `<mo fence="true" form="${form}" stretchy="true">${side}</mo>`;

/** One element, whatever the number of parts. */
const group = (parts: readonly string[]): string =>
  parts.length === 1 ? parts[0]! : `<mrow>${parts.join("")}</mrow>`;

function scripts(base: string, below: string | undefined, above: string | undefined): string {
  if (below === undefined) return above === undefined ? base : `<msup>${base}${above}</msup>`;
  return above === undefined ? `<msub>${base}${below}</msub>` : `<msubsup>${base}${below}${above}</msubsup>`;
}

const row = (value: string, condition: string): string =>
  `<mtr><mtd>${value}</mtd><mtd>${condition}</mtd></mtr>`;

const mathmlTypesetter: Typesetter = {
  number: (digits) => `<mn>${digits}</mn>`,
  letter: (base) => (/^\d+$/.test(base) ? `<mn>${base}</mn>` : `<mi>${GREEK[base] ?? escaped(base)}</mi>`),
  dotted: (letter) => `<mover accent="true">${letter}<mo>˙</mo></mover>`,
  fn: (name) => `<mi>${name}</mi>`,
  sign: (sign) => `<mo>${SIGNS[sign]}</mo>`,
  big: (sign) => BIG[sign],
  list: (parts) => group(parts.flatMap((p, k) => (k === 0 ? [p] : ["<mo>,</mo>", p]))),
  row: group,
  tight: group,
  scripts,
  under: (sign, below) => `<munder>${sign}${below}</munder>`,
  fraction: (above, below, small) => {
    const inner = `<mfrac>${above}${below}</mfrac>`;
    return small ? `<mstyle displaystyle="false">${inner}</mstyle>` : inner;
  },
  root: (arg) => `<msqrt>${arg}</msqrt>`,
  fence: (kind, inner) => {
    const [left, right] = FENCES[kind];
    return group([fence(left, "prefix"), inner, fence(right, "postfix")]);
  },
  cases: (value, tests, otherwise) => {
    const table = `${row(value, group(["<mtext>if&#xA0;</mtext>", tests]))}${row(otherwise, "<mtext>otherwise</mtext>")}`;
    return group([fence("{", "prefix"), `<mtable columnalign="left left">${table}</mtable>`]);
  },
  integral: (lower, upper, body, variable) =>
    group([
      scripts("<mo>∫</mo>", lower, upper),
      body,
      '<mspace width="0.17em"></mspace>',
      "<mi>d</mi>",
      variable,
    ]),
  indicator: () => `<mn mathvariant="bold">1</mn>`,
};
