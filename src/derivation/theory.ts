/** The types of what is derived: every formula is an expression, every step says which identity made it. */
import type { Expr, Index, TensorSymbol } from "../index-notation/index.js";
import type { Layer, LayeredModel, StateModel, StateVariable } from "../model/index.js";
import type { DualEnergy } from "./dual-energy.js";

/** A derived formula with the indices it is free in. */
export interface Formula {
  readonly over: readonly Index[];
  readonly expr: Expr;
}

/** One step a reader can follow: what is computed, from what, by which named rules. */
export interface Step {
  readonly title: string;
  /** Why the step holds, in a sentence, with its place in the literature. */
  readonly because: string;
  readonly results: readonly { readonly name: string; readonly formula: Formula }[];
  /** Rewrite rules used, by name. */
  readonly rules: readonly string[];
}

/** What follows from one layer's Lagrangian alone (theory section 1). */
export interface LayerTheory {
  readonly layer: Layer;
  readonly lagrangian: Expr;
  /** g = ∇L, over the layer's indices. */
  readonly activation: Formula;
  /** H = ∇²L, over the layer's indices followed by their partners. */
  readonly hessian: Formula;
  /** x·g − L, a scalar of the state. */
  readonly energy: Expr;
  /** The same as a function of the activation alone, where it has a closed form. */
  readonly dual?: DualEnergy;
}

/** One equation of motion. */
export interface Motion {
  readonly state: TensorSymbol;
  readonly over: readonly Index[];
  readonly tau: Expr;
  readonly mobility?: Expr;
  readonly clamped?: Expr;
  /** −∂E/∂g (layers), −∂E/∂x (states with an energy), or the declared −x + F, before mobility and τ; of states and activations. */
  readonly drive: Expr;
  /** dx/dt written with states and activations. */
  readonly paired: Expr;
  /** dx/dt of states and parameters only. */
  readonly rate: Expr;
}

/** One summand of dE/dt = −Σ_a rᵀ H (M/τ) r, theory section 2. */
export interface DescentTerm {
  readonly state: string;
  /** The summand written with the rate symbol `x_dot`. */
  readonly form: Expr;
  /** `quadratic`: −ẋᵀ(τH)ẋ; `mobile`: −rᵀHM r/τ; `chain-rule`: ∂E/∂x·ẋ with nothing cancelled. */
  readonly shape: "quadratic" | "mobile" | "chain-rule";
}

export interface Descent {
  readonly terms: readonly DescentTerm[];
  /** dE/dt of states and parameters only. */
  readonly total: Expr;
}

/** Energy and motion of a set of states: of the full network, or of what is left in a limit. */
export interface Flow {
  /** Of states and parameters only. */
  readonly energy?: Expr;
  /** The same written with the pair (x, g), as papers print it. */
  readonly pairedEnergy?: Expr;
  readonly motions: ReadonlyMap<string, Motion>;
  readonly descent?: Descent;
}

/** The adiabatic limit of one more layer (theory section 3). */
export interface Limit {
  readonly fast: string;
  readonly explicit: boolean;
  /** Why the stationarity condition is not solved, when it is not. */
  readonly reason?: string;
  /** The stationary state of the fast layer, of the states that remain. */
  readonly stationary?: Formula;
  /** What is left; absent when not explicit. */
  readonly flow?: Flow;
}

/** A coupling that does not depend on the state: J = −∂²U/∂g∂g. */
export interface Coupling {
  readonly layer: string;
  readonly coupling: Formula;
  /** True when J is a Gram matrix of memories: Hebb's rule, derived. */
  readonly hebbian: boolean;
  /** The memories, when hebbian. */
  readonly memories?: TensorSymbol;
  /** J_ii */
  readonly selfInteraction: Formula;
  /** E without self-interaction minus E: ½ Σ J_ii g_i². */
  readonly energyDifference: Expr;
  /** The drive without self-interaction. */
  readonly driveWithout: Formula;
}

/** The rule that the energy itself implies for a parameter: −∂E/∂Ξ (theory section 5). */
export interface LearningRule {
  readonly parameter: TensorSymbol;
  readonly rule: Formula;
}

interface Common {
  readonly steps: readonly Step[];
  /** Remarks that a reader must know: symmetrised couplings, kinks, forces that are no gradient. */
  readonly notes: readonly string[];
  readonly full: Flow;
  /** The flow that commands use: the last explicit limit, or the full flow. */
  readonly reduced: Flow;
  readonly limits: readonly Limit[];
  /** Fast states as functions of the slow ones, in the order of elimination. */
  readonly outputs: ReadonlyMap<string, Formula>;
  /** Activations of every layer as functions of the states in `reduced`. */
  readonly activations: ReadonlyMap<string, Formula>;
  /** Indices that the derivation had to name, beside the declared ones. */
  readonly partners: readonly Index[];
}

export interface LayeredTheory extends Common {
  readonly kind: "layered";
  readonly model: LayeredModel;
  readonly layers: ReadonlyMap<string, LayerTheory>;
  /** U of the activations, all synapses added. */
  readonly potential: Expr;
  /** U of what is left once every explicit fast layer is at rest. */
  readonly reducedPotential: Expr;
  /** Layers whose declared force equals minus the derivative of the potential. */
  readonly gradientForces: ReadonlySet<string>;
  readonly couplings: readonly Coupling[];
  readonly learning: readonly LearningRule[];
}

export interface StateTheory extends Common {
  readonly kind: "state";
  readonly model: StateModel;
  readonly states: ReadonlyMap<string, StateVariable>;
}

export type Theory = LayeredTheory | StateTheory;
