/** An expression comes in, its fully distributed form goes out; equality of two expressions is decided on it. */
import {
  add,
  asRational,
  both,
  type Expr,
  isInteger,
  isZero,
  mapChildren,
  mul,
  type Node,
  neg,
  open,
  sum,
} from "../index-notation/index.js";
import { rewrite } from "./engine.js";
import { EQUALITY_RULES, RULES } from "./rules.js";

/** Products with more terms than this are left as they are: the answer "not shown equal" stays sound. */
const MAX_TERMS = 2000;
const MAX_POWER = 8n;

const termsOf = (e: Expr): readonly Expr[] => (e.kind === "add" ? e.terms : [e]);

/** Multiplies sums out, also in integer powers; sums over indices split and factor as their constructors do. */
export function expand(e: Expr): Expr {
  const seen = new Map<Expr, Expr>();
  const visit = (x: Expr): Expr => {
    let result = seen.get(x);
    if (result === undefined) {
      const rebuilt = mapChildren(x, visit);
      result = distribute(rebuilt);
      seen.set(x, result);
    }
    return result;
  };
  return visit(e);
}

function distribute(e: Expr): Expr {
  if (e.kind === "binder" && e.op === "sum") return flatten(e);
  if (e.kind === "power" && e.base.kind === "add") return distributePower(e.base, e.exponent) ?? e;
  if (e.kind !== "mul") return e;
  const factors = e.factors.map((f) =>
    f.kind === "power" && f.base.kind === "add" ? (distributePower(f.base, f.exponent) ?? f) : f,
  );
  const count = factors.reduce((n, f) => n * termsOf(f).length, 1);
  if (count === 1 || count > MAX_TERMS) return e;
  return add(
    factors.reduce<readonly Expr[]>(
      (sums, f) => sums.flatMap((s) => termsOf(f).map((t) => mul([s, t]))),
      [mul([])],
    ),
  );
}

/** Σ_i a_i (Σ_j b_ij)² = Σ_ijk a_i b_ij b_ik: powers of inner sums are written out with indices of their own. */
function flatten(e: Node<"binder">): Expr {
  const { indices, guard, body } = open(e);
  const factors = body.kind === "mul" ? body.factors : [body];
  const all = [...indices];
  let test = guard;
  const written = factors.flatMap((f) => {
    const k = f.kind === "power" ? asRational(f.exponent) : undefined;
    if (f.kind !== "power" || f.base.kind !== "binder" || f.base.op !== "sum" || k === undefined) return [f];
    if (!isInteger(k) || k.n < 2n || k.n > 4n) return [f];
    return Array.from({ length: Number(k.n) }, () => {
      const copy = open(f.base as Node<"binder">);
      all.push(...copy.indices);
      test = both(test, copy.guard);
      return copy.body;
    });
  });
  return written.length === factors.length ? e : sum(all, test, mul(written));
}

function distributePower(base: Expr, exponent: Expr): Expr | undefined {
  const k = asRational(exponent);
  const n = termsOf(base).length;
  if (k === undefined || !isInteger(k) || k.n < 2n || k.n > MAX_POWER || n ** Number(k.n) > MAX_TERMS)
    return undefined;
  let result: readonly Expr[] = [mul([])];
  for (let step = 0n; step < k.n; step++)
    result = termsOf(add(result.flatMap((s) => termsOf(base).map((t) => mul([s, t])))));
  return add(result);
}

/** True when a − b is shown to be zero by the rules and by expansion; false means "not shown". */
export function shownEqual(a: Expr, b: Expr): boolean {
  if (a === b) return true;
  const difference = rewrite(add([a, neg(b)]), RULES);
  if (isZero(difference)) return true;
  const reflected = rewrite(expand(rewrite(difference, EQUALITY_RULES)), EQUALITY_RULES);
  return isZero(reflected) || isZero(rewrite(expand(difference), RULES)) || isZero(expand(reflected));
}
