/**
 * Scopes of emitted code: what an expression depends on comes in, the outermost block where it can be
 * computed goes out. Emitting every value there hoists all loop invariants.
 */
import type { Expr, Index, TensorSymbol } from "../index-notation/index.js";
import { symbolsOf } from "../index-notation/index.js";
import {
  type Affine,
  affineAdd,
  affineConstant,
  Facts,
  type Local,
  type Real,
  type Statement,
} from "../ir/index.js";

/** What a scope adds to its parent. */
export interface ScopeParts {
  readonly facts?: Facts;
  readonly index?: { readonly key: string; readonly at: Affine };
  readonly variable?: { readonly symbol: TensorSymbol; readonly value: Real };
  /** Entered only if a test holds: values of the same loop level stay inside. */
  readonly conditional?: boolean;
}

export class Scope {
  readonly statements: Statement[] = [];
  /** Values computed in this block. */
  readonly memo = new Map<Expr, Real>();
  /** Integer definitions made in this block, by the key of their subscript. */
  readonly integers = new Map<string, Affine>();
  facts: Facts;

  constructor(
    readonly parent: Scope | undefined,
    private readonly parts: ScopeParts = {},
  ) {
    this.facts = parts.facts ?? parent?.facts ?? Facts.none;
  }

  inner(parts: ScopeParts): Scope {
    return new Scope(this, parts);
  }

  private binds(keys: ReadonlySet<string>, symbols: ReadonlySet<TensorSymbol>): boolean {
    const { index, variable } = this.parts;
    return (
      (index !== undefined && keys.has(index.key)) || (variable !== undefined && symbols.has(variable.symbol))
    );
  }

  /** The outermost block in which these indices and variables are bound. */
  homeOf(free: readonly Index[], symbols: ReadonlySet<TensorSymbol> = new Set()): Scope {
    const keys = new Set(free.map((i) => i.key));
    let conditional: Scope | undefined;
    for (let scope: Scope = this; ; scope = scope.parent) {
      if (scope.parent === undefined) return conditional ?? scope;
      if (scope.binds(keys, symbols)) return conditional ?? scope;
      if (!scope.parts.conditional) conditional = undefined;
      else conditional ??= scope;
    }
  }

  home(e: Expr): Scope {
    return this.homeOf(e.free, symbolsOf(e));
  }

  /** How many scopes enclose this one. */
  get depth(): number {
    return this.parent === undefined ? 0 : 1 + this.parent.depth;
  }

  at(i: Index): Affine {
    for (let scope: Scope | undefined = this; scope !== undefined; scope = scope.parent)
      if (scope.parts.index?.key === i.key) return scope.parts.index.at;
    throw new Error(`index ${i.name} is not bound`);
  }

  isBound(i: Index): boolean {
    for (let scope: Scope | undefined = this; scope !== undefined; scope = scope.parent)
      if (scope.parts.index?.key === i.key) return true;
    return false;
  }

  variable(symbol: TensorSymbol): Real | undefined {
    for (let scope: Scope | undefined = this; scope !== undefined; scope = scope.parent)
      if (scope.parts.variable?.symbol === symbol) return scope.parts.variable.value;
    return undefined;
  }
}

export const real = (name: string): Local => ({ type: "real", name });
export const int = (name: string): Local => ({ type: "int", name });

export const affineDifference = (a: Affine, b: Affine): Affine => affineAdd(a, b, -1);
export const zeroAffine = affineConstant(0);
