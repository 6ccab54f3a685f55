/** A theory comes in; the statement of its model that a certificate carries, as text, goes out. */
import type { Flow, LayeredTheory } from "../derivation/index.js";
import { type Expr, type Index, showD, showR, type TensorSymbol } from "../index-notation/index.js";
import { namingOf, printText } from "../index-notation/print/index.js";
import {
  canonicalJson,
  type Declarations,
  type ModelStatement,
  type SymbolDeclaration,
  sha256,
} from "./checker/index.js";

/** Prints expressions for a certificate and remembers every index that the text uses. */
export class Scribe {
  private readonly declared = new Map<string, Index>();

  constructor(
    indices: Iterable<Index>,
    readonly symbols: ReadonlyMap<TensorSymbol, readonly Index[]>,
    private readonly taken: readonly string[],
  ) {
    for (const i of indices) this.declared.set(i.name, i);
  }

  text(e: Expr, over: readonly Index[] = []): string {
    const names = [...this.symbols.keys()].map((s) => s.name);
    const printed = printText(e, namingOf(this.declared.values(), [...names, ...this.taken]), over);
    for (const i of printed.invented) this.declared.set(i.name, i);
    return printed.text;
  }

  /** Everything the texts so far may mention; call last. */
  declarations(): Declarations {
    const symbols = [...this.symbols].map(([s, over]): [string, SymbolDeclaration] => [
      s.name,
      declaration(s, over),
    ]);
    return {
      indices: Object.fromEntries([...this.declared.values()].map((i) => [i.name, showD(i.dim)])),
      symbols: Object.fromEntries(symbols),
    };
  }
}

function declaration(s: TensorSymbol, over: readonly Index[]): SymbolDeclaration {
  const { low, lowOpen, high, highOpen } = s.bounds;
  return {
    over: over.map((i) => i.name),
    ...(low && { low: showR(low), lowOpen: lowOpen === true }),
    ...(high && { high: showR(high), highOpen: highOpen === true }),
    ...(s.integer && { integer: true }),
  };
}

/** Every symbol of a layered theory with its indices. */
export function symbolsOfTheory(theory: LayeredTheory): Map<TensorSymbol, readonly Index[]> {
  const { model } = theory;
  const given = [...model.parameters.values(), ...model.inputs.values()].map(
    (p) => [p.symbol, p.over] as const,
  );
  const layers = [...model.layers.values()].flatMap((l) => [
    [l.state, l.over] as const,
    [l.activation, l.over] as const,
  ]);
  return new Map([...given, ...layers]);
}

export const scribeOf = (theory: LayeredTheory): Scribe =>
  new Scribe(
    [...theory.model.indices.values(), ...theory.partners],
    symbolsOfTheory(theory),
    theory.model.dimensions,
  );

/** The layers of a flow as a certificate states them. */
export function statedLayers(theory: LayeredTheory, flow: Flow, scribe: Scribe): ModelStatement["layers"] {
  const stated = [...flow.motions].map(([name, m]): [string, ModelStatement["layers"][string]] => [
    name,
    {
      over: m.over.map((i) => i.name),
      lagrangian: scribe.text(theory.layers.get(name)!.lagrangian),
      tau: scribe.text(m.tau, m.over),
      ...(m.mobility !== undefined && { mobility: scribe.text(m.mobility, m.over) }),
      ...(m.clamped !== undefined && { clamped: scribe.text(m.clamped, m.over) }),
      forced: theory.model.layers.get(name)!.force !== undefined,
    },
  ]);
  return Object.fromEntries(stated);
}

/** The names that are given: parameters, constant, and inputs, constant between switching times. */
export const givenNames = ({ model }: LayeredTheory): Pick<ModelStatement, "parameters" | "inputs"> => ({
  parameters: [...model.parameters.values()].map((p) => p.symbol.name),
  inputs: [...model.inputs.values()].map((p) => p.symbol.name),
});

/** What descent depends on: each moving layer's Lagrangian, time constant, mobility and clamping. */
export function statementOf(theory: LayeredTheory, flow: Flow): ModelStatement {
  const scribe = scribeOf(theory);
  const layers = statedLayers(theory, flow, scribe);
  return { name: theory.model.name, declarations: scribe.declarations(), ...givenNames(theory), layers };
}

export const digestOf = (statement: ModelStatement): string => sha256(canonicalJson(statement));
