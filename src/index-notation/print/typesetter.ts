/** What a target language must offer for displayed mathematics: LaTeX and MathML each implement it. */
import type { Relation } from "./shapes.js";

export type Fence = "parentheses" | "brackets" | "bars";
export type Sign = "+" | "-" | "/" | "mod" | "times" | Relation;
export type BigSign = "sum" | "prod" | "max" | "min";

/** The few constructions that a target language offers. */
export interface Typesetter {
  number(digits: string): string;
  /** A letter, a Greek letter or a word. */
  letter(base: string): string;
  /** A letter with a dot above: a rate of change. */
  dotted(letter: string): string;
  /** An upright function name. */
  fn(name: string): string;
  sign(sign: Sign): string;
  big(sign: BigSign): string;
  list(parts: readonly string[], close: boolean): string;
  /** Factors side by side. */
  row(parts: readonly string[]): string;
  /** Parts with nothing between them. */
  tight(parts: readonly string[]): string;
  scripts(base: string, below: string | undefined, above: string | undefined): string;
  /** A binder's sign with its range. */
  under(sign: string, below: string): string;
  fraction(above: string, below: string, small: boolean): string;
  root(arg: string): string;
  fence(kind: Fence, inner: string, tall: boolean): string;
  cases(value: string, tests: string, otherwise: string): string;
  integral(lower: string, upper: string, body: string, variable: string): string;
  indicator(): string;
}
