/** Certificates come in; their theorems and proofs are pinned, and the LaTeX documents compile where LaTeX is installed. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { explain, proveConvexity, readQuestion } from "../../../src/certificate/index.js";
import { explainVerification } from "../../../src/front/verify.js";
import { defineModel, derive, verify } from "../../../src/index.js";

const sources = parse(readFileSync(new URL("../../parser/models.yaml", import.meta.url), "utf8")) as Record<
  string,
  object
>;

const verified = (name: string): ReturnType<typeof verify> =>
  verify(derive(defineModel({ legendre: 1, name, ...sources[name] } as never)));

function convexity(expression: string, over: readonly string[], where: readonly string[] = []): string {
  const question = readQuestion({ expression, over, where });
  if (!question.ok) throw new Error(JSON.stringify(question.errors));
  const outcome = proveConvexity(question.value);
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.errors));
  return explain(outcome.value.certificate!, "markdown");
}

describe("the text of a proof", () => {
  test("of the energy of attention and a logsumexp", () => {
    expect(convexity("sum(i, x[i]^2)/4 - logsumexp(i, x[i])", ["x[i]"])).toBe(
      [
        "**Theorem.** The function below is convex in $x_i$, for every $N_i$.",
        "$$\ne = \\tfrac{1}{4} \\sum_i x_i^2 - \\log\\sum_i e^{x_i}\n$$",
        "**Proof.** The Hessian form of log-sum-exp is a variance under softmax weights, at most $\\frac14(\\max_i d_i - \\min_i d_i)^2 \\le \\frac12|d|^2$ (Popoviciu); the quadratic terms outweigh it.",
        "∎\n",
      ].join("\n\n"),
    );
  });

  test("of a refutation names the point and the direction", () => {
    const text = convexity("x^4 - x^2", ["x"]);
    expect(text).toContain("**Proposition.** The function below is not convex in $x$.");
    expect(text).toContain("with $x = 0$, along $d_{x} = ");
  });

  test("of a gradient flow states flow, condition and the form of dE/dt", () => {
    const text = explainVerification(verified("kuramoto"), "markdown");
    expect(text).toContain("**Theorem.** The energy below does not increase along any solution of the flow");
    expect(text).toContain("where $C_{ij} = C_{ji}$, for every $N$.");
    expect(text).toContain("\\mathrm{d}E/\\mathrm{d}t = -\\sum w\\,(\\partial E/\\partial x)^2");
    expect(text).not.toContain("kinks");
    expect(explainVerification(verified("eqprop"), "markdown")).toContain("At kinks the chain rule");
  });

  test("of what is undecided has no theorem", () => {
    const text = explainVerification(verified("oja"), "markdown");
    expect(text).toContain("**Undecided.**");
    expect(text).not.toMatch(/Theorem|Proof/);
  });

  test("of discrete states speaks of updates and shows the two states", () => {
    expect(explainVerification(verified("hopfield-1982"), "markdown")).toContain(
      "**Theorem.** No update raises the energy.",
    );
    const model = { ...sources["hopfield-1982"], update: { order: "synchronous" } };
    const text = explainVerification(
      verify(derive(defineModel({ legendre: 1, name: "m", ...model } as never))),
      "markdown",
    );
    expect(text).toContain("**Proposition.** An update can raise the energy.");
    expect(text).toMatch(/At N = 3, J = \[\[.*\], s = \[.*\]; then s = \[/);
  });

  test("reads names, not their letters in typewriter", () => {
    for (const name of ["kh-a", "kh-b", "layernorm", "lotito-live", "general", "predictive-coding"])
      expect([name, explainVerification(verified(name), "latex")]).not.toEqual([
        name,
        expect.stringContaining("\\texttt"),
      ]);
  });
});

const latex = spawnSync("pdflatex", ["--version"]).status === 0;
if (!latex) console.log("skipped: pdflatex is not installed, LaTeX documents are not compiled");

describe.skipIf(!latex)("LaTeX documents", () => {
  test.each(["kh-b", "cohen-grossberg", "general", "oja"])("%s compiles", (name) => {
    const folder = mkdtempSync(join(tmpdir(), "legendre-"));
    try {
      writeFileSync(join(folder, "proof.tex"), explainVerification(verified(name), "latex"));
      const run = spawnSync("pdflatex", ["-interaction=nonstopmode", "-halt-on-error", "proof.tex"], {
        cwd: folder,
        encoding: "utf8",
      });
      expect(run.stdout.split("\n").filter((line) => line.startsWith("!"))).toEqual([]);
      expect(run.status).toBe(0);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
