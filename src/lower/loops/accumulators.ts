/**
 * Innermost sums come in, the same with four independent partial sums go out: an addition need not wait for
 * the one before it. Changes the order of summation, not the number of roundings on the way to any entry.
 */
import {
  type Affine,
  affineConstant,
  affineLocal,
  affineScale,
  affineShift,
  assign,
  constant,
  isExpensive,
  type Local,
  letReal,
  loopTo,
  plus,
  read,
  type Statement,
  visitBlock,
} from "../../ir/index.js";
import { extent, type Loop } from "./ranges.js";
import { Renaming } from "./rename.js";

const WAYS = 4;
const SHORTEST = 16;

/** The local that a loop does nothing but add to. */
function summed(loop: Loop): Local | undefined {
  const [s] = loop.body;
  if (loop.body.length !== 1 || s?.kind !== "assign") return undefined;
  const { value, local } = s;
  const adds = value.kind === "binary" && value.op === "+";
  if (!adds || value.left.kind !== "local" || value.left.local !== local) return undefined;
  return isCheap(loop) ? local : undefined;
}

function isCheap(loop: Loop): boolean {
  let cheap = true;
  visitBlock(loop.body, {
    real: (e) => {
      if (e.kind === "call" && isExpensive(e.fn)) cheap = false;
    },
  });
  return cheap;
}

function split(loop: Loop, total: Local, size: number): Statement[] {
  const block: Local = { type: "int", name: "block" };
  const parts = Array.from({ length: WAYS }, (): Local => ({ type: "real", name: "part" }));
  const at = (k: number): Affine => affineShift(affineScale(affineLocal(block), WAYS), k);
  const add = (k: number): Statement => {
    const [s] = new Renaming().replace(loop.variable, at(k)).block(loop.body);
    if (s?.kind !== "assign" || s.value.kind !== "binary") throw new Error("split: not a sum");
    return assign(parts[k]!, plus(read(parts[k]!), s.value.right));
  };
  const blocks = Math.floor(size / WAYS);
  const [a, b, c, d] = parts.map(read);
  const rest: Local = { ...loop.variable };
  const left: Statement = {
    ...loop,
    variable: rest,
    from: [affineConstant(blocks * WAYS)],
    body: new Renaming().replace(loop.variable, affineLocal(rest)).block(loop.body),
  };
  return [
    ...parts.map((p) => letReal(p, constant(0))),
    loopTo(
      block,
      blocks,
      parts.map((_, k) => add(k)),
    ),
    assign(total, plus(read(total), plus(plus(a!, b!), plus(c!, d!)))),
    ...(blocks * WAYS === size ? [] : [left]),
  ];
}

export function splitSums(block: readonly Statement[]): readonly Statement[] {
  return block.flatMap((s) => {
    if (s.kind !== "for") return [s];
    const [size, total] = [extent(s), summed(s)];
    if (size === undefined || size < SHORTEST || total === undefined)
      return [{ ...s, body: splitSums(s.body) }];
    return split(s, total, size);
  });
}
