/** The use of a definition comes in, its body with arguments and subscripts put in goes out. */
import {
  asIndex,
  canSubstitute,
  children,
  type Expr,
  type Index,
  inside,
  one,
  type Subscript,
  substituteIndices,
  substituteTensor,
  symbolsOf,
  type TensorSymbol,
  tensorSymbol,
  where,
  zero,
} from "../index-notation/index.js";
import type { Range } from "./fault.js";
import { complain, type Reading, type Resolve, slice, useSymbol } from "./reading.js";
import type { Entry, Template } from "./scope.js";
import type { SourceExpr } from "./source.js";
import { checkSubscript, countSubscripts, subscript } from "./subscripts.js";

type Definition = Entry & { readonly kind: "definition" };

/**
 * Expands a definition. The body was resolved where it stands, so names mean what they mean there; bound
 * indices have canonical names, so nothing can be captured.
 */
export function expand(
  name: string,
  definition: Definition,
  args: readonly SourceExpr[],
  subscripts: readonly SourceExpr[],
  range: Range,
  r: Reading,
  resolve: Resolve,
): Expr {
  const values = args.map((a) => resolve(a, r));
  const counted = countArguments(name, definition, args, range, r);
  if (!countSubscripts(name, definition, subscripts, range, r) || !counted) return one;
  const at = readSubscripts(name, definition, subscripts, r);
  const template = definition.template();
  if (template === undefined || at === undefined) return one;
  for (const s of symbolsOf(template.value)) useSymbol(s, range, r, name);
  return fits(template, at, range, r) ? instance(template, values, at) : one;
}

function countArguments(
  name: string,
  d: Definition,
  args: readonly SourceExpr[],
  range: Range,
  r: Reading,
): boolean {
  if (args.length === d.arity) return true;
  const [code, message] =
    args.length === 0
      ? ["not-a-value", `${name} is a function of ${d.arity}; found no argument`]
      : ["arity", `${name} takes ${d.arity} argument${d.arity === 1 ? "" : "s"}; found ${args.length}`];
  complain(r, range, code, message, `write ${name}(${Array(d.arity).fill("…").join(", ")})`);
  return false;
}

function readSubscripts(
  name: string,
  d: Definition,
  subscripts: readonly SourceExpr[],
  r: Reading,
): readonly Subscript[] | undefined {
  const read = subscripts.map((s, k) => {
    const found = subscript(s, r);
    if (found !== undefined)
      checkSubscript(found, d.over[k]!.dim, `subscript ${k + 1} of ${name}`, s.range, r);
    return found;
  });
  const complete = read.filter((s) => s !== undefined);
  return complete.length === read.length ? complete : undefined;
}

/** Indices first: the arguments may use indices of the same names. Out of range, a definition reads 0. */
function instance(t: Template, values: readonly Expr[], at: readonly Subscript[]): Expr {
  const moved = t.over.map((i, k) => [i.key, at[k]!] as const).filter(([key, s]) => asIndex(s)?.key !== key);
  const placed = substituteIndices(t.value, new Map(moved));
  const filled = t.formals.reduce((e, f, k) => substituteTensor(e, f, () => values[k]!), placed);
  return at.reduceRight((e, s, k) => where(inside(s, t.over[k]!.dim), e, zero), filled);
}

/** `mod(…)` can replace an index only where the index stands alone. */
function fits(t: Template, at: readonly Subscript[], range: Range, r: Reading): boolean {
  const wrong = t.over.find((i, k) => at[k]!.mod !== undefined && !substitutable(t.value, i, at[k]!));
  if (wrong === undefined) return true;
  complain(
    r,
    range,
    "bad-subscript",
    `${slice(r, range)} puts mod(…) into a subscript that is itself a sum with ${wrong.name}`,
    "write the definition's body out here",
  );
  return false;
}

function substitutable(e: Expr, i: Index, s: Subscript): boolean {
  if (!e.free.some((f) => f.key === i.key)) return true;
  const own = e.kind === "tensor" ? e.subs : e.kind === "delta" ? [e.left, e.right] : atOf(e);
  return own.every((x) => canSubstitute(x, i, s)) && children(e).every((c) => substitutable(c, i, s));
}

const atOf = (e: Expr): readonly Subscript[] => (e.kind === "softmax" || e.kind === "position" ? [e.at] : []);

/** A scalar that stands for an argument; no user can write its name. */
export const formalSymbol = (definition: string, argument: string): TensorSymbol =>
  tensorSymbol({ name: `~${definition}.${argument}`, role: "variable" });
