/**
 * Rows of convexity.json come in (vectors broadcast, `sum(v)` and `mean(v)` reduce, `x[0]` is a component);
 * expressions of our language with their declarations go out.
 */

export interface Row {
  readonly name: string;
  readonly vars: readonly { readonly name: string; readonly dim: number | "scalar" }[];
  readonly expr: string;
  readonly domain: string;
  readonly truth: "convex" | "concave" | "affine" | "neither";
}

export interface Question {
  readonly name: string;
  readonly expr: string;
  readonly over: readonly string[];
  readonly indices: readonly string[];
  readonly where: readonly string[];
  readonly truth: Row["truth"];
}

const INDEX_NAMES = ["i", "j", "k", "l", "m"];

export function question(row: Row): Question {
  const vectors = row.vars.filter((v) => v.dim !== "scalar");
  const dims = new Map(vectors.map((v) => [v.name, v.dim as number]));
  const size = vectors[0]?.dim;
  const translate = new Translator(dims);
  return {
    name: row.name,
    expr: translate.expression(row.expr),
    over: row.vars.map((v) => (v.dim === "scalar" ? v.name : `${v.name}[i]`)),
    indices: size === undefined ? [] : INDEX_NAMES.slice(0, 1 + translate.depth).map((i) => `${i}:${size}`),
    where: row.domain === "all" ? [] : row.domain.split(",").map((c) => translate.condition(c.trim())),
    truth: row.truth,
  };
}

class Translator {
  depth = 0;

  constructor(readonly dims: ReadonlyMap<string, number>) {}

  /** Reductions become binders; a vector inside one is subscripted by its index. */
  expression(text: string, level = -1): string {
    const at = /\b(sum|mean|max|min|logsumexp)\(/.exec(text);
    if (at === null) return this.subscripted(text, level);
    const start = at.index + at[0].length;
    const end = closing(text, start);
    const inner = text.slice(start, end);
    const before = this.subscripted(text.slice(0, at.index), level);
    return before + this.reduction(at[1]!, inner, level) + this.expression(text.slice(end + 1), level);
  }

  reduction(name: string, inner: string, level: number): string {
    if (!this.isVector(inner)) return `${name}(${this.expression(inner, level)})`;
    const index = INDEX_NAMES[level + 1]!;
    this.depth = Math.max(this.depth, level + 1);
    const body = this.expression(inner, level + 1);
    if (name !== "mean") return `${name}(${index}, ${body})`;
    return `(sum(${index}, ${body})/${[...this.dims.values()][0]})`;
  }

  isVector(text: string): boolean {
    return [...this.dims.keys()].some((v) => new RegExp(`\\b${v}\\b(?!\\[)`).test(text));
  }

  subscripted(text: string, level: number): string {
    if (level < 0) return text;
    return [...this.dims.keys()].reduce(
      (t, v) => t.replace(new RegExp(`\\b${v}\\b(?!\\[)`, "g"), `${v}[${INDEX_NAMES[level]}]`),
      text,
    );
  }

  /** A condition on a vector holds for every component. */
  condition(text: string): string {
    return [...this.dims.keys()].reduce(
      (t, v) => t.replace(new RegExp(`\\b${v}\\b(?!\\[)`, "g"), `${v}[i]`),
      text,
    );
  }
}

function closing(text: string, from: number): number {
  let open = 1;
  for (let k = from; k < text.length; k++) {
    if (text[k] === "(") open++;
    if (text[k] === ")" && --open === 0) return k;
  }
  return text.length;
}
