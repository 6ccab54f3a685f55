/** The door of scalar-algebra/: a function of one variable comes in, unchecked candidates for its antiderivative go out. */
import type { Expr, TensorSymbol } from "../index-notation/index.js";
import { ENGINES } from "./engines.js";
import { spell } from "./spelling.js";
import { answersTo } from "./worker.js";

/** Loading both engines takes about half a second. */
const TIME_LIMIT = 4000;

/**
 * What nerdamer and algebrite say the antiderivative is. Nothing is promised: differentiate each before use. Empty
 * where they have no answer, or not in time.
 */
export function antiderivativeCandidates(f: Expr, variable: TensorSymbol): Expr[] {
  const spelling = spell(f, variable);
  if (spelling === undefined) return [];
  const questions = ENGINES.map((engine) => ({
    engine,
    text: engine.antiderivative(spelling.text, spelling.variable),
  }));
  return answersTo(questions, TIME_LIMIT).flatMap((answer) => {
    const read = answer === undefined ? undefined : spelling.read(answer);
    return read === undefined ? [] : [read];
  });
}
