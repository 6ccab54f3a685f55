/**
 * Expressions come in as text; declarations of the names in them that nothing declares go out: what stands in brackets
 * is an index, what stands before brackets has its indices, everything else is a number. Indices that stand at the same
 * place of the same name run over one dimension.
 */
import { BINDERS } from "../index-notation/index.js";
import { FUNCTION_NAMES } from "./function-names.js";
import type { SourceExpr } from "./source.js";
import { parseSource } from "./syntax.js";

export interface Inferred {
  /** `x[i]`, `beta` */
  readonly names: readonly string[];
  /** `i:N_i` */
  readonly indices: readonly string[];
}

const BINDING: ReadonlySet<string> = new Set([...BINDERS, "softmax"]);
/** Of values unless the first argument is an index. */
const EXTREMA: ReadonlySet<string> = new Set(["max", "min"]);

/** Classes of indices that run over one dimension. */
class Classes {
  private readonly parent = new Map<string, string>();

  add(name: string): void {
    if (!this.parent.has(name)) this.parent.set(name, name);
  }

  find(name: string): string {
    this.add(name);
    const up = this.parent.get(name)!;
    return up === name ? name : this.find(up);
  }

  join(a: string, b: string): void {
    const [first, second] = [this.find(a), this.find(b)].sort();
    this.parent.set(second!, first!);
  }

  get names(): string[] {
    return [...this.parent.keys()];
  }
}

class Reader {
  /** `subscripts`: names that stand in brackets anywhere. */
  constructor(private readonly subscripts: ReadonlySet<string>) {}

  readonly indices = new Classes();
  /** The subscripts of the first occurrence. */
  readonly tensors = new Map<string, readonly string[]>();
  readonly scalars = new Set<string>();

  visit(e: SourceExpr, bound: ReadonlySet<string>): void {
    if (e.kind === "name") {
      if (!bound.has(e.name) && e.name !== "pi") this.scalars.add(e.name);
    } else if (e.kind === "component") this.component(e.base, e.subscripts, bound);
    else if (e.kind === "call") this.call(e.name, e.args, bound);
    else for (const part of partsOf(e)) this.visit(part, bound);
  }

  private component(base: SourceExpr, subscripts: readonly SourceExpr[], bound: ReadonlySet<string>): void {
    const places = subscripts.map((s) => this.indexIn(s));
    if (base.kind !== "name") {
      const [first] = base.kind === "call" ? base.args : [];
      if (first?.kind === "name" && places[0] !== undefined) this.indices.join(first.name, places[0]);
      this.visit(base, bound);
      return;
    }
    const known = this.tensors.get(base.name);
    if (known === undefined)
      this.tensors.set(
        base.name,
        places.map((p, k) => p ?? `i${k}`),
      );
    places.forEach((p, k) => {
      if (p !== undefined && known?.[k] !== undefined) this.indices.join(p, known[k]);
    });
  }

  /** The first name in a subscript; it is an index. */
  private indexIn(s: SourceExpr): string | undefined {
    if (s.kind === "name") {
      this.indices.add(s.name);
      return s.name;
    }
    const parts = s.kind === "call" ? s.args.slice(0, 1) : partsOf(s);
    return parts.map((p) => this.indexIn(p)).find((n) => n !== undefined);
  }

  private call(name: string, args: readonly SourceExpr[], bound: ReadonlySet<string>): void {
    if (name === "integral" || name === "root") {
      const [variable, ...rest] = args;
      const inner = new Set([...bound, ...(variable?.kind === "name" ? [variable.name] : [])]);
      for (const a of rest) this.visit(a, inner);
      return;
    }
    const own = BINDING.has(name)
      ? args
          .slice(0, -1)
          .flatMap((a) =>
            a.kind === "name" && (!EXTREMA.has(name) || this.subscripts.has(a.name)) ? [a.name] : [],
          )
      : [];
    for (const i of own) this.indices.add(i);
    const inner = new Set([...bound, ...own]);
    for (const a of args) if (!(a.kind === "name" && own.includes(a.name))) this.visit(a, inner);
  }
}

function partsOf(e: SourceExpr): readonly SourceExpr[] {
  switch (e.kind) {
    case "sum":
      return e.terms.map((t) => t.value);
    case "product":
      return e.factors.map((f) => f.value);
    case "power":
      return [e.base, e.exponent];
    case "negate":
      return [e.operand];
    case "comparison":
      return [e.left, e.right];
    case "call":
      return e.args;
    default:
      return [];
  }
}

/** `indices` are declared already, as `i:N`; text that does not parse is left to the parser to complain about. */
export function inferDeclarations(texts: readonly string[], indices: readonly string[]): Inferred {
  const reader = new Reader(
    new Set(
      texts.flatMap((t) => t.match(/\[[^\]]*\]/g) ?? []).flatMap((s) => s.match(/[A-Za-z_]\w*/g) ?? []),
    ),
  );
  for (const text of texts) {
    const syntax = parseSource(text);
    if ("tree" in syntax) reader.visit(syntax.tree, new Set());
  }
  const declared = new Map(
    indices.flatMap((text) => {
      const [name, dimension] = text.split(":");
      return dimension === undefined ? [] : [[name!.trim(), dimension.trim()] as const];
    }),
  );
  const dimensions = new Set([...declared.values()].flatMap((d) => d.match(/[A-Za-z_]\w*/g) ?? []));
  const all = reader.indices;
  const dimensionOf = (name: string): string => {
    const partner = [...declared.keys()].find((d) => all.find(d) === all.find(name));
    return partner === undefined ? `N_${all.find(name)}` : declared.get(partner)!;
  };
  const inferred = new Set(all.names.map((n) => `N_${all.find(n)}`));
  const isName = (n: string): boolean =>
    !FUNCTION_NAMES.has(n) &&
    !inferred.has(n) &&
    !dimensions.has(n) &&
    !declared.has(n) &&
    !all.names.includes(n);
  const tensors = [...reader.tensors]
    .filter(([n]) => isName(n))
    .map(([n, subs]) => `${n}[${separate(subs).join(",")}]`);
  const copies = [...reader.tensors.values()].flatMap((subs) =>
    separate(subs).flatMap((copy, k) => (copy === subs[k] ? [] : [`${copy}:${dimensionOf(subs[k]!)}`])),
  );
  const scalars = [...reader.scalars].filter((n) => isName(n) && !reader.tensors.has(n));
  return {
    names: [...tensors, ...scalars],
    indices: [
      ...all.names.filter((n) => !declared.has(n)).map((n) => `${n}:${dimensionOf(n)}`),
      ...new Set(copies),
    ],
  };
}

/** `W[i,i]` is declared with two indices over one dimension. */
const separate = (subs: readonly string[]): readonly string[] =>
  subs.map((s, k) => (subs.indexOf(s) < k ? `${s}_${k}` : s));
