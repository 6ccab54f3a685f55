/** The door of export/: a theory with bound numbers and a target come in; files as text, and what they offer, go out. */

import type { Theory } from "../derivation/index.js";
import { fail, ok, type Result } from "../model/index.js";
import type { FieldOptions } from "../simulation/index.js";
import { type Metadata, metadataOf, type Provenance } from "./metadata.js";
import { exportSource } from "./source.js";
import { type Files, TARGETS, type TargetName } from "./targets.js";
import { asciiJson } from "./text.js";

export { withExampleArrays } from "./example-arrays.js";
export { explain } from "./explain.js";
export type { Metadata, Provenance } from "./metadata.js";
export { type ExportSource, exportSource, programOf } from "./source.js";
export { type Files, TARGETS, type Target, type TargetName } from "./targets.js";

export interface Export {
  readonly files: Files;
  readonly metadata: Metadata;
  readonly notes: readonly string[];
}

/** Writes nothing: text, or bytes, by file name, with `metadata.json` and `example-data.json` beside the code. */
export async function exportField(
  theory: Theory,
  target: TargetName,
  options: FieldOptions,
  provenance: Provenance,
): Promise<Result<Export>> {
  const source = exportSource(theory, options);
  if (!source.ok) return fail(...source.errors);
  const metadata = metadataOf(source.value, target, provenance);
  const files = await TARGETS[target].write(source.value, metadata);
  if (!files.ok) return files;
  const data = {
    initial: [...source.value.initial],
    args: source.value.arguments.map((a) => ({ name: a.name, shape: a.shape, data: [...a.data] })),
  };
  const shared = {
    "metadata.json": `${asciiJson(metadata)}\n`,
    "example-data.json": `${asciiJson(data, 0)}\n`,
  };
  return ok({ files: { ...files.value, ...shared }, metadata, notes: source.value.notes });
}
