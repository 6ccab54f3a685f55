/** A sum of functions of one component each, plus what is affine: one problem in one scalar for each variable. */
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
  type TensorSymbol,
  tensor,
  tensorSymbol,
} from "../../../index-notation/index.js";
import { expand, simplify } from "../../../rewrite/index.js";
import type { Proof } from "../../checker/format.js";
import type { ScalarVariable } from "../algebra/scalars.js";
import { isAffine } from "../curvature.js";
import type { Problem } from "../problem.js";
import { scalarProofs } from "./one-scalar.js";
import type { Judge, Strategy } from "./strategy.js";

export const separable: Strategy = function* (p, judge) {
  if (p.symbols.length === 1 && p.symbols[0]!.dims.length === 0) return;
  for (const form of new Set([p.bounded, simplify(p.bounded), expand(p.bounded)])) {
    const functions = functionsOfOne(form, p.symbols);
    if (functions === undefined) continue;
    const proofs = functions.map((f) => proofOf(p, judge, f));
    if (proofs.some((q) => q === undefined)) continue;
    const separated: Proof = { rule: "separable", proofs: proofs as Proof[] };
    yield form === p.bounded ? separated : { rule: "rewrite", to: p.text(form), proof: separated };
  }
};

interface FunctionOfOne {
  readonly e: Expr;
  readonly x: ScalarVariable;
}

/** f_x for each variable that is not in affine terms only; undefined where components meet. */
function functionsOfOne(e: Expr, variables: readonly TensorSymbol[]): FunctionOfOne[] | undefined {
  const terms = (e.kind === "add" ? e.terms : [e]).filter((t) => !isAffine(t, variables));
  const scalars = variables.map(scalarOf);
  const found = variables.map((): Expr[] => []);
  for (const t of terms) {
    const [k, ...others] = variables.flatMap((v, n) => (dependsOn(t, v) ? [n] : []));
    const body =
      k === undefined || others.length > 0 ? undefined : bodyOf(t, variables[k]!, scalars[k]!.expr);
    if (body === undefined) return undefined;
    found[k!]!.push(body);
  }
  return found.flatMap((list, k) => (list.length === 0 ? [] : [{ e: add(list), x: scalars[k]! }]));
}

/** The scalar that the checker puts in place of a component: it has the name of the variable. */
function scalarOf(x: TensorSymbol): ScalarVariable {
  const symbol = tensorSymbol({ name: x.name, role: x.role, bounds: x.bounds });
  return { symbol, expr: tensor(symbol), component: tensor(symbol), name: x.name, at: [] };
}

function proofOf(p: Problem, judge: Judge, { e, x }: FunctionOfOne): Proof | undefined {
  for (const proof of scalarProofs(p, judge, e, x)) if (judge.acceptsScalar(e, x.symbol, proof)) return proof;
  return undefined;
}

/** The summand of c·Σ_i …, with the scalar in place of the component. */
function bodyOf(t: Expr, x: TensorSymbol, scalar: Expr): Expr | undefined {
  if (x.dims.length === 0) return substituteTensor(t, x, () => scalar);
  const factors = t.kind === "mul" ? t.factors : [t];
  const [binder, ...others] = factors.filter((f) => dependsOn(f, x));
  if (others.length > 0 || binder?.kind !== "binder" || binder.op !== "sum" || !isTrue(binder.guard))
    return undefined;
  const { indices, body } = open(binder as Node<"binder">);
  const own = new Set(indices.map((i) => i.key));
  if (indices.length !== x.dims.length || !onlyAt(body, x, own)) return undefined;
  const inside = substituteTensor(body, x, () => scalar);
  return inside.free.length > 0 ? undefined : mul([...factors.filter((f) => f !== binder), inside]);
}

/** True when x occurs in e only at the bound indices, each once. */
function onlyAt(e: Expr, x: TensorSymbol, own: ReadonlySet<string>): boolean {
  if (!dependsOn(e, x)) return true;
  if (e.kind === "tensor") {
    const at = new Set(e.subs.map((s) => asIndex(s)?.key ?? ""));
    return at.size === own.size && [...at].every((k) => own.has(k));
  }
  if (e.kind === "binder" || e.kind === "softmax") return false;
  return children(e).every((c) => onlyAt(c, x, own));
}
