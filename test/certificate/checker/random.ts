/** Seeded random expressions in the language, and random worlds to evaluate them in. */
import type { Declarations } from "../../../src/certificate/checker/format.js";
import type { World } from "./numeric.js";

/** Mulberry32: a small generator with a 32-bit seed. */
export function generator(seed: number): () => number {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export const DECLARATIONS: Declarations = {
  indices: { i: "N", j: "N", k: "N", mu: "M", c: "3" },
  symbols: {
    x: { over: ["i"] },
    h: { over: ["mu"] },
    z: { over: ["c"] },
    J: { over: ["i", "j"] },
    u: { over: [] },
    v: { over: [] },
    p: { over: [], low: "0", lowOpen: true },
    q: { over: [], low: "0", high: "1" },
    n: { over: [], low: "1", lowOpen: true },
    m: { over: [], low: "0", integer: true },
  },
};

const NUMBERS = ["0", "1", "2", "3", "1/2", "0.1", "4", "-1", "5/3"];
const FUNCTIONS = (
  "exp log abs sign sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh sech relu step " +
  "sigmoid softplus logcosh sqrt"
).split(" ");

export function randomExpression(random: () => number, depth: number, bound: readonly string[] = []): string {
  const pick = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)]!;
  const inner = (more: readonly string[] = []): string =>
    randomExpression(random, depth - 1, [...bound, ...more]);
  const overN = bound.filter((b) => "ijk".includes(b));
  const leaf = (): string => {
    const options = ["u", "v", "u", "v", "p", "q", "z[0]", "z[1]", pick(NUMBERS), pick(NUMBERS), "N"];
    if (overN.length > 0)
      options.push(
        `x[${pick(overN)}]`,
        `x[${pick(overN)}]`,
        `J[${pick(overN)},${pick(overN)}]`,
        `x[${pick(overN)} + 1]`,
      );
    if (bound.includes("mu")) options.push("h[mu]", "h[mu]");
    if (overN.length > 1) options.push(`delta[${overN[0]},${overN[1]}]`);
    return pick(options);
  };
  if (depth <= 0) return leaf();
  const free = ["i", "j", "k", "mu"].filter((b) => !bound.includes(b));
  const kind = Math.floor(random() * 16);
  if (kind < 3) return `(${inner()} ${pick(["+", "-"])} ${inner()})`;
  if (kind < 5) return `(${inner()})*(${inner()})`;
  if (kind < 6) return `(${inner()})/(${inner()})`;
  if (kind < 8)
    return `(${inner()})^(${pick(["2", "3", "-1", "1/2", "-2", "4", "3/2", "n", "m", "q", "p", "-1/2"])})`;
  if (kind < 11) return `${pick(FUNCTIONS)}(${inner()})`;
  if (kind === 11) return `${pick(["max", "min"])}(${inner()} + 0, ${inner()})`;
  if (kind === 12) return `where(${inner()} ${pick(["<", "<=", ">"])} ${inner()}, ${inner()}, ${inner()})`;
  if (kind === 13 && free.length > 0) {
    const b = pick(free);
    return `${pick(["sum", "sum", "sum", "logsumexp", "max", "min", "prod"])}(${b}, ${inner([b])})`;
  }
  if (kind === 14 && free.length > 0) {
    const b = pick(free.filter((f) => f !== "mu").length > 0 ? free.filter((f) => f !== "mu") : free);
    return `sum(${b}, ${inner([b])}*(${inner([b])}))`;
  }
  if (kind === 15 && overN.length > 0 && free.some((f) => "ijk".includes(f))) {
    const b = free.find((f) => "ijk".includes(f))!;
    return `softmax(${b}, ${inner([b])})[${pick(overN)}]`;
  }
  return leaf();
}

export function randomWorld(random: () => number, size = 3): World {
  const value = (): number => {
    const x = random();
    if (x < 0.08) return 0;
    if (x < 0.14) return 1;
    return (random() - 0.5) * (x < 0.5 ? 2 : x < 0.9 ? 6 : 40);
  };
  const vector = (n: number): number[] => Array.from({ length: n }, value);
  const [N, M] = [1 + Math.floor(random() * size), 1 + Math.floor(random() * size)];
  return {
    dimensions: { N, M },
    indices: {},
    values: {
      x: vector(N),
      h: vector(M),
      z: vector(3),
      J: Array.from({ length: N }, () => vector(N)),
      u: value(),
      v: value(),
      p: Math.abs(value()) + 1e-3,
      q: random() < 0.2 ? Math.round(random()) : random(),
      n: 1.001 + 3 * random(),
      m: Math.floor(random() * 4),
    },
  };
}
