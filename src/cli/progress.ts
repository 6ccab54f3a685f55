/** Progress of a run comes in; a bar with the time left on stderr, or now and then a line where it is no terminal, goes out. */
import cliProgress from "cli-progress";
import type { Progress } from "../ode/index.js";

/** A run shorter than this shows no bar. */
const PATIENCE_MS = 1000;
/** Between two lines in a log. */
const LINE_MS = 30_000;

export function progressBar(): { update: (p: Progress) => void; stop: () => void } {
  return process.stderr.isTTY
    ? bar()
    : lines(
        (text) => process.stderr.write(text),
        () => performance.now(),
      );
}

function bar(): ReturnType<typeof progressBar> {
  const began = performance.now();
  let shown: cliProgress.SingleBar | undefined;
  const update = (p: Progress): void => {
    if (performance.now() - began < PATIENCE_MS) return;
    shown ??= startBar();
    shown.update(Math.floor(1000 * p.fraction), {
      t: p.t.toPrecision(5),
      until: p.until === Number.POSITIVE_INFINITY ? "a steady state" : p.until,
      steps: p.steps,
    });
  };
  return { update, stop: () => shown?.stop() };
}

function startBar(): cliProgress.SingleBar {
  const format = "{bar} {percentage}%  t = {t} of {until}, {steps} steps, {eta_formatted} left";
  const made = new cliProgress.SingleBar({
    format,
    stream: process.stderr,
    hideCursor: true,
    clearOnComplete: true,
  });
  made.start(1000, 0, { t: "0", until: "", steps: 0 });
  return made;
}

/** The time left is that at the pace so far; a resumed run counts its pace from where it went on. */
export function lines(write: (text: string) => void, clock: () => number): ReturnType<typeof progressBar> {
  const began = clock();
  let last = began;
  let from: number | undefined;
  const update = (p: Progress): void => {
    from ??= p.fraction;
    const now = clock();
    if (now - last < LINE_MS) return;
    last = now;
    const done = p.fraction - from;
    const left = done > 0 ? Math.round(((now - began) / 1000) * ((1 - p.fraction) / done)) : undefined;
    const rest = left === undefined ? "" : `, ${duration(left)} left`;
    write(
      `t = ${p.t.toPrecision(5)} of ${p.until} (${Math.floor(100 * p.fraction)}%), ${p.steps} steps${rest}\n`,
    );
  };
  return { update, stop: () => {} };
}

/** Seconds as 1h02m, 3m20s or 45s. */
function duration(seconds: number): string {
  const two = (n: number): string => String(n).padStart(2, "0");
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60];
  if (h > 0) return `${h}h${two(m)}m`;
  return m > 0 ? `${m}m${two(s)}s` : `${s}s`;
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
