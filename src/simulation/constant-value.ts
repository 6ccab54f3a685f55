/** An expression of numbers and pi comes in; its double goes out. */
import { type Expr, toNumber } from "../index-notation/index.js";

/** The double of a constant expression of numbers, pi and arithmetic. */
export function constantValue(e: Expr): number | undefined {
  const all = (list: readonly Expr[]): number[] | undefined => {
    const values = list.map(constantValue);
    return values.every((v) => v !== undefined) ? (values as number[]) : undefined;
  };
  if (e.kind === "number") return toNumber(e.value);
  if (e.kind === "pi") return Math.PI;
  if (e.kind === "add") return all(e.terms)?.reduce((a, b) => a + b);
  if (e.kind === "mul") return all(e.factors)?.reduce((a, b) => a * b);
  if (e.kind !== "power") return undefined;
  const parts = all([e.base, e.exponent]);
  return parts === undefined ? undefined : parts[0]! ** parts[1]!;
}
