/**
 * A program comes in, a list of complaints goes out (none: the program may run): every access in bounds,
 * every local defined before use and of the right type, no write to a constant or to the state.
 */
import { type Affine, affineAdd, affineConstant, affineShift, showAffine } from "./affine.js";
import { PRIMITIVES } from "./primitives.js";
import { printHead } from "./print.js";
import type {
  Buffer,
  BufferKind,
  Local,
  Program,
  Real,
  Statement,
  StatementKind,
  StatementOf,
  Test,
} from "./program.js";
import { Facts } from "./prove.js";
import { mapReal, mapTest, type Rewrite } from "./walk.js";

export interface Complaint {
  readonly code: "bounds" | "undefined" | "type" | "write" | "arity" | "buffer" | "data" | "redefined";
  readonly message: string;
  /** The statement, printed; empty for complaints about declarations. */
  readonly statement: string;
}

type Phase = "prepare" | "entry";

const WRITABLE: { [P in Phase]: ReadonlySet<BufferKind> } = {
  prepare: new Set(["prepared", "work"]),
  entry: new Set(["out", "work"]),
};
const READABLE: { [P in Phase]: ReadonlySet<BufferKind> } = {
  prepare: new Set(["param", "table", "prepared", "work"]),
  entry: new Set(["param", "table", "prepared", "work", "input", "state", "out"]),
};

/** What is in scope at one place. */
interface Scope {
  readonly facts: Facts;
  readonly locals: ReadonlySet<Local>;
  readonly at: Statement | undefined;
}

class Verifier {
  readonly complaints: Complaint[] = [];

  constructor(
    private readonly phase: Phase,
    private readonly buffers: ReadonlySet<Buffer>,
  ) {}

  complain(code: Complaint["code"], message: string, scope: Scope): void {
    this.complaints.push({ code, message, statement: scope.at === undefined ? "" : printHead(scope.at) });
  }

  block(statements: readonly Statement[], outer: Scope): Scope {
    let scope = outer;
    for (const s of statements)
      scope = (rules[s.kind] as (s: Statement, v: Verifier, c: Scope) => Scope)(s, this, { ...scope, at: s });
    return scope;
  }

  use(local: Local, type: Local["type"], scope: Scope): void {
    if (!scope.locals.has(local))
      this.complain("undefined", `${local.name} is used before it is defined`, scope);
    if (local.type !== type) this.complain("type", `${local.name} is ${local.type}, expected ${type}`, scope);
  }

  affine(a: Affine, scope: Scope): void {
    for (const t of a.terms) this.use(t.local, "int", scope);
    const integers = [a.constant, ...a.terms.map((t) => t.coefficient)];
    if (!integers.every(Number.isSafeInteger))
      this.complain("type", `${showAffine(a)} has coefficients that are no integers`, scope);
  }

  access(buffer: Buffer, at: Affine, write: boolean, scope: Scope): void {
    this.affine(at, scope);
    if (!this.buffers.has(buffer)) this.complain("buffer", `${buffer.name} is not declared`, scope);
    if (!(write ? WRITABLE : READABLE)[this.phase].has(buffer.kind))
      this.complain(
        "write",
        `${this.phase} may not ${write ? "write" : "read"} ${buffer.kind} ${buffer.name}`,
        scope,
      );
    const high = affineShift(affineAdd(affineConstant(buffer.size), at, -1), -1);
    if (scope.facts.proves(at) && scope.facts.proves(high)) return;
    this.complain("bounds", `${buffer.name}[${showAffine(at)}] may leave 0..${buffer.size - 1}`, scope);
  }

  real(e: Real, scope: Scope): void {
    if (e.kind === "local") this.use(e.local, "real", scope);
    if (e.kind === "load") this.access(e.buffer, e.at, false, scope);
    if (e.kind === "call" && PRIMITIVES[e.fn] !== e.args.length)
      this.complain("arity", `${e.fn} takes ${PRIMITIVES[e.fn]} arguments, got ${e.args.length}`, scope);
    if (e.kind === "select") this.choice(e.test, e.yes, e.no, scope);
    else if (e.kind !== "load") mapReal(e, this.checking(scope));
  }

  private choice(test: Test, yes: Real, otherwise: Real, scope: Scope): void {
    this.test(test, scope);
    this.real(yes, { ...scope, facts: scope.facts.when(test) });
    this.real(otherwise, { ...scope, facts: scope.facts.when({ kind: "not", test }) });
  }

  /** A rewrite that changes nothing and checks every part. */
  private checking(scope: Scope): Rewrite {
    const real = (e: Real): Real => {
      this.real(e, scope);
      return e;
    };
    const affine = (a: Affine): Affine => {
      this.affine(a, scope);
      return a;
    };
    return { real, affine };
  }

  test(t: Test, scope: Scope): void {
    mapTest(t, this.checking(scope));
  }

  define(local: Local, type: Local["type"], scope: Scope): Scope {
    if (local.type !== type)
      this.complain("type", `${local.name} is ${local.type}, defined as ${type}`, scope);
    if (scope.locals.has(local)) this.complain("redefined", `${local.name} is defined twice`, scope);
    return { ...scope, locals: new Set([...scope.locals, local]) };
  }
}

type Rules = { [K in StatementKind]: (s: StatementOf<K>, v: Verifier, scope: Scope) => Scope };

const rules: Rules = {
  for: (s, v, scope) => {
    for (const a of [...s.from, ...s.to]) v.affine(a, scope);
    if (s.from.length === 0 || s.to.length === 0) v.complain("bounds", "a loop has no bound", scope);
    const inner = v.define(s.variable, "int", scope);
    v.block(s.body, { ...inner, facts: scope.facts.inLoop(s.variable, s.from, s.to) });
    return scope;
  },
  while: (s, v, scope) => {
    v.test(s.test, scope);
    v.block(s.body, { ...scope, facts: scope.facts.when(s.test) });
    return scope;
  },
  let: (s, v, scope) => {
    v.real(s.value, scope);
    return v.define(s.local, "real", scope);
  },
  index: (s, v, scope) => {
    v.affine(s.value, scope);
    const after = v.define(s.local, "int", scope);
    if (s.mod === undefined) return { ...after, facts: scope.facts.define(s.local, s.value) };
    if (!(s.mod >= 1)) v.complain("type", `mod ${s.mod} is not positive`, scope);
    const zero = affineConstant(0);
    return { ...after, facts: scope.facts.inLoop(s.local, [zero], [affineConstant(s.mod)]) };
  },
  assign: (s, v, scope) => {
    v.use(s.local, "real", scope);
    v.real(s.value, scope);
    return scope;
  },
  store: (s, v, scope) => write(s, v, scope),
  accumulate: (s, v, scope) => write(s, v, scope),
  if: (s, v, scope) => {
    v.test(s.test, scope);
    v.block(s.yes, { ...scope, facts: scope.facts.when(s.test) });
    v.block(s.no, { ...scope, facts: scope.facts.when({ kind: "not", test: s.test }) });
    return scope;
  },
  section: (s, v, scope) => {
    v.block(s.body, scope);
    return scope;
  },
};

function write(s: StatementOf<"store"> | StatementOf<"accumulate">, v: Verifier, scope: Scope): Scope {
  v.access(s.buffer, s.at, true, scope);
  v.real(s.value, scope);
  return scope;
}

function declarations(program: Program): Complaint[] {
  const wrong = [program.state, ...program.buffers].filter(
    (b) =>
      !(Number.isSafeInteger(b.size) && b.size >= 0) || (b.data !== undefined && b.data.length !== b.size),
  );
  return wrong.map((b) => ({
    code: "data",
    message: `${b.kind} ${b.name} declares ${b.size} entries and holds ${b.data?.length ?? "none"}`,
    statement: "",
  }));
}

function verifyBlock(phase: Phase, buffers: readonly Buffer[], body: readonly Statement[]): Complaint[] {
  const v = new Verifier(phase, new Set(buffers));
  v.block(body, { facts: Facts.none, locals: new Set(), at: undefined });
  return v.complaints;
}

/** All complaints about the program, in program order. */
export function verify(program: Program): Complaint[] {
  const entries = program.entries.flatMap((e) =>
    verifyBlock("entry", [program.state, ...program.buffers, e.out], e.body),
  );
  return [
    ...declarations(program),
    ...verifyBlock("prepare", [program.state, ...program.buffers], program.prepare),
    ...entries,
  ];
}
