/** Programs with data and points come in; what C makes of all of them in one process goes out. */
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { generateLinearC } from "../../src/codegen/index.js";
import type { Program } from "../../src/ir/index.js";

export interface CCase {
  readonly program: Program;
  /** By name of the direction's buffer: where it begins in a flat direction. */
  readonly directions: ReadonlyMap<string, number>;
  readonly points: readonly { readonly state: Float64Array; readonly direction: Float64Array }[];
}

type Dialect = NonNullable<Parameters<typeof generateLinearC>[1]>;

const FLAGS: Readonly<Record<Dialect, readonly string[]>> = {
  portable: ["-std=gnu99", "-O0"],
  vector: [
    ...["-std=gnu11", "-O2", "-ftree-vectorize", "-march=native", "-fopenmp-simd"],
    ...["-fno-math-errno", "-fno-trapping-math", "-ffp-contract=fast"],
  ],
};

/** Everything that a unit defines gets a prefix of its own, so that many units make one. */
const OWN = /\b(legendre_bind|memory|body_\w+|prepare|e\d+|lg_\w+|lv_\w+|larger|smaller|b\d+)\b/g;

function unit(text: string, k: number): string {
  const body = text.replace(/^#include.*$/gm, "").replace(/^#define LV_.*$/gm, "");
  return body.replace(/#ifdef _WIN32[\s\S]*?#endif/, "").replace(OWN, (name) => `m${k}_${name}`);
}

const HEAD = `#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#define EXPORTED static
#define LV_ROUNDER 6755399441055744.0
#define LV_LN2_HIGH 0.6931471803691238
#define LV_LN2_LOW 1.9082149292705877e-10
static void take(void *to, size_t n) { if (n > 0 && fread(to, 8, n, stdin) != n) exit(3); }
static void put(const void *from, size_t n) { if (n > 0 && fwrite(from, 8, n, stdout) != n) exit(4); }
`;

/** Reads parameters, then for each point the state and the direction; writes every entry at every point. */
function harness(c: CCase, k: number, text: ReturnType<typeof generateLinearC>): string {
  const { interface: shape, bytes } = text;
  const read = (r: { at: number; size: number }): string => `take(m + ${r.at}, ${r.size});`;
  const directions = shape.inputs.filter((r) => c.directions.has(r.name));
  const given = [...shape.parameters, ...shape.inputs.filter((r) => !c.directions.has(r.name))];
  const point = [shape.state, ...directions].map(read).join(" ");
  const calls = shape.entries.map((e) => `m${k}_${e.exported}(); put(m + ${e.out.at}, ${e.out.size});`);
  return `static void run${k}(void) {
  char *m = aligned_alloc(64, ${64 * Math.ceil(bytes / 64 + 1)});
  memset(m, 0, ${bytes});
  ${given.map(read).join(" ")}
  m${k}_legendre_bind(m);
  m${k}_prepare();
  for (int p = 0; p < ${c.points.length}; ++p) { ${point} ${calls.join(" ")} }
  free(m);
}`;
}

function inputOf(c: CCase): Float64Array[] {
  const buffers = c.program.buffers;
  const given = (["param", "input"] as const).flatMap((kind) =>
    buffers.filter((b) => b.kind === kind && !c.directions.has(b.name)).map((b) => b.data!),
  );
  const directions = buffers.filter((b) => b.kind === "input" && c.directions.has(b.name));
  return [
    ...given,
    ...c.points.flatMap((p) => [
      p.state,
      ...directions.map((b) => {
        const from = c.directions.get(b.name)!;
        return p.direction.subarray(from, from + b.size);
      }),
    ]),
  ];
}

function ran(command: string, args: readonly string[], input?: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ["pipe", "pipe", "pipe"] });
    const out: Buffer[] = [];
    let errors = "";
    child.stdout.on("data", (b: Buffer) => out.push(b));
    child.stderr.on("data", (b: Buffer) => (errors += b.toString()));
    child.stdin.on("error", () => {}).end(input);
    child.on("error", reject).on("close", (status) => {
      if (status === 0) resolve(Buffer.concat(out));
      else reject(new Error(`${command} ended with ${status}: ${errors.slice(0, 2000)}`));
    });
  });
}

const asBytes = (a: Float64Array): Uint8Array => new Uint8Array(a.buffer, a.byteOffset, a.byteLength);

/** The values of all entries at all points, case by case, as one list of numbers. */
export async function runInC(cases: readonly CCase[], dialect: Dialect, path: string): Promise<Float64Array> {
  const texts = cases.map((c) => generateLinearC(c.program, dialect));
  const units = texts.map((t, k) => `${unit(t.source, k)}\n${harness(cases[k]!, k, t)}`);
  const calls = cases.map((_, k) => `  run${k}();`);
  const source = `${HEAD}\n${units.join("\n")}\nint main(void) {\n${calls.join("\n")}\n  return 0;\n}\n`;
  const [file, program] = [join(path, `batch-${dialect}.c`), join(path, `batch-${dialect}.out`)];
  writeFileSync(file, source);
  await ran("gcc", ["-w", ...FLAGS[dialect], file, "-lm", "-o", program]);
  const out = await ran(program, [], Buffer.concat(cases.flatMap((c) => inputOf(c).map(asBytes))));
  return new Float64Array(new Uint8Array(out).buffer);
}
