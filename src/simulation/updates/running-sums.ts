/** Sums over states come in; their values, corrected after every change of a component, go out. */
import type { Evaluate } from "../../codegen/index.js";
import { weightsOf } from "../../derivation/index.js";
import type { TensorSymbol } from "../../index-notation/index.js";
import { compileFormulas, type Ground, sizeOf, Tabulated } from "./bench.js";
import { type Follower, type Placed, placeOf } from "./follower.js";
import type { RunningSum } from "./slices.js";

interface Kept {
  readonly values: Float64Array;
  readonly evaluate: Evaluate;
  /** By state, in their order: one row for each component. */
  readonly weights: readonly Tabulated[];
}

export class RunningSums implements Follower {
  readonly inputs = new Map<TensorSymbol, Float64Array>();
  private readonly kept: readonly Kept[];

  constructor(
    sums: readonly RunningSum[],
    private readonly states: readonly Placed[],
    ground: Ground,
  ) {
    this.kept = sums.map(({ symbol, over, value }) => {
      const formula = { over, expr: value };
      const values = new Float64Array(sizeOf(formula, ground));
      this.inputs.set(symbol, values);
      const weights = states.map((s) => new Tabulated(weightsOf(value, over, s.state), ground));
      return { values, evaluate: compileFormulas(ground, { sum: formula }).sum, weights };
    });
  }

  refresh(): void {
    for (const { weights } of this.kept) for (const w of weights) w.refresh();
  }

  load(state: Float64Array): void {
    for (const s of this.kept) s.evaluate(state, s.values);
  }

  changed(k: number, by: number): void {
    const place = placeOf(this.states, k);
    for (const { values, weights } of this.kept) {
      const rows = weights[place]!.values;
      const start = (k - this.states[place]!.offset) * values.length;
      for (let j = 0; j < values.length; j++) values[j] = values[j]! + by * rows[start + j]!;
    }
  }
}
