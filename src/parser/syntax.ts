/**
 * The text of an expression comes in, its source tree or the first fault goes out: a Pratt parser whose
 * binding powers are the precedence table of the language.
 */
import { type Fault, fault, type Range } from "./fault.js";
import { lex, type Token } from "./lex.js";
import { MAX_DEPTH } from "./limits.js";
import type { ComparisonOperator, SourceExpr } from "./source.js";
import { shorten } from "./suggest.js";

/** How tightly operators bind, loosest first. The sign is below the power: -x^2 is -(x^2). */
const BINDING = { none: 0, comparison: 1, sum: 2, product: 3, sign: 4, power: 5 } as const;

const INFIX: ReadonlyMap<Token["kind"], number> = new Map<Token["kind"], number>([
  ...(["<", "<=", ">", ">=", "=", "!="] as const).map((op) => [op, BINDING.comparison] as const),
  ["+", BINDING.sum],
  ["-", BINDING.sum],
  ["*", BINDING.product],
  ["/", BINDING.product],
  ["^", BINDING.power],
]);

export type Syntax = { readonly tree: SourceExpr } | { readonly fault: Fault };

/** Reads one expression or condition. Never throws; a fault names what was found and what was expected. */
export function parseSource(text: string): Syntax {
  const lexed = lex(text);
  return "fault" in lexed ? lexed : new Parser(text, lexed.tokens).parse();
}

const spanning = (a: Range, b: Range): Range => ({ start: a.start, end: b.end });
const isOperandStart = (t: Token): boolean => t.kind === "number" || t.kind === "name" || t.kind === "(";

class Parser {
  private at = 0;
  private depth = 0;
  private fault: Fault | undefined;

  constructor(
    private readonly text: string,
    private readonly tokens: readonly Token[],
  ) {}

  parse(): Syntax {
    if (this.token.kind === "end")
      return {
        fault: fault(this.token, "empty-expression", "found nothing where an expression was expected"),
      };
    const tree = this.expression(BINDING.none);
    this.finish(tree);
    return this.fault === undefined ? { tree } : { fault: this.fault };
  }

  private finish(tree: SourceExpr): void {
    if (this.fault === undefined && this.token.kind !== "end") this.leftOver(tree);
  }

  private get token(): Token {
    return this.tokens[this.at]!;
  }

  private advance(): Token {
    const t = this.token;
    if (t.kind !== "end") this.at++;
    return t;
  }

  /** Keeps the first fault and jumps to the end, where every loop stops. */
  private fail(f: Fault): SourceExpr {
    this.fault ??= f;
    this.at = this.tokens.length - 1;
    return { kind: "name", name: "", range: f.range };
  }

  /** One level deeper, unless that is too deep. */
  private nested(read: () => SourceExpr): SourceExpr {
    if (this.depth >= MAX_DEPTH)
      return this.fail(
        fault(
          this.token,
          "too-deep",
          `the expression is nested more than ${MAX_DEPTH} levels deep`,
          "name parts of it under define",
        ),
      );
    this.depth++;
    const e = read();
    this.depth--;
    return e;
  }

  private expression(above: number): SourceExpr {
    let left = this.prefix();
    for (;;) {
      const binding = INFIX.get(this.token.kind);
      if (binding === undefined || binding <= above) return left;
      left = this.infix(left, binding);
    }
  }

  private infix(left: SourceExpr, binding: number): SourceExpr {
    if (binding === BINDING.sum) return this.sum(left);
    if (binding === BINDING.product) return this.product(left);
    return binding === BINDING.power ? this.power(left) : this.comparison(left);
  }

  private sum(first: SourceExpr): SourceExpr {
    const terms = [{ negative: false, value: first }];
    while (this.token.kind === "+" || this.token.kind === "-")
      terms.push({ negative: this.advance().kind === "-", value: this.expression(BINDING.sum) });
    return { kind: "sum", terms, range: spanning(first.range, terms.at(-1)!.value.range) };
  }

  private product(first: SourceExpr): SourceExpr {
    const factors = [{ inverse: false, value: first }];
    while (this.token.kind === "*" || this.token.kind === "/")
      factors.push({ inverse: this.advance().kind === "/", value: this.expression(BINDING.product) });
    return { kind: "product", factors, range: spanning(first.range, factors.at(-1)!.value.range) };
  }

  private power(base: SourceExpr): SourceExpr {
    this.advance();
    const exponent = this.nested(() => this.expression(BINDING.sign));
    return { kind: "power", base, exponent, range: spanning(base.range, exponent.range) };
  }

  private comparison(left: SourceExpr): SourceExpr {
    const op = this.advance().kind as ComparisonOperator;
    const right = this.expression(BINDING.comparison);
    if (INFIX.get(this.token.kind) === BINDING.comparison)
      return this.fail(
        fault(
          this.token,
          "chained-comparison",
          `found a second comparison ${this.token.text}; a condition has one`,
          "write two conditions",
        ),
      );
    return { kind: "comparison", op, left, right, range: spanning(left.range, right.range) };
  }

  private prefix(): SourceExpr {
    const t = this.token;
    if (t.kind === "-") return this.negation();
    if (t.kind === "number") return this.postfix({ kind: "number", value: this.advance().value!, range: t });
    if (t.kind === "name") return this.postfix(this.nameOrCall());
    if (t.kind === "(") return this.postfix(this.group());
    return this.unexpected("a number, a name or (");
  }

  private negation(): SourceExpr {
    const minus = this.advance();
    const operand = this.nested(() => this.expression(BINDING.sign));
    return { kind: "negate", operand, range: spanning(minus, operand.range) };
  }

  private group(): SourceExpr {
    const open = this.advance();
    const inner = this.nested(() => this.expression(BINDING.none));
    return { ...inner, range: spanning(open, this.expect(")", open)) };
  }

  private nameOrCall(): SourceExpr {
    const name = this.advance();
    const range = { start: name.start, end: name.end };
    if (this.token.kind !== "(") return { kind: "name", name: name.text, range };
    const { items, close } = this.list(")");
    return { kind: "call", name: name.text, args: items, nameRange: range, range: spanning(name, close) };
  }

  private postfix(base: SourceExpr): SourceExpr {
    if (this.token.kind !== "[") return this.adjacent(base);
    if (base.kind !== "name" && base.kind !== "call") return this.subscriptOfValue();
    const { items, close } = this.list("]");
    return this.adjacent({
      kind: "component",
      base,
      subscripts: items,
      range: spanning(base.range, close),
    });
  }

  /** No implicit multiplication: an operand right after an operand is a fault. */
  private adjacent(operand: SourceExpr): SourceExpr {
    if (this.fault !== undefined || !isOperandStart(this.token)) return operand;
    const [left, right] = [this.slice(operand.range), this.operandText()];
    return this.fail(
      fault(
        this.token,
        "implicit-multiplication",
        `found ${shorten(right, 20)} after ${shorten(left, 20)}; there is no implicit multiplication`,
        `write ${shorten(left, 20)}*${shorten(right, 20)}`,
      ),
    );
  }

  private slice(r: Range): string {
    return this.text.slice(r.start, r.end);
  }

  /** The text of the operand that starts here, with its brackets. */
  private operandText(): string {
    const first = this.token;
    let [k, open] = [this.at, first.kind === "(" ? 1 : 0];
    const follows = this.tokens[k + 1]!.kind;
    if (first.kind === "name" && (follows === "[" || follows === "(")) [k, open] = [k + 1, 1];
    while (open > 0 && this.tokens[k + 1]!.kind !== "end") {
      const kind = this.tokens[++k]!.kind;
      open += kind === "(" || kind === "[" ? 1 : kind === ")" || kind === "]" ? -1 : 0;
    }
    return this.slice(spanning(first, this.tokens[k]!));
  }

  /** `( a, b )` or `[ a, b ]`, with at least one item. */
  private list(closing: ")" | "]"): { items: readonly SourceExpr[]; close: Token } {
    const open = this.advance();
    const items: SourceExpr[] = [];
    do items.push(this.nested(() => this.expression(BINDING.none)));
    while (this.token.kind === "," && this.advance());
    return { items, close: this.expect(closing, open) };
  }

  private expect(kind: ")" | "]", open: Token): Token {
    const t = this.token;
    if (t.kind === kind) return this.advance();
    if (t.kind !== "end") this.unexpected(`an operator or ${kind}`);
    else
      this.fail(
        fault(open, "unclosed", `the ${open.text} is never closed`, `add ${kind} where its contents end`),
      );
    return t;
  }

  private unexpected(expected: string): SourceExpr {
    const t = this.token;
    const found = t.kind === "end" ? "the end of the expression" : t.text;
    return this.fail(fault(t, "unexpected-token", `found ${found} where ${expected} was expected`));
  }

  private subscriptOfValue(): SourceExpr {
    return this.fail(
      fault(
        this.token,
        "unexpected-token",
        "found [ after a value; only names, softmax(j, e) and functions over indices take subscripts",
        "define the value over an index and subscript its name",
      ),
    );
  }

  private leftOver(tree: SourceExpr): void {
    const t = this.token;
    const hint = t.kind === ")" || t.kind === "]" ? `remove ${t.text}, or open it before` : undefined;
    const found = `found ${t.text} after the complete expression ${shorten(this.slice(tree.range), 30)}`;
    this.fail(fault(t, "unexpected-token", found, hint));
  }
}
