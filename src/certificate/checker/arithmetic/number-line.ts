/**
 * What an endpoint must be able to do: the whole interval algebra is written once over this interface, and doubles
 * and Decimals implement it.
 */
import type { Point } from "./fixed-point.js";

/** -1 rounds towards -infinity, 1 towards +infinity. */
export type Toward = -1 | 1;

export interface NumberLine<N> {
  readonly name: string;
  /** About how many good bits an enclosure needs, so that rounding it to an endpoint loses nothing. */
  readonly bits: number;
  readonly zero: N;
  readonly one: N;
  readonly negativeInfinity: N;
  readonly infinity: N;
  sign(a: N): -1 | 0 | 1;
  compare(a: N, b: N): number;
  isFinite(a: N): boolean;
  negate(a: N): N;
  /**
   * The directed results: never on the wrong side of the exact one. Infinite operands follow the extended reals
   * with 0·inf = 0 and finite/inf = 0; opposite infinities are not added, infinities not divided, nothing by 0.
   */
  add(a: N, b: N, toward: Toward): N;
  multiply(a: N, b: N, toward: Toward): N;
  divide(a: N, b: N, toward: Toward): N;
  squareRoot(a: N, toward: Toward): N;
  /** m·2^-scale, directed; `scale` may be any safe integer. */
  round(m: bigint, scale: number, toward: Toward): N;
  /** x, directed. */
  ratio(x: Point, toward: Toward): N;
  /** The exact value of a finite endpoint. */
  exact(a: N): Point;
  /** Some number in [a, b], strictly inside where there is one: where to cut a box. */
  between(a: N, b: N): N;
  show(a: N): string;
}
