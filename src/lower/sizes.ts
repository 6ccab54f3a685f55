/** Values of dimension names come in; sizes of dimensions, indices and tensors go out. */
import { type Dimension, evaluateD, type Index, showD, type TensorSymbol } from "../index-notation/index.js";

export class Sizes {
  private readonly known = new Map<string, number>();

  constructor(private readonly values: ReadonlyMap<string, number>) {}

  /** The integer value; `check` has made sure that there is one. */
  of(dim: Dimension): number {
    let value = this.known.get(dim.key);
    if (value === undefined) {
      value = evaluateD(dim, this.values);
      if (value === undefined) throw new Error(`dimension ${showD(dim)} has no value`);
      this.known.set(dim.key, value);
    }
    return value;
  }

  readonly ofIndex = (i: Index): number => Math.max(0, this.of(i.dim));

  volume(indices: readonly Index[]): number {
    return indices.reduce((n, i) => n * this.ofIndex(i), 1);
  }

  shape(symbol: TensorSymbol): number[] {
    return symbol.dims.map((d) => Math.max(0, this.of(d)));
  }

  entries(symbol: TensorSymbol): number {
    return this.shape(symbol).reduce((n, s) => n * s, 1);
  }
}
