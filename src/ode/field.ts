/** What comes in: the right-hand side of an ODE and, if the caller has them, its energy and its structure. Nothing else is known. */

import type { MemberKernel } from "./methods/member-kernel.js";
import type { StepKernel } from "./methods/step-kernel.js";
import type { Tableau } from "./methods/tableau.js";

/**
 * A vector field `dx/dt = f(t, x)` over a flat state.
 *
 * `rhs` writes the `size` derivatives (units of state per unit of time) into `out` and must not change
 * `state`. Both arrays belong to the integrator and are reused: keep neither.
 */
export interface Field {
  readonly size: number;
  rhs(t: number, state: Float64Array, out: Float64Array): void;
  /** The Jacobian of `rhs` at a state times a direction, at the inputs of now; three different arrays. */
  jvp?(state: Float64Array, direction: Float64Array, out: Float64Array): void;
  /** The energy at a state, for methods that use it. */
  readonly energy?: Functional;
  /** What the caller knows of the form of the field. */
  readonly structure?: Structure | undefined;
  /** Whole steps of an explicit Runge–Kutta method, where the field runs them faster than through `rhs`. */
  stepKernel?(tableau: Tableau): StepKernel | undefined;
  /** The same for several members of an ensemble at once. */
  memberKernel?(tableau: Tableau): MemberKernel | undefined;
}

/** A scalar of time and state, such as an energy or a condition margin; it must not change `state`. */
export type Functional = (t: number, state: Float64Array) => number;

/** The field as relaxations `dx/dt = decay ⊙ (F − x)`, layer by layer; the blocks cover the state in order. */
export interface Structure {
  readonly blocks: readonly Block[];
  /** Every F − x is minus the derivative of the energy in the activations. */
  readonly gradient: boolean;
  /** Writes the activation ∇L of every entry of the state; the activation of a block depends on that block only. */
  activate(state: Float64Array, out: Float64Array): void;
}

/** One layer: `size` entries from `offset` on. Functions see the inputs that are in force when they are called. */
export interface Block {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
  /** Positions of the blocks that F reads. Where its own is missing, F is constant while only this block moves. */
  readonly reads: readonly number[];
  /** Writes M/τ of every entry at a state, 0 where it is clamped. */
  decay(state: Float64Array, out: Float64Array): void;
  /** The decay depends on no state: it changes only when inputs switch. */
  readonly constantDecay: boolean;
  /** Writes F, of length `size`. */
  drive(state: Float64Array, out: Float64Array): void;
}
