/**
 * What is exported equals the reference evaluator: the JavaScript and WebAssembly modules, C (gcc), NumPy and JAX, on every model
 * that runs, for every entry; and the plain evaluator at a second state. One process of Python a target runs all models.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { exportField, type Metadata, type TargetName } from "../../src/export/index.js";
import { nativeBackend } from "../../src/native/index.js";
import { pythonOrSkip } from "../peers/python.js";
import {
  argumentsOf,
  distance,
  type Exported,
  expectedAt,
  exportedModels,
  inArrays,
  type Point,
  plainlyAt,
  pointsOf,
  type Quantities,
  ROOTED,
  writeExport,
} from "./exported.js";

const folder = mkdtempSync(join(tmpdir(), "legendre-exports-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Case extends Exported {
  readonly points: readonly Point[];
  /** By point. */
  readonly expected: readonly Quantities[];
}

/** Values by point and entry. */
type Found = readonly Readonly<Record<string, readonly (number | null)[]>>[];

let cases: Case[] = [];
beforeAll(() => {
  cases = exportedModels().map((m) => {
    const points = pointsOf(m);
    return { ...m, points, expected: [expectedAt(m, points[0]!), plainlyAt(m, points[1]!)] };
  });
}, 300_000);

const BOUND = 1e-12;

/** Models on which a target is off, with how far. */
async function off(
  found: (c: Case) => Found | Promise<Found>,
  among: readonly Case[] = cases,
): Promise<string[]> {
  const wrong: string[] = [];
  for (const c of among) {
    const d = distance(await found(c), c.expected);
    if (!(d < BOUND)) wrong.push(`${c.name}: ${d}`);
  }
  return wrong;
}

// ---- ECMAScript -------------------------------------------------------------------------------------

interface ExportedField {
  rhs(t: number, s: Float64Array, o: Float64Array): void;
  energy?: (t: number, s: Float64Array) => number;
  activations(s: Float64Array, o: Float64Array): void;
  outputs(s: Float64Array, o: Float64Array): void;
  jvp(s: Float64Array, d: Float64Array, o: Float64Array): void;
}

interface ExportedModule {
  createField(
    args: Record<string, Float64Array>,
    source?: Uint8Array,
  ): ExportedField | Promise<ExportedField>;
}

const named = (c: Case): Record<string, Float64Array> =>
  Object.fromEntries(argumentsOf(c).map((a) => [a.name, Float64Array.from(a.data)]));

async function fromModule(target: "js" | "wasm", c: Case): Promise<Found> {
  const { path, metadata } = await writeExport(c, target, folder);
  const url = pathToFileURL(join(path, "field.js")).href;
  const { createField } = (await import(/* @vite-ignore */ url)) as ExportedModule;
  const bytes = target === "wasm" ? [readFileSync(join(path, "field.wasm"))] : [];
  const field = await createField(named(c), ...bytes);
  return c.points.map((p) => {
    const [state, direction] = [Float64Array.from(p.state), Float64Array.from(p.direction)];
    return Object.fromEntries(
      metadata.entries.map((e) => {
        const out = new Float64Array(e.size);
        if (e.name === "rhs") field.rhs(0, state, out);
        else if (e.name === "energy") out[0] = field.energy!(0, state);
        else if (e.name === "jvp") field.jvp(state, direction, out);
        else field[e.name as "activations"](state, out);
        return [e.name, [...out]];
      }),
    );
  });
}

it.each(["js", "wasm"] as const)(
  "%s equals the reference evaluator on every model",
  async (target) => {
    expect(await off((c) => fromModule(target, c))).toEqual([]);
  },
  120_000,
);

it("a fault of a millionth in one entry of one model would be seen", async () => {
  const [c] = cases.filter((x) => x.name === "kh-b");
  const found = await fromModule("js", c!);
  const faulty = found.map((p) => ({ ...p, jvp: p.jvp!.map((x, k) => (k === 0 ? x! + 1e-6 : x)) }));
  expect(distance(found, c!.expected)).toBeLessThan(BOUND);
  expect(distance(faulty, c!.expected)).toBeGreaterThan(1e-8);
});

// ---- what every folder holds ------------------------------------------------------------------------

const ALL = ["js", "wasm", "c", "native", "numpy", "jax", "brian2"] as const satisfies readonly TargetName[];
const native = await nativeBackend();
if (!native.ok) console.warn(`skipped: native exports: ${native.errors[0]!.message}`);

describe.each(ALL)("%s", (target) => {
  it.skipIf(target === "native" && !native.ok)(
    "has every entry, shapes, metadata and an example",
    async () => {
      const [c] = cases.filter((x) => x.name === "kh-b");
      const { path, metadata } = await writeExport(c!, target, folder);
      expect(metadata.entries.map((e) => e.name)).toEqual(["rhs", "energy", "activations", "outputs", "jvp"]);
      expect(metadata.states.map((s) => s.shape)).toEqual([[2]]);
      const written = JSON.parse(readFileSync(join(path, "metadata.json"), "utf8")) as Metadata;
      expect(written).toEqual({ ...metadata });
      expect(written).toMatchObject({ generator: "legendre 0", target, model: "kh-b" });
      const examples = ["example.js", "example.c", "example.py"].filter((f) => existsSync(join(path, f)));
      expect(examples.length).toBeGreaterThan(0);
    },
  );
});

/** The energies that an example prints. */
const energies = (command: string, args: readonly string[], cwd: string): number[] =>
  [...spawnSync(command, args, { cwd, encoding: "utf8" }).stdout.matchAll(/energy = (\S+)/g)].map((m) =>
    Number(m[1]),
  );

it.skipIf(!native.ok)(
  "examples of WebAssembly and of a shared library print the energies of JavaScript's",
  async () => {
    const [c] = cases.filter((x) => x.name === "kh-b");
    const at = async (target: TargetName) => (await writeExport(c!, target, folder)).path;
    const want = energies(process.execPath, ["example.js"], await at("js"));
    const path = await at("native");
    const library = ["so", "dylib", "dll"].map((x) => `./field.${x}`).find((f) => existsSync(join(path, f)))!;
    spawnSync("gcc", ["example.c", library, "-lm", "-o", "example"], { cwd: path });
    const found = [
      energies(process.execPath, ["example.js"], await at("wasm")),
      energies("./example", [], path),
    ];
    for (const list of found) {
      expect(list).toHaveLength(2);
      for (const [k, x] of list.entries()) expect(x).toBeCloseTo(want[k]!, 12);
    }
  },
  60_000,
);

interface Place {
  readonly at: number;
  readonly size: number;
}

it("a host that knows interface.json alone computes the field", async () => {
  const [c] = cases.filter((x) => x.name === "kh-a");
  const { path } = await writeExport(c!, "wasm", folder);
  const text = JSON.parse(readFileSync(join(path, "interface.json"), "utf8"));
  // Of the model, only powers are imported.
  expect(text.imports.functions).toEqual([{ name: "pow", parameters: 2 }]);
  const { WebAssembly } = globalThis as unknown as {
    WebAssembly: {
      instantiate(
        bytes: Uint8Array,
        imports: object,
      ): Promise<{ instance: { exports: Record<string, () => void> & { memory: { buffer: ArrayBuffer } } } }>;
    };
  };
  const { instance } = await WebAssembly.instantiate(readFileSync(join(path, "field.wasm")), {
    [text.imports.module]: { pow: Math.pow },
  });
  const view = ({ at, size }: Place) => new Float64Array(instance.exports.memory.buffer, at, size);
  const given = named(c!);
  for (const a of text.arguments) view(a).set(given[a.name]!);
  instance.exports[text.prepare.export]!();
  const found = c!.points.map((p) => {
    view(text.state).set(p.state);
    for (const d of text.direction) view(d).set(p.direction.slice(d.offset, d.offset + d.size));
    return Object.fromEntries(
      text.entries.map((e: { name: string; export: string; out: Place }) => {
        instance.exports[e.export]!();
        return [e.name, [...view(e.out)]];
      }),
    );
  });
  expect(distance(found, c!.expected)).toBeLessThan(BOUND);
});

// ---- Python -----------------------------------------------------------------------------------------

const SCRIPT = `
import importlib.util, json, sys
sys.dont_write_bytecode = True
flavour = sys.argv[1]
if flavour == "jax":
    import jax
    jax.config.update("jax_enable_x64", True)
import numpy as np
found = {}
for case in json.load(sys.stdin):
    spec = importlib.util.spec_from_file_location("field_of", case["path"])
    field = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(field)
    args = {a["name"]: np.array(a["data"], dtype=float).reshape(a["shape"]) for a in case["args"]}
    points = []
    for point in case["points"]:
        y, d = np.array(point["state"]), np.array(point["direction"])
        flat = lambda values: [float(x) for v in values.values() for x in np.ravel(v)]
        got = {"rhs": np.ravel(field.vector_field(0.0, y, args)).tolist(), "jvp": np.ravel(field.jvp(0.0, y, d, args)).tolist()}
        if hasattr(field, "energy"): got["energy"] = [float(field.energy(0.0, y, args))]
        if hasattr(field, "activations"): got["activations"] = flat(field.activations(y, args))
        if hasattr(field, "outputs"): got["outputs"] = flat(field.outputs(y, args))
        points.append(got)
    if flavour == "jax" and case["last"]:
        y, d = np.array(case["points"][0]["state"]), np.array(case["points"][0]["direction"])
        both = jax.vmap(jax.jit(field.vector_field), (None, 0, None))(0.0, np.stack([y, 2 * y]), args)
        assert np.allclose(both[0], field.vector_field(0.0, y, args), rtol=1e-12, atol=1e-12)
        own = jax.jvp(lambda x: field.vector_field(0.0, x, args), (y,), (d,))[1]
        assert np.allclose(own, field.jvp(0.0, y, d, args), rtol=1e-9, atol=1e-9)
    found[case["name"]] = points
json.dump(found, sys.stdout)
`;

async function fromPython(python: string, target: "numpy" | "jax"): Promise<Record<string, Found>> {
  const input = [];
  for (const [k, c] of cases.filter(inArrays).entries()) {
    const { path } = await writeExport(c, target, folder);
    const { name, points } = c;
    input.push({ name, points, args: argumentsOf(c), path: join(path, "field.py"), last: k % 12 === 0 });
  }
  const ran = spawnSync(python, ["-c", SCRIPT, target], {
    input: JSON.stringify(input),
    encoding: "utf8",
    timeout: 280_000,
    maxBuffer: 1e8,
    env: { ...process.env, JAX_PLATFORMS: "cpu" },
  });
  if (ran.status !== 0) throw new Error(ran.stderr.slice(-3000));
  return JSON.parse(ran.stdout.replace(/-?Infinity|NaN/g, "null")) as Record<string, Found>;
}

it.each(["numpy", "jax", "brian2"] as const)("%s refuses roots without a closed form", async (target) => {
  for (const name of ROOTED) {
    const [m] = exportedModels(name);
    const result = await exportField(m!.theory, target, m!.options, { version: "0" });
    expect(result.ok ? [] : result.errors.map((e) => e.code)).toEqual(["not-expressible"]);
  }
});

for (const target of ["numpy", "jax"] as const) {
  const python = pythonOrSkip(`${target} exports`, "numpy", target);
  it.skipIf(python === undefined)(
    `${target} equals the reference evaluator on every model`,
    async () => {
      const found = await fromPython(python!, target);
      expect(await off((c) => found[c.name]!, cases.filter(inArrays))).toEqual([]);
    },
    300_000,
  );
}

const diffrax = pythonOrSkip("a diffrax term", "jax", "diffrax");

const DIFFRAX = `
import json, sys
sys.dont_write_bytecode = True
import jax
jax.config.update("jax_enable_x64", True)
import diffrax, jax.numpy as jnp
sys.path.insert(0, sys.argv[1])
import field
data = json.load(open(sys.argv[1] + "/example-data.json"))
args = {a["name"]: jnp.array(a["data"], dtype=float).reshape(a["shape"]) for a in data["args"]}
y = jnp.array(data["initial"], dtype=float)
term = diffrax.ODETerm(field.vector_field)
control = diffrax.PIDController(rtol=1e-10, atol=1e-12)
solution = diffrax.diffeqsolve(term, diffrax.Tsit5(), t0=0.0, t1=1.0, dt0=0.01, y0=y, args=args, stepsize_controller=control)
print(json.dumps({"initial": y.tolist(), "end": solution.ys[0].tolist()}))
`;

it.skipIf(diffrax === undefined)(
  "a JAX module is a diffrax term: its solution ends where ours does",
  async () => {
    const [c] = cases.filter((x) => x.name === "kh-b");
    const { path } = await writeExport(c!, "jax", folder);
    const ran = spawnSync(diffrax!, ["-c", DIFFRAX, path], { encoding: "utf8", timeout: 200_000 });
    if (ran.status !== 0) throw new Error(ran.stderr.slice(-3000));
    const { initial, end } = JSON.parse(ran.stdout) as Record<"initial" | "end", number[]>;
    const module = (await import(
      /* @vite-ignore */ pathToFileURL(join((await writeExport(c!, "js", folder)).path, "field.js")).href
    )) as ExportedModule;
    const field = await module.createField(named(c!));
    const ours = rungeKutta(field, Float64Array.from(initial!), 1000);
    for (const [k, x] of end!.entries()) expect(x).toBeCloseTo(ours[k]!, 8);
  },
  240_000,
);

/** The classical method from 0 to 1. */
function rungeKutta(field: ExportedField, y: Float64Array, steps: number): Float64Array {
  const h = 1 / steps;
  const slope = (x: Float64Array): Float64Array => {
    const out = new Float64Array(x.length);
    field.rhs(0, x, out);
    return out;
  };
  const moved = (d: Float64Array, by: number): Float64Array => y.map((v, k) => v + by * d[k]!);
  for (let step = 0; step < steps; step++) {
    const a = slope(y);
    const b = slope(moved(a, h / 2));
    const c = slope(moved(b, h / 2));
    const d = slope(moved(c, h));
    for (let k = 0; k < y.length; k++) y[k]! += (h / 6) * (a[k]! + 2 * b[k]! + 2 * c[k]! + d[k]!);
  }
  return y;
}

// ---- C ----------------------------------------------------------------------------------------------

const haveGcc = spawnSync("gcc", ["--version"]).status === 0;
if (!haveGcc) console.warn("skipped: C exports, because gcc is not found");

const numbers = (x: readonly number[]): string =>
  x.length === 0 ? "0" : x.map((v) => v.toPrecision(17)).join(", ");

/** A program that prints every entry at every point, one number a line. */
function mainText(c: Case, metadata: Metadata): string {
  const prints = c.points.map((p, n) => {
    const calls = metadata.entries.map((e) => {
      const call =
        e.name === "rhs"
          ? "field_rhs(&w, &a, 0.0, state, out)"
          : e.name === "energy"
            ? "out[0] = field_energy(&w, &a, 0.0, state)"
            : e.name === "jvp"
              ? "field_jvp(&w, &a, state, direction, out)"
              : `field_${e.name}(&w, &a, state, out)`;
      return `    ${call}; for (k = 0; k < ${e.size}; ++k) printf("${n} ${e.name} %.17g\\n", out[k]);`;
    });
    return `  {\n    const double state[] = {${numbers(p.state)}}, direction[] = {${numbers(p.direction)}};\n${calls.join("\n")}\n  }`;
  });
  const size = Math.max(1, ...metadata.entries.map((e) => e.size));
  const given = argumentsOf(c).map((x, k) => `static const double v${k}[] = {${numbers(x.data)}};`);
  const set = metadata.arguments.map((x, k) => `  a.${x.identifier} = v${k};`);
  return `#include "field.h"\n#include <stdio.h>\n${given.join("\n")}\nstatic field_workspace w;\nstatic double out[${size}];
int main(void) {\n  field_arguments a;\n  int k;\n${set.join("\n") || "  a.none = 0;"}\n  field_prepare(&w, &a);\n${prints.join("\n")}\n  return 0;\n}\n`;
}

function gcc(cwd: string, ...args: string[]): void {
  const strict = ["-std=c99", "-O0", "-Wall", "-Wextra", "-Werror", "-pedantic"];
  const built = spawnSync("gcc", [...strict, ...args], { cwd, encoding: "utf8" });
  if (built.status !== 0) throw new Error(`${cwd}: ${built.stderr.slice(0, 2000)}`);
}

async function fromC(c: Case): Promise<Found> {
  const { path: cwd, metadata } = await writeExport(c, "c", folder);
  writeFileSync(join(cwd, "main.c"), mainText(c, metadata));
  gcc(cwd, "-c", "example.c");
  gcc(cwd, "field.c", "main.c", "-lm", "-o", "main.out");
  const { stdout } = spawnSync("./main.out", { cwd, encoding: "utf8" });
  const found: Record<string, number[]>[] = c.points.map(() => ({}));
  for (const line of stdout.trim().split("\n")) {
    const [point, entry, value] = line.split(" ");
    (found[Number(point)]![entry!] ??= []).push(Number(value));
  }
  return found;
}

it.skipIf(!haveGcc)(
  "C compiles without a warning and equals the reference evaluator on every model",
  async () => {
    expect(await off(fromC)).toEqual([]);
  },
  300_000,
);
