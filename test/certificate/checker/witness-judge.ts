/** A refutation comes in; what is wrong with it, if doubles see anything, goes out. */
import type { Certificate, Declarations, NestedText } from "../../../src/certificate/checker/format.js";
import { parseTerm, parseTest } from "../../../src/certificate/checker/parse.js";
import { freeIndices, some, type Term } from "../../../src/certificate/checker/term.js";
import { meets, unlessOverflow } from "./judge.js";
import { numeric, type World } from "./numeric.js";
import { entriesOf, scopeOf, sizeIn, toNumber, type Value } from "./sampler.js";

export type Refutation = Extract<
  Certificate,
  { readonly subject: "expression"; readonly verdict: "refuted" }
>;

/** A fault, nothing, or that the failure is too small for doubles. */
export type Finding = { readonly fault?: string; readonly close?: true };

const read = (v: NestedText): Value => (typeof v === "string" ? toNumber(v) : v.map(read)) as Value;

const lengthsOf = (v: unknown): readonly number[] =>
  Array.isArray(v) ? [v.length, ...(v.length > 0 ? lengthsOf(v[0]) : [])] : [];

/** x + c·d, entry by entry. */
const shifted = (x: Value, d: Value, c: number): Value =>
  (typeof x === "number"
    ? x + c * (d as number)
    : x.map((y, k) => shifted(y as Value, (d as readonly Value[])[k]!, c))) as Value;

export function witnessFault({ claim, declarations, witness }: Refutation): Finding {
  const scope = scopeOf(declarations);
  const sizes = [...scope.indices.values()].map((i) => sizeIn(i.size, witness.dimensions));
  if (!sizes.every((n) => Number.isInteger(n) && n >= 1)) return { fault: "a dimension is no count" };
  const values = Object.fromEntries(Object.entries(witness.values).map(([n, v]) => [n, read(v)]));
  const direction = Object.entries(witness.direction ?? {}).map(([n, v]) => [n, read(v)] as const);
  const at = (c: number): World => {
    const changed = direction.map(([n, d]) => [n, shifted(values[n]!, d, c)] as const);
    return {
      dimensions: witness.dimensions,
      indices: {},
      values: { ...values, ...Object.fromEntries(changed) },
    };
  };
  for (const [name, v] of Object.entries(values)) {
    const due = (scope.symbols.get(name) ?? []).map((s) => sizeIn(s, witness.dimensions));
    if (JSON.stringify(due) !== JSON.stringify(lengthsOf(v))) return { fault: `${name} has the wrong shape` };
  }
  const e = parseTerm(claim.e, scope);
  const tests = claim.where.map((text) => parseTest(text, scope));
  const all: readonly Term[] = [e, ...tests.flatMap((c) => [c.left, c.right])];
  const isGiven = (name: string): boolean => Object.hasOwn(values, name);
  if (all.some((t) => some(t, (u) => u.kind === "symbol" && scope.symbols.has(u.name) && !isGiven(u.name))))
    return { fault: "a value is missing" };
  if (freeIndices(e).size > 0) return { fault: "an index is free" };
  if (claim.kind === "convex" && direction.some(([name]) => !claim.variables.includes(name)))
    return { fault: "a parameter moves" };
  const points = claim.kind === "convex" ? [at(0), at(-1), at(1)] : [at(0)];
  return (
    unlessOverflow((): Finding => {
      for (const w of points)
        if (!isAllowed(w, declarations) || !meets(tests, w, 1e-9)) return { fault: "a point is not allowed" };
      const [m, l, r] = points.map((w) => numeric(e, w));
      const excess = claim.kind === "convex" ? m! - (l! + r!) / 2 : -m!;
      const slack = 1e-12 * (1 + Math.max(...points.map((w) => Math.abs(numeric(e, w)))));
      if (!(excess >= -slack)) return { fault: `the claim holds: ${excess}` };
      return excess > slack || (claim.kind === "positive" && excess >= 0) ? {} : { close: true };
    }) ?? { close: true }
  );
}

/** Declared bounds and integers. */
function isAllowed(w: World, declarations: Declarations): boolean {
  return Object.entries(w.values).every(([name, v]) => {
    const { low, high, lowOpen, highOpen, integer } = declarations.symbols[name]!;
    return entriesOf({ v }).every((x) => {
      const above = low === undefined || (lowOpen === true ? x > toNumber(low) : x >= toNumber(low));
      const below = high === undefined || (highOpen === true ? x < toNumber(high) : x <= toNumber(high));
      return above && below && (integer !== true || Number.isInteger(x));
    });
  });
}
