/** What comes in: the right-hand side of an ODE and, if the caller has one, its energy. Nothing else is known. */

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
  /** Whole steps of an explicit Runge–Kutta method, where the field runs them faster than through `rhs`. */
  stepKernel?(tableau: Tableau): StepKernel | undefined;
  /** The same for several members of an ensemble at once. */
  memberKernel?(tableau: Tableau): MemberKernel | undefined;
}

/** A scalar of time and state, such as an energy or a condition margin; it must not change `state`. */
export type Functional = (t: number, state: Float64Array) => number;
