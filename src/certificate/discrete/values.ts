/** An update map comes in; whether everything it can give is a value of its state goes out. */
import {
  addR,
  asRational,
  at,
  children,
  type Expr,
  equalR,
  MINUS_ONE,
  mulR,
  ONE,
  type Rational,
  sub2,
  ZERO,
} from "../../index-notation/index.js";
import { type Choice, signRuleOf } from "./sign-rule.js";
import type { DiscreteState, System } from "./system.js";

/** Shown by what the map makes of a sign, or by listing what it can give. */
export function givesValuesOnly({ model }: System, s: DiscreteState): boolean {
  const { map } = s;
  if (map === undefined) return true;
  const allowed = (c: Choice): boolean => c === "keep" || s.values.some((v) => equalR(v, c));
  return (
    isListed(s, map) ||
    decisions(map).some((quantity) => {
      const rule = signRuleOf(model, s, map, quantity);
      return rule !== undefined && [rule.positive, rule.zero, rule.negative].every(allowed);
    })
  );
}

/** The quantities whose sign the map asks for. */
function decisions(e: Expr): Expr[] {
  if (e.kind === "unary" && (e.fn === "sign" || e.fn === "step")) return [e.arg];
  if (e.kind === "where")
    return [...e.condition.all.map((c) => sub2(c.left, c.right)), ...decisions(e.then), ...decisions(e.else)];
  return e.kind === "add" || e.kind === "mul" ? children(e).flatMap(decisions) : [];
}

function isListed(s: DiscreteState, map: Expr): boolean {
  if (map.kind === "where") return isListed(s, map.then) && isListed(s, map.else);
  if (map === at(s.symbol, s.over)) return true;
  return outcomes(map)?.every((x) => s.values.some((v) => equalR(v, x))) ?? false;
}

/** Numbers of which the expression takes some; undefined where they are not finitely many in sight. */
function outcomes(e: Expr): readonly Rational[] | undefined {
  const number = asRational(e);
  if (number !== undefined) return [number];
  if (e.kind === "unary" && e.fn === "sign") return [MINUS_ONE, ZERO, ONE];
  if (e.kind === "unary" && e.fn === "step") return [ZERO, ONE];
  if (e.kind === "where") return listed([outcomes(e.then), outcomes(e.else)])?.flat();
  if (e.kind === "add") return combined(e.terms, ZERO, addR);
  if (e.kind === "mul") return combined(e.factors, ONE, mulR);
  return undefined;
}

/** Few enough to be listed. */
const MOST = 64;

/** Every value of each part combined with every value of the others. */
function combined(
  parts: readonly Expr[],
  start: Rational,
  join: (a: Rational, b: Rational) => Rational,
): readonly Rational[] | undefined {
  const each = listed(parts.map(outcomes));
  const count = each?.reduce((n, x) => n * x.length, 1);
  if (each === undefined || count! > MOST) return undefined;
  return each.reduce<readonly Rational[]>(
    (all, xs) => all.flatMap((a) => xs.map((x) => join(a, x))),
    [start],
  );
}

const listed = <T>(parts: readonly (T | undefined)[]): readonly T[] | undefined =>
  parts.every((x) => x !== undefined) ? (parts as readonly T[]) : undefined;
