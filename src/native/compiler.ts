/** The environment comes in; the C compiler of this machine, and what it makes of a source, go out. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { arch, cpus } from "node:os";
import { cached } from "./cache.js";

export interface Compiler {
  readonly command: string;
  readonly arguments: readonly string[];
  /** The first line of `--version`. */
  readonly version: string;
}

/** Reorders no arithmetic but the sums that a pragma names: neither NaN nor infinity is assumed away, as -ffast-math would. */
const ALWAYS = ["-std=gnu11", "-shared", "-fPIC", "-fvisibility=hidden", "-w"];
const FAST = ["-O3", "-fno-math-errno", "-fno-trapping-math", "-ffp-contract=fast", "-fopenmp-simd"];
/** In the order in which they are tried: not every compiler knows the instructions of this machine by these names. */
const MACHINE: readonly (readonly string[])[] = [
  ["-march=native", "-mprefer-vector-width=512"],
  ["-march=native"],
  ["-mcpu=native"],
  [],
];

/** CC, which may hold arguments, or the first of cc, gcc and clang that runs. */
export function findCompiler(env: NodeJS.ProcessEnv = process.env): Compiler | undefined {
  const given = env.CC?.trim();
  const candidates = given ? [given.split(/\s+/)] : [["cc"], ["gcc"], ["clang"]];
  for (const [command, ...rest] of candidates) {
    const { status, stdout } = spawnSync(command!, [...rest, "--version"], { encoding: "utf8", env });
    if (status === 0) return { command: command!, arguments: rest, version: stdout.split("\n")[0]! };
  }
  return undefined;
}

/** What code for this machine depends on beside its source: a cache may be shared by several machines. */
function machine(): string {
  let flags = "";
  try {
    flags = /^(?:flags|Features)\s*:.*$/m.exec(readFileSync("/proc/cpuinfo", "utf8"))?.[0] ?? "";
  } catch {
    // Not Linux: the model of the processor says it.
  }
  return [process.platform, arch(), cpus()[0]?.model ?? "", flags].join("\n");
}

/** Of shared libraries on this platform. */
export const libraryExtension =
  process.platform === "win32" ? "dll" : process.platform === "darwin" ? "dylib" : "so";

/** A compiler that ran and failed. */
export class CompilerFailed extends Error {}

/** The path of a shared library made of C source, from the cache if it is there. */
export function sharedLibrary(source: string, compiler: Compiler, folder: string): string {
  const key = [
    source,
    compiler.command,
    ...compiler.arguments,
    compiler.version,
    ...ALWAYS,
    ...FAST,
    machine(),
  ];
  const digest = createHash("sha256").update(JSON.stringify(key)).digest("hex").slice(0, 32);
  return cached(folder, `${digest}.${libraryExtension}`, (path) => compile(source, compiler, path));
}

function compile(source: string, { command, arguments: given }: Compiler, path: string): void {
  const file = `${path}.c`;
  writeFileSync(file, source, { mode: 0o600 });
  try {
    let last = "";
    for (const machine of MACHINE) {
      const options = [...given, ...ALWAYS, ...FAST, ...machine, "-o", path, file, "-lm"];
      const { status, stderr, error } = spawnSync(command, options, { encoding: "utf8" });
      if (status === 0) return;
      last = error?.message ?? stderr;
    }
    throw new CompilerFailed(last.slice(0, 500));
  } finally {
    rmSync(file, { force: true });
  }
}
