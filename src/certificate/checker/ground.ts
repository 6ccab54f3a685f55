/** Binders over integer dimensions are written out: sums become sums of components, deltas and guards numbers. */
import { exact } from "./arithmetic/index.js";
import { reject } from "./rejection.js";
import { constantSize, type Size, sizeOf } from "./size.js";
import {
  apply,
  atSize,
  freshCopy,
  type Index,
  number,
  over,
  raise,
  type Subscript,
  some,
  substituteIndex,
  type Term,
  type TermOf,
  type Test,
  zero,
} from "./term.js";

const MAX_TERMS = 4_096;
/** Of an expression that is evaluated once, at a point. */
export const MAX_TERMS_AT_POINT = 40_000;

/** Do the variables occur at fixed places only? */
export const isGround = (t: Term, variables: ReadonlySet<string>): boolean =>
  !some(t, (u) => u.kind === "symbol" && variables.has(u.name) && u.at.some((s) => placeOf(s) === undefined));

/** The number a subscript is, once its indices are. */
function placeOf(s: Subscript): bigint | undefined {
  const k = s.terms.length === 0 ? constantSize(s.constant) : undefined;
  if (k === undefined || !exact.isInteger(k)) return undefined;
  if (s.modulus === undefined) return k.n;
  const m = constantSize(s.modulus);
  if (m === undefined || !exact.isInteger(m) || m.n <= 0n) return undefined;
  return ((k.n % m.n) + m.n) % m.n;
}

const fixed = (s: Subscript): Subscript => {
  const k = placeOf(s);
  return k === undefined ? s : atSize(sizeOf(exact.rational(k)));
};

/** The term with every binder over an integer dimension written out; those over symbolic dimensions stay. */
export function ground(t: Term, limit = MAX_TERMS): Term {
  return new Grounder(limit).ground(t);
}

class Grounder {
  #count = 0;

  constructor(readonly limit: number) {}

  ground(t: Term): Term {
    if (++this.#count > this.limit) return reject("an expression written out in components is too long");
    switch (t.kind) {
      case "number":
      case "pi":
      case "size":
        return t;
      case "position": {
        const k = placeOf(t.at);
        return k === undefined ? t : number(exact.rational(k));
      }
      case "symbol":
        return { ...t, at: t.at.map(fixed) };
      case "delta": {
        const [a, b] = [placeOf(t.left), placeOf(t.right)];
        return a === undefined || b === undefined ? t : number(a === b ? 1 : 0);
      }
      case "add":
        return { ...t, terms: t.terms.map((u) => this.ground(u)) };
      case "extremum":
        return { ...t, terms: t.terms.map((u) => this.ground(u)) };
      case "multiply":
        return { ...t, factors: t.factors.map((u) => this.ground(u)) };
      case "power":
        return raise(this.ground(t.base), this.ground(t.exponent));
      case "function":
        return apply(t.name, this.ground(t.argument));
      case "where":
        return { ...t, tests: this.#tests(t.tests), yes: this.ground(t.yes), no: this.ground(t.no) };
      case "integral":
        return { ...t, low: this.ground(t.low), high: this.ground(t.high), body: this.ground(t.body) };
      case "binder":
        return this.#binder(t);
      case "softmax":
        return this.#softmax(t);
    }
  }

  #tests(tests: readonly Test[]): Test[] {
    return tests.map((c) => ({ ...c, left: this.ground(c.left), right: this.ground(c.right) }));
  }

  #binder(t: TermOf<"binder">): Term {
    const places = t.indices.map((i) => integerSize(i.size));
    if (places.includes(undefined)) return { ...t, guard: this.#tests(t.guard), body: this.ground(t.body) };
    const cases = instances(t.indices, places as number[]).flatMap((choice) => {
      const at = (u: Term): Term => this.ground(substituteAll(freshCopy(u), choice));
      const guard = t.guard.map((c) => truth({ ...c, left: at(c.left), right: at(c.right) }));
      if (guard.includes(undefined)) return reject("a guard does not become true or false");
      return guard.includes(false) ? [] : [at(t.body)];
    });
    return combined(t.name, cases);
  }

  /** exp(u_at)/Σ exp(u) where the place is known; 0 where it is out of range or outside the guard. */
  #softmax(t: TermOf<"softmax">): Term {
    const size = integerSize(t.index.size);
    const place = placeOf(t.at);
    if (size === undefined || place === undefined)
      return { ...t, guard: this.#tests(t.guard), body: this.ground(t.body), at: fixed(t.at) };
    const weights = new Map<bigint, Term>();
    for (const choice of instances([t.index], [size])) {
      const at = (u: Term): Term => this.ground(substituteAll(freshCopy(u), choice));
      const guard = t.guard.map((c) => truth({ ...c, left: at(c.left), right: at(c.right) }));
      if (guard.includes(undefined)) return reject("a guard does not become true or false");
      if (!guard.includes(false)) weights.set(BigInt(choice[0]![1]), apply("exp", at(t.body)));
    }
    const own = weights.get(place);
    return own === undefined ? zero : over(own, { kind: "add", terms: [...weights.values()] });
  }
}

function integerSize(size: Size): number | undefined {
  const n = constantSize(size);
  return n !== undefined && exact.isInteger(n) && n.n > 0n && n.n <= BigInt(MAX_TERMS)
    ? Number(n.n)
    : undefined;
}

type Choice = readonly (readonly [Index, number])[];

function instances(indices: readonly Index[], sizes: readonly number[]): readonly Choice[] {
  let all: Choice[] = [[]];
  indices.forEach((index, k) => {
    if (all.length * sizes[k]! > MAX_TERMS) reject("an expression written out in components is too long");
    all = all.flatMap((choice) =>
      Array.from({ length: sizes[k]! }, (_, at): Choice => [...choice, [index, at]]),
    );
  });
  return all;
}

const substituteAll = (t: Term, choice: Choice): Term =>
  choice.reduce((u, [index, k]) => substituteIndex(u, index.name, atSize(sizeOf(exact.rational(k)))), t);

/** The truth of a comparison of numbers. */
function truth(c: Test): boolean | undefined {
  const [a, b] = [c.left, c.right].map(numberOf);
  if (a === undefined || b === undefined) return undefined;
  const order = exact.compare(a, b);
  if (c.relation === "<") return order < 0;
  if (c.relation === "<=") return order <= 0;
  return c.relation === "=" ? order === 0 : order !== 0;
}

/** The value of a term made of numbers, sums and products. */
function numberOf(t: Term): ReturnType<typeof exact.rational> | undefined {
  if (t.kind === "number") return t.value;
  if (t.kind !== "add" && t.kind !== "multiply") return undefined;
  const parts = (t.kind === "add" ? t.terms : t.factors).map(numberOf);
  if (parts.includes(undefined)) return undefined;
  return parts.reduce((x, y) => (t.kind === "add" ? exact.add(x!, y!) : exact.multiply(x!, y!)));
}

/** Over an empty range: sum 0, prod 1; max, min and logsumexp have no finite value. */
function combined(name: TermOf<"binder">["name"], cases: readonly Term[]): Term {
  if (cases.length === 0) {
    if (name === "sum") return zero;
    return name === "prod" ? number(1) : reject(`${name} over an empty range`);
  }
  const [first] = cases;
  switch (name) {
    case "sum":
      return cases.length === 1 ? first! : { kind: "add", terms: cases };
    case "prod":
      return cases.length === 1 ? first! : { kind: "multiply", factors: cases };
    case "max":
    case "min":
      return cases.length === 1 ? first! : { kind: "extremum", name, terms: cases };
    case "logsumexp":
      return apply("log", { kind: "add", terms: cases.map((u) => apply("exp", u)) });
  }
}
