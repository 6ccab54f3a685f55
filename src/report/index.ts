/** The door of report/: derivations as documents. */
export * from "./derivation.js";
export { derivationMarkdown, derivationText } from "./markdown.js";
export { Notation, notationOf, type Printed } from "./notation.js";
