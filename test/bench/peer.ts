/** A command comes in; its rate of evaluations for a size goes out, asked one at a time. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { LinePeer } from "./line-peer.js";

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** Evaluations per second at a size. */
export type Rate = (nv: number, nh: number, seconds: number) => number | Promise<number>;

/** A process that answers each line `N_v N_h seconds` with a rate. */
export class Peer {
  readonly #answers: LinePeer;
  readonly #whenClosed: () => void;

  constructor(command: string, args: readonly string[] = [], whenClosed: () => void = () => {}) {
    this.#answers = new LinePeer(command, args);
    this.#whenClosed = whenClosed;
  }

  readonly rate = async (nv: number, nh: number, seconds: number): Promise<number> =>
    (await this.#answers.ask(`${nv} ${nh} ${seconds}`))[0]!;

  close(): void {
    this.#answers.close();
    this.#whenClosed();
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
