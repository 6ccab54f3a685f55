/**
 * Declared names come in, the table that resolution looks them up in goes out. There is one case-sensitive
 * namespace; it is a Map, so `constructor` and `__proto__` are ordinary names.
 */
import {
  type Dimension,
  dimensionName,
  type Expr,
  type Index,
  namesD,
  type TensorSymbol,
} from "../index-notation/index.js";
import type { Model } from "../model/index.js";

/** A definition, resolved: its value in terms of `formals` and of the free indices `over`. */
export interface Template {
  readonly formals: readonly TensorSymbol[];
  readonly over: readonly Index[];
  readonly value: Expr;
}

export type Entry =
  | { readonly kind: "index"; readonly index: Index }
  | { readonly kind: "dimension"; readonly dim: Dimension }
  | {
      readonly kind: "tensor";
      readonly symbol: TensorSymbol;
      readonly over: readonly Index[];
      /** What the name is, for messages: `the state of layer v`. */
      readonly what: string;
    }
  | {
      readonly kind: "definition";
      readonly arity: number;
      readonly over: readonly Index[];
      /** Resolved on first use; undefined when the definition itself is faulty (and reported). */
      readonly template: () => Template | undefined;
    }
  /** Declared, but its declaration is faulty (and reported): uses are not reported again. */
  | { readonly kind: "broken" };

export interface Scope {
  readonly names: ReadonlyMap<string, Entry>;
}

/** What an expression is, what it may leave free and what it may not see. */
export interface View {
  /** `a Lagrangian`, for messages. */
  readonly what: string;
  /** The indices that may stay free; undefined: every declared one. */
  readonly over?: readonly Index[];
  /** Why a symbol may not be used here, or undefined when it may. */
  readonly refuse?: (symbol: TensorSymbol, subscripts: string) => Refusal | undefined;
}

export interface Refusal {
  readonly message: string;
  readonly hint: string;
}

/** What an entry is called in a message. */
export function describe(name: string, entry: Entry): string {
  if (entry.kind === "tensor") return `${name} is ${entry.what}`;
  if (entry.kind === "index") return `${name} is an index`;
  if (entry.kind === "dimension") return `${name} is a dimension`;
  return entry.kind === "definition" && entry.arity > 0
    ? `${name} is a defined function`
    : `${name} is a definition`;
}

/** Adds indices and the names of their dimensions. */
export function addIndices(names: Map<string, Entry>, indices: Iterable<readonly [string, Index]>): void {
  for (const [name, index] of indices) {
    names.set(name, { kind: "index", index });
    for (const n of namesD(index.dim))
      if (!names.has(n)) names.set(n, { kind: "dimension", dim: dimensionName(n) });
  }
}

const asEntry = (symbol: TensorSymbol, over: readonly Index[], what: string): Entry => ({
  kind: "tensor",
  symbol,
  over,
  what,
});

/**
 * Everything a model declares: indices, dimensions, parameters, inputs, states, activations and observable
 * definitions. `extra` adds indices that a derived expression uses and the model does not declare.
 */
export function scopeOf(model: Model, extra: readonly Index[] = []): Scope {
  const names = new Map<string, Entry>();
  addIndices(names, model.indices);
  for (const n of model.dimensions) names.set(n, { kind: "dimension", dim: dimensionName(n) });
  for (const [n, p] of model.parameters) names.set(n, asEntry(p.symbol, p.over, "a parameter"));
  for (const [n, p] of model.inputs) names.set(n, asEntry(p.symbol, p.over, "an input"));
  for (const [n, o] of model.observables) {
    const template = { formals: [], over: o.over, value: o.value };
    names.set(n, { kind: "definition", arity: 0, over: o.over, template: () => template });
  }
  addVariables(names, model);
  addIndices(
    names,
    extra.map((i) => [i.name, i]),
  );
  return { names };
}

function addVariables(names: Map<string, Entry>, model: Model): void {
  if (model.kind === "state")
    for (const [n, s] of model.states) names.set(n, asEntry(s.symbol, s.over, "a state"));
  else
    for (const [n, layer] of model.layers) {
      names.set(n, asEntry(layer.state, layer.over, `the state of layer ${n}`));
      const activation = layer.activation.name;
      names.set(activation, asEntry(layer.activation, layer.over, `the activation of layer ${n}`));
    }
}
