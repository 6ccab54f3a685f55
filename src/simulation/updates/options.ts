/** Options of a run come in; the order of its updates, or what discrete updates cannot do, goes out. */
import type { Diagnostic } from "../../model/index.js";
import type { CompiledField } from "../field.js";
import type { SimulateOptions } from "../simulate.js";
import { ORDERS, type Order, type UpdateField } from "./index.js";

export const isOrder = (name: unknown): name is Order => ORDERS.includes(name as Order);

/** The order asked for, or the model's own. */
export const orderOf = ({ order }: UpdateField, { method }: SimulateOptions): Order =>
  isOrder(method) ? method : order;

/** Why this order, and how it finds its way. */
export const updateReason = (updates: UpdateField, options: SimulateOptions): string => {
  const order = orderOf(updates, options);
  const whose = isOrder(options.method) ? `${order} was asked for` : "the order of the model";
  return `${whose}: ${updates.reason(order)}`;
};

const refusal = (message: string, hint: string): Diagnostic => ({ code: "bad-option", message, hint });

/** Orders are for discrete states, and methods of flows for the others; time counts sweeps. */
export function updateErrors(field: CompiledField, options: SimulateOptions): Diagnostic[] {
  const { method = "auto" } = options;
  if (field.updates === undefined && method === "cccp") return cccpErrors(field, options);
  if (field.updates === undefined)
    return isOrder(method)
      ? [
          refusal(
            `${method} is an order of updates; ${field.model.name} has no discrete states`,
            "choose a method for flows, or leave it out",
          ),
        ]
      : [];
  const errors = [...lengthErrors(options), ...timeErrors(field, options)];
  if (method !== "auto" && !isOrder(method))
    errors.push(
      refusal(
        `${typeof method === "string" ? method : method.name} integrates flows; the states of ${field.model.name} are discrete`,
        `choose one of ${ORDERS.join(", ")}, or leave it out`,
      ),
    );
  return errors;
}

function cccpErrors(field: CompiledField, options: SimulateOptions): Diagnostic[] {
  const errors = [...lengthErrors(options), ...timeErrors(field, options)];
  if (field.noise !== undefined)
    errors.push(refusal("cccp is an update without noise", "remove `noise:`, or choose a method for noise"));
  if (field.cccp === undefined)
    errors.push(
      refusal(
        `cccp needs the derivative of an energy; ${field.model.name} is given by its dynamics`,
        "choose a method for flows",
      ),
    );
  return errors;
}

const lengthErrors = ({ dt, steadyState, tableau }: SimulateOptions): Diagnostic[] =>
  dt === undefined && steadyState === undefined && tableau === undefined
    ? []
    : [
        refusal(
          "an update has length 1, and updates end at a fixed point by themselves",
          "leave out dt, tableau and steadyState",
        ),
      ];

function timeErrors(field: CompiledField, options: SimulateOptions): Diagnostic[] {
  const broken = timesOf(field, options).find((t) => !Number.isInteger(t));
  return broken === undefined || !Number.isFinite(broken)
    ? []
    : [refusal(`time counts updates, and ${broken} is not an integer`, "give integer times")];
}

/** Every time at which a sweep must end. */
function timesOf(field: CompiledField, { t0 = 0, until }: SimulateOptions): number[] {
  const switching = field.scheduled.flatMap(({ schedule: s }) =>
    s.kind === "cycle" ? [s.every] : s.times.filter((t) => t > t0 && t < until),
  );
  return [t0, until, ...switching];
}
