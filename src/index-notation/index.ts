/** The door of index-notation: the expression language, its constructors, printers and reference evaluator. */
export * from "./binders.js";
export * from "./build.js";
export * from "./conditions.js";
export * from "./dimension.js";
export * from "./expr.js";
export * from "./order.js";
export * from "./print/index.js";
export * from "./range.js";
export * from "./rational.js";
export * from "./subscript.js";
export * from "./symbols.js";
export * from "./traverse.js";
