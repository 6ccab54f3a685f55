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

/** Kernels written out in place outside of loops, in one module: a call costs more than a short loop's work. */
const INLINED = 16;

/** The functions of one module: imports first, then kernels, each made once. */
export class Functions {
  private inlined = 0;
  private readonly imports: ReadonlyMap<Primitive, number>;
  private readonly kernels: ReadonlyMap<Kernel, number>;

  constructor(module: ModuleBuilder, imported: readonly Primitive[], kernels: readonly Kernel[]) {
    this.imports = new Map(imported.map((fn) => [fn, module.import(fn, scalar(fn))]));
    this.kernels = new Map(kernels.map((fn) => [fn, kernelFunction(module, fn)]));
  }

  /** Two results for the two arguments on the stack; written out where it runs often, or while few have been. */
  kernel(fn: Kernel, code: Assembler, often: boolean): void {
    if (!often && ++this.inlined > INLINED) {
      code.call(this.kernels.get(fn)!, PAIR);
      return;
    }
    const x = code.variable("v128");
    code.set(x);
    KERNELS[fn](code, (a) => void a.get(x))(code);
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
