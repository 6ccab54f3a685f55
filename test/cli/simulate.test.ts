/** `legendre simulate` of the built program: documents, files, pictures, seeds, schedules and refusals. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type NumericArray, readArrays } from "../../src/arrays/index.js";
import { json, legendre, path, refused, useWorkplace } from "./workplace.js";

useWorkplace();

const RUN = "simulate memory.yaml --data Xi.json --initial cue.json --until 10";

interface Document {
  status: string;
  t: number;
  state: { v: number[] };
  outputs?: { h: number[] };
  observed?: Record<string, number[]>;
  energy: { start: number; end: number; largestIncrease: number };
  steps: number;
  evaluations: number;
  wallSeconds: number;
  seed: number;
}

const run = async (line: string): Promise<Document> => (await json(line)) as unknown as Document;

describe.concurrent("legendre simulate", () => {
  test("tells a person how the run went", async () => {
    const { status, stdout, stderr } = await legendre(RUN);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toMatch(/^finished at t = 10 after \d+ steps, \d+ evaluations, [\d.]+ s\n/);
    expect(stdout).toMatch(/energy -\d.* → -\d.*, largest increase in a step 0\n/);
    expect(stdout).toMatch(/\nv = \[.+\]\nh = \[.+\]\n$/);
  });

  test("--threads on a small field is told to be of no use", async () => {
    const { stdout, stderr } = await legendre(`${RUN} --threads 2 --json`);
    expect(JSON.parse(stdout)).toMatchObject({ threads: 1 });
    expect(stderr).toContain("note: runs on one thread: no loop of this field is large enough");
    await refused(`${RUN} --threads 0`, "from 1 to 64");
  });

  test("--no-fma and --precision are obeyed and told", async () => {
    const double = await json(`${RUN} --no-fma`);
    expect(double).toMatchObject({ backend: "wasm", fma: false, precision: "f64" });
    const single = await json(`${RUN} --precision f32`);
    expect(single).toMatchObject({ backend: "wasm", precision: "f32", status: "finished" });
    const [a, b] = [double, single].map((d) => (d as unknown as Document).energy.end);
    expect(Math.abs(a! - b!)).toBeLessThan(1e-5);
    await refused(
      `${RUN} --precision f32 --backend javascript`,
      "only WebAssembly computes with single numbers",
    );
  });

  test("--json is one document, and the retrieved memory is the first one", async () => {
    const document = await run(RUN);
    expect(document).toMatchObject({ status: "finished", t: 10, seed: 0, energy: { largestIncrease: 0 } });
    expect(document.state.v.map(Math.round)).toEqual([1, 1, 1, 1, -1, -1]);
    expect(document.outputs?.h).toHaveLength(2);
    for (const key of ["steps", "evaluations", "wallSeconds"] as const)
      expect(document[key]).toBeGreaterThan(0);
  });

  test("notes go to stderr and into the document, never between", async () => {
    const { stdout, stderr } = await legendre("simulate memory.yaml --data Xi.json --until 1 --json");
    expect(stderr).toBe(
      "note: v has no initial value: drawn from a standard normal distribution with seed 0\n",
    );
    expect(JSON.parse(stdout)).toMatchObject({ notes: [expect.stringContaining("v has no initial value")] });
  });

  test("--seed makes a run again, and another seed another run", async () => {
    const line = "simulate memory.yaml --data Xi.json --until 1";
    const [a, b, c] = await Promise.all([
      run(`${line} --seed 7`),
      run(`${line} --seed 7`),
      run(`${line} --seed 8`),
    ]);
    expect(a.state).toEqual(b.state);
    expect(a.seed).toBe(7);
    expect(a.state).not.toEqual(c.state);
  });

  test("every method reaches the same state", async () => {
    const methods = ["auto", "tsit5", "dopri5", "rk4 --dt 0.01", "euler --dt 0.0005"];
    const runs = await Promise.all(methods.map((m) => run(`${RUN} --method ${m}`)));
    for (const { state } of runs)
      for (const [i, x] of state.v.entries()) expect(x).toBeCloseTo(runs[0]!.state.v[i]!, 4);
  });

  test("tolerances are obeyed", async () => {
    const [loose, tight] = await Promise.all([run(`${RUN} --rtol 1e-3`), run(`${RUN} --rtol 1e-10`)]);
    expect(tight.steps).toBeGreaterThan(loose.steps);
  });

  test("--until steady ends at a fixed point, found to the last digits, and says that it is isolated", async () => {
    const line = "simulate memory.yaml --data Xi.json --initial cue.json";
    const document = await json(`${line} --until steady`);
    expect(document).toMatchObject({ status: "steady", steady: { finish: "newton", jacobian: "regular" } });
    const { residual } = document.steady as { residual: number };
    expect(residual).toBeLessThan(1e-15);
    const { stdout } = await legendre(`${line} --until 3 --steady 1e-8`);
    expect(stdout).toMatch(
      /finished at t = 3[\s\S]*\nlargest rate .*: the run ended at t = 3 before it was steady\n/,
    );
  });

  test("--full keeps the fast layer and needs its time constant", async () => {
    await refused(`${RUN} --full`, "parameter tau_h has no value", "--set tau_h=VALUE");
    const { state } = await run(`${RUN} --full --set tau_h=0.1`);
    expect(Object.keys(state)).toEqual(["v", "h"]);
  });

  test("--set takes decimals and fractions", async () => {
    const [a, b] = await Promise.all([run(`${RUN} --set beta=0.25`), run(`${RUN} --set beta=1/4`)]);
    expect(a.state).toEqual(b.state);
  });

  test("--steady stops when nothing moves", async () => {
    const document = await run(`${RUN.replace("10", "1e6")} --steady 1e-6`);
    expect(document.status).toBe("steady");
    expect(document.t).toBeLessThan(1000);
  });

  test("discrete states end in a fixed point, with what is proved of their updates", async () => {
    const { status, stdout } = await legendre("simulate discrete.yaml --until 9 --set N=3 --json");
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      status: "fixed-point",
      state: { s: [-1, -1, -1] },
      energy: { end: -3, largestIncrease: 0 },
      descent: { verdict: "proved" },
      method: "ascending",
    });
    const line = "simulate discrete.yaml --until 9 --set N=3 --method synchronous";
    expect((await legendre(line)).stdout).toMatch(/descent at every update: proved \(no synchronous update/);
  });

  test("noise is seeded, and the document says what its stationary law is", async () => {
    const line = "simulate noisy.yaml --until 1 --dt 0.1 --set N=2";
    const [a, b, c] = await Promise.all([run(line), run(line), run(`${line} --seed 1`)]);
    expect(a.state).toEqual(b.state);
    expect(a.state).not.toEqual(c.state);
    expect(a).toMatchObject({ notes: [expect.any(String), expect.stringContaining("exp(-E/T) with T = 1")] });
  });

  test("events are recorded, and end a run", async () => {
    const { stdout } = await legendre(
      `${RUN} --json --event low:min(i,v[i]^2)<1/4 --stop-when sum(i,v[i])>1`,
    );
    const document = JSON.parse(stdout) as Document & { events: { name: string; t: number }[] };
    expect(document.status).toBe("event");
    expect(document.events.at(-1)).toMatchObject({ name: "sum(i,v[i])>1", t: document.t });
    expect(document.events[0]!.name).toBe("low");
    expect(document.state.v.reduce((s, x) => s + x, 0)).toBeCloseTo(1, 9);
  });

  test("a domain on states reports the first exit", async () => {
    const { stdout } = await legendre("simulate bounded.yaml --until 4 --json");
    expect(JSON.parse(stdout)).toMatchObject({ exits: [{ name: "x < 2" }] });
  });

  test("a run that fails says why, with status 1 and a document", async () => {
    const { status, stdout } = await legendre("simulate growing.yaml --until 100 --initial one.json --json");
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      status: "failed",
      failure: { code: expect.any(String), message: expect.any(String), hint: expect.any(String) },
    });
    const { stdout: text } = await legendre("simulate growing.yaml --until 100 --initial one.json");
    expect(text).toMatch(/^FAILED at t = (0\.999|1)/);
  });
});

// ---- files -----------------------------------------------------------------------------------------

function arraysOf(file: string): ReadonlyMap<string, NumericArray> {
  const read = readArrays(path(file));
  if (!read.ok) throw new Error(read.error.message);
  return read.value;
}

describe.concurrent("--save", () => {
  test("the three formats hold the same run: t, one array a layer, definitions, energy", async () => {
    const line = `${RUN} --observe overlap`;
    await Promise.all(["npz", "json", "csv"].map((f) => legendre(`${line} --save run.${f}`)));
    const npz = arraysOf("run.npz");
    expect([...npz.keys()]).toEqual(["t", "v", "h", "overlap", "energy"]);
    const steps = npz.get("t")!.shape[0]!;
    expect(npz.get("v")!.shape).toEqual([steps, 6]);
    expect(npz.get("h")!.shape).toEqual([steps, 2]);
    expect(npz.get("energy")!.shape).toEqual([steps]);
    for (const [name, { data }] of arraysOf("run.json")) expect(data).toEqual(npz.get(name)!.data);
    const [header, ...rows] = readFileSync(path("run.csv"), "utf8").trim().split("\n");
    expect(header).toBe(
      "t,v[0],v[1],v[2],v[3],v[4],v[5],h[0],h[1],overlap[0],overlap[1],energy".replaceAll("\r", ""),
    );
    expect(rows).toHaveLength(steps);
    expect(rows.map((r) => Number(r.split(",")[1]))).toEqual(
      [...npz.get("v")!.data].filter((_, k) => k % 6 === 0),
    );
  });

  test("--every records at multiples of a time, from 0 to the end", async () => {
    await legendre(`${RUN} --every 2.5 --save every.json`);
    expect([...arraysOf("every.json").get("t")!.data]).toEqual([0, 2.5, 5, 7.5, 10]);
  });

  test("a CSV row is the initial state of a model with one state", async () => {
    const { v } = JSON.parse(readFileSync(path("cue.json"), "utf8")) as { v: number[] };
    writeFileSync(path("row.csv"), `${v.join(",")}\n`);
    const [row, named] = await Promise.all([run(RUN.replace("cue.json", "row.csv")), run(RUN)]);
    expect(row.state).toEqual(named.state);
  });

  test("the state of a document is an initial state of the next run", async () => {
    const [half, whole] = await Promise.all([
      run(`${RUN} --dt 0.1 --method rk4`),
      run(`${RUN.replace("10", "20")} --dt 0.1 --method rk4`),
    ]);
    writeFileSync(path("half.json"), JSON.stringify(half.state));
    const rest = await run(`${RUN.replace("cue.json", "half.json")} --dt 0.1 --method rk4`);
    for (const [i, x] of rest.state.v.entries()) expect(x).toBeCloseTo(whole.state.v[i]!, 12);
  });

  test.each([
    ["--save run.txt", "--save run.txt: the ending says the format"],
    ["--save run.npy", "--save run.npy: the ending says the format"],
    ["--save nowhere/run.npz", "the folder of nowhere/run.npz does not exist"],
    ["--plot run.pdf", "--plot run.pdf: the ending says the format"],
    ["--plot nowhere/run.svg", "the folder of nowhere/run.svg does not exist"],
    ["--image v:2x3", "--image draws into the file of --plot"],
    ["--plot a.svg --image v:2x4", "names no state with that many components"],
    ["--plot a.svg --image w", "write LAYER:HEIGHTxWIDTH; states: v \\(6\\)"],
  ])("%s is refused", async (options, says) => refused(`${RUN} ${options}`, new RegExp(says)));
});

describe.concurrent("--plot", () => {
  test("draws an SVG with energy and trajectories", async () => {
    expect((await legendre(`${RUN} --plot run.svg --image v:2x3`)).status).toBe(0);
    const svg = readFileSync(path("run.svg"), "utf8");
    expect(svg).toMatch(/^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    expect(svg.trimEnd()).toMatch(/<\/svg>$/);
    for (const text of ["memory: energy", "v[0]", "data:image/png;base64,"]) expect(svg).toContain(text);
  });

  test("draws a PNG", async () => {
    expect((await legendre(`${RUN} --plot run.png`)).status).toBe(0);
    const png = readFileSync(path("run.png"));
    expect([...png.subarray(0, 8)]).toEqual([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
    expect(png.readUInt32BE(16)).toBeGreaterThan(300);
    expect(png.subarray(-8, -4).toString("latin1")).toBe("IEND");
  });
});

// ---- schedules -------------------------------------------------------------------------------------

describe.concurrent("--schedule", () => {
  const driven = "simulate driven.yaml --until 2 --set N=2 --initial rest.json";

  test("a single input may be scheduled without its name", async () => {
    const { state } = await run(`${driven} --schedule switches.json --rtol 1e-9`);
    // dv/dt = -v + I from 0: v0 rises to 1 - 1/e until t = 1 and decays after; v1 rests, then rises.
    const rise = 1 - Math.exp(-1);
    expect(state.v[0]).toBeCloseTo(rise * Math.exp(-1), 7);
    expect(state.v[1]).toBeCloseTo(rise, 7);
  });

  test("inputs by name; a cycle repeats", async () => {
    const { energy } = await run(`${driven} --schedule cycle.json`);
    expect(energy.largestIncrease).toBeLessThan(1e-9);
  });

  test.each([
    ["", "input I\\[i: N\\] has no value", "--data FILE"],
    ["--schedule stray.json", "gives J, which is no input of driven", "inputs: I"],
    ["--schedule nowhere.json", "nowhere.json could not be read: the file does not exist", "cycle"],
    ["--schedule broken.json", "broken.json could not be read: ", "cycle"],
    ["--schedule null.json", "null.json holds no map from names to schedules", "cycle"],
    ["--schedule unequal.json", "found 2 times and 1 values", "each has one value"],
  ])("%s: %s", async (options, says, hint) =>
    refused(`${driven} ${options}`, new RegExp(says), new RegExp(hint)),
  );

  test("values of the wrong length name both sources", async () =>
    refused(
      "simulate driven.yaml --until 2 --set N=3 --schedule switches.json",
      "dimension N is 3 by --set N=3 but 2 by the schedule of I",
    ));
});

// ---- refusals --------------------------------------------------------------------------------------

describe.concurrent("legendre simulate refuses", () => {
  const base = "simulate memory.yaml --until 1";

  test.each([
    [
      `${base} --set N_v=6 --set N_h=2`,
      "parameter Xi\\[mu: N_h, i: N_v\\] has no value",
      "an array called Xi",
    ],
    [`${base}`, "dimension N_v has no value", "--set N_v=NUMBER"],
    [
      `${base} --data Xi.json --set N_v=9`,
      "N_v is 9 by --set N_v=9 but 6 by Xi \\(--data Xi.json, axis 1\\)",
      "",
    ],
    [
      `${base} --data Xi.json --initial short.json`,
      "N_v is 6 by Xi \\(--data Xi.json, axis 1\\) but 3 by v \\(--initial short.json, axis 0\\)",
      "matching shapes",
    ],
    [`${base} --data flat.json`, "Xi from --data flat.json has shape \\(3\\); expected 2 axes", "reshape"],
    [
      `${base} --data ragged.json`,
      "Xi\\[1\\] has 1 entry where Xi\\[0\\] has 2|Xi\\[1\\] has 1 entries",
      "row",
    ],
    [`${base} --data stranger.json`, "stranger.json gives Xj, which is no parameter", "did you mean Xi\\?"],
    [`${base} --data nan.json`, "Xi\\[0,1\\] is NaN", "--allow-nonfinite"],
    [`${base} --data broken.json`, "broken.json:2:\\d+: ", "JSON wants double quotes"],
    [`${base} --data nowhere.json`, "nowhere.json does not exist", "current folder"],
    [
      `${base} --data Xi.json --set betta=2`,
      "betta, which is no parameter, input or dimension",
      "mean beta\\?",
    ],
    [`${base} --data Xi.json --set beta`, "--set beta is not of the form name=value", "--set beta=2"],
    [`${base} --data Xi.json --set beta=two`, "two is not a number", "1/3"],
    [`${base} --data Xi.json --set beta=1/0`, "1/0 is not a number", "1/3"],
    [`${base} --data Xi.json --set beta=-1`, "beta is -1; the model requires beta > 0", "hypothesis"],
    [`${base} --data Xi.json --set N_v=2.5`, "sets dimension N_v to 2.5", "an integer, 0 or more"],
    [`${base} --data Xi.json --observe foo`, "foo is no definition of memory", "overlap"],
    [`${base} --data Xi.json --method euler`, "euler takes fixed steps and no --dt was given", "tsit5"],
    [`${base} --data Xi.json --method leapfrog`, "expected one of auto, tsit5, dopri5, dop853", ""],
    [`${base} --data Xi.json --method RK45`, "did you mean dopri5", ""],
    [`${base} --data Xi.json --method dop85`, "did you mean dop853", ""],
    [`${base} --data Xi.json --fixed`, "takes fixed steps and no --dt was given", "give --dt"],
    ["simulate memory.yaml --data Xi.json --untill 3", "unknown option '--untill'", "Did you mean --until"],
    ["simulate growing.yaml --until 1 --initial cue.json", "--initial cue.json gives v", ""],
    [`${base} --data Xi.json --every 1e-12`, "--every = 1e-12 asks for", "record fewer"],
    [`${base} --data Xi.json --seed 1.5`, "expected an integer, 0 or more", ""],
    [`${base} --data Xi.json --dt 0`, "expected a number above 0", ""],
    [`${base} --data Xi.json --every 0`, "expected a number above 0", ""],
    ["simulate memory.yaml --until -1", "expected a time, 0 or later", ""],
    ["simulate memory.yaml --until soon", 'expected a time, 0 or later, or "steady"', ""],
    [
      "simulate symmetric.yaml --until 1 --data asymmetric.json",
      "the model requires T to be symmetric",
      "T|data",
    ],
    ["simulate discrete.yaml --until 1.5 --set N=2", "1.5 is not an integer", "integer times"],
    ["simulate discrete.yaml --until 1 --set N=2 --method rk4", "rk4 integrates flows", "ascending, random"],
    ["simulate noisy.yaml --until 1 --set N=2 --method rk4", "noisy has noise", "euler-maruyama"],
    [`${base} --data Xi.json --method random`, "memory has no discrete states", "method for flows"],
    [`${base} --data Xi.json --event v[0]`, "not of the form name: condition", "up: v"],
    [`${base} --data Xi.json --stop-when v[9]>1`, "", ""],
    [`${base} --data Xi.json --stop-when w[0]>1`, "unknown name w", ""],
    [`${base} --data Xi.json --stop-when v[i]>1`, "leaves i free", "one component"],
    [`${base} --data Xi.json --checkpoint nowhere/kept.json`, "the folder of nowhere/kept.json", "create"],
    ["simulate implicit.yaml --until 1 --set N=2", "the adiabatic limit of h is not explicit", "--full"],
    ["simulate dual.yaml --until 1", "is of no form whose conjugate is known", "known: a"],
  ])("%s: %s", async (line, says, hint) => refused(line, new RegExp(says), new RegExp(hint)));

  test("before anything is written", async () => {
    await refused(`${base} --data Xi.json --set beta=-1 --save never.npz --plot never.svg`, "beta > 0");
    expect(existsSync(path("never.npz")) || existsSync(path("never.svg"))).toBe(false);
  });

  test("all that is wrong at once, not the first thing only", async () =>
    refused("simulate driven.yaml --until 1 --set M=2 --set K=3", /gives M.*\n.*\n.*gives K/));
});
