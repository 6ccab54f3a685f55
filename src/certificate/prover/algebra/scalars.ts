/**
 * An expression over tensors with known dimensions comes in; the same over scalars, one a component, goes out,
 * with all sums written out. Derivatives and polynomials are taken there.
 */
import {
  add,
  type Bounds,
  type Expr,
  evaluateD,
  extremum,
  type Index,
  mapChildren,
  mul,
  type Node,
  open,
  replaceTensor,
  subConstant,
  substituteIndices,
  substituteTensor,
  type TensorSymbol,
  tensor,
  tensorSymbol,
  unary,
} from "../../../index-notation/index.js";

/** A scalar that stands for one component. */
export interface ScalarVariable {
  readonly symbol: TensorSymbol;
  readonly expr: Expr;
  /** The component as the user writes it: `x`, `x[0]`. */
  readonly component: Expr;
  readonly name: string;
  readonly at: readonly number[];
}

const NO_DIMENSIONS: ReadonlyMap<string, number> = new Map();

/** The components of a symbol in row-major order, or undefined where a dimension is symbolic. */
export function componentsOf(
  symbol: TensorSymbol,
  boundsAt: (at: readonly number[]) => Bounds,
): ScalarVariable[] | undefined {
  let all: number[][] = [[]];
  for (const d of symbol.dims) {
    const size = evaluateD(d, NO_DIMENSIONS);
    if (size === undefined || size > 64) return undefined;
    all = all.flatMap((at) => Array.from({ length: size }, (_, k) => [...at, k]));
  }
  return all.map((at) => {
    const name = at.length === 0 ? symbol.name : `${symbol.name}[${at.join(",")}]`;
    const scalar = tensorSymbol({ name, role: symbol.role, bounds: boundsAt(at) });
    return {
      symbol: scalar,
      expr: tensor(scalar),
      component: tensor(symbol, at.map(subConstant)),
      name: symbol.name,
      at,
    };
  });
}

/** Writes out every binder over a known dimension; others stay. */
function unroll(e: Expr): Expr {
  const seen = new Map<Expr, Expr>();
  const visit = (x: Expr): Expr => {
    let done = seen.get(x);
    if (done === undefined) {
      done = x.kind === "binder" ? unrollBinder(x, visit) : mapChildren(x, visit);
      seen.set(x, done);
    }
    return done;
  };
  return visit(e);
}

function unrollBinder(e: Node<"binder">, visit: (x: Expr) => Expr): Expr {
  const sizes = e.indices.map((i) => evaluateD(i.dim, NO_DIMENSIONS));
  if (sizes.some((n) => n === undefined || n > 64) || e.guard.all.length > 0) return mapChildren(e, visit);
  const { indices, body } = open(e);
  const bodies = spread(body, indices).map(visit);
  if (e.op === "sum") return add(bodies);
  if (e.op === "prod") return mul(bodies);
  if (e.op === "logsumexp") return unary("log", add(bodies.map((b) => unary("exp", b))));
  return extremum(e.op, bodies);
}

function spread(body: Expr, indices: readonly Index[]): Expr[] {
  const [i, ...rest] = indices;
  if (i === undefined) return [body];
  const size = evaluateD(i.dim, NO_DIMENSIONS) ?? 0;
  return Array.from({ length: size }, (_, k) =>
    substituteIndices(body, new Map([[i.key, subConstant(k)]])),
  ).flatMap((b) => spread(b, rest));
}

/** e over the scalars instead of the components. */
export function intoScalars(e: Expr, variables: readonly ScalarVariable[]): Expr {
  const bySymbol = new Map<string, ScalarVariable[]>();
  for (const v of variables) bySymbol.set(v.name, [...(bySymbol.get(v.name) ?? []), v]);
  let result = unroll(e);
  for (const list of bySymbol.values()) {
    const symbol = symbolOf(list[0]!);
    result = substituteTensor(result, symbol, (subs) => {
      const key = subs.map((s) => s.key).join(";");
      const found = list.find((v) => v.at.map((k) => subConstant(k).key).join(";") === key);
      if (found === undefined)
        throw new Error(`intoScalars: ${symbol.name} at a subscript that is not a number`);
      return found.expr;
    });
  }
  return result;
}

const symbolOf = (v: ScalarVariable): TensorSymbol => (v.component as Node<"tensor">).symbol;

/** Back to the components that the user wrote. */
export function fromScalars(e: Expr, variables: readonly ScalarVariable[]): Expr {
  return variables.reduce((x, v) => replaceTensor(x, v.symbol, [], v.component), e);
}
