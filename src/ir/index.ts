/** The door of ir: programs of loops over flat Float64 buffers, their printer, verifier and cost model. */
export * from "./affine.js";
export * from "./build.js";
export * from "./cost.js";
export * from "./predict.js";
export * from "./primitives.js";
export * from "./print.js";
export * from "./program.js";
export * from "./prove.js";
export * from "./verify.js";
export * from "./walk.js";
