/** An engine and an order come in; a stepper whose step is one sweep over all components goes out. */
import type { Update } from "../../model/index.js";
import {
  type Conclusion,
  type Fault,
  type Keepable,
  kept,
  type Method,
  type Snapshot,
  type StepOutcome,
  type Stepper,
} from "../../ode/index.js";
import { type Shuffler, shuffler } from "../random.js";
import { conclusionToKeep, keptConclusion } from "./conclusion.js";
import type { Engine } from "./engine.js";

type Order = Update["order"];

/** What a sweep needs beside the engine. */
export interface SweepParts {
  readonly engine: Engine;
  readonly order: Order;
  readonly seed: number;
  /** 1 where a component is held, at the present inputs and at a state. */
  readonly clamped: ((state: Float64Array, out: Float64Array) => void) | undefined;
  readonly energy: ((state: Float64Array) => number) | undefined;
}

/** Visits every component once: in turn, in a random order, all at once, or state by state. */
class Sweep implements Stepper {
  t = 0;
  tNext = 0;
  /** Components asked where they go. */
  evaluations = 0;
  largestRise = 0;
  conclusion: Conclusion | undefined;
  readonly state: Float64Array;
  readonly next: Float64Array;
  readonly fault: Fault = { quantity: "state", component: 0, value: 0, t: 0, atStart: true };
  private readonly size: number;
  private readonly held: Uint8Array;
  private readonly targets: Float64Array;
  private readonly visits: Uint32Array;
  private readonly shuffle: Shuffler;
  private readonly history: History;
  /** Whether the engine's numbers are not those of the state. */
  private stale = true;
  /** Changes of the latest sweep: after how many visits, and where to. */
  private readonly moves: { readonly at: number; readonly k: number; readonly to: number }[] = [];

  constructor(private readonly parts: SweepParts) {
    this.size = parts.engine.states.reduce((n, s) => n + s.size, 0);
    this.state = new Float64Array(this.size);
    this.next = new Float64Array(this.size);
    this.held = new Uint8Array(this.size);
    this.targets = new Float64Array(this.size);
    this.visits = Uint32Array.from({ length: this.size }, (_, k) => k);
    this.shuffle = shuffler(parts.seed, "update order");
    this.history = new History(this.size);
  }

  init(t: number, state: Float64Array): void {
    this.t = this.tNext = t;
    this.state.set(state);
    this.parts.engine.refresh();
    this.stale = true;
    this.conclusion = undefined;
    this.history.forget();
  }

  step(tNext: number): StepOutcome {
    const { engine, order } = this.parts;
    this.tNext = tNext;
    this.next.set(this.state);
    if (this.stale) engine.load(this.next);
    this.stale = false;
    this.hold();
    this.moves.length = 0;
    this.largestRise = 0;
    if (order === "synchronous") return this.together(0, this.size);
    if (order === "block") return this.blocks();
    if (order === "random") this.shuffle.permute(this.visits);
    return this.oneByOne();
  }

  errorNorm(): number {
    throw new Error("a sweep has no error estimate; the loop must not ask for one");
  }

  accept(): void {
    const deterministic = this.parts.order !== "random";
    this.conclusion =
      this.moves.length === 0
        ? { status: "fixed-point" }
        : deterministic
          ? this.history.seen(this.state, this.next)
          : undefined;
    this.t = this.tNext;
    this.state.set(this.next);
    // Sums corrected step by step carry rounding along: every sweep that follows a change begins anew.
    this.stale ||= this.moves.length > 0;
  }

  save(): Snapshot {
    return {
      evaluations: this.evaluations,
      shuffle: [...this.shuffle.getState()],
      history: this.history.save(),
      ...conclusionToKeep(this.conclusion),
    };
  }

  restore(from: Snapshot): void {
    this.evaluations = kept(from, "evaluations");
    this.shuffle.setState(kept<readonly number[]>(from, "shuffle"));
    this.history.restore(kept<Snapshot>(from, "history"));
    this.conclusion = keptConclusion(from);
  }

  derivative(): Float64Array {
    throw new Error("discrete states have no derivative");
  }

  /** Visits are spread evenly over the sweep, and a state holds until the next change. */
  interpolate(t: number, out: Float64Array): void {
    const rounding = 4 * Number.EPSILON * Math.max(Math.abs(t), 1);
    const done = ((t - this.t + rounding) / (this.tNext - this.t)) * this.size;
    out.set(this.state);
    for (const { at, k, to } of this.moves) if (at <= done) out[k] = to;
  }

  private hold(): void {
    const { clamped } = this.parts;
    if (clamped === undefined) return;
    clamped(this.next, this.targets);
    for (let k = 0; k < this.size; k++) this.held[k] = this.targets[k] === 0 ? 0 : 1;
  }

  private oneByOne(): StepOutcome {
    const { engine } = this.parts;
    for (let visit = 0; visit < this.size; visit++) {
      const k = this.visits[visit]!;
      if (this.held[k] === 1) continue;
      const to = engine.next(k);
      this.evaluations++;
      if (Number.isNaN(to)) return this.fail(k);
      if (to === this.next[k]) continue;
      const rise = engine.difference(k, to);
      if (rise > this.largestRise) this.largestRise = rise;
      engine.changed(k, this.move(k, to, visit + 1));
    }
    return "ok";
  }

  private blocks(): StepOutcome {
    let before = this.parts.energy?.(this.next) ?? 0;
    for (const { offset, size } of this.parts.engine.states) {
      const outcome = this.together(offset, size);
      if (outcome !== "ok") return outcome;
      const after = this.parts.energy?.(this.next) ?? 0;
      this.largestRise = Math.max(this.largestRise, after - before);
      before = after;
    }
    return "ok";
  }

  /** Each goes by what it saw before any of them moved. */
  private together(offset: number, size: number): StepOutcome {
    const { engine } = this.parts;
    for (let k = offset; k < offset + size; k++) {
      this.targets[k] = this.held[k] === 1 ? this.next[k]! : engine.next(k);
      if (Number.isNaN(this.targets[k])) return this.fail(k);
    }
    this.evaluations += size;
    const before = this.moves.length;
    for (let k = offset; k < offset + size; k++)
      if (this.targets[k] !== this.next[k]) this.move(k, this.targets[k]!, offset + size);
    if (this.moves.length > before) engine.load(this.next);
    return "ok";
  }

  /** By how much component k changes. */
  private move(k: number, to: number, at: number): number {
    const by = to - this.next[k]!;
    this.next[k] = to;
    this.moves.push({ at, k, to });
    return by;
  }

  private fail(k: number): StepOutcome {
    this.fault.component = k;
    this.fault.value = Number.NaN;
    this.fault.t = this.t;
    return "not-finite";
  }
}

const same = (a: Float64Array, b: Float64Array): boolean => a.every((x, k) => x === b[k]);

/** Finds the state that comes back: two sweeps ago at once, longer cycles by a state kept at powers of two (Brent 1980). */
class History implements Keepable {
  private readonly before: Float64Array;
  private readonly kept: Float64Array;
  private steps = 0;
  private keptAt = 0;

  constructor(size: number) {
    this.before = new Float64Array(size);
    this.kept = new Float64Array(size);
  }

  forget(): void {
    this.steps = 0;
  }

  /** A sweep has led from one state to another, different one. */
  seen(from: Float64Array, to: Float64Array): Conclusion | undefined {
    this.steps++;
    const found = this.cycleAt(from, to);
    this.before.set(from);
    if ((this.steps & (this.steps - 1)) === 0) {
      this.kept.set(to);
      this.keptAt = this.steps;
    }
    return found;
  }

  save(): Snapshot {
    const { steps, keptAt } = this;
    return { steps, keptAt, before: this.before.slice(), kept: this.kept.slice() };
  }

  restore(from: Snapshot): void {
    this.steps = kept(from, "steps");
    this.keptAt = kept(from, "keptAt");
    this.before.set(kept<Float64Array>(from, "before"));
    this.kept.set(kept<Float64Array>(from, "kept"));
  }

  private cycleAt(from: Float64Array, to: Float64Array): Conclusion | undefined {
    if (this.steps < 2) return undefined;
    if (same(to, this.before)) return { status: "two-cycle", period: 2, previous: from.slice() };
    if (!same(to, this.kept)) return undefined;
    return { status: "cycle", period: this.steps - this.keptAt, previous: from.slice() };
  }
}

const REASON: { readonly [O in Order]: string } = {
  ascending: "one component at a time, in ascending order",
  random: "one component at a time, in a random order that is drawn anew for every sweep",
  synchronous: "all components at once",
  block: "state by state, the components of a state at once",
};

export const reasonOf = (order: Order): string => REASON[order];

export const sweeps = (parts: SweepParts): Method => ({
  name: parts.order,
  order: 1,
  errorOrder: undefined,
  create: () => new Sweep(parts),
});
