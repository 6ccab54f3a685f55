/**
 * Nothing comes in; pictures of work against precision for several problems, ours and SciPy's, are written to
 * docs/pictures/, and a table of evaluations and times at three accuracies goes out.
 * Run: npx tsx test/bench/work-precision.ts (LEGENDRE_PYTHON names the Python with SciPy).
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineModel } from "../../src/front/model.js";
import { derive } from "../../src/front/theory.js";
import { type Field, integrate, type MethodName } from "../../src/ode/index.js";
import { linePlot } from "../../src/pictures/index.js";
import { compileField } from "../../src/simulation/index.js";
import { distance, problems } from "../ode/problems.js";
import { findPython } from "../peers/python.js";

const METHODS: readonly MethodName[] = ["tsit5", "dopri5", "dop853"];
const TOLERANCES = Array.from({ length: 10 }, (_, k) => 10 ** -(k + 3));
/** Absolute tolerance as a part of the relative one. */
const ATOL_PART = 1e-2;
const ROUNDS = 5;
const ACCURACIES = [1e-4, 1e-7, 1e-10];

interface Task {
  readonly id: string;
  readonly title: string;
  readonly field: Field;
  readonly initial: Float64Array;
  readonly until: number;
  readonly end: Float64Array;
  readonly more?: object;
}

interface Point {
  readonly error: number | null;
  readonly evaluations: number;
  readonly milliseconds: number;
}

interface Curve {
  readonly id: string;
  readonly method: string;
  readonly points: readonly Point[];
}

/** Fractional parts of a quadratic sequence: spread, and the same everywhere. */
const spread = (k: number): number => ((k * k * 0.6180339887498949) % 1) * 2 - 1;

/** Retrieval in a dense associative memory of 784 visible and 100 hidden units, the fast layer eliminated. */
function memory(): Task {
  const [nv, nh, beta] = [784, 100, 0.01];
  const rows = Array.from({ length: nh }, (_, m) =>
    Array.from({ length: nv }, (_, i) => Math.sign(spread(m * nv + i + 1))),
  );
  const model = defineModel({
    ...{ legendre: 1, name: "memory", indices: { i: "N_v", mu: "N_h" }, fast: ["h"] },
    parameters: { beta: { default: beta, sign: "positive" }, Xi: { over: ["mu", "i"] } },
    layers: {
      v: { over: ["i"], lagrangian: "sum(i, v[i]^2)/2", activation: "g" },
      h: { over: ["mu"], lagrangian: "logsumexp(mu, beta*h[mu])/beta", activation: "f", tau: "tau_h" },
    },
    synapses: { dense: "-sum(mu, i, f[mu]*Xi[mu,i]*g[i])" },
  });
  const Xi = { shape: [nh, nv], data: Float64Array.from(rows.flat()) };
  const compiled = compileField(derive(model).theory, {
    arrays: new Map([["Xi", { value: Xi, source: "the bench" }]]),
    set: new Map(),
  });
  if (!compiled.ok) throw new Error(compiled.errors[0]!.message);
  const initial = Float64Array.from(rows[0]!, (value, i) => 0.3 * value + spread(i + 7));
  // In the middle of the retrieval: later the fixed point forgets all errors.
  const until = 3;
  const end = integrate(compiled.value, { initial, until, method: "dop853", rtol: 1e-14, atol: 1e-14 }).state;
  return {
    id: "memory",
    title: "a dense associative memory (784, 100)",
    field: compiled.value,
    initial,
    until,
    end,
    more: { Xi: rows, beta },
  };
}

const published = (id: string, title: string): Task => ({ ...problems.find((p) => p.id === id)!, title });

const tasks = [
  published("BRUSSODE", "the Brusselator"),
  published("ARENSTORF", "the Arenstorf orbit"),
  published("PLEI", "the Pleiades, seven stars"),
  memory(),
];

function point(task: Task, method: MethodName, rtol: number): Point {
  const { field, initial, until, end } = task;
  const times: number[] = [];
  let [error, evaluations] = [0, 0];
  for (let round = 0; round < ROUNDS; round++) {
    const run = integrate(field, { initial, until, method, rtol, atol: rtol * ATOL_PART });
    [error, evaluations] = [distance(run.state, end), run.evaluations];
    times.push(1000 * run.wallSeconds);
  }
  return { error, evaluations, milliseconds: Math.min(...times) };
}

const own: readonly Curve[] = tasks.flatMap((task) =>
  METHODS.map((method) => ({
    id: task.id,
    method,
    points: TOLERANCES.map((rtol) => point(task, method, rtol)),
  })),
);

function scipy(): readonly Curve[] {
  const found = findPython("scipy");
  if ("reason" in found) {
    console.log(`SciPy skipped: ${found.reason}`);
    return [];
  }
  const asked = tasks.map(({ id, initial, until, end, more }) => ({
    ...{
      id,
      initial: [...initial],
      until,
      end: [...end],
      tolerances: TOLERANCES,
      atolPart: ATOL_PART,
      rounds: ROUNDS,
    },
    ...more,
  }));
  const script = fileURLToPath(new URL("./work_precision_scipy.py", import.meta.url));
  const env = { ...process.env, OPENBLAS_NUM_THREADS: "1" };
  const text = execFileSync(found.path, [script], {
    input: JSON.stringify(asked),
    env,
    encoding: "utf8",
    maxBuffer: 1 << 26,
  });
  return (JSON.parse(text) as Curve[]).map((curve) => ({ ...curve, method: `SciPy ${curve.method}` }));
}

const curves = [...own, ...scipy()];

/** Points that are more accurate than all before them, until rounding stops that. */
const useful = ({ points }: Curve): readonly Point[] =>
  points.filter(
    ({ error }, k) =>
      error !== null && error > 0 && points.slice(0, k).every((p) => p.error === null || p.error > error),
  );

async function draw(task: Task): Promise<void> {
  const mine = curves.filter(({ id }) => id === task.id);
  const plot = await linePlot({
    title: `Work and precision: ${task.title}`,
    xLabel: "error at the end, max |x − x*| / (1 + |x*|)",
    yLabel: "evaluations of the right-hand side",
    ...{ logX: true, logY: true, width: 720, height: 360 },
    series: mine.map((curve) => ({
      name: curve.method,
      x: useful(curve).map((p) => p.error!),
      y: useful(curve).map((p) => p.evaluations),
    })),
  });
  if (!plot.ok) throw new Error(plot.error.message);
  writeFileSync(fileURLToPath(new URL(`work-precision-${task.id.toLowerCase()}.svg`, pictures)), plot.value);
}

/** The cost at an accuracy, by interpolation between the logarithms of neighbouring points; undefined beyond the last. */
function at(curve: Curve, error: number, cost: (p: Point) => number): number | undefined {
  const points = useful(curve);
  const k = points.findIndex((p) => p.error! <= error);
  const [after, before] = [points[k], points[k - 1] ?? points[k]];
  if (after === undefined || before === undefined) return undefined;
  const way = Math.log(before.error! / after.error!);
  const part = way === 0 ? 1 : Math.min(1, Math.max(0, Math.log(before.error! / error) / way));
  return Math.exp(Math.log(cost(before)) + part * Math.log(cost(after) / cost(before)));
}

const cell = (value: number | undefined, digits: number): string =>
  value === undefined ? "–" : Number(value.toPrecision(digits)).toString();

const pictures = new URL("../../docs/pictures/", import.meta.url);
mkdirSync(pictures, { recursive: true });
for (const task of tasks) await draw(task);

const heads = ACCURACIES.map((error) => `evaluations at ${error}`).concat(
  ACCURACIES.map((error) => `ms at ${error}`),
);
console.log(`| problem | method | ${heads.join(" | ")} |\n|---|---|${"---|".repeat(heads.length)}`);
for (const curve of curves) {
  const evaluations = ACCURACIES.map((error) =>
    cell(
      at(curve, error, (p) => p.evaluations),
      3,
    ),
  );
  const milliseconds = ACCURACIES.map((error) =>
    cell(
      at(curve, error, (p) => p.milliseconds),
      2,
    ),
  );
  console.log(`| ${curve.id} | ${curve.method} | ${[...evaluations, ...milliseconds].join(" | ")} |`);
}
