/** Traversal and rewriting of IR trees: a node and functions for its parts come in, a new node goes out. */
import type { Affine } from "./affine.js";
import type {
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

/** What a rewrite does with each sort of part; what is missing stays. */
export interface Rewrite {
  real: (e: Real) => Real;
  affine?: (a: Affine) => Affine;
  block?: (b: readonly Statement[]) => readonly Statement[];
}

const affineOf = (r: Rewrite, a: Affine): Affine => r.affine?.(a) ?? a;
const blockOf = (r: Rewrite, b: readonly Statement[]): readonly Statement[] => r.block?.(b) ?? b;

const realParts: { [K in RealKind]: (e: RealOf<K>, r: Rewrite) => Real } = {
  const: (e) => e,
  local: (e) => e,
  load: (e, r) => ({ ...e, at: affineOf(r, e.at) }),
  index: (e, r) => ({ ...e, value: affineOf(r, e.value) }),
  binary: (e, r) => ({ ...e, left: r.real(e.left), right: r.real(e.right) }),
  neg: (e, r) => ({ ...e, arg: r.real(e.arg) }),
  call: (e, r) => ({ ...e, args: e.args.map(r.real) }),
  select: (e, r) => ({ ...e, test: mapTest(e.test, r), yes: r.real(e.yes), no: r.real(e.no) }),
};

/** Rebuilds a real with its parts rewritten. */
export const mapReal = (e: Real, r: Rewrite): Real =>
  (realParts[e.kind] as (e: Real, r: Rewrite) => Real)(e, r);

const testParts: { [K in TestKind]: (t: TestOf<K>, r: Rewrite) => Test } = {
  compare: (t, r) => ({ ...t, left: r.real(t.left), right: r.real(t.right) }),
  nonNegative: (t, r) => ({ ...t, value: affineOf(r, t.value) }),
  isZero: (t, r) => ({ ...t, value: affineOf(r, t.value) }),
  not: (t, r) => ({ ...t, test: mapTest(t.test, r) }),
  all: (t, r) => ({ ...t, tests: t.tests.map((x) => mapTest(x, r)) }),
};

export const mapTest = (t: Test, r: Rewrite): Test =>
  (testParts[t.kind] as (t: Test, r: Rewrite) => Test)(t, r);

const statementParts: { [K in StatementKind]: (s: StatementOf<K>, r: Rewrite) => Statement } = {
  for: (s, r) => ({
    ...s,
    from: s.from.map((a) => affineOf(r, a)),
    to: s.to.map((a) => affineOf(r, a)),
    body: blockOf(r, s.body),
  }),
  while: (s, r) => ({ ...s, test: mapTest(s.test, r), body: blockOf(r, s.body) }),
  let: (s, r) => ({ ...s, value: r.real(s.value) }),
  index: (s, r) => ({ ...s, value: affineOf(r, s.value) }),
  assign: (s, r) => ({ ...s, value: r.real(s.value) }),
  store: (s, r) => ({ ...s, at: affineOf(r, s.at), value: r.real(s.value) }),
  accumulate: (s, r) => ({ ...s, at: affineOf(r, s.at), value: r.real(s.value) }),
  if: (s, r) => ({ ...s, test: mapTest(s.test, r), yes: blockOf(r, s.yes), no: blockOf(r, s.no) }),
  section: (s, r) => ({ ...s, body: blockOf(r, s.body) }),
};

export const mapStatement = (s: Statement, r: Rewrite): Statement =>
  (statementParts[s.kind] as (s: Statement, r: Rewrite) => Statement)(s, r);

/** What a visitor is told; each is called on the way down. */
export interface Visitor {
  real?: (e: Real) => void;
  statement?: (s: Statement) => void;
  affine?: (a: Affine) => void;
}

/** Visiting builds nothing, as programs are looked at far more often than changed. */
const realVisits: { [K in RealKind]: (e: RealOf<K>, v: Visitor) => void } = {
  const: () => {},
  local: () => {},
  load: (e, v) => v.affine?.(e.at),
  index: (e, v) => v.affine?.(e.value),
  binary: (e, v) => {
    visitReal(e.left, v);
    visitReal(e.right, v);
  },
  neg: (e, v) => visitReal(e.arg, v),
  call: (e, v) => {
    for (const a of e.args) visitReal(a, v);
  },
  select: (e, v) => {
    visitTest(e.test, v);
    visitReal(e.yes, v);
    visitReal(e.no, v);
  },
};

export function visitReal(e: Real, v: Visitor): void {
  v.real?.(e);
  (realVisits[e.kind] as (e: Real, v: Visitor) => void)(e, v);
}

const testVisits: { [K in TestKind]: (t: TestOf<K>, v: Visitor) => void } = {
  compare: (t, v) => {
    visitReal(t.left, v);
    visitReal(t.right, v);
  },
  nonNegative: (t, v) => v.affine?.(t.value),
  isZero: (t, v) => v.affine?.(t.value),
  not: (t, v) => visitTest(t.test, v),
  all: (t, v) => {
    for (const x of t.tests) visitTest(x, v);
  },
};

function visitTest(t: Test, v: Visitor): void {
  (testVisits[t.kind] as (t: Test, v: Visitor) => void)(t, v);
}

function visitStore(s: StatementOf<"store"> | StatementOf<"accumulate">, v: Visitor): void {
  v.affine?.(s.at);
  visitReal(s.value, v);
}

const statementVisits: { [K in StatementKind]: (s: StatementOf<K>, v: Visitor) => void } = {
  for: (s, v) => {
    for (const a of s.from) v.affine?.(a);
    for (const a of s.to) v.affine?.(a);
    visitBlock(s.body, v);
  },
  while: (s, v) => {
    visitTest(s.test, v);
    visitBlock(s.body, v);
  },
  let: (s, v) => visitReal(s.value, v),
  index: (s, v) => v.affine?.(s.value),
  assign: (s, v) => visitReal(s.value, v),
  store: visitStore,
  accumulate: visitStore,
  if: (s, v) => {
    visitTest(s.test, v);
    visitBlock(s.yes, v);
    visitBlock(s.no, v);
  },
  section: (s, v) => visitBlock(s.body, v),
};

/** Calls the visitor for every part of the statements, outermost first. */
export function visitBlock(block: readonly Statement[], v: Visitor): void {
  for (const s of block) {
    v.statement?.(s);
    (statementVisits[s.kind] as (s: Statement, v: Visitor) => void)(s, v);
  }
}
