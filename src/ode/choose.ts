/** The options come in; the method, the kind of step and the reason for both go out, or why there is none. */

import { explicitRungeKutta } from "./methods/explicit-runge-kutta.js";
import { tableauDefects } from "./methods/order-conditions.js";
import type { Method } from "./methods/stepper.js";
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
import type { IntegrateOptions, MethodName } from "./options.js";
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
};

/** Residual below which a sum of printed 16-digit coefficients counts as satisfied. */
const PRINTED_TOLERANCE = 1e-11;

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

function automatic({ dt, rtol, atol, stepping }: IntegrateOptions): Picked {
  const untoleranced = dt !== undefined && rtol === undefined && atol === undefined;
  if (stepping === "fixed" || (untoleranced && stepping === undefined)) {
    const cause = stepping === "fixed" ? "fixed steps were asked for" : "dt was given without tolerances";
    return {
      method: METHODS.rk4,
      why: `auto: ${cause}, and rk4 is the most accurate method without estimate`,
    };
  }
  return {
    method: METHODS.tsit5,
    why: "auto: the cheapest pair for its accuracy",
  };
}

function named(name: string, t: number): Picked | Failure {
  const method = Object.hasOwn(METHODS, name) ? METHODS[name as MethodName] : undefined;
  if (method) return { method, why: `${name} was asked for` };
  const known = ["auto", ...Object.keys(METHODS)].join(", ");
  const message = `there is no method "${name}"; expected one of ${known}`;
  return { code: "bad-option", message, hint: 'use "auto" to have one chosen', t };
}

function pick(options: IntegrateOptions, t: number): Picked | Failure {
  const { method = "auto", tableau } = options;
  if (tableau) {
    if (method === "auto") return fromTableau(tableau, t);
    const message = "both a method and a tableau were given";
    return { code: "bad-option", message, hint: "leave one of them out", t };
  }
  if (typeof method === "object") return { method, why: `the method "${method.name}" was given` };
  return method === "auto" ? automatic(options) : named(method, t);
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

/** Pick the method, then decide between fixed and adaptive steps. */
export function choose(options: IntegrateOptions): Choice | Failure {
  const t = options.t0 ?? 0;
  const picked = pick(options, t);
  if (isFailure(picked)) return picked;
  const { method, why } = picked;
  const { stepping = method.errorOrder === undefined ? "fixed" : "adaptive" } = options;
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
