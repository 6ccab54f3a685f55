/** The built library as Node loads it: everything is there, errors are comparable, and the import alone loads next to nothing. */
import { spawnSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import * as library from "../../src/index.js";
import { build, root } from "./built.js";

beforeAll(build, 120_000);

/** What a program that imports the package by its name prints, as JSON. */
function printed(program: string): unknown {
  const args = ["--input-type=module", "--eval", `import * as legendre from "legendre";${program}`];
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
  expect(stderr).toBe("");
  return JSON.parse(stdout);
}

const door = (): string => readFileSync(join(root, "dist/node/index.js"), "utf8");

it("gives the values of src/index.ts", () => {
  const names = printed("console.log(JSON.stringify(Object.keys(legendre)))") as string[];
  expect(names.toSorted()).toEqual(Object.keys(library).toSorted());
});

it("a whole run", () => {
  const program = `
    const model = legendre.defineModel({
      legendre: 1,
      name: "pendulum",
      state: { x: {}, y: {} },
      dynamics: { x: "y", y: "-sin(x) - y" },
    });
    const theory = legendre.derive(model);
    const field = await legendre.compile(theory, { data: { x: 1, y: 0 } });
    const { status } = legendre.integrate(field, { until: 1 });
    console.log(JSON.stringify([status, legendre.verify(theory).verdict]));`;
  expect(printed(program)).toEqual(["finished", expect.stringMatching(/proved|undecided|refuted/)]);
});

it("what is thrown by any part is the LegendreError of the door", () => {
  const program = `
    try {
      legendre.parseModel("legendre: 1");
    } catch (error) {
      console.log(error instanceof legendre.LegendreError);
    }`;
  expect(printed(program)).toBe(true);
});

it("the import alone loads a door of a few kilobytes", () => {
  const files = [...door().matchAll(/(?:from|import)\s*"(\.\/[^"]+)"/g)].map(([, file]) => file!);
  const size = files.reduce((sum, file) => sum + statSync(join(root, "dist/node", file)).size, door().length);
  expect(size).toBeLessThan(10_000);
  expect(files).not.toContain("./core.js");
});

it("comes with the licences of the packages inside", () => {
  const text = readFileSync(join(root, "dist/node/LICENCES.txt"), "utf8");
  for (const name of ["yaml", "decimal.js", "pure-rand", "commander"]) expect(text).toContain(`${name}\n\n`);
});
