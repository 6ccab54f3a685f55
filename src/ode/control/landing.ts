/** A proposed step and the next stop come in; the time at which the step ends, exactly on the stop or well off it. */

/** One step may be this much longer than proposed to reach a stop; below 1/safety, so a retry is shorter. */
const ELASTIC_STRETCH = 1.05;
/** A grid of fixed steps may miss a stop by rounding only. */
const RIGID_STRETCH = 1 + 1e-9;
const ULPS = 4 * Number.EPSILON;

/**
 * Whether `stop`, at or after t, is t up to the rounding with which times are computed. `scale` is the time
 * in which the run moves, its step: near t = 0 rounding is relative to that, not to t.
 */
export function sameTime(t: number, stop: number, scale: number): boolean {
  return stop - t <= ULPS * Math.max(Math.abs(t), scale);
}

/** The shortest step that still moves the clock by more than its rounding. */
export function shortestStep(t: number): number {
  return Math.max(ULPS * Math.abs(t), Number.MIN_VALUE * 2 ** 60);
}

/**
 * The end of the next step. It is `stop` itself, bit for bit, when the step reaches it, when stretching the
 * step a little would, or when only rounding keeps a fixed grid off it. An elastic step that would leave a
 * remainder shorter than itself takes half of the way instead, so no sliver is left for later.
 */
export function landing(t: number, proposed: number, stop: number, elastic: boolean): number {
  const [h, way] = [proposed - t, stop - t];
  if (way <= h * (elastic ? ELASTIC_STRETCH : RIGID_STRETCH) || sameTime(proposed, stop, h)) return stop;
  return elastic && way < 2 * h ? t + way / 2 : proposed;
}
