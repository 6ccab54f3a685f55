/** Powers come in; multiplications, square roots and divisions go out where the exponent allows it. */
import { type Expr, type Node, num, type Rational, toNumber } from "../index-notation/index.js";
import { call, constant, over, type Real, times } from "../ir/index.js";
import type { Emitter } from "./emit.js";
import type { Scope } from "./scope.js";

/** Beyond this exponent `pow` is both faster and more accurate than repeated multiplication. */
const MAX_MULTIPLIED = 16n;

interface Power {
  readonly base: Expr;
  readonly exponent: Rational | Expr;
}

export function emitPower(e: Power | Node<"power">, scope: Scope, x: Emitter): Real {
  const exponent = "kind" in e.exponent && e.exponent.kind === "number" ? e.exponent.value : e.exponent;
  if ("kind" in exponent) return call("pow", x.emit(e.base, scope), x.emit(exponent, scope));
  if (exponent.n < 0n) {
    const positive = { n: -exponent.n, d: exponent.d };
    return over(constant(1), x.powerOf(e.base, positive, scope));
  }
  return positivePower(e.base, exponent, scope, x);
}

function positivePower(base: Expr, k: Rational, scope: Scope, x: Emitter): Real {
  const value = x.emit(base, scope);
  if (k.d === 2n && k.n <= MAX_MULTIPLIED) {
    const simple = x.name(value, base, scope);
    const root = call("sqrt", simple);
    return k.n === 1n ? root : times(repeated(simple, k.n / 2n, base, scope, x), root);
  }
  if (k.d !== 1n || k.n > MAX_MULTIPLIED) return call("pow", value, constant(toNumber(k)));
  return repeated(x.name(value, base, scope), k.n, base, scope, x);
}

/** Binary powering; x is as cheap as a local. */
function repeated(value: Real, n: bigint, base: Expr, scope: Scope, x: Emitter): Real {
  if (n === 1n) return value;
  const half = x.name(repeated(value, n / 2n, base, scope, x), num(1), scope);
  const even = times(half, half);
  return n % 2n === 0n ? even : times(even, value);
}
