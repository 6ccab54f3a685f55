/** The text of an expression comes in; its tokens go out, or a rejection: nothing is skipped but blanks. */
import { exact, type Rational } from "./arithmetic/index.js";
import { reject, shown } from "./rejection.js";

const MAX_LENGTH = 100_000;
const MAX_DIGITS = 5_000;
const MAX_EXPONENT = 400;

export type Token =
  | { readonly kind: "number"; readonly text: string; readonly value: Rational }
  | { readonly kind: "name"; readonly text: string }
  | { readonly kind: "operator"; readonly text: string }
  | { readonly kind: "end"; readonly text: "the end" };

const PATTERN =
  /[ \t\r\n]+|((?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)|([A-Za-z_][A-Za-z0-9_]*)|(<=|>=|!=|[-+*/^()[\],<>=])/y;

/** A number literal read exactly, within limits that keep exact arithmetic cheap. */
export function readNumber(text: string): Rational {
  if (text.length > MAX_DIGITS) reject("a number is too long");
  const exponent = /[eE]([+-]?[0-9]+)$/.exec(text)?.[1];
  if (exponent !== undefined && !(Math.abs(Number(exponent)) <= MAX_EXPONENT))
    reject(`the exponent of ${shown(text)} is beyond ±${MAX_EXPONENT}`);
  return exact.parse(text) ?? reject(`${JSON.stringify(shown(text))} is not a number`);
}

export function tokenize(text: string): readonly Token[] {
  if (text.length > MAX_LENGTH) reject(`an expression is longer than ${MAX_LENGTH} characters`);
  const tokens: Token[] = [];
  let digits = 0;
  for (PATTERN.lastIndex = 0; PATTERN.lastIndex < text.length; ) {
    const at = PATTERN.lastIndex;
    const match = PATTERN.exec(text);
    if (match === null) return reject(`${JSON.stringify(text[at])} is not part of the language`);
    if (match[1] !== undefined) {
      digits += match[1].length;
      if (digits > MAX_DIGITS) reject("the numbers of an expression are too long");
      tokens.push({ kind: "number", text: match[1], value: readNumber(match[1]) });
    } else if (match[2] !== undefined) tokens.push({ kind: "name", text: match[2] });
    else if (match[3] !== undefined) tokens.push({ kind: "operator", text: match[3] });
  }
  tokens.push({ kind: "end", text: "the end" });
  return tokens;
}
