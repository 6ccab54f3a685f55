/** A program that answers lines comes in; its answers, asked one at a time, go out. */
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** One thread, as the generated code has one. */
const ONE_THREAD = { OPENBLAS_NUM_THREADS: "1", OMP_NUM_THREADS: "1", MKL_NUM_THREADS: "1" };

export class LinePeer {
  readonly #process: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  constructor(command: string, args: readonly string[]) {
    const env = { ...process.env, ...ONE_THREAD };
    this.#process = spawn(command, [...args], { env, stdio: ["pipe", "pipe", "inherit"] });
    this.#lines = createInterface({ input: this.#process.stdout! })[Symbol.asyncIterator]();
  }

  async ask(line: string): Promise<readonly number[]> {
    this.#process.stdin!.write(`${line}\n`);
    const answer = await this.#lines.next();
    if (answer.done) throw new Error(`the peer ended before it answered "${line}"`);
    return answer.value.split(" ").map(Number);
  }

  close(): void {
    this.#process.stdin!.end();
  }
}
