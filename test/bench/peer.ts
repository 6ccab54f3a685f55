/** A command comes in; its rate of evaluations for a size goes out, asked one at a time. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** Evaluations per second at a size. */
export type Rate = (nv: number, nh: number, seconds: number) => number | Promise<number>;

/** A process that answers each line `N_v N_h seconds` with a rate. */
export class Peer {
  readonly #process: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  /** One BLAS thread, as the generated code has one. */
  constructor(command: string, args: readonly string[] = [], whenClosed: () => void = () => {}) {
    const env = { ...process.env, OPENBLAS_NUM_THREADS: "1", OMP_NUM_THREADS: "1", MKL_NUM_THREADS: "1" };
    this.#process = spawn(command, args, { env, stdio: ["pipe", "pipe", "inherit"] });
    this.#process.on("close", whenClosed);
    this.#lines = createInterface({ input: this.#process.stdout! })[Symbol.asyncIterator]();
  }

  readonly rate = async (nv: number, nh: number, seconds: number): Promise<number> => {
    this.#process.stdin!.write(`${nv} ${nh} ${seconds}\n`);
    const line = await this.#lines.next();
    return Number(line.value);
  };

  close(): void {
    this.#process.stdin!.end();
  }
}

export const numpyPeer = (python: string, model: string): Peer =>
  new Peer(python, [here("./field_numpy.py"), model]);

/** gcc's flags: vectors as wide as the machine has, vector functions of libmvec. */
const FAST = ["-O3", "-march=native", "-ffast-math", "-mprefer-vector-width=512"];
const PLAIN = ["-O3", "-march=native"];

/** The kernel of that name under c/, built into a temporary folder; undefined without gcc. */
export function cPeer(kernel: string, fast: boolean): Peer | undefined {
  const folder = mkdtempSync(join(tmpdir(), "legendre-bench-"));
  const program = join(folder, kernel);
  const sources = [here(`./c/${kernel}.c`), here("./c/harness.c")];
  const args = [...(fast ? FAST : PLAIN), "-o", program, ...sources, ...(fast ? ["-lmvec"] : []), "-lm"];
  const { status, error } = spawnSync("gcc", args, { stdio: ["ignore", "inherit", "inherit"] });
  const remove = (): void => rmSync(folder, { recursive: true });
  if (error === undefined && status === 0) return new Peer(program, [], remove);
  remove();
  return undefined;
}
