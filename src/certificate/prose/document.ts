/** Blocks of a mathematical text come in; Markdown or a LaTeX document goes out. Formulas inside text stand between `$`. */

export type Block =
  | { readonly kind: "title"; readonly text: string }
  /** A theorem, or a proof with its end mark. */
  | { readonly kind: "statement"; readonly label: string; readonly text: string }
  | { readonly kind: "paragraph"; readonly text: string }
  | { readonly kind: "display"; readonly latex: string }
  | { readonly kind: "items"; readonly items: readonly string[] }
  | { readonly kind: "end" };

export const paragraphs = (texts: readonly string[]): Block[] =>
  texts.map((text) => ({ kind: "paragraph", text }));

export type ProseFormat = "markdown" | "latex";

export function renderProse(blocks: readonly Block[], format: ProseFormat): string {
  const write = format === "latex" ? latexBlock : markdownBlock;
  const body = blocks.map(write).join("\n\n");
  return format === "latex" ? `${PREAMBLE}\n${body}\n\n\\end{document}\n` : `${body}\n`;
}

function markdownBlock(b: Block): string {
  switch (b.kind) {
    case "title":
      return `# ${b.text}`;
    case "statement":
      return `**${b.label}.** ${b.text}`;
    case "paragraph":
      return b.text;
    case "display":
      return `$$\n${b.latex}\n$$`;
    case "items":
      return b.items.map((item) => `* ${item}`).join("\n");
    case "end":
      return "∎";
  }
}

const PREAMBLE = [
  "\\documentclass{article}",
  "\\usepackage[utf8]{inputenc}",
  "\\usepackage{amsmath,amssymb,graphicx}",
  // A formula wider than the line is made to fit.
  "\\newsavebox{\\formula}",
  "\\newcommand{\\fitted}[1]{\\sbox{\\formula}{$\\displaystyle #1$}\\ifdim\\wd\\formula>\\linewidth",
  "  \\resizebox{\\linewidth}{!}{\\usebox{\\formula}}\\else\\usebox{\\formula}\\fi}",
  "\\setlength{\\parindent}{0pt}\\setlength{\\parskip}{6pt}\\raggedright",
  "\\begin{document}",
].join("\n");

function latexBlock(b: Block): string {
  switch (b.kind) {
    case "title":
      return `\\section*{${latexText(b.text)}}`;
    case "statement":
      return `\\textbf{${latexText(b.label)}.} ${latexText(b.text)}`;
    case "paragraph":
      return latexText(b.text);
    case "display":
      return `\\begin{center}\n\\fitted{${b.latex}}\n\\end{center}`;
    case "items":
      return `\\begin{itemize}\n${b.items.map((item) => `\\item ${latexText(item)}`).join("\n")}\n\\end{itemize}`;
    case "end":
      return "\\hfill$\\square$";
  }
}

/** What LaTeX reads as a command outside of formulas, and characters that its fonts lack. */
const SPECIAL: Readonly<Record<string, string>> = {
  "\\": "\\textbackslash{}",
  "&": "\\&",
  "%": "\\%",
  "#": "\\#",
  _: "\\_",
  "{": "\\{",
  "}": "\\}",
  "~": "\\textasciitilde{}",
  "^": "\\textasciicircum{}",
  "−": "$-$",
  "≤": "$\\le$",
  "≥": "$\\ge$",
  "≠": "$\\ne$",
  "∂": "$\\partial$",
  "∇": "$\\nabla$",
  Σ: "$\\Sigma$",
  Ξ: "$\\Xi$",
  τ: "$\\tau$",
  β: "$\\beta$",
  μ: "$\\mu$",
  ω: "$\\omega$",
  "·": "$\\cdot$",
  ẋ: "$\\dot x$",
  ᵀ: "$^{\\top}$",
  "²": "$^2$",
  "½": "$\\tfrac12$",
  "→": "$\\to$",
  "∞": "$\\infty$",
  "–": "--",
  "’": "'",
  "“": "``",
  "”": "''",
  "…": "\\dots{}",
};

function latexText(text: string): string {
  const outside = (part: string): string =>
    [...part].map((c) => SPECIAL[c] ?? (c.codePointAt(0)! < 256 ? c : "?")).join("");
  return text
    .split(/(\$[^$]*\$)/)
    .map((part) => (part.startsWith("$") && part.endsWith("$") && part.length > 1 ? part : outside(part)))
    .join("");
}
