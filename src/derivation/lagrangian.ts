/** A layer comes in; its Lagrangian goes out: as declared, or found from an elementwise activation. */
import { differentiate } from "../calculus/index.js";
import {
  add,
  at,
  div,
  type Expr,
  half,
  integral,
  isZero,
  mul,
  node,
  num,
  one,
  power,
  square,
  substituteTensor,
  sum,
  symbolsOf,
  TRUE,
  tensorSymbol,
  type Unary,
  unary,
  zero,
} from "../index-notation/index.js";
import { fail, type Layer, ok, type Result } from "../model/index.js";
import { simplify } from "../rewrite/index.js";
import { lagrangianOfDual } from "./conjugate.js";
import { isElementwise } from "./elementwise.js";

/**
 * The Lagrangian as declared; for an elementwise activation its antiderivative, in closed form where the table
 * has it and as a quadrature otherwise. Fails, with a sentence, for what this version does not find.
 */
export function lagrangianOf(layer: Layer): Result<Expr> {
  const { generator } = layer;
  if (generator.kind === "lagrangian") return ok(generator.lagrangian);
  if (generator.kind === "dual") return lagrangianOfDual(layer, generator);
  return integrateActivation(layer, generator.function);
}

function integrateActivation(layer: Layer, activation: Expr): Result<Expr> {
  if (!isElementwise(activation, layer.state, layer.over))
    return fail({
      code: "collective-activation",
      message: `the activation of layer ${layer.name} couples its units; this version integrates elementwise activations only`,
      hint: "write the layer with a lagrangian, for instance logsumexp for softmax",
      ...(layer.span && { span: layer.span }),
    });
  const s = tensorSymbol({ name: "~s", role: "variable" });
  const ofS = substituteTensor(activation, layer.state, () => node.tensor(s, []));
  const x = at(layer.state, layer.over);
  const closed = antiderivative(ofS, s);
  const atX = (e: Expr): Expr => substituteTensor(e, s, () => x);
  return ok(sum(layer.over, TRUE, closed === undefined ? integral(s, zero, x, ofS) : atX(closed)));
}

/** ∫f for the activations of the field; each entry is checked by differentiation when it is used. */
const TABLE: { [F in Unary]?: (x: Expr) => Expr } = {
  tanh: (x) => unary("logcosh", x),
  sigmoid: (x) => unary("softplus", x),
  exp: (x) => unary("exp", x),
  sinh: (x) => unary("cosh", x),
  cosh: (x) => unary("sinh", x),
  sin: (x) => mul([num(-1), unary("cos", x)]),
  relu: (x) => mul([half, square(unary("relu", x))]),
  step: (x) => unary("relu", x),
  sign: (x) => unary("abs", x),
  atan: (x) => add([mul([x, unary("atan", x)]), mul([num(-1), half, unary("log", add([one, square(x)]))])]),
  erf: (x) =>
    add([mul([x, unary("erf", x)]), div(unary("exp", mul([num(-1), square(x)])), power(node.pi(), half))]),
};

/** An antiderivative of f in s, verified by differentiation, or undefined. */
export function antiderivative(f: Expr, s: ReturnType<typeof tensorSymbol>): Expr | undefined {
  const terms = f.kind === "add" ? f.terms : [f];
  const found = terms.map((t) => antiderivativeOfTerm(t, s));
  if (found.some((t) => t === undefined)) return undefined;
  const total = add(found as Expr[]);
  return isZero(simplify(add([differentiate(total, s), mul([num(-1), f])]))) ? total : undefined;
}

function antiderivativeOfTerm(t: Expr, s: ReturnType<typeof tensorSymbol>): Expr | undefined {
  const factors = t.kind === "mul" ? t.factors : [t];
  const constant = mul(factors.filter((f) => !symbolsOf(f).has(s)));
  const rest = factors.filter((f) => symbolsOf(f).has(s));
  if (rest.length === 0) return mul([constant, node.tensor(s, [])]);
  const primitive = rest.length === 1 ? ofOneFactor(rest[0]!, s) : undefined;
  return primitive === undefined ? undefined : mul([constant, primitive]);
}

/** ∫ of s^p, or of a table function of an argument linear in s. */
function ofOneFactor(f: Expr, s: ReturnType<typeof tensorSymbol>): Expr | undefined {
  const variable = node.tensor(s, []);
  const [base, exponent] = f.kind === "power" ? [f.base, f.exponent] : [f, one];
  if (symbolsOf(exponent).has(s)) return undefined;
  const raised = add([exponent, one]);
  if (base === variable || (base.kind === "unary" && base.fn === "relu" && base.arg === variable))
    return isZero(raised) ? undefined : div(power(base, raised), raised);
  if (base.kind !== "unary" || f.kind === "power") return undefined;
  const slope = differentiate(base.arg, s);
  const primitive = TABLE[base.fn];
  if (primitive === undefined || symbolsOf(slope).has(s) || isZero(slope)) return undefined;
  return div(primitive(base.arg), slope);
}
