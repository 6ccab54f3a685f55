/** In: an outcome. Out: a value that says whether it succeeded, so that no reader or writer throws. */

/** Where in a text file something was found; both count from 1. */
export interface TextPosition {
  readonly line: number;
  readonly column: number;
}

/** An expected failure: what was found and expected (`message`), and what to do next (`hint`). */
export interface ArrayFailure {
  readonly code: ArrayFailureCode;
  readonly message: string;
  readonly hint: string;
  readonly span?: TextPosition;
}

export type ArrayFailureCode =
  | "file-missing"
  | "file-is-directory"
  | "file-unreadable"
  | "file-unwritable"
  | "file-empty"
  | "format-unknown"
  | "not-text"
  | "npy-magic"
  | "npy-version"
  | "npy-header"
  | "npy-dtype"
  | "npy-length"
  | "npy-integer"
  | "npz-damaged"
  | "npz-no-arrays"
  | "npz-name"
  | "json-syntax"
  | "json-value"
  | "json-ragged"
  | "json-shape"
  | "csv-ragged"
  | "csv-number"
  | "csv-header"
  | "csv-quotes"
  | "csv-empty"
  | "not-finite"
  | "too-large"
  | "cannot-write";

export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: ArrayFailure };

export function succeed<T>(value: T): Result<T> {
  return { ok: true, value };
}

export function fail(
  code: ArrayFailureCode,
  message: string,
  hint: string,
  span?: TextPosition,
): { readonly ok: false; readonly error: ArrayFailure } {
  return { ok: false, error: span ? { code, message, hint, span } : { code, message, hint } };
}

/** Runs `step` over the items and collects the values, stopping at the first failure. */
export function collect<A, B>(items: Iterable<A>, step: (item: A) => Result<B>): Result<B[]> {
  const values: B[] = [];
  for (const item of items) {
    const result = step(item);
    if (!result.ok) return result;
    values.push(result.value);
  }
  return succeed(values);
}
