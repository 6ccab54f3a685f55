/**
 * The rules that hold the rooms of src/ apart, read from the import statements and from the table in
 * docs/architecture.md. Every rule is also shown to catch a planted violation.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

// ---- what there is ---------------------------------------------------------------------------------

/** Text by path below src/, with forward slashes. */
type Sources = ReadonlyMap<string, string>;

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}

function readSources(): Sources {
  const src = join(root, "src");
  const paths = filesBelow(src).filter((p) => p.endsWith(".ts"));
  return new Map(paths.map((p) => [relative(src, p).split(sep).join("/"), readFileSync(p, "utf8")]));
}

interface Row {
  readonly rooms: readonly string[];
  readonly packages: readonly string[];
}

/** The room table of docs/architecture.md, in its order. */
function readTable(markdown: string): ReadonlyMap<string, Row> {
  const rows = markdown.split("\n").flatMap((line): [string, Row][] => {
    const cells = line.split(/(?<!\\)\|/).map((c) => c.trim());
    const room = /^`([a-z-]+)\/`$|^`(index\.ts)`$/.exec(cells[1] ?? "");
    if (room === null || cells.length < 6) return [];
    const list = (cell: string): string[] =>
      cell.split(",").flatMap((c) => /[a-z@][^\s`—]*/.exec(c)?.[0] ?? []);
    return [[room[1] ?? room[2]!, { rooms: list(cells[3]!), packages: list(cells[4]!) }]];
  });
  return new Map(rows);
}

// ---- import statements -----------------------------------------------------------------------------

/** Text without comments; strings and templates stay as they are. */
function withoutComments(text: string): string {
  const token = /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;
  return text.replace(token, (found) => (found.startsWith("/") ? " " : found));
}

const STATEMENT = /(?:^|[;\n])\s*(?:import|export)\b(\s+type\b)?(?:[^"'`;()]*?\bfrom)?\s*["']([^"']+)["']/g;
const CALL = /\bimport\(\s*["']([^"']+)["']\s*\)/g;

interface Import {
  readonly specifier: string;
  /** Gone after compilation, or loaded when called. */
  readonly typeOnly: boolean;
}

function importStatements(text: string): Import[] {
  const code = withoutComments(text);
  const stated = [...code.matchAll(STATEMENT)].map((m) => ({
    specifier: m[2]!,
    typeOnly: m[1] !== undefined,
  }));
  const called = [...code.matchAll(CALL)].map((m) => ({ specifier: m[1]!, typeOnly: true }));
  return [...stated, ...called];
}

const importsOf = (text: string): string[] => importStatements(text).map((i) => i.specifier);

const roomOf = (path: string): string => path.split("/")[0]!;
const isRelative = (specifier: string): boolean => specifier.startsWith(".");
const target = (from: string, specifier: string): string =>
  posix.join(dirname(from), specifier).replace(/\.js$/, ".ts");

/** The npm package of `pure-rand/generator/x`, or the specifier itself for `node:fs`. */
function packageOf(specifier: string): string {
  const parts = specifier.split("/");
  return parts.slice(0, specifier.startsWith("@") ? 2 : 1).join("/");
}

// ---- rules -----------------------------------------------------------------------------------------

/** Files of other rooms that may be imported past the door, and why. */
const PAST_THE_DOOR: ReadonlyMap<string, string> = new Map([
  ["arrays/nested.ts", "works in a browser; the door of arrays/ loads node:fs, fflate and papaparse"],
  ["arrays/numeric-array.ts", "as nested.ts"],
]);

/** Rooms without an index.ts: what their door is instead. */
const OTHER_DOORS: ReadonlyMap<string, string> = new Map([
  ["front", "src/index.ts"],
  ["cli", "main.ts, the executable"],
]);

/** A folder without a door and without a row is under construction: nothing may import it. */
const isBuilt = (room: string, sources: Sources, table: ReadonlyMap<string, Row>): boolean =>
  table.has(room) || sources.has(`${room}/index.ts`);

function roomViolations(sources: Sources, table: ReadonlyMap<string, Row>): string[] {
  return [...sources].flatMap(([path, text]) => {
    const room = roomOf(path);
    const row = table.get(room);
    if (!isBuilt(room, sources, table)) return [];
    if (row === undefined) return [`${path}: ${room} has no row in the table of docs/architecture.md`];
    return importsOf(text).flatMap((specifier) =>
      isRelative(specifier)
        ? relativeViolations(path, target(path, specifier), row, sources)
        : row.packages.includes(packageOf(specifier))
          ? []
          : [`${path}: ${room} may not import the package ${packageOf(specifier)}`],
    );
  });
}

function relativeViolations(path: string, to: string, row: Row, sources: Sources): string[] {
  const [room, other] = [roomOf(path), roomOf(to)];
  if (!sources.has(to) && !to.endsWith(".json")) return [`${path}: imports ${to}, which does not exist`];
  if (other === room) return [];
  if (!row.rooms.includes(other)) return [`${path}: ${room} may not import ${other} (${to})`];
  const door = to.endsWith("/index.ts") || PAST_THE_DOOR.has(to) || OTHER_DOORS.has(other);
  return door ? [] : [`${path}: imports ${to} past the door of ${other}`];
}

/** Each room imports only rooms above it, so that there is no cycle of rooms. */
function orderViolations(table: ReadonlyMap<string, Row>): string[] {
  const order = [...table.keys()];
  return [...table].flatMap(([room, { rooms }], k) =>
    rooms
      .filter((r) => !order.slice(0, k).includes(r))
      .map((r) => `${room} imports ${r}, which is not above it`),
  );
}

/**
 * Import cycles between files as paths: a module would run before one that it needs. Types may refer to each
 * other in a circle, and what is loaded later, by a call, closes none.
 */
function cycles(sources: Sources): string[] {
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (path: string, way: readonly string[]): void => {
    if (way.includes(path)) found.push([...way.slice(way.indexOf(path)), path].join(" → "));
    if (done.has(path) || way.includes(path)) return;
    const text = sources.get(path);
    if (text === undefined) return;
    const needed = importStatements(text).filter((i) => isRelative(i.specifier) && !i.typeOnly);
    for (const { specifier } of needed) visit(target(path, specifier), [...way, path]);
    done.add(path);
  };
  for (const path of sources.keys()) visit(path, []);
  return found;
}

/** Code made from text is made in one place, and the programs of two workers, where a reader can see that no user's text reaches it. */
const CODE_MAKERS = [
  "codegen/javascript/instantiate.ts",
  "codegen/wasm/workers.ts",
  "scalar-algebra/worker.ts",
];
const MAKES_CODE =
  /\beval: true\b|\bcreateObjectURL\b|\bnew Function\b|(?<![.\w])Function\(|(?<![.\w])eval\(|node:vm|setTimeout\(\s*["'`]/;

const codeMakers = (sources: Sources): string[] =>
  [...sources].flatMap(([path, text]) => (MAKES_CODE.test(withoutComments(text)) ? [path] : []));

/** nerdamer and algebrite are not trusted: their only door re-checks each answer. */
const algebraOutside = (sources: Sources): string[] =>
  [...sources].flatMap(([path, text]) =>
    /["'](?:nerdamer|algebrite)["'/]/.test(withoutComments(text)) && roomOf(path) !== "scalar-algebra"
      ? [path]
      : [],
  );

const withoutOpening = (sources: Sources): string[] =>
  [...sources].flatMap(([path, text]) => (/^(?:#![^\n]*\n)?\/\*\*/.test(text) ? [] : [path]));

const MOST_LINES = 400;
/** Files that are one long table, or one closed family of constructors; not to be joined by others. */
const LONG_FILES: ReadonlySet<string> = new Set([
  "index-notation/binders.ts",
  "index-notation/build.ts",
  "index-notation/print/display.ts",
]);

const tooLong = (sources: Sources): string[] =>
  [...sources].flatMap(([path, text]) => {
    const lines = text.split("\n").length - 1;
    return lines > MOST_LINES && !LONG_FILES.has(path) ? [`${path}: ${lines} lines`] : [];
  });

/** Files and folders of a room that its README does not name. */
function unnamed(readme: string, entries: readonly string[]): string[] {
  return entries.filter((name) => !readme.includes(`\`${name}`));
}

// ---- the rules hold --------------------------------------------------------------------------------

const sources = readSources();
const table = readTable(readFileSync(join(root, "docs/architecture.md"), "utf8"));
const rooms = [...table.keys()].filter((r) => r !== "index.ts");

describe("src/", () => {
  test("has the rooms of the table, and no others", () => {
    const folders = readdirSync(join(root, "src"), { withFileTypes: true }).filter((d) => d.isDirectory());
    const built = folders.map((d) => d.name).filter((name) => isBuilt(name, sources, table));
    expect(built.sort()).toEqual([...rooms].sort());
  });

  test("imports only what the table allows, through doors", () => {
    expect(roomViolations(sources, table)).toEqual([]);
  });

  test("has a table whose rows import only rows above them", () => {
    expect(orderViolations(table)).toEqual([]);
  });

  test("allows nothing that no file uses", () => {
    const used = [...sources].flatMap(([path, text]) =>
      importsOf(text).map((s) => `${roomOf(path)} ${isRelative(s) ? roomOf(target(path, s)) : packageOf(s)}`),
    );
    const allowed = [...table].flatMap(([room, row]) =>
      [...row.rooms, ...row.packages].map((x) => `${room} ${x}`),
    );
    expect(allowed.filter((a) => !used.includes(a) && !LOADED_BY_NAME.has(a))).toEqual([]);
  });

  test("has no import cycles between files", () => {
    expect(cycles(sources)).toEqual([]);
  });

  test("makes code from text in three files", () => {
    expect(codeMakers(sources).sort()).toEqual(CODE_MAKERS);
  });

  test("keeps nerdamer and algebrite behind one door", () => {
    expect(algebraOutside(sources)).toEqual([]);
  });

  test("opens every file with a sentence", () => {
    expect(withoutOpening(sources)).toEqual([]);
  });

  test("has no long files but those that are tables", () => {
    const built = [...sources].filter(([path]) => isBuilt(roomOf(path), sources, table));
    expect(tooLong(new Map(built))).toEqual([]);
  });
});

/** Packages that are found by name at run time, with no import statement. */
const LOADED_BY_NAME: ReadonlySet<string> = new Set(["pictures dejavu-fonts-ttf"]);

describe.each(rooms)("src/%s/", (room) => {
  const folder = join(root, "src", room);

  test("has a door", () => {
    expect(existsSync(join(folder, "index.ts")) !== OTHER_DOORS.has(room)).toBe(true);
  });

  test("has a README that names every file but the door", () => {
    const entries = readdirSync(folder, { withFileTypes: true });
    const names = entries
      .map((e) => (e.isDirectory() ? `${e.name}/` : e.name))
      .filter((n) => n !== "README.md" && n !== "index.ts");
    expect(existsSync(join(folder, "README.md"))).toBe(true);
    expect(unnamed(readFileSync(join(folder, "README.md"), "utf8"), names)).toEqual([]);
  });
});

test("packages that src/ imports are dependencies", () => {
  const { dependencies, optionalDependencies } = JSON.parse(
    readFileSync(join(root, "package.json"), "utf8"),
  ) as Record<"dependencies" | "optionalDependencies", Record<string, string>>;
  const declared = { ...dependencies, ...optionalDependencies };
  const used = [...sources.values()]
    .flatMap(importsOf)
    .filter((s) => !isRelative(s) && !s.startsWith("node:"));
  expect([...new Set(used.map(packageOf))].filter((p) => !(p in declared))).toEqual([]);
});

// ---- the rules bite --------------------------------------------------------------------------------

/** The sources with one file added or extended. */
const plant = (path: string, text: string): Sources =>
  new Map([...sources, [path, `${sources.get(path) ?? "/** Planted. */\n"}\n${text}\n`]]);

/** The violations of the table that planted sources have beside those that src/ has. */
function added(planted: Sources): string[] {
  const before = new Set(roomViolations(sources, table));
  return roomViolations(planted, table).filter((v) => !before.has(v));
}

describe("a planted violation is caught:", () => {
  test.each<[string, string, string]>([
    ["a room that may not be imported", "ode/run.ts", 'import type { Model } from "../model/index.js";'],
    ["a type import in the middle of a file", "ir/walk.ts", 'type X = import("../ode/index.js").Run;'],
    ["an import over several lines", "rewrite/x.ts", 'import {\n  derive,\n} from "../derivation/index.js";'],
    ["a re-export", "arrays/x.ts", 'export * from "../pictures/index.js";'],
    ["a side effect", "model/x.ts", 'import "../cli/main.js";'],
    ["an import past a door", "report/x.ts", 'import { derive } from "../derivation/derive.js";'],
    ["a package of another room", "lower/x.ts", 'import { parse } from "yaml";'],
    ["a package loaded later", "front/x.ts", 'const vega = () => import("vega");'],
    ["a file that does not exist", "ir/x.ts", 'import { y } from "./y.js";'],
    ["a new room", "misc/index.ts", "export const x = 1;"],
    ["an import from a folder under construction", "report/x.ts", 'import "../misc/x.js";'],
  ])("%s", (_, path, text) => {
    expect(added(plant(path, text))).toHaveLength(1);
  });

  test("comments and strings that look like imports are none", () => {
    const text = '// import "../cli/main.js";\n/* import x from "yaml" */\nconst s = "import x from y";';
    expect(added(plant("ir/x.ts", text))).toEqual([]);
  });

  test("a cycle of rooms in the table", () => {
    const looped = new Map([...table, ["ir", { rooms: ["lower"], packages: [] }]]);
    expect(orderViolations(looped)).toContain("ir imports lower, which is not above it");
  });

  test("a cycle of files", () => {
    const importing = (what: string) => cycles(plant("ir/affine.ts", `${what} from "./index.js";`));
    expect(importing("import { type Block, loop }").some((c) => c.includes("ir/affine.ts"))).toBe(true);
    expect(importing("import type { Block }")).toEqual([]);
  });

  test.each([
    'const f = new Function("x", text);',
    "const f = Function(text);",
    "eval(text);",
    'import vm from "node:vm";',
  ])("code made from text: %s", (text) => {
    expect(codeMakers(plant("report/x.ts", text))).toContain("report/x.ts");
  });

  test("nerdamer outside its room", () => {
    expect(algebraOutside(plant("calculus/x.ts", 'import nerdamer from "nerdamer";'))).toEqual([
      "calculus/x.ts",
    ]);
    expect(algebraOutside(plant("scalar-algebra/x.ts", 'import nerdamer from "nerdamer";'))).toEqual([]);
  });

  test("a file without an opening sentence", () => {
    expect(withoutOpening(new Map([["ir/x.ts", "export const x = 1;\n"]]))).toEqual(["ir/x.ts"]);
  });

  test("a long file", () => {
    expect(tooLong(new Map([["ir/x.ts", "\n".repeat(MOST_LINES + 1)]]))).toHaveLength(1);
    expect(tooLong(new Map([["ir/x.ts", "\n".repeat(MOST_LINES)]]))).toEqual([]);
  });

  test("a file that the README of its room does not name", () => {
    expect(unnamed("| `index.ts` | the door |", ["index.ts", "new.ts"])).toEqual(["new.ts"]);
  });
});
