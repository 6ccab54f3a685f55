/** The door of print: expressions as text, LaTeX and MathML. */
export { type PrintedLatex, printLatex } from "./latex.js";
export { type PrintedMathML, printMathML } from "./mathml.js";
export { type MatrixForm, printMatrix } from "./matrix.js";
export * from "./naming.js";
export { namingOfExpr, type Printed, printText } from "./text.js";
