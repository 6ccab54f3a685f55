/** Functions, imports and exports come in, the bytes of a WebAssembly module go out. */
import { Assembler, type Signature, TYPE_BYTES } from "./assembler.js";
import { double, name, signed, sized, unsigned, vector } from "./encode.js";

/** Where the functions a module imports are found, and its memory. */
export const IMPORTS = "legendre";

interface Defined {
  readonly type: number;
  readonly code: Assembler;
}

const section = (id: number, content: readonly number[]): number[] => [id].concat(sized(content));

/** An active data segment of memory 0 at `i32.const at`; a signed constant of at most 32 bits. */
const segment = (d: { readonly at: number; readonly numbers: Float64Array }): number[] => [
  ...[0, 0x41, ...signed(d.at | 0), 0x0b],
  ...sized([...d.numbers].flatMap(double)),
];

/** Imported functions come before defined ones in the numbering, so all imports are declared first. */
export class ModuleBuilder {
  private readonly types: Signature[] = [];
  private readonly imported: { readonly field: string; readonly type: number }[] = [];
  private readonly defined: Defined[] = [];
  private readonly exported: { readonly field: string; readonly number: number }[] = [];
  private readonly data: { readonly at: number; readonly numbers: Float64Array }[] = [];

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
    const code = new Assembler(signature);
    const at = this.defined.push({ type: this.typeOf(signature), code }) - 1;
    return { number: this.imported.length + at, code };
  }

  export(field: string, number: number): void {
    this.exported.push({ field, number });
  }

  /** Doubles that stand at an address of the memory from the start. */
  place(at: number, numbers: Float64Array): void {
    if (numbers.length > 0) this.data.push({ at, numbers });
  }

  /** `pages` of 64 KiB are exported as `memory`. */
  bytes(pages: number): Uint8Array<ArrayBuffer> {
    const types = this.types.map((t) => [
      0x60,
      ...vector(t.takes.map((x) => [TYPE_BYTES[x]])),
      ...vector(t.gives.map((x) => [TYPE_BYTES[x]])),
    ]);
    const imports = this.imported.map((x) => [...name(IMPORTS), ...name(x.field), 0, ...unsigned(x.type)]);
    const exports = this.exported.map((x) => [...name(x.field), 0, ...unsigned(x.number)]);
    return Uint8Array.from([
      ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      ...section(1, vector(types)),
      ...section(2, vector(imports)),
      ...section(3, vector(this.defined.map((f) => unsigned(f.type)))),
      ...section(5, [1, 1, ...unsigned(pages), ...unsigned(pages)]),
      ...section(7, vector([...exports, [...name("memory"), 2, 0]])),
      ...section(10, vector(this.defined.map((f) => f.code.finish()))),
      ...(this.data.length === 0 ? [] : section(11, vector(this.data.map(segment)))),
    ]);
  }
}
