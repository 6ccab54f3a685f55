/** What is wrong within one text: faults with offsets come in, diagnostics with line and column go out. */
import type { Diagnostic, Span } from "../model/index.js";

/** Offsets into one text, end exclusive. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** A diagnostic whose place is still relative to the expression it was found in. */
export interface Fault {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly range: Range;
}

/** Where a range of an expression lies in the file that holds it. */
export type Locate = (range: Range) => Span;

export const fault = (range: Range, code: string, message: string, hint?: string): Fault => ({
  code,
  message,
  range: { start: range.start, end: range.end },
  ...(hint === undefined ? {} : { hint }),
});

export const diagnose = (f: Fault, locate: Locate): Diagnostic => ({
  code: f.code,
  message: f.message,
  span: locate(f.range),
  ...(f.hint === undefined ? {} : { hint: f.hint }),
});

/** Offsets at which lines start, for `placeIn`. */
export function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let k = text.indexOf("\n"); k >= 0; k = text.indexOf("\n", k + 1)) starts.push(k + 1);
  return starts;
}

/** Line and column (from 1) of an offset, by binary search. */
function lineOf(starts: readonly number[], offset: number): number {
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle]! <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** A locator of ranges in a whole text. */
export function locator(text: string, file?: string): Locate {
  const starts = lineStarts(text);
  return (range) => {
    const start = Math.min(range.start, text.length);
    const end = Math.max(start, Math.min(range.end, text.length));
    const line = lineOf(starts, start);
    const place = { line: line + 1, column: start - starts[line]! + 1, start, end };
    return file === undefined ? place : { file, ...place };
  };
}
