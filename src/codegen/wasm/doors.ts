/** Two places in memory and a length come in; a loop that turns doubles into single numbers, or back, goes out. */
import type { Assembler } from "./assembler.js";

/** Addresses of first entries, in bytes. */
interface Door {
  readonly doubles: number;
  readonly singles: number;
  readonly size: number;
}

/** Walks over the entries two at a time; the body gets the offsets of both sides, which count from the variables. */
function inPairs(
  code: Assembler,
  { doubles, singles, size }: Door,
  pair: (double: () => void, single: () => void) => void,
  last: (double: () => void, single: () => void) => void,
): void {
  const [d, s] = [code.variable("i32"), code.variable("i32")];
  const at = [(): void => void code.get(d), (): void => void code.get(s)] as const;
  code.i32(doubles).set(d).i32(singles).set(s);
  const end = doubles + 8 * (size - (size % 2));
  if (size > 1)
    code.repeat(() => {
      pair(...at);
      code.get(s).i32(8).op("i32.add").set(s);
      code.get(d).i32(16).op("i32.add").set(d);
      code.get(d).i32(end).op("i32.ne");
    });
  if (size % 2 === 1) last(...at);
}

export const toSingles = (code: Assembler, door: Door): void =>
  inPairs(
    code,
    door,
    (double, single) => {
      single();
      double();
      code.memory("v128.load", 0).op("f32x4.demote_f64x2_zero").lane("f64x2.extract_lane", 0);
      code.memory("f64.store", 0);
    },
    (double, single) => {
      single();
      double();
      code.memory("f64.load", 0).op("f32.demote_f64").memory("f32.store", 0);
    },
  );

export const toDoubles = (code: Assembler, door: Door): void =>
  inPairs(
    code,
    door,
    (double, single) => {
      double();
      single();
      code.memory("v128.load64_zero", 0).op("f64x2.promote_low_f32x4").memory("v128.store", 0);
    },
    (double, single) => {
      double();
      single();
      code.memory("f32.load", 0).op("f64.promote_f32").memory("f64.store", 0);
    },
  );
