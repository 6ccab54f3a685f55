/** Primitives come in; calls go out: of kernels inside the module, and of functions that it imports. */
import { PRIMITIVES, type Primitive } from "../../ir/index.js";
import type { Assembler, Signature } from "./assembler.js";
import { KERNELS } from "./kernels.js";
import type { ModuleBuilder } from "./module.js";

const PAIR: Signature = { takes: ["v128"], gives: ["v128"] };

const scalar = (fn: Primitive): Signature => ({
  takes: Array.from({ length: PRIMITIVES[fn] }, () => "f64" as const),
  gives: ["f64"],
});

export type Kernel = keyof typeof KERNELS;

export const isKernel = (fn: Primitive): fn is Kernel => fn in KERNELS;

/** The functions of one module: imports first, then kernels, each made once. */
export class Functions {
  private readonly imports: ReadonlyMap<Primitive, number>;
  private readonly kernels: ReadonlyMap<Kernel, number>;

  constructor(module: ModuleBuilder, imported: readonly Primitive[], kernels: readonly Kernel[]) {
    this.imports = new Map(imported.map((fn) => [fn, module.import(fn, scalar(fn))]));
    this.kernels = new Map(kernels.map((fn) => [fn, kernelFunction(module, fn)]));
  }

  /** Two results for two arguments. */
  kernel(fn: Kernel, code: Assembler): void {
    code.call(this.kernels.get(fn)!, PAIR);
  }

  imported(fn: Primitive, code: Assembler): void {
    code.call(this.imports.get(fn)!, scalar(fn));
  }
}

function kernelFunction(module: ModuleBuilder, fn: Kernel): number {
  const { number, code } = module.define(PAIR);
  const [x] = code.parameters;
  KERNELS[fn](code, (a) => void a.get(x!))(code);
  return number;
}
