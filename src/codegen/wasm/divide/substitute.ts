/** Statements come in; the same with other locals and with buffers moved elsewhere go out. */
import {
  type Affine,
  affineAdd,
  type Buffer,
  type Local,
  mapReal,
  mapStatement,
  type Real,
  type Rewrite,
  type Statement,
} from "../../../ir/index.js";

export interface Substitution {
  readonly locals: ReadonlyMap<Local, Local>;
  /** Where a buffer is found instead: in which one, from which entry on. */
  readonly buffers: ReadonlyMap<Buffer, { readonly buffer: Buffer; readonly from: Affine }>;
}

export function substituted(body: readonly Statement[], by: Substitution): readonly Statement[] {
  const local = (l: Local): Local => by.locals.get(l) ?? l;
  const moved = <T extends { readonly buffer: Buffer; readonly at: Affine }>(x: T): T => {
    const to = by.buffers.get(x.buffer);
    return to === undefined ? x : { ...x, buffer: to.buffer, at: affineAdd(to.from, x.at) };
  };
  const real = (e: Real): Real => {
    if (e.kind === "local") return { ...e, local: local(e.local) };
    return e.kind === "load" ? moved(e) : mapReal(e, rewrite);
  };
  const statement = (s: Statement): Statement => {
    const inner = mapStatement(s, rewrite);
    if (inner.kind === "let" || inner.kind === "assign") return { ...inner, local: local(inner.local) };
    return inner.kind === "store" || inner.kind === "accumulate" ? moved(inner) : inner;
  };
  const rewrite: Rewrite = { real, block: (b) => b.map(statement) };
  return body.map(statement);
}
