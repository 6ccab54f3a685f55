/** Expected failures as values: what went wrong, where, and what to do next. */

/** A stretch of source text; line and column count from 1. */
export interface Span {
  readonly file?: string;
  readonly line: number;
  readonly column: number;
  /** Offsets into the source text, end exclusive. */
  readonly start: number;
  readonly end: number;
}

export interface Diagnostic {
  /** Stable and machine-readable, e.g. `unknown-name`. */
  readonly code: string;
  /** What was found and what was expected. */
  readonly message: string;
  readonly span?: Span;
  /** What to do next. */
  readonly hint?: string;
}

export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly errors: readonly Diagnostic[] };

export const ok = <T>(value: T): Result<T> => ({ ok: true, value });
export const fail = (...errors: Diagnostic[]): Result<never> => ({ ok: false, errors });

/** `model.yaml:3:14: unknown name betta … did you mean beta?` */
export function showDiagnostic(d: Diagnostic): string {
  const place = d.span === undefined ? "" : `${d.span.file ?? "input"}:${d.span.line}:${d.span.column}: `;
  return `${place}${d.message}${d.hint === undefined ? "" : `\n  ${d.hint}`}`;
}
