/** Names that mean something to a target, hostile text and very long names leave no trace in exported code. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, it } from "vitest";
import { exportField, TARGETS, type TargetName } from "../../src/export/index.js";
import { must } from "../cases/compiled.js";
import { theoryOf } from "../cases/networks.js";

const LONG = "a".repeat(10_000);
// biome-ignore lint/suspicious/noTemplateCurlyInString: hostile on purpose
const HOSTILE = '*/ `${process.exit(1)}` """ \n#include <x> // \\ \u2028 ??/ 😀 </script>';
const NAMES = ["lambda", "def", "int", "constructor", "__proto__", "process", LONG];

const sum = NAMES.map((n) => `${n}*x`).join(" - ");
const theory = theoryOf(HOSTILE, {
  reference: HOSTILE,
  parameters: Object.fromEntries(NAMES.map((n) => [n, { default: 2 }])),
  state: { x: {} },
  dynamics: { x: sum },
});

const exported = async (target: TargetName) =>
  must(await exportField(theory, target, {}, { version: "0" })).files;

it.each(Object.keys(TARGETS) as TargetName[])(
  "%s: no line outside strings and comments holds a name",
  async (target) => {
    for (const [file, text] of Object.entries(await exported(target))) {
      if (/\.(c|h|py|js|ts)$/.test(file) && typeof text === "string") {
        const code = text
          .replace(/"(?:\\.|[^"\\\n])*"/g, '""')
          .replace(/\/\*[\s\S]*?\*\//g, "")
          .replace(/(\/\/|#(?!include|ifn?def|define|endif)).*$/gm, "");
        for (const name of ["__proto__", "aaaaaaaa", "lambda", "</script"])
          expect(code, file).not.toContain(name);
      }
    }
  },
);

it("the JavaScript module reads its arguments by these names", async () => {
  const folder = mkdtempSync(join(tmpdir(), "legendre-names-"));
  const files = await exported("js");
  writeFileSync(join(folder, "field.mjs"), files["field.js"]!);
  const { createField } = await import(/* @vite-ignore */ pathToFileURL(join(folder, "field.mjs")).href);
  const field = createField(Object.fromEntries(NAMES.map((n, k) => [n, Float64Array.of(k + 1)])));
  const out = new Float64Array(1);
  field.rhs(0, Float64Array.of(2), out);
  expect(out[0]).toBe(2 * (1 - 2 - 3 - 4 - 5 - 6 - 7));
  expect(() => createField({})).toThrow("must be a Float64Array of length 1");
  rmSync(folder, { recursive: true });
});

const haveGcc = spawnSync("gcc", ["--version"]).status === 0;

it.skipIf(!haveGcc)("C compiles without a warning under these names", async () => {
  const folder = mkdtempSync(join(tmpdir(), "legendre-names-"));
  for (const [file, text] of Object.entries(await exported("c"))) writeFileSync(join(folder, file), text);
  const flags = ["-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic"];
  const { stderr } = spawnSync("gcc", [...flags, "field.c", "example.c", "-lm", "-o", "example"], {
    cwd: folder,
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  rmSync(folder, { recursive: true });
});
