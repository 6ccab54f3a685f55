/** The name of a package, or a script with its input, comes in; the Python that has it, or what the script answers, goes out. */
import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** A Python with the packages asked for, or why there is none. */
export type Python = { readonly path: string } | { readonly reason: string };

/** Where environment.sh puts the environment. */
function environment(): string {
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache");
  return join(process.env.LEGENDRE_PEERS ?? join(cache, "legendre/peers"), "bin/python");
}

/** LEGENDRE_PYTHON alone if it is set; else the environment of environment.sh, then the python3 of PATH. */
function candidates(): string[] {
  if (process.env.LEGENDRE_PYTHON) return [process.env.LEGENDRE_PYTHON];
  return [...(existsSync(environment()) ? [environment()] : []), "python3"];
}

/** Found without importing them: JAX alone takes a second to load. */
const PROBE =
  "import sys, importlib.util as u; print(' '.join(p for p in sys.argv[1:] if u.find_spec(p) is None))";

function lacking(path: string, packages: readonly string[]): string | undefined {
  const { status, stdout, error } = spawnSync(path, ["-c", PROBE, ...packages], { encoding: "utf8" });
  if (error !== undefined || status !== 0) return `${path} does not run`;
  const missing = stdout.trim();
  return missing === "" ? undefined : `${path} has no ${missing.replaceAll(" ", ", ")}`;
}

export function findPython(...packages: readonly string[]): Python {
  const reasons: string[] = [];
  for (const path of candidates()) {
    const reason = lacking(path, packages);
    if (reason === undefined) return { path };
    reasons.push(reason);
  }
  return { reason: `${reasons.join("; ")} (test/peers/environment.sh makes one)` };
}

/**
 * The path, or undefined with the reason printed, for `test.skipIf(python === undefined)`: a skipped comparison
 * says so.
 */
export function pythonOrSkip(what: string, ...packages: readonly string[]): string | undefined {
  const found = findPython(...packages);
  if ("path" in found) return found.path;
  console.warn(`skipped: ${what}: ${found.reason}`);
  return undefined;
}

/** One run of a script for a whole batch: JSON on its standard input, JSON on its standard output. */
export function runScript<A>(path: string, script: string, input: unknown, limitMs: number): Promise<A> {
  return new Promise((resolve, reject) => {
    // One thread: a batch is small, and other tests run beside it.
    const env = { ...process.env, OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1", PYTHONHASHSEED: "0" };
    const child = spawn(path, [script], { env, stdio: "pipe", timeout: limitMs });
    let [stdout, stderr] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.stdin.on("error", () => {}).end(JSON.stringify(input));
    child.on("error", reject).on("close", (status, signal) => {
      if (status === 0) resolve(JSON.parse(stdout) as A);
      else reject(new Error(`${script} ended with ${signal ?? status} (limit ${limitMs} ms)\n${stderr}`));
    });
  });
}
