/** Long runs of the built program: killed at random moments and resumed, interrupted by signals, refused for another run. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync, statSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { readArrays } from "../../src/arrays/index.js";
import { uniformStream } from "../../src/simulation/index.js";
import { cli } from "./built.js";
import { folder, legendre, path, refused, useWorkplace } from "./workplace.js";

useWorkplace();

/** Noise, switching inputs and samples: about a second and a half on an idle machine. */
const RUN = "simulate walk.yaml --set N=20 --until 12000 --dt 0.02 --every 500 --json";
const MEMORY = "simulate memory.yaml --data Xi.json --initial cue.json --json";

interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<{ status: number | null; signal: string | null; stdout: string }>;
}

function start(line: string): Started {
  const child = spawn(process.execPath, [cli, ...line.split(" ")], { cwd: folder });
  let stdout = "";
  child.stdout.on("data", (chunk) => {
    stdout += String(chunk);
  });
  const ended = new Promise<Awaited<Started["ended"]>>((done) =>
    child.on("close", (status, signal) => done({ status, signal, stdout })),
  );
  return { child, ended };
}

const changed = (file: string): number => (existsSync(file) ? statSync(file).mtimeMs : 0);

/** Until the run has written a new checkpoint, or has ended. */
async function checkpointed(run: Started, file: string): Promise<void> {
  const before = changed(file);
  while (changed(file) === before && run.child.exitCode === null) await pause(5);
}

const numbers = (stdout: string): object => {
  const { wallSeconds: _, ...rest } = JSON.parse(stdout) as Record<string, unknown>;
  return rest;
};

describe("a run that is killed", () => {
  test("and resumed, several times at random moments, makes the same bits", {
    timeout: 240_000,
  }, async () => {
    const whole = await legendre(`${RUN} --save whole.npz`);
    const uniform = uniformStream(7, "kill");
    const kept = "--checkpoint kept.json --checkpoint-every 0.05";
    let kills = 0;
    let resume = "";
    for (let round = 0; round < 5; round++) {
      const run = start(`${RUN} --save pieces.npz ${kept}${resume}`);
      await checkpointed(run, path("kept.json"));
      await pause(120 * uniform());
      run.child.kill("SIGKILL");
      if ((await run.ended).signal === "SIGKILL") kills++;
      expect(existsSync(path("pieces.npz"))).toBe(false);
      resume = " --resume kept.json";
    }
    expect(kills).toBeGreaterThan(2);
    const last = await start(`${RUN} --save pieces.npz ${kept}${resume}`).ended;
    expect(last.status).toBe(0);
    expect(numbers(last.stdout)).toEqual(numbers(whole.stdout));
    expect(readFileSync(path("pieces.npz")).equals(readFileSync(path("whole.npz")))).toBe(true);
  });
});

describe("Ctrl-C", () => {
  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)(
    "%s leaves a valid partial result, exit status %i, and a checkpoint",
    { timeout: 120_000 },
    async (signal, status) => {
      for (const file of ["part.npz", "stopped.json"]) rmSync(path(file), { force: true });
      const line = `${RUN.replace("12000", "1e6")} --save part.npz --checkpoint stopped.json --checkpoint-every 0.05`;
      const run = start(line);
      await checkpointed(run, path("stopped.json"));
      await pause(100);
      run.child.kill(signal);
      const ended = await run.ended;
      expect(ended.status).toBe(status);
      const document = JSON.parse(ended.stdout) as { status: string; t: number; energy: { end: number } };
      expect(document.status).toBe("interrupted");
      expect(document.t).toBeGreaterThan(0);
      const saved = readArrays(path("part.npz"));
      if (!saved.ok) throw new Error(saved.error.message);
      const t = saved.value.get("t")!.data;
      expect(t.at(-1)!).toBeLessThanOrEqual(document.t);
      expect(t.at(-1)!).toBeGreaterThan(document.t - 500);
      expect(saved.value.get("x")!.shape).toEqual([t.length, 20]);
      // The checkpoint is the interrupted state itself.
      const again = start(`${line} --resume stopped.json`);
      await checkpointed(again, path("stopped.json"));
      again.child.kill("SIGKILL");
      expect((await again.ended).signal).toBe("SIGKILL");
    },
  );
});

describe("a checkpoint of another run is refused", () => {
  test("with what differs", { timeout: 60_000 }, async () => {
    const run = start(`${RUN.replace("12000", "1e6")} --checkpoint other.json --checkpoint-every 0.05`);
    await checkpointed(run, path("other.json"));
    run.child.kill("SIGKILL");
    await run.ended;
    const line = `${RUN.replace("12000", "1e6")} --resume other.json`;
    await refused(
      line.replace("N=20", "N=21"),
      "dimension N was 20 and is 21",
      "the initial state of x differs",
    );
    await refused(`${line} --set T=1/2`, "the value of T was 0.4 and is 0.5");
    await refused(`${line} --seed 1`, "--seed was 0 and is 1");
    await refused(line.replace("0.02", "0.01"), "--dt was 0.02 and is 0.01");
    await refused(line.replace("walk", "walk2"), "the model differs");
    await refused(`${MEMORY} --until 1 --resume other.json`, "is of another run");
    await refused(`${line.replace("other", "none")}`, "none.json does not exist", "--checkpoint FILE");
    await refused(`${line.replace("other.json", "walk.yaml")}`, "is not a whole checkpoint");
  });
});
