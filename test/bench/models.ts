/** Sizes come in, requests for the fields of the literature with random data go out; tests and benchmarks share them. */
import {
  at,
  dimensionName,
  type Expr,
  type Index,
  index,
  mul,
  softmax,
  sub,
  sub2,
  sum,
  TRUE,
  tensorSymbol,
  unary,
} from "../../src/index-notation/index.js";
import type { EntryRequest, ProgramRequest } from "../../src/lower/index.js";

const [N_v, N_h] = [dimensionName("N_v"), dimensionName("N_h")];
export const [i, j] = [index("i", N_v), index("j", N_v)];
export const [mu, nu] = [index("mu", N_h), index("nu", N_h)];
export const v = tensorSymbol({ name: "v", role: "state", dims: [N_v] });
export const h = tensorSymbol({ name: "h", role: "state", dims: [N_h] });
export const Xi = tensorSymbol({ name: "Xi", role: "parameter", dims: [N_h, N_v] });
export const beta = tensorSymbol({ name: "beta", role: "parameter" });

export const over = (k: Index, e: Expr): Expr => sum([k], TRUE, e);
export const memory = (m: Index, k: Index): Expr => at(Xi, [m, k]);
export const inverseTemperature = at(beta, []);

const share = (m: Index): Expr => softmax(nu, TRUE, mul([inverseTemperature, at(h, [nu])]), sub(m));

/** dv/dt and dh/dt of the full two-layer network: tanh visible, softmax hidden units, unit time constants. */
export const TWO_LAYER: EntryRequest = {
  name: "rhs",
  outputs: [
    { name: "v", over: [i], value: sub2(over(mu, mul([memory(mu, i), share(mu)])), at(v, [i])) },
    {
      name: "h",
      over: [mu],
      value: sub2(over(i, mul([memory(mu, i), unary("tanh", at(v, [i]))])), at(h, [mu])),
    },
  ],
};

const overlap = (m: Index): Expr => mul([inverseTemperature, over(j, mul([memory(m, j), at(v, [j])]))]);

/** Softmax of the overlaps with all memories. */
export const WEIGHTS = softmax(nu, TRUE, overlap(nu), sub(mu));

/** `-v[i] + sum(mu, Xi[mu,i]*softmax(nu, beta*sum(j, Xi[nu,j]*v[j]))[mu])` */
export const REDUCED: EntryRequest = {
  name: "reduced",
  outputs: [
    {
      name: "v",
      over: [i],
      value: sub2(over(mu, mul([memory(mu, i), WEIGHTS])), at(v, [i])),
    },
  ],
};

/** Reproducible numbers in (-1, 1). */
export function numbers(count: number, seed = 1): Float64Array {
  let s = seed;
  return Float64Array.from({ length: count }, () => {
    s = (Math.imul(s, 1664525) + 1013904223) | 0;
    return s / 2 ** 31;
  });
}

export function request(nv: number, nh: number, entries: readonly EntryRequest[]): ProgramRequest {
  return {
    entries,
    states: [
      { symbol: v, offset: 0 },
      { symbol: h, offset: nv },
    ],
    parameters: new Map([
      [Xi, numbers(nv * nh)],
      [beta, Float64Array.of(2)],
    ]),
    inputs: new Map(),
    dimensions: new Map([
      ["N_v", nv],
      ["N_h", nh],
    ]),
  };
}
