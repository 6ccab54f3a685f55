/** The door of loops: statements come in, faster ones that compute the same go out, pass by pass. */
import type { Statement } from "../../ir/index.js";
import { splitSums } from "./accumulators.js";
import { hoistAddresses } from "./address.js";
import { fuse } from "./fuse.js";
import { jam, ROWS } from "./jam.js";
import { cutSections } from "./sections.js";

export { ROWS, splitSums };

export interface Pass {
  readonly name: string;
  readonly run: (block: readonly Statement[]) => readonly Statement[];
}

/** In the order in which they run. */
export const LOOP_PASSES: readonly Pass[] = [
  { name: "fuse", run: fuse },
  { name: "jam", run: jam },
  { name: "split sums", run: splitSums },
  { name: "hoist addresses", run: hoistAddresses },
  { name: "cut sections", run: cutSections },
];
