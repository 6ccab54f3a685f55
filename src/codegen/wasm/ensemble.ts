/**
 * A program and the coefficients of a Runge–Kutta method come in; a module that steps several members of an ensemble at
 * once goes out, in memory of its own; and the kernel that an integrator drives.
 */
import type { Buffer, Entry, Program, Statement } from "../../ir/index.js";
import type { CompiledMembers } from "../backend.js";
import { CONTROLS, type Scheme, type StepProgram, stepProgram } from "../step.js";
import { engine, type WasmImports } from "./engine.js";
import { Functions, isKernel, type Kernel } from "./functions.js";
import { primitivesOf, procedure } from "./generate.js";
import { ALIGNMENT, PAGE } from "./layout.js";
import { MEMBERS, MembersWriter, runsTogether } from "./members.js";
import { ModuleBuilder } from "./module.js";
import { Writer } from "./writer.js";

/** Names of the entries that are run for members. */
export interface MemberEntries {
  readonly field: string;
  /** One number; left out where only the field can run for several members. */
  readonly energy: string | undefined;
}

const PROCEDURE = { takes: [], gives: [] } as const;

/** Buffers that hold the same for all members. */
const SHARED: ReadonlySet<Buffer["kind"]> = new Set(["param", "input", "table", "prepared"]);
const varies = (b: Buffer): boolean => !SHARED.has(b.kind);

interface Placed {
  readonly at: ReadonlyMap<Buffer, number>;
  readonly bytes: number;
}

/** The argument of the steps is the state of the program, their result what its field writes. */
function place(program: Program, field: Entry, { buffers }: StepProgram): Placed {
  const at = new Map<Buffer, number>();
  let end = 0;
  const put = (b: Buffer, aligned = true): void => {
    if (aligned) end = Math.ceil(end / ALIGNMENT) * ALIGNMENT;
    at.set(b, end);
    end += 8 * b.size * (varies(b) ? MEMBERS : 1);
  };
  for (const b of [program.state, ...program.entries.map((e) => e.out), ...program.buffers])
    if (!at.has(b)) put(b);
  at.set(buffers.argument, at.get(program.state)!);
  at.set(buffers.result, at.get(field.out)!);
  for (const b of [buffers.controls, buffers.state, buffers.next]) put(b);
  for (const [k, b] of buffers.slopes.entries()) put(b, k === 0);
  return { at, bytes: end };
}

/** The functions of the module. */
function moduleOf(
  program: Program,
  field: Entry,
  energy: Entry | undefined,
  step: StepProgram,
  placed: Placed,
) {
  const primitives = primitivesOf(program);
  const imports = primitives.filter((fn) => !isKernel(fn));
  const module = new ModuleBuilder();
  const functions = new Functions(
    module,
    imports,
    primitives.filter((fn): fn is Kernel => isKernel(fn)),
  );
  const { at } = placed;
  const members = (body: readonly Statement[]): number =>
    procedure(module, body, (code, block) =>
      new MembersWriter(code, functions, at, varies, block).block(block),
    );
  const prepare = procedure(module, program.prepare, (code, block) =>
    new Writer(code, functions, at).block(block),
  );
  module.export("prepare", prepare);
  const numbers = new Map(
    [field, ...(energy ? [energy] : []), ...step.program.entries].map((e) => [e, members(e.body)]),
  );
  const sequence = (name: string, ...parts: readonly Entry[]): void => {
    const { number, code } = module.define(PROCEDURE);
    for (const p of parts) code.call(numbers.get(p)!, PROCEDURE);
    module.export(name, number);
  };
  const { begin, first, stages, last, end, ended, accept, errors } = step;
  sequence("start", begin, field, first);
  sequence("advance", ...stages.flatMap((s) => [s, field]), last);
  sequence("end", end, field, ended);
  sequence("accept", accept);
  for (const [name, e] of Object.entries(errors)) sequence(name, e);
  if (energy !== undefined) sequence("energy", end, energy);
  return { bytes: module.bytes(Math.max(1, Math.ceil(placed.bytes / PAGE))), imports };
}

/** Arrays of the caller that the program reads, in the order of its buffers. */
export interface CallerData {
  readonly parameters: readonly Float64Array[];
  readonly inputs: readonly Float64Array[];
}

export interface EnsembleHost {
  readonly program: Program;
  readonly data: CallerData;
  readonly imported: (names: ReturnType<typeof primitivesOf>) => WasmImports;
  readonly limit: number;
}

/** A kernel for several members; undefined where they cannot run together, or memory does not reach. */
export function linkMembers(
  scheme: Scheme,
  names: MemberEntries,
  { program, data, imported, limit }: EnsembleHost,
): CompiledMembers | undefined {
  const named = (name: string): Entry => program.entries.find((e) => e.name === name)!;
  const field = named(names.field);
  if (!runsTogether(field.body)) return undefined;
  const found = names.energy === undefined ? undefined : named(names.energy);
  const energy = found && runsTogether(found.body) ? found : undefined;
  const step = stepProgram(scheme, program.state.size);
  const placed = place(program, field, step);
  if (placed.bytes > limit) return undefined;
  const { bytes, imports } = moduleOf(program, field, energy, step, placed);
  const made = new engine!.Instance(new engine!.Module(bytes), imported(imports));
  return kernelOf(placed, made.exports, program, energy, step, data);
}

function kernelOf(
  { at }: Placed,
  exported: Readonly<Record<string, unknown>>,
  program: Program,
  energy: Entry | undefined,
  { buffers }: StepProgram,
  data: CallerData,
): CompiledMembers {
  const run = exported as Readonly<Record<string, () => void>>;
  const memory = (exported.memory as { readonly buffer: ArrayBuffer }).buffer;
  const numbers = (b: Buffer, size: number): Float64Array => new Float64Array(memory, at.get(b)!, size);
  const each = (b: Buffer, count = 1): Float64Array => numbers(b, b.size * count * MEMBERS);
  const write = (kind: Buffer["kind"], arrays: readonly Float64Array[]): void => {
    for (const [k, b] of program.buffers.filter((x) => x.kind === kind).entries())
      numbers(b, b.size).set(arrays[k]!.subarray(0, b.size));
  };
  for (const b of program.buffers)
    if (b.kind === "table") numbers(b, b.size).set(b.data ?? new Float64Array(b.size));
  write("param", data.parameters);
  run.prepare!();
  const controls = each(buffers.controls);
  const control = (k: number): Float64Array => controls.subarray(k * MEMBERS, (k + 1) * MEMBERS);
  const verdict = control(CONTROLS.verdict);
  const watched = (name: string) => (): void => {
    verdict.fill(0);
    run[name]!();
  };
  return {
    members: MEMBERS,
    state: each(buffers.state),
    next: each(buffers.next),
    slopes: numbers(buffers.slopes[0]!, buffers.slopes.length * program.state.size * MEMBERS),
    h: control(CONTROLS.h),
    accepted: control(CONTROLS.accepted),
    error: control(CONTROLS.error),
    verdict,
    energy: energy && each(energy.out),
    refresh: () => write("input", data.inputs),
    tolerate: (rtol, atol) => {
      control(CONTROLS.rtol).fill(rtol);
      control(CONTROLS.atol).fill(atol);
    },
    start: watched("start"),
    advance: watched("advance"),
    end: watched("end"),
    accept: () => run.accept!(),
    scaledError: (w) => run[w]!(),
    evaluateEnergy: () => run.energy!(),
  };
}
