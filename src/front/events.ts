/** Events as text come in; conditions and expressions of a theory go out. */
import { parseCondition, parseExpression, scopeOf } from "../parser/index.js";
import type { EventSource } from "../simulation/index.js";
import { unwrap } from "./errors.js";
import type { DerivedTheory } from "./theory.js";

/** What is watched along a run. */
export interface EventOption {
  readonly name: string;
  /** A condition such as `v[0] > 1`, which happens when it becomes true; an expression, when it crosses 0. */
  readonly when: string;
  /** Ends the run there; default false. */
  readonly terminal?: boolean;
}

/** Reads events in the scope of a model. Throws LegendreError with line and column. */
export function readEvents(theory: DerivedTheory, events: readonly EventOption[]): EventSource[] {
  const scope = scopeOf(theory.model, []);
  return events.map(({ name, when, terminal = false }) => {
    const isCondition = /[<>=≤≥≠]/.test(when);
    const what = { what: `the event ${name}` };
    const read = isCondition ? parseCondition(when, scope, what) : parseExpression(when, scope, what);
    return { name, when: unwrap<EventSource["when"]>(read), terminal };
  });
}
