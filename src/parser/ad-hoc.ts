/**
 * Declarations on a command line come in (`--over 'x[i]'`, `--index i:N`), a scope for one expression goes
 * out: what `convexity` reads its expression and conditions in.
 */
import {
  constantD,
  dimensionName,
  type Index,
  index,
  type TensorSymbol,
  tensorSymbol,
} from "../index-notation/index.js";
import { type Diagnostic, fail, ok, type Result } from "../model/index.js";
import { asName } from "./aliases.js";
import { diagnose, type Fault, fault, locator } from "./fault.js";
import { addIndices, type Entry, type Scope } from "./scope.js";
import type { SourceExpr } from "./source.js";
import { dimensionOf } from "./subscripts.js";
import { parseSource } from "./syntax.js";

/** Declarations as text. */
export interface AdHoc {
  /** The variables: `x[i]`, `y`. */
  readonly over: readonly string[];
  /** `i:N`, `j:5`; an index that is declared nowhere runs over a dimension of its own, `N_i`. */
  readonly indices?: readonly string[];
  /** Constants: `beta`, `W[i,j]`. */
  readonly parameters?: readonly string[];
}

export interface AdHocVariable {
  readonly symbol: TensorSymbol;
  readonly over: readonly Index[];
}

export interface AdHocScope {
  readonly scope: Scope;
  readonly variables: readonly AdHocVariable[];
  readonly indices: ReadonlyMap<string, Index>;
}

interface Draft {
  readonly names: Map<string, Entry>;
  readonly indices: Map<string, Index>;
  readonly errors: Diagnostic[];
}

/** On failure every declaration that cannot be read, the option (`--over`) in place of a file. Never throws. */
export function adHocScope(declared: AdHoc): Result<AdHocScope> {
  const d: Draft = { names: new Map(), indices: new Map(), errors: [] };
  for (const text of declared.indices ?? []) readIndex(text, d);
  const variables = declared.over.flatMap((text) => readVariable(text, "state", d));
  for (const text of declared.parameters ?? []) readVariable(text, "parameter", d);
  if (d.errors.length > 0) return fail(...d.errors);
  return ok({ scope: { names: d.names }, variables, indices: d.indices });
}

function refuse(d: Draft, option: string, text: string, f: Fault): void {
  d.errors.push(diagnose(f, locator(text, option)));
}

const whole = (text: string, code: string, message: string, hint: string): Fault =>
  fault({ start: 0, end: text.length }, code, message, hint);

function readIndex(text: string, d: Draft): void {
  const colon = text.indexOf(":");
  const name = asName(text.slice(0, Math.max(colon, 0)).trim());
  const syntax = parseSource(text.slice(colon + 1));
  const dim = "tree" in syntax ? dimensionOf(syntax.tree, dimensionName) : undefined;
  const size = dim === undefined ? undefined : constantD(dim);
  const valid = size === undefined || (size.d === 1n && size.n > 0n);
  if (name === undefined || dim === undefined || !valid)
    refuse(
      d,
      "--index",
      text,
      whole(
        text,
        "bad-index",
        `found ${text} where an index and its dimension were expected`,
        "write i:N or i:5",
      ),
    );
  else if (d.names.has(name)) refuse(d, "--index", text, twice(text, name));
  else {
    d.indices.set(name, index(name, dim));
    addIndices(d.names, [[name, index(name, dim)]]);
  }
}

const twice = (text: string, name: string): Fault =>
  whole(text, "duplicate-name", `${name} is declared twice`, "every name is declared once");

/** `x`, or `x[i,j]` with plain names. */
function parts(e: SourceExpr): { name: string; subscripts: readonly string[] } | undefined {
  if (e.kind === "name") return { name: e.name, subscripts: [] };
  if (e.kind !== "component" || e.base.kind !== "name") return undefined;
  const subscripts = e.subscripts.flatMap((s) => (s.kind === "name" ? [s.name] : []));
  return subscripts.length === e.subscripts.length ? { name: e.base.name, subscripts } : undefined;
}

function readVariable(text: string, role: "state" | "parameter", d: Draft): readonly AdHocVariable[] {
  const option = role === "state" ? "--over" : "--parameter";
  const syntax = parseSource(text);
  const read = "tree" in syntax ? parts(syntax.tree) : undefined;
  const hint = "write x, x[i] or x[i,j]";
  if (read === undefined)
    refuse(
      d,
      option,
      text,
      whole(
        text,
        "bad-name",
        `found ${text.trim() === "" ? "nothing" : text} where a name with its indices was expected`,
        hint,
      ),
    );
  else if (d.names.has(read.name) || read.name === "pi" || read.subscripts.includes(read.name))
    refuse(d, option, text, twice(text, read.name));
  else if (new Set(read.subscripts).size < read.subscripts.length)
    refuse(
      d,
      option,
      text,
      whole(text, "repeated-index", `an index occurs twice in ${text}`, "use two indices over one dimension"),
    );
  else return declareVariable(text, option, read.name, read.subscripts, role, d);
  return [];
}

function declareVariable(
  text: string,
  option: string,
  name: string,
  subscripts: readonly string[],
  role: "state" | "parameter",
  d: Draft,
): readonly AdHocVariable[] {
  const over = subscripts.flatMap((i) => indexNamed(i, d) ?? []);
  if (over.length < subscripts.length) {
    const message = `${text} has a subscript that is declared as something else`;
    refuse(d, option, text, whole(text, "unknown-index", message, "declare it with --index i:N"));
    return [];
  }
  const symbol = tensorSymbol({ name, role, dims: over.map((i) => i.dim) });
  d.names.set(name, { kind: "tensor", symbol, over, what: role === "state" ? "a variable" : "a parameter" });
  return [{ symbol, over }];
}

/** A declared index, or a new one over a dimension of its own; undefined when the name is taken. */
function indexNamed(name: string, d: Draft): Index | undefined {
  const known = d.indices.get(name);
  if (known !== undefined || d.names.has(name) || d.names.has(`N_${name}`)) return known;
  const made = index(name, dimensionName(`N_${name}`));
  d.indices.set(name, made);
  addIndices(d.names, [[name, made]]);
  return made;
}
