/**
 * The coefficients of an explicit Runge–Kutta method and the size of a state come in; the loops of one step over flat
 * buffers go out, as loop IR with the coefficients as constants. Between the blocks the field runs: it reads
 * `argument` and writes `result`.
 */
import {
  affineConstant,
  affineLocal,
  assign,
  type Buffer,
  call,
  constant,
  type Entry,
  type Local,
  letReal,
  load,
  loopTo,
  minus,
  over,
  type Program,
  plus,
  type Real,
  read,
  type Statement,
  select,
  store,
  times,
} from "../ir/index.js";

/** A tableau in doubles, in the letters of Hairer, Nørsett & Wanner (II.1). */
export interface Scheme {
  readonly stages: number;
  readonly a: readonly ArrayLike<number>[];
  readonly b: ArrayLike<number>;
  readonly error:
    | { readonly weights: ArrayLike<number>; readonly guard: ArrayLike<number> | undefined }
    | undefined;
  /** Stages that only dense output needs: they get a place among the slopes, and are computed elsewhere. */
  readonly dense: { readonly a: readonly unknown[] } | undefined;
  readonly firstSameAsLast: boolean;
}

/**
 * Places in the buffer `controls`. What a caller writes: the step length, the tolerances, and whether (1) the step
 * was good. What the blocks write: a verdict that stays 0 while all that they see is finite and becomes NaN else, and
 * the size of an error estimate.
 */
export const CONTROLS = { h: 0, rtol: 1, atol: 2, verdict: 3, error: 4, accepted: 5 } as const;

export interface StepProgram {
  readonly program: Program;
  readonly buffers: {
    /** What the field reads and writes. */
    readonly argument: Buffer;
    readonly result: Buffer;
    readonly state: Buffer;
    readonly next: Buffer;
    /** One for each slope, which may lie end to end in memory. */
    readonly slopes: readonly Buffer[];
    readonly controls: Buffer;
  };
  /** Before the field runs at the start: y₀ becomes its argument. */
  readonly begin: Entry;
  /** After it ran: k_0 is kept. */
  readonly first: Entry;
  /** stages[i - 1]: k_{i-1}, still in `result` if it is not the first, is kept, and the argument of stage i made. */
  readonly stages: readonly Entry[];
  /** After the last stage: its slope is kept and y₁ is made, unless the last stage stands on it. */
  readonly last: Entry;
  /** For f(t₁, y₁) where no stage is that: y₁ becomes the argument, and what comes out is kept. */
  readonly end: Entry;
  readonly ended: Entry;
  /** Where the step was good, its end becomes the start, and its last slope the first if it is that. */
  readonly accept: Entry;
  /** The scaled size of each error estimate. */
  readonly errors: { readonly weights?: Entry; readonly guard?: Entry };
}

const work = (name: string, size: number): Buffer => ({ kind: "work", name, size });
const int = (name: string): Local => ({ type: "int", name });
const real = (name: string): Local => ({ type: "real", name });
const control = (buffer: Buffer, at: number): Real => load(buffer, affineConstant(at));
/** 0 for a finite number, else NaN. */
const nothing = (x: Local): Real => minus(read(x), read(x));

/** The body of a loop over the state, and the locals in it that must be finite. */
interface Watched {
  readonly statements: readonly Statement[];
  readonly watched: readonly Local[];
}

/** Names for y and the step length, and where y is stored. */
interface Combined {
  readonly y: Local;
  readonly h: Local;
  readonly targets: readonly Buffer[];
}

/** Makes the blocks of one method at one size. */
class Blocks {
  readonly buffers: StepProgram["buffers"];
  /** The row of f(t₁, y₁). */
  readonly endRow: number;

  constructor(
    readonly scheme: Scheme,
    readonly n: number,
  ) {
    const extra = scheme.dense?.a.length ?? 0;
    this.endRow = scheme.firstSameAsLast ? scheme.stages - 1 : scheme.stages + extra;
    const rows = scheme.stages + extra + (scheme.firstSameAsLast ? 0 : 1);
    this.buffers = {
      argument: work("argument", n),
      result: work("result", n),
      state: work("state", n),
      next: work("next", n),
      slopes: Array.from({ length: rows }, (_, row) => work(`k${row}`, n)),
      controls: work("controls", Object.keys(CONTROLS).length),
    };
  }

  /** k_row[j] */
  private slope(row: number, j: Local): Real {
    return load(this.buffers.slopes[row]!, affineLocal(j));
  }

  /** Σ weights_i k_i, in order of i; the newest slope may be at hand. */
  private sum(weights: ArrayLike<number>, j: Local, newest?: { row: number; local: Local }): Real {
    const terms = Array.from(weights)
      .map((w, row) => ({ w, row }))
      .filter(({ w }) => w !== 0)
      .map(({ w, row }) => times(constant(w), row === newest?.row ? read(newest.local) : this.slope(row, j)));
    return terms.length === 0 ? constant(0) : terms.reduce(plus);
  }

  /** A loop over the state, and whether the locals that it watches stayed finite. */
  private block(name: string, body: (j: Local) => Watched): Entry {
    const [j, seen, { controls }] = [int("j"), real("seen"), this.buffers];
    const { statements, watched } = body(j);
    const see =
      watched.length === 0 ? [] : [assign(seen, plus(read(seen), watched.map(nothing).reduce(plus)))];
    return {
      name,
      out: work("nothing", 0),
      outputs: [],
      body: [
        letReal(seen, control(controls, CONTROLS.verdict)),
        loopTo(j, this.n, [...statements, ...see]),
        store(controls, affineConstant(CONTROLS.verdict), read(seen)),
      ],
    };
  }

  copy(name: string, from: Buffer): Entry {
    const { argument } = this.buffers;
    return this.block(name, (j) => ({
      statements: [store(argument, affineLocal(j), load(from, affineLocal(j)))],
      watched: [],
    }));
  }

  /** k is kept as row `row` of the slopes; after all loads, lest it delay those of rows 4 KiB apart. */
  private kept(row: number, j: Local, k: Local): Statement {
    return store(this.buffers.slopes[row]!, affineLocal(j), read(k));
  }

  private newest(j: Local, k: Local): Statement {
    return letReal(k, load(this.buffers.result, affineLocal(j)));
  }

  keep(name: string, row: number): Entry {
    const k = real("k");
    return this.block(name, (j) => ({
      statements: [this.newest(j, k), this.kept(row, j, k)],
      watched: [k],
    }));
  }

  /** y₀ + h Σ weights_i k_i into `targets`, where k_row is still in `result` if `row` is given. */
  private combine(j: Local, weights: ArrayLike<number>, row: number | undefined, into: Combined): Watched {
    const k = real("k");
    const sum = this.sum(weights, j, row === undefined ? undefined : { row, local: k });
    return {
      statements: [
        ...(row === undefined ? [] : [this.newest(j, k)]),
        letReal(into.y, plus(load(this.buffers.state, affineLocal(j)), times(read(into.h), sum))),
        ...into.targets.map((b) => store(b, affineLocal(j), read(into.y))),
        ...(row === undefined ? [] : [this.kept(row, j, k)]),
      ],
      watched: row === undefined ? [] : [k],
    };
  }

  private withStep(h: Local, entry: Entry): Entry {
    return { ...entry, body: [letReal(h, control(this.buffers.controls, CONTROLS.h)), ...entry.body] };
  }

  accept(): Entry {
    const { state, next, slopes, controls } = this.buffers;
    const accepted = real("accepted");
    const good = { kind: "compare", op: "=", left: read(accepted), right: constant(1) } as const;
    const take = (to: Buffer, from: Buffer, j: Local): Statement =>
      store(to, affineLocal(j), select(good, load(from, affineLocal(j)), load(to, affineLocal(j))));
    const j = int("j");
    const moves = [
      [state, next],
      ...(this.scheme.firstSameAsLast ? [[slopes[0]!, slopes[this.endRow]!]] : []),
    ];
    return {
      name: "accept",
      out: work("nothing", 0),
      outputs: [],
      body: [
        letReal(accepted, control(controls, CONTROLS.accepted)),
        loopTo(
          j,
          this.n,
          moves.map(([to, from]) => take(to!, from!, j)),
        ),
      ],
    };
  }

  /** The argument of stage i; the last one is y₁ itself where the first slope of the next step is the last of this. */
  stage(i: number): Entry {
    const { argument, next } = this.buffers;
    const isEnd = this.scheme.firstSameAsLast && i === this.scheme.stages - 1;
    const [y, h] = [real("y"), real("h")];
    const into = { y, h, targets: isEnd ? [argument, next] : [argument] };
    const row = i === 1 ? undefined : i - 1;
    return this.withStep(
      h,
      this.block(`stage ${i}`, (j) => this.combine(j, this.scheme.a[i]!, row, into)),
    );
  }

  last(): Entry {
    const { stages, b, firstSameAsLast } = this.scheme;
    const { next } = this.buffers;
    const [y, h] = [real("y"), real("h")];
    if (firstSameAsLast)
      return this.block("last", (j) => {
        const k = real("k");
        const end = letReal(y, load(next, affineLocal(j)));
        return { statements: [this.newest(j, k), end, this.kept(stages - 1, j, k)], watched: [k, y] };
      });
    const row = stages === 1 ? undefined : stages - 1;
    const made = this.block("last", (j) => {
      const { statements, watched } = this.combine(j, b, row, { y, h, targets: [next] });
      return { statements, watched: [...watched, y] };
    });
    return this.withStep(h, made);
  }

  /** sqrt of the mean of (h Σ weights_i k_i / (atol + rtol·max(|y₀|, |y₁|)))²; 0 where nothing moves. */
  error(name: string, weights: ArrayLike<number>): Entry {
    const [j, h, rtol, atol, sum, slope, ratio] = [
      int("j"),
      ...["h", "rtol", "atol", "sum", "slope", "ratio"].map(real),
    ] as [Local, Local, Local, Local, Local, Local, Local];
    const { state, next, controls } = this.buffers;
    const sizeOf = (b: Buffer): Real => call("abs", load(b, affineLocal(j)));
    const scale = plus(read(atol), times(read(rtol), call("max", sizeOf(state), sizeOf(next))));
    const still = { kind: "compare", op: "=", left: read(slope), right: constant(0) } as const;
    const mean = over(read(sum), constant(Math.max(1, this.n)));
    return {
      name,
      out: work("nothing", 0),
      outputs: [],
      body: [
        letReal(h, control(controls, CONTROLS.h)),
        letReal(rtol, control(controls, CONTROLS.rtol)),
        letReal(atol, control(controls, CONTROLS.atol)),
        letReal(sum, constant(0)),
        loopTo(j, this.n, [
          letReal(slope, this.sum(weights, j)),
          letReal(ratio, select(still, constant(0), over(times(read(h), read(slope)), scale))),
          assign(sum, plus(read(sum), times(read(ratio), read(ratio)))),
        ]),
        store(controls, affineConstant(CONTROLS.error), call("sqrt", mean)),
      ],
    };
  }
}

export function stepProgram(scheme: Scheme, n: number): StepProgram {
  const blocks = new Blocks(scheme, n);
  const { buffers } = blocks;
  const parts = {
    begin: blocks.copy("begin", buffers.state),
    first: blocks.keep("first", 0),
    stages: Array.from({ length: scheme.stages - 1 }, (_, k) => blocks.stage(k + 1)),
    last: blocks.last(),
    end: blocks.copy("end", buffers.next),
    ended: blocks.keep("ended", blocks.endRow),
    accept: blocks.accept(),
    errors: {
      ...(scheme.error && { weights: blocks.error("error", scheme.error.weights) }),
      ...(scheme.error?.guard && { guard: blocks.error("guard", scheme.error.guard) }),
    },
  };
  const { begin, first, stages, last, end, ended, accept, errors } = parts;
  const entries = [begin, first, ...stages, last, end, ended, accept, ...Object.values(errors)];
  const state: Buffer = { kind: "state", name: "none", size: 0 };
  return {
    program: { state, buffers: Object.values(buffers).flat(), prepare: [], entries },
    buffers,
    ...parts,
  };
}
