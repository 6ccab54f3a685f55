/**
 * Statements of the loop IR come in, instructions that run them for several members of an ensemble at once go out.
 *
 * Members are lanes: a number that differs between them is a vector for each pair of members, and a buffer of such
 * numbers holds the members of an entry side by side. Parameters are the same for all, so a row of a matrix is read
 * once for all members: a matrix times a vector becomes a matrix times a matrix. Sums run along memory in each lane, in
 * the order in which a single run adds them, and nothing is added across lanes.
 */
import {
  type Affine,
  affineConstant,
  affineEqual,
  type Buffer,
  coefficientOf,
  type Local,
  mapReal,
  PRIMITIVES,
  type Primitive,
  type Real,
  type RealKind,
  type RealOf,
  type Statement,
  type StatementKind,
  type StatementOf,
  type Test,
  type TestKind,
  type TestOf,
  visitBlock,
} from "../../ir/index.js";
import type { Assembler, Variable } from "./assembler.js";
import { type Functions, isKernel, type Kernel } from "./functions.js";
import type { Plain } from "./instructions.js";
import { uniformLocals } from "./uniform.js";
import { Writer } from "./writer.js";

/** Pairs of members. Two hide the latency of an addition in a sum over four rows, and leave registers free. */
const PARTS = 2;
export const MEMBERS = 2 * PARTS;
const EACH = Array.from({ length: PARTS }, (_, part) => part);

/** A pointer that walks along with an innermost loop. */
interface Pointer {
  readonly scale: number;
  readonly moving: Affine;
  readonly extra: number;
  readonly variable: Variable;
}

/** The part of an address that changes, and what is added to it. */
interface Split {
  readonly scale: number;
  readonly moving: Affine;
  readonly extra: number;
  readonly offset: number;
}

export class MembersWriter {
  readonly w: Writer;
  private readonly locals = new Map<Local, readonly Variable[]>();
  private readonly uniform: ReadonlySet<Local>;
  /** Of the innermost loop that is being written. */
  private pointers: Pointer[] = [];
  /** Where the members go that take the branch being written; undefined: all do. */
  private mask: readonly Variable[] | undefined;
  private readonly shared = new Map<Real, Variable>();
  /** Inside a loop, where kernels are written out in place. */
  private depth = 0;

  constructor(
    readonly code: Assembler,
    readonly functions: Functions,
    private readonly places: ReadonlyMap<Buffer, number>,
    readonly varies: (b: Buffer) => boolean,
    body: readonly Statement[],
  ) {
    this.w = new Writer(code, functions, places);
    this.uniform = uniformLocals(body, varies);
  }

  block(body: readonly Statement[]): void {
    for (const s of body) (statements[s.kind] as (s: Statement, m: MembersWriter) => void)(s, this);
  }

  // ---- values -----------------------------------------------------------------------------------------

  variables(l: Local): readonly Variable[] {
    let found = this.locals.get(l);
    if (found === undefined) {
      const first = this.code.variable("v128");
      found = EACH.map((part) => (part === 0 || this.uniform.has(l) ? first : this.code.variable("v128")));
      this.locals.set(l, found);
    }
    return found;
  }

  real(e: Real, part: number): void {
    (reals[e.kind] as (e: Real, m: MembersWriter, part: number) => void)(e, this, part);
  }

  /** Leaves all bits of the members for which the test holds. */
  test(t: Test, part: number): void {
    (tests[t.kind] as (t: Test, m: MembersWriter, part: number) => void)(t, this, part);
  }

  /** Loads of parameters in a value that all members read, once for all of them. */
  private share(value: Real): void {
    this.shared.clear();
    const visit = (e: Real): Real => {
      if (e.kind === "load" && !this.varies(e.buffer)) {
        this.load(e.buffer, e.at, 0);
        this.shared.set(e, this.keep());
      }
      // One side of a choice may read out of range while the other one holds.
      return e.kind === "select" ? e : mapReal(e, { real: visit });
    };
    visit(value);
  }

  define(l: Local, value: Real): void {
    const variables = this.variables(l);
    this.share(value);
    for (const part of this.uniform.has(l) ? [0] : EACH) {
      this.real(value, part);
      this.code.set(variables[part]!);
    }
  }

  assign(l: Local, value: Real): void {
    const variables = this.variables(l);
    this.share(value);
    for (const part of EACH) {
      this.real(value, part);
      this.masked(part, () => this.code.get(variables[part]!));
      this.code.set(variables[part]!);
    }
  }

  /** The value on the stack for the members of the branch, the old one for the others. */
  private masked(part: number, old: () => void): void {
    if (this.mask === undefined) return;
    old();
    this.code.get(this.mask[part]!).op("v128.bitselect");
  }

  /** A value in a new variable. */
  keep(): Variable {
    const v = this.code.variable("v128");
    this.code.set(v);
    return v;
  }

  kernel(fn: Kernel): void {
    this.functions.kernel(fn, this.code, this.depth > 0);
  }

  // ---- memory -----------------------------------------------------------------------------------------

  private split(buffer: Buffer, at: Affine): Split {
    const a = this.w.expand(at);
    const scale = this.varies(buffer) ? 8 * MEMBERS : 8;
    const offset = this.places.get(buffer)! + scale * a.constant;
    const moving = { terms: a.terms, constant: 0 };
    return offset >= 0 && this.w.climbs(a)
      ? { scale, moving, extra: 0, offset }
      : { scale, moving, extra: offset, offset: 0 };
  }

  private known({ scale, moving, extra }: Split): Pointer | undefined {
    return this.pointers.find((p) => p.scale === scale && p.extra === extra && affineEqual(p.moving, moving));
  }

  private compute({ scale, moving, extra }: Omit<Split, "offset">): void {
    this.w.sum(moving, scale);
    if (extra !== 0) this.code.i32(extra | 0).op("i32.add");
  }

  /** Leaves the address; returns the immediate offset that belongs to it. */
  private address(buffer: Buffer, at: Affine, part: number): number {
    const split = this.split(buffer, at);
    const pointer = this.known(split);
    if (pointer !== undefined) this.code.get(pointer.variable);
    else this.compute(split);
    return split.offset + (this.varies(buffer) ? 16 * part : 0);
  }

  /** A load in a value: done before, or now. */
  read(e: RealOf<"load">, part: number): void {
    const shared = this.shared.get(e);
    if (shared !== undefined) this.code.get(shared);
    else this.load(e.buffer, e.at, part);
  }

  private load(buffer: Buffer, at: Affine, part: number): void {
    const offset = this.address(buffer, at, part);
    this.code.memory(this.varies(buffer) ? "v128.load" : "v128.load64_splat", offset);
  }

  store({ buffer, at, value }: StatementOf<"store"> | StatementOf<"accumulate">, adds: boolean): void {
    this.share(value);
    for (const part of EACH) {
      const offset = this.address(buffer, at, part);
      if (adds) this.load(buffer, at, part);
      this.real(value, part);
      if (adds) this.code.op("f64x2.add");
      this.masked(part, () => this.load(buffer, at, part));
      this.code.memory("v128.store", offset);
    }
  }

  // ---- control ----------------------------------------------------------------------------------------

  loop(s: StatementOf<"for">): void {
    this.w.enter(s);
    this.w.forget(s.variable);
    const count = this.count(s);
    if (count?.count === 0) return;
    if (count?.count === 1) {
      this.w.define(s.variable, affineConstant(count.from));
      this.block(s.body);
      return;
    }
    const [v, end, { code }] = [this.w.variable(s.variable), this.code.variable("i32"), this];
    this.w.bound(s.from, false);
    code.set(v);
    this.w.bound(s.to, true);
    code.set(end).get(v).get(end).op("i32.lt_s");
    this.depth += 1;
    code.choose([], () => this.rounds(s, v, end));
    this.depth -= 1;
  }

  private rounds(s: StatementOf<"for">, v: Variable, end: Variable): void {
    const outer = this.pointers;
    this.pointers = isInnermost(s.body) ? this.begin(s) : [];
    this.code.repeat(() => {
      this.block(s.body);
      for (const p of this.pointers) this.advance(p, s.variable);
      this.code.get(v).i32(1).op("i32.add").tee(v).get(end).op("i32.lt_s");
    });
    this.pointers = outer;
  }

  /** First value and number of rounds of a loop between constants. */
  private count(s: StatementOf<"for">): { readonly from: number; readonly count: number } | undefined {
    const [from, to] = [s.from.map((a) => this.w.expand(a)), s.to.map((a) => this.w.expand(a))];
    if ([...from, ...to].some((a) => a.terms.length > 0)) return undefined;
    const first = Math.max(...from.map((a) => a.constant));
    return { from: first, count: Math.max(0, Math.min(...to.map((a) => a.constant)) - first) };
  }

  /** The pointers of a loop whose variable holds its first value. */
  private begin({ body }: StatementOf<"for">): Pointer[] {
    for (const s of body) if (s.kind === "index") this.w.define(s.local, s.value);
    this.pointers = [];
    const found: Pointer[] = [];
    const note = (buffer: Buffer, at: Affine): void => {
      const split = this.split(buffer, at);
      if (
        found.some(
          (p) => p.scale === split.scale && p.extra === split.extra && affineEqual(p.moving, split.moving),
        )
      )
        return;
      this.compute(split);
      const variable = this.code.variable("i32");
      this.code.set(variable);
      found.push({ ...split, variable });
    };
    visitBlock(body, {
      real: (e) => {
        if (e.kind === "load") note(e.buffer, e.at);
      },
      statement: (s) => {
        if (s.kind === "store" || s.kind === "accumulate") note(s.buffer, s.at);
      },
    });
    return found;
  }

  private advance({ variable, moving, scale }: Pointer, along: Local): void {
    const stride = scale * coefficientOf(moving, along);
    if (stride === 0) return;
    this.code
      .get(variable)
      .i32(stride | 0)
      .op("i32.add")
      .set(variable);
  }

  /** Both branches, each with the members that take it; one branch where all take the same. */
  branch(s: StatementOf<"if">): void {
    if (isUniformTest(s.test)) {
      this.w.test(s.test);
      this.code.choose([], () => this.block(s.yes), s.no.length > 0 ? () => this.block(s.no) : undefined);
      return;
    }
    const outer = this.mask;
    const held = EACH.map((part) => {
      this.test(s.test, part);
      return this.keep();
    });
    const within = (inside: boolean): readonly Variable[] =>
      held.map((h, part) => {
        this.code.get(h);
        if (!inside) this.code.op("v128.not");
        if (outer !== undefined) this.code.get(outer[part]!).op("v128.and");
        return this.keep();
      });
    for (const [inside, body] of [
      [true, s.yes],
      [false, s.no],
    ] as const) {
      this.mask = within(inside);
      this.block(body);
    }
    this.mask = outer;
  }
}

const isInnermost = (body: readonly Statement[]): boolean =>
  body.every(
    (s) =>
      s.kind === "let" ||
      s.kind === "assign" ||
      s.kind === "store" ||
      s.kind === "accumulate" ||
      (s.kind === "index" && s.mod === undefined),
  );

/** About integers only: the same for all members. */
const isUniformTest = (t: Test): boolean =>
  t.kind === "nonNegative" ||
  t.kind === "isZero" ||
  (t.kind === "not" ? isUniformTest(t.test) : t.kind === "all" && t.tests.every(isUniformTest));

/** Whether the members can run these statements together: no loop goes on for some of them only. */
export function runsTogether(body: readonly Statement[]): boolean {
  let fine = true;
  visitBlock(body, {
    statement: (s) => {
      if (s.kind === "while" && !isUniformTest(s.test)) fine = false;
    },
  });
  return fine;
}

const BINARY = { "+": "f64x2.add", "-": "f64x2.sub", "*": "f64x2.mul", "/": "f64x2.div" } as const;
const COMPARED = { "<": "f64x2.lt", "<=": "f64x2.le", "=": "f64x2.eq", "!=": "f64x2.ne" } as const;
const DIRECT = {
  abs: "f64x2.abs",
  sqrt: "f64x2.sqrt",
  floor: "f64x2.floor",
  max: "f64x2.max",
  min: "f64x2.min",
} as const;

/** `above` for x > 0, `below` for x < 0, and what `otherwise` makes of ±0 and NaN. */
function bySign(m: MembersWriter, above: number, below: number, otherwise: readonly Plain[]): void {
  const x = m.keep();
  m.code
    .f64x2(above)
    .f64x2(below)
    .get(x)
    .op(...otherwise);
  m.code.get(x).f64x2(0).op("f64x2.lt", "v128.bitselect");
  m.code.get(x).f64x2(0).op("f64x2.gt", "v128.bitselect");
}

/** An imported function, once for each member. */
function memberwise(fn: Primitive, m: MembersWriter): void {
  const args = Array.from({ length: PRIMITIVES[fn] }, () => m.keep()).reverse();
  for (const lane of [0, 1] as const) {
    for (const x of args) m.code.get(x).lane("f64x2.extract_lane", lane);
    m.functions.imported(fn, m.code);
    if (lane === 0) m.code.op("f64x2.splat");
    else m.code.lane("f64x2.replace_lane", 1);
  }
}

const reals: { [K in RealKind]: (e: RealOf<K>, m: MembersWriter, part: number) => void } = {
  const: (e, m) => void m.code.f64x2(e.value),
  local: (e, m, part) => void m.code.get(m.variables(e.local)[part]!),
  load: (e, m, part) => m.read(e, part),
  index: (e, m) => {
    m.w.affine(e.value);
    m.code.op("f64.convert_i32_s", "f64x2.splat");
  },
  binary: (e, m, part) => {
    m.real(e.left, part);
    m.real(e.right, part);
    m.code.op(BINARY[e.op]);
  },
  neg: (e, m, part) => {
    m.real(e.arg, part);
    m.code.op("f64x2.neg");
  },
  call: (e, m, part) => {
    for (const a of e.args) m.real(a, part);
    const { fn } = e;
    if (fn in DIRECT) m.code.op(DIRECT[fn as keyof typeof DIRECT]);
    else if (fn === "relu") m.code.f64x2(0).op("f64x2.max");
    else if (fn === "sign") bySign(m, 1, -1, []);
    else if (fn === "step") bySign(m, 1, 0, ["f64x2.abs"]);
    else if (isKernel(fn)) m.kernel(fn);
    else memberwise(fn, m);
  },
  select: (e, m, part) => {
    if (isUniformTest(e.test)) {
      m.w.test(e.test);
      m.code.choose(
        ["v128"],
        () => m.real(e.yes, part),
        () => m.real(e.no, part),
      );
      return;
    }
    m.real(e.yes, part);
    m.real(e.no, part);
    m.test(e.test, part);
    m.code.op("v128.bitselect");
  },
};

const ALL = 0xffffffffffffffffn;

function integers(t: TestOf<"nonNegative" | "isZero">, m: MembersWriter): void {
  m.w.test(t);
  m.code.choose(
    ["v128"],
    () => m.code.i64x2(ALL),
    () => m.code.i64x2(0n),
  );
}

const tests: { [K in TestKind]: (t: TestOf<K>, m: MembersWriter, part: number) => void } = {
  compare: (t, m, part) => {
    m.real(t.left, part);
    m.real(t.right, part);
    m.code.op(COMPARED[t.op]);
  },
  nonNegative: integers,
  isZero: integers,
  not: (t, m, part) => {
    m.test(t.test, part);
    m.code.op("v128.not");
  },
  all: (t, m, part) => {
    const [first, ...rest] = t.tests;
    if (first === undefined) m.code.i64x2(ALL);
    else if (isUniformTest(first)) {
      // What follows may read only where the tests before it hold.
      m.w.test(first);
      m.code.choose(
        ["v128"],
        () => m.test({ kind: "all", tests: rest }, part),
        () => m.code.i64x2(0n),
      );
    } else {
      m.test(first, part);
      m.test({ kind: "all", tests: rest }, part);
      m.code.op("v128.and");
    }
  },
};

const statements: { [K in StatementKind]: (s: StatementOf<K>, m: MembersWriter) => void } = {
  for: (s, m) => m.loop(s),
  while: (s, m) =>
    void m.code.loopWhile(
      () => m.w.test(s.test),
      () => m.block(s.body),
    ),
  let: (s, m) => m.define(s.local, s.value),
  index: (s, m) => m.w.block([s]),
  assign: (s, m) => m.assign(s.local, s.value),
  store: (s, m) => m.store(s, false),
  accumulate: (s, m) => m.store(s, true),
  if: (s, m) => m.branch(s),
  section: (s, m) => m.block(s.body),
};
