/** A field and options come in; a finished run, or the reason why there is none, goes out. */

import type { Breakpoints } from "./breakpoints.js";
import { type Choice, choose } from "./choose.js";
import { FixedController } from "./control/fixed.js";
import { initialStep } from "./control/initial-step.js";
import { PIController } from "./control/proportional-integral.js";
import { describeByNumber, fieldThrew } from "./failures.js";
import type { Field } from "./field.js";
import { type Ending, Loop } from "./loop.js";
import type { Stepper } from "./methods/stepper.js";
import { EnergyMeter } from "./observe/energy-meter.js";
import { EventWatch } from "./observe/event-watch.js";
import { MarginWatch } from "./observe/margin-watch.js";
import { ProgressReporter } from "./observe/progress.js";
import { Recorder } from "./observe/recorder.js";
import {
  DEFAULT_MAX_STEPS,
  DEFAULT_MAX_STEPS_ENDLESS,
  type IntegrateOptions,
  refusal,
  tolerancesOf,
} from "./options.js";
import { Passing, passing } from "./passing.js";
import type { Failure, Run, SteadyReport } from "./run.js";
import { isKeepable, kept, type Snapshot } from "./snapshot.js";
import { type Finish, finishSteady, unfinished } from "./steady.js";

/** Everything that watches one run, by name and in the order in which it must look. */
interface Watch {
  readonly meter: EnergyMeter | undefined;
  readonly recorder: Recorder;
  readonly margins: MarginWatch | undefined;
  readonly events: EventWatch | undefined;
  readonly progress: ProgressReporter | undefined;
}

export function refused(failure: Failure, { initial }: IntegrateOptions): Run {
  return {
    status: "failed",
    t: failure.t,
    state: initial.slice(),
    steps: 0,
    rejected: 0,
    evaluations: 0,
    method: "none",
    methodReason: "the run was refused before it began",
    wallSeconds: 0,
    record: { t: [], states: [], energy: [] },
    exits: [],
    events: [],
    failure,
  };
}

function watchers(options: IntegrateOptions): Watch {
  const { energy, monitors, events, onProgress, t0 = 0, until, initial } = options;
  const meter = energy && new EnergyMeter(energy);
  return {
    meter,
    recorder: new Recorder(options, meter),
    margins: monitors && new MarginWatch(monitors, initial.length),
    events: events && events.length > 0 ? new EventWatch(events, initial.length) : undefined,
    progress: onProgress && new ProgressReporter(passing(onProgress), t0, until),
  };
}

/** The first adaptive step and the evaluations it cost. */
function firstStep(field: Field, stepper: Stepper, errorOrder: number, options: IntegrateOptions) {
  const { dt, until, breakpoints } = options;
  const { t, state } = stepper;
  if (dt !== undefined || until === t) return { h: dt ?? 1, cost: 0 };
  const stop = Math.min(until, breakpoints?.next(t) ?? until);
  const reach = (stop > t ? stop : until) - t;
  const start = { t, state, derivative: stepper.derivative(), reach };
  return { h: initialStep(field, start, errorOrder, tolerancesOf(options)), cost: 1 };
}

function control(field: Field, stepper: Stepper, choice: Choice, options: IntegrateOptions) {
  const { method, fixedStep } = choice;
  const endless = options.until === Number.POSITIVE_INFINITY;
  if (fixedStep !== undefined || method.errorOrder === undefined) {
    return {
      controller: new FixedController(fixedStep ?? Number.NaN),
      cost: 0,
      boundedBy: endless ? DEFAULT_MAX_STEPS_ENDLESS : Number.POSITIVE_INFINITY,
    };
  }
  // A run that goes on knows its step, and paid for the first one before.
  const { h, cost } =
    options.resume === undefined
      ? firstStep(field, stepper, method.errorOrder, options)
      : { h: 1, cost: kept<number>(options.resume, "cost") };
  const boundedBy = endless ? DEFAULT_MAX_STEPS_ENDLESS : DEFAULT_MAX_STEPS;
  const controller = stepper.control?.(h) ?? new PIController(method.errorOrder, h);
  return { controller, cost, boundedBy };
}

function watched(
  watch: Watch,
  ending: Ending,
): Pick<Run, "record" | "exits" | "events" | "energy" | "cycle" | "failure" | "status"> {
  return {
    status: ending.status,
    record: watch.recorder.record,
    events: watch.events?.occurrences ?? [],
    exits: watch.margins?.exits.toSorted((x, y) => x.t - y.t) ?? [],
    ...(watch.meter && { energy: watch.meter.report() }),
    ...(ending.cycle && { cycle: ending.cycle }),
    ...(ending.failure && { failure: ending.failure }),
  };
}

type Settled = Omit<Finish, "report"> & { readonly report?: SteadyReport };

/** The final state: where the loop stopped, or the fixed point next to it. */
function settle(field: Field, stepper: Stepper, { status }: Ending, options: IntegrateOptions): Settled {
  const { steadyState, initial } = options;
  const { t, state } = stepper;
  if (steadyState === undefined || status === "failed" || status === "cancelled")
    return { state: state.slice(), evaluations: 0 };
  const steady = { t, state, rate: stepper.derivative(), initial };
  if (status !== "steady") return unfinished(steady, `the run ended at t = ${t} before it was steady`);
  return steadyState.finish === false
    ? unfinished(steady, "no finish was asked for")
    : finishSteady(field, steady);
}

const passingBreakpoints = (breakpoints: Breakpoints): Breakpoints => ({
  next: passing((after) => breakpoints.next(after)),
  arrive: passing((t) => breakpoints.arrive(t)),
});

/** A run that is about to begin, with a stepper that stands at its start. */
export interface Assembled {
  readonly loop: Loop;
  /** What the run has come to. */
  finish(ending: Ending): Omit<Run, "wallSeconds">;
}

export function assemble(
  field: Field,
  stepper: Stepper,
  choice: Choice,
  options: IntegrateOptions,
): Assembled {
  const march = new March(field, options, choice, stepper);
  return { loop: march.prepare(), finish: (ending) => march.finish(ending) };
}

/** One run, with the parts that are still to be reported when the field throws. */
class March {
  private readonly watch: Watch;
  private loop: Loop | undefined;
  /** Evaluations beside those of the stepper. */
  private extra = 0;

  constructor(
    private readonly field: Field,
    private readonly options: IntegrateOptions,
    private readonly choice: Choice,
    private readonly stepper: Stepper,
  ) {
    this.watch = watchers(options);
  }

  /** Begins at the first call; what the run has come to, once it has ended. */
  advance(deadline: number): Omit<Run, "wallSeconds"> | undefined {
    try {
      const ending = this.begun().advance(deadline);
      return ending && this.finish(ending);
    } catch (error) {
      if (error instanceof Passing) throw error.thrown;
      const failure = fieldThrew(this.stepper.t, error);
      return this.report(
        { status: "failed", failure },
        { state: this.stepper.state.slice(), evaluations: 0 },
      );
    }
  }

  /** After a piece of the run, before its end. */
  save(): Snapshot {
    return { ...this.begun().save(), cost: this.extra };
  }

  private begun(): Loop {
    if (this.loop !== undefined) return this.loop;
    const loop = this.prepare();
    const { resume } = this.options;
    if (resume === undefined) loop.begin();
    else loop.restore(resume);
    return loop;
  }

  prepare(): Loop {
    const { field, options, choice, stepper, watch } = this;
    const { until, breakpoints, steadyState, cancel } = options;
    const { controller, cost, boundedBy } = control(field, stepper, choice, options);
    this.extra = cost;
    this.loop = new Loop({
      ...{ stepper, controller, until, steadyState },
      ...{ cancel: cancel && passing(cancel), breakpoints: breakpoints && passingBreakpoints(breakpoints) },
      observers: [watch.meter, watch.recorder, watch.margins].filter((observer) => observer !== undefined),
      tolerances: tolerancesOf(options),
      maxSteps: options.maxSteps ?? boundedBy,
      progress: watch.progress,
      events: watch.events,
      describe: options.describe ?? describeByNumber,
    });
    return this.loop;
  }

  finish(ending: Ending): Omit<Run, "wallSeconds"> {
    const { field, options, stepper, watch, loop } = this;
    watch.progress?.report(stepper.t, loop?.steps ?? 0, true);
    return this.report(ending, settle(field, stepper, ending, options));
  }

  private report(ending: Ending, settled: Settled): Omit<Run, "wallSeconds"> {
    const { watch, stepper, loop, choice } = this;
    const { state, report: steady } = settled;
    if (steady?.finish === "newton") watch.meter?.finish(stepper.t, state);
    return {
      ...watched(watch, ending),
      ...{ t: stepper.t, state, steps: loop?.steps ?? 0, rejected: loop?.rejected ?? 0 },
      ...(steady && { steady }),
      evaluations: stepper.evaluations + this.extra + settled.evaluations,
      method: choice.method.name,
      methodReason: stepper.remark === undefined ? choice.reason : `${choice.reason}; ${stepper.remark}`,
    };
  }
}

const notResumable = (method: string, t: number): Failure => ({
  code: "not-resumable",
  message: `${method} cannot go on from a kept state`,
  hint: "choose another method, or start the run anew",
  t,
});

/**
 * A run in pieces: `advance` goes on for a while, and between two pieces `save` gives what another `Integration` of the
 * same field and options needs as `resume` to make the same numbers, bit for bit.
 */
export class Integration {
  private readonly march: March | undefined;
  private readonly stepper: Stepper | undefined;
  private run: Run | undefined;
  /** Milliseconds spent in pieces, those before a resumption included. */
  private spent = 0;
  /** When the first piece began: with the preparations. */
  private began: number | undefined = performance.now();

  constructor(field: Field, options: IntegrateOptions) {
    const { resume, t0 = 0, initial } = options;
    const choice = refusal(field, options) ?? choose(options, field);
    if ("code" in choice) this.run = refused(choice, options);
    else {
      this.stepper = choice.method.create(field, tolerancesOf(options));
      if (resume !== undefined && !isKeepable(this.stepper))
        this.run = this.released(refused(notResumable(choice.method.name, t0), options));
      else {
        this.stepper.init(resume ? kept(resume, "t") : t0, resume ? kept(resume, "state") : initial);
        this.march = new March(field, options, choice, this.stepper);
      }
    }
    if (resume !== undefined) this.spent = kept(resume, "spent");
  }

  /** Whether `save` may be called. */
  get isKeepable(): boolean {
    return this.march !== undefined && isKeepable(this.stepper!);
  }

  /** Goes on for about so many milliseconds, at least one step; the run once it has ended. */
  advance(milliseconds = Number.POSITIVE_INFINITY): Run | undefined {
    if (this.run !== undefined) return this.run;
    const began = this.began ?? performance.now();
    this.began = undefined;
    const outcome = this.piece(began + milliseconds);
    this.spent += performance.now() - began;
    if (outcome === undefined) return undefined;
    this.run = this.released({ ...outcome, wallSeconds: this.spent / 1000 });
    return this.run;
  }

  save(): Snapshot {
    return { ...this.march!.save(), spent: this.spent };
  }

  private piece(deadline: number): Omit<Run, "wallSeconds"> | undefined {
    try {
      return this.march!.advance(deadline);
    } catch (error) {
      this.stepper?.release?.();
      throw error;
    }
  }

  /** The run is over: memory that its stepper shares with others goes to them. */
  private released(run: Run): Run {
    this.stepper?.release?.();
    return run;
  }
}

/**
 * Integrate `dx/dt = field.rhs(t, x)` from `t0` to `until`.
 *
 * `initial` and the run's `state` have length `field.size`; times are in the field's unit of time. Nothing is
 * allocated per step except what is recorded. A run that cannot begin, or cannot go on, is returned with
 * status "failed" and a `failure`, at the last good state, also where the field throws. What `onProgress`, `cancel`
 * and breakpoints throw passes through.
 *
 * Methods: explicit Runge–Kutta (HNW I, II.1-II.6), with PI step control, and methods that use the field's structure; see
 * `methodReason` for the choice.
 */
export function integrate(field: Field, options: IntegrateOptions): Run {
  return new Integration(field, options).advance()!;
}
