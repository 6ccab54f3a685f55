/** The names that mean a function before `(`; a definition with arguments may take none of them. */
import { BINDERS, UNARY } from "../index-notation/index.js";

const OTHERS = [
  "sqrt",
  "digamma",
  "trigamma",
  "polygamma",
  "softmax",
  "where",
  "integral",
  "root",
  "delta",
  "mod",
] as const;

export type FunctionName = (typeof UNARY)[number] | (typeof BINDERS)[number] | (typeof OTHERS)[number];

export const FUNCTION_NAMES: ReadonlySet<string> = new Set<FunctionName>([...UNARY, ...BINDERS, ...OTHERS]);

export const isFunction = (name: string): name is FunctionName => FUNCTION_NAMES.has(name);
