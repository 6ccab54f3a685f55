/**
 * Descent of a layered model (theory, section 2): dE/dt = -Σ_a (∂E/∂g_a)ᵀ H_a M_a T_a⁻¹ (∂E/∂g_a) <= 0 with H_a the Hessian
 * of the layer's Lagrangian, M_a its mobility, T_a its time constants. A model certificate comes in; `checkModel` returns
 * only if every hypothesis of that statement is verified.
 */

import type { Context } from "./context.js";
import { curvatureOf, isAffine } from "./curvature.js";
import { contextOf } from "./declarations.js";
import { canonicalJson, sha256 } from "./digest.js";
import type { ModelCertificate, ModelStatement } from "./format.js";
import { parseTerm } from "./parse.js";
import { isNonnegative, isPositive, isWithin, type Range, REALS } from "./range.js";
import { type Budget, Rejection, reject, shown } from "./rejection.js";
import { verify } from "./rules.js";
import { bestRange } from "./rules-scalar.js";
import { piecesOf, pieceTerm } from "./rules-structure.js";
import { sameSize } from "./size.js";
import { isContinuouslyDifferentiable } from "./smooth.js";
import { freeIndices, keyOf, mentions, minus, one, type Term, walk } from "./term.js";

type Layer = ModelStatement["layers"][string];

export function checkModel(certificate: ModelCertificate, budget: Budget): void {
  const { statement } = certificate;
  if (sha256(canonicalJson(statement)) !== certificate.digest)
    reject("the digest is not that of the statement");
  checkLayers(certificate, contextOf(statement.declarations, budget), new Set());
}

interface Layers {
  readonly statement: Pick<ModelStatement, "layers" | "parameters" | "inputs">;
  readonly convexity: ModelCertificate["convexity"];
}

/** Every hypothesis on every layer. Names in `bounded` may have declared bounds that the caller verifies. */
export function checkLayers(
  { statement, convexity }: Layers,
  context: Context,
  bounded: ReadonlySet<string>,
): void {
  const names = Object.keys(statement.layers);
  if (names.length === 0) reject("the model has no layers");
  for (const name of Object.keys(convexity)) if (!names.includes(name)) reject(`${name} is not a layer`);
  requireRoles(statement, names, context, bounded);
  for (const name of names) {
    const proof = Object.hasOwn(convexity, name)
      ? convexity[name]!
      : reject(`the layer ${name} has no proof`);
    inLayer(name, () => {
      const lagrangian = checkLayer(name, statement.layers[name]!, statement.parameters, context);
      const goal = { kind: "convex", e: lagrangian, variables: new Set([name]), context } as const;
      verify(goal, proof);
    });
  }
}

export function inLayer(name: string, check: () => void): void {
  try {
    check();
  } catch (error) {
    if (error instanceof Rejection) throw new Rejection(`layer ${name}: ${error.message}`);
    throw error;
  }
}

/**
 * Parameters and inputs are what the model is given, with the bounds that it declares. The others move: bounds of a state or
 * of an activation would be claims about the solution, which nothing here proves.
 */
function requireRoles(
  statement: Layers["statement"],
  layers: readonly string[],
  context: Context,
  bounded: ReadonlySet<string>,
): void {
  const listed = [...statement.parameters, ...statement.inputs];
  const given = new Set(listed);
  if (given.size !== listed.length) reject("a parameter or an input is listed twice");
  for (const name of given) {
    if (!context.scope.symbols.has(name)) reject(`${shown(name)} is listed but not declared`);
    if (layers.includes(name)) reject(`${name} is the state of a layer: no parameter and no input`);
  }
  for (const [name, values] of context.all.symbols) {
    if (given.has(name) || bounded.has(name)) continue;
    if (!isWithin(REALS, values) || context.all.integers.has(name))
      reject(`${name} has declared bounds, but is a state or an activation: it takes every real value`);
  }
}

/** The hypotheses on one layer other than convexity; returns its Lagrangian. */
function checkLayer(name: string, layer: Layer, parameters: readonly string[], context: Context): Term {
  if (layer.forced) reject("a force in place of -∂U/∂g: no theorem of this checker covers it");
  requireState(name, layer, context);
  const lagrangian = parseTerm(layer.lagrangian, context.scope);
  requireOwnState(name, lagrangian, parameters, context);
  requireDifferentiable(name, lagrangian, context);
  const diagonal = isDiagonal(name, lagrangian, context);
  requireTimeConstant(layer, diagonal, context);
  requireMobility(layer, diagonal, context);
  return lagrangian;
}

/** "Convex on its whole domain": the state runs over the whole space of the layer's indices. */
function requireState(name: string, layer: Layer, context: Context): void {
  const sizes = context.scope.symbols.get(name) ?? reject("the state is not declared");
  const over = layer.over.map(
    (i) => context.scope.indices.get(i) ?? reject(`the index ${i} is not declared`),
  );
  const same = sizes.length === over.length && over.every((i, k) => sameSize(i.size, sizes[k]!));
  if (!same) reject("the state is declared over other indices than the layer");
  if (new Set(layer.over).size !== layer.over.length) reject("an index of the layer is listed twice");
}

/** L_a is a function of x^a alone: with anything else in it that moves, dE/dt would have more terms. */
function requireOwnState(
  name: string,
  lagrangian: Term,
  parameters: readonly string[],
  context: Context,
): void {
  if (freeIndices(lagrangian).size > 0) reject("the Lagrangian leaves an index free");
  for (const other of context.scope.symbols.keys())
    if (other !== name && !parameters.includes(other) && mentions(lagrangian, new Set([other])))
      reject(`the Lagrangian depends on ${other}, which is no parameter`);
}

/** "Convex and differentiable": without a gradient there is no activation, and the flow is a differential inclusion. */
function requireDifferentiable(name: string, lagrangian: Term, context: Context): void {
  if (!isContinuouslyDifferentiable(lagrangian, new Set([name]), context))
    reject("the Lagrangian is not shown to be continuously differentiable");
}

/**
 * Is the Hessian diagonal? Every term of L that is not affine depends on one component of the state. Then H_a commutes
 * with diagonal T_a and M_a, and H_a M_a T_a⁻¹ is diagonal with nonnegative entries ("H and M both diagonal").
 */
function isDiagonal(name: string, lagrangian: Term, context: Context): boolean {
  const variables = new Set([name]);
  return piecesOf(lagrangian, variables).every((piece) => {
    const found = new Set<string>();
    walk(piece.leaf, (u) => {
      if (u.kind === "symbol" && u.name === name) found.add(keyOf(u));
      return true;
    });
    if (found.size <= 1 && !readsBoundIndex(piece.leaf, name)) return true;
    const shape = curvatureOf(pieceTerm(piece), variables, context);
    return shape !== undefined && isAffine(shape);
  });
}

/** Does the state stand below a binder inside the leaf, at one of its indices (so that one place is many components)? */
function readsBoundIndex(leaf: Term, name: string): boolean {
  const free = freeIndices(leaf);
  let bound = false;
  walk(leaf, (u) => {
    if (u.kind === "symbol" && u.name === name)
      bound ||= u.at.some((s) => s.terms.some((t) => !free.has(t.index.name)));
    return true;
  });
  return bound;
}

/** Time constants: positive; one for the whole layer, or a diagonal Hessian ("diag(τ) ker H ⊂ ker H"). */
function requireTimeConstant(layer: Layer, diagonal: boolean, context: Context): void {
  const { values, indexed } = readOver(layer, layer.tau, context);
  if (!isPositive(values)) reject("the time constant is not shown to be positive");
  if (indexed && !diagonal) reject("different time constants in a layer whose Hessian is not diagonal");
}

/** Mobility: nonnegative; a scalar of the layer, or diagonal together with the Hessian. A clamp c is the mobility 1 - c. */
function requireMobility(layer: Layer, diagonal: boolean, context: Context): void {
  if (layer.mobility !== undefined) {
    const { values, indexed } = readOver(layer, layer.mobility, context);
    if (!isNonnegative(values)) reject("the mobility is not shown to be nonnegative");
    if (indexed && !diagonal) reject("a mobility that varies in a layer whose Hessian is not diagonal");
  }
  if (layer.clamped === undefined) return;
  const { term } = readOver(layer, layer.clamped, context);
  for (const t of [term, minus(one, term)]) {
    const values = bestRange(t, context);
    if (values === undefined || !isNonnegative(values))
      reject("the clamp is not shown to lie between 0 and 1");
  }
  if (!diagonal) reject("clamped components in a layer whose Hessian is not diagonal");
}

/** An expression over the layer's indices: its range, and whether it varies with them. */
function readOver(
  layer: Layer,
  text: string,
  context: Context,
): { readonly term: Term; readonly values: Range; readonly indexed: boolean } {
  const term = parseTerm(text, context.scope);
  const free = freeIndices(term);
  for (const name of free.keys()) if (!layer.over.includes(name)) reject(`the index ${name} is free`);
  const values = bestRange(term, context) ?? reject("an expression is not shown to be defined");
  return { term, values, indexed: free.size > 0 };
}
