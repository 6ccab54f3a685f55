/** Declared names: a name, its dimensions and what is known of its values come in; one shared symbol goes out. */
import type { Dimension } from "./dimension.js";
import { compareR, type Rational, showR } from "./rational.js";

declare const brand: unique symbol;

export type Role = "parameter" | "input" | "state" | "activation" | "rate" | "variable";

/** What a hypothesis such as `n > 1` or `sign: positive` says of every entry of a symbol. */
export interface Bounds {
  readonly low?: Rational;
  readonly lowOpen?: boolean;
  readonly high?: Rational;
  readonly highOpen?: boolean;
}

/** A tensor (rank 0 is a scalar). Symbols are interned: equal declarations are the same object. */
export interface TensorSymbol {
  readonly [brand]: "TensorSymbol";
  readonly name: string;
  readonly role: Role;
  readonly dims: readonly Dimension[];
  readonly bounds: Bounds;
  /** Hypothesis `J[i,j] = J[j,i]`: subscripts may be exchanged. */
  readonly symmetric: boolean;
  /** Hypothesis `J[i,i] = 0`. */
  readonly hollow: boolean;
  /** Hypothesis `n = 3` through integrality is not implied by bounds. */
  readonly integer: boolean;
  readonly key: string;
}

export interface SymbolSpec {
  name: string;
  role: Role;
  dims?: readonly Dimension[];
  bounds?: Bounds;
  symmetric?: boolean;
  hollow?: boolean;
  integer?: boolean;
}

const interned = new Map<string, WeakRef<TensorSymbol>>();

const showBounds = (b: Bounds): string =>
  `${b.low === undefined ? "" : showR(b.low)}${b.lowOpen ? "<" : ""}:${b.high === undefined ? "" : showR(b.high)}${b.highOpen ? "<" : ""}`;

export function tensorSymbol(spec: SymbolSpec): TensorSymbol {
  const { name, role, dims = [], bounds = {}, symmetric = false, hollow = false, integer = false } = spec;
  const flags = `${symmetric ? "s" : ""}${hollow ? "h" : ""}${integer ? "i" : ""}`;
  const key = `${name}|${role}|${dims.map((d) => d.key).join(",")}|${showBounds(bounds)}|${flags}`;
  const known = interned.get(key)?.deref();
  if (known !== undefined) return known;
  const made = { name, role, dims, bounds, symmetric, hollow, integer, key } as unknown as TensorSymbol;
  interned.set(key, new WeakRef(made));
  return made;
}

/** The intersection of two hypotheses on the same symbol. */
export function meetBounds(a: Bounds, b: Bounds): Bounds {
  const low = tighter(a.low, a.lowOpen, b.low, b.lowOpen, 1);
  const high = tighter(a.high, a.highOpen, b.high, b.highOpen, -1);
  return {
    ...(low && { low: low.value, lowOpen: low.open }),
    ...(high && { high: high.value, highOpen: high.open }),
  };
}

function tighter(
  a: Rational | undefined,
  aOpen: boolean | undefined,
  b: Rational | undefined,
  bOpen: boolean | undefined,
  side: 1 | -1,
): { value: Rational; open: boolean } | undefined {
  if (a === undefined) return b === undefined ? undefined : { value: b, open: bOpen ?? false };
  if (b === undefined) return { value: a, open: aOpen ?? false };
  const order = side * compareR(a, b);
  if (order === 0) return { value: a, open: (aOpen ?? false) || (bOpen ?? false) };
  return order > 0 ? { value: a, open: aOpen ?? false } : { value: b, open: bOpen ?? false };
}
