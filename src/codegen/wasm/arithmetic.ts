/** Nothing comes in; the two kinds of numbers that the functions of a module compute with go out. */

export const DOUBLE = { scalar: "f64", shape: "f64x2", integers: "i64x2", lanes: 2, bytes: 8 } as const;
export const SINGLE = { scalar: "f32", shape: "f32x4", integers: "i32x4", lanes: 4, bytes: 4 } as const;

export type Arithmetic = typeof DOUBLE | typeof SINGLE;
export type Scalar = Arithmetic["scalar"];
export type Shape = Arithmetic["shape"];

/** What the scalars and the vectors of both kinds have. */
export type Operation =
  | "abs"
  | "neg"
  | "floor"
  | "sqrt"
  | "add"
  | "sub"
  | "mul"
  | "div"
  | "min"
  | "max"
  | "eq"
  | "ne"
  | "lt"
  | "gt"
  | "le";

/** How the IR's operators and simple primitives are called. */
export const BINARY = { "+": "add", "-": "sub", "*": "mul", "/": "div" } as const;
export const COMPARED = { "<": "lt", "<=": "le", "=": "eq", "!=": "ne" } as const;
export const DIRECT = { abs: "abs", sqrt: "sqrt", floor: "floor", max: "max", min: "min" } as const;

/** The largest single number. */
export const LARGEST_SINGLE = (2 - 2 ** -23) * 2 ** 127;
/** The smallest one with a full significand. */
export const SMALLEST_SINGLE = 2 ** -126;
/** Integers up to this are single numbers. */
export const SINGLE_INTEGERS = 2 ** 24;
