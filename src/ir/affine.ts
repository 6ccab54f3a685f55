/** Affine integers: locals and integers come in, canonical sums `Σ coefficient·local + constant` go out. */
import type { Local } from "./program.js";

export interface AffineTerm {
  readonly local: Local;
  /** A non-zero integer. */
  readonly coefficient: number;
}

/** Every local occurs once. */
export interface Affine {
  readonly terms: readonly AffineTerm[];
  readonly constant: number;
}

export const affineConstant = (constant: number): Affine => ({ terms: [], constant });
export const affineLocal = (local: Local): Affine => ({ terms: [{ local, coefficient: 1 }], constant: 0 });

/** a + c·b */
export function affineAdd(a: Affine, b: Affine, c = 1): Affine {
  if (c === 0) return a;
  const constant = a.constant + c * b.constant;
  if (b.terms.length === 0) return { terms: a.terms, constant };
  const terms = [...a.terms];
  for (const { local, coefficient } of b.terms) {
    const k = terms.findIndex((t) => t.local === local);
    const sum = c * coefficient + (k < 0 ? 0 : terms[k]!.coefficient);
    if (k < 0) terms.push({ local, coefficient: sum });
    else if (sum === 0) terms.splice(k, 1);
    else terms[k] = { local, coefficient: sum };
  }
  return { terms, constant };
}

export const affineScale = (a: Affine, c: number): Affine => affineAdd(affineConstant(0), a, c);
export const affineShift = (a: Affine, c: number): Affine => ({ terms: a.terms, constant: a.constant + c });

export const coefficientOf = (a: Affine, local: Local): number =>
  a.terms.find((t) => t.local === local)?.coefficient ?? 0;

/** a with one local replaced. */
export function affineSubstitute(a: Affine, local: Local, by: Affine): Affine {
  const c = coefficientOf(a, local);
  if (c === 0) return a;
  const rest = { terms: a.terms.filter((t) => t.local !== local), constant: a.constant };
  return affineAdd(rest, by, c);
}

export function affineEqual(a: Affine, b: Affine): boolean {
  if (a.constant !== b.constant || a.terms.length !== b.terms.length) return false;
  return a.terms.every((t) => coefficientOf(b, t.local) === t.coefficient);
}

/** `784*mu + i - 1` */
export function showAffine(a: Affine, spell: (l: Local) => string = (l) => l.name): string {
  const parts = a.terms.map(({ local, coefficient: c }, k) => {
    const body = Math.abs(c) === 1 ? spell(local) : `${Math.abs(c)}*${spell(local)}`;
    return k === 0 ? (c < 0 ? `-${body}` : body) : `${c < 0 ? " - " : " + "}${body}`;
  });
  if (parts.length === 0) return `${a.constant}`;
  const c = a.constant;
  return parts.join("") + (c === 0 ? "" : c < 0 ? ` - ${-c}` : ` + ${c}`);
}
