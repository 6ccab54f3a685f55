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
  const { h, cost } = firstStep(field, stepper, method.errorOrder, options);
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

function march(field: Field, options: IntegrateOptions, choice: Choice): Omit<Run, "wallSeconds"> {
  const { t0 = 0, until, initial, breakpoints, steadyState, cancel } = options;
  const watch = watchers(options);
  const stepper = choice.method.create(field);
  stepper.init(t0, initial);
  const { controller, cost, boundedBy } = control(field, stepper, choice, options);
  const loop = new Loop({
    ...{ stepper, controller, until, breakpoints, steadyState, cancel },
    observers: [watch.meter, watch.recorder, watch.margins].filter((observer) => observer !== undefined),
    tolerances: tolerancesOf(options),
    maxSteps: options.maxSteps ?? boundedBy,
    progress: watch.progress,
    events: watch.events,
    describe: options.describe ?? describeByNumber,
  });
  const ending = loop.run();
  watch.progress?.report(stepper.t, loop.steps, true);
  return {
    ...report(watch, ending),
    t: stepper.t,
    state: stepper.state.slice(),
    steps: loop.steps,
    rejected: loop.rejected,
    evaluations: stepper.evaluations + cost,
    method: choice.method.name,
    methodReason: choice.reason,
  };
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
  const began = performance.now();
  const choice = refusal(field, options) ?? choose(options);
  if ("code" in choice) return refused(choice, options);
  const outcome = march(field, options, choice);
  return { ...outcome, wallSeconds: (performance.now() - began) / 1000 };
}
