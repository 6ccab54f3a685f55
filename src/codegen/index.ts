/** The door of codegen: programs of the loop IR come in, callable instances go out. */
export * from "./backend.js";
export { javascript } from "./javascript/index.js";
export {
  compileAsync,
  generate as generateWasm,
  hasVectors,
  importedFunctions,
  type WasmInterface,
  type WasmModule,
  wasm,
} from "./wasm/index.js";
