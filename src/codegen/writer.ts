/** IR statements, the names of buffers and the spellings of a language come in; lines of that language go out. */
import {
  type Affine,
  type Buffer,
  type Local,
  type Primitive,
  type Real,
  type RealKind,
  type RealOf,
  type Statement,
  type StatementKind,
  type StatementOf,
  showAffine,
  type Test,
  type TestKind,
  type TestOf,
} from "../ir/index.js";

/** What languages with the statements of C spell differently. */
export interface Spelling {
  literal(value: number): string;
  /** The functions that generated code calls. */
  readonly primitives: { readonly [P in Primitive]: string };
  readonly compared: { readonly [Op in TestOf<"compare">["op"]]: string };
  /** An integer read as a real. */
  real(integer: string): string;
  readonly yes: string;
  /** What a declaration of a real variable, an integer constant and a loop variable begins with. */
  readonly declared: { readonly real: string; readonly integer: string; readonly loop: string };
  /** The largest and the smallest of two integers. */
  readonly extreme: { readonly larger: string; readonly smaller: string };
  /** Lines before a loop: what a compiler may be told of it. */
  readonly ahead?: (loop: StatementOf<"for">, local: (l: Local) => string) => readonly string[];
}

export class Writer {
  private readonly locals = new Map<Local, string>();

  constructor(
    readonly spelling: Spelling,
    private readonly buffers: ReadonlyMap<Buffer, string>,
  ) {}

  readonly local = (l: Local): string => {
    let name = this.locals.get(l);
    if (name === undefined) {
      name = `${l.type === "int" ? "i" : "x"}${this.locals.size}`;
      this.locals.set(l, name);
    }
    return name;
  };

  affine(a: Affine): string {
    return showAffine(a, this.local);
  }

  address(buffer: Buffer, at: Affine): string {
    return `${this.buffers.get(buffer)}[${this.affine(at)}]`;
  }

  real(e: Real): string {
    return (reals[e.kind] as (e: Real, w: Writer) => string)(e, this);
  }

  test(t: Test): string {
    return (tests[t.kind] as (t: Test, w: Writer) => string)(t, this);
  }

  block(body: readonly Statement[], indent: string): string[] {
    return body.flatMap((s) =>
      (statements[s.kind] as (s: Statement, w: Writer, i: string) => string[])(s, this, indent),
    );
  }

  /** A bound of a loop: the extreme of several affine values. */
  extreme(which: keyof Spelling["extreme"], list: readonly Affine[]): string {
    const fn = this.spelling.extreme[which];
    return list.map((a) => this.affine(a)).reduce((a, b) => `${fn}(${a}, ${b})`);
  }
}

/** Compound reals stand in parentheses, tests do not. */
const reals: { [K in RealKind]: (e: RealOf<K>, w: Writer) => string } = {
  const: (e, w) => w.spelling.literal(e.value),
  local: (e, w) => w.local(e.local),
  load: (e, w) => w.address(e.buffer, e.at),
  index: (e, w) => w.spelling.real(w.affine(e.value)),
  binary: (e, w) => `(${w.real(e.left)} ${e.op} ${w.real(e.right)})`,
  neg: (e, w) => `(-${w.real(e.arg)})`,
  call: (e, w) => `${w.spelling.primitives[e.fn]}(${e.args.map((a) => w.real(a)).join(", ")})`,
  select: (e, w) => `(${w.test(e.test)} ? ${w.real(e.yes)} : ${w.real(e.no)})`,
};

const tests: { [K in TestKind]: (t: TestOf<K>, w: Writer) => string } = {
  compare: (t, w) => `${w.real(t.left)} ${w.spelling.compared[t.op]} ${w.real(t.right)}`,
  nonNegative: (t, w) => `${w.affine(t.value)} >= 0`,
  isZero: (t, w) => `${w.affine(t.value)} ${w.spelling.compared["="]} 0`,
  not: (t, w) => `!(${w.test(t.test)})`,
  all: (t, w) => {
    const [first, ...rest] = t.tests.map((x) => w.test(x));
    if (first === undefined) return w.spelling.yes;
    return rest.length === 0 ? first : [first, ...rest].map((x) => `(${x})`).join(" && ");
  },
};

const wrapped = (head: string, lines: readonly string[], indent: string): string[] => [
  `${indent}${head}{`,
  ...lines,
  `${indent}}`,
];

const deeper = (indent: string): string => `${indent}  `;

const statements: { [K in StatementKind]: (s: StatementOf<K>, w: Writer, indent: string) => string[] } = {
  for: (s, w, i) => {
    const [v, from, to] = [w.local(s.variable), w.extreme("larger", s.from), w.extreme("smaller", s.to)];
    const start = `${w.spelling.declared.loop} ${v} = ${from}`;
    const fixed = /^-?\d+$/.test(to);
    const head = fixed
      ? `for (${start}; ${v} < ${to}; ${v}++) `
      : `for (${start}, n${v} = ${to}; ${v} < n${v}; ${v}++) `;
    const ahead = w.spelling.ahead?.(s, w.local) ?? [];
    return [...ahead.map((l) => `${i}${l}`), ...wrapped(head, w.block(s.body, deeper(i)), i)];
  },
  while: (s, w, i) => wrapped(`while (${w.test(s.test)}) `, w.block(s.body, deeper(i)), i),
  let: (s, w, i) => [`${i}${w.spelling.declared.real} ${w.local(s.local)} = ${w.real(s.value)};`],
  index: (s, w, i) => {
    const value = w.affine(s.value);
    const text = s.mod === undefined ? value : `(((${value}) % ${s.mod}) + ${s.mod}) % ${s.mod}`;
    return [`${i}${w.spelling.declared.integer} ${w.local(s.local)} = ${text};`];
  },
  assign: (s, w, i) => [`${i}${w.local(s.local)} = ${w.real(s.value)};`],
  store: (s, w, i) => [`${i}${w.address(s.buffer, s.at)} = ${w.real(s.value)};`],
  accumulate: (s, w, i) => [`${i}${w.address(s.buffer, s.at)} += ${w.real(s.value)};`],
  if: (s, w, i) => {
    const yes = wrapped(`if (${w.test(s.test)}) `, w.block(s.yes, deeper(i)), i);
    return s.no.length === 0 ? yes : [...yes, ...wrapped("else ", w.block(s.no, deeper(i)), i)];
  },
  section: (s, w, i) => wrapped("", w.block(s.body, deeper(i)), i),
};
