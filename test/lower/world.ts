/** The names that tests of lowering use from other rooms, in one place. */
export { scalarToNumber as scalarToNumberOf } from "../../src/index-notation/evaluate/index.js";
export * from "../../src/index-notation/index.js";
