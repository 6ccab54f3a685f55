/** The trusted arithmetic of the checker: exact rationals, and intervals of doubles and of Decimals. */
export * from "./decimal-interval.js";
export * from "./double-interval.js";
export * from "./interval.js";
export type { Rational } from "./rational.js";
export * as exact from "./rational.js";
