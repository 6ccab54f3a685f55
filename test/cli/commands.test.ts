/** Every command of the built program, with right arguments and with wrong ones. */
import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { cli } from "./built.js";
import { folder, json, legendre, refused, useWorkplace } from "./workplace.js";

useWorkplace();

describe.concurrent("legendre", () => {
  test("without arguments explains itself", async () => {
    const { status, stderr } = await legendre("");
    expect(status).toBe(2);
    expect(stderr).toMatch(/Usage: legendre .*derive.*simulate.*catalog/s);
  });

  test.each(["--help", "help", "derive --help", "help derive", "simulate --help", "catalog --help"])(
    "%s goes to stdout",
    async (line) => {
      const { status, stdout, stderr } = await legendre(line);
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
      expect(stdout).toMatch(/^Usage: legendre/);
    },
  );

  test("--version is that of the package", async () => {
    const { stdout } = await legendre("--version");
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test.each([
    ["deriv x", "unknown command 'deriv'", "derive"],
    ["derive", "missing required argument 'model'", "legendre derive --help"],
    ["derive a b", "too many arguments", "legendre derive --help"],
    ["derive memory.yaml --jsn", "unknown option '--jsn'", "--json"],
    ["derive memory.yaml --format html", "Allowed choices are text, markdown", "legendre derive --help"],
    ["simulate memory.yaml", "simulate needs --until", "--until steady"],
    ["simulate memory.yaml --until 1 --methd euler", "unknown option '--methd'", "--method"],
    ["catalog x", "too many arguments", "legendre catalog --help"],
  ])("%s is refused with a way on", async (line, says, hint) => refused(line, says, hint));
});

describe.concurrent("legendre derive", () => {
  test("prints every step with its reason", async () => {
    const { status, stdout, stderr } = await legendre("derive memory.yaml");
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toMatch(/^memory \(Krotov & Hopfield, arXiv 2008\.06996\)\n/);
    for (const title of ["Activation of v", "Hessian of h", "Energy", "Dynamics", "Stationary h"])
      expect(stdout).toContain(`\n\n${title}\n  `);
    expect(stdout).toContain("    f[mu] = softmax(nu, beta*h[nu])[mu]\n");
  });

  test("--format markdown has a title, sections and LaTeX", async () => {
    const { stdout } = await legendre("derive memory.yaml --format markdown");
    expect(stdout).toMatch(/^# memory\n\nSource: Krotov/);
    expect(stdout).toMatch(/\n## 1\. Activation of v\n/);
    expect(stdout.match(/^\$\$.+\$\$$/gm)?.length).toBeGreaterThan(10);
  });

  test("--json is one document with the keys that users rely on", async () => {
    const document = await json("derive memory.yaml");
    expect(Object.keys(document)).toEqual(
      expect.arrayContaining(["model", "layers", "energy", "dynamics", "limits", "steps", "dEdt", "indices"]),
    );
    const { layers, limits } = document as { layers: Record<string, object>; limits: object[] };
    expect(layers.h).toHaveProperty("activation.text", "softmax(nu, beta*h[nu])[mu]");
    for (const key of ["activation", "hessian", "energy"]) expect(layers.v).toHaveProperty(`${key}.latex`);
    expect(limits).toMatchObject([{ fast: "h", explicit: true, energy: { text: expect.any(String) } }]);
  });

  test("reads JSON models", async () => {
    expect(await json("derive memory.json")).toMatchObject({ model: "json-model" });
  });

  test("reads standard input", async () => {
    const text = "legendre: 1\nname: piped\nenergy: x^2\nstate: { x: {} }\n";
    const { status, stdout } = await legendre("derive -", text);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^piped\n/);
  });

  test("names the place of an error in standard input", async () => {
    const { status, stderr } = await legendre("derive -", "legendre: 1\nlayers: 3\n");
    expect(status).toBe(2);
    expect(stderr).toMatch(/^standard input:2:9: /);
  });

  test.each([
    ["nowhere.yaml", "nowhere.yaml is neither a file nor a model of the catalog", "legendre catalog"],
    [".", "is neither a file nor a model of the catalog", "legendre catalog"],
    ["krotov-hopfield-2020-two-layr/b", "neither a file", "did you mean krotov-hopfield-2020-two-layer/b?"],
    ["typo.yaml", "typo.yaml:10:\\d+: unknown name betta", "did you mean beta?"],
    ["bad.yaml", "bad.yaml:2:\\d+: this is not valid YAML", "double quotes"],
    ["two.yaml", "two.yaml:5:\\d+: unknown name w", "declare it"],
    [
      "two.yaml",
      "two.yaml:5:\\d+: found v, a state; a synapse is a function of activations",
      "write g\\[i\\]",
    ],
    ["key.yaml", "key.yaml:5:1: the model has no key fastt", "did you mean fast?"],
    ["Xi.json", "Xi.json:1:1: the model has no legendre", "legendre: 1"],
    ["dual.yaml", "dual.yaml:4:\\d+: the dual energy of layer v is not conjugated", "known: a"],
  ])("%s: %s", async (model, says, hint) =>
    refused(`derive ${model}`, new RegExp(says), new RegExp(hint.replaceAll("?", "\\?"))),
  );

  test("an error is on stderr with --json too, and stdout stays empty", async () =>
    refused("derive typo.yaml --json", "unknown name betta"));
});

describe.concurrent("legendre catalog", () => {
  test("lists names that derive understands", async () => {
    const { status, stdout } = await legendre("catalog");
    expect(status).toBe(0);
    const names = stdout.split("\n").filter((l) => l !== "" && !l.startsWith(" "));
    expect(names).toContain("krotov-hopfield-2020-two-layer/b");
    expect((await legendre(`derive ${names[0]}`)).status).toBe(0);
  });

  test("--json gives name, reference and path of each", async () => {
    const { stdout } = await legendre("catalog --json");
    const entries = JSON.parse(stdout) as Record<string, string>[];
    for (const e of entries)
      expect(e).toMatchObject({ name: expect.stringMatching(/^\w/), reference: expect.stringMatching(/\S/) });
    expect(new Set(entries.map((e) => e.name)).size).toBe(entries.length);
  });
});

test.skipIf(process.platform === "win32")("a reader that closes the pipe early is no failure", () => {
  const command = `"${process.execPath}" "${cli}" derive krotov-hopfield-2020-two-layer/b --json | head -n 1; echo "\${PIPESTATUS[0]}"`;
  const { stdout, stderr } = spawnSync("bash", ["-c", command], { cwd: folder, encoding: "utf8" });
  expect({ stdout, stderr }).toEqual({ stdout: "{\n0\n", stderr: "" });
});
