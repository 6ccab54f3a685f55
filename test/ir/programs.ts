/** Small programs for the tests of the IR. */
import {
  type Affine,
  affineAdd,
  affineConstant,
  affineLocal,
  type Buffer,
  type Local,
  type Program,
  type Statement,
} from "../../src/ir/index.js";

export const int = (name: string): Local => ({ type: "int", name });
export const real = (name: string): Local => ({ type: "real", name });

/** Σ coefficient·local + constant */
export const affine = (constant: number, ...terms: [number, Local][]): Affine =>
  terms.reduce((a, [c, l]) => affineAdd(a, affineLocal(l), c), affineConstant(constant));

export const buffer = (kind: Buffer["kind"], name: string, size: number): Buffer => ({ kind, name, size });

export const matrix = buffer("param", "A", 12);
export const state = buffer("state", "state", 4);
export const out = buffer("out", "out", 3);
export const work = buffer("work", "t", 3);

/** One entry with this body over a 3 × 4 matrix, a state of 4, an out of 3 and a scratch of 3. */
export const programOf = (body: readonly Statement[], prepare: readonly Statement[] = []): Program => ({
  state,
  buffers: [matrix, work],
  prepare,
  entries: [{ name: "f", out, outputs: [{ name: "y", offset: 0, shape: [3] }], body }],
});
