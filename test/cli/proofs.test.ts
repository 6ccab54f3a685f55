/** `legendre verify`, `convexity` and `check` of the built program: verdicts, certificates, exit statuses. */
import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { legendre, path, useWorkplace } from "./workplace.js";

useWorkplace();

describe.concurrent("legendre verify", () => {
  test("proves descent, writes a certificate, and check accepts it", async () => {
    const { status, stdout } = await legendre("verify memory.yaml --json --certificate proof.json");
    expect(status).toBe(0);
    const document = JSON.parse(stdout) as {
      verdict: string;
      obligations: { name: string; verdict: string }[];
      dEdt: object;
    };
    expect(document.verdict).toBe("proved");
    expect(document.obligations.map((o) => o.name)).toEqual([
      "potential",
      "convexity:v",
      "time-constants:v",
      "descent",
      "bounded-below",
      "strictness",
    ]);
    expect(document.dEdt).toHaveProperty("latex");
    expect(await legendre("check proof.json")).toMatchObject({ status: 0, stdout: "accepted\n" });
  });

  test("check rejects a changed certificate, and says why", async () => {
    await legendre("verify memory.yaml --certificate honest.json");
    writeFileSync(
      path("changed.json"),
      readFileSync(path("honest.json"), "utf8").replace("v[i]^2", "v[i]^3"),
    );
    const { status, stdout } = await legendre("check changed.json --json");
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toEqual({ accepted: false, reason: expect.any(String) });
  });
});

describe.concurrent("legendre check refuses what is no certificate at all:", () => {
  const certificate = '{"format":"legendre-certificate/1"';
  test.each<[string, string, string | Uint8Array | undefined, string]>([
    ["a missing file", "missing.json", undefined, "there is no file missing.json"],
    ["a folder", ".", undefined, ". is a folder"],
    ["an empty file", "empty.json", "", "empty.json is empty"],
    ["blanks", "blank.json", " \n\n", "blank.json is empty"],
    ["a file cut short", "cut.json", certificate, "cut.json is not JSON: "],
    ["a model", "model.txt", "legendre: 1\nname: memory\n", "model.txt is not JSON: "],
    ["terminal control", "bell.json", "\u001b[31m\u0007", "bell.json is not JSON: "],
    ["a list", "list.json", "[1, 2]", "list.json holds no JSON object"],
    ["null", "null.json", "null", "null.json holds no JSON object"],
    ["a list of lists of lists …", "deep.json", "[".repeat(200_000) + "]".repeat(200_000), "deep.json "],
    ["text that is not UTF-8", "latin.json", Uint8Array.of(0x7b, 0x22, 0xe9), "latin.json is not UTF-8 text"],
    ["a long file", "long.json", new Uint8Array(65 * 2 ** 20).fill(0x20), "long.json has more than 64 MB"],
    ["a file without an end", "/dev/zero", undefined, "/dev/zero has more than 64 MB"],
  ])("%s", async (_, file, content, says) => {
    if (content !== undefined) writeFileSync(path(file), content);
    const { status, stdout, stderr } = await legendre(`check ${file} --json`);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain(says);
    expect(stderr).toContain("--certificate FILE");
    expect(stderr.trimEnd()).not.toMatch(/[^\P{Cc}\n]/u);
  });

  test("empty standard input", async () => {
    const { status, stderr } = await legendre("check -", "\n");
    expect(status).toBe(2);
    expect(stderr).toContain("standard input is empty");
  });
});

describe.concurrent("legendre check rejects a certificate with a sentence:", () => {
  test.each<[string, object, RegExp]>([
    [
      "of another version",
      { format: "legendre-certificate/2", subject: "expression" },
      /^rejected: the format is legendre-certificate\/2, and this checker reads legendre-certificate\/1$/,
    ],
    ["of no version", { subject: "expression" }, /^rejected: there is no format; this checker reads/],
    ["of a format with terminal control", { format: "\u001b[31m" }, /^rejected: the format is {2}\[31m, and/],
    ["of an unknown subject", { format: "legendre-certificate/1", subject: "proof" }, /unknown subject/],
    ["without fields", { format: "legendre-certificate/1", subject: "model" }, /has no digest/],
  ])("%s", async (name, value, says) => {
    const { status, stdout } = await legendre("check -", JSON.stringify(value));
    expect({ name, status }).toEqual({ name, status: 1 });
    expect(stdout.trimEnd()).toMatch(says);
  });

  test("as JSON, from a file with a byte order mark", async () => {
    writeFileSync(path("marked.json"), '\uFEFF{"format":"legendre-certificate/2"}');
    const { status, stdout } = await legendre("check marked.json --json");
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toEqual({ accepted: false, reason: expect.stringContaining("/2, and this") });
  });
});

describe.concurrent("legendre convexity", () => {
  test.each([
    ["x^2/2-log(cosh(x)) --over x", 0, "convex", "proved"],
    ["-x*log(x) --over x --where x>0", 1, "concave", "refuted"],
    ["x^4-x^2 --over x", 1, "neither", "refuted"],
    ["2*x+1 --over x", 0, "affine", "proved"],
    ["sum(i,x[i]^2)/4-logsumexp(i,x[i]) --over x[i] --index i:N", 0, "convex", "proved"],
  ])("%s", async (line, status, curvature, verdict) => {
    const outcome = await legendre(`convexity ${line} --json`);
    expect(outcome.status).toBe(status);
    expect(JSON.parse(outcome.stdout)).toMatchObject({ curvature, verdict });
  });

  test("a certificate of convexity is accepted", async () => {
    await legendre("convexity exp(x)+x^4 --over x --certificate convex.json");
    expect(await legendre("check convex.json")).toMatchObject({ status: 0, stdout: "accepted\n" });
  });

  test("an expression that does not parse is refused with its place", async () => {
    const { status, stderr } = await legendre("convexity 2x --over x");
    expect(status).toBe(2);
    expect(stderr).toContain("*");
  });
});
