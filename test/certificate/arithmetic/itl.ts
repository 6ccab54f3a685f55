/**
 * Reads the interval test language of the IEEE 1788 framework: the text of an .itl file comes in, its cases go out.
 *
 * A case is `operation operand … = result;`. Operands and results are intervals (`[1.0,2.0]`, `[empty]`, `[entire]`,
 * decorated with `_com` and the like, or `[nai]`), numbers (decimal or hexadecimal, `infinity`) and booleans.
 */
import { pointOfDouble } from "../../../src/certificate/checker/arithmetic/binary64.js";
import { exact } from "../../../src/certificate/checker/arithmetic/index.js";

/** undefined stands for the infinity of that side. */
export interface Bounds {
  readonly kind: "interval";
  readonly low: exact.Rational | undefined;
  readonly high: exact.Rational | undefined;
  readonly empty: boolean;
  readonly decorated: boolean;
}
export interface Scalar {
  readonly kind: "number";
  /** A rational, an infinity, or NaN. */
  readonly value: exact.Rational | number;
}
export interface Truth {
  readonly kind: "boolean";
  readonly value: boolean;
}
export interface Opaque {
  readonly kind: "other";
  readonly text: string;
}
export type Operand = Bounds | Scalar | Truth | Opaque;

export interface Case {
  readonly operation: string;
  readonly operands: readonly Operand[];
  readonly results: readonly Operand[];
  readonly text: string;
}

/** `0x1.8p-3`, `infinity`; `13.1` is the double nearest to it, as in libieeep1788. Undefined for any other text. */
export function readNumber(text: string): exact.Rational | number | undefined {
  if (/^[+]?(infinity|inf)$/i.test(text)) return Number.POSITIVE_INFINITY;
  if (/^-(infinity|inf)$/i.test(text)) return Number.NEGATIVE_INFINITY;
  if (/^nan$/i.test(text)) return Number.NaN;
  const hex = /^([+-]?)0x([0-9a-f]+)(?:\.([0-9a-f]*))?(?:p([+-]?\d+))?$/i.exec(text);
  if (hex === null) return exact.parse(text) && nearestDouble(Number(text));
  const fraction = hex[3] ?? "";
  const digits = BigInt(`0x${hex[2]}${fraction}`) * (hex[1] === "-" ? -1n : 1n);
  const e = Number(hex[4] ?? "0") - 4 * fraction.length;
  return e >= 0 ? exact.rational(digits << BigInt(e)) : exact.rational(digits, 1n << BigInt(-e));
}

function nearestDouble(x: number): exact.Rational {
  const { n, d } = pointOfDouble(x);
  return exact.rational(n, d);
}

const finite = (x: exact.Rational | number): exact.Rational | undefined =>
  typeof x === "number" ? undefined : x;

function readInterval(text: string): Operand {
  const match = /^\[([^\]]*)\](_(?:com|dac|def|trv|ill))?$/.exec(text.replaceAll(/\s/g, ""));
  if (match === null || match[1] === "nai") return { kind: "other", text };
  const [inside, decorated] = [match[1]!, match[2] !== undefined];
  const whole = { kind: "interval", low: undefined, high: undefined, decorated } as const;
  if (inside === "empty" || inside === "") return { ...whole, empty: true };
  if (inside === "entire") return { ...whole, empty: false };
  const ends = inside.split(",");
  const [low, high] = [readNumber(ends[0]!), readNumber(ends.at(-1)!)];
  if (low === undefined || high === undefined) return { kind: "other", text };
  return { ...whole, low: finite(low), high: finite(high), empty: false };
}

function readOperand(text: string): Operand {
  if (text.startsWith("[")) return readInterval(text);
  if (text === "true" || text === "false") return { kind: "boolean", value: text === "true" };
  const value = readNumber(text);
  return value === undefined ? { kind: "other", text } : { kind: "number", value };
}

const operandsOf = (text: string): Operand[] =>
  [...text.matchAll(/\[[^\]]*\](?:_[a-z]+)?|[^\s[\]]+/g)].map((match) => readOperand(match[0]));

export function parseItl(source: string): Case[] {
  const text = source.replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/\/\/.*$/gm, "");
  const cases: Case[] = [];
  for (const body of text.matchAll(/testcase\s+\S+\s*\{([^}]*)\}/g)) {
    for (const statement of body[1]!.split(";").map((s) => s.trim())) {
      const match = /^(\w+)\s+([\s\S]*?)=([\s\S]*)$/.exec(statement);
      if (match === null) {
        if (statement !== "") throw new Error(`unread statement: ${statement}`);
        continue;
      }
      const results = operandsOf(match[3]!.trim());
      cases.push({ operation: match[1]!, operands: operandsOf(match[2]!), results, text: statement });
    }
  }
  return cases;
}
