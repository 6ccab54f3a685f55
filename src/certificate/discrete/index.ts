/** The door of discrete/: descent per update of models whose states are discrete. */
export { isDiscrete } from "./system.js";
export { verifyDiscrete } from "./verify.js";
