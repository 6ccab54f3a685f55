/** The folder of shipped derivations comes in; what each is and where its model lies goes out. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";

export interface CatalogEntry {
  /** `<author>-<year>-<model>`, or with `/variant` where a folder holds several model files. */
  readonly name: string;
  readonly title: string;
  readonly reference: string;
  readonly description: string;
  readonly path: string;
}

const root = fileURLToPath(new URL("../../derivations/", import.meta.url));

/** Every model file of every derivation, in order of names. */
export function catalogEntries(): CatalogEntry[] {
  if (!existsSync(root)) return [];
  const folders = readdirSync(root, { withFileTypes: true }).filter((d) => d.isDirectory());
  return folders.flatMap((d) => modelsIn(d.name)).sort((a, b) => (a.name < b.name ? -1 : 1));
}

function modelsIn(folder: string): CatalogEntry[] {
  const files = readdirSync(join(root, folder)).filter((f) => /^model(-.*)?\.yaml$/.test(f));
  return files.map((f) => entry(folder, f));
}

function entry(folder: string, file: string): CatalogEntry {
  const path = join(root, folder, file);
  const header = parse(readFileSync(path, "utf8")) as {
    name?: string;
    reference?: string;
    description?: string;
  };
  const variant = /^model-(.*)\.yaml$/.exec(file)?.[1];
  return {
    name: variant === undefined ? folder : `${folder}/${variant}`,
    title: header.name ?? folder,
    reference: header.reference ?? "",
    description: header.description ?? "",
    path,
  };
}
