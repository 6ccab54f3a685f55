/** The C generator: a program of the loop IR comes in; C99 functions over a workspace go out as text. */
import { type Buffer, type Program, type Real, type Statement, visitBlock } from "../../ir/index.js";
import { type Spelling, Writer } from "../writer.js";
import { DIALECTS } from "./dialects.js";
import { literal } from "./spelling.js";

export { literal } from "./spelling.js";

/** Where each buffer of a program lives in C; nothing here is a name of a user. */
export interface CNames {
  /** The expression of the pointer of a `param`, `input`: a member of the arguments, or a part of the direction. */
  readonly pointers: ReadonlyMap<Buffer, string>;
  /** Declarations of the parameters of each function, `prepare` and the entries, by its name. */
  readonly signatures: ReadonlyMap<string, readonly string[]>;
}

export interface CProgram {
  /** Doubles of scratch: prepared values and temporaries. */
  readonly workspace: number;
  readonly includes: string;
  /** Functions that the headers lack, tables, `prepare` and the entries. */
  readonly definitions: string;
}

const PREPARE = "prepare";

/** The body of `prepare` or of an entry. */
export interface CBody {
  /** What it is called in C. */
  readonly name: string;
  /** `prepare`, or the name of the entry. */
  readonly of: string;
  readonly lines: readonly string[];
  /** Buffers that it reads or writes, which are `b0`, `b1`, … unless `own` spells them. */
  readonly buffers: readonly Buffer[];
  readonly own: ReadonlyMap<Buffer, string>;
}

/** Names of buffers in generated C. */
export const spelledBuffers = (program: Program): Map<Buffer, string> =>
  new Map(program.buffers.map((b, k) => [b, `b${k}`]));

/** Bodies of `prepare`, `entry0`, `entry1`, …; state and out of an entry are called so. */
export function cBodies(program: Program, spelling: Spelling): CBody[] {
  const spelled = spelledBuffers(program);
  const made = (name: string, of: string, block: readonly Statement[], own: ReadonlyMap<Buffer, string>) => ({
    name,
    of,
    lines: new Writer(spelling, new Map([...spelled, ...own])).block(block, "  "),
    buffers: [...buffersOf(block)],
    own,
  });
  return [
    made(PREPARE, PREPARE, program.prepare, new Map()),
    ...program.entries.map((e, k) =>
      made(
        `entry${k}`,
        e.name,
        e.body,
        new Map([
          [program.state, "state"],
          [e.out, "out"],
        ]),
      ),
    ),
  ];
}

/** Numbers that belong to the program. */
export const tables = (program: Program): string[] => {
  const spelled = spelledBuffers(program);
  return program.buffers.filter((b) => b.kind === "table").map((b) => table(spelled.get(b)!, b));
};

/** Static functions `prepare` and `entry0`, `entry1`, … in the order of the entries, over `w->memory`. */
export function generateC(
  program: Program,
  names: CNames,
  dialect: keyof typeof DIALECTS = "portable",
): CProgram {
  const { spelling, functions, includes } = DIALECTS[dialect];
  const scratch = program.buffers.filter((b) => b.kind === "work" || b.kind === "prepared");
  const offsets = new Map<Buffer, number>();
  let workspace = 0;
  for (const b of scratch) {
    offsets.set(b, workspace);
    workspace += b.size;
  }
  const spelled = spelledBuffers(program);
  const pointer = (b: Buffer): string | undefined => {
    const at = offsets.get(b);
    if (at !== undefined) return `double *const ${spelled.get(b)} = w->memory + ${at};`;
    const given = names.pointers.get(b);
    return given === undefined ? undefined : `const double *const ${spelled.get(b)} = ${given};`;
  };
  const body = ({ lines, buffers, own }: CBody): string[] => {
    const pointers = buffers.flatMap((b) => (own.has(b) ? [] : (pointer(b) ?? [])));
    return [...pointers.map((p) => `  ${p}`), ...lines];
  };
  const bodies = cBodies(program, spelling);
  const function_ = (b: CBody): string => text(b.name, names.signatures.get(b.of)!, body(b));
  const parts = [...functions(program), ...extremes(program), ...tables(program), ...bodies.map(function_)];
  return { workspace, includes, definitions: parts.join("\n\n") };
}

/** Parameters that a body does not read are named, so that no compiler warns. */
function text(name: string, parameters: readonly string[], lines: readonly string[]): string {
  const silenced = parameters.map((p) => `  (void)${/\w+$/.exec(p)![0]};`);
  const declarations = lines.filter((l) => /^ {2}(const )?double \*const /.test(l));
  const rest = lines.slice(declarations.length);
  return [`static void ${name}(${parameters.join(", ")}) {`, ...declarations, ...silenced, ...rest, "}"].join(
    "\n",
  );
}

const table = (name: string, b: Buffer): string =>
  `static const double ${name}[${Math.max(1, b.size)}] = {${Array.from(b.data ?? [0], literal).join(", ")}};`;

/** Buffers that a block reads or writes. */
function buffersOf(block: readonly Statement[]): Set<Buffer> {
  const found = new Set<Buffer>();
  visitBlock(block, {
    real: (e: Real) => {
      if (e.kind === "load") found.add(e.buffer);
    },
    statement: (s) => {
      if (s.kind === "store" || s.kind === "accumulate") found.add(s.buffer);
    },
  });
  return found;
}

/** Helpers for loops with several bounds, where there are any. */
export function extremes(program: Program): string[] {
  const used = new Set<string>();
  for (const block of [program.prepare, ...program.entries.map((e) => e.body)])
    visitBlock(block, {
      statement: (s) => {
        if (s.kind !== "for") return;
        if (s.from.length > 1) used.add(">");
        if (s.to.length > 1) used.add("<");
      },
    });
  const named = { ">": "larger", "<": "smaller" } as const;
  return (["<", ">"] as const)
    .filter((op) => used.has(op))
    .map((op) => `static ptrdiff_t ${named[op]}(ptrdiff_t p, ptrdiff_t q) { return p ${op} q ? p : q; }`);
}
