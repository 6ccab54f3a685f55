/** Progress of a run comes in; a bar on stderr, for people and for long runs only, goes out. */
import cliProgress from "cli-progress";
import type { Progress } from "../ode/index.js";

/** A run shorter than this shows no bar. */
const PATIENCE_MS = 1000;

export function progressBar(): { update: (p: Progress) => void; stop: () => void } {
  const began = performance.now();
  let bar: cliProgress.SingleBar | undefined;
  const update = (p: Progress): void => {
    if (!process.stderr.isTTY || performance.now() - began < PATIENCE_MS) return;
    bar ??= startBar();
    bar.update(Math.floor(1000 * p.fraction), {
      t: p.t.toPrecision(5),
      until: p.until === Number.POSITIVE_INFINITY ? "a steady state" : p.until,
      steps: p.steps,
    });
  };
  return { update, stop: () => bar?.stop() };
}

function startBar(): cliProgress.SingleBar {
  const format = "{bar} {percentage}%  t = {t} of {until}, {steps} steps, {eta_formatted} left";
  const bar = new cliProgress.SingleBar({
    format,
    stream: process.stderr,
    hideCursor: true,
    clearOnComplete: true,
  });
  bar.start(1000, 0, { t: "0", until: "", steps: 0 });
  return bar;
}

/** The same for work that comes in pieces. */
export function countBar(unit: string): { update: (done: number, of: number) => void; stop: () => void } {
  const began = performance.now();
  let bar: cliProgress.SingleBar | undefined;
  const update = (done: number, of: number): void => {
    if (!process.stderr.isTTY || performance.now() - began < PATIENCE_MS) return;
    if (bar === undefined) {
      const format = `{bar} {percentage}%  {value} of {total} ${unit}, {eta_formatted} left`;
      bar = new cliProgress.SingleBar({
        format,
        stream: process.stderr,
        hideCursor: true,
        clearOnComplete: true,
      });
      bar.start(of, done);
    }
    bar.update(done);
  };
  return { update, stop: () => bar?.stop() };
}
