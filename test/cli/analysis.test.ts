/** `fixed-points`, `spectrum` and `storage` from the command line: documents, texts, pictures, and wrong arguments. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { json, legendre, path, refused, useWorkplace } from "./workplace.js";

useWorkplace();

const HEBB = `legendre: 1
name: hebb
indices: { i: N_v, mu: N_h }
parameters: { Xi: { over: [mu, i], default: { random: rademacher } } }
layers: { v: { over: [i], lagrangian: "sum(i, logcosh(4*v[i]))/4", activation: g } }
generating: { of: v, function: "sum(mu, sum(i, Xi[mu,i]*g[i])^2)/(2*N_h)" }
`;

beforeAll(() => {
  writeFileSync(path("hebb.yaml"), HEBB);
  writeFileSync(
    path("starts.json"),
    JSON.stringify({
      v: [
        [1, 1, 1, 1, -1, -1],
        [9, 0, 0, 0, 0, 0],
      ],
    }),
  );
});

describe.concurrent("legendre fixed-points", () => {
  test("prints each point with residual, spectrum, hyperbolic and stable", async () => {
    const found = await json(
      "fixed-points memory.yaml --data Xi.json --set beta=2 --initial starts.json --starts 8",
    );
    expect(Object.keys(found)).toEqual(["model", "fixedPoints", "starts", "seed", "unknowns", "notes"]);
    const points = found.fixedPoints as Record<string, unknown>[];
    const stable = points.filter((p) => p.stable === true);
    expect(stable).toHaveLength(2);
    for (const p of stable) {
      expect(p).toMatchObject({ kind: "stable", hyperbolic: true, isolated: true, spectrumExtent: "all" });
      expect((p.spectrum as object[]).length).toBe(6);
      expect(p.residual).toBeLessThan(1e-12);
      expect(Object.keys(p.outputs as object)).toEqual(["h"]);
    }
    expect(points.flatMap((p) => p.patterns)).toHaveLength(2);
    expect(points.flatMap((p) => p.given)).toHaveLength(2);
    expect(found.starts).toMatchObject({ given: 2, patterns: 2, random: 8 });
  });

  test("reads as a table", async () => {
    const { stdout, status } = await legendre(
      "fixed-points memory.yaml --data Xi.json --set beta=2 --starts 8",
    );
    expect(status).toBe(0);
    expect(stdout).toMatch(/^memory: \d+ fixed points from 11 starts \(8 random, seed 0\)/);
    expect(stdout).toMatch(/kind +unstable +hyperbolic +margin/);
    expect(stdout).toMatch(/ stable +0 +yes +0\.9999 ± /);
  });

  test("keeps fast layers with --full, and names flat directions", async () => {
    const found = await json("fixed-points memory.yaml --data Xi.json --set tau_h=0.1 --full --starts 2");
    expect(found.unknowns).toBe(8);
    expect(found.flatDirections).toMatchObject([{ layer: "h", direction: "1" }]);
  });

  test.each<[string, ...(string | RegExp)[]]>([
    ["fixed-points memory.yaml", "Xi", "--data FILE"],
    ["fixed-points memory.yaml --data Xi.json --starts -1", "expected an integer, 0 or more"],
    ["fixed-points memory.yaml --data Xi.json --spread 0", "expected a number above 0"],
    ["fixed-points memory.yaml --data Xi.json --initial short.json", "expected (6), or several of them"],
    ["fixed-points memory.yaml --data missing.json", "missing.json"],
    ["fixed-points nowhere.yaml", "neither a file nor a model"],
    ["fixed-points", "missing required argument"],
  ])("refuses %s", (line, ...says) => refused(line, ...says));
});

describe.concurrent("legendre spectrum", () => {
  test("prints eigenvalues, edges and the distance from 1, with and without self-interaction", async () => {
    const found = await json("spectrum hebb.yaml --set N_v=30 --set N_h=3 --starts 3");
    expect(found).toMatchObject({
      layer: "v",
      size: 30,
      zeros: 27,
      positiveSemidefinite: true,
      memories: { count: 3, alpha: 0.1 },
      marchenkoPastur: { alpha: 0.1, oneInSupport: false, atom: { at: 0, mass: 0.9 } },
      selfInteraction: {
        inModel: true,
        without: { positiveSemidefinite: false },
        diagonal: { least: 1, largest: 1 },
      },
    });
    expect(found.eigenvalues).toHaveLength(30);
    expect(found.distanceFromOne).toBe(1);
    const { fixedPoints, energyDifference } = found.selfInteraction as Record<string, object>;
    expect(fixedPoints).toMatchObject({
      with: { atPatterns: { kept: 3 } },
      without: { atPatterns: { kept: 3 } },
    });
    expect(energyDifference).toHaveProperty("text");
  });

  test("draws both spectra", async () => {
    const { stdout, status } = await legendre(
      "spectrum hebb.yaml --set N_v=30 --set N_h=12 --starts 0 --plot s.svg",
    );
    expect(status).toBe(0);
    expect(stdout).toMatch(/Marchenko–Pastur edges/);
    const svg = readFileSync(path("s.svg"), "utf8");
    expect(svg).toMatch(/eigenvalues of J without its diagonal/);
    expect(svg.match(/mark-rect/g)!.length).toBeGreaterThanOrEqual(2);
    expect(svg).not.toMatch(/NaN|undefined/);
  });

  test.each<[string, ...(string | RegExp)[]]>([
    ["spectrum hebb.yaml", /dimension N_v has no value/, "--set N_v=NUMBER"],
    ["spectrum growing.yaml", "given by states", "legendre fixed-points"],
    ["spectrum hebb.yaml --set N_v=3 --set N_h=2 --layer w", "w is no slow layer", "--layer: v"],
    ["spectrum hebb.yaml --set N_v=3 --set N_h=2 --plot s.pdf", "the ending says the format"],
    ["spectrum hebb.yaml --set N_v=3 --set N_h=2 --plot no/s.svg", "does not exist"],
  ])("refuses %s", (line, ...says) => refused(line, ...says));
});

describe.concurrent("legendre storage", () => {
  test("prints one row a size and load, with capacities", async () => {
    const line =
      "storage hebb.yaml --sizes 20,40 --loads 0.05:0.1:0.05 --repetitions 2 --probes 2 --noise 0.1";
    const found = await json(line);
    expect((found.rows as object[]).map((r) => (r as { memories: number }).memories)).toEqual([1, 2, 2, 4]);
    expect(found).toMatchObject({
      memory: "Xi",
      seed: 0,
      settings: { repetitions: 2, probes: 2, noise: 0.1 },
    });
    expect(await json(line)).toEqual(found);
  });

  test("draws overlap and rate", async () => {
    const { status } = await legendre(
      "storage hebb.yaml --sizes 20 --counts 1,8 --repetitions 2 --mark 4 --plot c.svg",
    );
    expect(status).toBe(0);
    expect(existsSync(path("c.svg"))).toBe(true);
    expect(readFileSync(path("c.svg"), "utf8")).toMatch(/overlap with the memory/);
  });

  test.each<[string, ...(string | RegExp)[]]>([
    ["storage hebb.yaml --sizes 20", "no loads are given", "--loads 0.05"],
    ["storage hebb.yaml --sizes 20 --loads 0.1 --counts 3", "both --loads and --counts"],
    ["storage hebb.yaml --loads 0.1", "required option '--sizes <list>'"],
    ["storage hebb.yaml --sizes 20 --loads 0.1:0.2", "FROM:TO:STEP"],
    ["storage hebb.yaml --sizes 20 --loads a", "expected a number"],
    ["storage hebb.yaml --sizes 20 --loads 0:1:1e-9", "at most 1000 values"],
    ["storage hebb.yaml --sizes 20.5 --loads 0.1", "positive integers"],
    ["storage hebb.yaml --sizes 20 --loads 0.1 --noise 2", "the noise is 2"],
    [
      "storage hebb.yaml --sizes 20 --loads 0.1 --memory Yi",
      "Yi is no parameter of memories",
      "--memory: Xi",
    ],
    ["storage growing.yaml --sizes 20 --loads 0.1", "no parameter of memories"],
  ])("refuses %s", (line, ...says) => refused(line, ...says));
});
