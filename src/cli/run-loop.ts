/** A run that has begun comes in; it goes on piece by piece, with checkpoints and Ctrl-C between pieces, and goes out ended. */
import type { Run, Snapshot } from "../ode/index.js";
import type { Simulation } from "../simulation/index.js";

/** Milliseconds between two looks at signals and at the clock. */
const PIECE = 50;

/** Exit statuses of a run that a signal ended: those of a shell. */
const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;

export interface Checkpoints {
  /** Seconds of wall time. */
  readonly every: number;
  readonly write: (snapshot: Snapshot) => void;
}

/** Set by a signal; the run asks before every step. */
export class Interruption {
  exitStatus: number | undefined;
  private readonly stops: (() => void)[] = [];

  /** A second signal of the kind ends the process as it would without us. */
  listen(): void {
    for (const [signal, status] of Object.entries(SIGNALS)) {
      const note = (): void => {
        this.exitStatus = status;
      };
      process.once(signal, note);
      this.stops.push(() => process.removeListener(signal, note));
    }
  }

  stop(): void {
    for (const stop of this.stops) stop();
  }
}

const pause = (): Promise<void> => new Promise((done) => setImmediate(done));

/** The ended run. A checkpoint is written whenever it is time, and when a signal ends the run. */
export async function finish(
  simulation: Simulation,
  interruption: Interruption,
  checkpoints: Checkpoints | undefined,
): Promise<Run> {
  interruption.listen();
  const every = 1000 * (checkpoints?.every ?? Number.POSITIVE_INFINITY);
  const piece = Math.min(PIECE, every);
  let last = performance.now();
  try {
    for (;;) {
      const run = simulation.advance(piece);
      if (run !== undefined) return run;
      await pause();
      const due = performance.now() - last >= every;
      if (!due && interruption.exitStatus === undefined) continue;
      checkpoints?.write(simulation.save());
      last = performance.now();
    }
  } finally {
    interruption.stop();
  }
}
