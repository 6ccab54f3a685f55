/**
 * A request comes in; what its certificates say around the proof goes out: declarations, claims as text, and
 * witnesses. One naming is used throughout, so that everything reads back.
 */
import {
  type Bounds,
  type Condition,
  type Dimension,
  type Expr,
  extendNaming,
  type Index,
  index,
  type Naming,
  namesIn,
  namingOf,
  neg,
  printText,
  showD,
  showR,
  symbolsOf,
  type TensorSymbol,
} from "../../index-notation/index.js";
import {
  type Certificate,
  type Claim,
  type Declarations,
  FORMAT,
  type Proof,
  type SymbolDeclaration,
  type Witness,
} from "../checker/format.js";
import { symbolsOfCondition } from "./domain.js";
import type { ConvexityRequest } from "./request.js";

/** Writes expressions of one request as text, and remembers the indices it had to invent. */
export class Writer {
  #naming: Naming;
  readonly #indices = new Map<string, Index>();
  readonly symbols: readonly TensorSymbol[];

  constructor(readonly request: ConvexityRequest) {
    const { expression, variables, where, indices } = request;
    const mentioned = where.flatMap((c) => [...symbolsOfCondition(c)]);
    const all = new Set([...variables, ...symbolsOf(expression), ...mentioned]);
    // Variables of integrals are bound.
    this.symbols = [...all].filter((s) => !s.name.startsWith("#"));
    for (const i of indices) this.#indices.set(i.name, i);
    const taken = [...this.symbols.map((s) => s.name), ...namesIn(expression)];
    this.#naming = namingOf(indices, taken);
  }

  text(e: Expr): string {
    const printed = printText(e, this.#naming);
    this.#keep(printed.invented);
    return printed.text;
  }

  #keep(invented: readonly Index[]): void {
    for (const i of invented) this.#indices.set(i.name, i);
    this.#naming = extendNaming(this.#naming, invented);
  }

  /** A name that the certificate does not use. */
  unusedName(stem: string): string {
    const taken = new Set([
      ...this.symbols.map((s) => s.name),
      ...this.#naming.taken,
      ...this.#indices.keys(),
    ]);
    let n = 0;
    while (taken.has(`${stem}${n}`)) n++;
    return `${stem}${n}`;
  }

  /** One comparison a line. */
  condition(c: Condition): readonly string[] {
    return c.all.map((t) => `${this.text(t.left)} ${t.op} ${this.text(t.right)}`);
  }

  declarations(): Declarations {
    const symbols: Record<string, SymbolDeclaration> = {};
    for (const s of this.symbols)
      symbols[s.name] = { over: this.#over(s), ...boundsText(s.bounds), ...(s.integer && { integer: true }) };
    const indices: Record<string, string> = {};
    for (const i of this.#indices.values()) indices[i.name] = showD(i.dim);
    return { indices, symbols };
  }

  /** Names of different indices over the dimensions of a symbol. */
  #over(s: TensorSymbol): string[] {
    const used = new Set<string>();
    return s.dims.map((d) => {
      const found = [...this.#indices.values()].find((i) => i.dim.key === d.key && !used.has(i.name));
      const name = found?.name ?? this.#invent(d, used);
      used.add(name);
      return name;
    });
  }

  #invent(d: Dimension, used: ReadonlySet<string>): string {
    const taken = new Set([...this.#naming.taken, ...this.#indices.keys(), ...used]);
    let n = 1;
    while (taken.has(`k${n}`)) n++;
    const made = index(`k${n}`, d);
    this.#indices.set(made.name, made);
    return made.name;
  }

  /** That ±the expression is convex. */
  claim(sign: 1 | -1): Claim {
    const { expression } = this.request;
    return this.claimAbout("convex", sign === 1 ? expression : neg(expression));
  }

  claimAbout(kind: Claim["kind"], e: Expr): Claim {
    const { variables, where } = this.request;
    return {
      kind,
      e: this.text(e),
      variables: variables.map((v) => v.name),
      where: where.flatMap((c) => this.condition(c)),
    };
  }

  /** Declarations last: writing the claim may invent indices. */
  proved(claim: Claim, proof: Proof): Certificate {
    const declarations = this.declarations();
    return { format: FORMAT, subject: "expression", declarations, claim, verdict: "proved", proof };
  }

  refuted(claim: Claim, witness: Witness): Certificate {
    const declarations = this.declarations();
    return { format: FORMAT, subject: "expression", declarations, claim, verdict: "refuted", witness };
  }
}

function boundsText({ low, lowOpen, high, highOpen }: Bounds): Partial<SymbolDeclaration> {
  return {
    ...(low && { low: showR(low), lowOpen: !!lowOpen }),
    ...(high && { high: showR(high), highOpen: !!highOpen }),
  };
}
