/** Constructors of IR nodes with the few foldings that keep programs readable; operands in, nodes out. */
import { type Affine, affineConstant } from "./affine.js";
import type { Primitive } from "./primitives.js";
import type { Buffer, Local, Real, Statement, Test } from "./program.js";

export const constant = (value: number): Real => ({ kind: "const", value });
export const read = (local: Local): Real => ({ kind: "local", local });
export const load = (buffer: Buffer, at: Affine): Real => ({ kind: "load", buffer, at });
export const call = (fn: Primitive, ...args: Real[]): Real => ({ kind: "call", fn, args });

const isConst = (e: Real, value: number): boolean => e.kind === "const" && Object.is(e.value, value);

/** An index read as a real; a constant when it has no locals. */
export const indexValue = (value: Affine): Real =>
  value.terms.length === 0 ? constant(value.constant) : { kind: "index", value };

export function neg(arg: Real): Real {
  if (arg.kind === "const") return constant(-arg.value);
  return arg.kind === "neg" ? arg.arg : { kind: "neg", arg };
}

export function plus(left: Real, right: Real): Real {
  if (right.kind === "neg") return minus(left, right.arg);
  if (isConst(left, -0)) return right;
  return { kind: "binary", op: "+", left, right };
}

export function minus(left: Real, right: Real): Real {
  return right.kind === "neg" ? plus(left, right.arg) : { kind: "binary", op: "-", left, right };
}

export function times(left: Real, right: Real): Real {
  if (isConst(left, 1)) return right;
  if (isConst(right, 1)) return left;
  if (isConst(left, -1)) return neg(right);
  if (left.kind === "neg") return neg(times(left.arg, right));
  if (right.kind === "neg") return neg(times(left, right.arg));
  return { kind: "binary", op: "*", left, right };
}

export function over(left: Real, right: Real): Real {
  if (isConst(right, 1)) return left;
  if (left.kind === "neg") return neg(over(left.arg, right));
  return { kind: "binary", op: "/", left, right };
}

export const lessThan = (left: Real, right: Real): Test => ({ kind: "compare", op: "<", left, right });
export const atLeastZero = (value: Affine): Test => ({ kind: "nonNegative", value });
export const not = (test: Test): Test => (test.kind === "not" ? test.test : { kind: "not", test });

export function all(tests: readonly Test[]): Test {
  const flat = tests.flatMap((t) => (t.kind === "all" ? t.tests : [t]));
  return flat.length === 1 ? flat[0]! : { kind: "all", tests: flat };
}

export const select = (test: Test, yes: Real, otherwise: Real): Real => ({
  kind: "select",
  test,
  yes,
  no: otherwise,
});

export const letReal = (local: Local, value: Real): Statement => ({ kind: "let", local, value });
export const assign = (local: Local, value: Real): Statement => ({ kind: "assign", local, value });
export const store = (buffer: Buffer, at: Affine, value: Real): Statement => ({
  kind: "store",
  buffer,
  at,
  value,
});
export const accumulate = (buffer: Buffer, at: Affine, value: Real): Statement => ({
  kind: "accumulate",
  buffer,
  at,
  value,
});

/** for variable in from … to-1 */
export function loop(
  variable: Local,
  from: readonly Affine[],
  to: readonly Affine[],
  body: readonly Statement[],
): Statement {
  return { kind: "for", variable, from, to, body };
}

/** for variable in 0 … size-1 */
export const loopTo = (variable: Local, size: number, body: readonly Statement[]): Statement =>
  loop(variable, [affineConstant(0)], [affineConstant(size)], body);

export const when = (test: Test, yes: readonly Statement[]): Statement => ({
  kind: "if",
  test,
  yes,
  no: [],
});
