/** A block comes in, a copy goes out whose own locals are new and whose integers are replaced as told. */
import {
  type Affine,
  affineLocal,
  affineSubstitute,
  type Local,
  mapReal,
  mapStatement,
  type Real,
  type Rewrite,
  type Statement,
} from "../../ir/index.js";

/** Values for integer locals and new identities for reals. */
export class Renaming {
  private readonly integers = new Map<Local, Affine>();
  private readonly locals = new Map<Local, Local>();

  replace(local: Local, by: Affine): this {
    this.integers.set(local, by);
    return this;
  }

  /** The block with every local it defines made new. */
  readonly block = (body: readonly Statement[]): readonly Statement[] => body.map((s) => this.statement(s));

  statement(s: Statement): Statement {
    // Definitions come first, so that later statements of the block see the new local.
    if (s.kind === "for") {
      const variable = this.fresh(s.variable);
      return { ...(mapStatement(s, this.rewrite) as typeof s), variable };
    }
    const mapped = mapStatement(s, this.rewrite);
    if (mapped.kind === "let" || mapped.kind === "index")
      return { ...mapped, local: this.fresh(mapped.local) };
    if (mapped.kind === "assign") return { ...mapped, local: this.locals.get(mapped.local) ?? mapped.local };
    return mapped;
  }

  private fresh(l: Local): Local {
    const made = { ...l };
    this.locals.set(l, made);
    if (l.type === "int") this.integers.set(l, affineLocal(made));
    return made;
  }

  private readonly affine = (a: Affine): Affine =>
    a.terms.reduce((sum, t) => {
      const by = this.integers.get(t.local);
      return by === undefined ? sum : affineSubstitute(sum, t.local, by);
    }, a);

  private readonly real = (e: Real): Real => {
    if (e.kind !== "local") return mapReal(e, this.rewrite);
    const local = this.locals.get(e.local);
    return local === undefined ? e : { kind: "local", local };
  };

  private readonly rewrite: Rewrite = {
    real: (e) => this.real(e),
    affine: (a) => this.affine(a),
    block: (b) => this.block(b),
  };
}
