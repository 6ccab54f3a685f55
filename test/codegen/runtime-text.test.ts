/**
 * `src/codegen/javascript/runtime-text.ts` is made from the runtime's own sources by stripping their types; this test
 * makes it again and compares. `UPDATE_RUNTIME=1 npx vitest run test/codegen/runtime-text` writes it.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { transformSync } from "esbuild";
import { expect, it } from "vitest";
import { RUNTIME_TEXT } from "../../src/codegen/javascript/runtime-text.js";

const folder = new URL("../../src/codegen/javascript/", import.meta.url);
const file = new URL("runtime-text.ts", folder);
const PARTS = { tanh: "tanh.ts", erf: "erf.ts", gamma: "gamma.ts", elementary: "runtime.ts" } as const;

/** The file's functions as JavaScript without imports and exports; the table of the runtime is left out. */
function stripped(name: string): string {
  const source = readFileSync(new URL(name, folder), "utf8").replace(
    /\/\*\* What generated source[\s\S]*$/,
    "",
  );
  const { code } = transformSync(source, { loader: "ts", target: "es2020", legalComments: "none" });
  return code
    .split("\n")
    .filter((line) => !line.startsWith("import "))
    .map((line) => line.replace(/^export /, ""))
    .join("\n")
    .trim();
}

const expected = (): Record<string, string> =>
  Object.fromEntries(Object.entries(PARTS).map(([name, source]) => [name, stripped(source)]));

const HEADER = `/**
 * Nothing comes in; the text of the runtime's functions, for modules that must stand alone, goes out.
 * Made by test/codegen/runtime-text.test.ts from the sources beside it; not written by hand.
 */
`;

it("the text of the runtime is that of its sources", () => {
  if (process.env.UPDATE_RUNTIME === "1")
    writeFileSync(file, `${HEADER}export const RUNTIME_TEXT = ${JSON.stringify(expected())} as const;\n`);
  expect(RUNTIME_TEXT).toEqual(expected());
});
