/** In: paths in a temporary folder. Out: that files are written whole or not at all, and that every refusal is a value. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { formatOf, readArrays, writeArrays } from "../../src/arrays/index.js";

const folder = mkdtempSync(join(tmpdir(), "legendre-arrays-"));
const at = (name: string) => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true }));

const run = new Map([
  ["t", [0, 0.5]],
  [
    "v",
    [
      [1, -1],
      [0.1, -0],
    ],
  ],
  ["energy", [-1, -1.25]],
]);

describe("writing", () => {
  it.each(["run.npz", "run.json", "run.csv"])("%s reads back", (name) => {
    expect(writeArrays(at(name), run)).toMatchObject({ ok: true });
    const arrays = readArrays(at(name));
    if (!arrays.ok) throw new Error(arrays.error.message);
    expect([...arrays.value.keys()]).toEqual(["t", "v", "energy"]);
    expect(arrays.value.get("v")).toEqual({ shape: [2, 2], data: Float64Array.of(1, -1, 0.1, -0) });
  });

  it("the columns of a run", () => {
    writeArrays(at("run.csv"), run);
    expect(readFileSync(at("run.csv"), "utf8")).toBe("t,v[0],v[1],energy\n0,1,-1,-1\n0.5,0.1,-0,-1.25\n");
  });

  it("commas in a column name are quoted", () => {
    writeArrays(
      at("m.csv"),
      new Map<string, number[] | number[][][]>([
        ["t", [0]],
        ["Xi", [[[1, 2]]]],
      ]),
    );
    expect(readFileSync(at("m.csv"), "utf8")).toBe('t,"Xi[0,0]","Xi[0,1]"\n0,1,2\n');
  });

  it("the text of a JSON file", () => {
    writeArrays(at("a.json"), new Map([["x", [1, -0, 1e21]]]));
    expect(readFileSync(at("a.json"), "utf8")).toBe('{\n"x": [1,-0,1e+21]\n}\n');
  });

  it("the same arrays give the same bytes", () => {
    writeArrays(at("a.npz"), run, { compress: true });
    const first = readFileSync(at("a.npz"));
    writeArrays(at("a.npz"), run, { compress: true });
    expect(readFileSync(at("a.npz"))).toEqual(first);
  });

  it("a failed write leaves the old file and no temporary file", () => {
    writeFileSync(at("kept.csv"), "1\n");
    const before = readdirSync(folder);
    expect(writeArrays(at("kept.csv"), new Map([["x", [[[1]]]]]))).toMatchObject({
      error: { code: "cannot-write" },
    });
    expect(readFileSync(at("kept.csv"), "utf8")).toBe("1\n");
    mkdirSync(at("taken.csv"));
    expect(writeArrays(at("taken.csv"), new Map([["x", [1]]]))).toMatchObject({
      error: { code: "file-is-directory", message: `${at("taken.csv")} is a folder; expected a file.` },
    });
    expect(readdirSync(folder).sort()).toEqual([...before, "taken.csv"].sort());
  });

  it.each<[string, string, Map<string, number | number[] | number[][]>, string, RegExp]>([
    [
      "no folder",
      "none/x.npz",
      new Map([["x", [1]]]),
      "file-missing",
      /^The folder of .*x\.npz does not exist\.$/,
    ],
    [
      "a file as a folder",
      "kept.csv/x.npz",
      new Map([["x", [1]]]),
      "file-unwritable",
      /cannot be written: ENOTDIR\.$/,
    ],
    [
      "no extension",
      "x",
      new Map([["x", [1]]]),
      "format-unknown",
      /ends in no extension; arrays are written to \.npz/,
    ],
    ["other extension", "x.mat", new Map([["x", [1]]]), "format-unknown", /ends in \.mat;/],
    ["nothing", "x.npz", new Map(), "cannot-write", /^There is no array to write/],
    [
      "two in .npy",
      "x.npy",
      new Map([
        ["a", 1],
        ["b", 2],
      ]),
      "cannot-write",
      /^A \.npy file holds one array; found 2 \(a, b\)\.$/,
    ],
    [
      "two in CSV",
      "x.csv",
      new Map([
        ["a", 1],
        ["b", 2],
      ]),
      "cannot-write",
      /^A CSV file holds one nonempty table, or a run with t; found a of rank 0, b of rank 0\.$/,
    ],
    [
      "other length",
      "x.csv",
      new Map([
        ["t", [0, 1]],
        ["v", [1]],
      ]),
      "cannot-write",
      /^"v" has shape \(1,\); a run saved as CSV with 2 times/,
    ],
    [
      "a name with brackets",
      "x.csv",
      new Map([
        ["t", [0]],
        ["v[0]", [1]],
      ]),
      "cannot-write",
      /^"v\[0\]" cannot head a CSV column/,
    ],
    ["no name", "x.npz", new Map([["", [1]]]), "npz-name", /^"" cannot name an array/],
    [
      "ragged",
      "x.npz",
      new Map([["x", [[1], [1, 2]]]]),
      "json-ragged",
      /^x\[1\] has 2 entries where x\[0\] has 1/,
    ],
  ])("%s is refused", (_, name, entries, code, message) => {
    expect(writeArrays(at(name), entries)).toMatchObject({
      ok: false,
      error: { code, message: expect.stringMatching(message) },
    });
  });

  it("a shape that disagrees with its entries is refused", () => {
    const entries = new Map([["x", { shape: [2, 2], data: new Float64Array(3) }]]);
    expect(writeArrays(at("x.npz"), entries)).toMatchObject({
      error: { message: '"x" claims shape (2, 2) but holds 3 entries.' },
    });
  });
});

describe("reading", () => {
  it("a missing file, and a folder", () => {
    expect(readArrays(at("gone.npy"))).toMatchObject({
      error: { code: "file-missing", message: `${at("gone.npy")} does not exist.` },
    });
    expect(readArrays(folder)).toMatchObject({
      error: { code: "file-is-directory", message: `${folder} is a folder; expected a file.` },
    });
    expect(readArrays(`${folder}/x\0.npy`)).toMatchObject({ error: { code: "file-unreadable" } });
  });

  it("formatOf knows what can be written", () => {
    expect(formatOf("a/b.NPZ")).toEqual({ ok: true, value: "npz" });
    expect(formatOf("a.tsv")).toMatchObject({ error: { code: "format-unknown" } });
  });
});

describe("without a file system", () => {
  it("only files.ts reaches for one, and only when called", () => {
    const room = new URL("../../src/arrays/", import.meta.url);
    for (const file of readdirSync(room).filter((name) => name.endsWith(".ts"))) {
      const text = readFileSync(new URL(file, room), "utf8");
      expect(text, file).not.toMatch(/from "node:/);
      if (file !== "files.ts") expect(text, file).not.toMatch(/getBuiltinModule|process\./);
    }
  });
});
