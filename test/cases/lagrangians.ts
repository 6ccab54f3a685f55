/** The name of a Lagrangian case comes in; the Lagrangian in our language goes out. */
import type { Case } from "./am-cases.js";

interface Written {
  /** Matched against the case's name. */
  readonly name: RegExp;
  readonly lagrangian: string;
  /** Values of parameters that a case may leave out. */
  readonly defaults?: Readonly<Record<string, number>>;
}

const VARIANCE = "sum(i, (x[i] - sum(j, x[j])/N)^2)/N";

/** The Lagrangians of HAMUX and of Krotov & Hopfield, and two that are no Lagrangians of an associative memory. */
const WRITTEN: readonly Written[] = [
  { name: /^identity/, lagrangian: "sum(i, x[i]^2)/2" },
  { name: /^(repu|relu)/, lagrangian: "sum(i, relu(x[i])^n)/n", defaults: { n: 2 } },
  { name: /^rexp/, lagrangian: "sum(i, exp(beta*relu(x[i]))/beta - relu(x[i]))", defaults: { beta: 1 } },
  { name: /^exp/, lagrangian: "sum(i, exp(beta*x[i]))/beta", defaults: { beta: 1 } },
  { name: /^tanh|^log ?cosh/, lagrangian: "sum(i, logcosh(beta*x[i]))/beta", defaults: { beta: 1 } },
  { name: /^sigmoid|^softplus/, lagrangian: "sum(i, softplus(beta*x[i]))/beta", defaults: { beta: 1 } },
  { name: /^softmax/, lagrangian: "logsumexp(i, beta*x[i])/beta", defaults: { beta: 1 } },
  {
    name: /^layer ?norm/,
    lagrangian: `N*gamma*sqrt(${VARIANCE} + eps) + sum(i, delta[i]*x[i])`,
    defaults: { gamma: 1, eps: 0 },
  },
  {
    name: /^spherical/,
    lagrangian: "gamma*sqrt(sum(i, x[i]^2) + eps) + sum(i, delta[i]*x[i])",
    defaults: { gamma: 1, eps: 0 },
  },
  { name: /^cubic-saturating/, lagrangian: "sum(i, x[i]^2/2 - x[i]^4/4)" },
  { name: /^gelu/, lagrangian: "sum(i, integral(s, 0, x[i], s*(1 + erf(s/sqrt(2)))/2))" },
];

export interface LagrangianModel {
  readonly lagrangian: string;
  readonly set: Readonly<Record<string, number>>;
  readonly delta: readonly number[];
}

/** The Lagrangian of a case with its parameters; undefined where the table has none. */
export function lagrangianOf(c: Case): LagrangianModel | undefined {
  const written = WRITTEN.find((w) => w.name.test(c.name));
  if (written === undefined) return undefined;
  const given = Object.entries(c.parameters).filter(([, v]) => typeof v === "number");
  const all = { ...written.defaults, ...(Object.fromEntries(given) as Record<string, number>) };
  const set = Object.fromEntries(Object.entries(all).filter(([n]) => mentions(written.lagrangian, n)));
  const size = (c.inputs.x as readonly number[]).length;
  const delta = (c.parameters.delta as readonly number[] | undefined) ?? new Array(size).fill(0);
  return { lagrangian: written.lagrangian, set, delta };
}

const mentions = (text: string, name: string): boolean => new RegExp(`\\b${name}\\b`).test(text);
