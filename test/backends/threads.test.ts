/**
 * Threads that share the loops of a field: the result is that of one thread within rounding, the same bits at every
 * call and whoever computes the parts; helpers do what the caller leaves to them; nobody keeps the process alive.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { type Backend, generateWasm, type Instance, wasmWith } from "../../src/codegen/index.js";
import { engine } from "../../src/codegen/wasm/engine.js";
import { CONTROL, initialise, stop } from "../../src/codegen/wasm/phases.js";
import { startWorkers } from "../../src/codegen/wasm/workers.js";
import { lower } from "../../src/lower/index.js";
import { bindField } from "../../src/simulation/index.js";
import { numbers, REDUCED, request, TWO_LAYER } from "../bench/models.js";
import { must } from "../cases/compiled.js";
import { randomData } from "../cases/random-data.js";
import { DISCRETE, isFull, models, small } from "../cases/runnable.js";
import { programFor } from "../lower/harness.js";
import { check } from "../lower/random-check.js";

const root = fileURLToPath(new URL("../..", import.meta.url));

const run = (instance: Instance, name: string, state: Float64Array): Float64Array => {
  const entry = instance.entries.get(name)!;
  const out = new Float64Array(entry.size).fill(Number.NaN);
  entry.evaluate(state, out);
  return out;
};

/** Of the largest entry, at least 1; a value that is not finite counts only where the other is not the same. */
function distance(a: Float64Array, b: Float64Array): number {
  const scale = Math.max(1, ...b.map((x) => (Number.isFinite(x) ? Math.abs(x) : 0)));
  return Math.max(0, ...a.map((x, k) => (Object.is(x, b[k]) ? 0 : Math.abs(x - b[k]!) / scale)));
}

const sizes = [
  [TWO_LAYER, 256, 192],
  [TWO_LAYER, 41, 37],
  [REDUCED, 256, 192],
  [REDUCED, 1100, 260],
] as const;

describe.each([
  ["doubles", { precision: "f64" }, 1e-13],
  ["single numbers", { precision: "f32" }, 1e-5],
] as const)("%s", (_, { precision }, bound) => {
  for (const [entry, nv, nh] of sizes)
    it(`${entry.name} (${nv}, ${nh}): two and three threads compute what one does, always the same bits`, () => {
      const lowering = wasmWith().lowering;
      const program = programFor(request(nv, nh, [entry]), lowering);
      const state = numbers(nv + nh, 3);
      const want = run(wasmWith({ precision }).compile(program), entry.name, state);
      for (const threads of [2, 3]) {
        const instance = wasmWith({ precision, threads, smallest: 1000 }).compile(program);
        expect(instance.execution.threads).toBe(threads);
        const first = run(instance, entry.name, state);
        expect(distance(first, want)).toBeLessThan(bound);
        for (let k = 0; k < 200; k++) expect(run(instance, entry.name, state)).toEqual(first);
        instance.close!();
        expect(run(instance, entry.name, state)).toEqual(first);
      }
    });
});

it("small loops stay on one thread, and no thread is started", () => {
  const program = programFor(request(50, 4, [TWO_LAYER]), wasmWith().lowering);
  const instance = wasmWith({ threads: 2 }).compile(program);
  expect(instance.execution.threads).toBe(1);
  expect(instance.close).toBeUndefined();
});

it("random expressions equal their definition with every loop shared, 40 seeds", () => {
  const open: Instance[] = [];
  const shared = wasmWith({ threads: 2, smallest: 0 });
  const backend: Backend = {
    ...shared,
    compile: (program) => {
      const instance = shared.compile(program);
      open.push(instance);
      return instance;
    },
  };
  const results = Array.from({ length: 40 }, (_, k) => {
    const result = check(k + 1, backend);
    for (const i of open.splice(0)) i.close?.();
    return result;
  });
  expect(results.filter((r) => r.startsWith("seed"))).toEqual([]);
}, 60_000);

describe("every model that runs, with every loop shared", () => {
  for (const [name, theoryFor] of models.filter(([n]) => !DISCRETE.includes(n)))
    it(name, () => {
      const theory = theoryFor();
      const { data = {}, set = {} } = randomData(theory.model, 5, 2, name === "energy-transformer" ? 1 : 2);
      const sourced = <T>(x: Record<string, T>) =>
        new Map(Object.entries(x).map(([k, value]) => [k, { value, source: "the test" }]));
      const field = must(
        bindField(theory, {
          arrays: sourced(data as Record<string, { shape: number[]; data: Float64Array }>),
          set: sourced(set),
          full: isFull(theory),
        }),
      );
      const lowered = lower(field.request, wasmWith().lowering);
      if (lowered.kind === "failure") throw new Error(lowered.message);
      const [one, two] = [wasmWith(), wasmWith({ threads: 2, smallest: 0 })].map((b) =>
        b.compile(lowered.program),
      );
      const state = small(field.initial);
      for (const entry of one!.entries.keys())
        expect(distance(run(two!, entry, state), run(one!, entry, state)), entry).toBeLessThan(1e-12);
      two!.close?.();
    });
});

describe("a phase", () => {
  const program = programFor(request(64, 48, [TWO_LAYER]), wasmWith().lowering);
  const [nv, nh] = [64, 48];
  const state = numbers(nv + nh, 3);
  const want = run(wasmWith({ fma: false }).compile(program), "rhs", state);
  const built = generateWasm(program, { threads: 2, smallest: 1000, mayBlock: true });
  const { sharing, pages, state: place, entries, parameters } = built.interface;

  /** The module on its memory, with parameters and state in place. */
  function made() {
    const memory = new engine!.Memory({ initial: pages, maximum: pages, shared: true });
    const words = new Int32Array(memory.buffer, sharing!.control, CONTROL.size / 4);
    initialise(words, sharing!.parts);
    const module = new engine!.Module(built.bytes);
    const { exports } = new engine!.Instance(module, { legendre: { memory } });
    const view = (r: { at: number; size: number }): Float64Array =>
      new Float64Array(memory.buffer, r.at, r.size);
    const data = new Map(program.buffers.map((b) => [b.name, b.data]));
    for (const p of parameters) view(p).set(data.get(p.name)!);
    (exports.prepare as () => void)();
    view(place).set(state);
    return { memory, words, module, evaluate: exports.e0 as () => void, out: view(entries[0]!.out) };
  }

  it("is done by the caller alone where there is no other thread", () => {
    const { evaluate, out } = made();
    evaluate();
    expect(distance(out, want)).toBeLessThan(1e-13);
  });

  it("is done by a helper alone where the caller only opens it", () => {
    const { memory, words, module, evaluate, out } = made();
    evaluate();
    const first = out.slice();
    startWorkers(1, { module, memory }, []);
    // What `open` does, without taking part.
    Atomics.store(words, CONTROL.done / 4, 0);
    Atomics.store(words, CONTROL.ticket / 4, 1 << 16);
    Atomics.notify(words, CONTROL.ticket / 4);
    for (let looks = 0; looks < 100 && words[CONTROL.done / 4]! < sharing!.parts; looks++)
      Atomics.wait(words, CONTROL.done / 4, Atomics.load(words, CONTROL.done / 4), 100);
    expect(Atomics.load(words, CONTROL.done / 4)).toBe(sharing!.parts);
    evaluate();
    expect(out.slice()).toEqual(first);
    stop(words);
  });

  it("of another state gives something else", () => {
    const { evaluate, out, memory } = made();
    new Float64Array(memory.buffer, place.at, place.size)[0]! += 1e-3;
    evaluate();
    expect(distance(out, want)).toBeGreaterThan(1e-6);
  });
});

const CHILD = `
import { wasmWith } from "./src/codegen/index.ts";
import { numbers, request, TWO_LAYER } from "./test/bench/models.ts";
import { programFor } from "./test/lower/harness.ts";
const program = programFor(request(256, 192, [TWO_LAYER]), wasmWith().lowering);
const instance = wasmWith({ threads: 2, smallest: 1000 }).compile(program);
const entry = instance.entries.get("rhs");
entry.evaluate(numbers(448, 3), new Float64Array(entry.size));
if (process.argv.includes("wait")) setTimeout(() => console.log("waited"), 300);
console.log("done", instance.execution.threads);
if (process.argv.includes("close")) instance.close();
`;

describe("a process ends", () => {
  for (const how of ["without closing", "close", "wait"])
    it(how, () => {
      const ran = spawnSync(process.execPath, ["--import", "tsx", "--input-type=module", "-e", CHILD, how], {
        cwd: root,
        encoding: "utf8",
        timeout: 60_000,
      });
      expect({ status: ran.status, signal: ran.signal, stderr: ran.stderr }).toEqual({
        status: 0,
        signal: null,
        stderr: "",
      });
      expect(ran.stdout).toContain("done 2");
      expect(ran.stdout.includes("waited")).toBe(how === "wait");
    });
});
