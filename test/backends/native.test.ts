/** Compiled C computes what the definition says: its functions in units of the last place, random expressions, memory that is shared. */
import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, vi } from "vitest";
import { type Backend, type Instance, javascript } from "../../src/codegen/index.js";
import type { Unary } from "../../src/index-notation/index.js";
import { cached, cacheFolder } from "../../src/native/cache.js";
import { nativeBackend } from "../../src/native/index.js";
import { numbers, request, TWO_LAYER } from "../bench/models.js";
import { reference, signed, spread, ulps } from "../codegen/ulps.js";
import { programFor } from "../lower/harness.js";
import { check } from "../lower/random-check.js";
import { map } from "./map.js";

const folder = mkdtempSync(join(tmpdir(), "legendre-native-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const env = { ...process.env, LEGENDRE_CACHE: join(folder, "cache") };

const found = await nativeBackend(env);
if (!found.ok) console.warn(`skipped: compiled C: ${found.errors[0]!.message}`);
const native = found.ok ? found.value : javascript;

interface Case {
  readonly fn: Unary;
  readonly points: readonly number[];
  readonly ulps: number;
}

const CASES: readonly Case[] = [
  { fn: "exp", points: signed(spread(1e-9, 700, 400)), ulps: 1 },
  { fn: "log", points: [...spread(1e-20, 1e20, 200), ...spread(0.5, 2, 200), 5e-324, 1e-310], ulps: 1.1 },
  { fn: "tanh", points: signed([...spread(1e-9, 30, 400), 1000]), ulps: 2.5 },
  { fn: "sigmoid", points: signed(spread(1e-9, 700, 200)), ulps: 2 },
  { fn: "sech", points: signed(spread(1e-9, 700, 200)), ulps: 2.5 },
  { fn: "softplus", points: signed(spread(1e-9, 700, 200)), ulps: 2 },
  { fn: "logcosh", points: signed([...spread(1e-9, 1000, 200), 0.749, 0.751]), ulps: 3.5 },
];

const worst = (fn: Unary, points: readonly number[], values: Float64Array): number =>
  Math.max(...points.map((x, k) => ulps(values[k]!, reference(fn, x))));

describe.skipIf(!found.ok)("accuracy", () => {
  for (const c of CASES)
    it(`${c.fn}: ${c.ulps} ulp`, () => {
      expect(worst(c.fn, c.points, map(c.fn, c.points, native))).toBeLessThan(c.ulps);
    });

  it("notices an argument that is off by a millionth of a millionth", () => {
    const points = spread(0.5, 3, 20);
    const moved = map(
      "exp",
      points.map((x) => x * (1 + 1e-12)),
      native,
    );
    expect(worst("exp", points, moved)).toBeGreaterThan(1000);
  });
});

const EDGES = [
  0,
  -0,
  1000,
  -1000,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  Number.NaN,
  5e-324,
  -5e-324,
];

describe.skipIf(!found.ok)("ends and kinks are those of JavaScript", () => {
  const others = ["relu", "step", "sign", "abs", "erf", "erfc", "sin", "gamma", "lgamma"] as const;
  for (const fn of [...CASES.map((c) => c.fn), ...others])
    it(fn, () => {
      // Alone, and in a loop that the compiler turns into vectors.
      for (const points of [EDGES, Array.from({ length: 10 }, () => EDGES).flat()]) {
        const [got, want] = [map(fn, points, native), map(fn, points, javascript)];
        for (const k of points.keys())
          if (!Object.is(got[k], want[k]))
            expect(Math.abs(got[k]! - want[k]!), `${fn}(${points[k]})`).toBeLessThanOrEqual(
              4e-16 * Math.abs(want[k]!),
            );
      }
    });
});

const run = (instance: Instance, state: Float64Array): Float64Array => {
  const entry = instance.entries.get("rhs")!;
  const out = new Float64Array(entry.size).fill(Number.NaN);
  entry.evaluate(state, out);
  return out;
};

const distance = (a: Float64Array, b: Float64Array): number =>
  Math.max(...a.map((x, k) => Math.abs(x - b[k]!) / (1 + Math.abs(b[k]!))));

const compiled = (backend: Backend, nv: number, nh: number): Instance =>
  backend.compile(programFor(request(nv, nh, [TWO_LAYER]), backend.lowering));

describe.skipIf(!found.ok)("fields", () => {
  it("random expressions equal their definition, 40 seeds", () => {
    const results = Array.from({ length: 40 }, (_, k) => check(k + 1, native));
    expect(results.filter((r) => r.startsWith("seed"))).toEqual([]);
    expect(results.filter((r) => r === "fine").length).toBeGreaterThan(20);
  }, 120_000);

  it.each([
    [2, 3],
    [17, 9],
    [64, 33],
  ])("the network of %i and %i neurons equals JavaScript", (nv, nh) => {
    const state = numbers(nv + nh, 3);
    const [got, want] = [native, javascript].map((b) => run(compiled(b, nv, nh), state));
    expect(distance(got!, want!)).toBeLessThan(1e-13);
  });

  it("instances of one library keep their own memory", () => {
    const [one, two] = [compiled(native, 5, 4), compiled(native, 5, 4)];
    two.parameters.get("Xi")!.fill(0);
    two.prepare();
    const state = numbers(9, 3);
    const first = run(one, state);
    expect(run(two, state)).not.toEqual(first);
    expect(run(one, state)).toEqual(first);
    expect([...run(two, state)].slice(0, 5)).toEqual([...state].slice(0, 5).map((x) => -x));
  });

  it("a program is compiled once for all processes", () => {
    const count = (): number => readdirSync(env.LEGENDRE_CACHE).length;
    compiled(native, 6, 4);
    const before = count();
    compiled(native, 6, 4);
    expect(count()).toBe(before);
    expect(readdirSync(env.LEGENDRE_CACHE).filter((f) => f.startsWith("."))).toEqual([]);
  });

  it("a program too large for memory is refused with the number of bytes", () => {
    const program = programFor(request(50, 4, [TWO_LAYER]));
    expect(native.refusal(program)).toBeUndefined();
    expect(native.refusal(program, 1000)?.message).toMatch(/needs \d+ bytes/);
  });
});

describe("what is missing is said", () => {
  const codes = async (own: NodeJS.ProcessEnv): Promise<string[]> => {
    const result = await nativeBackend({ ...env, ...own });
    return result.ok ? [] : result.errors.map((e) => e.code);
  };

  it("a compiler", async () => {
    expect(await codes({ CC: join(folder, "no-such-compiler") })).toEqual(["no-compiler"]);
    expect(await codes({ CC: "", PATH: folder })).toEqual(["no-compiler"]);
  });

  it.skipIf(!found.ok || process.platform === "win32")("a compiler that works", async () => {
    const path = join(folder, "broken-cc");
    writeFileSync(
      path,
      '#!/bin/sh\n[ "$1" = --version ] && echo broken 1.0 && exit 0\necho no space left >&2\nexit 1\n',
    );
    chmodSync(path, 0o755);
    const result = await nativeBackend({ ...env, CC: path });
    expect(result.ok ? "" : result.errors[0]!.message).toMatch(/broken-cc \(broken 1.0\).*no space left/);
  });

  it("the package that loads libraries", async () => {
    vi.resetModules();
    vi.doMock("koffi", () => {
      throw new Error("not installed");
    });
    const { nativeBackend: without } = await import("../../src/native/index.js");
    const result = await without({ ...env, ...(found.ok ? {} : { CC: process.execPath }) });
    vi.doUnmock("koffi");
    expect(result.ok ? [] : result.errors.map((e) => e.code)).toEqual(["no-ffi"]);
  });
});

describe("the cache", () => {
  it("is where the platform keeps such files", () => {
    expect(cacheFolder({ LEGENDRE_CACHE: "/x" })).toBe("/x");
    expect(cacheFolder({ XDG_CACHE_HOME: "/x" }, "linux")).toBe(join("/x", "legendre", "native"));
    expect(cacheFolder({ LOCALAPPDATA: "/x" }, "win32")).toBe(join("/x", "legendre", "native"));
  });

  it("holds whole files only, made once", () => {
    const place = join(folder, "files");
    const fail = () =>
      cached(place, "a", (path) => {
        writeFileSync(path, "half");
        throw new Error("interrupted");
      });
    expect(fail).toThrow("interrupted");
    expect(readdirSync(place)).toEqual([]);
    const path = cached(place, "a", (p) => writeFileSync(p, "whole"));
    expect(cached(place, "a", () => expect.unreachable())).toBe(path);
    expect(readdirSync(place)).toEqual(["a"]);
  });
});
