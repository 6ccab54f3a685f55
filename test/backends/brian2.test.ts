/** A Brian2 network of every model of the catalog follows the same trajectory as Euler's method on the compiled field. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { compileField } from "../../src/simulation/index.js";
import { must } from "../cases/compiled.js";
import { pythonOrSkip } from "../peers/python.js";
import { argumentsOf, type Exported, exportedModels, inArrays, writeExport } from "./exported.js";

const python = pythonOrSkip("Brian2 networks", "numpy", "brian2");
const folder = mkdtempSync(join(tmpdir(), "legendre-brian2-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const STEPS = 20;
const DT = 0.01;

const start = (m: Exported): Float64Array => m.source.initial.map((x) => x / 4);

function trajectory(m: Exported, dt = DT): Float64Array {
  const field = must(compileField(m.theory, m.options));
  const [state, rate] = [start(m), new Float64Array(field.size)];
  for (let step = 0; step < STEPS; step++) {
    field.rhs(0, state, rate);
    for (let k = 0; k < state.length; k++) state[k]! += dt * rate[k]!;
  }
  return state;
}

const distance = (a: readonly number[], b: Float64Array): number =>
  Math.max(0, ...a.map((x, k) => Math.abs(x - b[k]!) / (1 + Math.abs(b[k]!))));

const BOUND = 1e-12;

const SCRIPT = `
import json, sys
sys.dont_write_bytecode = True
import numpy as np
from brian2 import prefs
prefs.codegen.target = "numpy"
found = {}
for case in json.load(sys.stdin):
    sys.path[0] = case["path"]
    for name in ("field", "network"):
        sys.modules.pop(name, None)
    from network import FieldNetwork
    import field
    args = {a["name"]: np.array(a["data"], dtype=float).reshape(a["shape"]) for a in case["args"]}
    network = FieldNetwork(args, field.split(np.array(case["state"], dtype=float)), dt=case["dt"])
    network.run(case["dt"] * case["steps"])
    found[case["name"]] = network.state().tolist()
json.dump(found, sys.stdout)
`;

function run(cases: readonly (Exported & { readonly path: string })[]): Record<string, number[]> {
  const input = cases.map((c) => ({
    name: c.name,
    path: c.path,
    args: argumentsOf(c),
    state: [...start(c)],
    dt: DT,
    steps: STEPS,
  }));
  const ran = spawnSync(python!, ["-c", SCRIPT], {
    input: JSON.stringify(input),
    encoding: "utf8",
    timeout: 280_000,
    maxBuffer: 1e8,
  });
  if (ran.status !== 0) throw new Error(ran.stderr.slice(-3000));
  return JSON.parse(ran.stdout) as Record<string, number[]>;
}

it.skipIf(python === undefined)(
  "networks follow the field, and a weight that is off by a millionth is seen",
  async () => {
    const placed = async (m: Exported) => ({ ...m, path: (await writeExport(m, "brian2", folder)).path });
    const cases = await Promise.all(exportedModels().filter(inArrays).map(placed));
    const planted = { ...cases.find((c) => c.name === "kh-b")!, name: "planted" };
    const faulty = await placed(planted);
    const file = join(faulty.path, "network.py");
    writeFileSync(file, readFileSync(file, "utf8").replace("_post = ", "_post = 1.000001*"));
    const found = run([...cases, faulty]);
    const wrong = cases.flatMap((c) => {
      const d = distance(found[c.name]!, trajectory(c));
      return d < BOUND ? [] : [`${c.name}: ${d}`];
    });
    expect(wrong).toEqual([]);
    expect(distance(found.planted!, trajectory(planted))).toBeGreaterThan(100 * BOUND);
  },
  300_000,
);

it.skipIf(python === undefined)(
  "the example prints the energies of the JavaScript example",
  async () => {
    const [m] = exportedModels("kh-b");
    const energies = async (target: "js" | "brian2", program: string, file: string) => {
      const cwd = (await writeExport(m!, target, folder)).path;
      return [...spawnSync(program, [file], { cwd, encoding: "utf8" }).stdout.matchAll(/energy = (\S+)/g)];
    };
    const ours = await energies("js", process.execPath, "example.js");
    const theirs = await energies("brian2", python!, "example.py");
    expect(theirs).toHaveLength(2);
    for (const [k, found] of theirs.entries()) expect(Number(found[1])).toBeCloseTo(Number(ours[k]![1]), 12);
  },
  60_000,
);
