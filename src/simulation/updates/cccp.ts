/**
 * The map x' = −∂U/∂g of a flow comes in; a method whose steps are updates by it goes out: attention for the reduced
 * modern Hopfield network (Ramsauer et al., arXiv 2008.02217), the concave-convex procedure (Yuille & Rangarajan 2003).
 */
import type { Backend, Evaluate } from "../../codegen/index.js";
import type { Formula } from "../../derivation/index.js";
import {
  type Conclusion,
  type Fault,
  kept,
  type Method,
  type Snapshot,
  type StepOutcome,
  type Stepper,
  type Tolerances,
} from "../../ode/index.js";
import type { StateLayout } from "../request.js";
import { compileFormulas, type Ground } from "./bench.js";
import { conclusionToKeep, keptConclusion } from "./conclusion.js";

/** Writes the next state of every layer. */
type Update = Evaluate;

/** A state is where it was two updates ago when nothing but rounding differs. */
const SAME = 4 * Number.EPSILON;

class Updating implements Stepper {
  t = 0;
  tNext = 0;
  evaluations = 0;
  conclusion: Conclusion | undefined;
  readonly state: Float64Array;
  readonly next: Float64Array;
  readonly fault: Fault = { quantity: "state", component: 0, value: 0, t: 0, atStart: true };
  private readonly before: Float64Array;
  private steps = 0;

  constructor(
    private readonly update: Update,
    size: number,
    private readonly tolerances: Tolerances,
  ) {
    this.state = new Float64Array(size);
    this.next = new Float64Array(size);
    this.before = new Float64Array(size);
  }

  init(t: number, state: Float64Array): void {
    this.t = this.tNext = t;
    this.state.set(state);
    this.conclusion = undefined;
    this.steps = 0;
  }

  step(tNext: number): StepOutcome {
    this.tNext = tNext;
    this.update(this.state, this.next);
    this.evaluations++;
    const wrong = this.next.findIndex((x) => !Number.isFinite(x));
    if (wrong < 0) return "ok";
    this.fault.component = wrong;
    this.fault.value = this.next[wrong]!;
    this.fault.t = this.t;
    return "not-finite";
  }

  errorNorm(): number {
    throw new Error("an update has no error estimate; the loop must not ask for one");
  }

  accept(): void {
    this.steps++;
    this.conclusion = this.concluded();
    this.t = this.tNext;
    this.before.set(this.state);
    this.state.set(this.next);
  }

  save(): Snapshot {
    const { evaluations, steps } = this;
    return { evaluations, steps, before: this.before.slice(), ...conclusionToKeep(this.conclusion) };
  }

  restore(from: Snapshot): void {
    this.evaluations = kept(from, "evaluations");
    this.steps = kept(from, "steps");
    this.before.set(kept<Float64Array>(from, "before"));
    this.conclusion = keptConclusion(from);
  }

  derivative(): Float64Array {
    throw new Error("updates have no derivative");
  }

  /** A state holds until the next update. */
  interpolate(t: number, out: Float64Array): void {
    out.set(t < this.tNext ? this.state : this.next);
  }

  private concluded(): Conclusion | undefined {
    const { rtol, atol } = this.tolerances;
    if (this.moved(this.state, rtol, atol) <= 1) return { status: "fixed-point" };
    if (this.steps < 2 || this.moved(this.before, SAME, 0) > 1) return undefined;
    return { status: "two-cycle", period: 2, previous: this.state.slice() };
  }

  /** The largest distance of a component from another state, scaled. */
  private moved(from: Float64Array, rtol: number, atol: number): number {
    let largest = 0;
    for (let k = 0; k < this.next.length; k++) {
      const gap = Math.abs(this.next[k]! - from[k]!);
      if (gap > 0) largest = Math.max(largest, gap / (atol + rtol * Math.abs(this.next[k]!)));
    }
    return largest;
  }
}

/** The maps by state name; all layers move at once, each by what it saw before. */
export function cccp(
  maps: ReadonlyMap<string, Formula>,
  layout: readonly StateLayout[],
  ground: Ground,
  backend: Backend,
  tolerances: Tolerances,
): Method {
  const size = layout.reduce((n, l) => n + l.size, 0);
  const parts = layout.map((l) => ({
    run: compileFormulas(ground, { map: maps.get(l.name)! }, backend).map,
    at: l,
  }));
  const update: Update = (state, out) => {
    for (const { run, at } of parts) run(state, out.subarray(at.offset, at.offset + at.size));
  };
  return {
    name: "cccp",
    order: 1,
    errorOrder: undefined,
    create: () => new Updating(update, size, tolerances),
  };
}
