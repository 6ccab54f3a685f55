/**
 * A field of layers that relax towards drives comes in; a solver goes out that needs no Jacobian: with the drives held, the
 * equation of a layer, y = constant + c·m ⊙ (F − y), is solved by one division. Layers are visited from slow to fast, so
 * that a fast layer is at rest with the slow ones as they then are: nonlinear block Gauss–Seidel, the block-triangular
 * part of the Jacobian solved exactly. It converges where c·m times the coupling of the slow layers is below 1.
 */

import type { Block, Structure } from "../../field.js";
import { firstNotFinite } from "../finite.js";
import type { StepOutcome } from "../stepper.js";
import { ConvergenceRate, type Stage, type StageSolver } from "./stage-solver.js";

const MOST_SWEEPS = 5;

interface Layer {
  readonly block: Block;
  readonly decay: Float64Array;
  readonly force: Float64Array;
}

export class BlockSweeps implements StageSolver {
  evaluations = 0;
  /** From slow to fast. */
  private order: readonly Layer[];
  private readonly rate = new ConvergenceRate();

  constructor({ blocks }: Structure) {
    this.order = blocks.map((block) => ({
      block,
      decay: new Float64Array(block.size),
      force: new Float64Array(block.size),
    }));
  }

  init(_t: number, state: Float64Array): void {
    for (const { block, decay } of this.order) block.decay(state, decay);
    const fastest = new Map(this.order.map((l) => [l, l.decay.reduce((m, x) => Math.max(m, x), 0)]));
    this.order = this.order.toSorted((a, b) => fastest.get(a)! - fastest.get(b)!);
    this.rate.reset();
  }

  solve(stage: Stage): StepOutcome {
    let before = Number.POSITIVE_INFINITY;
    this.rate.begin(stage.c);
    for (let k = 0; k < MOST_SWEEPS; k++) {
      const change = this.sweep(stage);
      if (!(change < Number.POSITIVE_INFINITY))
        return firstNotFinite(stage.y) < 0 ? "no-convergence" : "not-finite";
      if (this.rate.left(change, before) <= stage.tolerance) return "ok";
      if (k > 0 && change > 0.9 * before) return "no-convergence";
      before = change;
    }
    return "no-convergence";
  }

  /** Every layer once; the weighted root mean square of the change. */
  private sweep(stage: Stage): number {
    this.evaluations++;
    let sum = 0;
    for (const b of this.order) sum += this.visit(b, stage);
    return Math.sqrt(sum / Math.max(1, stage.y.length));
  }

  private visit({ block, decay, force }: Layer, { c, constant, y, weights }: Stage): number {
    block.drive(y, force);
    if (!block.constantDecay) block.decay(y, decay);
    const { offset, size } = block;
    let sum = 0;
    for (let k = 0; k < size; k++) {
      const j = offset + k;
      const m = c * decay[k]!;
      const found = (constant[j]! + m * force[k]!) / (1 + m);
      const change = (found - y[j]!) * weights[j]!;
      sum += change * change;
      y[j] = found;
    }
    return sum;
  }
}
