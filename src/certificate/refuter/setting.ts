/**
 * A task of the search and values of its dimensions come in; programs over doubles, a box and a test of the
 * domain go out: everything a numeric search asks.
 */
import {
  add,
  asInteger,
  type Condition,
  type Expr,
  type Index,
  namesD,
  neg,
  splitCoefficient,
  subConstant,
  substituteIndices,
  symbolsOf,
  type TensorSymbol,
  toNumber,
} from "../../index-notation/index.js";
import { expand } from "../../rewrite/index.js";
import { satisfied, valueAt } from "./numeric/jet.js";
import { compile, compileCondition, Layout, type Tape, type TapeTest, Unsupported } from "./numeric/tape.js";

/** The claim "expression is convex in the variables where the conditions hold" that a search wants to break. */
export interface Task {
  readonly expression: Expr;
  readonly variables: readonly TensorSymbol[];
  readonly where: readonly Condition[];
}

/** Ends of one coordinate; infinite where there is none. */
export interface Range {
  low: number;
  high: number;
  /** Ends that the declared bounds exclude; conditions are tested by themselves. */
  readonly lowOpen?: boolean;
  readonly highOpen?: boolean;
}

export interface Setting {
  readonly dimensions: ReadonlyMap<string, number>;
  readonly layout: Layout;
  readonly tape: Tape;
  /** Slots along which a breach is looked for; those that follow belong to other components and to parameters. */
  readonly moving: readonly number[];
  readonly box: readonly Range[];
  readonly tests: readonly TapeTest[];
  /** Conditions that the box does not express. */
  readonly curved: boolean;
}

/** Every dimension name that must have a value. */
export function dimensionNames(task: Task): readonly string[] {
  const symbols = new Set<TensorSymbol>(task.variables);
  const dims: string[] = [];
  const visit = (e: Expr): void => {
    for (const s of symbolsOf(e)) symbols.add(s);
  };
  visit(task.expression);
  for (const c of task.where) for (const t of c.all) [t.left, t.right].forEach(visit);
  for (const s of symbols) for (const d of s.dims) dims.push(...namesD(d));
  return [...new Set(dims)].sort();
}

/** More components than this are not searched. */
export const MAX_COMPONENTS = 64;
/** Of so many components only the first few move: what bends along them bends. */
const ALL_MOVE = 24;
const FEW = 6;

/** How many scalars the symbols have together. */
function componentCount(symbols: readonly TensorSymbol[], layout: Layout): number {
  const count = (s: TensorSymbol): number => s.dims.reduce((n, d) => n * layout.size(d), 1);
  return symbols.reduce((n, s) => n + count(s), 0);
}

export function settingOf(task: Task, dimensions: ReadonlyMap<string, number>): Setting {
  const layout = new Layout(dimensions);
  if (componentCount(task.variables, layout) > MAX_COMPONENTS) throw new Unsupported("too many components");
  const all = task.variables.flatMap((v) => layout.declare(v));
  const moving = all.length > ALL_MOVE ? all.slice(0, FEW) : all;
  const tape = compile(task.expression, layout);
  const conditions = task.where.flatMap((c) => instances(c, layout));
  const tests = conditions.flatMap((c) => compileCondition(c, layout));
  const box = layout.components.map(({ symbol: s }) => ({
    low: s.bounds.low === undefined ? Number.NEGATIVE_INFINITY : toNumber(s.bounds.low),
    high: s.bounds.high === undefined ? Number.POSITIVE_INFINITY : toNumber(s.bounds.high),
    lowOpen: s.bounds.lowOpen === true,
    highOpen: s.bounds.highOpen === true,
  }));
  const curved = conditions.map((c) => !narrow(c, layout, box)).includes(true);
  return { dimensions, layout, tape, moving, box, tests, curved };
}

/** The condition for every value of its free indices. */
function instances(c: Condition, layout: Layout): Condition[] {
  const [i, ...rest] = c.free;
  if (i === undefined) return [c];
  const size = layout.size(i.dim);
  return Array.from({ length: size }, (_, k) => at(c, i, k)).flatMap((inner) =>
    instances({ ...inner, free: rest }, layout),
  );
}

function at(c: Condition, i: Index, k: number): Condition {
  const map = new Map([[i.key, subConstant(k)]]);
  const all = c.all.map((t) => ({
    op: t.op,
    left: substituteIndices(t.left, map),
    right: substituteIndices(t.right, map),
  }));
  return { ...c, all };
}

/** Tightens the box by conditions on one component; false when a condition says something else. */
function narrow(c: Condition, layout: Layout, box: Range[]): boolean {
  return c.all
    .map(({ op, left, right }) => {
      const found = onOneComponent(expand(add([right, neg(left)])));
      if (found === undefined || op === "!=") return false;
      const slot = layout.slot(found.symbol, found.at);
      const range = box[slot];
      if (range === undefined) return false;
      const bound = -valueAt(compile(found.rest, layout), []) / found.coefficient;
      if (op === "=" || found.coefficient > 0) range.low = Math.max(range.low, bound);
      if (op === "=" || found.coefficient < 0) range.high = Math.min(range.high, bound);
      return op !== "=";
    })
    .every(Boolean);
}

interface OneComponent {
  readonly symbol: TensorSymbol;
  readonly at: readonly number[];
  readonly coefficient: number;
  readonly rest: Expr;
}

/** c·x[k] + constant. */
function onOneComponent(e: Expr): OneComponent | undefined {
  const terms = e.kind === "add" ? e.terms : [e];
  const varying = terms.filter((t) => symbolsOf(t).size > 0);
  if (varying.length !== 1) return undefined;
  const { coefficient, rest } = splitCoefficient(varying[0]!);
  if (rest.kind !== "tensor") return undefined;
  const subs = rest.subs.map(asInteger);
  if (subs.some((s) => s === undefined)) return undefined;
  return {
    symbol: rest.symbol,
    at: subs as number[],
    coefficient: toNumber(coefficient),
    rest: add(terms.filter((t) => t !== varying[0])),
  };
}

/** True when x lies in the domain, as far as doubles can tell. */
export const inDomain = (s: Setting, x: readonly number[]): boolean =>
  s.box.every((r, k) => x[k] === undefined || isWithin(x[k], r)) && satisfied(s.tests, x);

const isWithin = (x: number, r: Range): boolean =>
  (r.lowOpen ? x > r.low : x >= r.low) && (r.highOpen ? x < r.high : x <= r.high);
