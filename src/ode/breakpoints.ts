/** Switching times come in, as a list or a period; the `Breakpoints` that a run lands on go out. */

/**
 * The times at which the field jumps, for example when a piecewise constant input takes its next value.
 * The input in force at the start of the run is the caller's to set; the run then stands exactly on every
 * switching time in (t0, until], calls `arrive` there, and never evaluates the field across one.
 */
export interface Breakpoints {
  /** The first switching time strictly after `after`, Infinity when there is none. It may be asked twice. */
  next(after: number): number;
  /** The run stands at t, bit for bit as `next` gave it: switch the inputs of the field. */
  arrive(t: number): void;
}

/** Index of the first entry greater than `after` in an ascending list. */
function firstAfter(times: ArrayLike<number>, after: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (times[middle]! > after) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Breakpoints at the given ascending times; `arrive` also gets the index. A forward run costs O(1) a switch. */
export function breakpointsAt(
  times: ArrayLike<number>,
  arrive: (t: number, index: number) => void,
): Breakpoints {
  let index = 0;
  const inPlace = (after: number) =>
    (index >= times.length || times[index]! > after) && (index === 0 || times[index - 1]! <= after);
  const seek = (after: number) => {
    if (inPlace(after)) return;
    index++;
    if (index > times.length || !inPlace(after)) index = firstAfter(times, after);
  };
  return {
    next(after) {
      seek(after);
      return index < times.length ? times[index]! : Number.POSITIVE_INFINITY;
    },
    arrive(t) {
      seek(t);
      arrive(t, index - 1);
    },
  };
}

/** Breakpoints at the doubles `start + k·period`, k = 1, 2, …; `arrive` also gets k. */
export function periodicBreakpoints(
  period: number,
  arrive: (t: number, k: number) => void,
  start = 0,
): Breakpoints {
  const time = (k: number) => start + k * period;
  const indexAfter = (after: number) => {
    // The rounded quotient is at most one too large, which is the answer. Few tries: a period below the
    // rounding of `after` (or 0, or NaN) must end in a refused time, not in an endless loop.
    let k = Math.max(1, Math.floor((after - start) / period));
    for (let tries = 0; tries < 4 && time(k) <= after; tries++) k++;
    return k;
  };
  return {
    next: (after) => time(indexAfter(after)),
    arrive: (t) => arrive(t, indexAfter(t) - 1),
  };
}
