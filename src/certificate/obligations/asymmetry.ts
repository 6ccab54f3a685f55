/** Two groups of components come in; rational values at which their Jacobian is not symmetric go out, if any are found. */
import { decimals, evaluate, isExact, isUndefined, toDecimal } from "../../index-notation/evaluate/index.js";
import { type Expr, freshIndex, type Index, signR, sub2, symbolsOf } from "../../index-notation/index.js";
import type { Model } from "../../model/index.js";
import type { Counterexample } from "../verify.js";
import { asText, componentOf, draw, smallSizes, type Values } from "./drawing.js";
import { jacobian, type Part } from "./field.js";
import { placesOf, type Sizes } from "./ground.js";

const ROUNDS = 24;
const D = decimals(20);

/** What must vanish for symmetry, over the indices given. */
export interface Difference {
  readonly expr: Expr;
  readonly indices: readonly Index[];
}

/** J − Jᵀ between two parts. */
export function skewPart([a, b]: readonly [Part, Part]): Difference {
  const [i, j] = [a, b].map((p) => p.over.map((x) => freshIndex(x.dim))) as [Index[], Index[]];
  return { expr: sub2(jacobian(a, i, b, j), jacobian(b, j, a, i)), indices: [...i, ...j] };
}

/** Values where the difference is not 0, in the smallest dimensions. */
export function witnessOf(d: Difference, model: Model): Counterexample | undefined {
  // Parameters that do not occur may still stand in hypotheses.
  const given = [...model.parameters.values(), ...model.inputs.values()].map((p) => p.symbol);
  const symbols = [...new Set([...given, ...symbolsOf(d.expr)])].sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const sizes of smallSizes(model.dimensions))
    for (let round = 0; round < ROUNDS; round++) {
      const values = draw(symbols, model, sizes, (round + 7) % ROUNDS);
      if (values !== undefined && isNonzeroSomewhere(d, values, sizes))
        return { dimensions: Object.fromEntries(sizes), values: asText(values) };
    }
  return undefined;
}

function isNonzeroSomewhere(d: Difference, values: Values, sizes: Sizes): boolean {
  for (const indices of placesOf(d.indices, sizes)) {
    const value = evaluate(d.expr, {
      dimensions: sizes,
      indices,
      tensor: (s, at) => componentOf(values.get(s)!, at),
      precision: 20,
    });
    if (isUndefined(value)) continue;
    if (isExact(value) ? signR(value) !== 0 : toDecimal(D, value).abs().gt(1e-6)) return true;
  }
  return false;
}
