/**
 * Nothing comes in; a Markdown table of 1000 trajectories of the two-layer network (50, 4) goes out: members that step
 * together, runs one after the other, and NumPy with one array for all members, in interleaved rounds, by processor time.
 * Run: npx tsx test/bench/ensemble.ts (LEGENDRE_PYTHON names the Python of the peer).
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { wasm } from "../../src/codegen/index.js";
import { lower } from "../../src/lower/index.js";
import { type Field, integrateEnsemble, type MemberKernel, type Run } from "../../src/ode/index.js";
import { findPython } from "../peers/python.js";
import { LinePeer } from "./line-peer.js";
import { beta, numbers, REDUCED, request, TWO_LAYER, Xi } from "./models.js";
import { median, processorTime, ratios, spread, table } from "./statistics.js";

const [NV, NH, MEMBERS, UNTIL, RTOL, ATOL, ROUNDS, DT] = [50, 4, 1000, 20, 1e-6, 1e-9, 11, 0.2];

type Solve = () => Promise<readonly number[]> | readonly number[];

function fieldOf(kind: "reduced" | "full") {
  const entry = kind === "reduced" ? REDUCED : TWO_LAYER;
  const whole = request(NV, NH, [entry]);
  const asked = kind === "reduced" ? { ...whole, states: whole.states.slice(0, 1) } : whole;
  const lowered = lower(asked, wasm.lowering);
  if (lowered.kind === "failure") throw new Error(lowered.message);
  const instance = wasm.compile(lowered.program);
  const { evaluate } = instance.entries.get(entry.name)!;
  const alone: Field = {
    size: instance.stateSize,
    rhs: (_t, state, out) => evaluate(state, out),
    stepKernel: (tableau) => instance.stepOf?.(entry.name, tableau),
  };
  const kernels = new Map<object, MemberKernel | undefined>();
  const memberKernel: Field["memberKernel"] = (tableau) => {
    if (!kernels.has(tableau)) {
      const kernel = instance.membersOf!(entry.name, undefined, tableau);
      kernels.set(tableau, kernel && { ...kernel, energy: undefined, release: () => {} });
    }
    return kernels.get(tableau);
  };
  return { asked, alone, together: { ...alone, memberKernel } };
}

const sum = (runs: readonly Run[]): number =>
  runs.reduce((total, r) => total + r.state.reduce((a, b) => a + b, 0), 0);

async function measure(kind: "reduced" | "full", folder: string): Promise<void> {
  const { asked, alone, together } = fieldOf(kind);
  const all = numbers(MEMBERS * alone.size, 7);
  const initials = Array.from({ length: MEMBERS }, (_, m) => all.slice(m * alone.size, (m + 1) * alone.size));
  const own = (field: Field, dt?: number): Solve => {
    const steps = dt === undefined ? {} : ({ stepping: "fixed", dt } as const);
    const options = { initials, until: UNTIL, rtol: RTOL, atol: ATOL, method: "dopri5", ...steps } as const;
    return () => {
      const start = processorTime();
      const { runs } = integrateEnsemble(field, options);
      const took = processorTime() - start;
      return [took, runs.reduce((n, r) => n + r.evaluations, 0) / MEMBERS, sum(runs)];
    };
  };
  const solves = new Map<string, Solve>([
    ["legendre, 4 at once", own(together)],
    ["legendre, one by one", own(alone)],
    [`legendre, 4 at once, steps of ${DT}`, own(together, DT)],
  ]);
  const python = findPython("numpy");
  if ("reason" in python) console.log(`NumPy skipped: ${python.reason}`);
  const file = join(folder, kind);
  writeFileSync(file, Float64Array.of(...asked.parameters.get(Xi)!, ...all));
  const scale = asked.parameters.get(beta)![0]!;
  const script = fileURLToPath(new URL("./ensemble_numpy.py", import.meta.url));
  const args = [script, kind, ...[NV, NH, scale, UNTIL, RTOL, ATOL, MEMBERS].map(String), file];
  const peer = "path" in python ? new LinePeer(python.path, args) : undefined;
  if (peer !== undefined) {
    solves.set("NumPy, one step for all", () => peer.ask("shared"));
    solves.set(`NumPy, steps of ${DT}`, () => peer.ask(`fixed ${DT}`));
  }
  const times = new Map([...solves.keys()].map((name) => [name, [] as number[]]));
  const last = new Map<string, readonly number[]>();
  for (let round = -1; round < ROUNDS; round++)
    for (const [name, solve] of solves) {
      const answer = await solve();
      last.set(name, answer);
      if (round >= 0) times.get(name)!.push(answer[0]!);
    }
  peer?.close();
  const against = (name: string, list: readonly number[]): string => {
    const reference = times.get(name);
    return reference === undefined ? "–" : spread(ratios(list, reference));
  };
  const rows = [...times].map(([name, list]) => [
    name,
    median(list).toPrecision(3),
    against("NumPy, one step for all", list),
    against(`NumPy, steps of ${DT}`, list),
    last.get(name)![1]!.toFixed(0),
    last.get(name)![2]!.toFixed(4),
  ]);
  console.log(
    `\n${MEMBERS} trajectories of the ${kind} network (${NV}, ${NH}), t = ${UNTIL}, rtol ${RTOL}\n`,
  );
  const head = ["", "ms", "× NumPy", "× NumPy, fixed steps", "evaluations a member", "sum of the ends"];
  console.log(table(head, rows));
}

const folder = mkdtempSync(join(tmpdir(), "legendre-ensemble-"));
try {
  for (const kind of ["reduced", "full"] as const) await measure(kind, folder);
} finally {
  rmSync(folder, { recursive: true });
}
