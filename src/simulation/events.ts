/** Text of a condition or an expression comes in; the value whose crossing of 0 is the event goes out. */
import { inStates, type Theory } from "../derivation/index.js";
import { type Compare, type Condition, type Expr, sub2 } from "../index-notation/index.js";
import { type Diagnostic, fail, ok, type Result } from "../model/index.js";

/** An event as an expression of states and parameters. */
export interface ModelEvent {
  readonly name: string;
  readonly value: Expr;
  readonly direction: "rising" | "both";
  readonly terminal: boolean;
}

export interface EventSource {
  readonly name: string;
  /** `v[0] > 1` happens when it becomes true, `v[0] = 1` and `v[0] - 1` when the sides cross. */
  readonly when: Expr | Condition;
  readonly terminal: boolean;
}

const refusal = (name: string, found: string, hint: string): Diagnostic => ({
  code: "bad-event",
  message: `the event ${name} ${found}`,
  hint,
});

/** The events of a theory's flow; fails with every reason why one cannot be watched. */
export function eventsOf(
  theory: Theory,
  sources: readonly EventSource[],
  full: boolean,
): Result<ModelEvent[]> {
  const read = sources.map((s) => eventOf(theory, s, full));
  const errors = read.flatMap((r) => (r.ok ? [] : r.errors));
  return errors.length > 0 ? fail(...errors) : ok(read.flatMap((r) => (r.ok ? [r.value] : [])));
}

function eventOf(theory: Theory, { name, when, terminal }: EventSource, full: boolean): Result<ModelEvent> {
  if (when.free.length > 0)
    return fail(
      refusal(
        name,
        `leaves ${when.free.map((i) => i.name).join(", ")} free`,
        "take one component, or a max, min or sum",
      ),
    );
  if (!("all" in when)) return ok({ name, value: inStates(theory, when, full), direction: "both", terminal });
  const [c, ...more] = when.all as readonly Compare[];
  if (c === undefined || more.length > 0 || c.op === "!=")
    return fail(refusal(name, "is not one comparison that can become true", "write for instance v[0] > 1"));
  const value = inStates(theory, sub2(c.right, c.left), full);
  return ok({ name, value, direction: c.op === "=" ? "both" : "rising", terminal });
}
