/** Names that mean something to a target, hostile text and very long names leave no trace in exported code, and work. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, expect, it } from "vitest";
import { exportField, TARGETS, type TargetName } from "../../src/export/index.js";
import { findCompiler } from "../../src/native/compiler.js";
import { must } from "../cases/compiled.js";
import { theoryOf } from "../cases/networks.js";
import { pythonOrSkip } from "../peers/python.js";

const LONG = "a".repeat(10_000);
// biome-ignore lint/suspicious/noTemplateCurlyInString: hostile on purpose
const HOSTILE = '*/ `${process.exit(1)}` """ \n#include <x> // \\ \u2028 ??/ 😀 </script>';
const NAMES = [
  ...["lambda", "def", "None", "self", "np", "int", "register", "inline", "NAN", "field_rhs", "exp"],
  ...["constructor", "__proto__", "toString", "process", "arguments", "await"],
  ...["t", "dt", "N", "i", "xi", "time_unit", "clip", LONG],
];

/** dx/dt is the sum of all parameters times x, and a state and its activation have names of their own kind. */
const theory = theoryOf(HOSTILE, {
  reference: HOSTILE,
  indices: { class: "return" },
  parameters: Object.fromEntries(NAMES.map((n) => [n, { default: 2 }])),
  state: Object.fromEntries([["hasOwnProperty", { over: ["class"] }]]),
  dynamics: { hasOwnProperty: NAMES.map((n) => `${n}*hasOwnProperty[class]`).join(" + ") },
});

/** Parameter k is k + 1. */
const TOTAL = (NAMES.length * (NAMES.length + 1)) / 2;
const values = Object.fromEntries(NAMES.map((n, k) => [n, Float64Array.of(k + 1)]));

const set = new Map([
  ["return", { value: 2, source: "the test" }],
  ...NAMES.map((n, k) => [n, { value: k + 1, source: "the test" }] as const),
]);

const folder = mkdtempSync(join(tmpdir(), "legendre-names-"));
afterAll(() => rmSync(folder, { recursive: true }));

async function exported(target: TargetName) {
  const { files } = must(await exportField(theory, target, { set }, { version: "0" }));
  const path = join(folder, target);
  mkdirSync(path, { recursive: true });
  for (const [file, content] of Object.entries(files)) writeFileSync(join(path, file), content);
  writeFileSync(join(path, "package.json"), '{"type":"module"}');
  return { files, path };
}

const compiler = findCompiler();

it.each(Object.keys(TARGETS) as TargetName[])(
  "%s: no line outside strings and comments holds a name",
  async (target) => {
    if (target === "native" && compiler === undefined) return;
    for (const [file, text] of Object.entries((await exported(target)).files)) {
      if (/\.(c|h|py|js|ts)$/.test(file) && typeof text === "string") {
        const code = text
          .replace(/"(?:\\.|[^"\\\n])*"/g, '""')
          .replace(/\/\*[\s\S]*?\*\//g, "")
          .replace(/(\/\/|#(?!include|ifn?def|define|endif)).*$/gm, "");
        for (const name of ["__proto__", "aaaaaaaa", "lambda", "</script", "hasOwnProperty", "register"])
          expect(code, file).not.toContain(name);
      }
    }
  },
);

interface Field {
  rhs(t: number, state: Float64Array, out: Float64Array): void;
}

it.each(["js", "wasm"] as const)("the %s module reads its arguments by these names", async (target) => {
  const { path } = await exported(target);
  const url = pathToFileURL(join(path, "field.js")).href;
  const { createField } = (await import(/* @vite-ignore */ url)) as {
    createField(args: object, bytes?: Uint8Array): Field | Promise<Field>;
  };
  const bytes = target === "wasm" ? [readFileSync(join(path, "field.wasm"))] : [];
  const field = await createField(values, ...bytes);
  const out = new Float64Array(2);
  field.rhs(0, Float64Array.of(1, 2), out);
  expect([...out]).toEqual([TOTAL, 2 * TOTAL]);
  await expect(async () => createField({}, ...bytes)).rejects.toThrow("must be a Float64Array of length 1");
});

it.skipIf(compiler === undefined)("C compiles without a warning under these names", async () => {
  const { path: cwd } = await exported("c");
  const flags = ["-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic"];
  const args = [...flags, "field.c", "example.c", "-lm", "-o", "example"];
  const { stderr } = spawnSync(compiler!.command, args, { cwd, encoding: "utf8" });
  expect(stderr).toBe("");
});

const PYTHON = `
import json, sys
import numpy as np
sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1])
import field
data = json.load(open(sys.argv[1] + "/example-data.json"))
args = {a["name"]: np.array(a["data"]).reshape(a["shape"]) for a in data["args"]}
print(json.dumps(np.asarray(field.vector_field(0.0, np.array([1.0, 2.0]), args)).tolist()))
if sys.argv[2] == "brian2":
    from brian2 import prefs
    prefs.codegen.target = "numpy"
    from network import FieldNetwork
    network = FieldNetwork(args, {"hasOwnProperty": np.array([1.0, 2.0])}, dt=0.001)
    network.run(0.001)
    print(json.dumps(network.state().tolist()))
`;

for (const target of ["numpy", "brian2"] as const) {
  const python = pythonOrSkip(`names in ${target}`, "numpy", target);
  it.skipIf(python === undefined)(
    `${target} reads its arguments by these names`,
    async () => {
      const { path } = await exported(target);
      const { stdout, stderr } = spawnSync(python!, ["-c", PYTHON, path, target], { encoding: "utf8" });
      const [rate, moved] = stdout.trim().split("\n");
      expect(rate, stderr.slice(-2000)).toBe(`[${TOTAL.toFixed(1)}, ${(2 * TOTAL).toFixed(1)}]`);
      if (target === "brian2") {
        const state = JSON.parse(moved!) as number[];
        expect(state[0]).toBeCloseTo(1 + 0.001 * TOTAL, 12);
        expect(state[1]).toBeCloseTo(2 + 0.002 * TOTAL, 12);
      }
    },
    120_000,
  );
}
