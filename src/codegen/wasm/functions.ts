/** Primitives come in; calls go out: of kernels inside the module, and of functions that it imports. */
import { PRIMITIVES, type Primitive } from "../../ir/index.js";
import type { Arithmetic } from "./arithmetic.js";
import type { Assembler, Signature } from "./assembler.js";
import { KERNELS } from "./kernels.js";
import { SINGLE_KERNELS } from "./kernels-single.js";
import type { ModuleBuilder } from "./module.js";
import type { V } from "./vectors.js";

const VECTOR: Signature = { takes: ["v128"], gives: ["v128"] };

const scalar = (fn: Primitive): Signature => ({
  takes: Array.from({ length: PRIMITIVES[fn] }, () => "f64" as const),
  gives: ["f64"],
});

export type Kernel = keyof typeof KERNELS;

export const isKernel = (fn: Primitive): fn is Kernel => fn in KERNELS;

/** Primitives with an instruction, or written out in place. */
const INSTRUCTIONS: ReadonlySet<Primitive> = new Set([
  "abs",
  "sqrt",
  "floor",
  "max",
  "min",
  "relu",
  "sign",
  "step",
]);

export const isInstruction = (fn: Primitive): boolean => INSTRUCTIONS.has(fn);

type Emit = (a: Assembler, x: V) => V;

/** The function on the vectors of one kind of numbers. */
const kernelOf = (fn: Kernel, { shape }: Arithmetic): Emit =>
  (({ f64x2: KERNELS, f32x4: SINGLE_KERNELS }) satisfies Record<string, Record<Kernel, Emit>>)[shape][fn];

/** Kernels written out in place outside of loops, in one module: a call costs more than a short loop's work. */
const INLINED = 6;

/** The functions of one module: imports, which come first, and kernels, each made when it is first called. */
export class Functions {
  private inlined = 0;
  private readonly imports: ReadonlyMap<Primitive, number>;
  private readonly kernels = new Map<Emit, number>();

  constructor(
    private readonly module: ModuleBuilder,
    imported: readonly Primitive[],
  ) {
    this.imports = new Map(imported.map((fn) => [fn, module.import(fn, scalar(fn))]));
  }

  /** As many results as arguments in a vector; written out where it runs often, or while few have been. */
  kernel(fn: Kernel, kind: Arithmetic, code: Assembler, often: boolean): void {
    const emit = kernelOf(fn, kind);
    if (!often && ++this.inlined > INLINED) {
      code.call(this.defined(emit), VECTOR);
      return;
    }
    const x = code.variable("v128");
    code.set(x);
    emit(code, (a) => void a.get(x))(code);
  }

  private defined(emit: Emit): number {
    const known = this.kernels.get(emit);
    if (known !== undefined) return known;
    const { number, code } = this.module.define(VECTOR);
    const [x] = code.parameters;
    emit(code, (a) => void a.get(x!))(code);
    this.kernels.set(emit, number);
    return number;
  }

  imported(fn: Primitive, code: Assembler): void {
    code.call(this.imports.get(fn)!, scalar(fn));
  }
}
