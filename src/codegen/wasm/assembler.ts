/**
 * Instructions come in one by one, the bytes of a function go out. The operand stack is checked while emitting,
 * so that a mistake of the generator shows at the instruction that is wrong.
 */
import { Bytes } from "./encode.js";
import {
  type Instruction,
  LANE,
  type Lane,
  MEMORY,
  type Memory,
  PLAIN,
  type Plain,
  type ValueType,
} from "./instructions.js";

export const TYPE_BYTES: { [T in ValueType]: number } = { i32: 0x7f, f64: 0x7c, v128: 0x7b };

export interface Signature {
  readonly takes: readonly ValueType[];
  readonly gives: readonly ValueType[];
}

/** A local variable of one function. */
export interface Variable {
  readonly type: ValueType;
  readonly number: number;
}

interface Frame {
  readonly kind: "function" | "block" | "loop" | "if" | "else";
  readonly gives: readonly ValueType[];
  /** Height of the stack where the frame began. */
  readonly height: number;
}

const I32: Instruction = { code: 0x41, takes: [], gives: ["i32"] };
const F64: Instruction = { code: 0x44, takes: [], gives: ["f64"] };
const V128: Instruction = { code: [0xfd, 0x0c], takes: [], gives: ["v128"] };

/** An instruction on a variable for each type. */
const onVariables = (make: (type: ValueType) => Instruction): { [T in ValueType]: Instruction } => ({
  i32: make("i32"),
  f64: make("f64"),
  v128: make("v128"),
});
const GET = onVariables((t) => ({ code: 0x20, takes: [], gives: [t] }));
const SET = onVariables((t) => ({ code: 0x21, takes: [t], gives: [] }));
const TEE = onVariables((t) => ({ code: 0x22, takes: [t], gives: [t] }));

export class Assembler {
  private readonly bytes = new Bytes();
  private readonly stack: ValueType[] = [];
  private readonly frames: Frame[] = [];
  private readonly locals: ValueType[] = [];
  readonly parameters: readonly Variable[];

  constructor(readonly signature: Signature) {
    this.parameters = signature.takes.map((type, number) => ({ type, number }));
    this.frames.push({ kind: "function", gives: signature.gives, height: 0 });
  }

  variable(type: ValueType): Variable {
    this.locals.push(type);
    return { type, number: this.parameters.length + this.locals.length - 1 };
  }

  private fail(message: string): never {
    throw new Error(`assembler: ${message}; stack [${this.stack.join(" ")}]`);
  }

  private take(type: ValueType): void {
    const floor = this.frames.at(-1)?.height ?? 0;
    if (this.stack.length <= floor) this.fail(`expected ${type}, the stack is empty`);
    const found = this.stack.pop();
    if (found !== type) this.fail(`expected ${type}, found ${found}`);
  }

  /** Checks the operands and writes the opcode; immediate operands are for the caller to write. */
  private apply(x: Instruction): Bytes {
    for (let k = x.takes.length - 1; k >= 0; k--) this.take(x.takes[k]!);
    for (const t of x.gives) this.stack.push(t);
    if (typeof x.code === "number") return this.bytes.byte(x.code);
    return this.bytes.byte(x.code[0]).unsigned(x.code[1]);
  }

  op(...names: readonly Plain[]): this {
    for (const n of names) this.apply(PLAIN[n]);
    return this;
  }

  memory(name: Memory, offset: number): this {
    if (!Number.isSafeInteger(offset) || offset < 0 || offset >= 2 ** 32) this.fail(`offset ${offset}`);
    this.apply(MEMORY[name]).byte(3).unsigned(offset);
    return this;
  }

  lane(name: Lane, lane: 0 | 1): this {
    this.apply(LANE[name]).byte(lane);
    return this;
  }

  i32(value: number): this {
    if (!Number.isInteger(value) || Math.abs(value) >= 2 ** 32) this.fail(`i32.const ${value}`);
    this.apply(I32).signed(value);
    return this;
  }

  f64(value: number): this {
    this.apply(F64).double(value);
    return this;
  }

  /** Two doubles. */
  f64x2(low: number, high = low): this {
    this.apply(V128).double(low).double(high);
    return this;
  }

  /** The same 64 bits twice. */
  i64x2(bits: bigint): this {
    this.apply(V128).pattern(bits).pattern(bits);
    return this;
  }

  get(x: Variable): this {
    this.apply(GET[x.type]).unsigned(x.number);
    return this;
  }

  set(x: Variable): this {
    this.apply(SET[x.type]).unsigned(x.number);
    return this;
  }

  tee(x: Variable): this {
    this.apply(TEE[x.type]).unsigned(x.number);
    return this;
  }

  call(number: number, signature: Signature): this {
    this.apply({ code: 0x10, ...signature }).unsigned(number);
    return this;
  }

  private open(kind: Frame["kind"], code: number, gives: readonly ValueType[]): void {
    this.frames.push({ kind, gives, height: this.stack.length });
    this.bytes.byte(code).byte(gives[0] === undefined ? 0x40 : TYPE_BYTES[gives[0]]);
  }

  private close(): Frame {
    const frame = this.frames.at(-1)!;
    for (const t of [...frame.gives].reverse()) this.take(t);
    if (this.stack.length !== frame.height) this.fail(`the ${frame.kind} leaves values behind`);
    this.frames.pop();
    return frame;
  }

  /** if (test on the stack) yes else otherwise, with at most one result. */
  choose(gives: readonly ValueType[], yes: () => void, otherwise?: () => void): this {
    this.take("i32");
    this.open("if", 0x04, gives);
    yes();
    this.close();
    if (otherwise !== undefined) {
      this.frames.push({ kind: "else", gives, height: this.stack.length });
      this.bytes.byte(0x05);
      otherwise();
      this.close();
    } else if (gives.length > 0) this.fail("an if with a result needs both sides");
    this.bytes.byte(0x0b);
    this.stack.push(...gives);
    return this;
  }

  /** do body while (the test it leaves on the stack) */
  repeat(body: () => void): this {
    this.open("loop", 0x03, []);
    body();
    this.take("i32");
    this.bytes.byte(0x0d).byte(0);
    this.close();
    this.bytes.byte(0x0b);
    return this;
  }

  /** while (test) body */
  loopWhile(test: () => void, body: () => void): this {
    test();
    return this.choose([], () => {
      this.repeat(() => {
        body();
        test();
      });
    });
  }

  /** Declarations of locals and instructions, with their size in front. */
  finish(): Bytes {
    this.close();
    const runs: { type: ValueType; count: number }[] = [];
    for (const type of this.locals) {
      const last = runs.at(-1);
      if (last?.type === type) last.count += 1;
      else runs.push({ type, count: 1 });
    }
    const body = new Bytes()
      .vector(runs, (to, r) => to.unsigned(r.count).byte(TYPE_BYTES[r.type]))
      .append(this.bytes)
      .byte(0x0b);
    return new Bytes().sized(body);
  }
}
