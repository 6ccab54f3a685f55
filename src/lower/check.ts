/** A request comes in, the first reason why it cannot be lowered goes out, or nothing. */
import {
  children,
  type Dimension,
  type Expr,
  evaluateD,
  namesD,
  type Subscript,
  showD,
  symbolsOf,
  type TensorSymbol,
} from "../index-notation/index.js";
import type { LowerFailure, Output, ProgramRequest } from "./request.js";

const failure = (code: LowerFailure["code"], message: string, hint: string): LowerFailure => ({
  kind: "failure",
  code,
  message,
  hint,
});

function dimensionFailure(dim: Dimension, request: ProgramRequest): LowerFailure | undefined {
  const value = evaluateD(dim, request.dimensions);
  if (value === undefined) {
    const missing = namesD(dim).filter((n) => !request.dimensions.has(n));
    return failure(
      "unbound-dimension",
      `dimension ${missing.join(", ")} has no value`,
      `set ${missing.map((n) => `${n}=…`).join(" ")} or bind an array that has this dimension`,
    );
  }
  if (Number.isSafeInteger(value)) return undefined;
  return failure(
    "dimension-value",
    `dimension ${showD(dim)} is ${value}, expected an integer`,
    "change its names",
  );
}

const subscriptDimensions = (s: Subscript): Dimension[] => [
  s.constant,
  ...(s.mod === undefined ? [] : [s.mod]),
  ...s.terms.map((t) => t.index.dim),
];

/** The dimensions that a node itself names. */
function ownDimensions(e: Expr): Dimension[] {
  if (e.kind === "dimension") return [e.dim];
  if (e.kind === "position") return subscriptDimensions(e.at);
  if (e.kind === "tensor") return [...e.symbol.dims, ...e.subs.flatMap(subscriptDimensions)];
  if (e.kind === "delta") return [e.left, e.right].flatMap(subscriptDimensions);
  if (e.kind === "binder") return e.indices.map((i) => i.dim);
  return e.kind === "softmax" ? [e.index.dim, ...subscriptDimensions(e.at)] : [];
}

function dimensionsOf(e: Expr, found: Map<string, Dimension>, seen: Set<Expr>): void {
  if (seen.has(e)) return;
  seen.add(e);
  for (const d of ownDimensions(e)) found.set(d.key, d);
  for (const c of children(e)) dimensionsOf(c, found, seen);
}

function checkOutput(o: Output, request: ProgramRequest, bound: ReadonlySet<TensorSymbol>) {
  const stray = o.value.free.find((i) => !o.over.some((j) => j.key === i.key));
  if (stray !== undefined)
    return failure(
      "free-index",
      `${o.name} leaves the index ${stray.name} free, expected only ${o.over.map((i) => i.name).join(", ") || "none"}`,
      "bind it, or add it to the indices of the output",
    );
  const dims = new Map(o.over.map((i) => [i.dim.key, i.dim]));
  dimensionsOf(o.value, dims, new Set());
  for (const d of dims.values()) {
    const wrong = dimensionFailure(d, request);
    if (wrong !== undefined) return wrong;
  }
  const missing = [...symbolsOf(o.value)].find((s) => !bound.has(s) && !boundVariable(s));
  if (missing === undefined) return undefined;
  return failure(
    "unbound-symbol",
    `${o.name} reads ${missing.name}, which has no values`,
    "bind an array to it",
  );
}

/** Integration variables of a closed integral. */
const boundVariable = (s: TensorSymbol): boolean => s.role === "variable" && s.name.startsWith("#s");

function checkArray(symbol: TensorSymbol, length: number, request: ProgramRequest): LowerFailure | undefined {
  for (const d of symbol.dims) {
    const wrong = dimensionFailure(d, request);
    if (wrong !== undefined) return wrong;
  }
  const shape = symbol.dims.map((d) => evaluateD(d, request.dimensions)!);
  const expected = shape.reduce((n, s) => n * s, 1);
  if (expected === length) return undefined;
  const message = `${symbol.name} has ${length} entries, expected ${expected} (shape ${shape.join(" × ") || "scalar"})`;
  return failure("array-size", message, "bind an array of that shape, or change the dimensions");
}

function repeated(names: readonly string[]): string | undefined {
  return names.find((n, k) => names.indexOf(n) !== k);
}

function duplicateFailure(request: ProgramRequest): LowerFailure | undefined {
  const name =
    repeated(request.entries.map((e) => e.name)) ??
    request.entries.map((e) => repeated(e.outputs.map((o) => o.name))).find((n) => n !== undefined);
  if (name === undefined) return undefined;
  return failure(
    "duplicate-name",
    `${name} is asked for twice`,
    "give every entry and every output of it its own name",
  );
}

function outputsFailure(request: ProgramRequest, bound: ReadonlySet<TensorSymbol>): LowerFailure | undefined {
  for (const e of request.entries)
    for (const o of e.outputs) {
      const wrong = checkOutput(o, request, bound);
      if (wrong !== undefined) return wrong;
    }
  return undefined;
}

function valueFailure(request: ProgramRequest): LowerFailure | undefined {
  const wrong = [...request.dimensions].find(([, value]) => !(Number.isSafeInteger(value) && value >= 0));
  if (wrong === undefined) return undefined;
  const [name, value] = wrong;
  return failure(
    "dimension-value",
    `dimension ${name} is ${value}, expected an integer ≥ 0`,
    `set ${name}=…`,
  );
}

/** Checks names, arrays, dimensions and free indices, in this order. */
export function check(request: ProgramRequest): LowerFailure | undefined {
  const wrongRequest = duplicateFailure(request) ?? valueFailure(request);
  if (wrongRequest !== undefined) return wrongRequest;
  const arrays = [...request.parameters, ...request.inputs];
  const states = request.states.map((s) => s.symbol);
  const wrongArray = arrays
    .map(([s, data]) => checkArray(s, data.length, request))
    .find((f) => f !== undefined);
  const wrongState = states
    .flatMap((s) => s.dims.map((d) => dimensionFailure(d, request)))
    .find((f) => f !== undefined);
  const bound = new Set([...states, ...arrays.map(([symbol]) => symbol)]);
  return wrongArray ?? wrongState ?? outputsFailure(request, bound);
}
