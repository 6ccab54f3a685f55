/** A program comes in, readable text goes out; names are made distinct, so the text determines the program. */
import { showAffine } from "./affine.js";
import type {
  Buffer,
  Entry,
  Local,
  Program,
  Real,
  RealKind,
  RealOf,
  Statement,
  StatementKind,
  StatementOf,
  Test,
  TestKind,
  TestOf,
} from "./program.js";

/** Hands out one spelling per object: the given name, or the name with a number while it is taken. */
class Names {
  private readonly spelled = new Map<object, string>();
  private readonly taken = new Set<string>();

  of(thing: { readonly name: string }): string {
    const known = this.spelled.get(thing);
    if (known !== undefined) return known;
    let text = thing.name;
    for (let k = 1; this.taken.has(text); k++) text = `${thing.name}.${k}`;
    this.taken.add(text);
    this.spelled.set(thing, text);
    return text;
  }

  /** Names given inside are free again afterwards. */
  scoped<T>(inside: () => T): T {
    const outer = new Set(this.taken);
    const result = inside();
    for (const text of this.taken) if (!outer.has(text)) this.taken.delete(text);
    return result;
  }
}

class Printer {
  readonly buffers = new Names();
  readonly locals = new Names();

  readonly local = (l: Local): string => this.locals.of(l);

  real(e: Real, tight = 0): string {
    return (realText[e.kind] as (e: Real, p: Printer, tight: number) => string)(e, this, tight);
  }

  test(t: Test): string {
    return (testText[t.kind] as (t: Test, p: Printer) => string)(t, this);
  }

  lines(block: readonly Statement[], indent: string): string[] {
    return this.locals.scoped(() => block.flatMap((s) => this.statement(s, indent)));
  }

  private statement(s: Statement, indent: string): string[] {
    // A loop variable is free again after its loop.
    if (s.kind === "for") return this.locals.scoped(() => statementText.for(s, this, indent));
    return (statementText[s.kind] as (s: Statement, p: Printer, i: string) => string[])(s, this, indent);
  }
}

const address = (p: Printer, buffer: Buffer, at: Parameters<typeof showAffine>[0]): string =>
  `${p.buffers.of(buffer)}[${showAffine(at, p.local)}]`;

const paren = (text: string, needed: boolean): string => (needed ? `(${text})` : text);

const BINDING = { "+": 1, "-": 1, "*": 2, "/": 2 } as const;

const realText: { [K in RealKind]: (e: RealOf<K>, p: Printer, tight: number) => string } = {
  const: (e, _p, tight) => paren(Object.is(e.value, -0) ? "-0" : `${e.value}`, e.value < 0 && tight > 0),
  local: (e, p) => p.local(e.local),
  load: (e, p) => address(p, e.buffer, e.at),
  index: (e, p) => `real(${showAffine(e.value, p.local)})`,
  binary: (e, p, tight) => {
    const own = BINDING[e.op];
    return paren(`${p.real(e.left, own)} ${e.op} ${p.real(e.right, own + 0.5)}`, own < tight);
  },
  neg: (e, p, tight) => paren(`-${p.real(e.arg, 2)}`, tight > 1),
  call: (e, p) => `${e.fn}(${e.args.map((a) => p.real(a)).join(", ")})`,
  select: (e, p) => `select(${p.test(e.test)}, ${p.real(e.yes)}, ${p.real(e.no)})`,
};

const testText: { [K in TestKind]: (t: TestOf<K>, p: Printer) => string } = {
  compare: (t, p) => `${p.real(t.left)} ${t.op} ${p.real(t.right)}`,
  nonNegative: (t, p) => `${showAffine(t.value, p.local)} >= 0`,
  isZero: (t, p) => `${showAffine(t.value, p.local)} == 0`,
  not: (t, p) => `not(${p.test(t.test)})`,
  all: (t, p) => (t.tests.length === 0 ? "true" : t.tests.map((x) => p.test(x)).join(" and ")),
};

const bound = (p: Printer, fn: string, list: readonly Parameters<typeof showAffine>[0][]): string => {
  const texts = list.map((a) => showAffine(a, p.local));
  return texts.length === 1 ? texts[0]! : `${fn}(${texts.join(", ")})`;
};

const STEP = "  ";

const statementText: { [K in StatementKind]: (s: StatementOf<K>, p: Printer, i: string) => string[] } = {
  for: (s, p, i) => [
    `${i}for ${p.local(s.variable)} in ${bound(p, "max", s.from)}..${bound(p, "min", s.to)}`,
    ...p.lines(s.body, i + STEP),
  ],
  while: (s, p, i) => [`${i}while ${p.test(s.test)}`, ...p.lines(s.body, i + STEP)],
  let: (s, p, i) => [`${i}let ${p.local(s.local)} = ${p.real(s.value)}`],
  index: (s, p, i) => {
    const value = showAffine(s.value, p.local);
    return [`${i}int ${p.local(s.local)} = ${s.mod === undefined ? value : `mod(${value}, ${s.mod})`}`];
  },
  assign: (s, p, i) => [`${i}${p.local(s.local)} = ${p.real(s.value)}`],
  store: (s, p, i) => [`${i}${address(p, s.buffer, s.at)} = ${p.real(s.value)}`],
  accumulate: (s, p, i) => [`${i}${address(p, s.buffer, s.at)} += ${p.real(s.value)}`],
  if: (s, p, i) => [
    `${i}if ${p.test(s.test)}`,
    ...p.lines(s.yes, i + STEP),
    ...(s.no.length === 0 ? [] : [`${i}else`, ...p.lines(s.no, i + STEP)]),
  ],
  section: (s, p, i) => [`${i}# ${s.title}`, ...p.lines(s.body, i)],
};

const declaration = (p: Printer, b: Buffer): string => `${b.kind} ${p.buffers.of(b)}[${b.size}]`;

function entryLines(p: Printer, e: Entry): string[] {
  const outputs = e.outputs.map((o) => `${o.name}@${o.offset}[${o.shape.join(",")}]`).join(" ");
  return [
    `entry ${e.name}: out ${p.buffers.of(e.out)}[${e.out.size}] = ${outputs}`,
    ...p.lines(e.body, STEP),
  ];
}

/** The whole program, one statement a line. */
export function print(program: Program): string {
  const p = new Printer();
  const declared = [program.state, ...program.buffers].map((b) => declaration(p, b));
  const prepare = program.prepare.length === 0 ? [] : ["prepare", ...p.lines(program.prepare, STEP)];
  return [...declared, ...prepare, ...program.entries.flatMap((e) => entryLines(p, e))].join("\n");
}

export const printBlock = (block: readonly Statement[]): string => new Printer().lines(block, "").join("\n");

/** The first line of a statement: what complaints quote. */
export const printHead = (s: Statement): string => new Printer().lines([s], "")[0] ?? "";
