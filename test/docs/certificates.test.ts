/** docs/certificates.md says what the format and the checker have: every rule with its fields, every field, every file. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { root } from "../cli/built.js";

const checker = join(root, "src/certificate/checker");
const page = readFileSync(join(root, "docs/certificates.md"), "utf8");
const format = readFileSync(join(checker, "format.ts"), "utf8");

/** The names in code marks in a text. */
const marked = (text: string): string[] => [...text.matchAll(/`([^`\n]+)`/g)].map((m) => m[1]!);

/** The cells of each row of the tables whose first column has the given head. */
function rowsUnder(head: string, markdown: string): string[][] {
  const cells = (line: string): string[] =>
    line
      .split("|")
      .slice(1, -1)
      .map((c) => c.trim());
  const lines = markdown.split("\n");
  return lines.flatMap((line, k) => {
    if (cells(line)[0] !== head) return [];
    const end = lines.findIndex((l, n) => n > k && !l.startsWith("|"));
    return lines.slice(k + 2, end).map(cells);
  });
}

/** The members of the unions of proofs in the types of the format: rule name → its fields. */
function rulesOf(types: string): Map<string, string[]> {
  const proofs = [...types.matchAll(/export type (?:Flow)?Proof =[\s\S]*?;\n\n/g)].map((m) => m[0]).join("");
  const members = proofs.split(/readonly rule: /).slice(1);
  return new Map(
    members.map((member) => {
      const name = /^"([a-z-]+)"/.exec(member)![1]!;
      return [name, [...member.matchAll(/readonly (\w+)\??:/g)].map((m) => m[1]!)];
    }),
  );
}

/** Where the rules in the page and those of the types differ. */
function differences(markdown: string, types: string): string[] {
  const rules = rulesOf(types);
  const rows = rowsUnder("rule", markdown);
  const shown = new Map(
    rows.map((cells) => [marked(cells[0]!)[0]!, marked(cells[cells.length === 5 ? 2 : 1]!)] as const),
  );
  const names = [...new Set([...rules.keys(), ...shown.keys()])];
  return names.filter((n) => shown.get(n)?.sort().join() !== rules.get(n)?.sort().join());
}

describe("docs/certificates.md", () => {
  test("has a row for every rule, with its fields, and no other row", () => {
    expect(rulesOf(format).size).toBeGreaterThan(20);
    expect(differences(page, format)).toEqual([]);
  });

  test("names every field of the format", () => {
    const fields = new Set([...format.matchAll(/readonly (\w+)\??:/g)].map((m) => m[1]!));
    const named = new Set(marked(page).flatMap((name) => name.split(".")));
    expect([...fields].filter((f) => f !== "rule" && !named.has(f))).toEqual([]);
  });

  test("lists every file of the checker, and no other", () => {
    const listed = rowsUnder("file", page).flatMap((cells) => marked(cells[0]!));
    const files = readdirSync(checker, { withFileTypes: true }).map((f) =>
      f.isDirectory() ? `${f.name}/` : f.name,
    );
    expect(listed.sort()).toEqual(files.sort());
  });

  test("fails these tests when a rule has no row, or one of its fields is missing", () => {
    expect(differences(page.replace("| `touches` ", "| `touching` "), format)).toEqual([
      "touches",
      "touching",
    ]);
    expect(differences(page.replace("`at`, `proof` | e″", "`proof` | e″"), format)).toEqual(["touches"]);
    expect(differences(page, format.replace('rule: "popoviciu"', 'rule: "other"'))).toEqual([
      "other",
      "popoviciu",
    ]);
  });
});
