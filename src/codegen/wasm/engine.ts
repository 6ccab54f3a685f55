/** The part of the WebAssembly interface that is used, typed here because neither Node's types nor ours declare it. */

export interface WasmInstance {
  readonly exports: Readonly<Record<string, unknown>>;
}

export interface WasmMemory {
  readonly buffer: ArrayBufferLike;
}

export type WasmImports = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

interface Engine {
  validate(bytes: Uint8Array<ArrayBuffer>): boolean;
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Instance: new (module: object, imports: WasmImports) => WasmInstance;
  readonly Memory: new (pages: {
    readonly initial: number;
    readonly maximum: number;
    readonly shared: true;
  }) => WasmMemory;
  instantiate(
    bytes: Uint8Array<ArrayBuffer>,
    imports: WasmImports,
  ): Promise<{ readonly module: object; readonly instance: WasmInstance }>;
}

/** Absent where the host has no WebAssembly. */
export const engine = (globalThis as { readonly WebAssembly?: Engine }).WebAssembly;
