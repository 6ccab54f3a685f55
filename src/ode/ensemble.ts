/**
 * A field and many initial states come in; a run of each goes out.
 *
 * Where the field can, several members take their steps at once. Each keeps a step length, an error and an end of its
 * own, so its run is the one that it would have alone: a member that has finished leaves its place to the next one, and
 * no member waits for the step of another.
 */

import { type Choice, choose } from "./choose.js";
import type { Field } from "./field.js";
import { type Assembled, assemble, integrate, refused } from "./integrate.js";
import type { Ending } from "./loop.js";
import { type MemberStepper, Together } from "./methods/member-kernel.js";
import { type IntegrateOptions, refusal, tolerancesOf } from "./options.js";
import type { Run } from "./run.js";

/** Breakpoints act on what all members share, so a field whose inputs switch is integrated member by member. */
export interface EnsembleOptions extends Omit<IntegrateOptions, "initial" | "onProgress" | "breakpoints"> {
  /** States at t0, each of length `field.size`; they are copied. */
  readonly initials: readonly Float64Array[];
  /** Called whenever a member has ended. */
  readonly onMember?: (ended: {
    readonly member: number;
    readonly done: number;
    readonly of: number;
  }) => void;
}

export interface EnsembleRun {
  /** In the order of `initials`; each with its own status, steps and, where it failed, failure. */
  readonly runs: readonly Run[];
  /** How many members took their steps at once; 1: one run after the other. */
  readonly together: number;
  /** Why so many. */
  readonly reason: string;
  readonly wallSeconds: number;
}

const seconds = (since: number): number => (performance.now() - since) / 1000;

/** A place among those that step together, and who has it. */
interface Seat {
  readonly stepper: MemberStepper;
  run?: { readonly member: number; readonly began: number; assembled?: Assembled; aim: number };
}

class Ensemble {
  readonly runs: Run[] = [];
  private readonly seats: readonly Seat[];
  private waiting = 0;
  private done = 0;

  constructor(
    private readonly field: Field,
    private readonly options: EnsembleOptions,
    private readonly choice: Choice,
    private readonly all: Together,
  ) {
    this.seats = all.steppers.map((stepper) => ({ stepper }));
  }

  run(): readonly Run[] {
    while (this.seat()) {
      this.all.advance();
      for (const seat of this.seats)
        if (seat.run) this.end(seat, seat.run.assembled!.loop.attempt(seat.run.aim));
      this.all.kernel.accept();
    }
    return this.runs;
  }

  /** Every place has a member with a step to take, as long as there are any; false when all have ended. */
  private seat(): boolean {
    for (let fresh = this.seats.filter((s) => this.fill(s)), all = true; ; all = false) {
      if (fresh.length > 0 || (all && !this.all.tableau.firstSameAsLast)) this.all.start();
      for (const s of all ? this.seats : fresh) if (s.run) this.aim(s);
      fresh = this.seats.filter((s) => this.fill(s));
      if (fresh.length === 0) return this.seats.some((s) => s.run);
    }
  }

  private optionsOf(member: number): IntegrateOptions {
    const { initials, onMember, ...rest } = this.options;
    return { ...rest, initial: initials[member]! };
  }

  /** Gives a free place to the next member that can begin. */
  private fill(seat: Seat): boolean {
    while (seat.run === undefined && this.waiting < this.options.initials.length) {
      const member = this.waiting++;
      const options = this.optionsOf(member);
      const failure = refusal(this.field, options);
      if (failure) this.conclude(member, refused(failure, options));
      else {
        seat.run = { member, began: performance.now(), aim: 0 };
        seat.stepper.reset();
        seat.stepper.init(options.t0 ?? 0, options.initial);
        return true;
      }
    }
    return false;
  }

  /** The loop of a member starts here, when its first slope is known. */
  private aim(seat: Seat): void {
    const run = seat.run!;
    if (run.assembled === undefined) {
      const options = this.optionsOf(run.member);
      const energy = options.energy && seat.stepper.energyBy(options.energy);
      run.assembled = assemble(this.field, seat.stepper, this.choice, {
        ...options,
        ...(energy && { energy }),
      });
      this.end(seat, run.assembled.loop.begin());
    }
    if (seat.run === undefined) return;
    const aim = run.assembled.loop.aim();
    if (typeof aim === "number") {
      run.aim = aim;
      seat.stepper.aimAt(aim);
    } else this.end(seat, aim);
  }

  private end(seat: Seat, ending: Ending | undefined): void {
    if (ending === undefined) return;
    const { member, began, assembled } = seat.run!;
    delete seat.run;
    this.conclude(member, { ...assembled!.finish(ending), wallSeconds: seconds(began) });
  }

  private conclude(member: number, run: Run): void {
    this.runs[member] = run;
    this.done++;
    this.options.onMember?.({ member, done: this.done, of: this.options.initials.length });
  }
}

/** Members that step together, or why they do not. */
function togetherOf(field: Field, options: EnsembleOptions, choice: Choice): Together | string {
  const { method, fixedStep } = choice;
  if (!method.tableau) return `${method.name} is not given by a tableau`;
  if (options.initials.length < 2) return "there is nothing to share";
  if (options.initials.some((x) => x.length !== field.size)) return "an initial state has the wrong length";
  const kernel = field.memberKernel?.(method.tableau);
  if (kernel === undefined) return "the field steps one member at a time";
  const { rtol, atol } = tolerancesOf(options);
  kernel.refresh();
  kernel.tolerate(rtol, atol);
  const usesError = fixedStep === undefined && method.tableau.error !== undefined;
  const usesEnergy = kernel.energy !== undefined && kernel.energy.of === options.energy;
  return new Together(kernel, method.tableau, method, field, usesError, usesEnergy);
}

function oneByOne(field: Field, { initials, onMember, ...options }: EnsembleOptions): Run[] {
  return initials.map((initial, member) => {
    const run = integrate(field, { ...options, initial });
    onMember?.({ member, done: member + 1, of: initials.length });
    return run;
  });
}

/**
 * Integrates `dx/dt = field.rhs(t, x)` from each initial state, as `integrate` would, up to rounding. Where the method or
 * the field knows no steps of several members, they run one after the other, and `reason` says so.
 */
export function integrateEnsemble(field: Field, options: EnsembleOptions): EnsembleRun {
  const began = performance.now();
  const [initial = new Float64Array(field.size)] = options.initials;
  const choice = choose({ ...options, initial }, field);
  const all = "code" in choice ? choice.message : togetherOf(field, options, choice);
  if ("code" in choice || typeof all === "string") {
    const runs = oneByOne(field, options);
    return { runs, together: 1, reason: `one by one: ${all}`, wallSeconds: seconds(began) };
  }
  const { members } = all.kernel;
  try {
    const runs = new Ensemble(field, options, choice, all).run();
    return { runs, together: members, reason: `${members} members at once`, wallSeconds: seconds(began) };
  } finally {
    all.kernel.release();
  }
}
