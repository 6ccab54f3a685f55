/** Model text or a model object comes in; a checked model goes out, or an error that names the place. */
import type { Model } from "../model/index.js";
import { defineModel as defineCore, type ModelSource, parseModel as parseCore } from "../parser/index.js";
import { unwrap } from "./errors.js";

/**
 * Reads a model file (YAML 1.2 or JSON). `file` is the name that errors mention.
 * Throws LegendreError with every problem found, each with line, column and a suggestion.
 */
export const parseModel = (text: string, options: { file?: string } = {}): Model =>
  unwrap(parseCore(text, options));

/**
 * The same model as a typed object; numbers mean their shortest decimal, so 0.1 is exactly 1/10.
 * Throws LegendreError with every problem found.
 */
export const defineModel = (source: ModelSource): Model => unwrap(defineCore(source));
