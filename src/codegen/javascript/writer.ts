/** IR statements and the names of buffers come in, lines of JavaScript go out. */
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
} from "../../ir/index.js";

/** How a primitive is spelled; the names without a dot are functions of runtime.ts. */
const SPELLED: { [P in Primitive]: string } = {
  exp: "Math.exp",
  log: "Math.log",
  abs: "Math.abs",
  sign: "Math.sign",
  floor: "Math.floor",
  sqrt: "Math.sqrt",
  sin: "Math.sin",
  cos: "Math.cos",
  tan: "Math.tan",
  asin: "Math.asin",
  acos: "Math.acos",
  atan: "Math.atan",
  sinh: "Math.sinh",
  cosh: "Math.cosh",
  tanh: "tanh",
  asinh: "Math.asinh",
  acosh: "Math.acosh",
  atanh: "Math.atanh",
  pow: "Math.pow",
  max: "Math.max",
  min: "Math.min",
  sech: "sech",
  erf: "erf",
  erfc: "erfc",
  gamma: "gamma",
  lgamma: "lgamma",
  relu: "relu",
  step: "step",
  sigmoid: "sigmoid",
  softplus: "softplus",
  logcosh: "logcosh",
  polygamma: "polygamma",
};

const COMPARED = { "<": "<", "<=": "<=", "=": "===", "!=": "!==" } as const;

export class Writer {
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
  extreme(fn: "max" | "min", list: readonly Affine[]): string {
    const texts = list.map((a) => this.affine(a));
    return texts.length === 1 ? texts[0]! : `Math.${fn}(${texts.join(", ")})`;
  }
}

const literal = (value: number): string => {
  if (Object.is(value, -0)) return "(-0)";
  return value < 0 ? `(${value})` : `${value}`;
};

const reals: { [K in RealKind]: (e: RealOf<K>, w: Writer) => string } = {
  const: (e) => literal(e.value),
  local: (e, w) => w.local(e.local),
  load: (e, w) => w.address(e.buffer, e.at),
  index: (e, w) => `(${w.affine(e.value)})`,
  binary: (e, w) => `(${w.real(e.left)} ${e.op} ${w.real(e.right)})`,
  neg: (e, w) => `(-${w.real(e.arg)})`,
  call: (e, w) => `${SPELLED[e.fn]}(${e.args.map((a) => w.real(a)).join(", ")})`,
  select: (e, w) => `(${w.test(e.test)} ? ${w.real(e.yes)} : ${w.real(e.no)})`,
};

const tests: { [K in TestKind]: (t: TestOf<K>, w: Writer) => string } = {
  compare: (t, w) => `${w.real(t.left)} ${COMPARED[t.op]} ${w.real(t.right)}`,
  nonNegative: (t, w) => `${w.affine(t.value)} >= 0`,
  isZero: (t, w) => `${w.affine(t.value)} === 0`,
  not: (t, w) => `!(${w.test(t.test)})`,
  all: (t, w) => (t.tests.length === 0 ? "true" : t.tests.map((x) => `(${w.test(x)})`).join(" && ")),
};

const wrapped = (head: string, lines: readonly string[], indent: string): string[] => [
  `${indent}${head} {`,
  ...lines,
  `${indent}}`,
];

const deeper = (indent: string): string => `${indent}  `;

const statements: { [K in StatementKind]: (s: StatementOf<K>, w: Writer, indent: string) => string[] } = {
  for: (s, w, i) => {
    const [v, from, to] = [w.local(s.variable), w.extreme("max", s.from), w.extreme("min", s.to)];
    const fixed = /^-?\d+$/.test(to);
    const head = fixed
      ? `for (let ${v} = ${from}; ${v} < ${to}; ${v}++)`
      : `for (let ${v} = ${from}, n${v} = ${to}; ${v} < n${v}; ${v}++)`;
    return wrapped(head, w.block(s.body, deeper(i)), i);
  },
  while: (s, w, i) => wrapped(`while (${w.test(s.test)})`, w.block(s.body, deeper(i)), i),
  let: (s, w, i) => [`${i}let ${w.local(s.local)} = ${w.real(s.value)};`],
  index: (s, w, i) => {
    const value = w.affine(s.value);
    const text = s.mod === undefined ? value : `(((${value}) % ${s.mod}) + ${s.mod}) % ${s.mod}`;
    return [`${i}const ${w.local(s.local)} = ${text};`];
  },
  assign: (s, w, i) => [`${i}${w.local(s.local)} = ${w.real(s.value)};`],
  store: (s, w, i) => [`${i}${w.address(s.buffer, s.at)} = ${w.real(s.value)};`],
  accumulate: (s, w, i) => [`${i}${w.address(s.buffer, s.at)} += ${w.real(s.value)};`],
  if: (s, w, i) => {
    const yes = wrapped(`if (${w.test(s.test)})`, w.block(s.yes, deeper(i)), i);
    return s.no.length === 0 ? yes : [...yes, ...wrapped("else", w.block(s.no, deeper(i)), i)];
  },
  section: (s, w, i) => wrapped("", w.block(s.body, deeper(i)), i),
};
