/** The door of lower: program requests (index notation with bound arrays) come in, loop IR goes out. */
export { lower } from "./lower.js";
export * from "./request.js";
