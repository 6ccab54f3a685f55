/** In: an outcome. Out: a value that says whether there is a picture, so that no drawing function throws. */

/** An expected failure: what was found and expected (`message`), and what to do next (`hint`). */
export interface PictureFailure {
  readonly code: PictureFailureCode;
  readonly message: string;
  readonly hint: string;
}

export type PictureFailureCode =
  | "picture-empty"
  | "picture-lengths"
  | "picture-size"
  | "picture-not-svg"
  | "picture-no-renderer";

export type PictureResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: PictureFailure };

export function succeed<T>(value: T): PictureResult<T> {
  return { ok: true, value };
}

export function fail(
  code: PictureFailureCode,
  message: string,
  hint: string,
): { readonly ok: false; readonly error: PictureFailure } {
  return { ok: false, error: { code, message, hint } };
}
