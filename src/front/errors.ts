/** Diagnostics come in; the one error class that public functions throw goes out. */
import { type Diagnostic, type Result, type Span, showDiagnostic } from "../model/index.js";

/**
 * An expected failure: bad input, missing data, something this version does not do. `code`, `message`, `span`
 * and `hint` are those of the first diagnostic; `diagnostics` has all of them. Anything else that is thrown
 * is a bug in legendre.
 */
export class LegendreError extends Error {
  override readonly name = "LegendreError";
  readonly code: string;
  readonly span?: Span;
  readonly hint?: string;

  constructor(readonly diagnostics: readonly [Diagnostic, ...Diagnostic[]]) {
    super(diagnostics.map(showDiagnostic).join("\n"));
    const [first] = diagnostics;
    this.code = first.code;
    if (first.span !== undefined) this.span = first.span;
    if (first.hint !== undefined) this.hint = first.hint;
  }
}

/** The value of a result; throws a LegendreError with its diagnostics when there is none. */
export function unwrap<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new LegendreError(result.errors as [Diagnostic, ...Diagnostic[]]);
}

/** Throws a LegendreError with one diagnostic. */
export function refuse(code: string, message: string, hint: string): never {
  throw new LegendreError([{ code, message, hint }]);
}
