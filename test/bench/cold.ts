/**
 * Nothing comes in; a Markdown table of whole processes goes out: importing the library against an empty Node, and the
 * first solve from the text of a model against SciPy's first solve, in interleaved rounds. The library is built before.
 * Run: npm run build && npx tsx test/bench/cold.ts
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { findPython } from "../peers/python.js";
import { median, ratios, spread, table } from "./statistics.js";

const ROUNDS = 15;
const root = fileURLToPath(new URL("../..", import.meta.url));
const script = (name: string): string => fileURLToPath(new URL(`./cold/${name}`, import.meta.url));

function milliseconds(command: string, file: string): number {
  const start = performance.now();
  const { status, stderr } = spawnSync(command, [script(file)], { cwd: root, encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return performance.now() - start;
}

const python = findPython("scipy");
if ("reason" in python) console.log(`SciPy skipped: ${python.reason}`);
const node = process.execPath;
const programs = new Map([
  ["empty Node", () => milliseconds(node, "empty.mjs")],
  ['import "legendre"', () => milliseconds(node, "import.mjs")],
  ["legendre, first solve", () => milliseconds(node, "solve.mjs")],
]);
if ("path" in python) programs.set("SciPy, first solve", () => milliseconds(python.path, "solve.py"));

const times = new Map([...programs.keys()].map((name) => [name, [] as number[]]));
for (let round = -1; round < ROUNDS; round++)
  for (const [name, run] of programs) {
    const took = run();
    if (round >= 0) times.get(name)!.push(took);
  }

const empty = times.get("empty Node")!;
const scipy = times.get("SciPy, first solve");
const rows = [...times].map(([name, list]) => [
  name,
  median(list).toFixed(0),
  spread(ratios(list, empty)),
  scipy ? spread(ratios(list, scipy)) : "–",
]);
console.log(table(["process", "ms", "× empty Node", "× SciPy"], rows));
