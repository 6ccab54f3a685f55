/**
 * The body of a loop comes in; the locals and buffers of an online softmax in it go out, if there is one.
 *
 * What is looked for is the step that lowering writes: where the largest exponent L grows to G, the weights summed so
 * far shrink by exp(L − G). Sums are relative to exp L, so sums of different parts are brought to a common L by the
 * same factor (Milakov & Gimelshein, arXiv 1805.02867).
 */
import {
  affineEqual,
  type Buffer,
  type Local,
  type Real,
  type Statement,
  type StatementOf,
  visitBlock,
} from "../../../ir/index.js";
import { accessesOf } from "./accesses.js";

export interface Online {
  /** L, then the sums of weights. */
  readonly locals: readonly Local[];
  readonly largest: Local;
  readonly totals: readonly Local[];
  /** Weighted sums. */
  readonly buffers: readonly Buffer[];
}

const isLocal = (e: Real, l: Local): boolean => e.kind === "local" && e.local === l;

/** let shrink = exp(L − G) */
function isShrink(s: Statement, largest: Local, grown: Local): s is StatementOf<"let"> {
  if (s.kind !== "let" || s.value.kind !== "call" || s.value.fn !== "exp") return false;
  const [x] = s.value.args;
  return x?.kind === "binary" && x.op === "-" && isLocal(x.left, largest) && isLocal(x.right, grown);
}

interface Step {
  readonly test: StatementOf<"if">;
  readonly largest: Local;
  readonly totals: readonly Local[];
  readonly buffers: readonly Buffer[];
}

const isShrunk = (value: Real, shrink: Local, isTarget: (e: Real) => boolean): boolean =>
  value.kind === "binary" && value.op === "*" && isLocal(value.left, shrink) && isTarget(value.right);

/** for i: B[i] = shrink·B[i] */
function shrunkBuffer(s: Statement, shrink: Local): Buffer | undefined {
  const [only, ...more] = s.kind === "for" ? s.body : [];
  if (only?.kind !== "store" || more.length > 0) return undefined;
  const { buffer, at } = only;
  const same = (e: Real): boolean => e.kind === "load" && e.buffer === buffer && affineEqual(e.at, at);
  return isShrunk(only.value, shrink, same) ? buffer : undefined;
}

/** if L < G: shrink everything; L = G. */
function stepOf(s: Statement): Step | undefined {
  if (s.kind !== "if" || s.no.length > 0 || s.test.kind !== "compare" || s.test.op !== "<") return undefined;
  const { left, right } = s.test;
  const [first, ...rest] = s.yes;
  const last = rest.pop();
  if (left.kind !== "local" || right.kind !== "local" || first === undefined) return undefined;
  const [largest, grown] = [left.local, right.local];
  if (!isShrink(first, largest, grown)) return undefined;
  if (last?.kind !== "assign" || last.local !== largest || !isLocal(last.value, grown)) return undefined;
  const [totals, buffers]: [Local[], Buffer[]] = [[], []];
  for (const x of rest) {
    const buffer = shrunkBuffer(x, first.local);
    if (buffer !== undefined) buffers.push(buffer);
    else if (x.kind === "assign" && isShrunk(x.value, first.local, (e) => isLocal(e, x.local)))
      totals.push(x.local);
    else return undefined;
  }
  return { test: s, largest, totals, buffers };
}

/** Beside the step, L is only read, totals are only added to and not read, buffers only accumulated. */
function keepsTo(step: Step, body: readonly Statement[]): boolean {
  const others = body.filter((s) => s !== step.test);
  let fine = true;
  let reads = 0;
  let additions = 0;
  visitBlock(others, {
    statement: (s) => {
      if (s.kind !== "assign") return;
      if (s.local === step.largest) fine = false;
      if (!step.totals.includes(s.local)) return;
      const adds = s.value.kind === "binary" && s.value.op === "+" && isLocal(s.value.left, s.local);
      if (adds) additions += 1;
      else fine = false;
    },
    real: (e) => {
      if (e.kind === "local" && step.totals.includes(e.local)) reads += 1;
    },
  });
  const touched = accessesOf(others).list.filter((a) => step.buffers.includes(a.buffer));
  return fine && reads === additions && touched.every((a) => a.kind === "accumulate");
}

export function onlineOf(body: readonly Statement[]): Online | undefined {
  const steps = body.flatMap((s) => stepOf(s) ?? []);
  const [step] = steps;
  if (step === undefined || steps.length > 1 || !keepsTo(step, body)) return undefined;
  const { largest, totals, buffers } = step;
  return { locals: [largest, ...totals], largest, totals, buffers };
}
