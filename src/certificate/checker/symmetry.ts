/** A term and conditions come in; the term with every matrix that a condition calls symmetric made symmetric goes out. */
import { exact } from "./arithmetic/index.js";
import { sameSize } from "./size.js";
import { number, plainIndex, plus, substituteSymbols, type Term, type Test, times } from "./term.js";

/** A = Aᵀ, for all values of both indices: then A[i,j] = (A[i,j] + A[j,i])/2 at every place. */
export function symmetricPart(t: Term, tests: readonly Test[]): Term {
  const names = new Set(tests.flatMap((c) => symmetricName(c) ?? []));
  if (names.size === 0) return t;
  const half = number(exact.rational(1, 2));
  return substituteSymbols(t, (u) =>
    names.has(u.name) ? times(half, plus(u, { ...u, at: [u.at[1]!, u.at[0]!] })) : undefined,
  );
}

/** The name in `A[i,j] = A[j,i]` with two different indices of one dimension. */
function symmetricName({ relation, left, right }: Test): string | undefined {
  if (relation !== "=" || left.kind !== "symbol" || right.kind !== "symbol" || left.name !== right.name)
    return;
  const [[i, j], [k, l]] = [left.at.map(plainIndex), right.at.map(plainIndex)];
  if (left.at.length !== 2 || i === undefined || j === undefined || i.name === j.name) return undefined;
  return k?.name === j.name && l?.name === i.name && sameSize(i.size, j.size) ? left.name : undefined;
}
