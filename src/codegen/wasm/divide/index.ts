/**
 * A program comes in; the same with its large loops divided goes out: a loop over parts, each of which writes only
 * what is its own, and after it what joins the parts in their order. Parts may run at the same time, and the result
 * does not depend on when they do.
 */
import {
  type Affine,
  accumulate,
  affineConstant,
  affineLocal,
  affineScale,
  affineShift,
  assign,
  type Buffer,
  call,
  constant,
  costOf,
  type Local,
  lessThan,
  letReal,
  load,
  loopTo,
  minus,
  type Program,
  plus,
  type Real,
  read,
  type Statement,
  select,
  store,
  times,
} from "../../../ir/index.js";
import type { Fold } from "../vectorise.js";
import { type Analysis, analyse, type Loop } from "./analyse.js";
import type { Online } from "./online.js";
import { substituted } from "./substitute.js";

export interface Divided {
  readonly program: Program;
  /** The loops over parts. */
  readonly parallel: ReadonlySet<Statement>;
}

export interface DivideOptions {
  readonly parts: number;
  /** Loops of fewer operations stay whole: to wake a thread costs as much as some ten thousand. */
  readonly smallest: number;
}

/** Parts write to lines of their own: two caches that exchange a line wait for each other. */
const LINE = 16;
const padded = (size: number): number => Math.ceil(size / LINE) * LINE;

const START: { [F in Fold]: number } = {
  "+": 0,
  "*": 1,
  max: Number.NEGATIVE_INFINITY,
  min: Number.POSITIVE_INFINITY,
};

const folded = (fold: Fold, a: Real, b: Real): Real =>
  fold === "+" ? plus(a, b) : fold === "*" ? times(a, b) : call(fold, a, b);

/** A call of a function takes as long as so many additions. */
const CALL = 20;

function operations(loop: Loop): number {
  const { flops, loads, stores, calls } = costOf([loop]);
  return flops + loads + stores + CALL * calls;
}

function constantRange(loop: Loop): { from: number; to: number } | undefined {
  if ([...loop.from, ...loop.to].some((a) => a.terms.length > 0)) return undefined;
  return {
    from: Math.max(...loop.from.map((a) => a.constant)),
    to: Math.min(...loop.to.map((a) => a.constant)),
  };
}

/** Makes the buffers of one division; parts are numbered by `part`. */
class Division {
  readonly buffers: Buffer[] = [];
  readonly part: Local = { type: "int", name: "part" };

  constructor(
    private readonly loop: Loop,
    private readonly found: Analysis,
    private readonly parts: number,
  ) {}

  private work(name: string, size: number): Buffer {
    const b: Buffer = { kind: "work", name, size };
    this.buffers.push(b);
    return b;
  }

  /** A row for each part. */
  private rows(name: string, size: number): { buffer: Buffer; row: (part: Affine) => Affine } {
    const width = padded(size);
    return {
      buffer: this.work(name, this.parts * width),
      row: (part) => affineScale(part, width),
    };
  }

  statements(from: number, to: number): { before: Statement[]; over: Statement; after: Statement[] } {
    const { loop, found, part } = this;
    const mine = affineLocal(part);
    const numbers = Array.from({ length: this.parts }, (_, p) => affineConstant(p));
    const own = new Map<Local, Local>();
    const [before, first, last, after]: [Statement[], Statement[], Statement[], Statement[]] = [
      [],
      [],
      [],
      [],
    ];
    const fresh = (l: Local): Local => {
      const copy: Local = { type: "real", name: l.name };
      own.set(l, copy);
      return copy;
    };
    // Values from outside go through memory, because parts are functions of their own.
    const passed = found.passed.length === 0 ? undefined : this.work("passed", found.passed.length);
    for (const [k, l] of found.passed.entries()) {
      before.push(store(passed!, affineConstant(k), read(l)));
      first.push(letReal(fresh(l), load(passed!, affineConstant(k))));
    }
    const results = this.results();
    for (const [k, { local, start }] of results.entries()) {
      const { buffer, row } = this.rows(local.name, 1);
      const copy = fresh(local);
      first.push(letReal(copy, constant(start)));
      last.push(store(buffer, row(mine), read(copy)));
      results[k]!.parts = numbers.map((p) => load(buffer, row(p)));
    }
    const moved = new Map<Buffer, { buffer: Buffer; from: Affine }>();
    const sums: [Buffer, (part: number, at: Affine) => Real][] = [];
    for (const b of [...found.sums, ...(found.online?.buffers ?? [])]) {
      const { buffer, row } = this.rows(b.name, b.size);
      moved.set(b, { buffer, from: row(mine) });
      const i: Local = { type: "int", name: "i" };
      first.push(loopTo(i, b.size, [store(buffer, plusAffine(row(mine), i), constant(0))]));
      sums.push([b, (p, at) => load(buffer, { ...at, constant: at.constant + row(numbers[p]!).constant })]);
    }
    for (const b of found.scratch) {
      const { buffer, row } = this.rows(b.name, b.size);
      moved.set(b, { buffer, from: row(mine) });
    }
    after.push(...this.joined(results, sums));
    const chunk = chunkOf(to - from, this.parts);
    const begin = affineShift(affineScale(mine, chunk), from);
    const body = substituted(loop.body, { locals: own, buffers: moved });
    const run: Statement = {
      ...loop,
      from: [begin],
      to: [affineShift(begin, chunk), affineConstant(to)],
      body,
    };
    return { before, over: loopTo(part, this.parts, [...first, run, ...last]), after };
  }

  private results(): Result[] {
    const { folds, online } = this.found;
    const plain = [...folds].map(([local, fold]) => ({ local, fold, start: START[fold], parts: [] }));
    if (online === undefined) return plain;
    return [
      ...plain,
      { local: online.largest, fold: undefined, start: Number.NEGATIVE_INFINITY, parts: [] },
      ...online.totals.map((local) => ({ local, fold: undefined, start: 0, parts: [] })),
    ];
  }

  /** What the parts have found goes into what they stand for, in their order. */
  private joined(results: readonly Result[], sums: readonly Sum[]): Statement[] {
    const { online } = this.found;
    const plain = results.flatMap(({ local, fold, parts }) =>
      fold === undefined ? [] : parts.map((x) => assign(local, folded(fold, read(local), x))),
    );
    const isWeighted = (b: Buffer): boolean => online?.buffers.includes(b) ?? false;
    const added = sums
      .filter(([b]) => !isWeighted(b))
      .map(([b, of]) => {
        const i: Local = { type: "int", name: "i" };
        const at = affineLocal(i);
        const terms = Array.from({ length: this.parts }, (_, p) => of(p, at));
        return loopTo(i, b.size, [accumulate(b, at, terms.reduce(plus))]);
      });
    if (online === undefined) return [...plain, ...added];
    const partsOf = (l: Local): readonly Real[] => results.find((r) => r.local === l)!.parts;
    return [
      ...plain,
      ...added,
      ...this.rescaled(
        online,
        partsOf,
        sums.filter(([b]) => isWeighted(b)),
      ),
    ];
  }

  /** Brings all parts to the largest exponent of all; what the loop started from counts as a part. */
  private rescaled(
    online: Online,
    partsOf: (l: Local) => readonly Real[],
    sums: readonly Sum[],
  ): Statement[] {
    const largest: Local = { type: "real", name: "largest" };
    const found = partsOf(online.largest);
    const scales = [read(online.largest), ...found].map((x, k) => {
      const local: Local = { type: "real", name: "scale" };
      return { local, statement: letReal(local, scaleTo(x, read(largest))), k };
    });
    const [own, ...others] = scales.map((s) => read(s.local));
    const total = (x: Real, parts: readonly Real[]): Real =>
      parts.reduce((sum, p, k) => plus(sum, times(others[k]!, p)), times(own!, x));
    return [
      letReal(
        largest,
        found.reduce((a, b) => call("max", a, b), read(online.largest)),
      ),
      ...scales.map((s) => s.statement),
      ...online.totals.map((l) => assign(l, total(read(l), partsOf(l)))),
      ...sums.map(([b, of]) => {
        const i: Local = { type: "int", name: "i" };
        const at = affineLocal(i);
        return loopTo(i, b.size, [
          store(
            b,
            at,
            total(
              load(b, at),
              others.map((_, p) => of(p, at)),
            ),
          ),
        ]);
      }),
      assign(online.largest, read(largest)),
    ];
  }
}

interface Result {
  readonly local: Local;
  readonly fold: Fold | undefined;
  readonly start: number;
  parts: readonly Real[];
}

type Sum = readonly [Buffer, (part: number, at: Affine) => Real];

/** exp(x − largest), and 1 where they are equal, infinite ones included. */
const scaleTo = (x: Real, largest: Real): Real =>
  select(lessThan(x, largest), call("exp", minus(x, largest)), constant(1));

const plusAffine = (a: Affine, i: Local): Affine => ({
  terms: [...a.terms, { local: i, coefficient: 1 }],
  constant: a.constant,
});

/** Iterations of a part: a multiple of the lanes of a vector where there are many. */
function chunkOf(count: number, parts: number): number {
  const even = Math.ceil(count / parts);
  return even >= 64 ? Math.ceil(even / 8) * 8 : even;
}

class Divider {
  readonly buffers: Buffer[] = [];
  readonly parallel = new Set<Statement>();

  constructor(private readonly options: DivideOptions) {}

  block(body: readonly Statement[], whole = body): readonly Statement[] {
    return body.flatMap((s): readonly Statement[] => {
      if (s.kind === "section") return [{ ...s, body: this.block(s.body, whole) }];
      return s.kind === "for" ? this.loop(s, whole) : [s];
    });
  }

  private loop(loop: Loop, whole: readonly Statement[]): readonly Statement[] {
    const range = constantRange(loop);
    if (range === undefined || range.to - range.from < 2) return [loop];
    if (operations(loop) < this.options.smallest) return [loop];
    const found = analyse(loop, whole);
    if (found === undefined) return [loop];
    const division = new Division(loop, found, this.options.parts);
    const { before, over, after } = division.statements(range.from, range.to);
    this.buffers.push(...division.buffers);
    this.parallel.add(over);
    return [...before, over, ...after];
  }
}

export function divide(program: Program, options: DivideOptions): Divided {
  const divider = new Divider(options);
  const prepare = divider.block(program.prepare);
  const entries = program.entries.map((e) => ({ ...e, body: divider.block(e.body) }));
  const buffers = [...program.buffers, ...divider.buffers];
  return { program: { ...program, prepare, entries, buffers }, parallel: divider.parallel };
}
