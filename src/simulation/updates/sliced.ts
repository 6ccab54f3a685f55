/** Formulas of one component come in, sliced; what they are at any component, and after any change, goes out. */
import type { Evaluate } from "../../codegen/index.js";
import type { Formula, UpdateLaw } from "../../derivation/index.js";
import { type Expr, type TensorSymbol, tensorSymbol } from "../../index-notation/index.js";
import { compileFormulas, type Ground, scalar, Tabulated } from "./bench.js";
import { type Differences, type Maps, type Placed, placeOf } from "./follower.js";
import { magnitude, ROUNDING } from "./magnitude.js";
import type { RunningSums } from "./running-sums.js";
import type { Slicer, Table } from "./slices.js";

/** What one state's formulas read beside states and running sums, of the component they are asked about. */
interface Rows {
  readonly tabulated: Tabulated;
  readonly row: Float64Array;
}

/** A state's formulas before they can be compiled: first every formula must have named its running sums. */
export interface Sliced {
  readonly placed: Placed;
  readonly from: TensorSymbol;
  readonly formulas: Readonly<Record<string, Expr>>;
  readonly tables: readonly Table[];
}

export function sliced(
  slicer: Slicer,
  placed: Placed,
  formulas: Readonly<Record<string, Expr>>,
  moving: readonly TensorSymbol[],
): Sliced | undefined {
  const { symbol, over, name } = placed.state;
  const from = tensorSymbol({ name: `~from ${name}`, role: "input" });
  const found = slicer.slice(symbol, over, from, Object.values(formulas), moving);
  if (found === undefined) return undefined;
  const named = Object.keys(formulas).map((n, k) => [n, found.formulas[k]!] as const);
  return { placed, from, formulas: Object.fromEntries(named), tables: found.tables };
}

/** E(s_k → b) − E(s) and its magnitude, to be sliced together. */
export const differenceFormulas = (
  law: UpdateLaw,
  largest: ReadonlyMap<TensorSymbol, Expr>,
): Readonly<Record<string, Expr>> | undefined =>
  law.difference === undefined
    ? undefined
    : { difference: law.difference, magnitude: magnitude(law.difference, largest) };

/** The compiled formulas of one state. */
class Component {
  private readonly entries: Readonly<Record<string, Evaluate>>;
  private readonly rows: readonly Rows[];
  private readonly from = new Float64Array(1);
  private readonly to = new Float64Array(1);
  private readonly out = new Float64Array(1);
  private readonly offset: number;
  private at = -1;

  constructor(s: Sliced, sums: RunningSums, ground: Ground, to?: TensorSymbol) {
    this.offset = s.placed.offset;
    const inputs = new Map(sums.inputs);
    inputs.set(s.from, this.from);
    if (to !== undefined) inputs.set(to, this.to);
    this.rows = s.tables.map((t) => {
      const tabulated = new Tabulated({ over: t.over, expr: t.value }, ground);
      const row = new Float64Array(tabulated.values.length / s.placed.size);
      inputs.set(t.symbol, row);
      return { tabulated, row };
    });
    const formulas: Record<string, Formula> = {};
    for (const [name, e] of Object.entries(s.formulas)) formulas[name] = scalar(e);
    this.entries = compileFormulas(ground, formulas, undefined, inputs);
  }

  refresh(): void {
    for (const { tabulated } of this.rows) tabulated.refresh();
    this.at = -1;
  }

  evaluate(entry: string, state: Float64Array, k: number, to = 0): number {
    if (k !== this.at) this.stand(k);
    this.from[0] = state[k]!;
    this.to[0] = to;
    this.entries[entry]!(state, this.out);
    return this.out[0]!;
  }

  private stand(k: number): void {
    for (const { tabulated, row } of this.rows) {
      const start = (k - this.offset) * row.length;
      for (let j = 0; j < row.length; j++) row[j] = tabulated.values[start + j]!;
    }
    this.at = k;
  }
}

/** The part that differences and maps share: the sums are loaded and corrected once for both, by their owner. */
class SlicedFormulas {
  protected state: Float64Array = new Float64Array(0);
  protected readonly components: readonly Component[];

  constructor(
    protected readonly states: readonly Placed[],
    all: readonly Sliced[],
    sums: RunningSums,
    ground: Ground,
    to?: TensorSymbol,
  ) {
    this.components = all.map((s) => new Component(s, sums, ground, to));
  }

  refresh(): void {
    for (const c of this.components) c.refresh();
  }

  load(state: Float64Array): void {
    this.state = state;
  }

  changed(): void {}

  protected at(k: number): Component {
    return this.components[placeOf(this.states, k)]!;
  }
}

export class SlicedDifferences extends SlicedFormulas implements Differences {
  of(k: number, to: number): number {
    return this.at(k).evaluate("difference", this.state, k, to);
  }

  slack(k: number, to: number): number {
    return ROUNDING * this.at(k).evaluate("magnitude", this.state, k, to);
  }
}

export class SlicedMaps extends SlicedFormulas implements Maps {
  next(k: number): number {
    return this.at(k).evaluate("map", this.state, k);
  }
}
