/** A misspelt word and the words that would be right come in, the likeliest of them goes out. */
import { closest, distance } from "fastest-levenshtein";

/** The nearest candidate when it is near enough to be meant; undefined otherwise. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const all = [...candidates].filter((c) => c !== word);
  if (all.length === 0 || word.length > 60) return undefined;
  const folded = all.find((c) => c.toLowerCase() === word.toLowerCase());
  if (folded !== undefined) return folded;
  const letters = (w: string): string => [...w].sort().join("");
  const swapped = all.find((c) => c.length === word.length && letters(c) === letters(word));
  if (swapped !== undefined) return swapped;
  const best = closest(word, all);
  return distance(word, best) <= Math.floor((Math.max(word.length, best.length) + 1) / 3) ? best : undefined;
}

/** "did you mean beta?", or what to do when nothing is near. */
export function didYouMean(word: string, candidates: Iterable<string>, otherwise: string): string {
  const best = nearest(word, candidates);
  return best === undefined ? otherwise : `did you mean ${best}?`;
}

/** `a, b or c` */
export const oneOf = (words: readonly string[]): string =>
  words.length < 2 ? (words[0] ?? "") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;

/** At most `length` characters of a text, for a message. */
export const shorten = (text: string, length = 40): string =>
  text.length <= length ? text : `${text.slice(0, length - 1)}…`;
