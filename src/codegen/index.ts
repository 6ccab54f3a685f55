/** The door of codegen: programs of the loop IR come in, callable instances or source text go out. */
export * from "./backend.js";
export { type CNames, type CProgram, generateC, literal as cLiteral } from "./c/index.js";
export { generateLinearC, type LinearC } from "./c/linear.js";
export { javascript } from "./javascript/index.js";
export { generateStandalone, importsText, type Standalone } from "./javascript/standalone.js";
export { bindLinear, type LinearInterface } from "./linear.js";
export { type Scheme, type StepProgram, stepProgram } from "./step.js";
export {
  compileAsync,
  generate as generateWasm,
  hasFma,
  hasVectors,
  importedFunctions,
  noThreads,
  type WasmInterface,
  type WasmModule,
  type WasmOptions,
  wasm,
  wasmWith,
} from "./wasm/index.js";
