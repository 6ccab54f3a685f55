/** Formulas come in, compiled where the numbers of a field lie; functions that fill arrays go out. */
import { type Backend, type Evaluate, javascript } from "../../codegen/index.js";
import type { Formula } from "../../derivation/index.js";
import { type Expr, evaluateD, symbolsOf, type TensorSymbol } from "../../index-notation/index.js";
import { lower, type ProgramRequest } from "../../lower/index.js";

/** What every program of a field shares: where states, parameters and inputs lie. */
export type Ground = Omit<ProgramRequest, "entries">;

type Formulas = Readonly<Record<string, Formula>>;

/** Formulas by name as functions of the state; `extra` are further inputs. What is not mentioned is not bound. */
export function compileFormulas<F extends Formulas>(
  ground: Ground,
  formulas: F,
  backend: Backend = javascript,
  extra: ReadonlyMap<TensorSymbol, Float64Array> = new Map(),
): { readonly [N in keyof F]: Evaluate } {
  const used = new Set(Object.values(formulas).flatMap((f) => [...symbolsOf(f.expr)]));
  const only = (m: ReadonlyMap<TensorSymbol, Float64Array>) => new Map([...m].filter(([s]) => used.has(s)));
  const request: ProgramRequest = {
    ...ground,
    parameters: only(ground.parameters),
    inputs: only(new Map([...ground.inputs, ...extra])),
    entries: Object.entries(formulas).map(([name, f]) => ({
      name,
      outputs: [{ name, over: f.over, value: f.expr }],
    })),
  };
  const lowered = lower(request, backend.lowering);
  // Nothing is mentioned that the model's own formulas, whose symbols are bound, do not mention.
  if (lowered.kind === "failure") throw new Error(`updates: ${lowered.message}`);
  const { entries } = backend.compile(lowered.program);
  return Object.fromEntries(Object.keys(formulas).map((n) => [n, entries.get(n)!.evaluate])) as {
    [N in keyof F]: Evaluate;
  };
}

export const scalar = (expr: Expr): Formula => ({ over: [], expr });

export const sizeOf = (f: Formula, ground: Ground): number =>
  f.over.reduce((n, i) => n * evaluateD(i.dim, ground.dimensions)!, 1);

/** An array of parameters and inputs: computed once, and after a switch again if an input is in it. */
export class Tabulated {
  readonly values: Float64Array;
  private readonly evaluate: Evaluate;
  private readonly switches: boolean;

  constructor(formula: Formula, ground: Ground) {
    this.values = new Float64Array(sizeOf(formula, ground));
    this.evaluate = compileFormulas(ground, { table: formula }).table;
    this.switches = [...symbolsOf(formula.expr)].some((s) => s.role === "input");
    this.evaluate(NO_STATE, this.values);
  }

  refresh(): void {
    if (this.switches) this.evaluate(NO_STATE, this.values);
  }
}

const NO_STATE = new Float64Array(0);
