/** Declarations of a certificate come in; a typesetter of its texts, as LaTeX for math mode, goes out. */
import {
  type Expr,
  type Naming,
  namingOf,
  printLatex,
  tensor,
  tensorSymbol,
} from "../../index-notation/index.js";
import { type AdHocScope, adHocScope, parseCondition, parseExpression } from "../../parser/index.js";
import type { Declarations, NestedText } from "../checker/index.js";

export interface Typesetter {
  /** An expression of the certificate. */
  math(text: string): string;
  condition(text: string): string;
  /** A declared name without its indices. */
  name(name: string): string;
  /** `v[i]` → `v_i`: a declared name at its own indices, or another name (`\\dot v_i`). */
  component(name: string, over: readonly string[], as?: string): string;
  value(v: NestedText): string;
}

/** Names that the scope cannot hold leave their texts in typewriter: nothing is lost, only less handsome. */
export function typesetterOf({ indices, symbols }: Declarations): Typesetter {
  const names = Object.entries(symbols).flatMap(([name, { over }]) => [
    component(name, over),
    component(`d_${name}`, over),
  ]);
  const known = names.filter((text, k) => names.indexOf(text) === k);
  const scope = adHocScope({
    over: [],
    indices: Object.entries(indices).map(([name, size]) => `${name}:${size}`),
    parameters: known,
  });
  return new ScopedTypesetter(scope.ok ? scope.value : undefined, Object.keys(symbols));
}

const component = (name: string, over: readonly string[]): string =>
  over.length === 0 ? name : `${name}[${over.join(",")}]`;

class ScopedTypesetter implements Typesetter {
  readonly naming: Naming | undefined;

  constructor(
    readonly scope: AdHocScope | undefined,
    names: readonly string[],
  ) {
    this.naming = scope && namingOf(scope.indices.values(), names);
  }

  math(text: string): string {
    const e = this.scope && parseExpression(text, this.scope.scope);
    return e?.ok ? this.#latex(e.value) : typewriter(text);
  }

  condition(text: string): string {
    const c = this.scope && parseCondition(text, this.scope.scope);
    if (!c?.ok) return typewriter(text);
    return c.value.all
      .map((t) => `${this.#latex(t.left)} ${RELATIONS[t.op]} ${this.#latex(t.right)}`)
      .join(", \\quad ");
  }

  name(name: string): string {
    return printLatex(tensor(tensorSymbol({ name, role: "parameter" }))).latex;
  }

  #latex(e: Expr): string {
    return printLatex(e, this.naming).latex;
  }

  component(name: string, over: readonly string[], as?: string): string {
    const latex = this.math(component(name, over));
    return as === undefined ? latex : `${as}{${latex}}`;
  }

  value(v: NestedText): string {
    if (typeof v !== "string") return `(${v.map((x) => this.value(x)).join(",\\, ")})`;
    const [n, d] = v.split("/");
    return d === undefined ? n! : `${n!.startsWith("-") ? "-" : ""}\\tfrac{${n!.replace("-", "")}}{${d}}`;
  }
}

const RELATIONS: Readonly<Record<string, string>> = {
  "<": "<",
  "<=": "\\le",
  ">": ">",
  ">=": "\\ge",
  "=": "=",
  "!=": "\\ne",
};

/** Typewriter in math mode; what LaTeX would read as a command is written out. */
const typewriter = (text: string): string =>
  `\\texttt{${text.replace(/[\\{}$&#%_^~]/g, (c) => (c === "\\" ? "\\textbackslash{}" : c === "^" ? "\\textasciicircum{}" : c === "~" ? "\\textasciitilde{}" : `\\${c}`))}}`;
