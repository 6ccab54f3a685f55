/** An energy at most quadratic in the states comes in; its differences, one product each, go out. */
import type { Backend, Evaluate } from "../../codegen/index.js";
import { type QuadraticEnergy, selfCoupling } from "../../derivation/index.js";
import { compileFormulas, type Ground, Tabulated } from "./bench.js";
import { type Differences, type Placed, placeOf } from "./follower.js";
import { largestEntries, magnitude, ROUNDING } from "./magnitude.js";

/** Bytes of all couplings beyond which rows are not kept. */
const LARGEST = 2 ** 28;

/** Whether a row of couplings for every component fits in memory. */
export const rowsFit = (size: number): boolean => 8 * size * size <= LARGEST;

/**
 * With h = −∂E/∂s and C = −∂²E/∂s∂s: E(s_k → b) − E(s) = −(b − s_k)(h_k + (b − s_k)C_kk/2), and after a change of s_k by δ,
 * h_j gains δ·C_kj. A visit costs one product, a change one row. `withRows` false serves updates of all components at
 * once, which load the fields anew.
 */
export class QuadraticDifferences implements Differences {
  private readonly fields: Float64Array;
  private readonly evaluate: readonly { readonly at: Float64Array; readonly run: Evaluate }[];
  private readonly self: readonly Tabulated[];
  /** By pair of states: one row for each component of the first. */
  private readonly rows: readonly (readonly Tabulated[])[];
  /** What the rounding of a field is measured by. */
  private readonly size: readonly Tabulated[];
  private state: Float64Array = new Float64Array(0);

  constructor(
    q: QuadraticEnergy,
    private readonly states: readonly Placed[],
    ground: Ground,
    backend: Backend,
    private readonly withRows: boolean,
  ) {
    const total = states.reduce((n, s) => n + s.size, 0);
    this.fields = new Float64Array(total);
    this.evaluate = states.map(({ state, offset, size }) => ({
      at: this.fields.subarray(offset, offset + size),
      run: compileFormulas(ground, { field: q.fields.get(state.name)! }, backend).field,
    }));
    this.self = states.map(({ state }) => new Tabulated(selfCoupling(q, state), ground));
    const tables = (s: Placed) =>
      states.map((t) => new Tabulated(q.couplings.get(s.state.name)!.get(t.state.name)!, ground));
    this.rows = withRows ? states.map(tables) : [];
    const largest = largestEntries(states);
    this.size = states.map(({ state }) => {
      const { over, expr } = q.fields.get(state.name)!;
      return new Tabulated({ over, expr: magnitude(expr, largest) }, ground);
    });
  }

  refresh(): void {
    for (const t of [...this.self, ...this.size, ...this.rows.flat()]) t.refresh();
  }

  load(state: Float64Array): void {
    this.state = state;
    for (const { at, run } of this.evaluate) run(state, at);
  }

  changed(k: number, by: number): void {
    if (!this.withRows) throw new Error("couplings are not kept: load the state instead");
    const place = placeOf(this.states, k);
    for (const [n, { offset, size }] of this.states.entries()) {
      const { values } = this.rows[place]![n]!;
      const start = (k - this.states[place]!.offset) * size;
      for (let j = 0; j < size; j++) this.fields[offset + j]! += by * values[start + j]!;
    }
  }

  of(k: number, to: number): number {
    const by = to - this.state[k]!;
    return -by * (this.fields[k]! + (by * this.read(this.self, k)) / 2);
  }

  slack(k: number, to: number): number {
    const by = Math.abs(to - this.state[k]!);
    return ROUNDING * by * (this.read(this.size, k) + (by * Math.abs(this.read(this.self, k))) / 2);
  }

  /** The entry of component k in one array a state. */
  private read(tables: readonly Tabulated[], k: number): number {
    const place = placeOf(this.states, k);
    return tables[place]!.values[k - this.states[place]!.offset]!;
  }
}
