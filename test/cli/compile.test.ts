/** `legendre compile` as a person meets it: what it writes, what it prints, and what it refuses. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { build, legendre } from "./built.js";

const cwd = mkdtempSync(join(tmpdir(), "legendre-compile-"));
beforeAll(build, 120_000);
afterAll(() => rmSync(cwd, { recursive: true }));

const compile = (...args: string[]) =>
  legendre(["compile", "krotov-hopfield-2020-two-layer/b", "--set", "N_v=3", "--set", "N_h=2", ...args], cwd);

it("prints files, entry points, shapes and metadata", async () => {
  const { status, stdout } = await compile("--target", "js", "--out", "js", "--json");
  expect(status).toBe(0);
  const document = JSON.parse(stdout);
  expect(document.entryPoints).toEqual(["rhs", "energy", "activations", "outputs", "jvp"]);
  expect(document.shapes).toMatchObject({ v: [3], Xi: [2, 3] });
  expect(document.metadata.descent.proved).toBe(true);
  expect(readdirSync(join(cwd, "js")).sort()).toEqual([
    "example-data.json",
    "example.js",
    "field.d.ts",
    "field.js",
    "metadata.json",
  ]);
});

it("explains passes and costs on stderr", async () => {
  const { stderr } = await compile("--target", "c", "--out", "c", "--explain");
  expect(stderr).toMatch(/^passes: plan, schedule/m);
  expect(stderr).toMatch(/^rhs: \d+ flops, \d+ calls, \d+ bytes read and written; predicted bottleneck: /m);
});

it("overwrites its own files, and those of others only with --force", async () => {
  expect((await compile("--target", "js", "--out", "js")).status).toBe(0);
  const theirs = mkdtempSync(join(cwd, "theirs-"));
  writeFileSync(join(theirs, "field.py"), "precious");
  const refused = await compile("--target", "numpy", "--out", theirs);
  expect(refused.status).toBe(2);
  expect(refused.stderr).toContain("legendre did not write it");
  expect((await compile("--target", "numpy", "--out", theirs, "--force")).status).toBe(0);
});

it("refuses unknown targets, a file as folder, and dimensions without a value", async () => {
  expect((await compile("--target", "fortran", "--out", "x")).status).toBe(2);
  writeFileSync(join(cwd, "file"), "");
  expect((await compile("--target", "c", "--out", "file")).stderr).toContain("is a file");
  const open = await legendre(
    ["compile", "krotov-hopfield-2020-two-layer/b", "--target", "c", "--out", "y"],
    cwd,
  );
  expect(open.status).toBe(2);
});
