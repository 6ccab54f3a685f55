/**
 * A loop comes in; how its iterations may run two at a time goes out, or undefined where order matters.
 *
 * Lanes are iterations. That is right when no iteration reads or writes what another one writes, except for locals
 * that a loop does nothing but add to (or multiply, or take the extreme with): each lane keeps its own, and they
 * are combined after the loop.
 */
import {
  type Affine,
  affineConstant,
  affineSubstitute,
  coefficientOf,
  type Local,
  type Real,
  type RealOf,
  type Statement,
  type StatementOf,
  type Test,
  visitBlock,
  visitReal,
} from "../../ir/index.js";

export type Loop = StatementOf<"for">;
export type Simple = Extract<Statement, { kind: "let" | "assign" | "store" | "accumulate" }>;
export type Fold = "+" | "*" | "max" | "min";

export interface Reduction {
  readonly fold: Fold;
  /** What is folded in, for the statement that does it. */
  readonly value: Real;
}

export interface VectorLoop {
  readonly loop: Loop;
  readonly body: readonly Simple[];
  readonly reductions: ReadonlyMap<Local, Reduction>;
}

const isSimple = (s: Statement): s is Simple =>
  s.kind === "let" || s.kind === "assign" || s.kind === "store" || s.kind === "accumulate";

/** total = total ∘ value, as fold and value. */
export function reductionOf(s: StatementOf<"assign">): Reduction | undefined {
  const { value, local } = s;
  const isSelf = (e: Real): boolean => e.kind === "local" && e.local === local;
  if (value.kind === "binary" && (value.op === "+" || value.op === "*") && isSelf(value.left))
    return { fold: value.op, value: value.right };
  if (value.kind === "call" && (value.fn === "max" || value.fn === "min") && isSelf(value.args[0]!))
    return { fold: value.fn, value: value.args[1]! };
  return undefined;
}

const reads = (e: Real, local: Local): boolean => {
  let found = false;
  visitReal(e, {
    real: (x) => {
      if (x.kind === "local" && x.local === local) found = true;
    },
  });
  return found;
};

/** Locals of outside that the body assigns, each with its one reduction; undefined where one is anything else. */
function reductionsOf(body: readonly Simple[]): Map<Local, Reduction> | undefined {
  const own = new Set(body.flatMap((s) => (s.kind === "let" ? [s.local] : [])));
  const found = new Map<Local, Reduction>();
  for (const s of body) {
    if (s.kind !== "assign" || own.has(s.local)) continue;
    const reduction = reductionOf(s);
    if (reduction === undefined || found.has(s.local)) return undefined;
    found.set(s.local, reduction);
  }
  for (const local of found.keys())
    for (const s of body) {
      const value = s.kind === "assign" && s.local === local ? found.get(local)!.value : s.value;
      if (reads(value, local)) return undefined;
    }
  return found;
}

interface Access {
  readonly at: Affine;
  readonly write: boolean;
}

/** Accesses to one buffer never meet in different iterations, unless all only read. */
function independent(accesses: readonly Access[], variable: Local): boolean {
  if (!accesses.some((a) => a.write)) return true;
  const c = coefficientOf(accesses[0]!.at, variable);
  if (c === 0 || accesses.some((a) => coefficientOf(a.at, variable) !== c)) return false;
  const rests = accesses.map((a) => affineSubstitute(a.at, variable, affineConstant(0)));
  const [first] = rests;
  return rests.every((r) => {
    const same = r.terms.every((t) => coefficientOf(first!, t.local) === t.coefficient);
    return (
      same && r.terms.length === first!.terms.length && Math.abs(r.constant - first!.constant) < Math.abs(c)
    );
  });
}

const depends = (a: Affine, variable: Local): boolean => coefficientOf(a, variable) !== 0;

/** A test on integers: its sides may read only where it holds, so it must not differ between lanes. */
function isUniform(t: Test, variable: Local): boolean {
  if (t.kind === "nonNegative" || t.kind === "isZero") return !depends(t.value, variable);
  if (t.kind === "not") return isUniform(t.test, variable);
  return t.kind === "all" && t.tests.every((x) => isUniform(x, variable));
}

const isReal = (t: Test): boolean =>
  t.kind === "compare" || (t.kind === "not" ? isReal(t.test) : t.kind === "all" && t.tests.every(isReal));

function choicesAllow(body: readonly Simple[], variable: Local): boolean {
  let fine = true;
  const real = (e: Real): void => {
    if (e.kind === "select" && !isReal(e.test) && !isUniform(e.test, variable)) fine = false;
  };
  visitBlock(body, { real });
  return fine;
}

function accessesOf(body: readonly Simple[]): Map<RealOf<"load">["buffer"], Access[]> {
  const found = new Map<RealOf<"load">["buffer"], Access[]>();
  const note = (buffer: RealOf<"load">["buffer"], at: Affine, write: boolean): void => {
    found.set(buffer, [...(found.get(buffer) ?? []), { at, write }]);
  };
  visitBlock(body, {
    real: (e) => {
      if (e.kind === "load") note(e.buffer, e.at, false);
    },
    statement: (s) => {
      if (s.kind === "store" || s.kind === "accumulate") note(s.buffer, s.at, true);
    },
  });
  return found;
}

export function vectorLoop(loop: Loop): VectorLoop | undefined {
  const body = loop.body.filter(isSimple);
  if (body.length < loop.body.length) return undefined;
  const reductions = reductionsOf(body);
  if (reductions === undefined || !choicesAllow(body, loop.variable)) return undefined;
  const apart = [...accessesOf(body).values()].every((list) => independent(list, loop.variable));
  return apart ? { loop, body, reductions } : undefined;
}
