/** A field with noise and run options come in; the method, its step and the reasons go out, or what cannot be done. */
import type { Diagnostic } from "../model/index.js";
import type { IntegrateOptions } from "../ode/index.js";
import type { CompiledField } from "./field.js";
import { automaticMethod, NOISE_METHODS, type NoiseMethod } from "./noise.js";
import type { SimulateOptions } from "./simulate.js";

export const isNoiseMethod = (name: unknown): name is NoiseMethod =>
  NOISE_METHODS.includes(name as NoiseMethod);

const refusal = (message: string, hint: string): Diagnostic => ({ code: "bad-option", message, hint });

/** Methods for noise and methods for flows do not stand in for each other. */
export function noiseErrors(field: CompiledField, options: SimulateOptions): Diagnostic[] {
  const { method = "auto", mass } = options;
  const { noise, model } = field;
  if (noise === undefined) {
    const asked = isNoiseMethod(method) ? method : mass === undefined ? undefined : "mass";
    return asked === undefined
      ? []
      : [
          refusal(
            `${asked} is for models with noise; ${model.name} has none`,
            "add `noise:` to the model, or leave it out",
          ),
        ];
  }
  const errors: Diagnostic[] = [];
  if (method !== "auto" && !isNoiseMethod(method))
    errors.push(
      refusal(
        `${typeof method === "string" ? method : method.name} integrates flows without noise; ${model.name} has noise`,
        `choose one of ${NOISE_METHODS.join(", ")}, or remove \`noise:\``,
      ),
    );
  if (options.tableau !== undefined || options.steadyState !== undefined || options.stepping === "adaptive")
    errors.push(
      refusal(
        "a run with noise has fixed steps and no steady state",
        "leave out tableau, steadyState and adaptive stepping",
      ),
    );
  return [...errors, ...methodErrors(field, options)];
}

function methodErrors(field: CompiledField, { method, mass, initial }: SimulateOptions): Diagnostic[] {
  const noise = field.noise!;
  const errors: Diagnostic[] = [];
  if ((method === "stochastic-heun" || method === "leimkuhler-matthews") && !noise.theory.additive)
    errors.push(refusal(`${method} is for noise that does not depend on the state`, "choose euler-maruyama"));
  if (method === "baoab" && noise.theory.law.kind === "open")
    errors.push(
      refusal(
        `baoab needs forces that are −∂E/∂x at one temperature: ${noise.theory.law.reasons.join("; ")}`,
        "choose an overdamped method",
      ),
    );
  if (mass !== undefined && (method !== "baoab" || !(mass > 0)))
    errors.push(refusal("mass is a number above 0, and for baoab only", "leave mass out, or choose baoab"));
  const cold = noise.refusal(initial ?? field.initial, field.describe);
  return cold === undefined ? errors : [...errors, cold];
}

/** The model's part of a run, as `simulate` settles it. */
type Settled = Omit<IntegrateOptions, "until">;

export function noisePlan(
  field: CompiledField,
  options: SimulateOptions,
  settled: Settled,
): { readonly options: IntegrateOptions; readonly reason: string } {
  const { method, mass = 1, rtol: _r, atol: _a, ...rest } = options;
  const noise = field.noise!;
  const { name, why } = isNoiseMethod(method)
    ? { name: method, why: `${method} was asked for` }
    : automaticMethod(noise.theory);
  const dt = options.dt ?? noise.dt(settled.initial);
  const length = options.dt === undefined ? `${dt}, a hundredth of the shortest time constant` : `${dt}`;
  return {
    options: { ...rest, ...settled, method: noise.method(name, mass), dt },
    reason: `${why}; fixed steps of ${length}`,
  };
}
