/** An expression and named rules come in; the expression no rule applies to, and the names used, go out. */
import { type Expr, type Kind, mapChildren, type Node } from "../index-notation/index.js";

/** A rewrite of one kind of node: `apply` gives the replacement, or undefined when the rule does not fit. */
export interface Rule<K extends Kind = Kind> {
  readonly name: string;
  readonly kind: K;
  /** The identity and its hypotheses, as a reader would write it. */
  readonly states: string;
  readonly apply: (e: Node<K>) => Expr | undefined;
}

/** Makes a rule; the wrapper only ties the kind to the argument of `apply`. */
export const rule = <K extends Kind>(
  kind: K,
  name: string,
  states: string,
  apply: (e: Node<K>) => Expr | undefined,
): Rule => ({ name, kind, states, apply }) as unknown as Rule;

/** Rules by the kind of node they look at. */
export class RuleSet {
  private readonly byKind = new Map<Kind, Rule[]>();
  /** Expressions that no rule changes any more, in any part. */
  readonly settled = new WeakSet<Expr>();

  /** Throws when two rules share a name: a trace must say which rule was used. */
  constructor(readonly rules: readonly Rule[]) {
    const names = new Set<string>();
    for (const r of rules) {
      if (names.has(r.name)) throw new Error(`two rewrite rules are called ${r.name}`);
      names.add(r.name);
      this.byKind.set(r.kind, [...(this.byKind.get(r.kind) ?? []), r]);
    }
  }

  for(kind: Kind): readonly Rule[] {
    return this.byKind.get(kind) ?? [];
  }
}

/** Rule names in the order of first use, with counts. */
export type Trace = Map<string, number>;

/** More applications than this mean that two rules undo each other: a broken invariant, so it throws. */
const MAX_APPLICATIONS = 100_000;

/**
 * Applies the rules bottom-up until none fits. Every rule replaces an expression by an equal one (under its
 * stated hypotheses), so the result is equal to e. Throws when the rules do not terminate.
 */
export function rewrite(e: Expr, rules: RuleSet, trace: Trace = new Map()): Expr {
  const done = new Map<Expr, Expr>();
  let applications = 0;
  const visit = (x: Expr): Expr => {
    if (rules.settled.has(x)) return x;
    const known = done.get(x);
    if (known !== undefined) return known;
    if (++applications > MAX_APPLICATIONS) throw new Error(`rewriting does not terminate on a ${x.kind}`);
    const rebuilt = mapChildren(x, visit);
    // What the constructors made anew is looked at again; what they left alone has settled parts.
    const next = rebuilt === x ? applyFirst(x, rules, trace) : rebuilt;
    const settled = next === undefined ? x : visit(next);
    done.set(x, settled);
    rules.settled.add(settled);
    return settled;
  };
  return visit(e);
}

function applyFirst(e: Expr, rules: RuleSet, trace: Trace): Expr | undefined {
  for (const r of rules.for(e.kind)) {
    const result = r.apply(e as Node<Kind>);
    if (result === undefined || result === e) continue;
    trace.set(r.name, (trace.get(r.name) ?? 0) + 1);
    return result;
  }
  return undefined;
}
