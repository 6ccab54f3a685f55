/** Tokens come in; a syntax tree without any meaning attached to names goes out. */
import type { Rational } from "./arithmetic/index.js";
import { reject } from "./rejection.js";
import { type Token, tokenize } from "./tokens.js";

export type Comparison = "<" | "<=" | ">" | ">=" | "=" | "!=";

export type Syntax =
  | { readonly kind: "number"; readonly value: Rational }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "negate"; readonly operand: Syntax }
  | { readonly kind: "sum"; readonly left: Syntax; readonly minus: boolean; readonly right: Syntax }
  | { readonly kind: "product"; readonly left: Syntax; readonly divide: boolean; readonly right: Syntax }
  | { readonly kind: "power"; readonly base: Syntax; readonly exponent: Syntax }
  | { readonly kind: "call"; readonly name: string; readonly args: readonly Syntax[] }
  | { readonly kind: "component"; readonly base: Syntax; readonly subscripts: readonly Syntax[] }
  | {
      readonly kind: "comparison";
      readonly relation: Comparison;
      readonly left: Syntax;
      readonly right: Syntax;
    };

export type SyntaxOf<K extends Syntax["kind"]> = Extract<Syntax, { readonly kind: K }>;

const MAX_DEPTH = 200;
/** Operators of one precedence are read in a loop, but their tree leans left: its depth counts as well. */
const MAX_CHAIN = 2_000;

const COMPARISONS: ReadonlySet<string> = new Set<Comparison>(["<", "<=", ">", ">=", "=", "!="]);

/** The tree of the whole text; anything left over is a rejection. */
export function parseSyntax(text: string): Syntax {
  const parser = new SyntaxParser(tokenize(text));
  return parser.whole();
}

/**
 * Recursive descent over the grammar
 *   comparison = sum [relation sum]       sum = product {("+" | "-") product}
 *   product = sign {("*" | "/") sign}     sign = "-" sign | power
 *   power = atom ["^" sign]               atom = number | name | name list | "(" comparison ")", then [subscripts]
 * in which ^ is right-associative and binds tightest: -x^2 is -(x^2), and x^-2 is legal.
 */
class SyntaxParser {
  #at = 0;
  #depth = 0;
  #chain = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  whole(): Syntax {
    const tree = this.#comparison();
    if (this.#token.kind !== "end") reject(`found ${this.#token.text} after a complete expression`);
    return tree;
  }

  get #token(): Token {
    return this.tokens[this.#at]!;
  }

  #is(...texts: readonly string[]): boolean {
    return this.#token.kind === "operator" && texts.includes(this.#token.text);
  }

  #next(): Token {
    const token = this.#token;
    if (token.kind !== "end") this.#at++;
    return token;
  }

  #expect(text: string): void {
    if (!this.#is(text)) reject(`found ${this.#token.text} where ${text} was expected`);
    this.#next();
  }

  #nested<T>(read: () => T): T {
    if (++this.#depth > MAX_DEPTH) reject(`an expression is nested more than ${MAX_DEPTH} levels deep`);
    const result = read();
    this.#depth--;
    return result;
  }

  #link(): void {
    if (++this.#chain > MAX_CHAIN) reject(`an expression has more than ${MAX_CHAIN} operators`);
  }

  #comparison(): Syntax {
    const left = this.#sum();
    if (this.#token.kind !== "operator" || !COMPARISONS.has(this.#token.text)) return left;
    const relation = this.#next().text as Comparison;
    return { kind: "comparison", relation, left, right: this.#sum() };
  }

  #sum(): Syntax {
    let left = this.#product();
    while (this.#is("+", "-")) {
      this.#link();
      left = { kind: "sum", left, minus: this.#next().text === "-", right: this.#product() };
    }
    return left;
  }

  #product(): Syntax {
    let left = this.#sign();
    while (this.#is("*", "/")) {
      this.#link();
      left = { kind: "product", left, divide: this.#next().text === "/", right: this.#sign() };
    }
    return left;
  }

  #sign(): Syntax {
    if (!this.#is("-")) return this.#power();
    this.#next();
    return { kind: "negate", operand: this.#nested(() => this.#sign()) };
  }

  #power(): Syntax {
    const base = this.#atom();
    if (!this.#is("^")) return base;
    this.#next();
    return { kind: "power", base, exponent: this.#nested(() => this.#sign()) };
  }

  #atom(): Syntax {
    const token = this.#next();
    if (token.kind === "number") return { kind: "number", value: token.value };
    if (token.kind === "name") return this.#named(token.text);
    if (token.kind !== "operator" || token.text !== "(")
      return reject(`found ${token.text} where an operand was expected`);
    const inner = this.#nested(() => this.#comparison());
    this.#expect(")");
    return inner;
  }

  #named(name: string): Syntax {
    const base: Syntax = this.#is("(")
      ? { kind: "call", name, args: this.#list(")") }
      : { kind: "name", name };
    return this.#is("[") ? { kind: "component", base, subscripts: this.#list("]") } : base;
  }

  #list(close: ")" | "]"): readonly Syntax[] {
    this.#next();
    const items: Syntax[] = [];
    do items.push(this.#nested(() => this.#comparison()));
    while (this.#is(",") && this.#next());
    this.#expect(close);
    return items;
  }
}
