/** The assembler: what it accepts the engine accepts, what it refuses is wrong, numbers are encoded as the format says. */
import { describe, expect, it } from "vitest";
import { Assembler, type Signature } from "../../src/codegen/wasm/assembler.js";
import { Bytes } from "../../src/codegen/wasm/encode.js";
import { engine } from "../../src/codegen/wasm/engine.js";
import {
  type Instruction,
  LANE,
  MEMORY,
  PLAIN,
  type ValueType,
} from "../../src/codegen/wasm/instructions.js";
import { ModuleBuilder } from "../../src/codegen/wasm/module.js";

/** A module with one function, exported as `f`. */
function moduleOf(signature: Signature, write: (code: Assembler) => void): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder();
  const { number, code } = module.define(signature);
  write(code);
  module.export("f", number);
  return module.bytes(1);
}

function run(signature: Signature, write: (code: Assembler) => void): (...x: number[]) => number {
  const instance = new engine!.Instance(new engine!.Module(moduleOf(signature, write)), {});
  return instance.exports.f as (...x: number[]) => number;
}

const I32: Signature = { takes: ["i32"], gives: ["i32"] };

describe("every instruction has the types that the engine knows", () => {
  const emit: { readonly [name: string]: (a: Assembler) => void } = Object.fromEntries([
    ...Object.keys(PLAIN).map((n) => [n, (a: Assembler) => a.op(n as keyof typeof PLAIN)]),
    ...Object.keys(MEMORY).map((n) => [n, (a: Assembler) => a.memory(n as keyof typeof MEMORY, 8)]),
    ...Object.keys(LANE).map((n) => [n, (a: Assembler) => a.lane(n as keyof typeof LANE, 1)]),
  ]);
  const all: { readonly [name: string]: Instruction } = { ...PLAIN, ...MEMORY, ...LANE };
  const relaxed = (name: string): boolean => name.includes("relaxed");

  for (const [name, { takes, gives }] of Object.entries(all).filter(([n]) => !relaxed(n)))
    it(name, () => {
      const write = (a: Assembler): void => {
        for (const t of takes) a.get(a.variable(t));
        emit[name]!(a);
      };
      expect(engine!.validate(moduleOf({ takes: [], gives }, write))).toBe(true);
    });

  it("a wrong type in the table is noticed", () => {
    const wrong = moduleOf({ takes: [], gives: ["f64"] }, (a) => {
      a.get(a.variable("i32"));
      (PLAIN["i32.eqz"] as { gives: readonly ValueType[] }).gives = ["f64"];
      a.op("i32.eqz");
      (PLAIN["i32.eqz"] as { gives: readonly ValueType[] }).gives = ["i32"];
    });
    expect(engine!.validate(wrong)).toBe(false);
  });
});

describe("mistakes of a generator show where they are made", () => {
  const assembler = (gives: readonly ValueType[] = []): Assembler => new Assembler({ takes: [], gives });

  it("an operand of another type", () => {
    expect(() => assembler().f64(1).op("i32.eqz")).toThrow("expected i32, found f64");
  });

  it("too few operands", () => {
    expect(() => assembler().f64(1).op("f64.add")).toThrow("the stack is empty");
  });

  it("operands from outside of a block", () => {
    const a = assembler().i32(1);
    expect(() => a.repeat(() => a.op("i32.eqz"))).toThrow("the stack is empty");
  });

  it("a value left behind", () => {
    expect(() => assembler().i32(1).finish()).toThrow("leaves values behind");
  });

  it("a missing result", () => {
    expect(() => assembler(["f64"]).finish()).toThrow("expected f64");
  });

  it("one side of a choice without its value", () => {
    const a = assembler().i32(1);
    expect(() => a.choose(["f64"], () => a.f64(1))).toThrow("needs both sides");
  });

  it("numbers that do not fit", () => {
    expect(() => assembler().i32(2 ** 32)).toThrow("i32.const");
    expect(() => assembler().i32(0).memory("f64.load", -8)).toThrow("offset -8");
  });
});

describe("numbers", () => {
  const bytes = (write: (b: Bytes) => Bytes): number[] => [...write(new Bytes()).whole()];

  it("unsigned, seven bits a byte", () => {
    expect([0, 127, 128, 624485, 2 ** 32].map((n) => bytes((b) => b.unsigned(n)))).toEqual([
      [0],
      [127],
      [128, 1],
      [0xe5, 0x8e, 0x26],
      [128, 128, 128, 128, 16],
    ]);
  });

  it("signed: the engine reads what was meant", () => {
    for (const n of [0, 63, 64, -64, -65, 2 ** 31 - 1, -(2 ** 31), 123456, -123456])
      expect(run({ takes: [], gives: ["i32"] }, (a) => void a.i32(n))()).toBe(n);
  });

  it("doubles keep their bits", () => {
    for (const x of [0.1, -0, 5e-324, Number.NEGATIVE_INFINITY, Number.NaN])
      expect(run({ takes: [], gives: ["f64"] }, (a) => void a.f64(x))()).toBe(x);
  });

  it("grow beyond their first room", () => {
    const many = bytes((b) =>
      b.vector(
        Array.from({ length: 1000 }, (_, k) => k % 128),
        (to, k) => to.byte(k),
      ),
    );
    expect(many).toHaveLength(1002);
    expect(many.at(-1)).toBe(999 % 128);
  });
});

it("structured control: n! by a loop", () => {
  const factorial = run(I32, (a) => {
    const [n] = a.parameters;
    const product = a.variable("i32");
    a.i32(1).set(product);
    a.loopWhile(
      () => void a.i32(1).get(n!).op("i32.lt_s"),
      () => void a.get(product).get(n!).op("i32.mul").set(product).get(n!).i32(-1).op("i32.add").set(n!),
    );
    a.get(product);
  });
  expect([0, 1, 5, 10].map((n) => factorial(n))).toEqual([1, 1, 120, 3628800]);
});
