/** The checker is closed: it imports nothing but itself, decimal.js and node:crypto. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, "../../../src/certificate/checker");

const files = readdirSync(root, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts"))
  .map((name) => join(root, name));

const ALLOWED = new Set(["decimal.js", "node:crypto"]);

test("there are files to look at", () => {
  expect(files.length).toBeGreaterThan(30);
});

test.each(files.map((f) => [f.slice(root.length + 1), f]))("%s imports nothing from outside", (_, file) => {
  const text = readFileSync(file, "utf8");
  const sources = [...text.matchAll(/(?:^|\n)\s*(?:import|export)[^;]*?from\s+"([^"]+)"/g)].map((m) => m[1]!);
  const bare = [...text.matchAll(/(?:^|\n)\s*import\s+"([^"]+)"/g)].map((m) => m[1]!);
  const mentioned = (text.match(/\bfrom\s+["']/g) ?? []).length;
  expect(sources.length).toBe(mentioned);
  for (const source of [...sources, ...bare]) {
    const inside = source.startsWith(".") && resolve(dirname(file), source).startsWith(`${root}/`);
    expect(inside || ALLOWED.has(source), source).toBe(true);
  }
  expect(text).not.toMatch(/\bimport\s*\(|\brequire\s*\(|\beval\s*\(|new Function\b|process\.|globalThis/);
});

test("every file opens with a sentence", () => {
  for (const file of files) expect(readFileSync(file, "utf8"), file).toMatch(/^\/\*\*/);
});
