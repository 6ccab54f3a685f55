/** The options come in; the method, the kind of step and the reason for both go out, or why there is none. */

import type { Field } from "./field.js";
import { discreteGradient } from "./methods/energy-safe/discrete-gradient.js";
import { alternating, oneSided, strang } from "./methods/energy-safe/relaxation.js";
import { explicitRungeKutta } from "./methods/explicit-runge-kutta.js";
import { imex3, imex4 } from "./methods/imex/imex.js";
import { bdf } from "./methods/implicit/bdf.js";
import { tableauDefects } from "./methods/order-conditions.js";
import type { Method, Stepper } from "./methods/stepper.js";
import { switching } from "./methods/switching.js";
import type { TableauData } from "./methods/tableau.js";
import { bosh3 } from "./methods/tableaus/bosh3.js";
import { dop853 } from "./methods/tableaus/dop853.js";
import { dopri5 } from "./methods/tableaus/dopri5.js";
import { euler } from "./methods/tableaus/euler.js";
import { heun } from "./methods/tableaus/heun.js";
import { midpoint } from "./methods/tableaus/midpoint.js";
import { rk4 } from "./methods/tableaus/rk4.js";
import { ssprk3 } from "./methods/tableaus/ssprk3.js";
import { tsit5 } from "./methods/tableaus/tsit5.js";
import {
  DEFAULT_TOLERANCES,
  type EnergySafeName,
  type IntegrateOptions,
  type MethodName,
  type Promises,
} from "./options.js";
import type { Failure } from "./run.js";

export const METHODS: Readonly<Record<MethodName, Method>> = {
  tsit5: explicitRungeKutta(tsit5),
  dopri5: explicitRungeKutta(dopri5),
  dop853: explicitRungeKutta(dop853),
  bosh3: explicitRungeKutta(bosh3),
  rk4: explicitRungeKutta(rk4),
  ssprk3: explicitRungeKutta(ssprk3),
  heun: explicitRungeKutta(heun),
  midpoint: explicitRungeKutta(midpoint),
  euler: explicitRungeKutta(euler),
  alternating,
  strang,
  "one-sided": oneSided,
  "discrete-gradient": discreteGradient,
  imex3,
  imex4,
  bdf,
};

/** Residual below which a sum of printed 16-digit coefficients counts as satisfied. */
const PRINTED_TOLERANCE = 1e-11;

/** A stepper of a named method, or of one from elsewhere, for a caller that marches by hand. */
export const stepperFor = (field: Field, method: MethodName | Method): Stepper =>
  (typeof method === "string" ? METHODS[method] : method).create(field);

/**
 * Up to this tolerance the 8th-order pair needs fewer evaluations on seven of the eight problems of `test/ode/problems.ts`,
 * measured by `test/bench/work-precision.ts`; from 1e-6 up the 5th-order pair does, or is as good.
 */
const TIGHT = 1e-8;

export interface Choice {
  readonly method: Method;
  readonly reason: string;
  /** Step length when steps are fixed; undefined when they are adaptive. */
  readonly fixedStep: number | undefined;
}

interface Picked {
  readonly method: Method;
  readonly why: string;
}

const isFailure = (value: object): value is Failure => "code" in value;

function fromTableau(data: TableauData, t: number): Picked | Failure {
  try {
    const [defect] = tableauDefects(data, PRINTED_TOLERANCE);
    if (!defect) return { method: explicitRungeKutta(data), why: `the tableau "${data.name}" was given` };
    const { part, where, residual } = defect;
    const message = `the tableau "${data.name}" breaks its ${part} at ${where} (residual ${residual})`;
    return { code: "bad-tableau", message, hint: "compare the coefficients with their source", t };
  } catch (error) {
    const message = `the tableau "${data.name}" cannot be read: ${(error as Error).message}`;
    return { code: "bad-tableau", message, hint: 'write coefficients as numbers or as "35/384"', t };
  }
}

function automatic(options: IntegrateOptions, field: Field): Picked {
  const { dt, rtol, atol, stepping } = options;
  const untoleranced = dt !== undefined && rtol === undefined && atol === undefined;
  if (stepping === "fixed" || (untoleranced && stepping === undefined)) {
    const cause = stepping === "fixed" ? "fixed steps were asked for" : "dt was given without tolerances";
    return {
      method: METHODS.rk4,
      why: `auto: ${cause}, and rk4 is the most accurate method without estimate`,
    };
  }
  const stiff = stiffChoice(options, field);
  if (stiff !== undefined) return stiff;
  const tightest = Math.max(rtol ?? DEFAULT_TOLERANCES.rtol, atol ?? DEFAULT_TOLERANCES.atol);
  // Towards a steady state large steps of an implicit method can run away with a state that grows.
  const watched = (method: Method): Method =>
    (options.keep ?? options.resume !== undefined) || options.until === Number.POSITIVE_INFINITY
      ? method
      : switching(method, METHODS.bdf);
  if (tightest <= TIGHT)
    return { method: watched(METHODS.dop853), why: `auto: the cheapest pair for tolerances up to ${TIGHT}` };
  return { method: watched(METHODS.tsit5), why: "auto: the cheapest pair for its accuracy" };
}

/** From this ratio of decays on implicit methods are cheaper (measured on two-layer networks: docs/integration.md). */
const STIFF = 20;
/** So many decays of the fastest layer must fit into the run before its stability costs anything. */
const LONG = 50;
/** A multistep method that starts anew more often than this in a run has no time to reach its order. */
const RESTARTS = 20;

/** A method for layers of very different time constants; undefined where they are alike, or not known. */
function stiffChoice(options: IntegrateOptions, field: Field): Picked | undefined {
  const scales = timeScales(options, field);
  const [slow, fast] = [scales[0], scales.at(-1)];
  const { t0 = 0, until, breakpoints } = options;
  if (slow === undefined || fast === undefined || fast.decay < STIFF * slow.decay) return undefined;
  if (fast.decay * (until - t0) < LONG) return undefined;
  const ratio = Number((fast.decay / slow.decay).toPrecision(3));
  const found = `auto: ${fast.name} decays ${ratio} times as fast as ${slow.name}`;
  const gap = (breakpoints?.next(t0) ?? Number.POSITIVE_INFINITY) - t0;
  if (gap * RESTARTS < until - t0 && METHODS.imex4.unsuited?.(field) === undefined)
    return {
      method: METHODS.imex4,
      why: `${found}, and inputs switch often: one-step, fast layers implicit`,
    };
  return { method: METHODS.bdf, why: `${found}: implicit multistep` };
}

/** The largest decay of each layer that moves, slowest first. */
function timeScales({ initial }: IntegrateOptions, { structure }: Field): { name: string; decay: number }[] {
  const blocks = structure?.blocks ?? [];
  if (blocks.length < 2) return [];
  const found = blocks.map((b) => {
    const decay = new Float64Array(b.size);
    b.decay(initial, decay);
    return { name: b.name, decay: decay.reduce((m, x) => Math.max(m, x), 0) };
  });
  return found.filter((s) => s.decay > 0).sort((a, b) => a.decay - b.decay);
}

function named(name: string, t: number): Picked | Failure {
  const method = Object.hasOwn(METHODS, name) ? METHODS[name as MethodName] : undefined;
  if (method) return { method, why: `${name} was asked for` };
  const known = ["auto", ...Object.keys(METHODS)].join(", ");
  const message = `there is no method "${name}"; expected one of ${known}`;
  return { code: "bad-option", message, hint: 'use "auto" to have one chosen', t };
}

function pick(options: IntegrateOptions, field: Field, t: number): Picked | Failure {
  const { method = "auto", tableau, monotone } = options;
  if (monotone) return monotoneMethod(monotone, tableau?.name ?? method, field, t);
  if (tableau) {
    if (method === "auto") return fromTableau(tableau, t);
    const message = "both a method and a tableau were given";
    return { code: "bad-option", message, hint: "leave one of them out", t };
  }
  if (typeof method === "object") return { method, why: `the method "${method.name}" was given` };
  return method === "auto" ? automatic(options, field) : named(method, t);
}

/** The more accurate ones first. */
const ENERGY_SAFE: readonly EnergySafeName[] = ["strang", "alternating", "one-sided", "discrete-gradient"];

function monotoneMethod(promises: Promises, asked: unknown, field: Field, t: number): Picked | Failure {
  const missing = (name: EnergySafeName): string | undefined => {
    const unfit = METHODS[name].unsuited?.(field);
    const promise = unfit === undefined ? promises(name) : { holds: false, because: unfit };
    return promise.holds ? undefined : promise.because;
  };
  const chosen =
    asked === "auto"
      ? ENERGY_SAFE.find((name) => missing(name) === undefined)
      : ENERGY_SAFE.find((name) => name === asked && missing(name) === undefined);
  return chosen === undefined
    ? notMonotone(asked, missing, t)
    : { method: METHODS[chosen], why: `no step raises the energy: ${promises(chosen).because}` };
}

function notMonotone(
  asked: unknown,
  missing: (name: EnergySafeName) => string | undefined,
  t: number,
): Failure {
  const reasons = ENERGY_SAFE.map((name) => ({ name, reason: missing(name) }));
  const able = reasons.filter((r) => r.reason === undefined).map((r) => r.name);
  const own = reasons.find((r) => r.name === asked);
  const name = typeof asked === "object" ? (asked as Method).name : String(asked);
  const because = own === undefined ? "its steps can raise an energy that the flow lowers" : own.reason;
  const refusal =
    asked === "auto" ? "" : `${name} does not promise that no step raises the energy: ${because}; `;
  const others =
    able.length > 0
      ? `these methods do: ${able.join(", ")}`
      : `no method does: ${reasons.map((r) => `${r.name}: ${r.reason}`).join("; ")}`;
  return {
    code: "not-monotone",
    message: `${refusal}${others}`,
    hint:
      able.length > 0
        ? `choose ${able[0]}, or "auto"`
        : "run without the demand, and read the largest increase of the energy",
    t,
  };
}

function fixedSteps({ method, why }: Picked, options: IntegrateOptions, t: number): Choice | Failure {
  const { dt, rtol, atol } = options;
  if (dt === undefined) {
    const message = `${method.name} takes fixed steps and no dt was given`;
    return { code: "bad-step", message, hint: 'give dt, or choose "tsit5" for adaptive steps', t };
  }
  const unused = rtol === undefined && atol === undefined ? "" : "; the tolerances are not used";
  return { method, fixedStep: dt, reason: `${why}; fixed steps of ${dt}${unused}` };
}

/** Why the method that was picked cannot run the field. */
function unsuited({ method }: Picked, field: Field, t: number): Failure | undefined {
  const reason = method.unsuited?.(field);
  if (reason === undefined) return undefined;
  const message = `${method.name} cannot run this field: ${reason}`;
  return { code: "unsuited-method", message, hint: 'use "auto" to have a method chosen', t };
}

/** Methods whose theorems hold at any step size take the one that was given, where no accuracy was asked for. */
function isFixedByDefault({ name, errorOrder }: Method, { dt, rtol, atol }: IntegrateOptions): boolean {
  if (errorOrder === undefined) return true;
  const untoleranced = dt !== undefined && rtol === undefined && atol === undefined;
  return untoleranced && ENERGY_SAFE.some((safe) => safe === name);
}

/** Pick the method, then decide between fixed and adaptive steps. */
export function choose(options: IntegrateOptions, field: Field): Choice | Failure {
  const t = options.t0 ?? 0;
  const picked = pick(options, field, t);
  if (isFailure(picked)) return picked;
  const unfit = unsuited(picked, field, t);
  if (unfit) return unfit;
  const { method, why } = picked;
  const { stepping = isFixedByDefault(method, options) ? "fixed" : "adaptive" } = options;
  if (stepping === "fixed" && method.adaptiveOnly) {
    const message = `${method.name} chooses order and step together, so its steps cannot be fixed`;
    return { code: "bad-option", message, hint: 'leave the stepping out, or choose "rk4"', t };
  }
  if (stepping === "fixed") return fixedSteps(picked, options, t);
  if (method.errorOrder === undefined) {
    const message = `${method.name} has no error estimate, so its steps cannot adapt`;
    return { code: "bad-option", message, hint: 'choose "tsit5", or fixed steps with dt', t };
  }
  const first = options.dt === undefined ? "" : `; the first step is ${options.dt}`;
  return {
    method,
    fixedStep: undefined,
    reason: `${why}; adaptive steps by its error estimate of order ${method.errorOrder}${first}`,
  };
}
