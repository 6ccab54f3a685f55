/** Functions, imports and exports come in, the bytes of a WebAssembly module go out. */
import { Assembler, type Signature, TYPE_BYTES } from "./assembler.js";
import { Bytes } from "./encode.js";
import type { ValueType } from "./instructions.js";

/** Where the functions a module imports are found, and its memory. */
export const IMPORTS = "legendre";

interface Defined {
  readonly type: number;
  readonly code: Assembler;
}

/** What 32-bit addresses reach. */
const MOST_PAGES = 65536;

const HEADER = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];

interface Segment {
  readonly at: number;
  readonly kind: "f64" | "f32";
  readonly numbers: Float64Array;
}

/** An active data segment of memory 0; its address is a signed constant of 32 bits. */
function segment(to: Bytes, { at, kind, numbers }: Segment): void {
  const content = new Bytes();
  for (const x of numbers) kind === "f64" ? content.double(x) : content.single(x);
  to.byte(0).byte(0x41).signed(at).byte(0x0b).sized(content);
}

/** Imported functions come before defined ones in the numbering, so all imports are declared first. */
export class ModuleBuilder {
  private readonly types: Signature[] = [];
  private readonly imported: { readonly field: string; readonly type: number }[] = [];
  private readonly defined: Defined[] = [];
  private readonly exported: { readonly field: string; readonly number: number }[] = [];
  private readonly data: Segment[] = [];

  constructor(private readonly fma = false) {}

  private typeOf(s: Signature): number {
    const key = (x: Signature): string => `${x.takes.join()}>${x.gives.join()}`;
    const known = this.types.findIndex((t) => key(t) === key(s));
    return known >= 0 ? known : this.types.push(s) - 1;
  }

  import(field: string, signature: Signature): number {
    if (this.defined.length > 0) throw new Error("module: imports come first");
    return this.imported.push({ field, type: this.typeOf(signature) }) - 1;
  }

  /** The number of a new function and the assembler of its body. */
  define(signature: Signature): { readonly number: number; readonly code: Assembler } {
    const code = new Assembler(signature, this.fma);
    const at = this.defined.push({ type: this.typeOf(signature), code }) - 1;
    return { number: this.imported.length + at, code };
  }

  export(field: string, number: number): void {
    this.exported.push({ field, number });
  }

  /** Numbers that stand at an address of the memory from the start. */
  place(data: Segment): void {
    if (data.numbers.length > 0) this.data.push(data);
  }

  /** `pages` of 64 KiB are exported as `memory`, or at least so many imported, from a memory that threads share or not. */
  bytes(pages: number, memory: "own" | "imported" | "shared" = "own"): Uint8Array<ArrayBuffer> {
    const own = memory === "own";
    const module = new Bytes();
    for (const b of HEADER) module.byte(b);
    const section = (id: number, write: (to: Bytes) => void): void => {
      const content = new Bytes();
      write(content);
      module.byte(id).sized(content);
    };
    const types = (to: Bytes, list: readonly ValueType[]): Bytes =>
      to.vector(list, (b, t) => b.byte(TYPE_BYTES[t]));
    section(1, (s) => s.vector(this.types, (to, t) => types(types(to.byte(0x60), t.takes), t.gives)));
    section(2, (s) => {
      s.unsigned(this.imported.length + (own ? 0 : 1));
      for (const x of this.imported) s.name(IMPORTS).name(x.field).byte(0).unsigned(x.type);
      if (!own) s.name(IMPORTS).name("memory").byte(2);
      if (memory === "imported") s.byte(0).unsigned(pages);
      if (memory === "shared") s.byte(3).unsigned(pages).unsigned(MOST_PAGES);
    });
    section(3, (s) => s.vector(this.defined, (to, f) => to.unsigned(f.type)));
    if (own) section(5, (s) => s.byte(1).byte(1).unsigned(pages).unsigned(pages));
    section(7, (s) => {
      s.unsigned(this.exported.length + (memory === "imported" ? 0 : 1));
      for (const x of this.exported) s.name(x.field).byte(0).unsigned(x.number);
      if (memory !== "imported") s.name("memory").byte(2).byte(0);
    });
    section(10, (s) => s.vector(this.defined, (to, f) => to.append(f.code.finish())));
    if (this.data.length > 0) section(11, (s) => s.vector(this.data, segment));
    return module.whole();
  }
}
