/** A folder of models and data for the command-line tests comes out; it is removed when the tests end. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, vi } from "vitest";
import { main } from "../../src/cli/command-line.js";
import { build, legendre as launch, type Outcome } from "./built.js";

export const folder = mkdtempSync(join(tmpdir(), "legendre-cli-"));
export const path = (name: string): string => join(folder, name);

export function useWorkplace(): void {
  beforeAll(async () => {
    for (const [name, text] of Object.entries(FILES)) writeFileSync(path(name), text);
    await build();
  }, 120_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
}

/** What only a bug of ours prints. */
const BUG = /^\s+at .+:\d+:\d+|node:internal|failed where it should not/m;

/** Runs in the workplace; whatever happens, a person sees no stack trace and no bug report. */
export async function legendre(line: string, input = ""): Promise<Outcome> {
  const outcome = await launch(
    line.split(" ").filter((word) => word !== ""),
    folder,
    input,
  );
  expect(outcome.stderr).not.toMatch(BUG);
  return outcome;
}

let last: Promise<unknown> = Promise.resolve();

/** The same within this process: from the sources, many times faster, one after the other. */
function legendreHere(line: string): Promise<Outcome> {
  const next = last.then(() => runHere(line));
  last = next.catch(() => {});
  return next;
}

async function runHere(line: string): Promise<Outcome> {
  const [stdout, stderr] = [vi.spyOn(process.stdout, "write"), vi.spyOn(process.stderr, "write")];
  const text = (spy: typeof stdout): string => spy.mock.calls.map(([chunk]) => String(chunk)).join("");
  const before = process.cwd();
  process.chdir(folder);
  try {
    for (const spy of [stdout, stderr]) spy.mockReturnValue(true);
    const status = await main(line.split(" ").filter((word) => word !== ""));
    return { status, stdout: text(stdout), stderr: text(stderr) };
  } finally {
    process.chdir(before);
    for (const spy of [stdout, stderr]) spy.mockRestore();
  }
}

/** Bad input or usage: status 2, nothing on stdout, and this on stderr. */
export async function refused(line: string, ...says: readonly (string | RegExp)[]): Promise<void> {
  const { status, stdout, stderr } = await legendreHere(line);
  expect(stderr).not.toMatch(BUG);
  for (const text of says) expect(stderr).toMatch(text);
  expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
}

export async function json(line: string): Promise<Record<string, unknown>> {
  const { status, stdout } = await legendre(`${line} --json`);
  expect(status).toBe(0);
  return JSON.parse(stdout) as Record<string, unknown>;
}

const memory = `legendre: 1
name: memory
reference: Krotov & Hopfield, arXiv 2008.06996
indices: { i: N_v, mu: N_h }
parameters:
  beta: { default: 1, sign: positive }
  Xi: { over: [mu, i] }
layers:
  v: { over: [i], lagrangian: "sum(i, v[i]^2)/2", activation: g }
  h: { over: [mu], lagrangian: "logsumexp(mu, beta*h[mu])/beta", activation: f, tau: tau_h }
synapses:
  dense: "-sum(mu, i, f[mu]*Xi[mu,i]*g[i])"
define:
  overlap: { over: [mu], as: "sum(i, Xi[mu,i]*v[i])/N_v" }
fast: [h]
`;

const linear = (name: string, rest: string): string => `legendre: 1
name: ${name}
indices: { i: N }
layers: { v: { over: [i], lagrangian: "sum(i, v[i]^2)/2", activation: g } }
${rest}`;

const FILES: Readonly<Record<string, string>> = {
  "memory.yaml": memory,
  "memory.json": JSON.stringify({
    legendre: 1,
    name: "json-model",
    indices: { i: "N" },
    layers: { v: { over: ["i"], lagrangian: "sum(i, v[i]^2)/2", activation: "g" } },
  }),
  "typo.yaml": memory.replace("beta*h[mu])", "betta*h[mu])"),
  "bad.yaml": 'legendre: 1\nlayers: { v: { over: [i, lagrangian: "v" }\n',
  "two.yaml": linear("two", 'synapses: { a: "-sum(i, w*g[i])", b: "v[i]" }\n'),
  "key.yaml": linear("key", "fastt: [v]\n"),
  "discrete.yaml":
    'legendre: 1\nname: discrete\nindices: { i: N }\nstate: { s: { over: [i], values: [-1, 1] } }\nenergy: "sum(i, s[i])"\n',
  "dual.yaml":
    'legendre: 1\nname: dual\nindices: { i: N }\nlayers: { v: { over: [i], dual: "sum(i, cos(g[i]))", activation: g } }\n',
  "noisy.yaml": linear("noisy", "noise: { v: 1 }\n"),
  "driven.yaml": linear(
    "driven",
    'inputs: { I: { over: [i] } }\nsynapses: { drive: "-sum(i, I[i]*g[i])" }\n',
  ),
  "growing.yaml": 'legendre: 1\nname: growing\ndynamics: { x: "x^2" }\n',
  "bounded.yaml": 'legendre: 1\nname: bounded\ndomain: ["x < 2"]\ndynamics: { x: "1" }\n',
  "symmetric.yaml":
    'legendre: 1\nname: symmetric\nindices: { i: N, j: N }\nparameters: { T: { over: [i, j] } }\ndomain: ["T[i,j] = T[j,i]"]\nstate: { v: { over: [i] } }\nenergy: "sum(i, v[i]^2)/2 - sum(i, j, v[i]*T[i,j]*v[j])/2"\n',
  "implicit.yaml":
    'legendre: 1\nname: implicit\nindices: { i: N }\nlayers:\n  v: { over: [i], lagrangian: "sum(i, v[i]^2)/2", activation: g }\n  h: { over: [i], lagrangian: "sum(i, logcosh(h[i]))", activation: f, tau: tau_h }\nsynapses: { U: "sum(i, f[i]^4) - sum(i, f[i]*g[i])" }\nfast: [h]\n',
  "Xi.json": JSON.stringify({
    Xi: [
      [1, 1, 1, 1, -1, -1],
      [1, -1, 1, -1, 1, -1],
    ],
  }),
  "cue.json": JSON.stringify({ v: [1, 1, 1, -1, -1, -1] }),
  "short.json": JSON.stringify({ v: [1, 1, 1] }),
  "flat.json": JSON.stringify({ Xi: [1, 2, 3] }),
  "ragged.json": '{"Xi": [[1, 2], [3]]}',
  "stranger.json": JSON.stringify({ Xj: [[1, 2]] }),
  "nan.json": '{"Xi": [[1, "NaN"], [1, 1]]}',
  "broken.json": '{"Xi": [[1,\n 2}',
  "asymmetric.json": JSON.stringify({ T: [[0, 1], [0.5, 0]] }), // biome-ignore format: one row
  "switches.json": JSON.stringify({ times: [0, 1], values: [[1, 0], [0, 1]] }), // biome-ignore format: one row
  "cycle.json": JSON.stringify({ I: { every: 0.5, cycle: [[1, 0], [0, 1]] } }), // biome-ignore format: one row
  "stray.json": JSON.stringify({ J: { every: 0.5, cycle: [[1, 0]] } }),
  "unequal.json": JSON.stringify({ times: [0, 1], values: [[1, 0]] }),
  "null.json": "null",
  "one.json": JSON.stringify({ x: 1 }),
  "rest.json": JSON.stringify({ v: [0, 0] }),
};
