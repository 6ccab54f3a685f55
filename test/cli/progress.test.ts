/** Lines of progress in a log: how often, and how much time is left. */
import { expect, test } from "vitest";
import { lines } from "../../src/cli/progress.js";

/** A run at constant pace, asked every `tick` milliseconds, from a fraction on. */
function log(seconds: number, from = 0): string[] {
  let [now, written] = [0, [] as string[]];
  const { update } = lines(
    (text) => written.push(text),
    () => now,
  );
  for (now = 0; now <= 1000 * seconds; now += 100) {
    const fraction = from + ((1 - from) * now) / (1000 * seconds);
    update({ t: 200 * fraction, until: 200, steps: now, fraction });
  }
  return written;
}

test("a short run writes nothing", () => expect(log(29)).toEqual([]));

test("a line every half minute, with the time that is left", () => {
  expect(log(100)).toEqual([
    "t = 60.000 of 200 (30%), 30000 steps, 1m10s left\n",
    "t = 120.00 of 200 (60%), 60000 steps, 40s left\n",
    "t = 180.00 of 200 (90%), 90000 steps, 10s left\n",
  ]);
  expect(log(10_000)[0]).toMatch(/2h46m left/);
});

test("a resumed run is judged by its pace since", () => {
  expect(log(100, 0.5)[0]).toBe("t = 130.00 of 200 (65%), 30000 steps, 1m10s left\n");
});
