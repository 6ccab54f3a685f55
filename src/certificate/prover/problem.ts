/**
 * A request and a sign come in; the same claim in the forms that strategies work on goes out: with the domain's
 * bounds put into the symbols, over scalars, and as text.
 */
import {
  type Expr,
  neg,
  substituteTensor,
  type TensorSymbol,
  tensor,
  tensorSymbol,
} from "../../index-notation/index.js";
import { componentsOf, fromScalars, intoScalars, type ScalarVariable } from "./algebra/scalars.js";
import type { Writer } from "./claim.js";
import type { Domain } from "./domain.js";
import type { ConvexityRequest } from "./request.js";

/** Scalars beyond this are left to the rules that keep indices. */
const MAX_SCALARS = 6;

export class Problem {
  /** ±e as the user wrote it. */
  readonly e: Expr;
  /** The same over symbols that carry the bounds of the domain. */
  readonly bounded: Expr;
  readonly #marked: ReadonlyMap<TensorSymbol, TensorSymbol>;
  #scalars: readonly ScalarVariable[] | undefined | null = null;

  constructor(
    readonly request: ConvexityRequest,
    readonly sign: 1 | -1,
    readonly domain: Domain,
    readonly writer: Writer,
    expression: Expr = request.expression,
  ) {
    this.e = sign === 1 ? expression : neg(expression);
    this.#marked = new Map(request.variables.map((v) => [v, withBounds(v, domain)]));
    this.bounded = [...this.#marked].reduce(
      (e, [from, to]) => (from === to ? e : substituteTensor(e, from, (subs) => tensor(to, subs))),
      this.e,
    );
  }

  /** The symbols that `bounded` uses for the variables. */
  get symbols(): readonly TensorSymbol[] {
    return [...this.#marked.values()];
  }

  /** One scalar for each component; undefined where a dimension is symbolic or there are too many. */
  get scalars(): readonly ScalarVariable[] | undefined {
    if (this.#scalars === null) {
      const lists = this.request.variables.map((v) => componentsOf(v, (at) => this.domain.of(v, at)));
      const all = lists.every((l) => l !== undefined) ? lists.flat() : undefined;
      this.#scalars = all === undefined || all.length > MAX_SCALARS ? undefined : all;
    }
    return this.#scalars;
  }

  /** ±e over the scalars. */
  overScalars(): Expr | undefined {
    return this.scalars && intoScalars(this.e, this.scalars);
  }

  /** Text of an expression over scalars, bounded symbols or the user's own. */
  readonly text = (e: Expr): string => this.writer.text(fromScalars(e, this.scalars ?? []));

  /** The same claim about another expression in the user's symbols. */
  about(expression: Expr): Problem {
    return new Problem(this.request, 1, this.domain, this.writer, expression);
  }
}

function withBounds(v: TensorSymbol, domain: Domain): TensorSymbol {
  const { name, role, dims, symmetric, hollow, integer } = v;
  return tensorSymbol({ name, role, dims, symmetric, hollow, integer, bounds: domain.ofAll(v) });
}

/** Back from bounded symbols to the user's own. */
export function unbounded(p: Problem, e: Expr): Expr {
  return p.symbols.reduce((x, s, k) => {
    const own = p.request.variables[k]!;
    return own === s ? x : substituteTensor(x, s, (subs) => tensor(own, subs));
  }, e);
}
