/** What goes out: how a run ended, where, what it cost, what was recorded, and why it failed if it did. */

export type FailureCode =
  | "wrong-length"
  | "initial-not-finite"
  | "bad-interval"
  | "bad-step"
  | "bad-tolerance"
  | "bad-option"
  | "bad-tableau"
  | "unsuited-method"
  | "not-monotone"
  | "bad-breakpoint"
  | "field-threw"
  | "rhs-not-finite"
  | "state-not-finite"
  | "no-convergence"
  | "step-underflow"
  | "blow-up"
  | "too-many-steps";

/** An expected failure: what was found and expected, and what to do next. */
export interface Failure {
  readonly code: FailureCode;
  readonly message: string;
  readonly hint: string;
  /** When it happened; `t0` for a run that was refused. */
  readonly t: number;
  /** The offending component of the state, and what the caller's `describe` calls it. */
  readonly component?: number;
  readonly name?: string;
  /** What was thrown, where something was. */
  readonly cause?: unknown;
}

export type RunStatus = "finished" | "steady" | "failed" | "cancelled";

/** Energies in the caller's unit. */
export interface EnergyReport {
  readonly start: number;
  /** At the final state, before any switch that falls on its last instant. */
  readonly end: number;
  /** Largest rise from one accepted step to the next, jumps at switching times left out; 0 if it never rose. */
  readonly largestIncrease: number;
}

/** One entry per recorded time; a time at which the inputs switch is recorded as it was before the switch. */
export interface Recording {
  readonly t: number[];
  /** Copies, each of length `field.size`. */
  readonly states: Float64Array[];
  /** Empty unless an energy was given. */
  readonly energy: number[];
}

/** A monitor's first exit: the first time found at which its margin is below 0 (or NaN). */
export interface Exit {
  readonly name: string;
  readonly t: number;
}

/** Of a run that was asked to stop at a steady state. */
export interface SteadyReport {
  /** Largest rate of a component at the state of the run. */
  readonly residual: number;
  /**
   * `newton`: the state is the fixed point, found by Newton's method from where the integration stopped.
   * `none`: the state is where the integration stopped, see `because`.
   */
  readonly finish: "newton" | "none";
  /** Largest change of a component by the finish, in units of the state. */
  readonly moved?: number;
  readonly iterations?: number;
  /** Products with the Jacobian. */
  readonly products?: number;
  /**
   * `regular`: the fixed point is isolated. `singular`: it is not shown to be; at least to first order there are flat
   * directions, along which states near it rest as well. `undecided`: too large to factor, and GMRES did not solve.
   */
  readonly jacobian?: "regular" | "singular" | "undecided";
  /** Orthonormal, where they were found. */
  readonly neutralDirections?: readonly Float64Array[];
  /** Components that do not move at all, such as clamped ones. */
  readonly held?: readonly number[];
  readonly because: string;
}

export interface Run {
  readonly status: RunStatus;
  /**
   * Time and state reached: the last accepted ones; a steady state is finished by Newton's method, see `steady`.
   * `t` is `until`, bit for bit, when the run finished.
   */
  readonly t: number;
  readonly state: Float64Array;
  /** Present when a steady state was asked for and the run was not cut short. */
  readonly steady?: SteadyReport;
  /** Present when an energy was given and the run began. */
  readonly energy?: EnergyReport;
  /** Accepted steps, rejected trial steps, and evaluations of the right-hand side. */
  readonly steps: number;
  readonly rejected: number;
  readonly evaluations: number;
  readonly method: string;
  /** Why this method and this kind of step. */
  readonly methodReason: string;
  readonly wallSeconds: number;
  readonly record: Recording;
  readonly exits: readonly Exit[];
  /** Present exactly when the status is "failed". */
  readonly failure?: Failure;
}
