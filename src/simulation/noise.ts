/** The noise of a theory with bound numbers comes in; methods of Langevin dynamics, and what a run must say of them, go out. */
import type { Backend, Evaluate } from "../codegen/index.js";
import type { Formula, NoisePart, NoiseTheory } from "../derivation/index.js";
import { printText } from "../index-notation/index.js";
import type { Diagnostic } from "../model/index.js";
import {
  baoab,
  eulerMaruyama,
  leimkuhlerMatthews,
  type Method,
  type Noise,
  type NormalSource,
  stochasticHeun,
} from "../ode/index.js";
import { NormalStream } from "./random.js";
import type { StateLayout } from "./request.js";
import { compileFormulas, type Ground } from "./updates/bench.js";

export const NOISE_METHODS = ["euler-maruyama", "stochastic-heun", "leimkuhler-matthews", "baoab"] as const;
export type NoiseMethod = (typeof NOISE_METHODS)[number];

export interface NoiseField {
  readonly theory: NoiseTheory;
  /** The stationary law, or why none is shown; and what is left out. */
  readonly notes: readonly string[];
  /** A hundredth of the shortest τ/M among components that move. */
  dt(state: Float64Array): number;
  /** The temperature of a component that is below 0, if one is. */
  refusal(state: Float64Array, describe: (component: number) => string): Diagnostic | undefined;
  method(name: NoiseMethod, mass: number): Method;
}

export function noiseField(
  theory: NoiseTheory,
  layout: readonly StateLayout[],
  ground: Ground,
  backend: Backend,
  seed: number,
): NoiseField {
  const whole = (part: keyof NoisePart): Evaluate => wholeOf(theory, part, layout, ground, backend);
  const [temperature, friction] = [whole("temperature"), whole("friction")];
  const size = layout.reduce((n, l) => n + l.size, 0);
  const noise: Noise = {
    amplitude: whole("amplitude"),
    additive: theory.additive,
    source: () => new Streams(layout, seed),
  };
  const read = (f: Evaluate, state: Float64Array): Float64Array => {
    const out = new Float64Array(size);
    f(state, out);
    return out;
  };
  return {
    theory,
    notes: notesOf(theory),
    dt: (state) =>
      read(friction, state).reduce((least, x) => (x > 0 ? Math.min(least, x) : least), Infinity) / 100,
    refusal: (state, describe) => {
      const values = read(temperature, state);
      const k = values.findIndex((t) => !(t >= 0));
      return k < 0 ? undefined : negative(describe(k), values[k]!);
    },
    method: (name, mass) => {
      if (name === "euler-maruyama") return eulerMaruyama(noise);
      if (name === "stochastic-heun") return stochasticHeun(noise);
      if (name === "leimkuhler-matthews") return leimkuhlerMatthews(noise);
      const thermostat = { mass, force: whole("force"), friction, temperature: whole("heat") };
      return baoab({ ...thermostat, source: noise.source });
    },
  };
}

const negative = (name: string, value: number): Diagnostic => ({
  code: "negative-temperature",
  message: `the temperature of ${name} is ${value}; a number of 0 or more was expected`,
  hint: "correct `noise:` or the parameters in it",
});

/** One quantity of all components, from one formula a state. */
function wholeOf(
  { parts }: NoiseTheory,
  part: keyof NoisePart,
  layout: readonly StateLayout[],
  ground: Ground,
  backend: Backend,
): Evaluate {
  const all = layout.map((l) => {
    const formula: Formula = parts.get(l.name)![part];
    return { l, run: compileFormulas(ground, { [part]: formula }, backend)[part]! };
  });
  return (state, out) => {
    for (const { l, run } of all) run(state, out.subarray(l.offset, l.offset + l.size));
  };
}

/** One stream a layer, by its name: adding a layer leaves the noise of the others as it was. */
class Streams implements NormalSource {
  private readonly streams: readonly NormalStream[];

  constructor(
    private readonly layout: readonly StateLayout[],
    seed: number,
  ) {
    this.streams = layout.map((l) => new NormalStream(seed, `noise ${l.name}`));
  }

  fill(out: Float64Array): void {
    for (let n = 0; n < this.layout.length; n++) {
      const { offset, size } = this.layout[n]!;
      const stream = this.streams[n]!;
      for (let k = 0; k < size; k++) out[offset + k] = stream.next();
    }
  }

  /** The lengths of the streams' states first. */
  getState(): readonly number[] {
    const states = this.streams.map((s) => s.getState());
    return [...states.map((s) => s.length), ...states.flat()];
  }

  setState(state: readonly number[]): void {
    let at = this.streams.length;
    for (const [n, stream] of this.streams.entries()) {
      stream.setState(state.slice(at, at + state[n]!));
      at += state[n]!;
    }
  }
}

function notesOf({ law, leftOut }: NoiseTheory): string[] {
  const about =
    law.kind === "gibbs"
      ? `stationary law: the density exp(-E/T) with T = ${printText(law.temperature).text}, where that can be normalised and inputs are constant`
      : `no stationary law is shown: ${law.reasons.join("; ")}`;
  return [
    about,
    ...leftOut.map(
      (name) => `the noise of ${name} is left out: ${name} is taken adiabatically (--full keeps it)`,
    ),
  ];
}

/** Which method suits the noise, and why. */
export function automaticMethod({ additive, law }: NoiseTheory): { name: NoiseMethod; why: string } {
  if (!additive) return { name: "euler-maruyama", why: "auto: the noise depends on the state" };
  if (law.kind === "gibbs")
    return {
      name: "leimkuhler-matthews",
      why: "auto: averages over exp(-E/T) of order 2 for one evaluation a step",
    };
  return { name: "stochastic-heun", why: "auto: weak order 2, for the noise does not depend on the state" };
}
