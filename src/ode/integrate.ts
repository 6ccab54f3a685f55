/** A field and options come in; a finished run, or the reason why there is none, goes out. */

import { type Choice, choose } from "./choose.js";
import { FixedController } from "./control/fixed.js";
import { initialStep } from "./control/initial-step.js";
import { PIController } from "./control/proportional-integral.js";
import { describeByNumber } from "./failures.js";
import type { Field } from "./field.js";
import { type Ending, Loop } from "./loop.js";
import type { Stepper } from "./methods/stepper.js";
import { EnergyMeter } from "./observe/energy-meter.js";
import { EventWatch } from "./observe/event-watch.js";
import { MarginWatch } from "./observe/margin-watch.js";
import { ProgressReporter } from "./observe/progress.js";
import { Recorder } from "./observe/recorder.js";
import { DEFAULT_MAX_ADAPTIVE_STEPS, type IntegrateOptions, refusal, tolerancesOf } from "./options.js";
import type { Failure, Run } from "./run.js";
import { isKeepable, kept, type Snapshot } from "./snapshot.js";

/** Everything that watches one run, by name and in the order in which it must look. */
interface Watch {
  readonly meter: EnergyMeter | undefined;
  readonly recorder: Recorder;
  readonly margins: MarginWatch | undefined;
  readonly events: EventWatch | undefined;
  readonly progress: ProgressReporter | undefined;
}

function refused(failure: Failure, { initial }: IntegrateOptions): Run {
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
    progress: onProgress && new ProgressReporter(onProgress, t0, until),
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
  if (fixedStep !== undefined || method.errorOrder === undefined) {
    return {
      controller: new FixedController(fixedStep ?? Number.NaN),
      cost: 0,
      boundedBy: Number.POSITIVE_INFINITY,
    };
  }
  // A run that goes on knows its step, and paid for the first one before.
  const { h, cost } =
    options.resume === undefined
      ? firstStep(field, stepper, method.errorOrder, options)
      : { h: 1, cost: kept<number>(options.resume, "cost") };
  return { controller: new PIController(method.errorOrder, h), cost, boundedBy: DEFAULT_MAX_ADAPTIVE_STEPS };
}

function report(
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

/** A run that has begun. */
class March {
  readonly stepper: Stepper;
  private readonly watch: Watch;
  private readonly loop: Loop;
  private readonly cost: number;

  constructor(
    field: Field,
    options: IntegrateOptions,
    private readonly choice: Choice,
  ) {
    const { t0 = 0, until, initial, breakpoints, steadyState, cancel, resume } = options;
    this.watch = watchers(options);
    this.stepper = choice.method.create(field);
    const { stepper, watch } = this;
    stepper.init(resume ? kept(resume, "t") : t0, resume ? kept(resume, "state") : initial);
    const { controller, cost, boundedBy } = control(field, stepper, choice, options);
    this.cost = cost;
    this.loop = new Loop({
      ...{ stepper, controller, until, breakpoints, steadyState, cancel },
      observers: [watch.meter, watch.recorder, watch.margins].filter((observer) => observer !== undefined),
      tolerances: tolerancesOf(options),
      maxSteps: options.maxSteps ?? boundedBy,
      progress: watch.progress,
      events: watch.events,
      describe: options.describe ?? describeByNumber,
    });
    if (resume === undefined) this.loop.start();
    else this.loop.restore(resume);
  }

  advance(deadline: number): Omit<Run, "wallSeconds"> | undefined {
    const ending = this.loop.advance(deadline);
    if (ending === undefined) return undefined;
    const { stepper, loop, watch, choice } = this;
    watch.progress?.report(stepper.t, loop.steps, true);
    return {
      ...report(watch, ending),
      t: stepper.t,
      state: stepper.state.slice(),
      steps: loop.steps,
      rejected: loop.rejected,
      evaluations: stepper.evaluations + this.cost,
      method: choice.method.name,
      methodReason: choice.reason,
    };
  }

  save(): Snapshot {
    return { ...this.loop.save(), cost: this.cost };
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
  private run: Run | undefined;
  /** Milliseconds spent in pieces, those before a resumption included. */
  private spent = 0;

  constructor(field: Field, options: IntegrateOptions) {
    const began = performance.now();
    const choice = refusal(field, options) ?? choose(options);
    if ("code" in choice) this.run = refused(choice, options);
    else if (options.resume !== undefined && !isKeepable(choice.method.create(field)))
      this.run = refused(notResumable(choice.method.name, options.t0 ?? 0), options);
    else this.march = new March(field, options, choice);
    this.spent = performance.now() - began + (options.resume ? kept<number>(options.resume, "spent") : 0);
  }

  /** Whether `save` may be called. */
  get isKeepable(): boolean {
    return this.march !== undefined && isKeepable(this.march.stepper);
  }

  /** Goes on for about so many milliseconds; the run once it has ended. */
  advance(milliseconds = Number.POSITIVE_INFINITY): Run | undefined {
    if (this.run !== undefined) return this.run;
    const began = performance.now();
    const outcome = this.march!.advance(began + milliseconds);
    this.spent += performance.now() - began;
    this.run = outcome && { ...outcome, wallSeconds: this.spent / 1000 };
    return this.run;
  }

  save(): Snapshot {
    return { ...this.march!.save(), spent: this.spent };
  }
}

/**
 * Integrate `dx/dt = field.rhs(t, x)` from `t0` to `until`.
 *
 * `initial` and the run's `state` have length `field.size`; times are in the field's unit of time. Nothing is
 * allocated per step except what is recorded. A run that cannot begin, or cannot go on, is returned with
 * status "failed" and a `failure`, at the last good state; nothing is thrown unless the caller's own
 * functions throw.
 *
 * Methods: explicit Runge–Kutta (HNW I, II.1-II.6), with PI step control; see `methodReason` for the choice.
 */
export function integrate(field: Field, options: IntegrateOptions): Run {
  return new Integration(field, options).advance()!;
}
