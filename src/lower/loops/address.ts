/** Innermost loops come in, the same with the fixed part of each address computed before the loop go out. */
import {
  type Affine,
  affineAdd,
  affineConstant,
  affineEqual,
  affineLocal,
  coefficientOf,
  type Local,
  mapReal,
  mapStatement,
  type Real,
  type Rewrite,
  type Statement,
} from "../../ir/index.js";
import type { Loop } from "./ranges.js";

const isInnermost = (loop: Loop): boolean =>
  loop.body.every(
    (s) => s.kind === "let" || s.kind === "assign" || s.kind === "store" || s.kind === "accumulate",
  );

/** Constants below this stay in the address, where they cost nothing, so that neighbours share a base. */
const NEAR = 8;

/** Distinct fixed parts of the addresses in one loop, each with the local that will hold it. */
class Bases {
  readonly found: { readonly value: Affine; readonly local: Local }[] = [];

  constructor(private readonly variable: Local) {}

  /** base + c·variable, where base is a local if it costs anything to compute. */
  readonly affine = (a: Affine): Affine => {
    const c = coefficientOf(a, this.variable);
    const moving = affineAdd(affineConstant(0), affineLocal(this.variable), c);
    const offset = Math.abs(a.constant) < NEAR ? affineConstant(a.constant) : affineConstant(0);
    const fixed = affineAdd(affineAdd(a, moving, -1), offset, -1);
    const free =
      fixed.terms.length === 0 ||
      (fixed.terms.length === 1 && fixed.terms[0]!.coefficient === 1 && fixed.constant === 0);
    return c === 0 || free ? a : affineAdd(affineAdd(affineLocal(this.local(fixed)), moving), offset);
  };

  private local(value: Affine): Local {
    const known = this.found.find((b) => affineEqual(b.value, value));
    if (known !== undefined) return known.local;
    const local: Local = { type: "int", name: "row" };
    this.found.push({ value, local });
    return local;
  }
}

function withBases(loop: Loop): Statement[] {
  const bases = new Bases(loop.variable);
  const rewrite: Rewrite = { real: (e: Real): Real => mapReal(e, rewrite), affine: bases.affine };
  const body = loop.body.map((s) => mapStatement(s, rewrite));
  return [...bases.found.map((b): Statement => ({ kind: "index", ...b })), { ...loop, body }];
}

export function hoistAddresses(block: readonly Statement[]): readonly Statement[] {
  return block.flatMap((s): readonly Statement[] => {
    if (s.kind === "for") return isInnermost(s) ? withBases(s) : [{ ...s, body: hoistAddresses(s.body) }];
    if (s.kind === "while") return [{ ...s, body: hoistAddresses(s.body) }];
    return s.kind === "if" ? [{ ...s, yes: hoistAddresses(s.yes), no: hoistAddresses(s.no) }] : [s];
  });
}
