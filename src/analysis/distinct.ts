/** Polished points, some of them the same, come in; the different ones, and which is whose, go out. */
import { largest } from "./linear/vectors.js";
import type { Polished } from "./newton.js";

/**
 * Points that are nearer than `tolerance` times their size (in every component), or than ten times what their last
 * corrections leave open, are one: that with the smaller residual is kept in the place of the first.
 */
export class DistinctPoints {
  readonly points: Polished[] = [];

  constructor(private readonly tolerance: number) {}

  /** The number of the point; a new one if it is none of those before. */
  add(point: Polished): number {
    const found = this.points.findIndex((p) => this.isSame(p, point));
    if (found < 0) return this.points.push(point) - 1;
    if (point.residual < this.points[found]!.residual) this.points[found] = point;
    return found;
  }

  private isSame(a: Polished, b: Polished): boolean {
    const open = 10 * Math.sqrt(a.state.length) * (a.correction + b.correction);
    const limit = Math.max(this.tolerance * (1 + largest(a.state)), open);
    for (let k = 0; k < a.state.length; k++)
      if (!(Math.abs(a.state[k]! - b.state[k]!) <= limit)) return false;
    return true;
  }
}
