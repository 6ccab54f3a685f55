/**
 * A presentational tree and a typesetter come in; displayed mathematics goes out. What LaTeX and MathML share
 * is decided here: where fractions split, what needs parentheses, how functions and binders are written.
 */
import type { BinderOp } from "../expr.js";
import { isLetter, type MathName, mathName } from "./math-name.js";
import type { FunctionName, Layout, LayoutOf, Range, Shape, Test } from "./shapes.js";
import type { BigSign, Fence, Sign, Typesetter } from "./typesetter.js";

/** Typeset output, and whether it is higher than a line (then its parentheses grow). */
export interface Box {
  readonly out: string;
  readonly tall: boolean;
}

/** The displayed form; `taken` are the names that function signs such as σ must not collide with. */
export const display = (l: Layout, typesetter: Typesetter, taken: ReadonlySet<string>): string =>
  new Display(typesetter, taken).show(l).out;

enum Level {
  Sum,
  /** A product whose last factor reaches to the right end: Σ, max, cases, an integral. */
  Open,
  Product,
  Power,
  Atom,
}

const LEVELS: { [S in Shape]?: Level } = {
  signed: Level.Sum,
  modulo: Level.Sum,
  big: Level.Open,
  integral: Level.Open,
  cases: Level.Open,
  product: Level.Product,
  quotient: Level.Product,
  superscript: Level.Power,
};

/** Function names that differ from ours; all others are written upright as they are. */
const SPELLED: Readonly<Record<string, string>> = {
  sign: "sgn",
  asin: "arcsin",
  acos: "arccos",
  atan: "arctan",
  asinh: "arsinh",
  acosh: "arcosh",
  atanh: "artanh",
};

/** Functions written with a letter, as long as no declared name is that letter. */
const LETTERED: Readonly<Record<string, string>> = { sigmoid: "sigma", step: "Theta", gamma: "Gamma" };

/** Functions written as one applied to another. */
const COMPOSED: Readonly<Record<string, readonly string[]>> = {
  logcosh: ["log", "cosh"],
  lgamma: ["log", "gamma"],
};

class Display {
  readonly #t: Typesetter;
  readonly #taken: ReadonlySet<string>;
  /** Inside exponents fractions are written with a slash. */
  #script = false;

  constructor(typesetter: Typesetter, taken: ReadonlySet<string>) {
    this.#t = typesetter;
    this.#taken = taken;
  }

  show(l: Layout): Box {
    return (this.#rules[l.shape] as (x: Layout) => Box)(l);
  }

  readonly #rules: { [S in Shape]: (l: LayoutOf<S>) => Box } = {
    number: (l) => flat(this.#t.number(`${l.value}`)),
    pi: () => flat(this.#t.letter("pi")),
    name: (l) => flat(this.#name(mathName(l.name), undefined)),
    component: (l) => flat(this.#name(mathName(l.name), this.#subscripts(l.subs))),
    signed: (l) => this.#signed(l),
    product: (l) => this.#product(l.factors),
    quotient: (l) => (this.#script ? this.#slashed(l) : this.#fraction(l)),
    superscript: (l) => this.#superscript(l),
    root: (l) => this.#wrap(this.show(l.arg), (x) => this.#t.root(x)),
    call: (l) => this.#call(l.fn, l.arg),
    extremum: (l) => this.#applied(this.#t.fn(l.fn), this.#list(l.args.map((a) => this.show(a)))),
    cases: (l) => ({
      out: this.#t.cases(this.show(l.value).out, this.#tests(l.tests), this.show(l.otherwise).out),
      tall: true,
    }),
    kronecker: (l) => flat(this.#kronecker(l)),
    modulo: (l) =>
      this.#row([this.#at(Level.Product, l.arg), this.#sign("mod"), this.#at(Level.Product, l.modulus)]),
    big: (l) => this.#big(l),
    softmax: (l) => {
      const head = this.#t.scripts(this.#t.fn("softmax"), this.#range(l.range), undefined);
      const applied = this.#applied(head, this.show(l.body));
      return {
        ...applied,
        out: this.#t.scripts(
          applied.out,
          this.#scripted(() => this.show(l.at).out),
          undefined,
        ),
      };
    },
    integral: (l) => {
      const [lower, upper] = this.#scripted(() => [this.show(l.lower).out, this.show(l.upper).out] as const);
      const body = this.#at(Level.Open, l.body).out;
      return {
        out: this.#t.integral(lower, upper, body, this.#name(mathName(l.variable), undefined)),
        tall: true,
      };
    },
    solution: (l) => {
      const variable = this.#scripted(() => this.#name(mathName(l.variable), undefined));
      return this.#applied(this.#t.scripts(this.#t.fn("root"), variable, undefined), this.show(l.body));
    },
  };

  // ---- names and subscripts -------------------------------------------------------------------------

  /** Marks of a plain name are subscripts; those of an indexed one go above, numbers as `x^{(1)}_i`. */
  #name(name: MathName, subs: string | undefined, power?: string): string {
    // `v_dot` stands for dv/dt and is printed with a dot above.
    const rate = name.marks.at(-1) === "dot";
    const letter = this.#t.letter(name.base);
    const base = rate ? this.#t.dotted(letter) : letter;
    const shown = rate ? name.marks.slice(0, -1) : name.marks;
    const marks = shown.map((m) => (/^\d+$/.test(m) ? this.#t.number(m) : this.#t.letter(m)));
    if (marks.length === 0) return this.#t.scripts(base, subs, power);
    const joined = marks.length === 1 ? marks[0]! : this.#t.list(marks, true);
    if (subs === undefined) return this.#t.scripts(base, joined, power);
    const numeric = shown.every((m) => /^\d+$/.test(m));
    const above = numeric ? this.#t.fence("parentheses", joined, false) : joined;
    const marked = this.#t.scripts(base, subs, above);
    return power === undefined
      ? marked
      : this.#t.scripts(this.#t.fence("parentheses", marked, false), undefined, power);
  }

  /** Single letters side by side, anything longer with commas. */
  #subscripts(subs: readonly Layout[]): string {
    return this.#scripted(() => {
      const shown = subs.map((s) => this.show(s).out);
      const plain = subs.every((s) => s.shape === "name" && isLetter(s.name));
      if (plain || shown.length === 1) return this.#t.tight(shown);
      return this.#t.list(shown, true);
    });
  }

  /** δ_ij; an indicator of i = j where `delta` names something else. */
  #kronecker(l: LayoutOf<"kronecker">): string {
    if (!this.#taken.has("delta"))
      return this.#t.scripts(this.#t.letter("delta"), this.#subscripts([l.left, l.right]), undefined);
    const test = this.#scripted(() => this.#tests([{ left: l.left, relation: "=", right: l.right }]));
    return this.#t.scripts(this.#t.indicator(), test, undefined);
  }

  #scripted<T>(make: () => T): T {
    const before = this.#script;
    this.#script = true;
    const made = make();
    this.#script = before;
    return made;
  }

  #unscripted<T>(make: () => T): T {
    const before = this.#script;
    this.#script = false;
    const made = make();
    this.#script = before;
    return made;
  }

  // ---- sums, products, fractions ---------------------------------------------------------------------

  #signed(l: LayoutOf<"signed">): Box {
    const parts = l.terms.flatMap(({ negative, body }, k) => {
      const term = this.#at(Level.Open, body);
      if (k === 0) return negative ? [this.#tight([flat(this.#t.sign("-")), term])] : [term];
      return [this.#sign(negative ? "-" : "+"), term];
    });
    return this.#row(parts);
  }

  /** Factors side by side; only the last may reach to the right without parentheses. */
  #product(factors: readonly Layout[]): Box {
    const parts = factors.flatMap((f, k) => {
      const shown = this.#at(k === factors.length - 1 ? Level.Open : Level.Product, f);
      return k > 0 && startsWithNumber(f) ? [this.#sign("times"), shown] : [shown];
    });
    return parts.length === 1 ? parts[0]! : this.#row(parts);
  }

  /** A numeric fraction stands before the rest; what is wide follows the fraction: `\frac{1}{N} \sum_i x_i`. */
  #fraction(l: LayoutOf<"quotient">): Box {
    const numeric = l.denominator.length === 1 && l.denominator[0]!.shape === "number";
    const wide = (f: Layout): boolean => LEVELS[f.shape] === Level.Open;
    const above = l.numerator.filter((f) => (numeric ? f.shape === "number" : !wide(f)));
    const tail = l.numerator.filter((f) => !above.includes(f));
    const top = above.length === 0 ? this.#t.number("1") : this.#alone(above).out;
    const out = this.#t.fraction(top, this.#alone(l.denominator).out, numeric && tail.length > 0);
    const fraction = { out, tall: true };
    if (tail.length === 0) return fraction;
    return this.#row([fraction, this.#product(tail)]);
  }

  /** A numerator or denominator: a lone factor needs no parentheses. */
  #alone(factors: readonly Layout[]): Box {
    return factors.length === 1 ? this.show(factors[0]!) : this.#product(factors);
  }

  #slashed(l: LayoutOf<"quotient">): Box {
    const above = l.numerator.length === 0 ? flat(this.#t.number("1")) : this.#closed(l.numerator);
    const single = l.denominator.length === 1;
    const below = single
      ? this.#at(Level.Power, l.denominator[0]!)
      : this.#fenced(this.#product(l.denominator));
    return this.#tight([above, this.#sign("/"), below]);
  }

  #closed(factors: readonly Layout[]): Box {
    const parts = factors.map((f) => this.#at(Level.Product, f));
    return parts.length === 1 ? parts[0]! : this.#row(parts);
  }

  #superscript(l: LayoutOf<"superscript">): Box {
    const power = this.#scripted(() => this.show(l.exponent).out);
    if (l.base.shape === "component")
      return flat(this.#name(mathName(l.base.name), this.#subscripts(l.base.subs), power));
    if (l.base.shape === "name") return flat(this.#name(mathName(l.base.name), undefined, power));
    if (l.base.shape === "call")
      return this.#call(l.base.fn, l.base.arg, power, l.exponent.shape === "number");
    const base =
      l.base.shape === "number" || l.base.shape === "pi"
        ? this.show(l.base)
        : this.#fenced(this.show(l.base));
    return { ...base, out: this.#t.scripts(base.out, undefined, power) };
  }

  // ---- functions ---------------------------------------------------------------------------------------

  /** f(x), or f²(x) for a whole power and f(x)^p for any other. */
  #call(fn: FunctionName, arg: Layout, power?: string, whole = false): Box {
    const raised = (b: Box): Box =>
      power === undefined ? b : { ...b, out: this.#t.scripts(b.out, undefined, power) };
    if (typeof fn === "object") return raised(this.#polygamma(fn.polygamma, arg));
    if (fn === "exp") return power === undefined ? this.#exp(arg) : raised(this.#fenced(this.#exp(arg)));
    if (fn === "abs") return raised(this.#fenced(this.show(arg), "bars"));
    if (fn === "relu") {
      const bracket = this.#fenced(this.show(arg), "brackets");
      return { ...bracket, out: this.#t.scripts(bracket.out, this.#t.sign("+"), power) };
    }
    const double = COMPOSED[fn];
    if (double !== undefined) {
      const heads = double.map((d) => this.#fnSign(d));
      const applied = this.#applied(this.#t.tight(heads), this.show(arg));
      return power === undefined ? applied : raised(this.#fenced(applied));
    }
    const head = this.#fnSign(fn);
    if (!whole || power === undefined || LETTERED[fn] !== undefined)
      return raised(this.#applied(head, this.show(arg)));
    return this.#applied(this.#t.scripts(head, undefined, power), this.show(arg));
  }

  #fnSign(fn: string): string {
    const letter = LETTERED[fn];
    return letter !== undefined && !this.#taken.has(letter)
      ? this.#t.letter(letter)
      : this.#t.fn(SPELLED[fn] ?? fn);
  }

  /** e^x, or exp(x) where the exponent is high or a symbol is called e. */
  #exp(arg: Layout): Box {
    const tall = this.#unscripted(() => this.show(arg));
    if (this.#taken.has("e") || hasOpen(arg)) return this.#applied(this.#t.fn("exp"), tall);
    return {
      out: this.#t.scripts(
        this.#t.letter("e"),
        undefined,
        this.#scripted(() => this.show(arg).out),
      ),
      tall: false,
    };
  }

  #polygamma(order: number, arg: Layout): Box {
    const psi = this.#taken.has("psi") ? this.#t.fn("polygamma") : this.#t.letter("psi");
    const mark = this.#t.fence("parentheses", this.#t.number(`${order}`), false);
    return this.#applied(order === 0 ? psi : this.#t.scripts(psi, undefined, mark), this.show(arg));
  }

  #applied(head: string, arg: Box): Box {
    return { out: this.#t.tight([head, this.#fenced(arg).out]), tall: arg.tall };
  }

  // ---- binders -----------------------------------------------------------------------------------------

  #big(l: LayoutOf<"big">): Box {
    const sign = this.#t.under(this.#t.big(BIG[l.op]), this.#range(l.range));
    if (l.op !== "logsumexp")
      return { out: this.#t.row([sign, this.#at(Level.Open, l.body).out]), tall: true };
    return {
      out: this.#t.tight([this.#t.fn("log"), this.#t.row([sign, this.#exp(l.body).out])]),
      tall: true,
    };
  }

  #range(r: Range): string {
    return this.#scripted(() => {
      const indices = r.indices.map((i) => this.#name(mathName(i), undefined));
      const tests = [...r.introductions, ...r.tests];
      const all = [...indices, ...tests.map((t) => this.#tests([t]))];
      return this.#list(all.map(flat), tests.length === 0).out;
    });
  }

  #tests(tests: readonly Test[]): string {
    const shown = tests.map((t) =>
      this.#t.row([this.show(t.left).out, this.#t.sign(t.relation), this.show(t.right).out]),
    );
    return this.#list(shown.map(flat)).out;
  }

  // ---- boxes -------------------------------------------------------------------------------------------

  /** The layout, in parentheses when it binds less tightly than its place requires. */
  #at(level: Level, l: Layout): Box {
    const own = isOpen(l) ? Level.Open : (LEVELS[l.shape] ?? Level.Atom);
    return own < level ? this.#fenced(this.show(l)) : this.show(l);
  }

  #fenced(b: Box, kind: Fence = "parentheses"): Box {
    return { out: this.#t.fence(kind, b.out, b.tall), tall: b.tall };
  }

  #sign(sign: Sign): Box {
    return flat(this.#t.sign(sign));
  }

  #wrap(b: Box, f: (out: string) => string): Box {
    return { out: f(b.out), tall: true };
  }

  #row(boxes: readonly Box[]): Box {
    return { out: this.#t.row(boxes.map((b) => b.out)), tall: boxes.some((b) => b.tall) };
  }

  #tight(boxes: readonly Box[]): Box {
    return { out: this.#t.tight(boxes.map((b) => b.out)), tall: boxes.some((b) => b.tall) };
  }

  #list(boxes: readonly Box[], close = false): Box {
    if (boxes.length === 1) return boxes[0]!;
    const out = this.#t.list(
      boxes.map((b) => b.out),
      close,
    );
    return { out, tall: boxes.some((b) => b.tall) };
  }
}

const BIG: { [O in BinderOp]: BigSign } = {
  sum: "sum",
  prod: "prod",
  max: "max",
  min: "min",
  logsumexp: "sum",
};

const flat = (out: string): Box => ({ out, tall: false });

/** True where the right end is open: a later factor would seem to belong to it. */
function isOpen(l: Layout): boolean {
  if (l.shape === "product") return l.factors.some(isOpen);
  if (l.shape === "quotient") return l.numerator.some(isOpen);
  return LEVELS[l.shape] === Level.Open;
}

/** An exponent with a binder, a fraction of binders or cases in it is better set on the line. */
function hasOpen(l: Layout): boolean {
  if (l.shape === "signed") return l.terms.some((t) => hasOpen(t.body));
  if (l.shape === "product") return l.factors.some(hasOpen);
  if (l.shape === "quotient") return [...l.numerator, ...l.denominator].some(hasOpen);
  if (l.shape === "superscript") return hasOpen(l.base);
  if (l.shape === "root" || l.shape === "call") return hasOpen(l.arg);
  return LEVELS[l.shape] === Level.Open;
}

function startsWithNumber(l: Layout): boolean {
  return l.shape === "number" || (l.shape === "superscript" && l.base.shape === "number");
}
