/** The order in which strategies are tried: cheap and certain before searching. */
import { collective } from "./collective.js";
import { asWritten, rewritten } from "./composition.js";
import { oneScalar } from "./one-scalar.js";
import { parts } from "./parts.js";
import { separable } from "./separable.js";
import { boxes, minors, rootedSquares, squares } from "./several-scalars.js";
import type { Strategy } from "./strategy.js";

export type { Judge, Strategy } from "./strategy.js";

/** Tried before anything is searched for. */
export const IMMEDIATE: readonly Strategy[] = [asWritten, rewritten];

const SEARCHES: readonly Strategy[] = [
  oneScalar,
  separable,
  collective,
  squares,
  minors,
  rootedSquares,
  boxes,
];

/** Tried when no counterexample is at hand. */
export const SEARCHING: readonly Strategy[] = [...SEARCHES, parts([rewritten, ...SEARCHES])];
