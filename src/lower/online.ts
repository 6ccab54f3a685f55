/**
 * The stages of an entry come in; a sum weighted by a softmax comes out as one stage that reads each row of its
 * matrix once, where the exponents are sums over the same rows: the largest exponent is followed row by row, and
 * what has been added up is scaled down when it grows (Milakov & Gimelshein 2018, algorithm 3).
 */
import {
  at,
  binder,
  type Expr,
  type Index,
  mul,
  renameIndices,
  replaceTensor,
  symbolsOf,
  type TensorSymbol,
} from "../index-notation/index.js";
import { tensorsIn } from "./loop-order.js";
import type { Slots } from "./slots.js";
import type { Compute, Stage } from "./stage.js";
import { innermostAxis } from "./target.js";

type Of<K extends Compute["kind"]> = Stage & { readonly compute: Extract<Compute, { kind: K }> };

const isKind = <K extends Compute["kind"]>(s: Stage | undefined, kind: K): s is Of<K> =>
  s?.compute.kind === kind;

/** Everything that a stage reads. */
function inputsOf({ compute: c }: Stage): readonly Expr[] {
  if (c.kind === "map") return [c.value];
  if (c.kind === "reduce") return [c.reduction.body, ...sides(c.reduction.guard)];
  if (c.kind === "softmax") return [c.body, ...sides(c.guard)];
  return [c.exponent, c.value];
}

const sides = (guard: Of<"softmax">["compute"]["guard"]): Expr[] =>
  guard.all.flatMap((c) => [c.left, c.right]);

/** Stages that read the tensor. */
const readers = (stages: readonly Stage[], t: TensorSymbol): Stage[] =>
  stages.filter((s) => inputsOf(s).some((e) => symbolsOf(e).has(t)));

/** What a product has beside the factor `weights[index]`; undefined where the weights occur otherwise. */
function besideWeight(body: Expr, weights: TensorSymbol, index: Index): Expr | undefined {
  const factors = body.kind === "mul" ? body.factors : [body];
  const weight = at(weights, [index]);
  const others = mul(factors.filter((f) => f !== weight));
  return factors.includes(weight) && !symbolsOf(others).has(weights) ? others : undefined;
}

/** Sums over the same index that only these exponents read, in loops whose inner one follows the memory. */
function rowSums(softmax: Of<"softmax">, stages: readonly Stage[], x: OnlineContext): Of<"reduce">[] {
  return stages.filter(
    (s): s is Of<"reduce"> =>
      isKind(s, "reduce") &&
      s.over.length === 1 &&
      symbolsOf(softmax.compute.body).has(s.target) &&
      readers(stages, s.target).length === 1 &&
      innermostAxis(s.compute.reduction, s, x.slots) === undefined,
  );
}

export interface OnlineContext {
  readonly slots: Slots;
  /** Matrices of fewer bytes are read twice: they come from a near cache. */
  readonly onePassBytes: number;
}

/** The stages that one stage replaces. */
interface Match {
  readonly sums: readonly Stage[];
  readonly softmax: Stage;
  readonly weighted: Stage;
  readonly merged: Stage;
}

function match(weighted: Stage, stages: readonly Stage[], x: OnlineContext): Match | undefined {
  if (!isKind(weighted, "reduce")) return undefined;
  const { op, indices, guard, body } = weighted.compute.reduction;
  const [index] = indices;
  if (op !== "sum" || indices.length !== 1 || index === undefined || guard.all.length > 0) return undefined;
  if (innermostAxis(weighted.compute.reduction, weighted, x.slots) === undefined) return undefined;
  const softmax = stages.find(
    (s): s is Of<"softmax"> => isKind(s, "softmax") && symbolsOf(body).has(s.target),
  );
  if (softmax === undefined || softmax.over.length !== 1 || softmax.compute.guard.all.length > 0)
    return undefined;
  const value = besideWeight(body, softmax.target, index);
  if (value === undefined || readers(stages, softmax.target).length !== 1) return undefined;
  const sums = rowSums(softmax, stages, x);
  const own = renameIndices(softmax.compute.body, [softmax.compute.index], [index]);
  const exponent = sums.reduce(
    (e, { target, over, compute: { reduction: r } }) =>
      replaceTensor(e, target, over, binder(r.op, r.indices, r.guard, r.body)),
    own,
  );
  if (!readsTwice(exponent, value, x)) return undefined;
  const compute = { kind: "online", index, exponent, value } as const;
  return { sums, softmax, weighted, merged: { ...weighted, compute } };
}

/** A large tensor is read for the exponents and for what they weigh. */
function readsTwice(exponent: Expr, value: Expr, { slots, onePassBytes }: OnlineContext): boolean {
  const both = [...tensorsIn(value)].map((t) => t.symbol).filter((t) => symbolsOf(exponent).has(t));
  return both.some((t) => t.dims.length > 1 && 8 * slots.sizes.entries(t) >= onePassBytes);
}

export function online(stages: readonly Stage[], x: OnlineContext): readonly Stage[] {
  const found = stages.map((s) => match(s, stages, x)).find((m) => m !== undefined);
  if (found === undefined) return stages;
  const gone = new Set([...found.sums, found.softmax]);
  const kept = stages.filter((s) => !gone.has(s));
  return online(
    kept.map((s) => (s === found.weighted ? found.merged : s)),
    x,
  );
}
