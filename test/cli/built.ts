/** Arguments of `legendre` come in; what the built program printed, and its exit status, go out. */
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));
/** What package.json calls the command. */
export const cli = join(root, "dist/node/cli.js");
const LOCK = join(root, "node_modules/.legendre-build-lock");
/** No build takes this long: an older lock was left behind. */
const STALE_MS = 60_000;

/** Time of the last change to a file or folder of src/. */
function newest(path: string): number {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

const timeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
const upToDate = (): boolean => timeOf(cli) > newest(join(root, "src"));

/** Compiles src/ to dist/ unless dist/ is newer; one process at a time. */
export async function build(): Promise<void> {
  while (!upToDate()) {
    if (takeLock()) {
      try {
        if (!upToDate()) compile();
      } finally {
        rmSync(LOCK, { recursive: true, force: true });
      }
    } else await pause(100);
  }
}

function takeLock(): boolean {
  if (timeOf(LOCK) !== 0 && Date.now() - timeOf(LOCK) > STALE_MS)
    rmSync(LOCK, { recursive: true, force: true });
  try {
    mkdirSync(LOCK);
    return true;
  } catch {
    return false;
  }
}

/** Type errors do not stop the compiler from writing; they are the business of `npm run check`. */
function compile(): void {
  const began = Date.now();
  const run = (...args: readonly string[]) =>
    spawnSync(process.execPath, [...args], { encoding: "utf8", cwd: root });
  const { stdout } = run(join(root, "node_modules/typescript/bin/tsc"), "-p", root);
  const { stderr } = run(join(root, "node_modules/tsx/dist/cli.mjs"), join(root, ".build/node.ts"));
  if (timeOf(cli) < began) throw new Error(`src/ does not compile:\n${stdout}${stderr}`);
}

export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `legendre` with the arguments in the folder `cwd`. */
export function legendre(args: readonly string[], cwd: string, input = ""): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [cli, ...args], { cwd, stdio: "pipe" });
    let [stdout, stderr] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.on("error", reject).on("close", (status) => resolve({ status, stdout, stderr }));
    // A program that never reads its input closes the pipe; that is no failure of the test.
    child.stdin.on("error", () => {}).end(input);
  });
}
