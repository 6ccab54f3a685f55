/**
 * Every code block of README.md and docs/ is run, and what it prints is compared with what the page shows.
 * CONTRIBUTING.md states the convention. UPDATE_DOCS=1 writes what is printed into the pages instead.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { build, root } from "../cli/built.js";
import { agrees, type Block, blocksOf, corrected, fileOf, stepsOf } from "./page.js";
import { python, sayDiagnostics, Workshop } from "./workshop.js";

const PAGES = ["README.md", "CONTRIBUTING.md", ...pagesIn("docs")];
const updating = process.env.UPDATE_DOCS === "1";

function pagesIn(folder: string): string[] {
  const files = readdirSync(join(root, folder)).filter((f) => f.endsWith(".md"));
  return files.sort().map((f) => `${folder}/${f}`);
}

/** Runs one block; `next` is the block below it. Returns every disagreement, as text to print. */
type Runner = (b: Block, next: Block | undefined, shop: Workshop, fix: Fix) => string[];
/** Called with what a page shows and what was printed; true when it has corrected the page. */
type Fix = (shown: string, printed: string) => boolean;

const differs = (shown: string, printed: string, fix: Fix): string[] => {
  if (agrees(shown, printed) || fix(shown, printed)) return [];
  return [`shown:\n${shown}\nprinted:\n${printed}`];
};

const outputOf = (next: Block | undefined): string | undefined =>
  next?.language === "text" && next.marks.includes("output") ? next.text : undefined;

/** `fix` for an output that stands below `above` in the page. */
const below =
  (above: string, fix: Fix): Fix =>
  (shown, printed) =>
    fix(`${above}\n${shown}`, `${above}\n${printed}`);

const script: Runner = (b, next, shop, fix) =>
  differs(outputOf(next) ?? "", shop.script(b), below(`${b.text}\n\`\`\`\n\n\`\`\`text output`, fix));

const RUNNERS: Readonly<Record<string, Runner>> = {
  yaml: (b, _next, shop) => {
    const errors = shop.model(b);
    const wrong = b.marks.includes("wrong");
    return wrong === errors.length > 0 ? [] : wrong ? ["is marked wrong, and is accepted"] : [...errors];
  },
  json: (b, _next, shop) => {
    JSON.parse(b.text);
    shop.write(b);
    return fileOf(b) === undefined ? ["a json block says file=NAME"] : [];
  },
  sh: (b, _next, shop, fix) =>
    stepsOf(b.text).flatMap(({ command, output }) =>
      differs(output, shop.shell(command), below(`$ ${command}`, fix)),
    ),
  ts: script,
  python: script,
  expr: (b, _next, shop, fix) =>
    shop.expressions(b).flatMap(({ line, remark, result }) => {
      const said = result.ok ? "" : sayDiagnostics(result.errors);
      if (!b.marks.includes("wrong")) return said === "" ? [] : [`${line} is refused: ${said}`];
      const right = said === remark || (said !== "" && fix(`${line} # ${remark}`, `${line} # ${said}`));
      return right && !result.ok ? [] : [`${line} is answered with: ${said}`];
    }),
  // Diagrams, abridged listings, and outputs, which belong to the block above them.
  text: () => [],
};

const notRun = (b: Block): boolean =>
  b.marks.includes("norun") || (b.language === "python" && python === undefined);

describe.each(PAGES)("%s", (page) => {
  const markdown = readFileSync(join(root, page), "utf8");
  const blocks = blocksOf(markdown);
  const shop = new Workshop();
  let updated = markdown;
  const fix: Fix = (shown, printed) => {
    if (updating) updated = updated.replace(`${shown}\n`, () => `${corrected(shown, printed)}\n`);
    return updating;
  };
  beforeAll(build, 120_000);
  afterAll(() => {
    shop.remove();
    if (updated !== markdown) writeFileSync(join(root, page), updated);
  });

  for (const [k, b] of blocks.entries())
    test.skipIf(notRun(b))(`line ${b.line}: ${[b.language, ...b.marks].join(" ")}`, () => {
      const runner = RUNNERS[b.language];
      if (runner === undefined) throw new Error(`"${b.language}" is no language of the convention`);
      expect(runner(b, blocks[k + 1], shop, fix)).toEqual([]);
    });

  test.runIf(blocks.some((b) => b.language === "ts"))("TypeScript has no type errors", () => {
    expect(shop.typeErrors()).toBe("");
  });
});

// ---- errors ----------------------------------------------------------------------------------------

/** Rooms whose failures a user meets. */
const SPEAKING = [
  "parser",
  "derivation",
  "simulation",
  "export",
  "front",
  "cli",
  "arrays",
  "ode",
  "pictures",
];
/** Words with hyphens in these rooms that are no codes. */
const NO_CODES: ReadonlySet<string> = new Set([
  "chain-rule",
  "discrete-gradient",
  "fixed-points",
  "low-rank",
  "one-sided",
  "per-unit",
  "self-interaction",
  "give-up",
  "legendre-pixels",
]);
const ONE_WORD = ["arity", "cycle", "contradiction", "rebinding", "unclosed", "usage"];

/** Text literals that look like a code: words with hyphens, and not what is imported. */
function codesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return codesIn(path);
    if (!entry.name.endsWith(".ts")) return [];
    const text = readFileSync(path, "utf8").replace(/(?:from|import\(|import) *"[^"]*"/g, "");
    return [...text.matchAll(/"([a-z]+(?:-[a-z]+)+)"/g)].map((m) => m[1]!);
  });
}

test("docs/language.md explains every code that an error can have, and no other", () => {
  const page = readFileSync(join(root, "docs/language.md"), "utf8");
  const table = page.slice(page.indexOf("| code | meaning |"));
  const explained = [...table.matchAll(/^\| `([a-z-]+)` \| .*\w/gm)].map((m) => m[1]!);
  const given = SPEAKING.flatMap((room) => codesIn(join(root, "src", room)));
  const expected = [...new Set([...given, ...ONE_WORD])].filter((c) => !NO_CODES.has(c));
  expect([...explained].sort()).toEqual(expected.sort());
});

describe("links", () => {
  test.each(PAGES)("of %s lead somewhere", (page) => {
    const markdown = readFileSync(join(root, page), "utf8");
    const targets = [...markdown.matchAll(/\]\((?!https?:)([^)#\s]+)(?:#[^)]*)?\)/g)].map((m) => m[1]!);
    const folder = join(root, page, "..");
    expect(targets.filter((t) => !exists(join(folder, t)))).toEqual([]);
  });
});

function exists(path: string): boolean {
  try {
    readdirSync(path);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOTDIR";
  }
}

// ---- a planted fault is caught ---------------------------------------------------------------------

describe("a planted fault is caught:", () => {
  const faults = (markdown: string): string[] => {
    const [shop, blocks] = [new Workshop(), blocksOf(markdown)];
    try {
      return blocks.flatMap((b, k) => RUNNERS[b.language]!(b, blocks[k + 1], shop, () => false));
    } finally {
      shop.remove();
    }
  };
  beforeAll(build, 120_000);

  const model = '```yaml file=m.yaml\nlegendre: 1\nname: m\nstate: { x: {} }\nenergy: "x^2/2"\n```\n';
  const run = "finished at t = 0 after 0 steps, 0 evaluations, <time> s\n...\nx = [2]";
  const simulate = (output: string): string =>
    `${model}\`\`\`json file=x.json\n{ "x": 2 }\n\`\`\`\n\`\`\`sh\n$ legendre simulate m.yaml --initial x.json --until 0\n${output}\n\`\`\`\n`;

  test.each<[string, string, string]>([
    ["a number in an output", simulate(run), simulate(run.replace("x = [2]", "x = [3]"))],
    ["a line too many", simulate(run), simulate(`${run}\ny = 1`)],
    ["a line missing", simulate(run), simulate(run.replace("...\n", ""))],
    ["a model", model, model.replace("energy", "enrgy")],
    ["a model that is right and marked wrong", model, model.replace("m.yaml", "m.yaml wrong")],
    [
      "a fragment",
      `${model}\`\`\`yaml\ndomain: ["x > 0"]\n\`\`\`\n`,
      `${model}\`\`\`yaml\ndomain: ["y > 0"]\n\`\`\`\n`,
    ],
    ["an expression", `${model}\`\`\`expr\ntanh(x)\n\`\`\`\n`, `${model}\`\`\`expr\ntahn(x)\n\`\`\`\n`],
    [
      "an error message",
      `${model}\`\`\`expr wrong\n2 x  # implicit-multiplication: found x after 2; there is no implicit multiplication; write 2*x\n\`\`\`\n`,
      `${model}\`\`\`expr wrong\n2 x  # implicit-multiplication: found x\n\`\`\`\n`,
    ],
    [
      "an output of TypeScript",
      "```ts\nconsole.log(1 + 1);\n```\n```text output\n2\n```\n",
      "```ts\nconsole.log(1 + 1);\n```\n```text output\n3\n```\n",
    ],
  ])("%s", (_, right, wrong) => {
    expect(faults(right)).toEqual([]);
    expect(faults(wrong)).toHaveLength(1);
  });

  test("a type error", () => {
    const shop = new Workshop();
    for (const b of blocksOf('```ts\nconst n: number = "1";\n```\n')) shop.script(b);
    expect(shop.typeErrors()).toContain("TS2322");
    shop.remove();
  });
});
