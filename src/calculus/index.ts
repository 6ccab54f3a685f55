/** The door of calculus/: derivatives in index notation. */
export * from "./differentiate.js";
