/** Updates with bound numbers come in; a method whose steps are sweeps goes out. */
import type { Backend, Evaluate } from "../../codegen/index.js";
import type { Updates } from "../../derivation/index.js";
import type { Update } from "../../model/index.js";
import type { Method } from "../../ode/index.js";
import type { StateLayout } from "../request.js";
import { compileFormulas, type Ground } from "./bench.js";
import { type Engine, makeEngine } from "./engine.js";
import type { Placed } from "./follower.js";
import { reasonOf, sweeps } from "./sweeps.js";

export type Order = Update["order"];

export const ORDERS: readonly Order[] = ["ascending", "random", "synchronous", "block"];

/** What a field of discrete states has in place of a flow. */
export interface UpdateField {
  /** The model's own order. */
  readonly order: Order;
  /** A method of fixed steps of length 1: one sweep each. */
  method(order: Order): Method;
  /** Why runs in this order go as they do, for their reports. */
  reason(order: Order): string;
}

const WAYS: { readonly [W in Engine["way"]]: string } = {
  fields: "energy differences from fields kept up to date",
  component: "energy differences of single components",
  "whole energy": "energy differences from whole energies",
  map: "by the declared map",
};

export function updateField(
  updates: Updates,
  layout: readonly StateLayout[],
  ground: Ground,
  backend: Backend,
  energy: ((state: Float64Array) => number) | undefined,
  seed: number,
): UpdateField {
  const states = updates.laws.map(({ state }, n): Placed => {
    const { offset, size } = layout[n]!;
    return { state, offset, size };
  });
  const clamped = clampedOf(updates, states, ground);
  const engines = new Map<Order, Engine>();
  const engine = (order: Order): Engine => {
    const made = engines.get(order) ?? makeEngine(updates, order, states, ground, backend);
    engines.set(order, made);
    return made;
  };
  return {
    order: updates.order,
    method: (order) => sweeps({ engine: engine(order), order, seed, clamped, energy }),
    reason: (order) => `${reasonOf(order)}; ${WAYS[engine(order).way]}`,
  };
}

/** 0 or 1 of every component; undefined where none can be held. */
function clampedOf(updates: Updates, states: readonly Placed[], ground: Ground): Evaluate | undefined {
  const parts = updates.laws.flatMap(({ state }, n) => {
    if (state.clamped === undefined) return [];
    const { offset, size } = states[n]!;
    const formula = { over: state.over, expr: state.clamped };
    return [{ run: compileFormulas(ground, { clamped: formula }).clamped, offset, size }];
  });
  if (parts.length === 0) return undefined;
  return (state, out) => {
    out.fill(0);
    for (const { run, offset, size } of parts) run(state, out.subarray(offset, offset + size));
  };
}
