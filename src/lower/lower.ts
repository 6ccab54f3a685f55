/**
 * A program request comes in, a program of the loop IR goes out, pass by pass:
 * check, plan (temporaries, contraction order), schedule (loops), loop passes.
 */
import {
  type Buffer,
  type OutputSlice,
  type Program,
  print,
  type Statement,
  verify,
  visitBlock,
} from "../ir/index.js";
import { check } from "./check.js";
import { Emitter } from "./emit.js";
import { LOOP_PASSES, type Pass, splitSums } from "./loops/index.js";
import { planEntry } from "./plan.js";
import {
  DEFAULTS,
  type EntryRequest,
  type Lowered,
  type LowerOptions,
  type ProgramRequest,
} from "./request.js";
import { schedule } from "./schedule.js";
import { showPlan } from "./show.js";
import { Slots } from "./slots.js";
import type { Stage } from "./stage.js";
import { Workspace } from "./workspace.js";

/** Lowers every entry of the request. Failures are values; nothing of the request is changed or copied. */
export function lower(request: ProgramRequest, options: Partial<LowerOptions> = {}): Lowered {
  const failure = check(request);
  if (failure !== undefined) return failure;
  return { kind: "program", program: lowerChecked(request, { ...DEFAULTS, ...options }) };
}

function lowerChecked(request: ProgramRequest, options: LowerOptions): Program {
  const slots = new Slots(request);
  const emitter = new Emitter(slots);
  const space = new Workspace(request, slots, options);
  const planned = request.entries.map((e) => ({ request: e, ...planEntry(e, space) }));
  options.trace?.("plan", showPlan(space.prepared, planned));
  const entries = planned.map((p) => ({
    name: p.request.name,
    out: p.out,
    outputs: fields(p.request, slots),
    body: statements(p.stages, emitter),
  }));
  const prepare = statements(space.prepared, emitter);
  let program: Program = { state: slots.state, buffers: slots.buffers, prepare, entries };
  done("schedule", program, options);
  for (const pass of options.optimise ? passes(options) : []) {
    program = everywhere(program, pass);
    done(pass.name, program, options);
  }
  return withoutUnused(program);
}

/** Shows and verifies what a pass made. */
function done(pass: string, program: Program, options: LowerOptions): void {
  options.trace?.(pass, print(program));
  const [first] = options.verify ? verify(program) : [];
  if (first !== undefined)
    throw new Error(`after ${pass}: ${first.code}: ${first.message} in ${first.statement}`);
}

/** Without the temporaries that no statement touches any more. */
function withoutUnused(program: Program): Program {
  const used = new Set<Buffer>();
  for (const body of [program.prepare, ...program.entries.map((e) => e.body)])
    visitBlock(body, {
      real: (e) => {
        if (e.kind === "load") used.add(e.buffer);
      },
      statement: (s) => {
        if (s.kind === "store" || s.kind === "accumulate") used.add(s.buffer);
      },
    });
  const isOwn = (b: Buffer): boolean => b.kind === "work" || b.kind === "prepared";
  return { ...program, buffers: program.buffers.filter((b) => used.has(b) || !isOwn(b)) };
}

const passes = (options: LowerOptions): readonly Pass[] =>
  LOOP_PASSES.filter((p) => p.run !== splitSums || options.splitSums);

const everywhere = (program: Program, pass: Pass): Program => ({
  ...program,
  prepare: pass.run(program.prepare),
  entries: program.entries.map((e) => ({ ...e, body: pass.run(e.body) })),
});

const statements = (stages: readonly Stage[], emitter: Emitter): readonly Statement[] =>
  stages.flatMap((s) => schedule(s, emitter));

function fields(entry: EntryRequest, slots: Slots): readonly OutputSlice[] {
  let offset = 0;
  return entry.outputs.map((o) => {
    const field = { name: o.name, offset, shape: o.over.map(slots.sizes.ofIndex) };
    offset += slots.sizes.volume(o.over);
    return field;
  });
}
