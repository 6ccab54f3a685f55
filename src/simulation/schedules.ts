/** Schedules of inputs come in; the breakpoints of a run, which write the inputs as they are reached, go out. */
import type { Diagnostic, Schedule } from "../model/index.js";
import { type Breakpoints, breakpointsAt, periodicBreakpoints } from "../ode/index.js";

/** One input with its schedule and the buffer that the field reads it from. */
export interface ScheduledInput {
  readonly name: string;
  readonly schedule: Schedule;
  readonly buffer: Float64Array;
}

/** Times not in order or values of the wrong length, in the user's words. */
export function scheduleErrors({ name, schedule, buffer }: ScheduledInput): Diagnostic[] {
  const wrong = schedule.values.findIndex((v) => v.length !== buffer.length);
  const errors: Diagnostic[] = [];
  if (wrong >= 0)
    errors.push({
      code: "schedule-shape",
      message: `value ${wrong} of the schedule of ${name} has ${schedule.values[wrong]!.length} entries; ${name} has ${buffer.length}`,
      hint: "give every value of a schedule the shape of its input",
    });
  if (schedule.kind === "cycle") return errors;
  const late = schedule.times.findIndex((t, k) => k > 0 && !(t > schedule.times[k - 1]!));
  if (late > 0)
    errors.push({
      code: "schedule-order",
      message: `time ${late} of the schedule of ${name} is ${schedule.times[late]}, not after ${schedule.times[late - 1]}`,
      hint: "list switching times in increasing order",
    });
  if (schedule.times.length !== schedule.values.length)
    errors.push({
      code: "schedule-length",
      message: `the schedule of ${name} has ${schedule.times.length} times and ${schedule.values.length} values`,
      hint: "give one value for each time",
    });
  return errors;
}

/** The breakpoints of one input; what is in force before a listed time is the input's own value. */
function single({ schedule: s, buffer }: ScheduledInput): Breakpoints {
  const write = (k: number): void => {
    if (k >= 0) buffer.set(s.values[k % s.values.length]!);
  };
  if (s.kind === "cycle") return periodicBreakpoints(s.every, (_, k) => write(k));
  return breakpointsAt(s.times, (_, k) => write(k));
}

/** All schedules of a run together, with the values in force at t0 written at once. */
export function breakpointsOf(inputs: readonly ScheduledInput[], t0: number): Breakpoints | undefined {
  if (inputs.length === 0) return undefined;
  const all = inputs.map(single);
  const arrive = (t: number): void => {
    for (const b of all) b.arrive(t);
  };
  arrive(t0);
  const next = (after: number): number =>
    all.reduce((first, b) => Math.min(first, b.next(after)), Number.POSITIVE_INFINITY);
  return { next, arrive };
}
