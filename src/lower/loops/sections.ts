/**
 * A long block comes in, a list of sections goes out, cut where no local crosses: generators make functions of
 * them, because very large functions are never optimised (performance.md).
 */
import type { Local, Statement } from "../../ir/index.js";
import { collect, sizeOf } from "./effects.js";

/** Nodes of statements and expressions in one section, more or less. */
const LARGE = 1500;

/** cuts[k]: no local defined before statement k is used from k on. */
function cuts(block: readonly Statement[]): boolean[] {
  const last = new Map<Local, number>();
  const first = new Map<Local, number>();
  for (const [k, s] of block.entries()) {
    const { reads, writes } = collect([s]);
    for (const l of writes) if (!first.has(l)) first.set(l, k);
    for (const l of [...reads, ...writes]) last.set(l, k);
  }
  return block.map((_, k) => ![...first].some(([l, at]) => at < k && last.get(l)! >= k));
}

/** The block itself when it is small, else sections of about `LARGE` nodes. */
export function cutSections(block: readonly Statement[]): readonly Statement[] {
  const sizes = block.map(sizeOf);
  if (sizes.reduce((a, b) => a + b, 0) <= LARGE) return block;
  const allowed = cuts(block);
  const groups: Statement[][] = [[]];
  let size = 0;
  for (const [k, s] of block.entries()) {
    if (size + sizes[k]! > LARGE && size > 0 && allowed[k]) {
      groups.push([]);
      size = 0;
    }
    groups.at(-1)!.push(s);
    size += sizes[k]!;
  }
  return groups.map((body, k) => ({ kind: "section", title: `part ${k + 1} of ${groups.length}`, body }));
}
