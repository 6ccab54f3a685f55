/** The text of an expression and a scope come in; a term whose every name is resolved goes out, or a rejection. */
import { exact, type Rational } from "./arithmetic/index.js";
import { reject } from "./rejection.js";
import type { Scope } from "./scope.js";
import { constantSize, multiplySizes, namedSize, type Size, sameSize, sizeKey, sizeOf } from "./size.js";
import { type Comparison, parseSyntax, type Syntax, type SyntaxOf } from "./syntax.js";
import {
  apply,
  atIndex,
  atSize,
  combine,
  freshName,
  type Index,
  number,
  plainIndex,
  raise,
  type Subscript,
  scalar,
  squareRoot,
  type Term,
  type Test,
} from "./term.js";
import { BINDERS, type Binder, FUNCTIONS, type FunctionName } from "./vocabulary.js";

const IS_FUNCTION: ReadonlySet<string> = new Set(FUNCTIONS);
const IS_BINDER: ReadonlySet<string> = new Set(BINDERS);

/** Reads an expression. Indices that it leaves free must be declared. */
export function parseTerm(text: string, scope: Scope): Term {
  return new Reader(scope).term(parseSyntax(text), new Map());
}

/** Reads a condition: one comparison. */
export function parseTest(text: string, scope: Scope): Test {
  const syntax = parseSyntax(text);
  if (syntax.kind !== "comparison") return reject("a condition is a comparison");
  return new Reader(scope).test(syntax, new Map());
}

/** `a > b` is read as `b < a`. */
function testOf(relation: Comparison, left: Term, right: Term): Test {
  if (relation === ">" || relation === ">=")
    return { relation: relation === ">" ? "<" : "<=", left: right, right: left };
  return { relation, left, right };
}

/** a + b and a·b as written, flattened; nothing is dropped, so that what is undefined stays undefined. */
const sum = (a: Term, b: Term): Term => ({
  kind: "add",
  terms: [a, b].flatMap((t) => (t.kind === "add" ? t.terms : [t])),
});
const product = (a: Term, b: Term): Term => ({
  kind: "multiply",
  factors: [a, b].flatMap((t) => (t.kind === "multiply" ? t.factors : [t])),
});

/** Bound names → what they mean inside: an index, or an integration variable (a scalar symbol). */
type Bound = ReadonlyMap<string, Index | string>;

class Reader {
  constructor(private readonly scope: Scope) {}

  term(s: Syntax, bound: Bound): Term {
    switch (s.kind) {
      case "number":
        return number(s.value);
      case "name":
        return this.#value(s.name, [], bound);
      case "negate":
        return product(number(-1), this.term(s.operand, bound));
      case "sum": {
        const right = this.term(s.right, bound);
        return sum(this.term(s.left, bound), s.minus ? product(number(-1), right) : right);
      }
      case "product": {
        const right = this.term(s.right, bound);
        return product(this.term(s.left, bound), s.divide ? raise(right, number(-1)) : right);
      }
      case "power":
        return raise(this.term(s.base, bound), this.term(s.exponent, bound));
      case "call":
        return this.#call(s, bound);
      case "component":
        return this.#component(s, bound);
      case "comparison":
        return reject("a comparison stands where a value was expected");
    }
  }

  test(s: SyntaxOf<"comparison">, bound: Bound): Test {
    return testOf(s.relation, this.term(s.left, bound), this.term(s.right, bound));
  }

  // ---- names ------------------------------------------------------------------------------------------

  #value(name: string, subscripts: readonly Syntax[], bound: Bound): Term {
    const own = bound.get(name);
    if (typeof own === "string") {
      if (subscripts.length > 0) reject(`${name} is a scalar here`);
      return scalar(own);
    }
    const sizes = own === undefined ? this.scope.symbols.get(name) : undefined;
    if (name === "delta" && subscripts.length === 2 && sizes?.length !== 2)
      return this.#delta(subscripts, bound);
    if (sizes !== undefined) return this.#symbol(name, sizes, subscripts, bound);
    if (subscripts.length > 0) return reject(`${name} takes no subscripts`);
    const index = this.#index(name, bound);
    if (index !== undefined) return { kind: "position", at: atIndex(index) };
    if (this.scope.sizes.has(name)) return { kind: "size", size: namedSize(name) };
    return name === "pi" ? { kind: "pi" } : reject(`the name ${name} is not declared`);
  }

  #index(name: string, bound: Bound): Index | undefined {
    const own = bound.get(name);
    if (typeof own === "string") return undefined;
    return own ?? this.scope.indices.get(name);
  }

  #symbol(name: string, sizes: readonly Size[], subscripts: readonly Syntax[], bound: Bound): Term {
    if (sizes.length !== subscripts.length)
      reject(`${name} takes ${sizes.length} subscripts and has ${subscripts.length}`);
    const at = subscripts.map((s, k) => this.#checked(s, sizes[k]!, name, bound));
    return { kind: "symbol", name, at };
  }

  #component(s: SyntaxOf<"component">, bound: Bound): Term {
    if (s.base.kind === "name") return this.#value(s.base.name, s.subscripts, bound);
    if (s.base.kind === "call" && s.base.name === "softmax")
      return this.#softmax(s.base, s.subscripts, bound);
    return reject("subscripts stand after a name or after softmax(…)");
  }

  // ---- subscripts -------------------------------------------------------------------------------------

  /** A subscript of something that runs over `size`: an index of that size, a component within it, or affine. */
  #checked(s: Syntax, size: Size, what: string, bound: Bound): Subscript {
    const at = this.#subscript(s, bound);
    const index = plainIndex(at);
    if (index !== undefined && !sameSize(index.size, size))
      reject(`the index ${index.name} runs over ${sizeKey(index.size)}, ${what} over ${sizeKey(size)}`);
    if (at.terms.length > 0 || at.modulus !== undefined) return at;
    const [k, n] = [constantSize(at.constant), constantSize(size)];
    const inside = k !== undefined && n !== undefined && exact.sign(k) >= 0 && exact.compare(k, n) < 0;
    if (!inside || !exact.isInteger(k)) reject(`a component of ${what} is not shown to be in range`);
    return at;
  }

  #subscript(s: Syntax, bound: Bound): Subscript {
    if (s.kind !== "call" || s.name !== "mod") return this.#affine(s, bound);
    if (s.args.length !== 2) reject("mod takes a subscript and a dimension");
    const [value, modulus] = s.args.map((a) => this.#affine(a, bound));
    if (modulus!.terms.length > 0) reject("the second argument of mod is a dimension");
    if (!this.#isDimension(modulus!.constant))
      reject("the second argument of mod is not a positive integer or the dimension of an index");
    return { ...value!, modulus: modulus!.constant };
  }

  /** A positive integer: written, or the dimension of a declared index. Modulo anything else there is no remainder. */
  #isDimension(size: Size): boolean {
    const n = constantSize(size);
    if (n !== undefined) return exact.isInteger(n) && exact.sign(n) > 0;
    return [...this.scope.indices.values()].some((i) => sameSize(i.size, size));
  }

  #affine(s: Syntax, bound: Bound): Subscript {
    switch (s.kind) {
      case "number":
        if (!exact.isInteger(s.value)) reject("a subscript is not an integer");
        return atSize(sizeOf(s.value));
      case "name":
        return this.#affineName(s.name, bound);
      case "negate":
        return combine(atSize([]), -1n, this.#affine(s.operand, bound));
      case "sum":
        return combine(this.#affine(s.left, bound), s.minus ? -1n : 1n, this.#affine(s.right, bound));
      case "product": {
        if (s.divide) return reject("a subscript is divided");
        return scaled(this.#affine(s.left, bound), this.#affine(s.right, bound));
      }
      default:
        return reject("a subscript is an index, an integer, or sums of them");
    }
  }

  #affineName(name: string, bound: Bound): Subscript {
    const own = bound.get(name);
    if (own === undefined && this.scope.symbols.has(name)) return reject(`${name} is not an index`);
    const index = this.#index(name, bound);
    if (index !== undefined) return atIndex(index);
    return this.scope.sizes.has(name) ? atSize(namedSize(name)) : reject(`${name} is not an index`);
  }

  #delta(args: readonly Syntax[], bound: Bound): Term {
    const [left, right] = args.map((a) => this.#subscript(a, bound));
    const [i, j] = [plainIndex(left!), plainIndex(right!)];
    if (i !== undefined && j !== undefined && !sameSize(i.size, j.size))
      reject("delta compares indices of different dimensions");
    return { kind: "delta", left: left!, right: right! };
  }

  // ---- calls ------------------------------------------------------------------------------------------

  #call(s: SyntaxOf<"call">, bound: Bound): Term {
    const { name, args } = s;
    if (IS_FUNCTION.has(name)) return apply(name as FunctionName, this.#only(s, bound));
    if (IS_BINDER.has(name)) return this.#binderOrValues(name as Binder, args, bound);
    switch (name) {
      case "sqrt":
        return squareRoot(this.#only(s, bound));
      case "polygamma":
        return this.#polygamma(args, bound);
      case "where":
        return this.#where(args, bound);
      case "integral":
        return this.#integral(args, bound);
      case "delta":
        return args.length === 2 ? this.#delta(args, bound) : reject("delta takes two subscripts");
      case "mod":
        return { kind: "position", at: this.#subscript(s, bound) };
      case "softmax":
        return reject("softmax needs a subscript: softmax(j, e)[i]");
      default:
        return reject(`${name} is not a function of the language`);
    }
  }

  #only(s: SyntaxOf<"call">, bound: Bound): Term {
    if (s.args.length !== 1) return reject(`${s.name} takes one argument`);
    return this.term(s.args[0]!, bound);
  }

  #polygamma(args: readonly Syntax[], bound: Bound): Term {
    const [order, x] = args;
    if (args.length !== 2 || order!.kind !== "number") return reject("polygamma takes an order and a value");
    const known: Rational = order!.value;
    if (exact.equal(known, exact.ZERO)) return apply("digamma", this.term(x!, bound));
    if (exact.equal(known, exact.ONE)) return apply("trigamma", this.term(x!, bound));
    return reject("polygamma beyond order 1 is not known to the checker");
  }

  #where(args: readonly Syntax[], bound: Bound): Term {
    if (args.length < 3) return reject("where takes a condition and two values");
    const tests = args.slice(0, -2).map((c) => {
      if (c.kind !== "comparison") return reject("where takes comparisons before its two values");
      return this.test(c, bound);
    });
    return { kind: "where", tests, yes: this.term(args.at(-2)!, bound), no: this.term(args.at(-1)!, bound) };
  }

  #integral(args: readonly Syntax[], bound: Bound): Term {
    const [s, a, b, body] = args;
    if (args.length !== 4 || s!.kind !== "name")
      return reject("integral takes a name, two bounds and a value");
    const { name } = s!;
    const taken = this.scope.symbols.has(name) || this.scope.indices.has(name) || this.scope.sizes.has(name);
    if (taken || bound.has(name) || name === "pi") reject(`the integration variable ${name} is not fresh`);
    const variable = freshName(name);
    const inner = new Map([...bound, [name, variable] as const]);
    return {
      kind: "integral",
      variable,
      low: this.term(a!, bound),
      high: this.term(b!, bound),
      body: this.term(body!, inner),
    };
  }

  // ---- binders ----------------------------------------------------------------------------------------

  /** `max(i, e)` binds the index i; `max(a, b)` is the larger of two values. */
  #binderOrValues(name: Binder, args: readonly Syntax[], bound: Bound): Term {
    const [first] = args;
    const binds = first!.kind === "comparison" || this.#declaredIndex(first!, bound) !== undefined;
    if (args.length < 2) reject(`${name} needs more than one argument`);
    if ((name === "max" || name === "min") && !binds)
      return { kind: "extremum", name, terms: args.map((a) => this.term(a, bound)) };
    const { indices, guard, inner } = this.#bind(args.slice(0, -1), bound);
    return { kind: "binder", name, indices, guard, body: this.term(args.at(-1)!, inner) };
  }

  #softmax(s: SyntaxOf<"call">, subscripts: readonly Syntax[], bound: Bound): Term {
    if (s.args.length < 2 || subscripts.length !== 1) reject("softmax is written softmax(j, e)[i]");
    const { indices, guard, inner } = this.#bind(s.args.slice(0, -1), bound);
    const [index] = indices;
    if (index === undefined || indices.length !== 1) return reject("softmax binds one index");
    const at = this.#checked(subscripts[0]!, index.size, "softmax", bound);
    return { kind: "softmax", index, guard, body: this.term(s.args.at(-1)!, inner), at };
  }

  /** The declared index that a bare name means here, bound or not. */
  #declaredIndex(s: Syntax, bound: Bound): Index | undefined {
    if (s.kind !== "name" || typeof bound.get(s.name) === "string") return undefined;
    return this.scope.symbols.has(s.name) ? undefined : this.scope.indices.get(s.name);
  }

  /**
   * A bare index is bound. In a comparison the name on the left is bound, unless this binder has bound it already,
   * or it is bound further out while the comparison speaks of an index just bound. Rebinding is an error.
   */
  #bind(heads: readonly Syntax[], bound: Bound): { indices: Index[]; guard: Test[]; inner: Bound } {
    const own = new Map<string, Index>();
    const comparisons: SyntaxOf<"comparison">[] = [];
    const introduce = (name: string, index: Index): void => {
      if (own.has(name) || bound.has(name)) reject(`the index ${name} is bound twice`);
      own.set(name, { name: freshName(name), size: index.size });
    };
    for (const head of heads) {
      const left = head.kind === "comparison" ? head.left : head;
      const index = this.#declaredIndex(left, bound);
      if (head.kind === "comparison") {
        comparisons.push(head);
        if (left.kind !== "name" || index === undefined || own.has(left.name)) continue;
        if (bound.has(left.name) && [...own.keys()].some((j) => mentionsName(head.right, j))) continue;
        introduce(left.name, index);
      } else if (left.kind === "name" && index !== undefined) introduce(left.name, index);
      else reject("a binder binds a declared index");
    }
    const inner = new Map<string, Index | string>([...bound, ...own]);
    const guard = comparisons.map((c) => this.test(c, inner));
    return { indices: [...own.values()], guard, inner };
  }
}

function mentionsName(s: Syntax, name: string): boolean {
  switch (s.kind) {
    case "number":
      return false;
    case "name":
      return s.name === name;
    case "negate":
      return mentionsName(s.operand, name);
    case "sum":
    case "product":
      return mentionsName(s.left, name) || mentionsName(s.right, name);
    case "call":
      return s.args.some((a) => mentionsName(a, name));
    default:
      return false;
  }
}

/** A product of subscripts where one is an integer, or both are dimensions. */
function scaled(a: Subscript, b: Subscript): Subscript {
  for (const [x, y] of [
    [a, b],
    [b, a],
  ] as const) {
    const k = x.terms.length === 0 ? constantSize(x.constant) : undefined;
    if (k !== undefined && exact.isInteger(k)) return combine(atSize([]), k.n, y);
  }
  if (a.terms.length + b.terms.length > 0) return reject("a subscript multiplies indices");
  return atSize(multiplySizes(a.constant, b.constant));
}
