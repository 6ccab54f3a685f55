/** A field comes in; the way to solve its implicit stages that fits its size and structure goes out. */

import type { Field } from "../../field.js";
import type { StepOutcome } from "../stepper.js";
import { BlockSweeps } from "./block-sweeps.js";
import { DenseNewton, NewtonKrylov } from "./newton.js";
import type { Stage, StageSolver } from "./stage-solver.js";

/** Up to this size a dense factorisation costs no more than a few evaluations. */
const DENSE = 64;
/** After sweeps have failed, so many stages are solved by Newton's method before they are tried again. */
const PATIENCE = 30;

/** Sweeps where they converge, else Newton's method with GMRES. */
class SweepsThenNewton implements StageSolver {
  private readonly newton: StageSolver;
  private readonly start: Float64Array;
  private skip = 0;

  constructor(
    field: Field,
    private readonly sweeps: BlockSweeps,
  ) {
    this.newton = new NewtonKrylov(field);
    this.start = new Float64Array(field.size);
  }

  get evaluations(): number {
    return this.sweeps.evaluations + this.newton.evaluations;
  }

  init(t: number, state: Float64Array): void {
    this.sweeps.init(t, state);
    this.newton.init(t, state);
    this.skip = 0;
  }

  solve(stage: Stage): StepOutcome {
    if (this.skip > 0) {
      this.skip--;
      return this.newton.solve(stage);
    }
    this.start.set(stage.y);
    const outcome = this.sweeps.solve(stage);
    if (outcome === "ok") return outcome;
    this.skip = PATIENCE;
    stage.y.set(this.start);
    return this.newton.solve(stage);
  }
}

export function stageSolver(field: Field): StageSolver {
  if (field.size <= DENSE) return new DenseNewton(field);
  if (field.structure === undefined) return new NewtonKrylov(field);
  return new SweepsThenNewton(field, new BlockSweeps(field.structure));
}
