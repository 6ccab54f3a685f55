/** A question of the prover's tests comes in; its tree, points of its domain and our derivatives there go out. */
import { differentiate } from "../../src/calculus/index.js";
import type { ConvexityRequest } from "../../src/certificate/index.js";
import { readQuestion } from "../../src/certificate/index.js";
import { domainOf } from "../../src/certificate/prover/domain.js";
import {
  type Environment,
  evaluate,
  holds,
  isUndefined,
  type Value,
} from "../../src/index-notation/evaluate/index.js";
import {
  type Expr,
  evaluateD,
  freshIndex,
  type Index,
  isNonNegative,
  neg,
  type Rational,
  rational,
  showR,
  type TensorSymbol,
  tensor,
  tensorSymbol,
} from "../../src/index-notation/index.js";
import type { Question } from "../certificate/prover/grammar.js";
import { componentName, NotWritten, type Tree, TreeWriter } from "./tree.js";

/** Symbolic dimensions have this size. */
const SIZE = 3;
export const DIGITS = 30;

interface Slot {
  readonly symbol: TensorSymbol;
  readonly at: readonly number[];
  readonly name: string;
}

/** What one comparison is made of. */
export interface Row {
  readonly question: Question;
  readonly tree: Tree;
  readonly variables: readonly string[];
  /** CVXPY's attribute of a variable whose sign the domain fixes. */
  readonly signs: Readonly<Record<string, "nonneg" | "nonpos">>;
  readonly points: readonly (readonly Rational[])[];
  readonly request: ConvexityRequest;
  readonly slots: readonly Slot[];
  readonly dimensions: ReadonlyMap<string, number>;
}

function stream(seed: number): () => number {
  let state = seed >>> 0;
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
}

/** Undefined for what peers are not asked: integrals, guards. */
export function rowOf(question: Question, seed: number, count: number): Row | undefined {
  const { expr: expression, over, where, indices } = question;
  const read = readQuestion({ expression, over, where, indices });
  if (!read.ok) throw new Error(`${question.name}: ${read.errors[0]!.message}`);
  const request = read.value;
  const names = request.variables.flatMap((v) => v.dims.flatMap((d) => [...d.key.matchAll(/[A-Za-z_]\w*/g)]));
  const dimensions = new Map(names.map((m) => [m[0], SIZE]));
  const writer = new TreeWriter(dimensions);
  try {
    const slots = request.variables.flatMap((v) => slotsOf(v, writer));
    const variables = slots.map((s) => s.name);
    const tree = writer.write(request.expression);
    const draft = { question, tree, variables, signs: signsOf(request, slots), request, slots, dimensions };
    return { ...draft, points: pointsOf(draft, stream(seed), count) };
  } catch (error) {
    if (error instanceof NotWritten) return undefined;
    throw error;
  }
}

function slotsOf(symbol: TensorSymbol, writer: TreeWriter): Slot[] {
  let all: number[][] = [[]];
  for (const d of symbol.dims)
    all = all.flatMap((at) => Array.from({ length: writer.size(d) }, (_, k) => [...at, k]));
  return all.map((at) => ({ symbol, at, name: componentName(symbol, at) }));
}

function signsOf(request: ConvexityRequest, slots: readonly Slot[]): Row["signs"] {
  const domain = domainOf(request.where);
  return Object.fromEntries(
    slots.flatMap(({ symbol, at, name }): [string, "nonneg" | "nonpos"][] => {
      const bounded = tensor(tensorSymbol({ name, role: "state", bounds: domain.of(symbol, at) }));
      if (isNonNegative(bounded)) return [[name, "nonneg"]];
      return isNonNegative(neg(bounded)) ? [[name, "nonpos"]] : [];
    }),
  );
}

type Draft = Omit<Row, "points">;

function environment(
  row: Draft,
  point: readonly Rational[],
  indices = new Map<string, number>(),
): Environment {
  const values = new Map(row.slots.map((s, k) => [s.name, point[k]!]));
  const value = (s: TensorSymbol, at: readonly number[]): Rational => values.get(componentName(s, at))!;
  return { dimensions: row.dimensions, tensor: value, indices, precision: DIGITS + 10 };
}

/** Odd denominators: few points lie on kinks. */
function pointsOf(row: Draft, random: () => number, count: number): Rational[][] {
  const found: Rational[][] = [];
  for (let attempt = 0; attempt < 4_000 && found.length < count; attempt++) {
    const scale = [1, 3, 8][attempt % 3]!;
    const point = row.slots.map(() => rational(Math.round((2 * random() - 1) * scale * 997), 997n));
    if (isInside(row, point)) found.push(point);
  }
  return found;
}

const isInside = (row: Draft, point: readonly Rational[]): boolean =>
  row.request.where.every((c) => everywhere(row, c.free, (env) => holds(c, env) === true, point));

function everywhere(
  row: Draft,
  free: readonly Index[],
  test: (env: Environment) => boolean,
  point: readonly Rational[],
  chosen = new Map<string, number>(),
): boolean {
  const [i, ...rest] = free;
  if (i === undefined) return test(environment(row, point, chosen));
  const size = evaluateD(i.dim, row.dimensions)!;
  return Array.from({ length: size }, (_, k) => k).every((k) =>
    everywhere(row, rest, test, point, new Map([...chosen, [i.key, k]])),
  );
}

// ---- our derivatives ------------------------------------------------------------------------------------

/** The derivative with respect to each component of a symbol, at fresh indices. */
interface Derivative {
  readonly e: Expr;
  readonly indices: readonly Index[];
}

export type Differentiate = typeof differentiate;

/** Gradient, then the lower triangle of the Hessian row by row, at each point; undefined where there is no value. */
export function derivativesOf(row: Row, d: Differentiate = differentiate): (Value | undefined)[][] {
  const once = (e: Expr, symbol: TensorSymbol): Derivative => {
    const indices = symbol.dims.map(freshIndex);
    return { e: d(e, symbol, indices), indices };
  };
  const first = new Map(row.request.variables.map((v) => [v, once(row.request.expression, v)]));
  const second = new Map(
    [...first].map(([v, f]) => [v, new Map(row.request.variables.map((w) => [w, once(f.e, w)]))]),
  );
  const place = (f: Derivative, at: readonly number[]): [string, number][] =>
    f.indices.map((i, k) => [i.key, at[k]!]);
  return row.points.map((point) => {
    const valueAt = (e: Expr, indices: [string, number][]): Value | undefined => {
      const value = evaluate(e, environment(row, point, new Map(indices)));
      return isUndefined(value) ? undefined : value;
    };
    const gradient = row.slots.map(({ symbol, at }) => {
      const f = first.get(symbol)!;
      return valueAt(f.e, place(f, at));
    });
    const hessian = row.slots.flatMap((a, i) =>
      row.slots.slice(0, i + 1).map((b) => {
        const [f, g] = [first.get(a.symbol)!, second.get(a.symbol)!.get(b.symbol)!];
        return valueAt(g.e, [...place(f, a.at), ...place(g, b.at)]);
      }),
    );
    return [...gradient, ...hessian];
  });
}

/** What the script reads. */
export const asked = ({ tree, variables, signs, points }: Row): object => ({
  tree,
  variables,
  signs,
  points: points.map((p) => p.map(showR)),
});
