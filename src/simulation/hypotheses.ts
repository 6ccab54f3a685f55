/** A model with bound data comes in; every hypothesis of its domain that the data break goes out. */
import { javascript } from "../codegen/index.js";
import {
  type Compare,
  type Condition,
  compare,
  evaluateD,
  extremum,
  type Index,
  isTrue,
  mul,
  num,
  one,
  rational,
  showR,
  sub2,
  symbolsOf,
  type TensorSymbol,
  toNumber,
  unary,
  where,
  zero,
} from "../index-notation/index.js";
import { lower } from "../lower/index.js";
import type { Diagnostic, DomainCondition, Model } from "../model/index.js";
import type { Bound } from "./bind.js";

const broken = (message: string): Diagnostic => ({
  code: "broken-hypothesis",
  message,
  hint: "bind data for which the hypothesis holds, or remove it from `domain` (results that used it change)",
});

/** Hypotheses on parameters, inputs and dimensions; conditions on states are watched along a run instead. */
export function brokenHypotheses(model: Model, bound: Bound): Diagnostic[] {
  const symbols = [...model.parameters.values(), ...model.inputs.values()].map((p) => p.symbol);
  const ofSymbols = symbols.flatMap((s) => {
    const data = bound.values.get(s.name);
    return data === undefined ? [] : [...outOfBounds(s, data), ...asymmetric(s, data)];
  });
  return [
    ...ofSymbols,
    ...model.domain.filter((d) => d.about === "parameters").flatMap((d) => violated(d, bound)),
  ];
}

/** An array may differ from its transpose by rounding; the hypothesis is about what it stands for. */
const ROUNDING = 1e-12;
const differ = (a: number, b: number): boolean =>
  Math.abs(a - b) > ROUNDING * Math.max(1, Math.abs(a), Math.abs(b));

function outOfBounds(s: TensorSymbol, data: Float64Array): Diagnostic[] {
  const { low, lowOpen = false, high, highOpen = false } = s.bounds;
  if (low === undefined && high === undefined) return [];
  const [least, most] = [low && toNumber(low), high && toNumber(high)];
  const below = (x: number): boolean => least !== undefined && (lowOpen ? x <= least : x < least);
  const above = (x: number): boolean => most !== undefined && (highOpen ? x >= most : x > most);
  const k = data.findIndex((x) => below(x) || above(x));
  if (k < 0) return [];
  const bound = below(data[k]!)
    ? `${lowOpen ? ">" : ">="} ${showR(low!)}`
    : `${highOpen ? "<" : "<="} ${showR(high!)}`;
  return [
    broken(
      `${s.name}${s.dims.length > 0 ? ` (entry ${k})` : ""} is ${data[k]}; the model requires ${s.name} ${bound}`,
    ),
  ];
}

function asymmetric(s: TensorSymbol, data: Float64Array): Diagnostic[] {
  if (!s.symmetric && !s.hollow) return [];
  const n = Math.round(Math.sqrt(data.length));
  for (let i = 0; i < n; i++) {
    if (s.hollow && data[i * n + i] !== 0)
      return [broken(`${s.name}[${i},${i}] is ${data[i * n + i]}; the model requires ${s.name}[i,i] = 0`)];
    for (let j = 0; s.symmetric && j < i; j++)
      if (differ(data[i * n + j]!, data[j * n + i]!))
        return [
          broken(
            `${s.name}[${i},${j}] is ${data[i * n + j]} and ${s.name}[${j},${i}] is ${data[j * n + i]}; the model requires ${s.name} to be symmetric`,
          ),
        ];
  }
  return [];
}

/** Conditions that are not a property of one symbol are evaluated at every index value. */
function violated(d: DomainCondition, bound: Bound): Diagnostic[] {
  if (isTrue(d.condition)) return [];
  const symbols = [...new Set(d.condition.all.flatMap((c) => [...symbolsOf(c.left), ...symbolsOf(c.right)]))];
  const unbound = symbols.some((s) => !bound.values.has(s.name));
  const sizes = d.over.map((i) => evaluateD(i.dim, bound.dimensions));
  if (unbound || sizes.includes(undefined)) return [];
  const k = failing(d, symbols, bound);
  return k === undefined
    ? []
    : [broken(`the data break the hypothesis ${d.text}${placeOf(d.over, sizes as number[], k)}`)];
}

/** The first flat index at which the condition fails. */
function failing(d: DomainCondition, symbols: readonly TensorSymbol[], bound: Bound): number | undefined {
  const parameters = new Map(symbols.map((s) => [s, bound.values.get(s.name)!]));
  const value = mul(d.condition.all.map((c) => where(holds(c), one, zero)));
  const request = {
    entries: [{ name: "holds", outputs: [{ name: "holds", over: d.over, value }] }],
    states: [],
    parameters,
    inputs: new Map(),
    dimensions: bound.dimensions,
  };
  const lowered = lower(request);
  if (lowered.kind === "failure") return undefined;
  const entry = javascript.compile(lowered.program).entries.get("holds")!;
  const out = new Float64Array(entry.size);
  entry.evaluate(new Float64Array(0), out);
  const k = out.findIndex((x) => x !== 1);
  return k < 0 ? undefined : k;
}

/** Equality up to rounding, the rest as it stands. */
function holds(c: Compare): Condition {
  if (c.op !== "=" && c.op !== "!=") return compare(c.op, c.left, c.right);
  const gap = unary("abs", sub2(c.left, c.right));
  const size = extremum("max", [one, unary("abs", c.left), unary("abs", c.right)]);
  const slack = mul([num(rational(1, 10n ** 12n)), size]);
  return c.op === "=" ? compare("<=", gap, slack) : compare("<", slack, gap);
}

function placeOf(over: readonly Index[], sizes: readonly number[], flat: number): string {
  let rest = flat;
  const at = sizes.toReversed().map((n) => {
    const k = rest % n;
    rest = Math.floor(rest / n);
    return k;
  });
  return over.length === 0
    ? ""
    : ` at ${over.map((i, k) => `${i.name} = ${at[over.length - 1 - k]}`).join(", ")}`;
}
