/** Calls of primitives on scalars come in, instructions go out: written out, as one lane of a kernel, or as an import. */
import type { RealOf } from "../../ir/index.js";
import { DIRECT } from "./arithmetic.js";
import { isInstruction, isKernel } from "./functions.js";
import type { Writer } from "./writer.js";

/** x > 0 ? 1 : x <= 0 ? 0 : NaN, and the like: `values` for x > 0, x < 0, and x itself otherwise (±0, NaN). */
function bySign(w: Writer, above: number, below: number, otherwise: (get: () => void) => void): void {
  const { code } = w;
  const { scalar } = w.arithmetic;
  const x = code.variable(scalar);
  const get = (): void => void code.get(x);
  code.set(x).get(x).number(scalar, 0).op(`${scalar}.gt`);
  code.choose(
    [scalar],
    () => w.constant(above),
    () => {
      code.get(x).number(scalar, 0).op(`${scalar}.lt`);
      code.choose(
        [scalar],
        () => w.constant(below),
        () => otherwise(get),
      );
    },
  );
}

/** Leaves the value of a primitive. */
export function writeCall(e: RealOf<"call">, w: Writer): void {
  const { fn } = e;
  if (!isKernel(fn) && !isInstruction(fn)) {
    outside(e, w);
    return;
  }
  const { shape } = w.arithmetic;
  for (const a of e.args) w.real(a);
  if (fn in DIRECT) w.op(DIRECT[fn as keyof typeof DIRECT]);
  else if (fn === "relu") {
    w.constant(0);
    w.op("max");
  } else if (fn === "sign") bySign(w, 1, -1, (get) => get());
  // x·x is 0 at ±0 and NaN at NaN.
  else if (fn === "step")
    bySign(w, 1, 0, (get) => {
      get();
      w.op("abs");
    });
  else if (isKernel(fn)) {
    w.code.op(`${shape}.splat`);
    w.functions.kernel(fn, w.arithmetic, w.code, false);
    w.code.lane(`${shape}.extract_lane`, 0);
  }
}

/** An imported function, which takes and gives doubles. */
function outside(e: RealOf<"call">, w: Writer): void {
  const single = w.arithmetic.scalar === "f32";
  for (const a of e.args) {
    w.real(a);
    if (single) w.code.op("f64.promote_f32");
  }
  w.functions.imported(e.fn, w.code);
  if (single) w.code.op("f32.demote_f64");
}
