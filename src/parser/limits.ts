/** The limits within which text is read; beyond them it is refused, so that nothing hangs or overflows. */

/** Characters of one expression. */
export const MAX_LENGTH = 100_000;
/** Nested parentheses, calls, subscripts, exponents and signs of one expression. */
export const MAX_DEPTH = 200;
/** Characters of all number literals of one expression: exact arithmetic on longer ones would be slow. */
export const MAX_DIGITS = 5_000;
/** Decimal exponents of a literal, beyond what a double can hold. */
export const MAX_EXPONENT = 400;
/** Bits of a number that a power may produce. */
export const MAX_BITS = 65_536;
/** Characters of a model file. */
export const MAX_FILE = 8_000_000;
/** Nested maps and lists of a model file. */
export const MAX_NESTING = 32;
/** Definitions that use definitions that use definitions … */
export const MAX_CHAIN = 100;
