/** A seed comes in; a random model of one or two layers, or of states, with sizes, data and points goes out. */
import type { NumericArray } from "../../src/arrays/index.js";
import type { Theory } from "../../src/derivation/index.js";
import { derive } from "../../src/derivation/index.js";
import { type ExportSource, exportSource } from "../../src/export/index.js";
import { ExpressionTooLarge } from "../../src/index-notation/index.js";
import { defineModel, type ModelSource } from "../../src/parser/index.js";
import { must } from "../cases/compiled.js";
import { isFull } from "../cases/runnable.js";
import { Chance } from "../index-notation/random-expression.js";

type Source = Omit<ModelSource, "legendre" | "name">;

/** Of one variable, `x`: convex ones of the literature, and others, with kinks and functions of every kind. */
const SCALAR = [
  "x^2/2",
  "logcosh(beta*x)/beta",
  "softplus(x)",
  "sqrt(1 + x^2)",
  "relu(x)^2/2",
  "relu(x)^3/3",
  "exp(x)",
  "x^4/4",
  "x*erf(x) + exp(-x^2)/sqrt(pi)",
  "abs(x)^(3/2)",
  "x*atan(x) - log(1 + x^2)/2",
  "cosh(x)",
  "x*asinh(x) - sqrt(1 + x^2)",
  "x^2 - cos(x)",
  "lgamma(2 + x^2)",
  "max(x, x^2/2)",
  "where(x > 1/2, x^2, x^2/2 + 1/8)",
  "x*sigmoid(x)",
  "x^2*erfc(x)",
  "-log(sech(x))",
  "x^2/(1 + abs(x))",
  "atan(x)^2 + x^2",
  "asin(tanh(x)/2)*x",
  "sinh(x)*tanh(x)",
  "integral(s, 0, x, tanh(s)*(2 + s)/(3 + s^2))",
  "gamma(2 + tanh(x))",
  "step(x)*x^2 + acos(x/(2 + x^2))",
] as const;

/** Of a whole layer over `i`, which stands for the layer's last index; `X` for its state there. */
const COLLECTIVE = [
  "logsumexp(i, beta*X)/beta",
  "sqrt(1 + sum(i, X^2))",
  "log(1 + sum(i, exp(X)))",
  "sum(i, X^2)/2 + sum(i, X)^2/4",
  "logsumexp(i, X) + sum(i, X^2)/4",
] as const;

const ONE_LAYER = [
  "-sum(i, j, g[i]*J[i,j]*g[j])/2",
  "-sum(i, I[i]*g[i])",
  "sum(i, w[i]*g[i]^3)/3",
  "-sum(mu, softplus(sum(i, Xi[mu,i]*g[i])))",
  "-logsumexp(mu, beta*sum(i, Xi[mu,i]*g[i]))/beta",
  "-sum(mu, sum(i, Xi[mu,i]*g[i])^3)/3",
  "sum(i, g[i]*g[mod(i + 1, N)])/2",
  "sum(i, j > i, cos(g[i] - g[j]))",
  "-sum(i, g[i]*g[i + 1])",
  "prod(i, 1 + g[i]^2/4)",
  "sum(i, where(g[i] > w[i], g[i]^2, w[i]*g[i]))",
  "sum(i, j, delta[i,j]*g[i]*g[j]) + pi*sum(i, g[i])/N",
  "-sum(mu, tanh(sum(i, Xi[mu,i]*relu(g[i]))))",
] as const;

const TWO_LAYERS = [
  "-sum(mu, i, f[mu]*Xi[mu,i]*g[i])",
  "-sum(mu, i, f[mu]*Xi[mu,i]*g[i]^2)/2",
  "-sum(mu, i, f[mu]^2*Xi[mu,i]*tanh(g[i]))",
  "sum(mu, f[mu]^2)*sum(i, w[i]*g[i])",
] as const;

const BATCHED = [
  "-sum(a, i, j, g[a,i]*J[i,j]*g[a,j])/2",
  "-sum(a, b, i, S[a,b]*g[a,i]*g[b,i])",
  "-sum(a, i, I[i]*g[a,i])",
  "-sum(a, logsumexp(b, beta*sum(i, g[a,i]*g[b,i])))/beta",
  "-sum(a, mu, relu(sum(i, Xi[mu,i]*g[a,i]))^2)/2",
] as const;

const DYNAMICS = [
  "-v[i] + tanh(sum(j, J[i,j]*v[j])) + I[i]",
  "sum(mu, Xi[mu,i]*softmax(nu, beta*sum(j, Xi[nu,j]*v[j]))[mu]) - v[i]",
  "-sin(v[i] - v[mod(i + 1, N)]) - u*w[i]",
  "v[i] - v[i]^3/3 - u + max(I[i], w[i])",
] as const;

const INDICES = { i: "N", j: "N", mu: "M", nu: "M", a: "K", b: "K" };

const PARAMETERS = {
  beta: { sign: "positive" },
  tau_h: { sign: "positive" },
  w: { over: ["i"] },
  Xi: { over: ["mu", "i"] },
  J: { over: ["i", "j"] },
  S: { over: ["a", "b"] },
} as const;

/** Those that the text of the rest mentions. */
function mentioned<T extends object>(all: T, rest: unknown): Partial<T> {
  const text = JSON.stringify(rest);
  const used = Object.entries(all).filter(([name]) => new RegExp(`\\b${name}\\b`).test(text));
  return Object.fromEntries(used) as Partial<T>;
}

function scalarLagrangian(chance: Chance, over: readonly string[], state: string): string {
  const x = `${state}[${over.join(",")}]`;
  const put = (f: string): string => f.replace(/\bx\b/g, x);
  const one = `sum(${over.join(", ")}, ${put(chance.pick(SCALAR))})`;
  return chance.chance(0.25) ? `${one} + sum(${over.join(", ")}, ${put(chance.pick(SCALAR))})/2` : one;
}

function lagrangian(chance: Chance, over: readonly string[], state: string): string {
  if (chance.chance(0.65)) return scalarLagrangian(chance, over, state);
  const last = over.at(-1)!;
  const body = chance
    .pick(COLLECTIVE)
    .replace(/\bi\b/g, last)
    .replace(/\bX\b/g, `${state}[${over.join(",")}]`);
  return over.length === 1 ? body : `sum(${over.slice(0, -1).join(", ")}, ${body})`;
}

function someOf(chance: Chance, terms: readonly string[], most: number): Record<string, string> {
  const chosen = chance.shuffle(terms).slice(0, chance.int(1, most));
  return Object.fromEntries(chosen.map((t, k) => [`s${k}`, t]));
}

function layered(chance: Chance): Source {
  const batched = chance.chance(0.15);
  const two = !batched && chance.chance(0.45);
  const over = batched ? ["a", "i"] : ["i"];
  const v = {
    over,
    lagrangian: lagrangian(chance, over, "v"),
    activation: "g",
    ...(chance.chance(0.3) && { tau: chance.pick(["2", "1 + w[i]^2"]) }),
    ...(chance.chance(0.2) && { mobility: `1 + tanh(v[${over.join(",")}])^2` }),
  };
  const h = { over: ["mu"], lagrangian: lagrangian(chance, ["mu"], "h"), activation: "f", tau: "tau_h" };
  const synapses = {
    ...someOf(chance, batched ? BATCHED : ONE_LAYER, two ? 1 : 2),
    ...(two && { dense: chance.pick(TWO_LAYERS) }),
  };
  return {
    layers: { v, ...(two && { h }) },
    synapses,
    ...(two && chance.chance(0.4) && { fast: ["h"] }),
  } as Source;
}

function ofStates(chance: Chance): Source {
  if (chance.chance(0.5))
    return {
      state: { v: { over: ["i"] }, u: {} },
      dynamics: { v: chance.pick(DYNAMICS), u: "-u + sum(i, w[i]*v[i])/N" },
    } as Source;
  const energy = `${scalarLagrangian(chance, ["i"], "v")} + ${chance.pick(ONE_LAYER).replace(/\bg\b/g, "v")}`;
  return { state: { v: { over: ["i"], tau: "2" } }, energy } as Source;
}

export function randomSource(seed: number): Source {
  const chance = new Chance(seed + 90_000);
  const body = chance.chance(0.85) ? layered(chance) : ofStates(chance);
  return {
    indices: INDICES,
    parameters: mentioned(PARAMETERS, body),
    inputs: mentioned({ I: { over: ["i"] } }, body),
    ...body,
  } as Source;
}

export interface RandomModel {
  readonly seed: number;
  readonly theory: Theory;
  readonly source: ExportSource;
  readonly options: Parameters<typeof exportSource>[1];
  readonly points: readonly { readonly state: Float64Array; readonly direction: Float64Array }[];
}

/** Values at which functions end, overflow, lose their relative accuracy or change sides. */
const EDGES = [0, -0, 1000, -1000, 5e-324, -5e-324, 1e-310, 1, -1, 30, -30, 0.5, 700, -700];

/** A defect that is open: deriving these two models, which have max(x, x^2/2) as Lagrangian, exhausts the stack. */
const NOT_DERIVED: ReadonlySet<number> = new Set([733, 901]);

/** Undefined where a derived expression grows too large, which is a refusal of its own. */
export function randomModel(seed: number): RandomModel | undefined {
  if (NOT_DERIVED.has(seed)) return undefined;
  try {
    return made(seed);
  } catch (error) {
    if (error instanceof ExpressionTooLarge) return undefined;
    throw error;
  }
}

function made(seed: number): RandomModel {
  const chance = new Chance(seed);
  const theory = must(
    derive(must(defineModel({ legendre: 1, name: `model-${seed}`, ...randomSource(seed) }))),
  );
  const sizes = { N: chance.pick([1, 2, 3, 5]), M: chance.pick([1, 2, 4]), K: chance.pick([1, 2]) };
  const normal = (): number => chance.next() + chance.next() + chance.next() + chance.next() - 2;
  const set = new Map(Object.entries(sizes).map(([n, value]) => [n, { value, source: "the test" }]));
  const arrays = new Map<string, { value: NumericArray; source: string }>();
  for (const [name, p] of [...theory.model.parameters, ...theory.model.inputs]) {
    const shape = p.over.map((i) => sizes[INDICES[i.name as keyof typeof INDICES] as keyof typeof sizes]);
    const size = shape.reduce((n, k) => n * k, 1);
    const positive = name === "beta" || name === "tau_h";
    const data = Float64Array.from({ length: size }, () => (positive ? 0.3 + Math.abs(normal()) : normal()));
    if (shape.length === 0) set.set(name, { value: data[0]!, source: "the test" });
    else arrays.set(name, { value: { shape, data }, source: "the test" });
  }
  const options = { set, arrays, seed, full: isFull(theory) };
  const source = must(exportSource(theory, options));
  const vector = (value: () => number): Float64Array => Float64Array.from({ length: source.size }, value);
  return {
    seed,
    theory,
    source,
    options,
    points: [
      { state: vector(normal), direction: vector(normal) },
      { state: vector(() => chance.pick(EDGES)), direction: vector(normal) },
      {
        state: vector(() => (chance.chance(0.3) ? chance.pick(EDGES) : normal())),
        direction: vector(normal),
      },
    ],
  };
}
