/** An expression comes in; its immediate parts and the symbols in it go out. */
import type { Condition, Expr } from "./expr.js";
import type { TensorSymbol } from "./symbols.js";

/** The immediate subexpressions, bodies of binders with their canonical index names. */
export function children(e: Expr): Expr[] {
  const found: Expr[] = [];
  const sides = (c: Condition): Expr[] => c.all.flatMap((x) => [x.left, x.right]);
  if (e.kind === "add") found.push(...e.terms);
  else if (e.kind === "mul") found.push(...e.factors);
  else if (e.kind === "power") found.push(e.base, e.exponent);
  else if (e.kind === "unary" || e.kind === "polygamma") found.push(e.arg);
  else if (e.kind === "extremum") found.push(...e.args);
  else if (e.kind === "where") found.push(...sides(e.condition), e.then, e.else);
  else if (e.kind === "binder" || e.kind === "softmax") found.push(...sides(e.guard), e.body);
  else if (e.kind === "integral") found.push(e.lower, e.upper, e.body);
  else if (e.kind === "root") found.push(e.body);
  return found;
}

const symbolMemo = new WeakMap<Expr, ReadonlySet<TensorSymbol>>();

/** Every tensor symbol that occurs in e. */
export function symbolsOf(e: Expr): ReadonlySet<TensorSymbol> {
  const known = symbolMemo.get(e);
  if (known !== undefined) return known;
  const found = new Set<TensorSymbol>(e.kind === "tensor" ? [e.symbol] : []);
  for (const c of children(e)) for (const s of symbolsOf(c)) found.add(s);
  symbolMemo.set(e, found);
  return found;
}

export const dependsOn = (e: Expr, symbol: TensorSymbol): boolean => symbolsOf(e).has(symbol);
