/** In: one malformed file of each kind. Out: the failure a user reads: what was found, what was expected, what to do. */
import { zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { type ArrayFailure, formatArrays, parseArrays } from "../../src/arrays/index.js";

const utf8 = (text: string) => new TextEncoder().encode(text);

function failure(path: string, content: string | Uint8Array): ArrayFailure {
  const result = parseArrays(path, typeof content === "string" ? utf8(content) : content);
  if (result.ok) throw new Error(`${path} was accepted`);
  expect(result.error.hint).toMatch(/^[A-Z].*\.$/s);
  return result.error;
}

function npy(dictionary: string, dataBytes = 0, version = 1): Uint8Array {
  const header = utf8(dictionary);
  return Uint8Array.from([
    ...[0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0],
    ...[header.length & 255, header.length >> 8],
    ...(version > 1 ? [0, 0] : []),
    ...header,
    ...new Uint8Array(dataBytes),
  ]);
}
const dictionary = (shape: string, descr = "<f8") =>
  `{'descr': '${descr}', 'fortran_order': False, 'shape': ${shape}, }`;

function goodNpy(): Uint8Array {
  const bytes = formatArrays("npy", new Map([["x", [1, 2, 3]]]));
  if (!bytes.ok) throw new Error(bytes.error.message);
  return bytes.value;
}

describe(".npy", () => {
  it.each<[string, Uint8Array, string, string]>([
    [
      "bad magic",
      utf8("hello world"),
      "npy-magic",
      "x starts with the bytes 68 65 6c 6c 6f 20; a .npy file starts with 93 4e 55 4d 50 59.",
    ],
    [
      "version",
      npy(dictionary("(1,)"), 8, 9),
      "npy-version",
      "x has .npy format version 9; versions 1, 2 and 3 are known.",
    ],
    [
      "magic only",
      goodNpy().slice(0, 6),
      "npy-header",
      "x ends inside its header: 12 bytes needed, 6 found.",
    ],
    [
      "header cut short",
      goodNpy().slice(0, 60),
      "npy-header",
      "x ends inside its header: 128 bytes needed, 60 found.",
    ],
    [
      "not a dictionary",
      npy("[1, 2]"),
      "npy-header",
      'x has the header "[1, 2]"; expected a dictionary with descr, fortran_order and shape (at most 32 sizes).',
    ],
    ["negative size", npy(dictionary("(-3,)")), "npy-header", "'shape': (-3,)"],
    [
      "data cut short",
      goodNpy().slice(0, -1),
      "npy-length",
      "x has shape (3,) of '<f8', which takes 24 bytes, but 23 bytes follow its header.",
    ],
    [
      "data too long",
      npy(dictionary("(3,)"), 32),
      "npy-length",
      "which takes 24 bytes, but 32 bytes follow its header.",
    ],
    [
      "huge claim",
      npy(dictionary("(4000000000, 4000000000)"), 8),
      "npy-length",
      "x has shape (4000000000, 4000000000)",
    ],
    ["absurd claim", npy(dictionary(`(${"9".repeat(400)},)`), 8), "npy-length", "takes Infinity bytes"],
    [
      "huge and empty",
      npy(dictionary("(9007199254740993, 0)"), 8),
      "npy-length",
      "takes 0 bytes, but 8 bytes follow",
    ],
    [
      "half a double",
      npy(dictionary("(1,)", "<f3"), 3),
      "npy-dtype",
      "x has dtype '<f3' (floating-point numbers of a width other than",
    ],
  ])("%s", (_, bytes, code, message) => {
    const error = failure("folder/x.npy", bytes);
    expect(error.code).toBe(code);
    expect(error.message).toContain(message);
  });

  it("accepts double quotes, long integers and another key order", () => {
    const bytes = npy(`{"shape": (2L, 1L), "fortran_order": False, "descr": "<f8"}`, 16);
    expect(parseArrays("x.npy", bytes)).toMatchObject({ ok: true });
  });
});

describe(".npz", () => {
  const archive = zipSync({ "x.npy": goodNpy() }, { level: 0 });
  const flipped = archive.slice();
  flipped[60]! ^= 1;
  const central = archive.length - 22 - (46 + 5);
  const bomb = archive.slice();
  bomb[central + 27] = 0x40;

  it.each<[string, Uint8Array, string, string]>([
    [
      "cut short",
      archive.slice(0, 100),
      "npz-damaged",
      "r.npz is not a whole zip archive: its central directory is missing or unreadable.",
    ],
    ["not a zip", utf8("{}"), "npz-damaged", "its central directory is missing or unreadable."],
    ["flipped bit", flipped, "npz-damaged", '"x.npy" fails its checksum.'],
    ["huge claimed size", bomb, "npz-damaged", '"x.npy" claims 1073741976 bytes out of 152 compressed ones.'],
    [
      "without arrays",
      zipSync({ "a.txt": utf8("a") }),
      "npz-no-arrays",
      'r.npz is a zip archive that holds 1 files ("a.txt"), none of which ends in .npy.',
    ],
    ["empty archive", zipSync({}), "npz-no-arrays", "is empty, none of which ends in .npy."],
    ["empty member", zipSync({ "x.npy": new Uint8Array() }), "npz-damaged", '"x.npy" is empty.'],
    [
      "bad member",
      zipSync({ "x.npy": utf8("hello") }),
      "npy-magic",
      "x starts with the bytes 68 65 6c 6c 6f;",
    ],
  ])("%s", (_, bytes, code, message) => {
    const error = failure("r.npz", bytes);
    expect(error.code).toBe(code);
    expect(error.message).toContain(message);
  });
});

describe("JSON", () => {
  it.each([
    ["syntax", "[1, 2,, 3]", "json-syntax", "line 1, column 7 of W is not JSON:"],
    ["cut short", "[[1, 2],\n [3", "json-syntax", "line 2, column 4 of W is not JSON:"],
    ["NaN", "[1, NaN]", "json-syntax", "line 1, column 5 of W is not JSON"],
    ["single quotes", "{'a': [1]}", "json-syntax", "line 1, column 2 of W is not JSON"],
    ["something after the end", "[1] [2]", "json-syntax", "line 1, column 5 of W is not JSON"],
    ["open string", '{"a: [1]}', "json-syntax", "line 1, column 10 of W is not JSON"],
    ["trailing comma", "[1, 2,]", "json-syntax", "line 1, column 7 of W is not JSON"],
    [
      "ragged",
      "[[1,2,3],[4,5]]",
      "json-ragged",
      "W[1] has 2 entries where W[0] has 3; every row must have the same length.",
    ],
    [
      "deep ragged",
      '{"Xi": [[[1],[2]],[[3],[4,5]]]}',
      "json-ragged",
      "Xi[1][1] has 2 entries where Xi[0][0] has 1;",
    ],
    ["too shallow", "[[1,2],3]", "json-ragged", "W[1] is 3 where W[0] is an array of 2 entries;"],
    ["too deep", "[1,[2]]", "json-ragged", "W[1] is an array of 1 entries; expected a number."],
    ["null", "null", "json-value", "W is null; expected a number."],
    ["text", '[1,"two"]', "json-value", 'W[1] is "two"; expected a number.'],
    [
      "object inside",
      '{"a": {"b": [1]}}',
      "json-value",
      'a is an object with keys "b"; expected a number, nested arrays, or {"shape": […], "data": […]}.',
    ],
    ["no keys", "{}", "json-value", "W is an object without keys; expected at least one array."],
    [
      "fractional shape",
      '{"shape":[1.5],"data":[1]}',
      "json-shape",
      "W.shape is [1.5]; expected at most 32 nonnegative integers.",
    ],
    [
      "data disagrees",
      '{"shape":[2,3],"data":[1]}',
      "json-shape",
      "W has shape (2, 3), so W.data must be a flat array of 6 numbers; it holds 1.",
    ],
    [
      "huge claim",
      '{"shape":[1e15,1e15],"data":[1]}',
      "json-shape",
      "must be a flat array of 1e+30 numbers; it holds 1.",
    ],
    [
      "nested 40 deep",
      "[".repeat(40) + "]".repeat(40),
      "json-shape",
      "W is nested more than 32 arrays deep.",
    ],
    ["overflow", "[1, -1e999]", "not-finite", "W[1] is -Infinity; every entry must be a finite number."],
  ])("%s", (_, text, code, message) => {
    const error = failure("W.json", text);
    expect(error.code).toBe(code);
    expect(error.message).toContain(message);
  });

  it("points at the line and column of a syntax error", () => {
    expect(failure("W.json", "[1,\n 2,\n x]").span).toEqual({ line: 3, column: 2 });
    expect(failure("W.json", "[NaN]").hint).toContain('write them as "NaN"');
  });

  it("a ragged file that implies a huge shape allocates nothing like it", () => {
    const row = JSON.stringify(
      Array(2000)
        .fill([...Array(2000).keys()].slice(0, 2000))
        .slice(0, 1)[0],
    );
    const text = `[[${row}${",[]".repeat(3000)}]${",[]".repeat(3000)}]`;
    expect(failure("W.json", text).message).toContain("W[0][1] has 0 entries where W[0][0] has 2000");
  });
});

describe("CSV", () => {
  it.each([
    ["ragged", "1,2\n3,4\n5\n", "csv-ragged", "line 3 of W has 1 columns where line 1 has 2."],
    [
      "ragged after blank and comment lines",
      "# xs\na,b\n\n1,2\n3\n",
      "csv-ragged",
      "line 5 of W has 1 columns where line 2 has 2.",
    ],
    ["empty cell", "1,2\n3,\n", "csv-number", "line 2, column 2 of W is empty; expected a number."],
    ["word", "a,b\n1,x\n", "csv-number", 'line 2, column 2 of W is "x"; expected a number.'],
    ["half a header", "a,1\n1,2\n", "csv-number", 'line 1, column 1 of W is "a"; expected a number.'],
    ["hexadecimal", "1,0x10\n", "csv-number", 'line 1, column 2 of W is "0x10"; expected a number.'],
    ["decimal comma", "1,5;2,5\n3,5;4,5\n", "csv-number", "expected a number."],
    ["no rows", "a,b\n", "csv-empty", "W holds no row of numbers; expected at least one."],
    ["blank", "\n\n", "csv-empty", "W holds no row of numbers; expected at least one."],
    ["open quote", '1,"2\n3,4\n', "csv-quotes", "has a quotation mark that is not closed."],
    [
      "missing component",
      "t,v[0],v[2]\n0,1,2\n",
      "csv-header",
      'W has 2 columns for "v", not exactly one for each of the 3 entries of shape (3,) in order.',
    ],
    ["columns out of order", "t,v[1],v[0]\n0,1,2\n", "csv-header", "2 entries of shape (2,) in order."],
    [
      "repeated column",
      "t,energy,energy\n0,1,2\n",
      "csv-header",
      'W has 2 columns for "energy", not exactly one for each of the 1 entries',
    ],
    ["mixed ranks", 't,v[0],"v[0,1]"\n0,1,2\n', "csv-header", 'W has 2 columns for "v"'],
    ["not finite", "1,2\ninf,4\n", "not-finite", "W[1,0] is Infinity; every entry must be a finite number."],
  ])("%s", (_, text, code, message) => {
    const error = failure("W.csv", text);
    expect(error.code).toBe(code);
    expect(error.message).toContain(message);
  });

  it.each([
    ["tabs", "1\t2\n3\t4\n", [2, 2]],
    ["spaces, as numpy.savetxt", "1.0e+00 2.0e+00\n3.0e+00 4.0e+00\n", [2, 2]],
    ["semicolons and a byte-order mark", "\ufeffa;b\r\n1;2\r\n3;4\r\n", [2, 2]],
    ["spaces after commas", "1, 2\n3, 4\n", [2, 2]],
    ["one column", "1\n2\n3\n4", [4]],
    ["one row", "1,2,3,4", [1, 4]],
  ])("reads %s", (_, text, shape) => {
    const arrays = parseArrays("W.csv", utf8(text));
    expect(arrays.ok && arrays.value.get("W")!.shape).toEqual(shape);
    expect(arrays.ok && [...arrays.value.get("W")!.data]).toEqual([1, 2, 3, 4]);
  });
});

describe("any file", () => {
  it("empty", () => {
    for (const extension of ["npy", "npz", "json", "csv", "bin"]) {
      expect(failure(`x.${extension}`, "")).toMatchObject({
        code: "file-empty",
        message: `x.${extension} is empty; expected an array.`,
      });
    }
  });

  it("neither NumPy nor text", () => {
    expect(failure("x.csv", Uint8Array.of(0xff, 0xfe, 0x31, 0))).toMatchObject({ code: "not-text" });
  });

  it("without an extension: the first character decides", () => {
    expect(parseArrays("weights", utf8(" [1, 2]"))).toMatchObject({ ok: true });
    expect(parseArrays("weights", utf8("1 2\n3 4"))).toMatchObject({ ok: true });
  });

  it("random bytes never throw", () => {
    for (let seed = 1; seed < 400; seed++) {
      const bytes = Uint8Array.from(
        { length: seed % 90 },
        (_, k) => Math.imul(seed * 31 + k, 2654435761) >>> 24,
      );
      const starts = [[], [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0], [0x50, 0x4b, 3, 4], [0x5b]];
      bytes.set(starts[seed % 4]!.slice(0, bytes.length));
      for (const extension of ["npy", "npz", "json", "csv"]) parseArrays(`x.${extension}`, bytes);
    }
  });
});
