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
      "bounded-trajectories",
      "convergence",
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

  test("check refuses what is no certificate", async () => {
    writeFileSync(path("no.json"), "[1, 2");
    expect(await legendre("check no.json")).toMatchObject({ status: 2, stdout: "" });
    expect(await legendre("check missing.json")).toMatchObject({ status: 2, stdout: "" });
    writeFileSync(path("other.json"), '{"format":"something else"}');
    expect((await legendre("check other.json")).status).toBe(1);
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
