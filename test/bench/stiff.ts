/**
 * Nothing comes in; a table goes out: the full two-layer network of (784, 100) units to t = 20 at three ratios of time
 * constants, by every stiff method here, by CVODE (BDF, preconditioned GMRES, in C) and by SciPy, interleaved, with medians of
 * the per-round ratios and the error of the end state.
 * Run: npx tsx test/bench/stiff.ts. SUNDIALS names a folder with include/ and lib/ where CVODE is not installed for gcc.
 */
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { integrate, type MethodName } from "../../src/ode/index.js";
import { findPython } from "../peers/python.js";
import { twoLayer } from "./two-layer.js";

const [VISIBLE, HIDDEN, UNTIL, RTOL, ATOL] = [784, 100, 20, 1e-6, 1e-9];
const RATIOS = [1e-3, 1e-4, 1e-5];
/** Of CVODE's time. */
const TARGETS = [1, 0.4, 0.2];
const METHODS: readonly MethodName[] = ["bdf", "imex4", "imex3"];
const ROUNDS = Number(process.env.ROUNDS ?? 7);
const folder = mkdtempSync(join(tmpdir(), "legendre-bench-"));

/** A process that answers each line with one. */
class Peer {
  readonly #process: ReturnType<typeof spawn>;
  readonly #lines: AsyncIterator<string>;
  constructor(command: string, args: readonly string[]) {
    const env = { ...process.env, OPENBLAS_NUM_THREADS: "1", OMP_NUM_THREADS: "1" };
    this.#process = spawn(command, args, { env, stdio: ["pipe", "pipe", "inherit"] });
    this.#lines = createInterface({ input: this.#process.stdout! })[Symbol.asyncIterator]();
  }
  async ask(line: string): Promise<number[]> {
    this.#process.stdin!.write(`${line}\n`);
    return String((await this.#lines.next()).value)
      .split(" ")
      .map(Number);
  }
  close(): void {
    this.#process.stdin!.end();
  }
}

const beside = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

function cvode(): Peer | string {
  const program = join(folder, "cvode");
  const { SUNDIALS } = process.env;
  const paths = SUNDIALS
    ? [
        `-I${SUNDIALS}/include`,
        `-L${SUNDIALS}/lib`,
        `-Wl,-rpath,${SUNDIALS}/lib`,
        "-Wl,--allow-shlib-undefined",
      ]
    : [];
  const flags = ["-O3", "-march=native", "-ffast-math", "-fno-finite-math-only", "-mprefer-vector-width=512"];
  const libraries = [
    "-lsundials_cvode",
    "-lsundials_nvecserial",
    "-lsundials_sunlinsolspgmr",
    "-lsundials_generic",
    "-lmvec",
    "-lm",
  ];
  const built = spawnSync(
    "gcc",
    [...flags, beside("./stiff_cvode.c"), "-o", program, ...paths, ...libraries],
    { encoding: "utf8" },
  );
  return built.status === 0 ? new Peer(program, []) : `not built: ${built.stderr.split("\n")[0]}`;
}

const median = (list: readonly number[]): number => list.toSorted((a, b) => a - b)[list.length >> 1]!;

/** In units of the tolerance. */
const errorOf = (state: Float64Array, reference: Float64Array): number =>
  Math.max(...state.map((x, j) => Math.abs(x - reference[j]!) / (ATOL + RTOL * Math.abs(reference[j]!))));

async function measure(ratio: number, target: number, peer: Peer | undefined): Promise<void> {
  const { field } = twoLayer(VISIBLE, HIDDEN, ratio);
  const { initial } = field;
  const reference = integrate(field, {
    initial,
    until: UNTIL,
    method: "bdf",
    rtol: 1e-11,
    atol: 1e-13,
  }).state;
  const solve = (method: MethodName) =>
    integrate(field, { initial, until: UNTIL, method, rtol: RTOL, atol: ATOL });
  for (const method of METHODS) solve(method);
  const file = join(folder, "end");
  const ask = () => peer!.ask(`${VISIBLE} ${HIDDEN} ${ratio} ${UNTIL} ${RTOL} ${ATOL} ${file}`);
  const times = new Map<string, number[]>(METHODS.map((m) => [m, []]));
  const ratios = new Map<string, number[]>(METHODS.map((m) => [m, []]));
  const theirs: number[][] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const answer = peer && (await ask());
    if (answer) theirs.push(answer);
    for (const method of METHODS) {
      const spent = solve(method).wallSeconds * 1e3;
      times.get(method)!.push(spent);
      if (answer) ratios.get(method)!.push(spent / answer[0]!);
    }
  }
  for (const method of METHODS) {
    const { steps, evaluations, state } = solve(method);
    const quotient = peer ? `${median(ratios.get(method)!).toFixed(2)} (target ${target})` : "–";
    console.log(
      [
        ratio,
        method,
        median(times.get(method)!).toFixed(1),
        steps,
        evaluations,
        errorOf(state, reference).toFixed(2),
        quotient,
      ].join("\t"),
    );
  }
  if (theirs.length === 0) return;
  const [, steps, evaluations, products] = theirs[0]!;
  const bytes = readFileSync(file);
  const end = new Float64Array(bytes.buffer, bytes.byteOffset, initial.length).slice();
  console.log(
    [
      ratio,
      "CVODE",
      median(theirs.map((t) => t[0]!)).toFixed(1),
      steps,
      evaluations! + products!,
      errorOf(end, reference).toFixed(2),
      "1",
    ].join("\t"),
  );
}

async function scipy(): Promise<void> {
  const found = findPython("scipy");
  if ("reason" in found) {
    console.log(`SciPy skipped: ${found.reason}`);
    return;
  }
  const peer = new Peer(found.path, [beside("./stiff_scipy.py")]);
  for (const ratio of RATIOS)
    for (const method of ["BDF", "LSODA", "Radau"]) {
      const [spent, evaluations] = await peer.ask(
        `${method} ${VISIBLE} ${HIDDEN} ${ratio} ${UNTIL} ${RTOL} ${ATOL}`,
      );
      console.log([ratio, `SciPy ${method}`, spent!.toFixed(0), "", evaluations].join("\t"));
    }
  peer.close();
}

const built = cvode();
if (typeof built === "string") console.log(`CVODE skipped, ${built}`);
const peer = typeof built === "string" ? undefined : built;
console.log("ratio\tmethod\tms\tsteps\tevaluations\terror/tolerance\t× CVODE");
for (const [k, ratio] of RATIOS.entries()) await measure(ratio, TARGETS[k]!, peer);
peer?.close();
if (!process.argv.includes("--no-scipy")) await scipy();
