/**
 * A field of layers, some much faster than others, comes in; partitioned IMEX Runge–Kutta methods go out: slow layers by the
 * explicit method of a pair, fast ones by the implicit one. The drive of a fast layer reads slow layers only, so its stage is
 * one division. After a step the fast layers follow the slow state that was accepted: else each step would start off the slow
 * manifold, and the error estimate would see nothing but that.
 */

import type { Block, Field } from "../../field.js";
import { BaseStepper, errorOf } from "../base-stepper.js";
import type { Method, StepOutcome } from "../stepper.js";
import { compileTableau } from "../tableau.js";
import { type AdditiveData, ark3, ark4 } from "./tableaus.js";

/** A layer is fast when it decays so many times as fast as the slowest. */
const FAST = 10;

interface Layer {
  readonly block: Block;
  readonly decay: Float64Array;
  readonly force: Float64Array;
  readonly fast: boolean;
}

class Imex extends BaseStepper {
  private readonly slow: readonly Layer[];
  /** In an order in which each reads no later one. */
  private readonly fast: readonly Layer[];
  /** Rows of slopes, one a stage. */
  private readonly slopes: readonly Float64Array[];
  private readonly stage: Float64Array;
  /** The fast part of a stage without its own slope. */
  private readonly base: Float64Array;
  private readonly error: Float64Array;
  private readonly gamma: number;
  private readonly explicit: readonly Float64Array[];
  private readonly implicit: readonly Float64Array[];
  private readonly b: Float64Array;
  private readonly weights: Float64Array;

  constructor(field: Field, layers: readonly Layer[], data: AdditiveData) {
    super(field);
    const vector = () => new Float64Array(field.size);
    this.slow = layers.filter((l) => !l.fast);
    this.fast = layers.filter((l) => l.fast);
    this.slopes = data.b.map(vector);
    [this.stage, this.base, this.error] = [vector(), vector(), vector()];
    const rows = (a: AdditiveData["explicit"]) => compileTableau({ ...data, a, c: data.c }).a;
    [this.explicit, this.implicit] = [rows(data.explicit), rows(data.implicit)];
    this.b = compileTableau({ ...data, a: data.explicit }).b;
    const embedded = compileTableau({ ...data, a: data.explicit, b: data.embedded.weights }).b;
    this.weights = this.b.map((x, i) => x - embedded[i]!);
    this.gamma = compileTableau({ ...data, a: data.explicit, b: [data.gamma] }).b[0]!;
  }

  override init(t: number, state: Float64Array): void {
    super.init(t, state);
    for (const { block, decay } of [...this.slow, ...this.fast]) block.decay(this.state, decay);
  }

  step(tNext: number): StepOutcome {
    const h = this.begin(tNext);
    this.slopes[0]!.set(this.derivative());
    for (let i = 1; i < this.slopes.length; i++) this.solveStage(i, h);
    this.next.set(this.state);
    for (const l of this.slow) this.combine(l, this.b, h, this.next);
    for (const l of this.fast) this.follow(l, h);
    return this.ended();
  }

  errorNorm(rtol: number, atol: number): number {
    const h = this.tNext - this.t;
    const { error, weights, slopes } = this;
    error.fill(0);
    for (let i = 0; i < weights.length; i++) {
      const [factor, slope] = [h * weights[i]!, slopes[i]!];
      for (let j = 0; j < error.length; j++) error[j]! += factor * slope[j]!;
    }
    for (const l of this.fast) this.filter(l, h);
    return errorOf(error, this.state, this.next, rtol, atol);
  }

  /**
   * The last stage is of the order of the method (stiffly accurate), but at the slow stage, which is not: x ← x_s + θ(F(next) −
   * F(stage)). With θ = z/(1 + z), z = hγm, this is the last stage solved anew. Squared it is the same for large z, on the
   * slow manifold up to O(τ), and for small z no larger than the error of the step: the explicit stages are off by h² at least.
   */
  private follow({ block, decay, force }: Layer, h: number): void {
    const { offset, size } = block;
    const { next, stage, gamma } = this;
    for (let k = 0; k < size; k++) {
      const share = 1 - 1 / (1 + h * gamma * decay[k]!);
      next[offset + k] = stage[offset + k]! - share * share * force[k]!;
    }
    block.drive(next, force);
    for (let k = 0; k < size; k++) {
      const share = 1 - 1 / (1 + h * gamma * decay[k]!);
      next[offset + k]! += share * share * force[k]!;
    }
  }

  /**
   * err ← (1 + hγm)⁻¹ err: what the embedded solution, which is not stiffly accurate, leaves of a fast component is damped in
   * the next stage (Shampine; Hairer & Wanner II, IV.8, eq. 8.19). Its true error is that of the slow ones which it follows.
   */
  private filter({ block: { offset, size }, decay }: Layer, h: number): void {
    for (let k = 0; k < size; k++) this.error[offset + k]! /= 1 + h * this.gamma * decay[k]!;
  }

  private solveStage(i: number, h: number): void {
    const { stage, base, gamma } = this;
    stage.set(this.state);
    for (const l of this.slow) this.combine(l, this.explicit[i]!, h, stage);
    for (const l of this.fast) {
      this.combine(l, this.implicit[i]!, h, stage);
      const { offset, size } = l.block;
      for (let j = offset; j < offset + size; j++) base[j] = stage[j]!;
      this.divide(l, stage, h);
      const slope = this.slopes[i]!;
      for (let j = offset; j < offset + size; j++) slope[j] = (stage[j]! - base[j]!) / (h * gamma);
    }
    this.evaluations++;
    for (const l of this.slow) this.relax(l, i);
  }

  /** out += h Σ_j row_j k_j, on the entries of one layer. */
  private combine({ block }: Layer, row: Float64Array, h: number, out: Float64Array): void {
    const { offset, size } = block;
    for (let m = 0; m < row.length; m++) {
      const factor = h * row[m]!;
      if (factor === 0) continue;
      const slope = this.slopes[m]!;
      for (let j = offset; j < offset + size; j++) out[j]! += factor * slope[j]!;
    }
  }

  /** y = base + hγ·m ⊙ (F(y) − y), with an F that does not read y. */
  private divide({ block, decay, force }: Layer, y: Float64Array, h: number): void {
    block.drive(y, force);
    const { offset, size } = block;
    const { base, gamma } = this;
    for (let k = 0; k < size; k++) {
      const m = h * gamma * decay[k]!;
      y[offset + k] = (base[offset + k]! + m * force[k]!) / (1 + m);
    }
  }

  private relax({ block, decay, force }: Layer, i: number): void {
    block.drive(this.stage, force);
    if (!block.constantDecay) block.decay(this.stage, decay);
    const { offset, size } = block;
    const [slope, stage] = [this.slopes[i]!, this.stage];
    for (let k = 0; k < size; k++) slope[offset + k] = decay[k]! * (force[k]! - stage[offset + k]!);
  }
}

/** The layers with their speed, fast ones in an order in which each reads no later one; or why there is no such order. */
function partition({ structure }: Field): readonly Layer[] | string {
  if (structure === undefined) return "the field has no layers that relax towards a drive";
  const { blocks } = structure;
  const origin = new Float64Array(blocks.reduce((n, b) => n + b.size, 0));
  const speeds = blocks.map((block) => {
    const decay = new Float64Array(block.size);
    if (block.constantDecay) block.decay(origin, decay);
    return { block, decay, fastest: decay.reduce((m, x) => Math.max(m, x), 0) };
  });
  const moving = speeds.map((s) => s.fastest).filter((x) => x > 0);
  const slowest = Math.min(...moving);
  const layers = speeds.map(({ block, decay, fastest }): Layer => {
    const fast = block.constantDecay && fastest > FAST * slowest;
    return { block, decay, fast, force: new Float64Array(block.size) };
  });
  return layers.some((l) => l.fast) ? sorted(layers, blocks) : `no layer is ${FAST} times as fast as another`;
}

function sorted(layers: readonly Layer[], blocks: readonly Block[]): readonly Layer[] | string {
  const placed: Layer[] = [];
  let waiting = layers.filter((l) => l.fast);
  while (waiting.length > 0) {
    const ready = waiting.find((l) =>
      l.block.reads.every((k) => !waiting.some((w) => w.block === blocks[k])),
    );
    if (ready === undefined)
      return `the drive of ${waiting[0]!.block.name}, a fast layer, reads fast layers in a circle: its stage is no division`;
    placed.push(ready);
    waiting = waiting.filter((l) => l !== ready);
  }
  return [...layers.filter((l) => !l.fast), ...placed];
}

function method(data: AdditiveData): Method {
  return {
    name: data.name,
    order: data.order,
    errorOrder: data.embedded.order,
    unsuited(field) {
      const found = partition(field);
      return typeof found === "string" ? found : undefined;
    },
    create: (field) => new Imex(field, partition(field) as readonly Layer[], data),
  };
}

export const imex3: Method = method(ark3);
export const imex4: Method = method(ark4);
