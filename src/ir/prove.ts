/** Linear facts about loop variables come in; whether an affine value is provably non-negative goes out. */
import { type Affine, affineAdd, affineShift, affineSubstitute, coefficientOf } from "./affine.js";
import type { Local, Test } from "./program.js";

/** What is known of the integer locals at one place of a program. Immutable. */
export class Facts {
  private constructor(
    /** Each is ≥ 0. */
    readonly known: readonly Affine[],
    /** Locals in the order of their definitions: elimination starts with the innermost. */
    private readonly order: readonly Local[],
    private readonly definitions: ReadonlyMap<Local, Affine>,
  ) {}

  static readonly none = new Facts([], [], new Map());

  withLocal(local: Local): Facts {
    return new Facts(this.known, [...this.order, local], this.definitions);
  }

  /** The local stands for the affine value. */
  define(local: Local, value: Affine): Facts {
    const expanded = this.expand(value);
    return new Facts(this.known, this.order, new Map([...this.definitions, [local, expanded]]));
  }

  assume(...nonNegative: Affine[]): Facts {
    const added = nonNegative.map((a) => this.expand(a));
    return new Facts([...this.known, ...added], this.order, this.definitions);
  }

  /** variable from max(from) to min(to) - 1. */
  inLoop(variable: Local, from: readonly Affine[], to: readonly Affine[]): Facts {
    const v: Affine = { terms: [{ local: variable, coefficient: 1 }], constant: 0 };
    const low = from.map((a) => affineAdd(v, a, -1));
    const high = to.map((a) => affineShift(affineAdd(a, v, -1), -1));
    return this.withLocal(variable).assume(...low, ...high);
  }

  /** What holds where the test is true. */
  when(test: Test): Facts {
    if (test.kind === "all") return test.tests.reduce((f, t) => f.when(t), this as Facts);
    if (test.kind === "nonNegative") return this.assume(test.value);
    if (test.kind === "isZero") return this.assume(test.value, affineAdd(ZERO, test.value, -1));
    if (test.kind === "not" && test.test.kind === "nonNegative")
      return this.assume(affineShift(affineAdd(ZERO, test.test.value, -1), -1));
    return this;
  }

  /** True when the value is ≥ 0 wherever the facts hold; false when no proof was found. */
  proves(value: Affine): boolean {
    if (this.known.some((a) => a.terms.length === 0 && a.constant < 0)) return true;
    return this.search(this.expand(value), 10);
  }

  private expand(a: Affine): Affine {
    let result = a;
    for (const t of a.terms) {
      const by = this.definitions.get(t.local);
      if (by !== undefined) result = affineSubstitute(result, t.local, by);
    }
    return result;
  }

  /** Writes the goal as a positive multiple of a fact plus a rest without the innermost local. */
  private search(goal: Affine, depth: number): boolean {
    const local = this.innermost(goal);
    if (local === undefined) return goal.constant >= 0;
    if (depth === 0) return false;
    const c = coefficientOf(goal, local);
    return this.known.some((fact) => {
      const ratio = c / (coefficientOf(fact, local) || Number.NaN);
      return ratio > 0 && this.search(affineAdd(goal, fact, -ratio), depth - 1);
    });
  }

  private innermost(a: Affine): Local | undefined {
    let best: Local | undefined;
    let rank = -2;
    for (const { local } of a.terms) {
      const r = this.order.indexOf(local);
      if (r > rank) [best, rank] = [local, r];
    }
    return best;
  }
}

const ZERO: Affine = { terms: [], constant: 0 };
