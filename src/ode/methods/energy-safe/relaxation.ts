/**
 * A field made of relaxations dx/dt = decay ⊙ (F − x) comes in; methods that move each layer exactly towards a frozen F go
 * out: one layer after the other (Lie, Strang), or all at once.
 *
 * With F frozen, x' = s x + (1 − s) F with s = exp(−h·decay). Where U is affine in the layer's activation this is the exact
 * flow of the layer; for every convex L it cannot raise the energy. With all layers at once it cannot where U is concave
 * (exponential Euler; at s = 0 the concave–convex procedure). docs/integration.md has both proofs.
 */

import type { Block, Field, Structure } from "../../field.js";
import { BaseStepper, errorOf } from "../base-stepper.js";
import type { Method, StepOutcome } from "../stepper.js";

type Sweep = "lie" | "strang" | "joint";

class Relaxation extends BaseStepper {
  private readonly blocks: readonly Block[];
  private readonly decay: Float64Array;
  /** F at both ends of the step, for the error estimate. */
  private startForce: Float64Array;
  private endForce: Float64Array;
  private startForceKnown = false;
  private endForceKnown = false;
  private readonly force: Float64Array;
  private readonly error: Float64Array;

  constructor(
    field: Field,
    { blocks }: Structure,
    private readonly sweep: Sweep,
  ) {
    super(field);
    this.blocks = blocks;
    const vector = () => new Float64Array(field.size);
    [this.decay, this.force, this.error] = [vector(), vector(), vector()];
    [this.startForce, this.endForce] = [vector(), vector()];
  }

  override init(t: number, state: Float64Array): void {
    super.init(t, state);
    this.startForceKnown = this.endForceKnown = false;
    for (const b of this.blocks) b.decay(this.state, part(this.decay, b));
  }

  step(tNext: number): StepOutcome {
    const h = this.begin(tNext);
    this.endForceKnown = false;
    this.next.set(this.state);
    if (this.sweep === "joint") this.moveJointly(h);
    else if (this.sweep === "lie") this.moveInTurn(h, this.blocks.length);
    else this.moveThereAndBack(h);
    return this.ended();
  }

  override accept(): void {
    super.accept();
    [this.startForce, this.endForce] = [this.endForce, this.startForce];
    this.startForceKnown = this.endForceKnown;
    this.endForceKnown = false;
  }

  /** Against the exact flow for an F that goes linearly from its value at the start to that at the end. */
  errorNorm(rtol: number, atol: number): number {
    const [h, { state, next, decay, error }] = [this.tNext - this.t, this];
    this.drivesAtStart();
    if (!this.endForceKnown) this.drives(next, this.endForce);
    this.endForceKnown = true;
    const [from, to] = [this.startForce, this.endForce];
    for (let j = 0; j < error.length; j++) {
      const z = h * decay[j]!;
      const left = -Math.expm1(-z);
      // 1 − (1 − e^−z)/z, which cancels for small z.
      const share = z < 1e-3 ? z * (0.5 - z / 6) : 1 - left / z;
      error[j] = state[j]! + left * (from[j]! - state[j]!) + share * (to[j]! - from[j]!) - next[j]!;
    }
    return errorOf(error, state, next, rtol, atol);
  }

  /** Each layer on its way to where it went, in a time θh: exact for one layer, of first order in between for several. */
  override interpolate(t: number, out: Float64Array): void {
    const { state, next, decay } = this;
    const [h, past] = [this.tNext - this.t, t - this.t];
    for (let j = 0; j < out.length; j++) {
      const whole = Math.expm1(-h * decay[j]!);
      const share = whole === 0 ? past / h : Math.expm1(-past * decay[j]!) / whole;
      out[j] = state[j]! + share * (next[j]! - state[j]!);
    }
  }

  private moveJointly(h: number): void {
    this.drivesAtStart();
    for (const b of this.blocks) this.relax(b, part(this.startForce, b), h);
  }

  private moveInTurn(h: number, count: number): void {
    for (let k = 0; k < count; k++) this.move(this.blocks[k]!, h);
    this.evaluations++;
  }

  /** Half a step of every layer but the last, the last, and the others back: symmetric, so of second order. */
  private moveThereAndBack(h: number): void {
    const last = this.blocks.length - 1;
    this.moveInTurn(h / 2, last);
    this.move(this.blocks[last]!, h);
    for (let k = last - 1; k >= 0; k--) this.move(this.blocks[k]!, h / 2);
    this.evaluations++;
  }

  private move(block: Block, h: number): void {
    const force = part(this.force, block);
    block.drive(this.next, force);
    this.relax(block, force, h);
  }

  private relax({ offset, size }: Block, force: Float64Array, h: number): void {
    const { next, decay } = this;
    for (let k = 0; k < size; k++) {
      const j = offset + k;
      const x = next[j]!;
      // An argument of 0 must leave a clamped component as it is, bit for bit.
      if (decay[j] !== 0) next[j] = x - Math.expm1(-h * decay[j]!) * (force[k]! - x);
    }
  }

  private drivesAtStart(): void {
    if (!this.startForceKnown) this.drives(this.state, this.startForce);
    this.startForceKnown = true;
  }

  private drives(state: Float64Array, out: Float64Array): void {
    for (const b of this.blocks) b.drive(state, part(out, b));
    this.evaluations++;
  }
}

const part = (whole: Float64Array, { offset, size }: Block): Float64Array =>
  whole.subarray(offset, offset + size);

const noStructure = "the field has no layers that relax towards a drive";

function relaxes({ structure }: Field): string | undefined {
  if (structure === undefined) return noStructure;
  const varying = structure.blocks.find((b) => !b.constantDecay);
  return varying && `the time constant or mobility of ${varying.name} depends on states`;
}

/** Its own drive may not read a layer: only then is the frozen flow the flow of the layer. */
function alternates(field: Field): string | undefined {
  const own = field.structure?.blocks.find((b, k) => b.reads.includes(k));
  return (
    relaxes(field) ?? (own && `the drive of ${own.name} reads ${own.name} itself: its flow is not linear`)
  );
}

function method(name: string, order: number, sweep: Sweep, suits: NonNullable<Method["unsuited"]>): Method {
  return {
    name,
    order,
    errorOrder: order,
    unsuited: suits,
    create: (field) => new Relaxation(field, field.structure!, sweep),
  };
}

/** Exact flows of one layer after the other (Lie). */
export const alternating: Method = method("alternating", 1, "lie", alternates);
/** The same there and back (Strang). */
export const strang: Method = method("strang", 2, "strang", alternates);
/** All layers at once, each with F frozen at the start of the step: exponential Euler. */
export const oneSided: Method = method("one-sided", 1, "joint", relaxes);
