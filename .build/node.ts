/**
 * dist/ as the compiler wrote it comes in; dist/node/, the same library and command line in a few files, goes out. The
 * door loads next to nothing: what a function needs is loaded, synchronously, when the function is first called.
 * Browsers and bundlers, which have their own ways, get dist/index.js (see `exports` in package.json).
 */
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build, type Metafile } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const dist = join(root, "dist");
export const target = join(dist, "node");

/** Parts of the library by the modules behind the door; every other module belongs to `core`. */
const PARTS: Readonly<Record<string, string>> = {
  // A class that callers compare with must be there from the beginning.
  "./front/errors.js": "door",
  "./front/verify.js": "proof",
  "./front/analysis.js": "analysis",
  "./certificate/index.js": "proof",
};

const EXPORT = /^export \{([^}]*)\} from "([^"]+)";$/gm;

interface Exported {
  readonly module: string;
  readonly names: readonly string[];
  readonly part: string;
}

/** The values that the door of the library gives, module by module. */
function exportsOf(door: string): Exported[] {
  const rest = door.replace(EXPORT, "").replace(/^\/\*\*.*?\*\/|^\/\/.*$/gms, "");
  if (rest.trim() !== "") throw new Error(`dist/index.js has more than re-exports: ${rest.trim()}`);
  return [...door.matchAll(EXPORT)].map(([, list, module]) => ({
    module: module!,
    names: list!.split(",").flatMap((n) => n.trim() || []),
    part: PARTS[module!] ?? "core",
  }));
}

/** A function that loads its part and calls it there. */
const lazy = (name: string, part: string): string =>
  `export const ${name} = (...args) => ${part}().${name}(...args);`;

/** All but the door itself. */
const partsOf = (all: readonly Exported[]): string[] =>
  [...new Set(all.map((e) => e.part))].filter((p) => p !== "door");

function doorText(all: readonly Exported[]): string {
  return [
    'import { createRequire } from "node:module";',
    "const load = createRequire(import.meta.url);",
    ...partsOf(all).flatMap((p) => [`let ${p}Part;`, `const ${p} = () => (${p}Part ??= load("./${p}.js"));`]),
    ...all.flatMap((e) =>
      e.part === "door"
        ? [`export { ${e.names.join(", ")} } from ${JSON.stringify(e.module)};`]
        : e.names.map((n) => lazy(n, e.part)),
    ),
  ].join("\n");
}

const partText = (all: readonly Exported[], part: string): string =>
  all
    .filter((e) => e.part === part)
    .map((e) => `export { ${e.names.join(", ")} } from ${JSON.stringify(e.module)};`)
    .join("\n");

/** A class called like a function would fail, and comparing with a stand-in would lie. */
async function refuseClasses(all: readonly Exported[]): Promise<void> {
  const library = (await import(pathToFileURL(join(dist, "index.js")).href)) as Record<string, unknown>;
  for (const { names, part } of all)
    for (const n of names)
      if (part !== "door" && (typeof library[n] !== "function" || /^class\b/.test(`${library[n]}`)))
        throw new Error(`${n} is no function: put its module into the part "door", or export its type only`);
}

/** The licences of the packages inside, which ask to be kept with every copy. */
function licences({ inputs }: Metafile): string {
  const folders = Object.keys(inputs).flatMap(
    (p) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(p)?.[0] ?? [],
  );
  return [...new Set(folders)]
    .sort()
    .map((folder) => {
      const file = readdirSync(join(root, folder)).find((n) => /^licen[cs]e/i.test(n));
      if (file === undefined) throw new Error(`${folder} has no licence file`);
      return `${folder.replace(/^.*node_modules\//, "")}\n\n${readFileSync(join(root, folder, file), "utf8").trim()}\n`;
    })
    .join(`\n${"-".repeat(80)}\n\n`);
}

/** Loaded with the first picture, from where they are installed. */
const DRAWING = ["vega", "vega-interpreter", "@resvg/resvg-js", "fast-png", "dejavu-fonts-ttf"];

const REQUIRE =
  'import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);';

export async function bundle(): Promise<void> {
  const all = exportsOf(readFileSync(join(dist, "index.js"), "utf8"));
  await refuseClasses(all);
  const parts = partsOf(all).map((p) => [p, partText(all, p)] as const);
  const texts: Readonly<Record<string, string>> = { index: doorText(all), ...Object.fromEntries(parts) };
  rmSync(target, { recursive: true, force: true });
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [
      ...Object.keys(texts).map((name) => ({ in: `part:${name}`, out: name })),
      { in: join(dist, "cli/main.js"), out: "cli" },
    ],
    // koffi has a binary beside it.
    external: [...DRAWING, "koffi"],
    outdir: target,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    minifyWhitespace: true,
    // Node prints the line that threw.
    lineLimit: 120,
    metafile: true,
    logLevel: "warning",
    // Packages in CommonJS ask for built-in modules.
    banner: { js: REQUIRE },
    plugins: [
      {
        name: "parts",
        setup: (b) => {
          b.onResolve({ filter: /^part:/ }, ({ path }) => ({ path: path.slice(5), namespace: "part" }));
          b.onLoad({ filter: /.*/, namespace: "part" }, ({ path }) => ({
            contents: texts[path]!,
            resolveDir: dist,
          }));
        },
      },
    ],
  });
  writeFileSync(join(target, "LICENCES.txt"), licences(metafile));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bundle();
