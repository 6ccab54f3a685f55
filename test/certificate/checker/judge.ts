/** An independent judge: a claim comes in, a point that contradicts it goes out, found by sampling in doubles. */
import type { Claim, Declarations } from "../../../src/certificate/checker/format.js";
import { parseTerm, parseTest } from "../../../src/certificate/checker/parse.js";
import { parseSize, type Scope } from "../../../src/certificate/checker/scope.js";
import { freeIndices, type Index, type Term, type Test } from "../../../src/certificate/checker/term.js";
import { numeric, type World } from "./numeric.js";

type Value = number | readonly Value[];
type Values = Record<string, Value>;

function scopeOf(d: Declarations): Scope {
  const sizes = new Set<string>();
  const indices = new Map(
    Object.entries(d.indices).map(([name, text]) => [name, { name, size: parseSize(text, sizes) }] as const),
  );
  const symbols = new Map(
    Object.entries(d.symbols).map(([name, s]) => [name, s.over.map((i) => indices.get(i)!.size)] as const),
  );
  return { indices, sizes, symbols };
}

const toNumber = (text: string): number => {
  const [n, d = "1"] = text.split("/");
  return Number(n) / Number(d);
};

class Sampler {
  readonly scope: Scope;

  constructor(
    private readonly declarations: Declarations,
    private readonly random: () => number,
  ) {
    this.scope = scopeOf(declarations);
  }

  #scalar(name: string): number {
    const { low, high, lowOpen, highOpen, integer } = this.declarations.symbols[name]!;
    const [a, b] = [
      low === undefined ? -Infinity : toNumber(low),
      high === undefined ? Infinity : toNumber(high),
    ];
    const r = this.random();
    const spread = r < 0.3 ? 1 : r < 0.8 ? 3 : 20;
    let x = (2 * this.random() - 1) * spread;
    if (this.random() < 0.1) x = Math.round(x);
    if (Number.isFinite(a) && Number.isFinite(b)) x = a + (b - a) * this.random();
    else if (Number.isFinite(a)) x = a + Math.abs(x);
    else if (Number.isFinite(b)) x = b - Math.abs(x);
    if (integer === true) x = Math.round(x);
    const outside = (lowOpen === true && x === a) || (highOpen === true && x === b);
    return outside ? (Number.isFinite(b) ? (a + b) / 2 : a + 0.01) : x;
  }

  #value(name: string, lengths: readonly number[]): Value {
    const [n, ...rest] = lengths;
    return n === undefined
      ? this.#scalar(name)
      : Array.from({ length: n }, (): Value => this.#value(name, rest));
  }

  world(): World {
    const dimensions = Object.fromEntries(
      [...this.scope.sizes].map((name) => [name, 1 + Math.floor(3 * this.random())]),
    );
    const empty = { dimensions, values: {}, indices: {} };
    const values: Values = {};
    for (const [name, sizes] of this.scope.symbols)
      values[name] = this.#value(
        name,
        sizes.map((size) => numeric({ kind: "size", size }, empty)),
      );
    return { dimensions, values: values as World["values"], indices: {} };
  }
}

/** Every way to give the free indices a value. */
function instances(free: readonly Index[], w: World): readonly World[] {
  let all: readonly World[] = [w];
  for (const i of free) {
    const n = numeric({ kind: "size", size: i.size }, w);
    all = all.flatMap((v) =>
      Array.from({ length: n }, (_, k) => ({ ...v, indices: { ...v.indices, [i.name]: k } })),
    );
  }
  return all;
}

function meets(tests: readonly Test[], w: World): boolean {
  return tests.every((c) => {
    const free = [...new Map([...freeIndices(c.left), ...freeIndices(c.right)]).values()];
    return instances(free, w).every((v) => {
      const [a, b] = [numeric(c.left, v), numeric(c.right, v)];
      return { "<": a < b, "<=": a <= b, "=": a === b, "!=": a !== b }[c.relation];
    });
  });
}

const mixed = (a: Value, b: Value, t: number): Value =>
  typeof a === "number" ? a * (1 - t) + (b as number) * t : a.map((x, k) => mixed(x, (b as Value[])[k]!, t));

/** The first world with other values of the variables, drawn from the second. */
function moved(w: World, by: World, variables: readonly string[], t: number): World {
  const values: Values = { ...(w.values as Values) };
  for (const name of variables) values[name] = mixed(values[name]!, (by.values as Values)[name]!, t);
  return { ...w, values: values as World["values"] };
}

/** Two worlds of the same dimensions. */
function pair(s: Sampler): readonly [World, World] {
  const a = s.world();
  for (;;) {
    const b = s.world();
    if (Object.entries(a.dimensions).every(([n, k]) => b.dimensions[n] === k)) return [a, b];
  }
}

export function contradiction(
  claim: Claim,
  declarations: Declarations,
  random: () => number,
  tries = 300,
): string | undefined {
  const sampler = new Sampler(declarations, random);
  const e = parseTerm(claim.e, sampler.scope);
  const tests = claim.where.map((text) => parseTest(text, sampler.scope));
  for (let k = 0; k < tries; k++) {
    const [a, b] = pair(sampler);
    const points = [a, moved(a, b, claim.variables, 1), moved(a, b, claim.variables, random())];
    if (!points.every((w) => meets(tests, w))) continue;
    for (const w of instances([...freeIndices(e).values()], a)) {
      const found = fails(claim, e, w, b);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function fails(claim: Claim, e: Term, w: World, b: World): string | undefined {
  const y = numeric(e, w);
  const at = JSON.stringify({ ...w, y });
  if (Number.isNaN(y)) return `undefined at ${at}`;
  if (!Number.isFinite(y)) return undefined;
  if (claim.kind !== "convex") return y < -1e-9 ? `negative at ${at}` : undefined;
  for (const t of [1, 0.3, 0.01]) {
    const far = moved(w, b, claim.variables, t);
    const middle = moved(w, b, claim.variables, t / 2);
    const [m, z] = [numeric(e, middle), numeric(e, far)];
    if (![m, z].every(Number.isFinite)) continue;
    const slack = 1e-9 * (1 + Math.abs(m) + Math.abs(y) + Math.abs(z));
    if (m > (y + z) / 2 + slack) return `above the chord at ${at}`;
  }
  return undefined;
}
