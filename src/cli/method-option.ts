/** The text of `--method`, or a failure of a run, comes in; a method, or the failure in terms of options, goes out. */
import { InvalidArgumentError } from "commander";
import { closest, distance } from "fastest-levenshtein";
import { METHODS, type MethodName } from "../ode/index.js";

/** The nearest of the words, if it is near enough to be meant. */
function nearest(word: string, words: readonly string[]): string | undefined {
  const best = closest(word, words);
  return distance(word, best) <= Math.max(1, word.length / 3) ? best : undefined;
}

/** What other programs call the methods that are here. */
const ELSEWHERE: ReadonlyMap<string, MethodName> = new Map([
  ["rk45", "dopri5"],
  ["ode45", "dopri5"],
  ["dp5", "dopri5"],
  ["dopri8", "dop853"],
  ["dp8", "dop853"],
  ["ode78", "dop853"],
  ["rk23", "bosh3"],
  ["ode23", "bosh3"],
  ["bs3", "bosh3"],
  ["rk2", "midpoint"],
]);

/** The name of a method; what is none is refused with the one that was meant. */
export function methodOf(name: string): "auto" | MethodName {
  const known = ["auto", ...Object.keys(METHODS)];
  if (known.includes(name)) return name as "auto" | MethodName;
  const folded = name.toLowerCase();
  const meant = ELSEWHERE.get(folded) ?? known.find((k) => k === folded) ?? nearest(folded, known);
  const advice = meant === undefined ? "" : `; did you mean ${meant}?`;
  throw new InvalidArgumentError(`expected one of ${known.join(", ")}${advice}`);
}

/** The room ode/ speaks to programs; a person at a terminal has options. */
const OPTIONS: readonly (readonly [RegExp, string])[] = [
  [/\bdt\b/g, "--dt"],
  [/\bmaxSteps\b/g, "--max-steps"],
  [/\brecord\.every\b/g, "--every"],
  [/\b(rtol|atol)\b/g, "--$1"],
  [/"(tsit5|bdf)"/g, "--method $1"],
];

/** A failure of a run in the words of the command line. */
export function inOptions<F extends { readonly message: string; readonly hint: string }>(failure: F): F {
  const said = (text: string) => OPTIONS.reduce((all, [word, option]) => all.replace(word, option), text);
  return { ...failure, message: said(failure.message), hint: said(failure.hint) };
}
