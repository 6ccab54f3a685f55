/** An expression and the spelling of its atoms come in; the same in the language of Brian2's equations goes out. */
import {
  type Expr,
  evaluateD,
  type Kind,
  type Node,
  type Rational,
  toNumber,
  type Unary,
} from "../../index-notation/index.js";
import { float } from "../python/printer.js";

/** Functions that equations of Brian2 have, or that follow from those without overflow. */
const FUNCTIONS: { readonly [F in Unary]?: (x: string) => string } = {
  exp: (x) => `exp(${x})`,
  log: (x) => `log(${x})`,
  abs: (x) => `abs(${x})`,
  sign: (x) => `sign(${x})`,
  sin: (x) => `sin(${x})`,
  cos: (x) => `cos(${x})`,
  tan: (x) => `tan(${x})`,
  asin: (x) => `arcsin(${x})`,
  acos: (x) => `arccos(${x})`,
  atan: (x) => `arctan(${x})`,
  sinh: (x) => `sinh(${x})`,
  cosh: (x) => `cosh(${x})`,
  tanh: (x) => `tanh(${x})`,
  sech: (x) => `(2.0*exp(-abs(${x}))/(1.0 + exp(-2.0*abs(${x}))))`,
  relu: (x) => `clip(${x}, 0.0, inf)`,
  step: (x) => `int(${x} > 0.0)`,
  sigmoid: (x) => `(exp(clip(${x}, -inf, 0.0))/(1.0 + exp(-abs(${x}))))`,
  softplus: (x) => `(clip(${x}, 0.0, inf) + log1p(exp(-abs(${x}))))`,
  logcosh: (x) =>
    `(int(abs(${x}) > 0.75)*(abs(${x}) + log1p(exp(-2.0*abs(${x}))) - 0.6931471805599453) + int(abs(${x}) <= 0.75)*log1p(2.0*sinh(0.5*clip(${x}, -1.0, 1.0))**2))`,
};

/** Nodes whose value at a unit follows from the values of their parts at the same unit. */
export type Elementwise = "number" | "pi" | "dimension" | "add" | "mul" | "power" | "unary" | "extremum";

/** Undefined for what equations cannot say of one unit, which the caller then spells as an atom. */
export const isElementwise = (e: Expr): e is Extract<Expr, { kind: Elementwise }> =>
  e.kind === "unary" ? FUNCTIONS[e.fn] !== undefined : ELEMENTWISE.has(e.kind);

const ELEMENTWISE: ReadonlySet<Kind> = new Set<Elementwise>([
  "number",
  "pi",
  "dimension",
  "add",
  "mul",
  "power",
  "extremum",
]);

/** Compound texts stand in parentheses. */
export function equationText(
  e: Expr,
  atom: (e: Expr) => string,
  dimensions: ReadonlyMap<string, number>,
): string {
  const text = (x: Expr): string => {
    if (!isElementwise(x)) return atom(x);
    return (rules[x.kind] as (x: Expr) => string)(x);
  };
  const rules: { [K in Elementwise]: (x: Node<K>) => string } = {
    number: (x) => number(toNumber(x.value)),
    pi: () => "pi",
    dimension: (x) => number(evaluateD(x.dim, dimensions)!),
    add: (x) => `(${x.terms.map(text).join(" + ")})`,
    mul: (x) => productText(x, text),
    power: (x) => powerText(x, text),
    unary: (x) => FUNCTIONS[x.fn]!(text(x.arg)),
    extremum: (x) =>
      x.args
        .map(text)
        .reduce((a, b) => (x.fn === "max" ? `clip(${a}, ${b}, inf)` : `clip(${a}, -inf, ${b})`)),
  };
  return text(e);
}

const number = (value: number): string => (value < 0 ? `(${float(value)})` : float(value));

function productText(e: Node<"mul">, text: (e: Expr) => string): string {
  const below = e.factors.filter(
    (f): f is Node<"power"> => exponentOf(f) !== undefined && exponentOf(f)!.n < 0n,
  );
  const above = e.factors.filter((f) => !below.includes(f as Node<"power">)).map(text);
  const top = above.length === 0 ? "1.0" : above.join("*");
  return `(${[top, ...below.map((f) => raised(text(f.base), negated(exponentOf(f)!)))].join("/")})`;
}

const exponentOf = (e: Expr): Rational | undefined =>
  e.kind === "power" && e.exponent.kind === "number" ? e.exponent.value : undefined;

const negated = (r: Rational): Rational => ({ n: -r.n, d: r.d });

function powerText(e: Node<"power">, text: (e: Expr) => string): string {
  const r = exponentOf(e);
  if (r === undefined) return `((${text(e.base)})**(${text(e.exponent)}))`;
  return r.n < 0n ? `(1.0/${raised(text(e.base), negated(r))})` : raised(text(e.base), r);
}

function raised(x: string, r: Rational): string {
  if (r.n === 1n && r.d === 1n) return x;
  if (r.n === 1n && r.d === 2n) return `sqrt(${x})`;
  return `((${x})**${r.d === 1n ? r.n : float(toNumber(r))})`;
}
