/**
 * What is exported equals the reference evaluator: the JavaScript module, C (gcc), NumPy and JAX, on every model that
 * runs, at two states, for every entry. One process of Python a target runs all models.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { exportField, type Metadata } from "../../src/export/index.js";
import { exportSource } from "../../src/export/source.js";
import { uniformStream } from "../../src/simulation/index.js";
import { must } from "../cases/compiled.js";
import { randomData } from "../cases/random-data.js";
import { isFull, models, REFUSED, reference } from "../cases/runnable.js";

const folder = mkdtempSync(join(tmpdir(), "legendre-exports-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const python =
  process.env.LEGENDRE_PYTHON ??
  join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "legendre/peers/bin/python");

interface Case {
  readonly name: string;
  readonly metadata: Metadata;
  readonly args: readonly {
    readonly name: string;
    readonly shape: readonly number[];
    readonly data: readonly number[];
  }[];
  readonly points: readonly { readonly state: number[]; readonly direction: number[] }[];
  /** By point, by entry. */
  readonly expected: readonly Record<string, number[]>[];
}

/** Values by point and entry. */
type Found = readonly Record<string, readonly (number | null)[]>[];

const random = (size: number, name: string, by: number): number[] => {
  const next = uniformStream(3, name);
  return Array.from({ length: size }, () => by * (2 * next() - 1));
};

/** Models with an integral that has no closed form: array code refuses them. */
const INTEGRALS: readonly string[] = [];

const provenance = { version: "0" };

function bindings(theory: Parameters<typeof exportField>[0], name: string) {
  const { data = {}, set = {} } = randomData(theory.model, 5, 2, name === "energy-transformer" ? 1 : 2);
  const sourced = <T>(x: Record<string, T>) =>
    new Map(Object.entries(x).map(([k, value]) => [k, { value, source: "the test" }]));
  return {
    arrays: sourced(data as Record<string, { shape: number[]; data: Float64Array }>),
    set: sourced(set),
    full: isFull(theory),
  };
}

const runnable = models.filter(([name]) => REFUSED[name] === undefined);

const cases: Case[] = runnable.map(([name, theoryFor]) => {
  const theory = theoryFor();
  const options = bindings(theory, name);
  const source = must(exportSource(theory, options));
  const points = [
    { state: [...source.initial].map((x) => x / 4), direction: random(source.size, `${name} 1`, 1) },
    { state: random(source.size, `${name} 2`, 0.5), direction: random(source.size, `${name} 3`, 1) },
  ];
  for (const target of ["js", "c", "numpy", "jax"] as const) {
    const result = exportField(theory, target, options, provenance);
    if (INTEGRALS.includes(name) && (target === "numpy" || target === "jax")) {
      expect(result.ok ? [] : result.errors.map((e) => e.code)).toEqual(["not-expressible"]);
      continue;
    }
    const made = must(result);
    mkdirSync(join(folder, target, name), { recursive: true });
    for (const [file, text] of Object.entries(made.files))
      writeFileSync(join(folder, target, name, file), text);
  }
  writeFileSync(join(folder, "js", name, "package.json"), '{"type":"module"}');
  const bound = {
    dimensions: source.dimensions,
    values: new Map(source.arguments.map((a) => [a.name, a.data])),
  };
  const field = { layout: source.states, bound: { ...bound, initial: new Map(), seed: 0, notes: [] } };
  const expected = points.map(({ state, direction }) => {
    const others = new Map(
      source.directions.map((d) => [
        d.symbol.name,
        Float64Array.from(direction.slice(d.layout.offset, d.layout.offset + d.layout.size)),
      ]),
    );
    return Object.fromEntries(
      source.entries.map((e) => [
        e.name,
        e.outputs.flatMap((o) =>
          reference({ over: o.over, expr: o.value }, field, Float64Array.from(state), others),
        ),
      ]),
    );
  });
  const { metadata } = must(exportField(theory, "js", options, provenance));
  const args = source.arguments.map((a) => ({ name: a.name, shape: a.shape, data: [...a.data] }));
  return { name, metadata, args, points, expected };
});

/** The largest difference, relative to the largest expected entry of the quantity (at least 1). */
function distance(found: Found, expected: Case["expected"]): number {
  let worst = 0;
  for (const [p, quantities] of expected.entries())
    for (const [entry, values] of Object.entries(quantities)) {
      const scale = Math.max(1, ...values.map(Math.abs));
      const got = found[p]?.[entry] ?? [];
      if (got.length !== values.length) return Number.POSITIVE_INFINITY;
      for (const [k, v] of values.entries()) {
        const d = Math.abs((got[k] ?? Number.NaN) - v) / scale;
        worst = Number.isNaN(d) ? Number.POSITIVE_INFINITY : Math.max(worst, d);
      }
    }
  return worst;
}

const BOUND = 1e-12;

interface ExportedModule {
  createField(args: Record<string, Float64Array>): {
    rhs(t: number, s: Float64Array, o: Float64Array): void;
    energy?: (t: number, s: Float64Array) => number;
    activations(s: Float64Array, o: Float64Array): void;
    outputs(s: Float64Array, o: Float64Array): void;
    jvp(s: Float64Array, d: Float64Array, o: Float64Array): void;
  };
}

async function fromJavascript(c: Case): Promise<Found> {
  const url = pathToFileURL(join(folder, "js", c.name, "field.js")).href;
  const { createField } = (await import(/* @vite-ignore */ url)) as ExportedModule;
  const field = createField(Object.fromEntries(c.args.map((a) => [a.name, Float64Array.from(a.data)])));
  return c.points.map((p) => {
    const [state, direction] = [Float64Array.from(p.state), Float64Array.from(p.direction)];
    return Object.fromEntries(
      c.metadata.entries.map((e) => {
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

describe.each(cases)("$name", (c) => {
  it("the JavaScript module equals the reference evaluator", async () => {
    expect(distance(await fromJavascript(c), c.expected)).toBeLessThan(BOUND);
  });

  it("a fault in one entry would be seen", async () => {
    const found = await fromJavascript(c);
    const faulty = found.map((p) => ({
      ...p,
      jvp: p.jvp!.map((x, k) => (k === 0 ? x! + 1e-6 * (1 + Math.abs(x!)) : x)),
    }));
    const scale = Math.max(1, ...c.expected[0]!.jvp!.map(Math.abs));
    expect(distance(faulty, c.expected)).toBeGreaterThan(1e-7 / scale);
  });
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

function fromPython(target: "numpy" | "jax"): Record<string, Found> {
  const input = expressible.map((c, k) => ({
    ...c,
    path: join(folder, target, c.name, "field.py"),
    last: k % 8 === 0,
  }));
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

const expressible = cases.filter((c) => !INTEGRALS.includes(c.name));
const havePython = existsSync(python);
if (!havePython)
  console.warn(`skipped: NumPy and JAX exports, because there is no ${python}; set LEGENDRE_PYTHON`);

it.skipIf(!havePython).each(["numpy", "jax"] as const)(
  "%s equals the reference evaluator on every model",
  (target) => {
    const found = fromPython(target);
    const wrong = expressible.flatMap((c) => {
      const d = distance(found[c.name]!, c.expected);
      return d < BOUND ? [] : [`${c.name}: ${d}`];
    });
    expect(wrong).toEqual([]);
  },
  300_000,
);

// ---- C ----------------------------------------------------------------------------------------------

const haveGcc = spawnSync("gcc", ["--version"]).status === 0;
if (!haveGcc) console.warn("skipped: C exports, because gcc is not found");

const numbers = (x: readonly number[]): string =>
  x.length === 0 ? "0" : x.map((v) => v.toPrecision(17)).join(", ");

/** A program that prints every entry at every point, one number a line. */
function mainText(c: Case): string {
  const prints = c.points.map((p, n) => {
    const calls = c.metadata.entries.map((e) => {
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
  const size = Math.max(1, ...c.metadata.entries.map((e) => e.size));
  const given = c.args.map((x, k) => `static const double v${k}[] = {${numbers(x.data)}};`);
  const set = c.metadata.arguments.map((x, k) => `  a.${x.identifier} = v${k};`);
  return `#include "field.h"\n#include <stdio.h>\n${given.join("\n")}\nstatic field_workspace w;\nstatic double out[${size}];
int main(void) {\n  field_arguments a;\n  int k;\n${set.join("\n") || "  a.none = 0;"}\n  field_prepare(&w, &a);\n${prints.join("\n")}\n  return 0;\n}\n`;
}

function fromC(c: Case): Found {
  const cwd = join(folder, "c", c.name);
  writeFileSync(join(cwd, "main.c"), mainText(c));
  const strict = ["-std=c99", "-O1", "-Wall", "-Wextra", "-Werror", "-pedantic"];
  for (const main of ["example.c", "main.c"]) {
    const built = spawnSync("gcc", [...strict, "field.c", main, "-lm", "-o", `${main}.out`], {
      cwd,
      encoding: "utf8",
    });
    if (built.status !== 0) throw new Error(`${c.name}: ${built.stderr.slice(0, 2000)}`);
  }
  expect(spawnSync("./example.c.out", { cwd }).status, `example of ${c.name}`).toBe(0);
  const { stdout } = spawnSync("./main.c.out", { cwd, encoding: "utf8" });
  const found: Record<string, number[]>[] = c.points.map(() => ({}));
  for (const line of stdout.trim().split("\n")) {
    const [point, entry, value] = line.split(" ");
    (found[Number(point)]![entry!] ??= []).push(Number(value));
  }
  return found;
}

it.skipIf(!haveGcc)(
  "C compiles without a warning and equals the reference evaluator on every model",
  () => {
    const wrong = cases.flatMap((c) => {
      const d = distance(fromC(c), c.expected);
      return d < BOUND ? [] : [`${c.name}: ${d}`];
    });
    expect(wrong).toEqual([]);
  },
  300_000,
);
