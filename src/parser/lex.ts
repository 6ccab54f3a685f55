/** The text of an expression comes in; tokens with their offsets, or the first fault, go out. */
import { parseDecimal, type Rational } from "../index-notation/index.js";
import { adviceFor, asName, NAME, OPERATORS } from "./aliases.js";
import { type Fault, fault } from "./fault.js";
import { MAX_DIGITS, MAX_EXPONENT, MAX_LENGTH } from "./limits.js";
import { shorten } from "./suggest.js";

const PUNCTUATION = [
  "<=",
  ">=",
  "!=",
  "<",
  ">",
  "=",
  "+",
  "-",
  "*",
  "/",
  "^",
  "(",
  ")",
  "[",
  "]",
  ",",
] as const;
export type Punctuation = (typeof PUNCTUATION)[number];

export interface Token {
  readonly kind: "number" | "name" | "end" | Punctuation;
  /** As written; for a name, its ASCII spelling. */
  readonly text: string;
  readonly value?: Rational;
  readonly start: number;
  readonly end: number;
}

const SPACE = /[ \t\r\n]*/y;
const NUMBER = /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y;

/** Two-character spellings of other languages that would otherwise give a puzzling message. */
const FOREIGN: ReadonlyMap<string, string> = new Map([
  ["**", "write ^ for a power"],
  ["==", "write = for equality"],
  ["<>", "write != for 'different'"],
  ["=>", "write >="],
  ["=<", "write <="],
]);

function match(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

/** Tokens ending in one of kind `end`, or the first fault. */
export function lex(text: string): { tokens: readonly Token[] } | { fault: Fault } {
  if (text.length > MAX_LENGTH) return { fault: tooLong(text) };
  const tokens: Token[] = [];
  let digits = 0;
  for (let at = match(SPACE, text, 0)!.length; at < text.length; ) {
    const next = readToken(text, at);
    if ("code" in next) return { fault: next };
    if (next.kind === "number" && (digits += next.end - next.start) > MAX_DIGITS)
      return { fault: tooManyDigits(next) };
    tokens.push(next);
    at = next.end + match(SPACE, text, next.end)!.length;
  }
  tokens.push({ kind: "end", text: "", start: text.length, end: text.length });
  return { tokens };
}

function readToken(text: string, start: number): Token | Fault {
  const number = match(NUMBER, text, start);
  if (number !== undefined) return readNumber(number, start);
  const name = match(NAME, text, start);
  if (name !== undefined) return { kind: "name", text: asName(name)!, start, end: start + name.length };
  return readOperator(text, start);
}

function readNumber(text: string, start: number): Token | Fault {
  const range = { start, end: start + text.length };
  const exponent = /[eE]([+-]?\d+)$/.exec(text);
  const small = exponent === null || Math.abs(Number(exponent[1])) <= MAX_EXPONENT;
  const value = small ? parseDecimal(text) : undefined;
  if (value !== undefined) return { kind: "number", text, value, ...range };
  return fault(
    range,
    "number-out-of-range",
    `the number ${shorten(text, 20)} is out of range: exponents go from -${MAX_EXPONENT} to ${MAX_EXPONENT}`,
    "choose other units, or write the power as 10^k with a parameter k",
  );
}

function readOperator(text: string, start: number): Token | Fault {
  const foreign = FOREIGN.get(text.slice(start, start + 2));
  if (foreign !== undefined) return refuse(text.slice(start, start + 2), start, foreign);
  const alias = OPERATORS.get(text[start]!);
  const kind = PUNCTUATION.find((p) => (alias === undefined ? text.startsWith(p, start) : p === alias));
  if (kind === undefined) {
    const character = String.fromCodePoint(text.codePointAt(start)!);
    return refuse(character, start, adviceFor(character));
  }
  const end = start + (alias === undefined ? kind.length : 1);
  return { kind, text: text.slice(start, end), start, end };
}

const refuse = (found: string, start: number, advice: string): Fault =>
  fault(
    { start, end: start + found.length },
    "unexpected-character",
    `${JSON.stringify(found)} is not part of the language`,
    advice,
  );

const tooLong = (text: string): Fault =>
  fault(
    { start: MAX_LENGTH, end: text.length },
    "too-long",
    `the expression has ${text.length} characters; the limit is ${MAX_LENGTH}`,
    "name parts of it under define",
  );

const tooManyDigits = (t: Token): Fault =>
  fault(
    t,
    "too-long",
    `the numbers of this expression have more than ${MAX_DIGITS} characters together`,
    "make them a parameter and bind its values as data",
  );
