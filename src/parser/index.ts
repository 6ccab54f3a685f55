/** The door of parser/: text and objects come in, models and expressions go out. */
export { type AdHoc, type AdHocScope, type AdHocVariable, adHocScope } from "./ad-hoc.js";
export { type ExpressionOptions, parseCondition, parseExpression } from "./expression.js";
export { FUNCTION_NAMES } from "./function-names.js";
export { inferDeclarations } from "./inferred.js";
export { defineModel, parseModel } from "./model-file.js";
export type * from "./model-source.js";
export { scheduleFromValue } from "./schedule.js";
export { modelSchema } from "./schema.js";
export { type Entry, type Scope, scopeOf, type View } from "./scope.js";
