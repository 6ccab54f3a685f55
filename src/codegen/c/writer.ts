/** IR statements and the names of buffers come in, lines of C99 go out. */
import {
  type Affine,
  type Buffer,
  type Local,
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
} from "../../ir/index.js";
import { SPELLED } from "./runtime.js";

const COMPARED = { "<": "<", "<=": "<=", "=": "==", "!=": "!=" } as const;

/** A double as C spells it: always with a point or an exponent, so that no constant is an integer. */
export function literal(value: number): string {
  if (Number.isNaN(value)) return "NAN";
  if (!Number.isFinite(value)) return value > 0 ? "INFINITY" : "(-INFINITY)";
  const digits = Object.is(value, -0) ? "-0" : `${value}`;
  const text = /[.e]/.test(digits) ? digits : `${digits}.0`;
  return text.startsWith("-") ? `(${text})` : text;
}

export class CWriter {
  private readonly locals = new Map<Local, string>();

  constructor(private readonly buffers: ReadonlyMap<Buffer, string>) {}

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
    return (reals[e.kind] as (e: Real, w: CWriter) => string)(e, this);
  }

  test(t: Test): string {
    return (tests[t.kind] as (t: Test, w: CWriter) => string)(t, this);
  }

  block(body: readonly Statement[], indent: string): string[] {
    return body.flatMap((s) =>
      (statements[s.kind] as (s: Statement, w: CWriter, i: string) => string[])(s, this, indent),
    );
  }

  /** A bound of a loop: the extreme of several affine values. */
  extreme(fn: "larger" | "smaller", list: readonly Affine[]): string {
    return list.map((a) => this.affine(a)).reduce((a, b) => `${fn}(${a}, ${b})`);
  }
}

const reals: { [K in RealKind]: (e: RealOf<K>, w: CWriter) => string } = {
  const: (e) => literal(e.value),
  local: (e, w) => w.local(e.local),
  load: (e, w) => w.address(e.buffer, e.at),
  index: (e, w) => `(double)(${w.affine(e.value)})`,
  binary: (e, w) => `(${w.real(e.left)} ${e.op} ${w.real(e.right)})`,
  neg: (e, w) => `(-${w.real(e.arg)})`,
  call: (e, w) => `${SPELLED[e.fn]}(${e.args.map((a) => w.real(a)).join(", ")})`,
  select: (e, w) => `(${w.test(e.test)} ? ${w.real(e.yes)} : ${w.real(e.no)})`,
};

const tests: { [K in TestKind]: (t: TestOf<K>, w: CWriter) => string } = {
  compare: (t, w) => `(${w.real(t.left)} ${COMPARED[t.op]} ${w.real(t.right)})`,
  nonNegative: (t, w) => `(${w.affine(t.value)} >= 0)`,
  isZero: (t, w) => `(${w.affine(t.value)} == 0)`,
  not: (t, w) => `!${w.test(t.test)}`,
  all: (t, w) => (t.tests.length === 0 ? "1" : `(${t.tests.map((x) => w.test(x)).join(" && ")})`),
};

const wrapped = (head: string, lines: readonly string[], indent: string): string[] => [
  `${indent}${head}{`,
  ...lines,
  `${indent}}`,
];

const deeper = (indent: string): string => `${indent}  `;

const statements: { [K in StatementKind]: (s: StatementOf<K>, w: CWriter, indent: string) => string[] } = {
  for: (s, w, i) => {
    const [v, from, to] = [w.local(s.variable), w.extreme("larger", s.from), w.extreme("smaller", s.to)];
    const fixed = /^-?\d+$/.test(to);
    const head = fixed
      ? `for (ptrdiff_t ${v} = ${from}; ${v} < ${to}; ++${v}) `
      : `for (ptrdiff_t ${v} = ${from}, n${v} = ${to}; ${v} < n${v}; ++${v}) `;
    return wrapped(head, w.block(s.body, deeper(i)), i);
  },
  while: (s, w, i) => wrapped(`while (${w.test(s.test)}) `, w.block(s.body, deeper(i)), i),
  let: (s, w, i) => [`${i}double ${w.local(s.local)} = ${w.real(s.value)};`],
  index: (s, w, i) => {
    const value = w.affine(s.value);
    const text = s.mod === undefined ? value : `((((${value}) % ${s.mod}) + ${s.mod}) % ${s.mod})`;
    return [`${i}const ptrdiff_t ${w.local(s.local)} = ${text};`];
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
