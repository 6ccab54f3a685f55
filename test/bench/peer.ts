/** A Python with NumPy comes in; its rate for the same field goes out, asked one at a time. */
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const SCRIPT = fileURLToPath(new URL("./field_numpy.py", import.meta.url));

export class NumpyPeer {
  readonly #process: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  /** One BLAS thread, as the generated code has one. */
  constructor(python: string) {
    const env = { ...process.env, OPENBLAS_NUM_THREADS: "1", OMP_NUM_THREADS: "1", MKL_NUM_THREADS: "1" };
    this.#process = spawn(python, [SCRIPT], { env, stdio: ["pipe", "pipe", "inherit"] });
    this.#lines = createInterface({ input: this.#process.stdout! })[Symbol.asyncIterator]();
  }

  async rate(nv: number, nh: number, seconds: number): Promise<number> {
    this.#process.stdin!.write(`${nv} ${nh} ${seconds}\n`);
    const line = await this.#lines.next();
    return Number(line.value);
  }

  close(): void {
    this.#process.stdin!.end();
  }
}
