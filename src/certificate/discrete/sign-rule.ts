/**
 * An update map and a quantity R of the same component come in; what the map gives where R is positive, negative and 0
 * goes out: `sign(R)`, `step(beta*R)`, `where(R >= 0, 1, -1)` and the like are functions of the sign of R alone.
 */
import { evaluate, isExact } from "../../index-notation/evaluate/index.js";
import {
  asRational,
  at,
  type Compare,
  divR,
  type Expr,
  evaluateD,
  isPositive,
  mapChildren,
  mul,
  num,
  ONE,
  type Rational,
  signR,
  sub2,
  symbolsOf,
  type Unary,
} from "../../index-notation/index.js";
import type { StateModel } from "../../model/index.js";
import { shownEqual } from "../../rewrite/index.js";
import { drawAll, environment } from "../refuter/draws.js";
import { withoutExclusions } from "./exclusions.js";
import type { DiscreteState } from "./system.js";

export type Sign = -1 | 0 | 1;

/** The value that the map gives, or that it keeps the present one. */
export type Choice = Rational | "keep";

export type SignRule = Readonly<Record<"positive" | "zero" | "negative", Choice>>;

/** Odd and increasing: they keep the sign of their argument. */
const SIGN_KEEPING: ReadonlySet<Unary> = new Set(["tanh", "sinh", "asinh", "atan", "erf"]);

export function signRuleOf(
  model: StateModel,
  s: DiscreteState,
  map: Expr,
  quantity: Expr,
): SignRule | undefined {
  const resolve = (sign: Sign): Choice | undefined => choiceOf(s, resolved(model, map, quantity, sign));
  const [positive, zero, negative] = ([1, 0, -1] as const).map(resolve);
  if (positive === undefined || zero === undefined || negative === undefined) return undefined;
  return { positive, zero, negative };
}

function choiceOf(s: DiscreteState, e: Expr): Choice | undefined {
  return e === at(s.symbol, s.over) ? "keep" : asRational(e);
}

/** The map with every decision that hangs on the sign of R taken. */
function resolved(model: StateModel, map: Expr, quantity: Expr, sign: Sign): Expr {
  const signOf = (e: Expr): Sign | undefined => {
    const scale = proportion(model, e, quantity);
    return scale === undefined ? undefined : ((scale * sign) as Sign);
  };
  const visit = (e: Expr): Expr => {
    if (e.kind === "unary" && (e.fn === "sign" || e.fn === "step")) {
      const found = signOf(e.arg);
      if (found !== undefined) return num(e.fn === "sign" ? found : Math.max(0, found));
    }
    if (e.kind === "where" && e.condition.all.length === 1) {
      const [c] = e.condition.all as [Compare];
      const found = signOf(sub2(c.left, c.right));
      if (found !== undefined) return visit(HOLDS[c.op](found) ? e.then : e.else);
    }
    return mapChildren(e, visit);
  };
  return visit(map);
}

const HOLDS: { readonly [O in Compare["op"]]: (difference: Sign) => boolean } = {
  "<": (d) => d < 0,
  "<=": (d) => d <= 0,
  "=": (d) => d === 0,
  "!=": (d) => d !== 0,
};

/** The sign of c where e = c·R for a constant c ≠ 0, up to positive factors and functions that keep the sign. */
export function proportion(model: StateModel, e: Expr, quantity: Expr): Sign | undefined {
  if (e.kind === "unary" && SIGN_KEEPING.has(e.fn)) return proportion(model, e.arg, quantity);
  const [a, b] = [withoutPositive(e), withoutPositive(quantity)];
  const scale = ratio(model, a, b);
  return scale !== undefined && isShownEqual(a, mul([num(scale), b])) ? signR(scale) : undefined;
}

const isShownEqual = (a: Expr, b: Expr): boolean =>
  shownEqual(a, b) || shownEqual(withoutExclusions(a), withoutExclusions(b));

const withoutPositive = (e: Expr): Expr =>
  e.kind === "mul" ? mul(e.factors.filter((f) => asRational(f) !== undefined || !isPositive(f))) : e;

/** a/b at the first readable draw at which both are exact and not 0. */
function ratio(model: StateModel, a: Expr, b: Expr): Rational | undefined {
  const symbols = [...new Set([...symbolsOf(a), ...symbolsOf(b)])];
  const dimensions = new Map(model.dimensions.map((n) => [n, 3]));
  for (let round = 0; round < 40; round++) {
    const env = environment(drawAll(symbols, dimensions, round + 1, round), 50);
    const free = [...new Map([...a.free, ...b.free].map((i) => [i.key, i])).values()];
    const indices = new Map(free.map((i, k) => [i.key, (round + k) % evaluateD(i.dim, dimensions)!]));
    const [x, y] = [a, b].map((e) => evaluate(e, { ...env, indices }));
    if (!isExact(x!) || !isExact(y!)) return oneWhereEqual(a, b);
    if (signR(x) !== 0 && signR(y) !== 0) return divR(x, y);
  }
  return undefined;
}

/** Without exact values only equality itself is tried. */
const oneWhereEqual = (a: Expr, b: Expr): Rational | undefined => (isShownEqual(a, b) ? ONE : undefined);
