/**
 * A theory with noise comes in; the amplitudes of its Langevin equation go out, and its stationary law where one is shown.
 *
 * A layer at temperature T moves by τ dx = −M ∂E/∂g dt + √(2Tτ M) dW (Itô): the noise acts on the state, and M/τ multiplies drive
 * and variance alike. Fluctuation and dissipation then balance exactly where the drive is −∂E/∂x.
 */
import { differentiate } from "../calculus/index.js";
import {
  dependsOn,
  div,
  type Expr,
  half,
  mul,
  neg,
  num,
  one,
  power,
  sub2,
  zero,
} from "../index-notation/index.js";
import { shownEqual, simplify } from "../rewrite/index.js";
import { inStates } from "./in-states.js";
import type { Flow, Formula, Motion, Theory } from "./theory.js";

/** The density exp(−E/T) of the states, where it is shown to be stationary, or why it is not. */
export type StationaryLaw =
  | { readonly kind: "gibbs"; readonly temperature: Expr }
  | { readonly kind: "open"; readonly reasons: readonly string[] };

export interface NoiseTheory {
  /** By state of the flow; formulas of states and parameters over the state's indices. */
  readonly parts: ReadonlyMap<string, NoisePart>;
  /** No amplitude depends on a state. */
  readonly additive: boolean;
  readonly law: StationaryLaw;
  /** Layers whose noise is left out because they are taken adiabatically. */
  readonly leftOut: readonly string[];
}

export interface NoisePart {
  readonly temperature: Formula;
  /** The same, 0 where clamped. */
  readonly heat: Formula;
  /** τ/M: the friction of a component, and its time scale. */
  readonly friction: Formula;
  /** −∂E/∂g, or −∂E/∂x of a model of states; 0 where clamped. */
  readonly force: Formula;
  /** b in dx = … dt + b dW; 0 where clamped. */
  readonly amplitude: Formula;
}

/** Undefined for a model without noise, and for one of discrete states. */
export function noiseOf(theory: Theory, full: boolean): NoiseTheory | undefined {
  const { noise } = theory.model;
  const flow = full ? theory.full : theory.reduced;
  if (noise === undefined || flow.motions.size === 0) return undefined;
  const parts = new Map(
    [...flow.motions].map(([name, m]) => [name, partOf(theory, m, noise.get(name) ?? zero, full)]),
  );
  const states = [...flow.motions.values()].map((m) => m.state);
  const depends = (e: Expr): boolean => states.some((s) => dependsOn(e, s));
  return {
    parts,
    additive: [...parts.values()].every((p) => !depends(p.amplitude.expr)),
    law: lawOf(theory, flow, parts, depends, full),
    leftOut: [...noise.keys()].filter((name) => !flow.motions.has(name)),
  };
}

function partOf(theory: Theory, m: Motion, temperature: Expr, full: boolean): NoisePart {
  const formula = (expr: Expr): Formula => ({ over: m.over, expr: inStates(theory, expr, full) });
  const free = m.clamped === undefined ? one : sub2(one, m.clamped);
  const mobility = m.mobility ?? one;
  return {
    temperature: formula(temperature),
    heat: formula(mul([free, temperature])),
    friction: formula(div(m.tau, mobility)),
    force: formula(mul([free, m.drive])),
    amplitude: formula(mul([free, power(div(mul([num(2), temperature, mobility]), m.tau), half)])),
  };
}

// ---- the stationary law -----------------------------------------------------------------------------------

function lawOf(
  theory: Theory,
  flow: Flow,
  parts: ReadonlyMap<string, NoisePart>,
  depends: (e: Expr) => boolean,
  full: boolean,
): StationaryLaw {
  const [first, ...others] = [...parts.values()].map((p) => p.temperature.expr);
  const reasons: string[] = [];
  if (first === undefined || first.free.length > 0 || others.some((t) => !shownEqual(t, first)))
    reasons.push("the temperature is not shown to be the same for all components");
  else if (depends(first)) reasons.push("the temperature depends on the state");
  for (const [name, m] of flow.motions) {
    const friction = parts.get(name)!.friction.expr;
    if (depends(friction))
      reasons.push(`the mobility or time constant of ${name} depends on the state, and the noise is Itô's`);
    if (!isGradient(theory, flow, m, full)) reasons.push(reasonOf(theory, name));
  }
  return reasons.length > 0 ? { kind: "open", reasons } : { kind: "gibbs", temperature: first! };
}

/** The drive is −∂E/∂x: the metric H is 1. */
function isGradient(theory: Theory, flow: Flow, m: Motion, full: boolean): boolean {
  if (flow.energy === undefined) return false;
  const slope = simplify(neg(differentiate(flow.energy, m.state, m.over)));
  return shownEqual(slope, inStates(theory, m.drive, full));
}

const reasonOf = (theory: Theory, name: string): string =>
  theory.kind === "layered"
    ? `the drive of ${name} is not shown to be −∂E/∂${name}: its activation is not its state, and noise on the state balances the flow only where it is`
    : `the dynamics of ${name} are not shown to be −∂E/∂${name}`;
