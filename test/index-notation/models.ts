/** The Lagrangians, activations and Hessians of the literature, built by hand through the constructors. */
import {
  add,
  at,
  binder,
  delta,
  dim,
  dimensionName,
  div,
  type Expr,
  type Index,
  index,
  mul,
  namingOf,
  neg,
  num,
  power,
  softmax,
  sqrt,
  square,
  sub,
  sub2,
  sum,
  TRUE,
  tensorSymbol,
  unary,
} from "../../src/index-notation/index.js";

const N_v = dimensionName("N_v");
const N_h = dimensionName("N_h");
const positive = { low: { n: 0n, d: 1n }, lowOpen: true };
export const [i, j, mu, nu] = [index("i", N_v), index("j", N_v), index("mu", N_h), index("nu", N_h)];
const spec = { parameter: "parameter", state: "state", activation: "activation" } as const;
const vector = (name: string, role: keyof typeof spec, d = N_v) => tensorSymbol({ name, role, dims: [d] });
const scalarSymbol = (name: string, bounds = {}) => tensorSymbol({ name, role: "parameter", bounds });

export const [v, g, h, f] = [
  vector("v", "state"),
  vector("g", "activation"),
  vector("h", "state", N_h),
  vector("f", "activation", N_h),
];
export const [p, offset] = [vector("p", "parameter"), vector("b", "parameter")];
export const Xi = tensorSymbol({ name: "Xi", role: "parameter", dims: [N_h, N_v] });
const scalars = [
  scalarSymbol("beta", positive),
  scalarSymbol("gamma", positive),
  scalarSymbol("eps", positive),
  scalarSymbol("n"),
];
export const [beta, gamma, eps, n] = scalars.map((s) => at(s, [])) as [Expr, Expr, Expr, Expr];
export const symbols = [v, g, h, f, p, offset, Xi, ...scalars];

export const naming = namingOf(
  [i, j, mu, nu],
  ["v", "g", "h", "f", "p", "b", "Xi", "beta", "gamma", "eps", "n", "N_v", "N_h"],
);

const over = (list: Index[], body: Expr): Expr => sum(list, TRUE, body);
const logsumexp = (k: Index, body: Expr): Expr => binder("logsumexp", [k], TRUE, body);
const mean = div(over([i], at(v, [i])), dim(N_v));
const variance = div(over([i], square(sub2(at(v, [i]), mean))), dim(N_v));
const spread = sqrt(add([variance, eps]));
const overlap = (k: Index): Expr => over([i], mul([at(Xi, [k, i]), at(g, [i])]));
const exponent = (k: Index): Expr => mul([beta, at(h, [k])]);
const soft = (k: Index): Expr => softmax(nu, TRUE, exponent(nu), sub(k));
const norm = sqrt(over([i], square(at(v, [i]))));
const normBy = (k: Index): Expr => sqrt(over([k], square(at(v, [k]))));

/** Name → expression, over the free indices that the expression shows. */
export const MODELS: Readonly<Record<string, Expr>> = {
  "A: visible Lagrangian": over([i], unary("logcosh", at(v, [i]))),
  "A: visible activation": unary("tanh", at(v, [i])),
  "A: visible Hessian": mul([delta(sub(i), sub(j)), square(unary("sech", at(v, [i])))]),
  "A: hidden Lagrangian": div(over([mu], power(unary("relu", at(h, [mu])), n)), n),
  "A: hidden activation": power(unary("relu", at(h, [mu])), sub2(n, num(1))),
  "A: hidden Hessian": mul([
    delta(sub(mu), sub(nu)),
    sub2(n, num(1)),
    power(unary("relu", at(h, [mu])), sub2(n, num(2))),
  ]),
  "B: visible Lagrangian": div(over([i], square(at(v, [i]))), num(2)),
  "B: hidden Lagrangian": div(logsumexp(mu, exponent(mu)), beta),
  "B: hidden activation": soft(mu),
  "B: hidden Hessian": mul([beta, sub2(mul([delta(sub(mu), sub(nu)), soft(mu)]), mul([soft(mu), soft(nu)]))]),
  "B: synapse": neg(over([mu, i], mul([at(f, [mu]), at(Xi, [mu, i]), at(g, [i])]))),
  "B: energy": add([
    div(over([i], square(at(v, [i]))), num(2)),
    over([mu], mul([at(h, [mu]), soft(mu)])),
    neg(div(logsumexp(mu, exponent(mu)), beta)),
    neg(over([mu, i], mul([soft(mu), at(Xi, [mu, i]), at(v, [i])]))),
  ]),
  "B: reduced energy": sub2(
    div(over([i], square(at(g, [i]))), num(2)),
    div(logsumexp(mu, mul([beta, overlap(mu)])), beta),
  ),
  "B: reduced dynamics": add([
    neg(at(v, [i])),
    over(
      [mu],
      mul([
        at(Xi, [mu, i]),
        softmax(nu, TRUE, mul([beta, over([j], mul([at(Xi, [nu, j]), at(v, [j])]))]), sub(mu)),
      ]),
    ),
  ]),
  "C: visible Lagrangian": norm,
  "C: visible activation": div(at(v, [i]), normBy(j)),
  "C: visible Hessian": sub2(
    div(delta(sub(i), sub(j)), norm),
    div(mul([at(v, [i]), at(v, [j])]), power(norm, num(3))),
  ),
  "C: hidden Lagrangian": over([mu], div(power(unary("relu", at(h, [mu])), num(3)), num(3))),
  "C: hidden activation": square(unary("relu", at(h, [mu]))),
  "layernorm: Lagrangian": add([
    mul([dim(N_v), gamma, spread]),
    over([i], mul([at(offset, [i]), at(v, [i])])),
  ]),
  "layernorm: activation": add([div(mul([gamma, sub2(at(v, [i]), mean)]), spread), at(offset, [i])]),
  "layernorm: Hessian": mul([
    gamma,
    sub2(
      div(sub2(delta(sub(i), sub(j)), div(num(1), dim(N_v))), spread),
      div(mul([sub2(at(v, [i]), mean), sub2(at(v, [j]), mean)]), mul([dim(N_v), power(spread, num(3))])),
    ),
  ]),
  "Hebb: Lagrangian": div(over([mu], square(overlap(mu))), mul([num(2), dim(N_h)])),
  "Hebb: coupling": div(over([mu], mul([at(Xi, [mu, i]), at(Xi, [mu, j])])), dim(N_h)),
  "Hebb: diagonal": div(over([mu], square(at(Xi, [mu, i]))), dim(N_h)),
};
