/**
 * Descent of a run made of steps, E = Σ_a (x_a·g_a − L_a(x_a)) + U(g) with g_a = ∇L_a(x_a): a step certificate comes in;
 * `checkStep` returns only if every hypothesis of the theorem of its method is verified. With d = (1 − clamped)/τ, in words:
 *
 * - alternating: layers move one after the other, x' = s x + (1 − s)(−∂U/∂g) with s = exp(−h d);
 * - one-sided: all layers move at once by the same formula, with −∂U/∂g at the start;
 * - discrete-gradient: x' = x − h m D with m = (1 − clamped)·mobility/τ at any fixed states and (g' − g)·D = E' − E.
 *
 * L convex gives x·g − L = L*(g) and L*(g') − L*(g) ≤ x'·(g' − g). In the first two, with c = −∂U/∂g, U(g') − U(g) ≤
 * −c·(g' − g) (with equality where U is affine in what moves; U concave), so E' − E ≤ (x' − c)·(g' − g), where x' − c =
 * s(x − c) = −(x' − x)·s/(1 − s). In the third E' − E = −(g' − g)·(x' − x)/(h m). Both are ≤ 0 because ∇L is monotone, and
 * monotone in each component where its Hessian is diagonal, which is demanded where s or m differ within a layer.
 */

import type { Context } from "./context.js";
import { curvatureOf, isAffine } from "./curvature.js";
import { contextOf } from "./declarations.js";
import { derivative } from "./derivative.js";
import { canonicalJson, sha256 } from "./digest.js";
import type { StepCertificate, StepLayer, StepStatement } from "./format.js";
import { isInRange } from "./functions.js";
import { checkLayers, inLayer } from "./model.js";
import { parseTerm } from "./parse.js";
import { isWithin, REALS } from "./range.js";
import { type Budget, reject, shown } from "./rejection.js";
import { verify } from "./rules.js";
import { bestRange } from "./rules-scalar.js";
import { sameSize } from "./size.js";
import { isContinuouslyDifferentiable, isSmooth } from "./smooth.js";
import {
  atIndex,
  freeIndices,
  freshName,
  type Index,
  negative,
  plus,
  scalar,
  substituteSymbols,
  symbolsIn,
  type Term,
  times,
  zero,
} from "./term.js";

export function checkStep(certificate: StepCertificate, budget: Budget): void {
  const { statement } = certificate;
  if (sha256(canonicalJson(statement)) !== certificate.digest)
    reject("the digest is not that of the statement");
  const context = contextOf(statement.declarations, budget);
  const activations = activationsOf(statement, context);
  checkLayers(certificate, context, activations);
  for (const [name, layer] of Object.entries(statement.layers))
    inLayer(name, () => requireBounds(name, layer, context));
  const potential = readPotential(statement, activations, context);
  requireMethod(certificate, potential, activations, context);
}

/** One activation for each layer, over the same indices, and nothing else of the statement. */
function activationsOf(statement: StepStatement, context: Context): ReadonlySet<string> {
  const found = new Set<string>();
  const taken = new Set([...Object.keys(statement.layers), ...statement.parameters, ...statement.inputs]);
  for (const { activation, over } of Object.values(statement.layers)) {
    const sizes = context.scope.symbols.get(activation) ?? reject(`${shown(activation)} is not declared`);
    if (taken.has(activation) || found.has(activation)) reject(`${activation} stands for something else`);
    const same = over.map(
      (i) => context.scope.indices.get(i) ?? reject(`the index ${shown(i)} is not declared`),
    );
    if (sizes.length !== same.length || !same.every((i, k) => sameSize(i.size, sizes[k]!)))
      reject(`the activation ${activation} is declared over other indices than its layer`);
    found.add(activation);
  }
  return found;
}

/** Declared bounds of an activation are those of ∂L/∂x, as the checker differentiates it. */
function requireBounds(name: string, layer: StepLayer, context: Context): void {
  const { activation } = layer;
  if (context.all.integers.has(activation)) reject("an activation is no integer");
  const declared = context.all.symbols.get(activation)!;
  if (isWithin(REALS, declared)) return;
  const lagrangian = parseTerm(layer.lagrangian, context.scope);
  if (!isSmooth(lagrangian, new Set([name]), context))
    reject("bounds of the activation need a smooth Lagrangian");
  const over = layer.over.map((i) => context.scope.indices.get(i)!);
  const values = bestRange(componentOfGradient(lagrangian, name, over, context.budget), context);
  if (values === undefined || !isWithin(values, declared))
    reject("the activation is not shown to stay within its declared bounds");
}

/** ∂L/∂x at fresh indices: d/ds L(x + s·e) at s = 0, with e the unit vector there. */
function componentOfGradient(lagrangian: Term, name: string, over: readonly Index[], budget: Budget): Term {
  const s = scalar(freshName("s"));
  const place = over.map((i) => atIndex({ ...i, name: freshName(i.name) }));
  const moved = substituteSymbols(lagrangian, (u) => {
    if (u.name !== name) return undefined;
    // A component out of range is the number 0 and does not move.
    if (!u.at.every((a, k) => isInRange(a, over[k]!.size))) reject(`${name} may be out of range`);
    return plus(u, times(s, ...u.at.map((left, k): Term => ({ kind: "delta", left, right: place[k]! }))));
  });
  const slope = derivative(moved, s, budget);
  return substituteSymbols(slope, (u) => (u.name === s.name ? zero : undefined));
}

/** U of activations, parameters and inputs, with a gradient. */
function readPotential(statement: StepStatement, activations: ReadonlySet<string>, context: Context): Term {
  const potential = parseTerm(statement.potential, context.scope);
  if (freeIndices(potential).size > 0) reject("the potential leaves an index free");
  const allowed = new Set([...activations, ...statement.parameters, ...statement.inputs]);
  for (const name of symbolsIn(potential))
    if (!allowed.has(name)) reject(`the potential depends on ${name}, which is no activation of a layer`);
  if (!isContinuouslyDifferentiable(potential, activations, context))
    reject("the potential is not shown to be continuously differentiable");
  return potential;
}

function requireMethod(
  certificate: StepCertificate,
  potential: Term,
  activations: ReadonlySet<string>,
  context: Context,
): void {
  const { statement, concavity } = certificate;
  if (concavity !== undefined && statement.method !== "one-sided") reject("a proof that no rule needs");
  switch (statement.method) {
    case "alternating":
      requireRelaxation(statement, context);
      for (const [name, { activation }] of Object.entries(statement.layers))
        inLayer(name, () => requireAffine(potential, activation, context));
      return;
    case "one-sided":
      requireRelaxation(statement, context);
      verify(
        { kind: "convex", e: negative(potential), variables: activations, context },
        concavity ?? reject("there is no proof that the potential is concave"),
      );
      return;
    case "discrete-gradient":
      return;
    default:
      statement.method satisfies never;
      reject("unknown method of steps");
  }
}

function requireAffine(potential: Term, activation: string, context: Context): void {
  const shape = curvatureOf(potential, new Set([activation]), context);
  if (shape === undefined || !isAffine(shape))
    reject(`the potential is not shown to be affine in ${activation}`);
}

/** The rate of decay is constant over a step: no mobility, and nothing that moves in the time constant or the clamp. */
function requireRelaxation(statement: StepStatement, context: Context): void {
  const given = new Set([...statement.parameters, ...statement.inputs]);
  for (const [name, layer] of Object.entries(statement.layers))
    inLayer(name, () => {
      if (layer.mobility !== undefined) reject("a mobility: the step is no relaxation with one rate");
      for (const text of [layer.tau, layer.clamped ?? "0"])
        for (const symbol of symbolsIn(parseTerm(text, context.scope)))
          if (!given.has(symbol)) reject(`the rate of decay depends on ${symbol}, which moves`);
    });
}
