/** In: a curve of any number of points. Out: at most four points a pixel column, whose drawing looks the same. */

export interface Curve {
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
}

/** Points to draw; a `null` interrupts the line. */
export type Stroke = readonly (readonly [number, number] | null)[];

/** Which points count: both coordinates finite, and positive where the axis is logarithmic. */
export type Drawable = (x: number, y: number) => boolean;

/**
 * Keeps the first, last, lowest and highest point of each of `columns` parts of the x range (M4; Jugel et
 * al., VLDB 2014), so extremes and gaps survive. Parts are stretches of index where x runs back and
 * forth. Curves of at most 4·columns points are kept whole.
 */
export function decimate(curve: Curve, columns: number, drawable: Drawable, logX = false): Stroke {
  const length = Math.min(curve.x.length, curve.y.length);
  if (length <= 4 * columns) return keepAll(curve, length, drawable);
  const part = partition(curve, length, columns, logX);
  const stroke: (readonly [number, number] | null)[] = [];
  let start = 0;
  for (let k = 1; k <= length; k++) {
    if (k < length && part(k) === part(start)) continue;
    keepExtremes(curve, start, k, drawable, stroke);
    start = k;
  }
  return stroke;
}

function keepAll(curve: Curve, length: number, drawable: Drawable): Stroke {
  const stroke: (readonly [number, number] | null)[] = [];
  for (let k = 0; k < length; k++) keep(curve, k, drawable, stroke);
  return stroke;
}

function keep(
  { x, y }: Curve,
  k: number,
  drawable: Drawable,
  stroke: (readonly [number, number] | null)[],
): void {
  const [a, b] = [x[k]!, y[k]!];
  if (drawable(a, b)) stroke.push([a, b]);
  else if (stroke.at(-1)) stroke.push(null);
}

/** The number of the part that point k belongs to. */
function partition({ x }: Curve, length: number, columns: number, logX: boolean): (k: number) => number {
  const place = (k: number) => (logX ? Math.log(x[k]!) : x[k]!);
  const low = place(0);
  const scale = columns / (place(length - 1) - low);
  if (!ascends(x, length) || !Number.isFinite(scale) || scale <= 0)
    return (k) => Math.floor((k * columns) / length);
  return (k) => Math.min(columns - 1, Math.floor((place(k) - low) * scale));
}

function ascends(x: ArrayLike<number>, length: number): boolean {
  for (let k = 1; k < length; k++) if (!(x[k]! >= x[k - 1]!)) return false;
  return true;
}

/** First, extremes and last of [start, end), in order, with one gap where some point between cannot be drawn. */
function keepExtremes(
  curve: Curve,
  start: number,
  end: number,
  drawable: Drawable,
  stroke: (readonly [number, number] | null)[],
): void {
  const chosen = new Set([start, end - 1]);
  for (const values of [curve.x, curve.y]) {
    let [lowest, highest, gap] = [-1, -1, -1];
    for (let k = start; k < end; k++) {
      if (!drawable(curve.x[k]!, curve.y[k]!)) gap = k;
      else if (lowest < 0) lowest = highest = k;
      else if (values[k]! < values[lowest]!) lowest = k;
      else if (values[k]! > values[highest]!) highest = k;
    }
    for (const k of [lowest, highest, gap]) if (k >= 0) chosen.add(k);
  }
  for (const k of [...chosen].sort((a, b) => a - b)) keep(curve, k, drawable, stroke);
}
