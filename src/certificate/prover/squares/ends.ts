/**
 * A polynomial in bounded quantities comes in; one in free variables goes out, whose being a sum of squares shows
 * the sign between the bounds: x = low + s², x = high − s², or x = low·t² + high·s² with s² + t² = 1.
 */
import {
  add,
  asRational,
  div,
  type Expr,
  isInteger,
  mul,
  num,
  power,
  replaceTensor,
  sqrt,
  square,
  sub2,
  subR,
  type TensorSymbol,
  tensor,
  tensorSymbol,
} from "../../../index-notation/index.js";
import { expand, simplify } from "../../../rewrite/index.js";
import { factorsOf } from "../algebra/factor.js";
import type { Quantity } from "./quantities.js";

interface Root {
  readonly symbol: TensorSymbol;
  readonly stands: Expr;
}

export interface Freed {
  readonly e: Expr;
  /** Puts roots of distances from the ends in place of the free variables. */
  readonly back: (x: Expr) => Expr;
}

export function awayFromEnds(e: Expr, quantities: readonly Quantity[]): Freed {
  const roots: Root[] = [];
  const free = (name: string, stands: Expr): Expr => {
    const symbol = tensorSymbol({ name, role: "variable" });
    roots.push({ symbol, stands });
    return tensor(symbol);
  };
  let moved = e;
  for (const { symbol, stands: x } of quantities) {
    const { low, high } = symbol.bounds;
    const name = symbol.name;
    if (low !== undefined && high !== undefined) {
      const width = num(subR(high, low));
      const s = free(`above ${name}`, sqrt(div(sub2(x, num(low)), width)));
      const t = free(`below ${name}`, sqrt(div(sub2(num(high), x), width)));
      moved = homogenised(moved, symbol, low, high, s, t);
    } else if (low !== undefined && low.n !== 0n) {
      const s = free(`above ${name}`, sqrt(sub2(x, num(low))));
      moved = replaceTensor(moved, symbol, [], add([num(low), square(s)]));
    } else if (low === undefined && high !== undefined) {
      const s = free(`below ${name}`, sqrt(sub2(num(high), x)));
      moved = replaceTensor(moved, symbol, [], sub2(num(high), square(s)));
    }
  }
  return {
    e: simplify(expand(moved)),
    back: (y) => roots.reduce((z, r) => replaceTensor(z, r.symbol, [], r.stands), y),
  };
}

/** Every term brought to the same degree in s² and t², whose sum is 1. */
function homogenised(
  e: Expr,
  symbol: TensorSymbol,
  low: Parameters<typeof num>[0],
  high: Parameters<typeof num>[0],
  s: Expr,
  t: Expr,
): Expr {
  const terms = e.kind === "add" ? e.terms : [e];
  const degrees = terms.map((u) => degreeIn(u, symbol));
  const most = Math.max(...degrees);
  const x = add([mul([num(low), square(t)]), mul([num(high), square(s)])]);
  const one = add([square(s), square(t)]);
  const parts = terms.map((u, n) => {
    const rest = mul(factorsOf(u).filter((f) => !isPowerOf(f, symbol)));
    return mul([rest, power(x, num(degrees[n]!)), power(one, num(most - degrees[n]!))]);
  });
  return simplify(expand(add(parts)));
}

const isPowerOf = (f: Expr, symbol: TensorSymbol): boolean =>
  (f.kind === "power" ? f.base : f) === tensor(symbol);

function degreeIn(term: Expr, symbol: TensorSymbol): number {
  const own = factorsOf(term).find((f) => isPowerOf(f, symbol));
  if (own === undefined) return 0;
  const k = own.kind === "power" ? asRational(own.exponent) : undefined;
  return k === undefined ? 1 : isInteger(k) ? Number(k.n) : Number.NaN;
}
