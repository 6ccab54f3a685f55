/**
 * Conditions come in; bounds of all components of a symbol, bounds of single components, and the conditions that
 * are neither go out.
 */
import {
  add,
  asIndex,
  asInteger,
  asRational,
  type Bounds,
  type Compare,
  type Condition,
  divR,
  type Expr,
  meetBounds,
  type Node,
  neg,
  negR,
  type Rational,
  signR,
  splitCoefficient,
  symbolsOf,
  type TensorSymbol,
} from "../../index-notation/index.js";
import { expand } from "../../rewrite/index.js";

export interface Domain {
  /** What holds for every component. */
  ofAll(symbol: TensorSymbol): Bounds;
  /** What holds for one component. */
  of(symbol: TensorSymbol, at: readonly number[]): Bounds;
  /** True when the bounds say everything. */
  readonly isBox: boolean;
}

export function domainOf(where: readonly Condition[]): Domain {
  const all = new Map<TensorSymbol, Bounds>();
  const single = new Map<string, Bounds>();
  let isBox = true;
  for (const c of where.flatMap((w) => w.all)) {
    const found = boundOf(c);
    if (found === undefined) isBox = false;
    else if (found.at === undefined)
      all.set(found.symbol, meetBounds(all.get(found.symbol) ?? {}, found.bounds));
    else {
      const key = `${found.symbol.key};${found.at.join(",")}`;
      single.set(key, meetBounds(single.get(key) ?? {}, found.bounds));
    }
  }
  const ofAll = (symbol: TensorSymbol): Bounds => meetBounds(symbol.bounds, all.get(symbol) ?? {});
  return {
    ofAll,
    of: (symbol, at) => meetBounds(ofAll(symbol), single.get(`${symbol.key};${at.join(",")}`) ?? {}),
    isBox,
  };
}

interface Found {
  readonly symbol: TensorSymbol;
  /** Undefined: every component. */
  readonly at: readonly number[] | undefined;
  readonly bounds: Bounds;
}

/** The bound that `c·x[…] + constant ≥ 0` (or > 0) states. */
function boundOf({ op, left, right }: Compare): Found | undefined {
  if (op === "=" || op === "!=") return undefined;
  const difference = expand(add([right, neg(left)]));
  const terms = difference.kind === "add" ? difference.terms : [difference];
  const varying = terms.filter((t) => symbolsOf(t).size > 0);
  const constant = asRational(add(terms.filter((t) => symbolsOf(t).size === 0)));
  if (varying.length !== 1 || constant === undefined) return undefined;
  const { coefficient, rest } = splitCoefficient(varying[0]!);
  if (rest.kind !== "tensor") return undefined;
  const at = place(rest);
  if (at === undefined) return undefined;
  const bound: Rational = divR(negR(constant), coefficient);
  const open = op === "<";
  const bounds = signR(coefficient) > 0 ? { low: bound, lowOpen: open } : { high: bound, highOpen: open };
  return { symbol: rest.symbol, at: at === "all" ? undefined : at, bounds };
}

/** `all` for x[i,j] with two different free indices (or a scalar), numbers for x[0,1]. */
function place(e: Node<"tensor">): readonly number[] | "all" | undefined {
  if (e.subs.length === 0) return "all";
  const indices = e.subs.map(asIndex);
  const free = indices.every((i, k) => i !== undefined && i.dim.key === e.symbol.dims[k]!.key);
  if (free && new Set(indices.map((i) => i!.key)).size === indices.length) return "all";
  const numbers = e.subs.map(asInteger);
  return numbers.every((n) => n !== undefined) ? (numbers as number[]) : undefined;
}

/** True when nothing satisfies both bounds. */
export function isEmpty({ low, lowOpen, high, highOpen }: Bounds): boolean {
  if (low === undefined || high === undefined) return false;
  const order = low.n * high.d - high.n * low.d;
  return order > 0n || (order === 0n && (!!lowOpen || !!highOpen));
}

/** The free symbols of a condition. */
export const symbolsOfCondition = (c: Condition): ReadonlySet<TensorSymbol> =>
  new Set(c.all.flatMap((t): Expr[] => [t.left, t.right]).flatMap((e) => [...symbolsOf(e)]));
