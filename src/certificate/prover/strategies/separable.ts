/** A sum over an index of one function of each component, plus what is affine: a problem in one scalar. */
import {
  add,
  asIndex,
  children,
  dependsOn,
  type Expr,
  isTrue,
  mul,
  type Node,
  open,
  substituteTensor,
  tensor,
  tensorSymbol,
  type TensorSymbol,
} from "../../../index-notation/index.js";
import { simplify } from "../../../rewrite/index.js";
import type { ScalarVariable } from "../algebra/scalars.js";
import { scalarProofs } from "./one-scalar.js";
import type { Strategy } from "./strategy.js";

export const separable: Strategy = function* (p) {
  const [x, ...others] = p.symbols;
  if (x === undefined || others.length > 0 || x.dims.length === 0) return;
  const scalar = tensorSymbol({ name: x.name, role: x.role, bounds: x.bounds });
  const variable: ScalarVariable = {
    symbol: scalar,
    expr: tensor(scalar),
    component: tensor(scalar),
    name: x.name,
    at: [],
  };
  for (const form of new Set([p.bounded, simplify(p.bounded)])) {
    const f = functionOfOne(form, x, scalar);
    if (f === undefined) continue;
    for (const proof of scalarProofs(p, f, variable)) {
      const separated = { rule: "separable", proofs: [proof] } as const;
      yield form === p.bounded ? separated : { rule: "rewrite", to: p.text(form), proof: separated };
    }
  }
};

/** f with e = Σ_i f(x_i); undefined where components meet. */
function functionOfOne(e: Expr, x: TensorSymbol, scalar: TensorSymbol): Expr | undefined {
  const terms = e.kind === "add" ? e.terms : [e];
  const parts = terms.filter((t) => dependsOn(t, x)).map((t) => bodyOf(t, x, scalar));
  return parts.every((b) => b !== undefined) ? add(parts as Expr[]) : undefined;
}

/** The summand of c·Σ_i …, with the scalar in place of the component. */
function bodyOf(t: Expr, x: TensorSymbol, scalar: TensorSymbol): Expr | undefined {
  const factors = t.kind === "mul" ? t.factors : [t];
  const moving = factors.filter((f) => dependsOn(f, x));
  const [binder] = moving;
  if (moving.length !== 1 || binder?.kind !== "binder" || binder.op !== "sum" || !isTrue(binder.guard))
    return undefined;
  const { indices, body } = open(binder as Node<"binder">);
  const own = new Set(indices.map((i) => i.key));
  if (indices.length !== x.dims.length || !onlyAt(body, x, own)) return undefined;
  const inside = substituteTensor(body, x, () => tensor(scalar));
  if (inside.free.length > 0) return undefined;
  return mul([...factors.filter((f) => f !== binder), inside]);
}


/** True when x occurs in e only at the bound indices. */
function onlyAt(e: Expr, x: TensorSymbol, own: ReadonlySet<string>): boolean {
  if (!dependsOn(e, x)) return true;
  if (e.kind === "tensor")
    return new Set(e.subs.map((s) => asIndex(s)?.key)).size === own.size && e.subs.every((s) => own.has(asIndex(s)?.key ?? ""));
  if (e.kind === "binder" || e.kind === "softmax") return false;
  return children(e).every((c) => onlyAt(c, x, own));
}
