/**
 * An expression comes in; the roots in it that a small change does not move it by, written as tensors that are
 * constant, go out: where ∂e/∂λ is a multiple of the equation that λ solves, it is 0 there, and the derivative of
 * e is the one at fixed λ (the envelope theorem; Milgrom & Segal, Econometrica 70, 2002, 583–601).
 */
import {
  at,
  children,
  dependsOn,
  div,
  type Expr,
  freshIndex,
  type Index,
  isZero,
  mapChildren,
  mul,
  type Node,
  openRoot,
  renameIndices,
  replaceTensor,
  sub,
  sub2,
  substituteTensor,
  type TensorSymbol,
  tensor,
  tensorSymbol,
} from "../index-notation/index.js";
import { simplify } from "../rewrite/index.js";

/** All roots that differ by the names of their free indices only, and the tensor that stands for them. */
interface Family {
  readonly root: Node<"root">;
  readonly over: readonly Index[];
  readonly symbol: TensorSymbol;
}

export interface Frozen {
  /** e with stationary roots written as tensors. */
  readonly expr: Expr;
  /** Puts the roots back. */
  readonly thaw: (e: Expr) => Expr;
}

const rooted = new WeakMap<Expr, boolean>();

/** Whether a root occurs in e. */
function hasRoot(e: Expr): boolean {
  let known = rooted.get(e);
  if (known === undefined) rooted.set(e, (known = e.kind === "root" || children(e).some(hasRoot)));
  return known;
}

type Differentiate = (e: Expr, symbol: TensorSymbol, indices: readonly Index[]) => Expr;

/** e with the roots at which it is stationary held fixed. */
export function freeze(e: Expr, differentiate: Differentiate): Frozen {
  if (!hasRoot(e)) return { expr: e, thaw: (x) => x };
  const families: Family[] = [];
  const replaced = extract(e, families);
  const stationary = families.filter((f) => isStationary(replaced, f, differentiate));
  const moving = families.filter((f) => !stationary.includes(f));
  return { expr: putBack(replaced, moving), thaw: (x) => putBack(x, stationary) };
}

function extract(e: Expr, families: Family[]): Expr {
  if (!hasRoot(e)) return e;
  if (e.kind !== "root") return mapChildren(e, (c) => extract(c, families));
  const known = families.find((f) => f.over.length === e.free.length && renamed(f, e.free) === e);
  if (known !== undefined) return at(known.symbol, e.free);
  const symbol = tensorSymbol({
    name: `~root${families.length}`,
    role: "variable",
    dims: e.free.map((i) => i.dim),
  });
  families.push({ root: e, over: e.free, symbol });
  return at(symbol, e.free);
}

const renamed = (f: Family, to: readonly Index[]): Expr =>
  f.over.every((i, k) => i.dim.key === to[k]!.dim.key) ? renameIndices(f.root, f.over, to) : f.root;

const putBack = (e: Expr, families: readonly Family[]): Expr =>
  families.reduceRight((x, f) => replaceTensor(x, f.symbol, f.over, f.root), e);

/** ∂e/∂λ = k·equation(λ) with a k that does not depend on λ. */
function isStationary(e: Expr, f: Family, differentiate: Differentiate): boolean {
  const place = f.over.map((i) => freshIndex(i.dim));
  const slope = simplify(differentiate(e, f.symbol, place));
  const { variable, body } = openRoot(f.root);
  const there = tensor(f.symbol, place.map(sub));
  const equation = simplify(substituteTensor(renameIndices(body, f.over, place), variable, () => there));
  const first = termsOf(equation)[0]!;
  const factors = termsOf(slope).map((t) => simplify(div(t, first)));
  return factors.some((k) => !dependsOn(k, f.symbol) && isZero(simplify(sub2(slope, mul([k, equation])))));
}

const termsOf = (e: Expr): readonly Expr[] => (e.kind === "add" ? e.terms : [e]);
