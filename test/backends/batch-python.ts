/** Modules of array code with data and points come in, batch after batch; what one process of Python makes of them goes out. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

export interface PythonCase {
  /** The text of field.py. */
  readonly text: string;
  readonly args: readonly {
    readonly name: string;
    readonly shape: readonly number[];
    readonly data: Float64Array;
  }[];
  readonly points: readonly { readonly state: Float64Array; readonly direction: Float64Array }[];
  /** In the order in which the values are wanted. */
  readonly entries: readonly string[];
}

const SCRIPT = `
import base64, json, sys
import numpy as np
if sys.argv[1] == "jax":
    import jax
    jax.config.update("jax_enable_x64", True)

def array(text):
    return np.frombuffer(base64.b64decode(text), dtype="<f8")

def flat(value):
    return [np.ravel(v) for v in value.values()] if isinstance(value, dict) else [np.ravel(value)]

for line in sys.stdin:
    answers = []
    for case in json.loads(line):
        field = {"__name__": "field"}
        exec(compile(case["text"], "field.py", "exec"), field)
        args = {a["name"]: array(a["data"]).reshape(a["shape"]) for a in case["args"]}
        values = []
        for state, direction in case["points"]:
            y, d = array(state), array(direction)
            calls = {
                "rhs": lambda: field["vector_field"](0.0, y, args),
                "jvp": lambda: field["jvp"](0.0, y, d, args),
                "energy": lambda: field["energy"](0.0, y, args),
                "activations": lambda: field["activations"](y, args),
                "outputs": lambda: field["outputs"](y, args),
            }
            for entry in case["entries"]:
                values += flat(calls[entry]())
        answers.append(np.concatenate([np.asarray(v, dtype="<f8") for v in values]))
    sys.stdout.write(base64.b64encode(np.concatenate(answers).tobytes()).decode() + "\\n")
    sys.stdout.flush()
`;

const text64 = (a: Float64Array): string =>
  Buffer.from(a.buffer, a.byteOffset, a.byteLength).toString("base64");

/** One process for all batches, so that packages are loaded, and functions compiled, once. */
export class PythonBatches {
  private readonly child;
  private readonly waiting: { resolve: (a: Float64Array) => void; reject: (e: Error) => void }[] = [];
  private errors = "";

  constructor(python: string, flavour: "numpy" | "jax") {
    const env = { ...process.env, JAX_PLATFORMS: "cpu", OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" };
    this.child = spawn(python, ["-W", "ignore", "-c", SCRIPT, flavour], { env, stdio: "pipe" });
    this.child.stderr.on("data", (b: Buffer) => (this.errors += b.toString()));
    createInterface({ input: this.child.stdout }).on("line", (line) => {
      const bytes = Buffer.from(line, "base64");
      this.waiting.shift()!.resolve(new Float64Array(new Uint8Array(bytes).buffer));
    });
    this.child.stdin.on("error", () => {});
    this.child.on("close", () => {
      for (const w of this.waiting) w.reject(new Error(`${flavour}: ${this.errors.slice(-3000)}`));
    });
  }

  /** The values of all entries at all points, case by case, as one list of numbers. */
  run(cases: readonly PythonCase[]): Promise<Float64Array> {
    const input = cases.map((c) => ({
      text: c.text,
      entries: c.entries,
      args: c.args.map((a) => ({ name: a.name, shape: a.shape, data: text64(a.data) })),
      points: c.points.map((p) => [text64(p.state), text64(p.direction)]),
    }));
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      this.child.stdin.write(`${JSON.stringify(input)}\n`);
    });
  }

  close(): void {
    this.child.stdin.end();
  }
}
