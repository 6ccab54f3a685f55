/**
 * A seed comes in; a random plain tree, an environment with random rational values, and what is needed to
 * build the tree through the smart constructors go out. Laws compare the two.
 */
import type { Environment, Scalar } from "../../src/index-notation/evaluate/index.js";
import {
  addD,
  type BinderOp,
  type Comparison,
  type Dimension,
  dimension,
  dimensionName,
  evaluateD,
  type Index,
  index,
  type Naming,
  namingOf,
  type Rational,
  rational,
  subD,
  type TensorSymbol,
  tensorSymbol,
  UNARY,
  type Unary,
} from "../../src/index-notation/index.js";

// ---- chance -------------------------------------------------------------------------------------------

/** A stream of random numbers that depends on nothing but the seed (mulberry32). */
export class Chance {
  #state: number;
  constructor(seed: number) {
    this.#state = (seed * 0x9e3779b1) | 0;
  }
  /** Uniform in [0, 1). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }
  /** An integer from low to high, both included. */
  int(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }
  chance(p: number): boolean {
    return this.next() < p;
  }
  pick<T>(items: readonly T[]): T {
    return items[this.int(0, items.length - 1)]!;
  }
  shuffle<T>(items: readonly T[]): T[] {
    const left = [...items];
    for (let k = left.length - 1; k > 0; k--) {
      const m = this.int(0, k);
      [left[k], left[m]] = [left[m]!, left[k]!];
    }
    return left;
  }
}

// ---- plain trees ----------------------------------------------------------------------------------------

/** Σ coefficient·index + constant, modulo a dimension if given. */
export interface PlainSub {
  readonly terms: readonly { readonly index: Index; readonly coefficient: number }[];
  readonly constant: number;
  readonly mod: Dimension | undefined;
}

export interface PlainTest {
  readonly op: Comparison | ">" | ">=";
  readonly left: Plain;
  readonly right: Plain;
}

/** Expressions as the generator sees them: no normal form, bound indices with names of their own. */
export type Plain =
  | { readonly kind: "number"; readonly value: Rational }
  | { readonly kind: "pi" }
  | { readonly kind: "dimension"; readonly dim: Dimension }
  | { readonly kind: "position"; readonly at: PlainSub }
  | { readonly kind: "tensor"; readonly symbol: TensorSymbol; readonly subs: readonly PlainSub[] }
  | { readonly kind: "add"; readonly args: readonly Plain[] }
  | { readonly kind: "mul"; readonly args: readonly Plain[] }
  | { readonly kind: "power"; readonly base: Plain; readonly exponent: Plain }
  | { readonly kind: "unary"; readonly fn: Unary; readonly arg: Plain }
  | { readonly kind: "polygamma"; readonly order: number; readonly arg: Plain }
  | { readonly kind: "extremum"; readonly fn: "max" | "min"; readonly args: readonly Plain[] }
  | {
      readonly kind: "where";
      readonly tests: readonly PlainTest[];
      readonly value: Plain;
      readonly otherwise: Plain;
    }
  | { readonly kind: "delta"; readonly left: PlainSub; readonly right: PlainSub }
  | {
      readonly kind: "binder";
      readonly op: BinderOp;
      readonly indices: readonly Index[];
      readonly tests: readonly PlainTest[];
      readonly body: Plain;
    }
  | {
      readonly kind: "softmax";
      readonly index: Index;
      readonly tests: readonly PlainTest[];
      readonly body: Plain;
      readonly at: PlainSub;
    }
  | {
      readonly kind: "integral";
      readonly variable: TensorSymbol;
      readonly lower: Plain;
      readonly upper: Plain;
      readonly body: Plain;
    }
  | { readonly kind: "root"; readonly variable: TensorSymbol; readonly body: Plain };

// ---- the declared world -----------------------------------------------------------------------------------

const N = dimensionName("N");
const M = dimensionName("M");
const THREE = dimension(3);
const P = subD(addD(N, M), dimension(1));
const DIMENSIONS = [N, M, THREE, P];

export const FREE: readonly Index[] = [index("i", N), index("j", N), index("mu", M)];
const OFFERED = [...FREE, index("nu", M), index("y", P), index("q", THREE)];

const r = (n: number): Rational => rational(n);
const parameter = (name: string, dims: readonly Dimension[], rest = {}): TensorSymbol =>
  tensorSymbol({ name, role: "parameter", dims, ...rest });
const state = (name: string, dims: readonly Dimension[], rest = {}): TensorSymbol =>
  tensorSymbol({ name, role: "state", dims, ...rest });

/** Symbols of every rank and with every kind of hypothesis. */
export const SYMBOLS: readonly TensorSymbol[] = [
  parameter("a", []),
  parameter("beta", [], { bounds: { low: r(0), lowOpen: true } }),
  parameter("c", [], { bounds: { low: r(0), lowOpen: false } }),
  parameter("neg", [], { bounds: { high: r(0), highOpen: true } }),
  parameter("unit", [], { bounds: { low: r(-1), lowOpen: false, high: r(1), highOpen: false } }),
  parameter("n", [], { bounds: { low: r(1), lowOpen: true }, integer: true }),
  state("x", []),
  state("v", [N]),
  state("h", [M]),
  parameter("p", [N], { bounds: { low: r(0), lowOpen: true, high: r(1), highOpen: true } }),
  parameter("k", [P]),
  parameter("q3", [THREE]),
  parameter("Xi", [M, N]),
  parameter("S", [N, N], { symmetric: true }),
  parameter("J", [N, N], { symmetric: true, hollow: true }),
  parameter("T", [N, N, M]),
];

/** The naming that a model with these declarations has. */
export const NAMING: Naming = namingOf(OFFERED, [...SYMBOLS.map((s) => s.name), "N", "M"]);
export const DECLARED: readonly Index[] = OFFERED;

// ---- environments -------------------------------------------------------------------------------------------

const hash = (text: string): number =>
  [...text].reduce((h, ch) => (Math.imul(h, 31) + ch.charCodeAt(0)) | 0, 7);

function entry(seed: number, s: TensorSymbol, at: readonly number[]): Rational {
  if (s.hollow && at[0] === at[1]) return rational(0);
  const sorted = s.symmetric ? [...at].sort((a, b) => a - b) : at;
  const chance = new Chance(seed ^ hash(`${s.name}${sorted.join(",")}`));
  const size = rational(chance.int(1, 12), chance.int(2, 7));
  const { low, high } = s.bounds;
  if (s.integer) return rational(chance.int(2, 4));
  if (low !== undefined && high !== undefined) {
    const t = rational(chance.int(1, 9), 10);
    return { ...rational(low.n * t.d + (high.n - low.n) * t.n, t.d) };
  }
  if (low !== undefined) return s.bounds.lowOpen ? size : chance.chance(0.2) ? rational(0) : size;
  if (high !== undefined) return rational(-size.n, size.d);
  if (chance.chance(0.1)) return rational(0);
  return chance.chance(0.5) ? size : rational(-size.n, size.d);
}

/** Random sizes from 1 to 4, random rational entries that respect the hypotheses, random free indices. */
export function randomEnvironment(seed: number, precision = 30): Environment {
  const chance = new Chance(seed + 77);
  const dimensions = new Map([
    ["N", chance.int(1, 4)],
    ["M", chance.int(1, 4)],
  ]);
  const size = (d: Dimension): number => evaluateD(d, dimensions)!;
  return {
    dimensions,
    precision,
    tensor: (s, at): Scalar => entry(seed, s, at),
    indices: new Map(FREE.map((i) => [i.key, chance.int(0, size(i.dim) - 1)])),
  };
}

// ---- the generator --------------------------------------------------------------------------------------------

export interface Options {
  /** Levels of operators above the leaves; 3 unless given. */
  readonly depth?: number;
  /** Kinds to leave out. */
  readonly without?: ReadonlySet<Plain["kind"]>;
  /** Only subscripts that the model language can write: an index of the dimension, constants on integers. */
  readonly language?: boolean;
  /** With roots of increasing functions, which are dear to evaluate. */
  readonly roots?: boolean;
  /** Only ring operations and integer powers, so that values are exact. */
  readonly exact?: boolean;
}

const SAFE: readonly Unary[] = UNARY.filter(
  (f) => !["gamma", "lgamma", "exp", "sinh", "cosh", "tan"].includes(f),
);
const OPS = ["<", "<=", "=", "!=", ">", ">="] as const;

class Generator {
  readonly #chance: Chance;
  readonly #options: Options;
  #names = 0;

  constructor(chance: Chance, options: Options) {
    this.#chance = chance;
    this.#options = options;
  }

  expression(depth: number, scope: readonly Index[], variables: readonly TensorSymbol[]): Plain {
    const c = this.#chance;
    const again = (s = scope): Plain => this.expression(depth - 1, s, variables);
    if (depth <= 0 || c.chance(0.08)) return this.leaf(scope, variables);
    const make: { [K in Plain["kind"]]: () => Plain } = {
      number: () => this.leaf(scope, variables),
      pi: () => ({ kind: "pi" }),
      dimension: () => ({ kind: "dimension", dim: c.pick([N, M, P]) }),
      position: () => ({ kind: "position", at: this.subscript(this.dimension(scope), scope) }),
      tensor: () => this.leaf(scope, variables),
      add: () => ({ kind: "add", args: Array.from({ length: c.int(2, 3) }, () => again()) }),
      mul: () => ({ kind: "mul", args: Array.from({ length: c.int(2, 3) }, () => again()) }),
      power: () => ({ kind: "power", base: again(), exponent: this.exponent(scope) }),
      unary: () => ({ kind: "unary", fn: c.chance(0.9) ? c.pick(SAFE) : c.pick(UNARY), arg: again() }),
      polygamma: () => ({ kind: "polygamma", order: c.int(0, 3), arg: again() }),
      extremum: () => ({ kind: "extremum", fn: c.pick(["max", "min"] as const), args: [again(), again()] }),
      where: () => ({ kind: "where", tests: [this.test(scope)], value: again(), otherwise: again() }),
      delta: () => this.delta(scope),
      binder: () => {
        const indices = Array.from({ length: c.int(1, c.chance(0.3) ? 3 : 1) }, () => this.fresh());
        const inner = [...scope, ...indices];
        const op = c.pick(["sum", "sum", "sum", "sum", "prod", "max", "min", "logsumexp"] as const);
        const tests = c.chance(0.25) ? [this.test(inner)] : [];
        return { kind: "binder", op: this.#options.exact ? "sum" : op, indices, tests, body: again(inner) };
      },
      softmax: () => {
        const i = this.#options.language ? this.fresh([THREE, ...scope.map((x) => x.dim)]) : this.fresh();
        const tests = c.chance(0.25) ? [this.test([...scope, i])] : [];
        return {
          kind: "softmax",
          index: i,
          tests,
          body: again([...scope, i]),
          at: this.subscript(i.dim, scope),
        };
      },
      integral: () => {
        const variable = tensorSymbol({ name: `s${++this.#names}`, role: "variable" });
        const upper = this.leaf(scope, variables);
        const body = this.smooth(scope, variable);
        return { kind: "integral", variable, lower: { kind: "number", value: r(c.int(-1, 1)) }, upper, body };
      },
      root: () => {
        const variable = tensorSymbol({ name: `s${++this.#names}`, role: "variable" });
        return { kind: "root", variable, body: this.increasing(variable, again()) };
      },
    };
    return make[this.kind()]();
  }

  private kind(): Plain["kind"] {
    const c = this.#chance;
    const weights: readonly Plain["kind"][] = [
      ...([
        "add",
        "add",
        "add",
        "mul",
        "mul",
        "mul",
        "mul",
        "power",
        "power",
        "binder",
        "binder",
        "binder",
      ] as const),
      ...([
        "delta",
        "delta",
        "unary",
        "unary",
        "where",
        "extremum",
        "softmax",
        "tensor",
        "position",
      ] as const),
      ...(["dimension", "polygamma", "pi", "integral"] as const),
      ...(this.#options.roots ? (["root", "root", "root"] as const) : []),
    ];
    const exact = ["unary", "softmax", "polygamma", "pi", "integral"];
    const allowed = weights.filter(
      (k) => !this.#options.without?.has(k) && !(this.#options.exact && exact.includes(k)),
    );
    const chosen = c.pick(allowed);
    // Integrals are dear to evaluate.
    return chosen === "integral" && c.chance(0.8) ? "mul" : chosen;
  }

  private leaf(scope: readonly Index[], variables: readonly TensorSymbol[]): Plain {
    const c = this.#chance;
    if (variables.length > 0 && c.chance(0.3)) return { kind: "tensor", symbol: c.pick(variables), subs: [] };
    if (c.chance(0.2)) return { kind: "number", value: rational(c.int(-4, 4), c.int(1, 3)) };
    const reachable = (d: Dimension): boolean =>
      d.key === THREE.key || scope.some((i) => i.dim.key === d.key);
    const symbol = c.pick(this.#options.language ? SYMBOLS.filter((s) => s.dims.every(reachable)) : SYMBOLS);
    return { kind: "tensor", symbol, subs: symbol.dims.map((d) => this.subscript(d, scope)) };
  }

  /** An equation with exactly one solution. */
  private increasing(variable: TensorSymbol, level: Plain): Plain {
    const s: Plain = { kind: "tensor", symbol: variable, subs: [] };
    const more = this.#chance.pick<Plain>([
      { kind: "power", base: s, exponent: { kind: "number", value: r(3) } },
      { kind: "unary", fn: "tanh", arg: s },
      { kind: "unary", fn: "relu", arg: { kind: "add", args: [s, level] } },
    ]);
    return { kind: "add", args: [s, more, level] };
  }

  /** An integrand that Gauss–Legendre integrates quickly. */
  private smooth(scope: readonly Index[], variable: TensorSymbol): Plain {
    const c = this.#chance;
    const s: Plain = { kind: "tensor", symbol: variable, subs: [] };
    const inner: Plain = c.chance(0.5) ? s : { kind: "mul", args: [s, this.leaf(scope, [])] };
    return c.pick<Plain>([
      { kind: "power", base: inner, exponent: { kind: "number", value: r(c.int(1, 3)) } },
      { kind: "unary", fn: c.pick(["tanh", "sin", "sigmoid"] as const), arg: inner },
      { kind: "add", args: [inner, this.leaf(scope, [])] },
    ]);
  }

  /** Mostly an index of the dimension alone; sometimes shifted, scaled, constant or cyclic. */
  private subscript(d: Dimension, scope: readonly Index[]): PlainSub {
    const c = this.#chance;
    const fitting = scope.filter((i) => i.dim.key === d.key);
    const plain = (i: Index, constant = 0, coefficient = 1): PlainSub => ({
      terms: [{ index: i, coefficient }],
      constant,
      mod: undefined,
    });
    const odd = c.chance(this.#options.language && d.key !== THREE.key ? 0 : 0.08);
    if (fitting.length === 0 || odd) return this.oddSubscript(d, scope);
    const i = c.pick(fitting);
    if (c.chance(0.85)) return plain(i);
    if (c.chance(0.3)) return { ...plain(i, c.int(-2, 2)), mod: d };
    return plain(i, c.int(-1, 1), c.pick([1, 1, -1, 2]));
  }

  private oddSubscript(d: Dimension, scope: readonly Index[]): PlainSub {
    const c = this.#chance;
    if (this.#options.language && d.key === THREE.key)
      return { terms: [], constant: c.int(0, 2), mod: undefined };
    const terms = scope.length === 0 || c.chance(0.4) ? [] : [{ index: c.pick(scope), coefficient: 1 }];
    const mod = terms.length > 0 && c.chance(0.3) ? d : undefined;
    return { terms, constant: c.int(0, 2), mod };
  }

  private delta(scope: readonly Index[]): Plain {
    const d = scope.length === 0 ? N : this.#chance.pick(scope).dim;
    return { kind: "delta", left: this.subscript(d, scope), right: this.subscript(d, scope) };
  }

  private exponent(scope: readonly Index[]): Plain {
    const c = this.#chance;
    if (this.#options.exact) return { kind: "number", value: r(c.int(1, 3)) };
    if (c.chance(0.8))
      return {
        kind: "number",
        value: c.pick([
          r(2),
          r(2),
          r(-1),
          r(3),
          r(-2),
          rational(1, 2),
          rational(-1, 2),
          rational(3, 2),
          rational(1, 3),
          r(0),
        ]),
      };
    return this.leaf(scope, []);
  }

  private test(scope: readonly Index[]): PlainTest {
    const c = this.#chance;
    const op = c.pick(OPS);
    if (scope.length > 0 && c.chance(0.7)) {
      const d = c.pick(scope).dim;
      const side = (): Plain => ({ kind: "position", at: this.subscript(d, scope) });
      return { op, left: side(), right: side() };
    }
    return { op, left: this.leaf(scope, []), right: this.leaf(scope, []) };
  }

  private dimension(scope: readonly Index[]): Dimension {
    return this.#chance.pick(this.#options.language ? scope.map((i) => i.dim) : DIMENSIONS);
  }

  private fresh(dims: readonly Dimension[] = [N, N, M, M, THREE, P]): Index {
    return index(`b${++this.#names}`, this.#chance.pick(dims));
  }
}

/** A random plain tree over the free indices i, j (of N) and mu (of M). */
export const randomPlain = (seed: number, options: Options = {}): Plain =>
  new Generator(new Chance(seed), options).expression(options.depth ?? 3, FREE, []);
