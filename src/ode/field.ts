/** What comes in: the right-hand side of an ODE and, if the caller has one, its energy. Nothing else is known. */

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
}

/** A scalar of time and state, such as an energy or a condition margin; it must not change `state`. */
export type Functional = (t: number, state: Float64Array) => number;
