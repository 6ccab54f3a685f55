/** One expression for every rewrite rule, by rule name, on which the rule must fire. */
import {
  add,
  at,
  binder,
  delta,
  div,
  type Expr,
  extremum,
  type Index,
  index,
  minusOne,
  mul,
  num,
  power,
  softmax,
  square,
  sub,
  sub2,
  sum,
  type TensorSymbol,
  TRUE,
  tensor,
  unary,
} from "../../src/index-notation/index.js";
import { SYMBOLS } from "../index-notation/random-expression.js";

const symbol = (name: string): TensorSymbol => SYMBOLS.find((s) => s.name === name)!;
const [v, p] = [symbol("v"), symbol("p")];
const [x, beta, unit] = ["x", "beta", "unit"].map((n) => tensor(symbol(n))) as [Expr, Expr, Expr];
const over = (name: string): Index => index(name, v.dims[0]!);
const [i, j, a, b] = ["i", "j", "a", "b"].map(over) as [Index, Index, Index, Index];

const vi = at(v, [i]);
const exp = (e: Expr): Expr => unary("exp", e);

export const EXAMPLES: Readonly<Record<string, Expr>> = {
  "log-cosh": unary("log", unary("cosh", x)),
  "log-sech": unary("log", unary("sech", x)),
  "log-sigmoid": unary("log", unary("sigmoid", x)),
  "log-one-minus-sigmoid": unary("log", sub2(num(1), unary("sigmoid", x))),
  "log-sum-exp": unary("log", sum([b], TRUE, exp(mul([beta, at(v, [b])])))),
  "log-add-exp": unary("log", add([exp(x), exp(vi)])),
  "log-product": unary("log", mul([beta, unary("abs", x)])),
  "log-power": unary("log", power(beta, x)),
  "log-absolute-power": unary("log", square(x)),
  logistic: power(add([num(1), exp(x)]), minusOne),
  "logistic-exp": mul([exp(x), unary("sigmoid", mul([minusOne, x]))]),
  "softmax-quotient": div(exp(mul([beta, vi])), sum([b], TRUE, exp(mul([beta, at(v, [b])])))),
  "softmax-difference": exp(sub2(vi, binder("logsumexp", [b], TRUE, at(v, [b])))),
  "softmax-total": sum([b], TRUE, softmax(a, TRUE, at(v, [a]), sub(b))),
  sech: power(unary("cosh", x), num(-2)),
  tanh: mul([unary("sinh", x), unary("sech", x)]),
  tan: mul([unary("sin", x), power(unary("cos", x), minusOne)]),
  "tanh-sech": sub2(num(1), square(unary("tanh", x))),
  "sin-cos": add([square(unary("sin", x)), square(unary("cos", x))]),
  relu: extremum("min", [x, num(1)]),
  "relu-step": mul([power(unary("relu", x), num(2)), unary("step", x)]),
  "abs-sign": mul([power(unary("abs", x), num(3)), unary("sign", x)]),
  "relu-step-open": mul([power(unary("relu", x), sub2(beta, num(2))), unary("step", x)]),
  "value-relu": mul([x, power(unary("relu", x), num(2))]),
  "value-step": mul([x, unary("step", x)]),
  "value-sign": mul([x, unary("sign", x)]),
  "delta-substitution": mul([delta(sub(i), sub(j)), at(v, [j]), at(p, [i])]),
  cancel: add([mul([sub2(num(1), unit), vi]), x, mul([num(-1), vi])]),
  "softplus-reflection": unary("softplus", mul([minusOne, x])),
  "sigmoid-reflection": unary("sigmoid", mul([minusOne, x])),
  "common-factor": mul([x, add([mul([beta, vi]), mul([beta, unit])])]),
};
