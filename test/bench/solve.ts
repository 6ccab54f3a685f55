/**
 * Nothing comes in; a Markdown table of solves of the reduced two-layer network goes out: steps inside WebAssembly,
 * steps in JavaScript on the WebAssembly field, Dormand–Prince in C, SciPy and odex, in interleaved rounds.
 * Run: npx tsx test/bench/solve.ts (LEGENDRE_PYTHON names the Python of the peer; gcc compiles the C peer).
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { javascript, wasm } from "../../src/codegen/index.js";
import { lower } from "../../src/lower/index.js";
import { type Field, integrate, type MethodName } from "../../src/ode/index.js";
import { findPython } from "../peers/python.js";
import { LinePeer } from "./line-peer.js";
import { beta, numbers, REDUCED, request, Xi } from "./models.js";
import { median, ratios, spread, table } from "./statistics.js";

const SIZES = [
  { nv: 784, nh: 100 },
  { nv: 50, nh: 4 },
];
const [UNTIL, RTOL, ATOL, ROUNDS] = [20, 1e-6, 1e-9, 21];

/** Runs once: milliseconds, evaluations, sum of the final state. */
type Solve = () => Promise<readonly number[]> | readonly number[];

interface OdexSolver {
  absoluteTolerance: number;
  relativeTolerance: number;
  solve(
    f: (x: number, y: number[]) => number[],
    x: number,
    y: number[],
    end: number,
  ): { y: number[]; nEval: number };
}
const odex = createRequire(import.meta.url)("odex") as { Solver: new (n: number) => OdexSolver };

const total = (x: ArrayLike<number>): number => Array.from(x).reduce((a, b) => a + b, 0);

function timed(run: () => { state: ArrayLike<number>; evaluations: number }): Solve {
  return () => {
    const start = performance.now();
    const { state, evaluations } = run();
    return [performance.now() - start, evaluations, total(state)];
  };
}

const byOdex = (field: Field, initial: Float64Array): Solve =>
  timed(() => {
    const solver = new odex.Solver(field.size);
    solver.absoluteTolerance = ATOL;
    solver.relativeTolerance = RTOL;
    const [x, out] = [new Float64Array(field.size), new Float64Array(field.size)];
    const rates = (t: number, y: number[]): number[] => {
      x.set(y);
      field.rhs(t, x, out);
      return Array.from(out);
    };
    const found = solver.solve(rates, 0, Array.from(initial), UNTIL);
    return { state: found.y, evaluations: found.nEval };
  });

function fields(nv: number, nh: number) {
  const asked = request(nv, nh, [REDUCED]);
  const visible = { ...asked, states: asked.states.slice(0, 1) };
  const of = (backend: typeof wasm | typeof javascript): Field => {
    const lowered = lower(visible, backend.lowering);
    if (lowered.kind === "failure") throw new Error(lowered.message);
    const instance = backend.compile(lowered.program);
    const { evaluate } = instance.entries.get("reduced")!;
    return {
      size: nv,
      rhs: (_t, state, out) => evaluate(state, out),
      stepKernel: (tableau) => instance.stepOf?.("reduced", tableau),
    };
  };
  return { asked, inWasm: of(wasm), inJavaScript: of(javascript) };
}

/** The C peer, compiled into `folder`; undefined where there is no compiler. */
function compiler(folder: string): string | undefined {
  const source = fileURLToPath(new URL("./c/solve.c", import.meta.url));
  const flags = ["-O3", "-march=native", "-ffast-math", "-mprefer-vector-width=512"];
  const out = join(folder, "solve");
  const { status } = spawnSync("gcc", [...flags, source, "-o", out, "-lmvec", "-lm"], { stdio: "inherit" });
  return status === 0 ? out : undefined;
}

function solves(nv: number, nh: number, folder: string): { list: Map<string, Solve>; close: () => void } {
  const { asked, inWasm, inJavaScript } = fields(nv, nh);
  const [memories, scale] = [asked.parameters.get(Xi)!, asked.parameters.get(beta)![0]!];
  const initial = numbers(nv, 7);
  const file = join(folder, `data-${nv}-${nh}`);
  writeFileSync(file, Float64Array.of(...memories, ...initial));
  const args = [nv, nh, scale, UNTIL, RTOL, ATOL, file].map(String);
  const own = (field: Field, method: MethodName): Solve =>
    timed(() => integrate(field, { initial, until: UNTIL, rtol: RTOL, atol: ATOL, method }));
  const { size, rhs } = inWasm;
  const list = new Map<string, Solve>([
    ["legendre dopri5, steps in WebAssembly", own(inWasm, "dopri5")],
    ["legendre tsit5 (default), steps in WebAssembly", own(inWasm, "tsit5")],
    ["legendre dopri5, steps in JavaScript", own({ size, rhs }, "dopri5")],
    ["odex, WebAssembly field", byOdex(inWasm, initial)],
    ["odex, JavaScript field", byOdex(inJavaScript, initial)],
  ]);
  const peers: LinePeer[] = [];
  const add = (peer: LinePeer, names: readonly (readonly [string, string])[]): void => {
    peers.push(peer);
    for (const [name, line] of names) list.set(name, () => peer.ask(line));
  };
  const c = compiler(folder);
  if (c !== undefined) add(new LinePeer(c, args), [["C dopri5", "solve"]]);
  const python = findPython("scipy");
  if ("reason" in python) console.log(`SciPy skipped: ${python.reason}`);
  else {
    const script = fileURLToPath(new URL("./solve_scipy.py", import.meta.url));
    const methods = ["RK45", "DOP853", "LSODA"].map((m) => [`SciPy ${m}`, m] as const);
    add(new LinePeer(python.path, [script, ...args]), methods);
  }
  return {
    list,
    close: () => {
      for (const p of peers) p.close();
    },
  };
}

async function measure(nv: number, nh: number, folder: string): Promise<void> {
  const { list, close } = solves(nv, nh, folder);
  const times = new Map([...list.keys()].map((name) => [name, [] as number[]]));
  const last = new Map<string, readonly number[]>();
  for (let round = -3; round < ROUNDS; round++)
    for (const [name, solve] of list) {
      // Warms caches that the others have used meanwhile.
      await solve();
      const answer = await solve();
      last.set(name, answer);
      if (round >= 0) times.get(name)!.push(answer[0]!);
    }
  close();
  const [own] = times.values();
  const reference = times.get("C dopri5");
  const rows = [...times].map(([name, list]) => [
    name,
    median(list).toPrecision(3),
    reference ? spread(ratios(list, reference)) : "–",
    spread(ratios(own!, list)),
    `${last.get(name)![1]}`,
    last.get(name)![2]!.toFixed(6),
  ]);
  console.log(`\nReduced network (${nv}, ${nh}), t = ${UNTIL}, rtol ${RTOL}, atol ${ATOL}\n`);
  console.log(table(["solver", "ms", "× C", "legendre dopri5 ×", "evaluations", "sum of the end"], rows));
}

const folder = mkdtempSync(join(tmpdir(), "legendre-solve-"));
try {
  for (const { nv, nh } of SIZES) await measure(nv, nh, folder);
} finally {
  rmSync(folder, { recursive: true });
}
