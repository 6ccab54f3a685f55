/** The body of a loop comes in; every access to a buffer, with the range of its address, goes out. */
import {
  type Affine,
  affineSubstitute,
  type Buffer,
  coefficientOf,
  type Local,
  type Statement,
  type StatementOf,
  visitBlock,
} from "../../../ir/index.js";

export interface Access {
  readonly buffer: Buffer;
  readonly kind: "load" | "store" | "accumulate";
  /** In loop variables and remainders only. */
  readonly at: Affine;
}

/** Inclusive. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

export interface Accesses {
  readonly list: readonly Access[];
  /** Of loop variables inside the body, and of remainders. */
  readonly ranges: ReadonlyMap<Local, Interval>;
}

type Extreme = (...x: number[]) => number;

function boundOf(list: readonly Affine[], ranges: ReadonlyMap<Local, Interval>, pick: Extreme): number {
  const side = pick === Math.max ? "low" : "high";
  return pick(...list.map((a) => intervalOf(a, ranges)[side]));
}

/** What an affine value can be; infinite where a local is not known. */
export function intervalOf(a: Affine, ranges: ReadonlyMap<Local, Interval>): Interval {
  let [low, high] = [a.constant, a.constant];
  for (const { local, coefficient: c } of a.terms) {
    const r = ranges.get(local) ?? { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
    low += Math.min(c * r.low, c * r.high);
    high += Math.max(c * r.low, c * r.high);
  }
  return { low, high };
}

class Walk {
  readonly list: Access[] = [];
  readonly ranges = new Map<Local, Interval>();
  private readonly meanings = new Map<Local, Affine>();

  expand(a: Affine): Affine {
    return a.terms.reduce((sum, t) => {
      const by = this.meanings.get(t.local);
      return by === undefined ? sum : affineSubstitute(sum, t.local, by);
    }, a);
  }

  block(body: readonly Statement[]): void {
    for (const s of body) this.statement(s);
  }

  private statement(s: Statement): void {
    if (s.kind === "index") this.define(s);
    else if (s.kind === "for") this.loop(s);
    else if (s.kind === "if") {
      this.loads([{ ...s, yes: [], no: [] }]);
      this.block(s.yes);
      this.block(s.no);
    } else if (s.kind === "while") {
      this.loads([{ ...s, body: [] }]);
      this.block(s.body);
    } else if (s.kind === "section") this.block(s.body);
    else {
      this.loads([s]);
      if (s.kind === "store" || s.kind === "accumulate")
        this.list.push({ buffer: s.buffer, kind: s.kind, at: this.expand(s.at) });
    }
  }

  private define(s: StatementOf<"index">): void {
    if (s.mod === undefined) this.meanings.set(s.local, this.expand(s.value));
    else this.ranges.set(s.local, { low: 0, high: s.mod - 1 });
  }

  private loop(s: StatementOf<"for">): void {
    const [from, to] = [s.from, s.to].map((list) => list.map((a) => this.expand(a)));
    this.ranges.set(s.variable, {
      low: boundOf(from!, this.ranges, Math.max),
      high: boundOf(to!, this.ranges, Math.min) - 1,
    });
    this.block(s.body);
  }

  private loads(parts: readonly Statement[]): void {
    visitBlock(parts, {
      real: (e) => {
        if (e.kind === "load") this.list.push({ buffer: e.buffer, kind: "load", at: this.expand(e.at) });
      },
    });
  }
}

export function accessesOf(body: readonly Statement[]): Accesses {
  const walk = new Walk();
  walk.block(body);
  return walk;
}

/**
 * Iterations of the variable keep to windows of their own: with address c·v + rest, the rests of all accesses spread
 * over less than |c|.
 */
export function apart(list: readonly Access[], variable: Local, known: Accesses["ranges"]): boolean {
  const c = coefficientOf(list[0]!.at, variable);
  if (c === 0 || list.some((a) => coefficientOf(a.at, variable) !== c)) return false;
  const ranges = new Map(known).set(variable, { low: 0, high: 0 });
  const rests = list.map((a) => intervalOf(a.at, ranges));
  const spread = Math.max(...rests.map((r) => r.high)) - Math.min(...rests.map((r) => r.low));
  return spread < Math.abs(c);
}

/** More entries than this are not followed one by one. */
const FOLLOWED = 65536;

/**
 * Every entry that an iteration reads it has written before, so that each part may have a copy of its own: stores on
 * the way that is always taken are followed entry by entry.
 */
export function writtenFirst(buffer: Buffer, body: readonly Statement[]): boolean {
  if (buffer.size > FOLLOWED) return false;
  return new Coverage(buffer).holds(body);
}

class Coverage {
  private readonly written: boolean[];
  private readonly values = new Map<Local, number>();
  private fine = true;

  constructor(private readonly buffer: Buffer) {
    this.written = Array.from({ length: buffer.size }, () => false);
  }

  holds(body: readonly Statement[]): boolean {
    this.block(body, true);
    return this.fine;
  }

  private valueOf(a: Affine): number | undefined {
    return a.terms.reduce<number | undefined>((sum, t) => {
      const v = this.values.get(t.local);
      return sum === undefined || v === undefined ? undefined : sum + t.coefficient * v;
    }, a.constant);
  }

  private read(a: Affine): void {
    const at = this.valueOf(a);
    if (at === undefined || this.written[at] !== true) this.fine = false;
  }

  private reads(parts: readonly Statement[]): void {
    visitBlock(parts, {
      real: (e) => {
        if (e.kind === "load" && e.buffer === this.buffer) this.read(e.at);
      },
    });
  }

  private block(body: readonly Statement[], always: boolean): void {
    for (const s of body) if (this.fine) this.statement(s, always);
  }

  private statement(s: Statement, always: boolean): void {
    if (s.kind === "for") this.loop(s, always);
    else if (s.kind === "if") {
      this.reads([{ ...s, yes: [], no: [] }]);
      this.block(s.yes, false);
      this.block(s.no, false);
    } else if (s.kind === "while") this.fine &&= !mentions(s, this.buffer);
    else if (s.kind === "section") this.block(s.body, always);
    else if (s.kind === "index") {
      const value = s.mod === undefined ? this.valueOf(s.value) : undefined;
      if (value === undefined) this.values.delete(s.local);
      else this.values.set(s.local, value);
    } else {
      this.reads([s]);
      if ((s.kind === "store" || s.kind === "accumulate") && s.buffer === this.buffer) this.write(s, always);
    }
  }

  private write(s: StatementOf<"store" | "accumulate">, always: boolean): void {
    if (s.kind === "accumulate") this.read(s.at);
    const at = this.valueOf(s.at);
    if (at !== undefined && always) this.written[at] = true;
  }

  /** Loops that touch the buffer are run through, if their bounds are known; others are passed over. */
  private loop(s: StatementOf<"for">, always: boolean): void {
    if (!mentions(s, this.buffer)) return;
    const [from, to] = [s.from.map((a) => this.valueOf(a)), s.to.map((a) => this.valueOf(a))];
    if ([...from, ...to].includes(undefined)) {
      this.fine = false;
      return;
    }
    for (let k = Math.max(...(from as number[])); k < Math.min(...(to as number[])) && this.fine; k++) {
      this.values.set(s.variable, k);
      this.block(s.body, always);
    }
    this.values.delete(s.variable);
  }
}

/** In how many places the buffer occurs. */
export function occurrences(body: readonly Statement[], buffer: Buffer): number {
  let count = 0;
  visitBlock(body, {
    real: (e) => {
      if (e.kind === "load" && e.buffer === buffer) count += 1;
    },
    statement: (x) => {
      if ((x.kind === "store" || x.kind === "accumulate") && x.buffer === buffer) count += 1;
    },
  });
  return count;
}

const mentions = (s: Statement, buffer: Buffer): boolean => occurrences([s], buffer) > 0;
