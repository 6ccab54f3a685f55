/** A theory with data and the name of a target come in; the files of the field in that language go out. */
import {
  type Export,
  exportField,
  type Provenance,
  TARGETS,
  type TargetName,
  withExampleArrays,
} from "../export/index.js";
import { refuse, unwrap } from "./errors.js";
import { bindingsOf, type CompileOptions } from "./run.js";
import type { DerivedTheory } from "./theory.js";
import { verify } from "./verify.js";
import { VERSION } from "./version.js";

export type ExportTarget = TargetName;

export interface ExportOptions extends Omit<CompileOptions, "target"> {
  /** Language of the files; docs/exports.md says what each folder holds and needs. */
  readonly target: ExportTarget;
}

/** The version of legendre, and the digest of the certificate where descent is proved. */
export function provenanceOf(theory: DerivedTheory, full: boolean): Provenance {
  const { certificate } = verify(theory, { full });
  const digest = certificate !== undefined && "digest" in certificate ? certificate.digest : undefined;
  return { version: VERSION, ...(digest !== undefined && { certificate: digest }) };
}

/**
 * Writes the field, the energy, activations, fast states and the Jacobian-vector product in another language, with shapes,
 * metadata and a runnable example: `files` holds text, or bytes, by file name, and nothing is written to disk. Dimensions are
 * fixed; parameters and inputs stay arguments, with `data` as their example (arrays that the model leaves open are drawn from
 * `seed`, and `notes` say so). `native` runs the C compiler of this machine.
 * Throws LegendreError for missing or contradicting data, and for what the target cannot say.
 */
export async function exportTo(theory: DerivedTheory, options: ExportOptions): Promise<Export> {
  const { target, full = false } = options;
  if (!Object.hasOwn(TARGETS, target))
    refuse(
      "unknown-target",
      `there is no export to ${String(target)}`,
      `targets: ${Object.keys(TARGETS).join(", ")}`,
    );
  const example = withExampleArrays(theory.theory, bindingsOf(options));
  const made = unwrap(
    await exportField(theory.theory, target, { ...example.bindings, full }, provenanceOf(theory, full)),
  );
  return { ...made, notes: [...example.notes, ...made.notes] };
}
