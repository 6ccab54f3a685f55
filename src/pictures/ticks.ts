/** In: the range of the data. Out: the domain of an axis, its round tick values and their labels. */

export interface Ticks {
  /** Where the axis starts and ends; always start < end, and start > 0 on a logarithmic axis. */
  readonly domain: readonly [number, number];
  readonly values: readonly number[];
  readonly labels: readonly string[];
}

/**
 * Round steps of 1, 2 or 5 times a power of ten; about `count` ticks. The domain is that of the data, wider
 * by the part `margin` at either end, so that a curve at an extreme does not run along the frame.
 */
export function linearTicks(low: number, high: number, count: number, margin = 0): Ticks {
  const [inner, outer] = widen(low, high);
  const room = (outer - inner) * margin;
  const [start, end] = [inner - room, outer + room];
  const rough = (end - start) / count;
  const power = Math.floor(Math.log10(rough));
  const digit = [1, 2, 5, 10].find((candidate) => candidate * 10 ** power >= rough * (1 - 1e-9)) ?? 10;
  const first = Math.ceil(start / (digit * 10 ** power) - 1e-9);
  const last = Math.floor(end / (digit * 10 ** power) + 1e-9);
  // Number("25e-3") is the nearest double to the decimal; 25 * 10 ** -3 need not be.
  const values = Array.from({ length: last - first + 1 }, (_, k) =>
    Number(`${(first + k) * digit}e${power}`),
  );
  return { domain: [start, end], values, labels: labelAll(values, digit === 10 ? power + 1 : power) };
}

/** A constant, or one that varies only by rounding, gets room around it; anything else its own range. */
function widen(low: number, high: number): [number, number] {
  const size = Math.max(Math.abs(low), Math.abs(high));
  if (high - low > size * 1e-12) return [low, high];
  const room = size === 0 ? 1 : size * 0.1;
  return [low - room, high + room];
}

/** All labels in one notation: decimal where that is short, `2.5e−6` otherwise. `power` is that of the step. */
function labelAll(values: readonly number[], power: number): string[] {
  const size = Math.max(...values.map(Math.abs), 0);
  const top = size === 0 ? 0 : Math.floor(Math.log10(size) + 1e-12);
  const plain = top < 5 && power >= -4 && (top >= -3 || size === 0);
  if (plain) return values.map((value) => withMinus(value.toFixed(Math.max(0, -power))));
  const digits = Math.min(Math.max(top - power, 0), 15);
  return values.map((value) => (value === 0 ? "0" : exponential(value, digits)));
}

function exponential(value: number, digits: number): string {
  const [mantissa, exponent] = value.toExponential(digits).split("e");
  return withMinus(`${mantissa}e${Number(exponent)}`);
}

/** The true minus sign, as long as a plus; a hyphen is easily overlooked. Drops the sign of −0. */
export function withMinus(text: string): string {
  return text.replace(/^-(?=[0.]*$)/, "").replaceAll("-", "−");
}

/** A number in running text: at most four significant digits. */
export function showValue(value: number): string {
  const size = Math.abs(value);
  const plain = size === 0 || (size >= 1e-3 && size < 1e5);
  return withMinus(
    plain
      ? String(Number(value.toPrecision(4)))
      : exponential(Number(value.toPrecision(4)), 3).replace(/\.?0+e/, "e"),
  );
}

/** Powers of ten, at most about `count` of them; 1, 2 and 5 times powers when the data span less than two decades. */
export function logTicks(low: number, high: number, count: number, margin = 0): Ticks {
  const [inner, outer] = high > low * (1 + 1e-12) ? [low, high] : [low / 2, high * 2];
  const room = (outer / inner) ** margin;
  const [start, end] = [inner / room, outer * room];
  const bottom = Math.floor(Math.log10(start) + 1e-9);
  const top = Math.ceil(Math.log10(end) - 1e-9);
  const stride = Math.max(1, Math.ceil((top - bottom) / count));
  const digits = top - bottom > 2 ? [1] : [1, 2, 5];
  const powers = Array.from({ length: top - bottom + 1 }, (_, k) => bottom + k).filter(
    (power) => power % stride === 0,
  );
  const all = powers.flatMap((power) => digits.map((digit) => Number(`${digit}e${power}`)));
  const values = all.filter((value) => value >= start * (1 - 1e-9) && value <= end * (1 + 1e-9));
  const chosen = values.length >= 2 ? values : [start, end];
  return { domain: [start, end], values: chosen, labels: chosen.map(showValue) };
}
