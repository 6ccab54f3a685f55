/**
 * The conditions of `domain` and the signs of quantities come in, what they say of every entry of a symbol
 * goes out. It belongs to the symbol, so it is read from the source trees before any symbol exists.
 */
import {
  type Bounds,
  compareR,
  type Index,
  meetBounds,
  type Rational,
  signR,
  ZERO,
} from "../index-notation/index.js";
import { type Build, parseTree, report } from "./build.js";
import { type ComparisonOperator, constantOf, type SourceComparison, type SourceExpr } from "./source.js";
import { child, itemsOf, type TextTree, type Tree } from "./tree.js";

export interface Facts {
  readonly bounds: Bounds;
  readonly symmetric: boolean;
  readonly hollow: boolean;
}

export const NOTHING: Facts = { bounds: {}, symmetric: false, hollow: false };

/** One thing that a condition says of a name. */
interface Fact {
  readonly name: string;
  readonly rank: number;
  readonly facts: Facts;
  readonly tree: Tree;
}

const SIGNS: ReadonlyMap<string, Bounds> = new Map<string, Bounds>([
  ["positive", { low: ZERO, lowOpen: true }],
  ["nonnegative", { low: ZERO, lowOpen: false }],
  ["negative", { high: ZERO, highOpen: true }],
  ["nonpositive", { high: ZERO, highOpen: false }],
]);

/** Reads the conditions once; faulty ones are reported later, when they are resolved. */
export function readFacts(b: Build): readonly Fact[] {
  return itemsOf(child(b.tree, "domain")).flatMap((tree) => {
    if (tree.kind !== "text") return [];
    const fact = factIn(tree, b);
    return fact === undefined ? [] : [fact];
  });
}

function factIn(tree: TextTree, b: Build): Fact | undefined {
  const syntax = parseTree(tree);
  if ("fault" in syntax || syntax.tree.kind !== "comparison") return undefined;
  const c = syntax.tree;
  const fact = symmetryIn(c) ?? boundIn(c, b) ?? boundIn(mirrored(c), b);
  return fact === undefined ? undefined : { ...fact, tree };
}

// ---- patterns --------------------------------------------------------------------------------------

const MIRROR: { readonly [O in ComparisonOperator]: ComparisonOperator } = {
  "<": ">",
  "<=": ">=",
  ">": "<",
  ">=": "<=",
  "=": "=",
  "!=": "!=",
};

const mirrored = (c: SourceComparison): SourceComparison => ({
  ...c,
  op: MIRROR[c.op],
  left: c.right,
  right: c.left,
});

/** A name with plain names as subscripts, such as `W[i,j]`. */
function plainComponent(e: SourceExpr): { name: string; subscripts: readonly string[] } | undefined {
  if (e.kind === "name") return { name: e.name, subscripts: [] };
  if (e.kind !== "component" || e.base.kind !== "name") return undefined;
  const subscripts = e.subscripts.flatMap((s) => (s.kind === "name" ? [s.name] : []));
  return subscripts.length === e.subscripts.length ? { name: e.base.name, subscripts } : undefined;
}

type Pattern = Omit<Fact, "tree"> | undefined;

/** `W[i,j] = W[j,i]` */
function symmetryIn(c: SourceComparison): Pattern {
  const [a, b] = [plainComponent(c.left), plainComponent(c.right)];
  if (c.op !== "=" || a === undefined || a.name !== b?.name || a.subscripts.length !== 2) return undefined;
  const [i, j] = a.subscripts;
  const swapped = i !== j && b.subscripts[0] === j && b.subscripts[1] === i;
  return swapped ? { name: a.name, rank: 2, facts: { ...NOTHING, symmetric: true } } : undefined;
}

/** `W[i,i] = 0`, `n > 1`, `b[i] >= 0` */
function boundIn(c: SourceComparison, b: Build): Pattern {
  const [a, value] = [plainComponent(c.left), constantOf(c.right)];
  if (a === undefined || value === undefined || !a.subscripts.every((s) => b.indices.has(s)))
    return undefined;
  const { name, subscripts } = a;
  const rank = subscripts.length;
  if (new Set(subscripts).size === rank) {
    const bounds = boundsOf(c.op, value);
    return bounds === undefined ? undefined : { name, rank, facts: { ...NOTHING, bounds } };
  }
  const diagonal = c.op === "=" && signR(value) === 0 && rank === 2;
  return diagonal ? { name, rank, facts: { ...NOTHING, hollow: true } } : undefined;
}

function boundsOf(op: ComparisonOperator, value: Rational): Bounds | undefined {
  if (op === "!=") return undefined;
  if (op === "=") return { low: value, lowOpen: false, high: value, highOpen: false };
  if (op === "<" || op === "<=") return { high: value, highOpen: op === "<" };
  return { low: value, lowOpen: op === ">" };
}

// ---- application -----------------------------------------------------------------------------------

/** All that is said of a quantity; contradictions are reported and left out. */
export function factsOf(
  b: Build,
  facts: readonly Fact[],
  name: string,
  over: readonly Index[],
  sign: string | undefined,
): Facts {
  const start = { ...NOTHING, bounds: SIGNS.get(sign ?? "") ?? {} };
  const square = over.length === 2 && over[0]!.dim.key === over[1]!.dim.key;
  const own = facts.filter(
    (f) => f.name === name && f.rank === over.length && (square || !(f.facts.symmetric || f.facts.hollow)),
  );
  return own.reduce((known, f) => join(b, known, f), start);
}

function join(b: Build, known: Facts, f: Fact): Facts {
  const joined = {
    bounds: meetBounds(known.bounds, f.facts.bounds),
    symmetric: known.symmetric || f.facts.symmetric,
    hollow: known.hollow || f.facts.hollow,
  };
  if (!isEmpty(joined)) return joined;
  const text = f.tree.kind === "text" ? f.tree.text : "";
  const hint = "remove one of the two";
  report(b, f.tree.place, "contradiction", `${text} contradicts what is declared of ${f.name} before`, hint);
  return known;
}

/** True when no value satisfies the facts. */
function isEmpty({ bounds, hollow }: Facts): boolean {
  const { low, high } = hollow ? meetBounds(bounds, { low: ZERO, high: ZERO }) : bounds;
  const open = bounds.lowOpen === true || bounds.highOpen === true;
  if (low === undefined || high === undefined) return false;
  const order = compareR(low, high);
  return order > 0 || (order === 0 && open && touches(bounds, low));
}

/** An open end at the only value that is left. */
const touches = (b: Bounds, value: Rational): boolean =>
  (b.lowOpen === true && b.low !== undefined && compareR(b.low, value) === 0) ||
  (b.highOpen === true && b.high !== undefined && compareR(b.high, value) === 0);
