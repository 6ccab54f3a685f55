/** A drawn picture and a path come in; the SVG or PNG file is written, or a refusal says why not. */
import { writeBytes } from "../arrays/index.js";
import { refuse } from "../front/errors.js";
import { toPng } from "../pictures/index.js";

type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: { code: string; message: string; hint: string } };

/** The value of a drawing or of a written file. Throws LegendreError. */
export function drawn<T>(result: Outcome<T>): T {
  return result.ok ? result.value : refuse(result.error.code, result.error.message, result.error.hint);
}

/** By the ending of the name. Throws LegendreError. */
export async function writePicture(file: string, svg: string): Promise<void> {
  const bytes = file.endsWith(".svg") ? new TextEncoder().encode(svg) : drawn(await toPng(svg));
  drawn(writeBytes(file, bytes));
}
