/** A thermostat comes in; the BAOAB method for Langevin dynamics with inertia goes out. */

import type { Field } from "../field.js";
import { kept, type Snapshot } from "../snapshot.js";
import type { Method } from "./stepper.js";
import { type Noise, Stochastic } from "./stochastic.js";

/** What inertia needs beside the noise: μ dv = F dt − ζ v dt + √(2ζT) dW, dx = v dt. */
export interface Thermostat extends Pick<Noise, "source"> {
  /** μ, the same for all components. */
  readonly mass: number;
  /** F = −∂E/∂x, 0 where clamped. */
  force(state: Float64Array, out: Float64Array): void;
  /** ζ and T by component; both are read when a run begins and when its inputs jump. */
  friction(state: Float64Array, out: Float64Array): void;
  temperature(state: Float64Array, out: Float64Array): void;
}

/**
 * Half a kick, half a drift, the exact Ornstein–Uhlenbeck flow of the velocities, half a drift, half a kick (Leimkuhler &
 * Matthews, J. Chem. Phys. 138, 174102, 2013). Averages over positions are of order 2 in h, and exact for a quadratic energy.
 */
class Baoab extends Stochastic {
  readonly velocity: Float64Array;
  private readonly friction: Float64Array;
  private readonly temperature: Float64Array;
  private readonly normal: Float64Array;
  private forceKnown = false;

  constructor(
    field: Field,
    private readonly thermostat: Thermostat,
  ) {
    super(field, thermostat.source());
    const array = () => new Float64Array(field.size);
    [this.velocity, this.friction, this.temperature, this.normal] = [array(), array(), array(), array()];
  }

  /** Velocities are drawn from their own stationary law at the start, and kept when the inputs jump. */
  protected jumped(again: boolean): void {
    const { thermostat } = this;
    thermostat.friction(this.state, this.friction);
    thermostat.temperature(this.state, this.temperature);
    this.forceKnown = false;
    if (again) return;
    this.source.fill(this.normal);
    for (let k = 0; k < this.velocity.length; k++)
      this.velocity[k] = Math.sqrt(this.temperature[k]! / thermostat.mass) * this.normal[k]!;
  }

  protected advance(h: number): boolean {
    if (!this.forceKnown && !this.push(this.state)) return false;
    this.source.fill(this.normal);
    const { mass } = this.thermostat;
    for (let k = 0; k < this.next.length; k++) {
      const kicked = this.velocity[k]! + ((h / 2) * this.drift[k]!) / mass;
      const middle = this.state[k]! + (h / 2) * kicked;
      const kept = Math.exp((-h * this.friction[k]!) / mass);
      const heat = Math.sqrt((this.temperature[k]! / mass) * (1 - kept * kept));
      this.velocity[k] = kept * kicked + heat * this.normal[k]!;
      this.next[k] = middle + (h / 2) * this.velocity[k]!;
    }
    if (!this.push(this.next)) return false;
    for (let k = 0; k < this.velocity.length; k++)
      this.velocity[k] = this.velocity[k]! + ((h / 2) * this.drift[k]!) / mass;
    return true;
  }

  override save(): Snapshot {
    const { velocity, drift, forceKnown } = this;
    return { ...super.save(), velocity: velocity.slice(), drift: drift.slice(), forceKnown };
  }

  override restore(from: Snapshot): void {
    super.restore(from);
    this.velocity.set(kept<Float64Array>(from, "velocity"));
    this.drift.set(kept<Float64Array>(from, "drift"));
    this.forceKnown = kept(from, "forceKnown");
  }

  private push(state: Float64Array): boolean {
    this.evaluations++;
    this.thermostat.force(state, this.drift);
    this.forceKnown = this.isFinite(this.drift, "rhs");
    return this.forceKnown;
  }
}

export const baoab = (thermostat: Thermostat): Method => ({
  name: "baoab",
  order: 2,
  errorOrder: undefined,
  create: (field) => new Baoab(field, thermostat),
});
