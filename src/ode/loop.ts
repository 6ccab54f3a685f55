/** A stepper, a controller, stops and observers come in; how the run ended goes out. No method is known here. */

import type { Breakpoints } from "./breakpoints.js";
import type { Controller } from "./control/controller.js";
import { landing, sameTime, shortestStep } from "./control/landing.js";
import { scaledNorm, type Tolerances } from "./control/norm.js";
import {
  badBreakpoint,
  type Describe,
  noConvergence,
  notFinite,
  tooFine,
  tooManySteps,
  tooShort,
} from "./failures.js";
import type { Conclusion, StepOutcome, Stepper } from "./methods/stepper.js";
import type { EventWatch } from "./observe/event-watch.js";
import type { Observer } from "./observe/observer.js";
import type { ProgressReporter } from "./observe/progress.js";
import type { Cycle, Failure, RunStatus } from "./run.js";
import { type Keepable, kept, type Snapshot } from "./snapshot.js";

export interface LoopParts {
  readonly stepper: Stepper;
  readonly controller: Controller;
  readonly observers: readonly Observer[];
  readonly events: EventWatch | undefined;
  readonly tolerances: Tolerances;
  readonly until: number;
  readonly maxSteps: number;
  readonly breakpoints: Breakpoints | undefined;
  readonly steadyState: Tolerances | undefined;
  readonly progress: ProgressReporter | undefined;
  readonly cancel: (() => boolean) | undefined;
  readonly describe: Describe;
}

export interface Ending {
  readonly status: RunStatus;
  readonly cycle?: Cycle;
  readonly failure?: Failure;
}

function endingOf({ status, period, previous }: Conclusion): Ending {
  return { status, ...(period !== undefined && previous && { cycle: { period, previous } }) };
}

const EVENT: Ending = { status: "event" };

const failed = (failure: Failure): Ending => ({ status: "failed", failure });

export class Loop implements Keepable {
  steps = 0;
  rejected = 0;
  private nextSwitch = Number.POSITIVE_INFINITY;
  /** The next time to stand on exactly: the next switching time or the end. */
  private stop: number;
  /** Whether the start of the step is new: not while a rejected step is tried again. */
  private fresh = true;
  private ending: Ending | undefined;
  /** Largest component of the state at the start of the run. */
  private initialSize = 0;
  /** Only such a relative tolerance can fall below the rounding of the state. */
  private readonly mayBeTooFine: boolean;

  /** The stepper stands at the start of the run. */
  constructor(private readonly parts: LoopParts) {
    this.stop = parts.until;
    this.mayBeTooFine = parts.controller.usesError && parts.tolerances.rtol < 4 * Number.EPSILON;
  }

  /** Once, before all others: the run begins here. */
  begin(): Ending | undefined {
    const { stepper, controller, observers, events } = this.parts;
    controller.restart(stepper.t);
    this.initialSize = stepper.state.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    for (const observer of observers) observer.start(stepper.t, stepper.state);
    this.ending = events?.start(stepper.t, stepper.state) ? EVENT : this.lookAhead();
    return this.ending;
  }

  /** Goes on until the run ends, or after a step until `performance.now()` is past the deadline. */
  advance(deadline: number): Ending | undefined {
    while (this.ending === undefined) {
      const aim = this.aim();
      this.ending = typeof aim === "number" ? this.attempt(aim) : aim;
      if (deadline < Number.POSITIVE_INFINITY && performance.now() > deadline) break;
    }
    return this.ending;
  }

  save(): Snapshot {
    const { stepper, controller, observers, events } = this.parts;
    const { steps, rejected, fresh, initialSize } = this;
    return {
      ...{ steps, rejected, fresh, initialSize, t: stepper.t, state: stepper.state.slice() },
      stepper: stepper.save!(),
      controller: controller.save!(),
      observers: observers.map((o) => o.save()),
      events: events?.save(),
    };
  }

  /** In place of `begin`: the stepper stands at the kept time and state, and inputs are those in force there. */
  restore(from: Snapshot): void {
    const { stepper, controller, observers, events } = this.parts;
    stepper.restore!(kept<Snapshot>(from, "stepper"));
    controller.restore!(kept<Snapshot>(from, "controller"));
    for (const [k, o] of kept<readonly Snapshot[]>(from, "observers").entries()) observers[k]!.restore(o);
    events?.restore(kept<Snapshot>(from, "events"));
    this.steps = kept(from, "steps");
    this.rejected = kept(from, "rejected");
    this.initialSize = kept(from, "initialSize");
    this.ending = this.lookAhead();
    this.fresh = kept(from, "fresh");
  }

  /** Ask for the next switching time. */
  private lookAhead(): Ending | undefined {
    const { breakpoints, until, stepper } = this.parts;
    if (!breakpoints) return undefined;
    this.nextSwitch = breakpoints.next(stepper.t);
    this.stop = Math.min(this.nextSwitch, until);
    return this.nextSwitch > stepper.t ? undefined : failed(badBreakpoint(stepper.t, this.nextSwitch));
  }

  private endsHere(): Ending | undefined {
    const { stepper, until, cancel, maxSteps, tolerances } = this.parts;
    const concluded = this.nextSwitch < until ? undefined : stepper.conclusion;
    if (concluded !== undefined) return endingOf(concluded);
    if (stepper.t >= until) return { status: "finished" };
    if (cancel?.()) return { status: "cancelled" };
    if (this.isSteady()) return { status: "steady" };
    if (this.mayBeTooFine && this.isTooFine()) return failed(tooFine(stepper.t, tolerances));
    if (this.steps + this.rejected < maxSteps) return undefined;
    return failed(tooManySteps(stepper.t, until, maxSteps));
  }

  private isSteady(): boolean {
    const { steadyState, stepper, until } = this.parts;
    if (steadyState === undefined || !this.fresh || this.nextSwitch < until) return false;
    const { state } = stepper;
    if (scaledNorm(stepper.derivative(), state, steadyState) >= 1) return false;
    // A rate is a difference of numbers as large as the state: below their rounding it says nothing.
    return Number.EPSILON * scaledNorm(state, state, steadyState) < 1;
  }

  /** Whether the tolerance of a step is below the rounding of the state, so that no step can show that it is met. */
  private isTooFine(): boolean {
    const { stepper, tolerances } = this.parts;
    return Number.EPSILON * scaledNorm(stepper.state, stepper.state, tolerances) > 1;
  }

  /** When the next step should end, or how the run has ended. */
  aim(): number | Ending {
    const { stepper, controller } = this.parts;
    for (;;) {
      const ending = this.endsHere();
      if (ending !== undefined) return ending;
      const { t } = stepper;
      const proposed = controller.propose(t);
      // An elastic step remembered from before a jump says nothing about how fast the field is now.
      if (!sameTime(t, this.stop, controller.elastic ? 0 : proposed - t)) {
        const tNext = landing(t, proposed, this.stop, controller.elastic);
        return tNext - t >= shortestStep(t) ? tNext : failed(this.shortest(tNext - t));
      }
      const after = this.hop();
      if (after !== undefined) return after;
    }
  }

  /** Try a step that ends at `tNext`, and keep it or prepare another one. */
  attempt(tNext: number): Ending | undefined {
    const { stepper, controller } = this.parts;
    const h = tNext - stepper.t;
    const outcome = stepper.step(tNext);
    const verdict = controller.adapt(h, this.errorOf(outcome));
    if (verdict === "accept") return this.accept();
    this.rejected++;
    this.fresh = false;
    return this.explain(outcome, h, verdict === "give-up");
  }

  private errorOf(outcome: StepOutcome): number {
    const { stepper, controller, tolerances } = this.parts;
    if (outcome !== "ok") return Number.POSITIVE_INFINITY;
    return controller.usesError ? stepper.errorNorm(tolerances.rtol, tolerances.atol) : 0;
  }

  private accept(): Ending | undefined {
    const { stepper, observers, progress, events } = this.parts;
    const end = events?.step(stepper);
    if (end !== undefined && end < stepper.tNext) return this.stopInside(end);
    for (let i = 0; i < observers.length; i++) observers[i]!.step(stepper);
    stepper.accept();
    this.steps++;
    this.fresh = true;
    progress?.report(stepper.t, this.steps);
    if (end !== undefined) return EVENT;
    return stepper.t === this.nextSwitch ? this.switchOver() : undefined;
  }

  /** The run ends at an event inside the trial step: what watches sees a step that ends there. */
  private stopInside(end: number): Ending {
    const { stepper, observers } = this.parts;
    const state = new Float64Array(stepper.state.length);
    stepper.interpolate(end, state);
    const cut: Stepper = Object.create(stepper, {
      tNext: { value: end },
      next: { value: state },
      interpolate: { value: stepper.interpolate.bind(stepper) },
    });
    for (let i = 0; i < observers.length; i++) observers[i]!.step(cut);
    stepper.init(end, state);
    this.steps++;
    return EVENT;
  }

  /** The stop is t up to rounding: stand on it without a step. */
  private hop(): Ending | undefined {
    const { stepper } = this.parts;
    stepper.init(this.stop, stepper.state);
    return this.stop === this.nextSwitch ? this.switchOver() : undefined;
  }

  /** Standing on a switching time: switch, and forget what was computed with the old inputs. */
  private switchOver(): Ending | undefined {
    const { stepper, controller, breakpoints, observers, events, until } = this.parts;
    const { t, state } = stepper;
    breakpoints?.arrive(t);
    if (t >= until) return undefined;
    stepper.init(t, state);
    controller.restart(t);
    for (let i = 0; i < observers.length; i++) observers[i]!.jump(t, state);
    if (events?.jump(t, state)) return EVENT;
    return this.lookAhead();
  }

  /**
   * What a rejected step means: nothing while a shorter one is left to try. A failed step that no retry can
   * help is reported as what failed, not as the step length it would have led to.
   */
  private explain(outcome: StepOutcome, h: number, gaveUp: boolean): Ending | undefined {
    const { stepper, controller, describe } = this.parts;
    const { t, fault } = stepper;
    const next = controller.propose(t) - t;
    const hopeless = gaveUp || next < shortestStep(t) || (outcome === "not-finite" && fault.atStart);
    if (!hopeless) return undefined;
    if (outcome === "not-finite") return failed(notFinite(fault, describe));
    return failed(outcome === "no-convergence" ? noConvergence(t, h) : this.shortest(next));
  }

  private shortest(h: number): Failure {
    const { stepper, describe } = this.parts;
    return tooShort(stepper, h, this.initialSize, describe);
  }
}
