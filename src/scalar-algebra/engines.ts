/** Nothing comes in; the engines go out: the package, the question as its text, and the names it has for our functions. */
import type { Unary } from "../index-notation/index.js";

export interface Engine {
  readonly name: string;
  /** What must be loaded, in this order; the first is the engine. */
  readonly modules: readonly string[];
  /** How it is asked: `engine.run(question)`, or `engine(question).toString()`. */
  readonly ask: "run" | "call";
  readonly antiderivative: (f: string, variable: string) => string;
}

export const ENGINES: readonly Engine[] = [
  {
    name: "algebrite",
    modules: ["algebrite"],
    ask: "run",
    antiderivative: (f, x) => `integral(${f},${x})`,
  },
  {
    name: "nerdamer",
    modules: ["nerdamer", "nerdamer/Algebra.js", "nerdamer/Calculus.js"],
    ask: "call",
    antiderivative: (f, x) => `integrate(${f},${x})`,
  },
];

/** Functions that both read under these names; the others are spelt out, or not asked about. */
export const NAMES: { readonly [F in Unary]?: string } = {
  exp: "exp",
  log: "log",
  sin: "sin",
  cos: "cos",
  tan: "tan",
  sinh: "sinh",
  cosh: "cosh",
  tanh: "tanh",
};

/** What they call some of ours. */
export const ALIASES: Readonly<Record<string, string>> = {
  arctan: "atan",
  arcsin: "asin",
  arccos: "acos",
  arctanh: "atanh",
  arcsinh: "asinh",
  arccosh: "acosh",
  ln: "log",
};
