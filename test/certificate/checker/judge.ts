/** An independent judge: a claim comes in, a point that contradicts it goes out, found by sampling in doubles. */
import type { Claim, Declarations } from "../../../src/certificate/checker/format.js";
import { parseTerm, parseTest } from "../../../src/certificate/checker/parse.js";
import { freeIndices, type Index, type Term, type Test } from "../../../src/certificate/checker/term.js";
import { numeric, Overflow, type World } from "./numeric.js";
import { entriesOf, mixed, Sampler } from "./sampler.js";

/** Every way to give the free indices a value. */
export function instances(free: readonly Index[], w: World): readonly World[] {
  let all: readonly World[] = [w];
  for (const i of free) {
    const n = numeric({ kind: "size", size: i.size }, w);
    all = all.flatMap((v) =>
      Array.from({ length: n }, (_, k) => ({ ...v, indices: { ...v.indices, [i.name]: k } })),
    );
  }
  return all;
}

/** What a test says of two numbers, give or take a slack. */
const RELATIONS: Readonly<Record<Test["relation"], (a: number, b: number, slack: number) => boolean>> = {
  "<": (a, b, slack) => a < b + slack,
  "<=": (a, b, slack) => a <= b + slack,
  "=": (a, b, slack) => Math.abs(a - b) <= slack,
  "!=": (a, b) => a !== b,
};

/** Do the conditions hold, for all values of their free indices? */
export function meets(tests: readonly Test[], w: World, slack = 0): boolean {
  return tests.every((c) => {
    const free = [...new Map([...freeIndices(c.left), ...freeIndices(c.right)]).values()];
    return instances(free, w).every((v) =>
      RELATIONS[c.relation](numeric(c.left, v), numeric(c.right, v), slack),
    );
  });
}

/** The first world with other values of the variables: those of the second, or a point between. */
export function moved(w: World, by: World, variables: readonly string[], t: number): World {
  const values = { ...w.values };
  for (const name of variables) values[name] = mixed(w.values[name]!, by.values[name]!, t);
  return { ...w, values };
}

/** What `look` finds; nothing where doubles overflow. */
export function unlessOverflow<T>(look: () => T | undefined): T | undefined {
  try {
    return look();
  } catch (error) {
    if (error instanceof Overflow) return undefined;
    throw error;
  }
}

export function contradiction(
  claim: Claim,
  declarations: Declarations,
  random: () => number,
  tries = 300,
): string | undefined {
  const sampler = new Sampler(declarations, random, [claim.e, ...claim.where, ...claim.variables]);
  const e = parseTerm(claim.e, sampler.scope);
  const tests = claim.where.map((text) => parseTest(text, sampler.scope));
  const inside = (w: World): boolean => unlessOverflow(() => meets(tests, w)) === true;
  const free = [...freeIndices(e).values()];
  for (let k = 0; k < tries; k++) {
    const a = sampler.world(inside);
    const b = a && sampler.world((w) => inside(moved(a, w, claim.variables, 1)), a.dimensions);
    if (a === undefined || b === undefined) continue;
    const t = random();
    const found = unlessOverflow(() => {
      if (claim.kind === "convex" && !meets(tests, moved(a, b, claim.variables, t), 1e-9))
        return `no convex domain between ${JSON.stringify([a, b])}`;
      for (const w of instances(free, a)) {
        const fault = fails(claim, e, w, b, t);
        if (fault !== undefined) return fault;
      }
      return undefined;
    });
    if (found !== undefined) return found;
  }
  return undefined;
}

function fails(claim: Claim, e: Term, w: World, b: World, any: number): string | undefined {
  const y = numeric(e, w);
  const at = JSON.stringify({ ...w, y });
  if (Number.isNaN(y)) return `undefined at ${at}`;
  if (claim.kind !== "convex")
    return isWrongSign(claim.kind, y, w) ? `of the wrong sign at ${at}` : undefined;
  for (const t of [1, any, 0.03]) {
    const [m, z] = [t / 2, t].map((s) => numeric(e, moved(w, b, claim.variables, s)));
    const slack = 1e-9 * (1 + Math.abs(m!) + Math.abs(y) + Math.abs(z!));
    if (!(m! <= (y + z!) / 2 + slack))
      return `above the chord at ${at}, to ${JSON.stringify(b.values)}, ${t}`;
  }
  return undefined;
}

/**
 * A positive value may be rounded to 0, so an exact 0 counts only at a moderate point, where none of the functions
 * of the language comes near the least double.
 */
function isWrongSign(kind: Claim["kind"], y: number, w: World): boolean {
  if (y < -1e-9) return true;
  return kind === "positive" && y === 0 && isModerate(w.values);
}

export const isModerate = (values: World["values"]): boolean =>
  entriesOf(values).every((x) => Math.abs(x) < 3);
