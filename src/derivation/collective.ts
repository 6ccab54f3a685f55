/**
 * An activation that couples units comes in; a function whose gradient it is goes out, or the reason why none is
 * given: softmax, normalisations and other functions of sums are recognised; what is left with a symmetric Jacobian
 * is integrated along rays from 0 (Poincaré's lemma; Krotov & Hopfield 2020, arXiv 2008.06996, section 2).
 */
import { differentiate } from "../calculus/index.js";
import {
  add,
  at,
  binder,
  children,
  dependsOn,
  div,
  type Expr,
  freshIndex,
  type Index,
  integral,
  isZero,
  mul,
  node,
  one,
  power,
  printText,
  renameIndices,
  replaceTensor,
  sub2,
  sum,
  TRUE,
  tensorSymbol,
  unary,
  zero,
} from "../index-notation/index.js";
import { fail, type Layer, ok, type Result } from "../model/index.js";
import { shownEqual, simplify } from "../rewrite/index.js";
import { antiderivative } from "./antiderivative.js";
import { isElementwise } from "./elementwise.js";

/** The Lagrangian of a collective activation; fails where its Jacobian is not shown to be symmetric. */
export function lagrangianOfCollective(
  activation: Expr,
  layer: Layer,
  partners: readonly Index[],
): Result<Expr> {
  const f = simplify(activation);
  const found = gradientOf(f, layer) ?? byTerms(f, layer);
  if (found !== undefined) return ok(found);
  const asymmetry = asymmetryOf(f, layer, partners);
  return asymmetry === undefined ? ok(alongRays(f, layer)) : fail(noGradient(asymmetry, layer));
}

// ---- functions of sums ------------------------------------------------------------------------------------

function byTerms(f: Expr, layer: Layer): Expr | undefined {
  if (f.kind !== "add") return undefined;
  const found = f.terms.map((t) => ofUnits(t, layer) ?? gradientOf(t, layer));
  return found.some((t) => t === undefined) ? undefined : add(found as Expr[]);
}

/** The integral of a term that treats every unit alone. */
function ofUnits(t: Expr, layer: Layer): Expr | undefined {
  if (!isElementwise(t, layer.state, layer.over)) return undefined;
  const s = tensorSymbol({ name: "~s", role: "variable" });
  const x = at(layer.state, layer.over);
  const closed = antiderivative(replaceTensor(t, layer.state, layer.over, node.tensor(s, [])), s);
  return closed && sum(layer.over, TRUE, replaceTensor(closed, s, [], x));
}

/** A candidate whose gradient is f up to a constant factor. */
function gradientOf(f: Expr, layer: Layer): Expr | undefined {
  for (const candidate of candidates(f, layer)) {
    const own = layer.over.filter((i) => candidate.free.some((j) => j.key === i.key));
    const total = sum(own, TRUE, candidate);
    const gradient = simplify(differentiate(total, layer.state, layer.over));
    if (isZero(gradient)) continue;
    const factor = factorOf(f, gradient, layer);
    if (factor !== undefined) return mul([factor, total]);
  }
  return undefined;
}

/** k with f = k·gradient, free of the state. */
function factorOf(f: Expr, gradient: Expr, layer: Layer): Expr | undefined {
  const first = (e: Expr): Expr => (e.kind === "add" ? e.terms[0]! : e);
  const guesses = [div(f, gradient), div(first(f), first(gradient))].map((k) => simplify(k));
  return guesses.find((k) => !dependsOn(k, layer.state) && shownEqual(f, mul([k, gradient])));
}

/** Antiderivatives of what f applies to a function of several units. */
function candidates(f: Expr, layer: Layer): Expr[] {
  const found = new Set<Expr>();
  const visit = (e: Expr): void => {
    if (!dependsOn(e, layer.state)) return;
    if (e.kind === "softmax") found.add(binder("logsumexp", [e.index], e.guard, e.body));
    else if (e.kind === "power" && isCollective(e.base, layer)) found.add(powerOf(e.base, e.exponent));
    else if (e.kind === "unary" && isCollective(e.arg, layer)) addUnary(e.fn, e.arg, found);
    else if (isCollective(e, layer)) found.add(power(e, node.number({ n: 2n, d: 1n })));
    for (const c of children(e)) visit(c);
  };
  visit(f);
  return [...found];
}

const powerOf = (base: Expr, exponent: Expr): Expr => {
  const raised = add([exponent, one]);
  return isZero(raised) ? unary("log", base) : power(base, raised);
};

function addUnary(fn: Parameters<typeof unary>[0], arg: Expr, found: Set<Expr>): void {
  const s = tensorSymbol({ name: "~s", role: "variable" });
  const closed = antiderivative(unary(fn, node.tensor(s, [])), s);
  if (closed !== undefined) found.add(replaceTensor(closed, s, [], arg));
}

/** A function of the state in which some index of the layer is summed over. */
const isCollective = (e: Expr, layer: Layer): boolean =>
  dependsOn(e, layer.state) && layer.over.some((i) => !e.free.some((j) => j.key === i.key));

// ---- symmetry ---------------------------------------------------------------------------------------------

interface Asymmetry {
  readonly difference: Expr;
  readonly over: readonly Index[];
}

/** ∂f_i/∂x_j − ∂f_j/∂x_i where it is not shown to be 0. */
function asymmetryOf(f: Expr, layer: Layer, other: readonly Index[]): Asymmetry | undefined {
  const third = layer.over.map((i) => freshIndex(i.dim));
  const jacobian = simplify(differentiate(f, layer.state, other));
  const swapped = renameIndices(
    renameIndices(renameIndices(jacobian, layer.over, third), other, layer.over),
    third,
    other,
  );
  if (shownEqual(jacobian, swapped)) return undefined;
  return { difference: simplify(sub2(jacobian, swapped)), over: [...layer.over, ...other] };
}

function noGradient({ difference, over }: Asymmetry, layer: Layer) {
  const { name } = layer.activation;
  return {
    code: "no-lagrangian",
    message: `the activation of layer ${layer.name} is not shown to be the gradient of a Lagrangian: ∂${name}/∂${layer.name} differs from its transpose by ${printText(difference, undefined, over).text}`,
    hint: "an energy of this form needs a symmetric Jacobian of every activation; declare the dynamics instead, with `state` and `dynamics`",
    ...(layer.span && { span: layer.span }),
  };
}

/** L(x) = ∫₀¹ x·f(tx) dt */
function alongRays(f: Expr, layer: Layer): Expr {
  const t = tensorSymbol({ name: "~s", role: "variable" });
  const x = at(layer.state, layer.over);
  const scaled = replaceTensor(f, layer.state, layer.over, mul([node.tensor(t, []), x]));
  return integral(t, zero, one, simplify(sum(layer.over, TRUE, mul([x, scaled]))));
}
