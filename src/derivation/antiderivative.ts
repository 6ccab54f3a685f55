/** A function of one variable comes in; an antiderivative in closed form, verified by differentiation, goes out. */
import { differentiate } from "../calculus/index.js";
import {
  add,
  div,
  type Expr,
  half,
  isZero,
  mul,
  type Node,
  node,
  num,
  one,
  power,
  square,
  sub2,
  substituteTensor,
  symbolsOf,
  type TensorSymbol,
  tensorSymbol,
  type Unary,
  unary,
} from "../index-notation/index.js";
import { expand, identity, simplify } from "../rewrite/index.js";
import { antiderivativeCandidates } from "../scalar-algebra/index.js";

type Variable = TensorSymbol;

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
  log: (x) => sub2(mul([x, unary("log", x)]), x),
  erfc: (x) =>
    sub2(mul([x, unary("erfc", x)]), div(unary("exp", mul([num(-1), square(x)])), power(node.pi(), half))),
  asinh: (x) => sub2(mul([x, unary("asinh", x)]), power(add([one, square(x)]), half)),
  atanh: (x) => add([mul([x, unary("atanh", x)]), mul([half, unary("log", sub2(one, square(x)))])]),
  sech: (x) => mul([num(2), unary("atan", unary("tanh", mul([half, x])))]),
  sign: (x) => unary("abs", x),
  atan: (x) => add([mul([x, unary("atan", x)]), mul([num(-1), half, unary("log", add([one, square(x)]))])]),
  erf: (x) =>
    add([mul([x, unary("erf", x)]), div(unary("exp", mul([num(-1), square(x)])), power(node.pi(), half))]),
};

/** An antiderivative of f in s by the table and the rules of this file, verified by differentiation, or undefined. */
export function antiderivative(f: Expr, s: Variable): Expr | undefined {
  const found = termsOf(expand(f)).map((t) => antiderivativeOfTerm(t, s));
  if (found.some((t) => t === undefined)) return undefined;
  const total = add(found as Expr[]);
  return isDerivative(differentiate(total, s), f) ? total : undefined;
}

/** The same, and where the rules find none, the first answer of the external engines that is verified. */
export const antiderivativeByAnyMeans = (f: Expr, s: Variable): Expr | undefined =>
  antiderivative(f, s) ??
  antiderivativeCandidates(f, s).find((candidate) => isDerivative(differentiate(candidate, s), f));

const isDerivative = (d: Expr, f: Expr): boolean => identity(d, f) !== undefined;

const termsOf = (e: Expr): readonly Expr[] => (e.kind === "add" ? e.terms : [e]);

function antiderivativeOfTerm(t: Expr, s: Variable): Expr | undefined {
  const factors = t.kind === "mul" ? t.factors : [t];
  const constant = mul(factors.filter((f) => !symbolsOf(f).has(s)));
  const rest = factors.filter((f) => symbolsOf(f).has(s));
  if (rest.length === 0) return mul([constant, node.tensor(s, [])]);
  const primitive =
    (rest.length === 1 ? ofOneFactor(rest[0]!, s) : undefined) ?? bySubstitution(rest, s) ?? special(rest, s);
  return primitive === undefined ? undefined : mul([constant, primitive]);
}

/** ∫ F(u(s))·u′(s)·c, where F(u) is one of the factors. */
function bySubstitution(factors: readonly Expr[], s: Variable): Expr | undefined {
  for (const f of factors) {
    const u = f.kind === "power" ? f.base : f.kind === "unary" ? f.arg : f;
    const others = mul(factors.filter((g) => g !== f));
    const ratio = simplify(div(others, simplify(differentiate(u, s))));
    if (symbolsOf(ratio).has(s)) continue;
    const t = tensorSymbol({ name: "~u", role: "variable" });
    const ofT =
      f.kind === "power"
        ? power(node.tensor(t, []), f.exponent)
        : f.kind === "unary"
          ? unary(f.fn, node.tensor(t, []))
          : node.tensor(t, []);
    const primitive = symbolsOf(ofT).has(s) ? undefined : ofOneFactor(ofT, t);
    if (primitive !== undefined) return mul([ratio, substituteTensor(primitive, t, () => u)]);
  }
  return undefined;
}

/** Products of the field that no rule above reaches: x/(c + |x|) (softsign), and x·erf(kx) (in GELU). */
function special(factors: readonly Expr[], s: Variable): Expr | undefined {
  const x = node.tensor(s, []);
  const other = factors.find((f) => f !== x);
  if (factors.length !== 2 || !factors.includes(x) || other === undefined) return undefined;
  if (other.kind === "unary" && other.fn === "erf") return ofGaussian(other.arg, s);
  const size = unary("abs", x);
  if (other.kind !== "power" || !isZero(add([other.exponent, one]))) return undefined;
  const slope = simplify(differentiate(other.base, s));
  const k = simplify(div(slope, unary("sign", x)));
  if (symbolsOf(k).has(s)) return undefined;
  const c = simplify(sub2(other.base, mul([k, size])));
  // x/(c + k|x|) = sign(x)(1 − c/(c + k|x|))/k
  return symbolsOf(c).has(s) ? undefined : div(sub2(size, mul([div(c, k), unary("log", other.base)])), k);
}

/** ∫ x·erf(kx) = x²erf(kx)/2 + x·exp(−k²x²)/(2k√π) − erf(kx)/(4k²) */
function ofGaussian(arg: Expr, s: Variable): Expr | undefined {
  const x = node.tensor(s, []);
  const k = simplify(div(arg, x));
  if (symbolsOf(k).has(s)) return undefined;
  const bell = unary("exp", mul([num(-1), square(arg)]));
  return add([
    mul([half, square(x), unary("erf", arg)]),
    div(mul([half, x, bell]), mul([k, power(node.pi(), half)])),
    mul([num(-1), div(unary("erf", arg), mul([num(4), square(k)]))]),
  ]);
}

/** ∫ of a power of an argument linear in s, of relu or of abs of one, or of a table function of one. */
function ofOneFactor(f: Expr, s: Variable): Expr | undefined {
  const [base, exponent] = f.kind === "power" ? [f.base, f.exponent] : [f, one];
  if (symbolsOf(exponent).has(s)) return undefined;
  const kinked = base.kind === "unary" && (base.fn === "relu" || base.fn === "abs") ? base : undefined;
  const arg = kinked?.arg ?? (f.kind === "power" || f.kind === "tensor" ? base : undefined);
  if (arg !== undefined) return ofPower(kinked, arg, exponent, s);
  if (base.kind !== "unary") return undefined;
  if (base.fn === "sech" && isZero(sub2(exponent, num(2))))
    return ofLinear(unary("tanh", base.arg), base.arg, s);
  const primitive = TABLE[base.fn];
  return primitive === undefined || f.kind === "power"
    ? undefined
    : ofLinear(primitive(base.arg), base.arg, s);
}

/** A primitive in u, divided by the slope of u, which must be constant. */
function ofLinear(primitive: Expr, u: Expr, s: Variable): Expr | undefined {
  const slope = differentiate(u, s);
  return symbolsOf(slope).has(s) || isZero(slope) ? undefined : div(primitive, slope);
}

function ofPower(kinked: Node<"unary"> | undefined, u: Expr, p: Expr, s: Variable): Expr | undefined {
  const raised = add([p, one]);
  if (isZero(raised)) return kinked === undefined ? ofLinear(unary("log", unary("abs", u)), u, s) : undefined;
  // ∫|u|^p = u|u|^p/(p + 1)
  const primitive = kinked?.fn === "abs" ? mul([u, power(kinked, p)]) : power(kinked ?? u, raised);
  return ofLinear(div(primitive, raised), u, s);
}
