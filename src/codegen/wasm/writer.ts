/** Statements of the loop IR come in, instructions on scalars go out; loops that allow it are left to `lanes.ts`. */
import {
  type Affine,
  affineConstant,
  affineSubstitute,
  type Buffer,
  type Local,
  type Real,
  type RealKind,
  type RealOf,
  type Statement,
  type StatementKind,
  type StatementOf,
  type Test,
  type TestKind,
  type TestOf,
} from "../../ir/index.js";
import type { Assembler, Variable } from "./assembler.js";
import { type Functions, isKernel } from "./functions.js";
import { writeLanes } from "./lanes.js";
import { vectorLoop } from "./vectorise.js";

export class Writer {
  private readonly variables = new Map<Local, Variable>();
  /** Integer definitions, written out where they are used. */
  private readonly meanings = new Map<Local, Affine>();
  /** Integers that may be negative. */
  private readonly signed = new Set<Local>();

  constructor(
    readonly code: Assembler,
    readonly functions: Functions,
    private readonly places: ReadonlyMap<Buffer, number>,
  ) {}

  variable(l: Local): Variable {
    let v = this.variables.get(l);
    if (v === undefined) {
      v = this.code.variable(l.type === "int" ? "i32" : "f64");
      this.variables.set(l, v);
    }
    return v;
  }

  /** The local stands for the affine value from here on. */
  define(l: Local, value: Affine): void {
    this.meanings.set(l, this.expand(value));
  }

  /** The loop variable is a variable again. */
  forget(l: Local): void {
    this.meanings.delete(l);
  }

  /** A loop variable: 0 or more unless its bounds leave that open. */
  enter(loop: StatementOf<"for">): void {
    if (!loop.from.some((a) => a.terms.length === 0 && a.constant >= 0)) this.signed.add(loop.variable);
  }

  expand(a: Affine): Affine {
    return a.terms.reduce((sum, t) => {
      const by = this.meanings.get(t.local);
      return by === undefined ? sum : affineSubstitute(sum, t.local, by);
    }, a);
  }

  /** Leaves Σ scale·coefficient·local + constant. */
  sum(a: Affine, scale: number): void {
    const { code } = this;
    let started = false;
    for (const { local, coefficient } of a.terms) {
      code.get(this.variable(local));
      if (coefficient * scale !== 1) code.i32((coefficient * scale) | 0).op("i32.mul");
      if (started) code.op("i32.add");
      started = true;
    }
    if (!started) code.i32(a.constant * scale);
    else if (a.constant !== 0) code.i32((a.constant * scale) | 0).op("i32.add");
  }

  affine(a: Affine): void {
    this.sum(this.expand(a), 1);
  }

  /** No term can be negative. */
  climbs(a: Affine): boolean {
    return a.terms.every((t) => t.coefficient > 0 && !this.signed.has(t.local));
  }

  /**
   * Splits an address into a part for the stack, never negative, and an immediate offset. An access traps when
   * their exact sum leaves memory, so the first part must not wrap around.
   */
  split(
    buffer: Buffer,
    at: Affine,
  ): { readonly moving: Affine; readonly extra: number; readonly offset: number } {
    const a = this.expand(at);
    const offset = this.places.get(buffer)! + 8 * a.constant;
    const safe = offset >= 0 && this.climbs(a);
    const moving = { terms: a.terms, constant: 0 };
    return safe ? { moving, extra: 0, offset } : { moving, extra: offset, offset: 0 };
  }

  /** Leaves the address; returns the immediate offset that belongs to it. */
  address(buffer: Buffer, at: Affine): number {
    const { moving, extra, offset } = this.split(buffer, at);
    this.sum(moving, 8);
    if (extra !== 0) this.code.i32(extra | 0).op("i32.add");
    return offset;
  }

  real(e: Real): void {
    (reals[e.kind] as (e: Real, w: Writer) => void)(e, this);
  }

  test(t: Test): void {
    (tests[t.kind] as (t: Test, w: Writer) => void)(t, this);
  }

  block(body: readonly Statement[]): void {
    for (const s of body) (statements[s.kind] as (s: Statement, w: Writer) => void)(s, this);
  }

  /** The extreme of several affine values. */
  bound(list: readonly Affine[], smaller: boolean): void {
    const [first, ...rest] = list;
    this.affine(first!);
    for (const a of rest) {
      const [x, y] = [this.code.variable("i32"), this.code.variable("i32")];
      this.code.set(x);
      this.affine(a);
      this.code
        .set(y)
        .get(x)
        .get(y)
        .op(smaller ? "i32.lt_s" : "i32.gt_s");
      this.code.choose(
        ["i32"],
        () => this.code.get(x),
        () => this.code.get(y),
      );
    }
  }

  /** The body of a loop once, with its variable fixed. */
  once(loop: StatementOf<"for">, value: number): void {
    this.define(loop.variable, affineConstant(value));
    this.block(loop.body);
  }

  loop(s: StatementOf<"for">, from: () => void): void {
    const { code } = this;
    const [v, end] = [this.variable(s.variable), code.variable("i32")];
    from();
    code.set(v);
    this.bound(s.to, true);
    code.set(end);
    code.loopWhile(
      () => code.get(v).get(end).op("i32.lt_s"),
      () => {
        this.block(s.body);
        code.get(v).i32(1).op("i32.add").set(v);
      },
    );
  }
}

const BINARY = { "+": "f64.add", "-": "f64.sub", "*": "f64.mul", "/": "f64.div" } as const;
const COMPARED = { "<": "f64.lt", "<=": "f64.le", "=": "f64.eq", "!=": "f64.ne" } as const;
const DIRECT = {
  abs: "f64.abs",
  sqrt: "f64.sqrt",
  floor: "f64.floor",
  max: "f64.max",
  min: "f64.min",
} as const;

/** x > 0 ? 1 : x <= 0 ? 0 : NaN, and the like: `values` for x > 0, x < 0, and x itself otherwise (±0, NaN). */
function bySign(w: Writer, above: number, below: number, otherwise: (get: () => void) => void): void {
  const { code } = w;
  const x = code.variable("f64");
  const get = (): void => void code.get(x);
  code.set(x).get(x).f64(0).op("f64.gt");
  code.choose(
    ["f64"],
    () => code.f64(above),
    () => {
      code.get(x).f64(0).op("f64.lt");
      code.choose(
        ["f64"],
        () => code.f64(below),
        () => otherwise(get),
      );
    },
  );
}

function call(e: RealOf<"call">, w: Writer): void {
  for (const a of e.args) w.real(a);
  const { fn } = e;
  if (fn in DIRECT) w.code.op(DIRECT[fn as keyof typeof DIRECT]);
  else if (fn === "relu") w.code.f64(0).op("f64.max");
  else if (fn === "sign") bySign(w, 1, -1, (get) => get());
  // x·x is 0 at ±0 and NaN at NaN.
  else if (fn === "step")
    bySign(w, 1, 0, (get) => {
      get();
      w.code.op("f64.abs");
    });
  else if (isKernel(fn)) {
    w.code.op("f64x2.splat");
    w.functions.kernel(fn, w.code, false);
    w.code.lane("f64x2.extract_lane", 0);
  } else w.functions.imported(fn, w.code);
}

const reals: { [K in RealKind]: (e: RealOf<K>, w: Writer) => void } = {
  const: (e, w) => void w.code.f64(e.value),
  local: (e, w) => void w.code.get(w.variable(e.local)),
  load: (e, w) => {
    const offset = w.address(e.buffer, e.at);
    w.code.memory("f64.load", offset);
  },
  index: (e, w) => {
    w.affine(e.value);
    w.code.op("f64.convert_i32_s");
  },
  binary: (e, w) => {
    w.real(e.left);
    w.real(e.right);
    w.code.op(BINARY[e.op]);
  },
  neg: (e, w) => {
    w.real(e.arg);
    w.code.op("f64.neg");
  },
  call,
  select: (e, w) => {
    w.test(e.test);
    w.code.choose(
      ["f64"],
      () => w.real(e.yes),
      () => w.real(e.no),
    );
  },
};

const tests: { [K in TestKind]: (t: TestOf<K>, w: Writer) => void } = {
  compare: (t, w) => {
    w.real(t.left);
    w.real(t.right);
    w.code.op(COMPARED[t.op]);
  },
  nonNegative: (t, w) => {
    w.affine(t.value);
    w.code.i32(0).op("i32.ge_s");
  },
  isZero: (t, w) => {
    w.affine(t.value);
    w.code.op("i32.eqz");
  },
  not: (t, w) => {
    w.test(t.test);
    w.code.op("i32.eqz");
  },
  all: (t, w) => {
    const [first, ...rest] = t.tests;
    if (first === undefined) w.code.i32(1);
    else {
      w.test(first);
      // What follows may read only where the tests before it hold.
      if (rest.length > 0)
        w.code.choose(
          ["i32"],
          () => w.test({ kind: "all", tests: rest }),
          () => w.code.i32(0),
        );
    }
  },
};

const statements: { [K in StatementKind]: (s: StatementOf<K>, w: Writer) => void } = {
  for: (s, w) => {
    w.enter(s);
    w.forget(s.variable);
    const vector = vectorLoop(s);
    if (vector === undefined) w.loop(s, () => w.bound(s.from, false));
    else writeLanes(vector, w);
  },
  while: (s, w) =>
    void w.code.loopWhile(
      () => w.test(s.test),
      () => w.block(s.body),
    ),
  let: (s, w) => {
    w.real(s.value);
    w.code.set(w.variable(s.local));
  },
  index: (s, w) => {
    if (s.mod === undefined) {
      w.define(s.local, s.value);
      return;
    }
    w.affine(s.value);
    w.code.i32(s.mod).op("i32.rem_s").i32(s.mod).op("i32.add").i32(s.mod).op("i32.rem_s");
    w.code.set(w.variable(s.local));
  },
  assign: (s, w) => {
    w.real(s.value);
    w.code.set(w.variable(s.local));
  },
  store: (s, w) => {
    const offset = w.address(s.buffer, s.at);
    w.real(s.value);
    w.code.memory("f64.store", offset);
  },
  accumulate: (s, w) => {
    const offset = w.address(s.buffer, s.at);
    w.real({ kind: "load", buffer: s.buffer, at: s.at });
    w.real(s.value);
    w.code.op("f64.add").memory("f64.store", offset);
  },
  if: (s, w) => {
    w.test(s.test);
    w.code.choose([], () => w.block(s.yes), s.no.length > 0 ? () => w.block(s.no) : undefined);
  },
  section: (s, w) => w.block(s.body),
};
