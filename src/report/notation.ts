/** A model's names come in; every formula of its theory as text, LaTeX and MathML, with one set of index names, goes out. */
import type { Formula, Theory } from "../derivation/index.js";
import type { Expr, Index } from "../index-notation/index.js";
import {
  extendNaming,
  type MatrixForm,
  type Naming,
  namingOf,
  printLatex,
  printMathML,
  printMatrix,
  printText,
} from "../index-notation/print/index.js";
import type { Model } from "../model/index.js";

/** An expression as text that reads back, and as LaTeX. */
export interface Printed {
  readonly text: string;
  readonly latex: string;
  /** In matrix notation, where the formula has such a form: `Xi^T Xi/N_h`. */
  readonly matrix?: MatrixForm;
}

/** Prints the formulas of one theory; index names that had to be invented are kept for all of them. */
export class Notation {
  private naming: Naming;
  private readonly extra = new Map<string, Index>();

  constructor(
    private readonly model: Model,
    partners: readonly Index[] = [],
  ) {
    for (const i of partners) this.extra.set(i.name, i);
    this.naming = namingOf([...model.indices.values(), ...partners], takenNames(model));
  }

  /** The declared indices and those the printed formulas need beside them. */
  get indices(): ReadonlyMap<string, Index> {
    return new Map([...this.model.indices, ...this.extra]);
  }

  text(e: Expr, over: readonly Index[] = []): string {
    const printed = printText(e, this.naming, over);
    this.keep(printed.invented);
    return printed.text;
  }

  latex(e: Expr, over: readonly Index[] = []): string {
    const printed = printLatex(e, this.naming, over);
    this.keep(printed.invented);
    return printed.latex;
  }

  mathml(e: Expr, over: readonly Index[] = []): string {
    const printed = printMathML(e, this.naming, over);
    this.keep(printed.invented);
    return printed.mathml;
  }

  print(f: Formula): Printed {
    const matrix = printMatrix(f.expr, f.over, this.naming);
    return { text: this.text(f.expr, f.over), latex: this.latex(f.expr, f.over), ...(matrix && { matrix }) };
  }

  private keep(invented: readonly Index[]): void {
    if (invented.length === 0) return;
    for (const i of invented) this.extra.set(i.name, i);
    this.naming = extendNaming(this.naming, invented);
  }
}

/** Every name of the model that is no index. */
function takenNames(model: Model): string[] {
  const layers =
    model.kind === "layered"
      ? [...model.layers.values()].flatMap((l) => [l.name, l.activation.name])
      : [...model.states.keys()];
  return [
    ...model.dimensions,
    ...model.parameters.keys(),
    ...model.inputs.keys(),
    ...model.observables.keys(),
    ...layers,
  ];
}

export const notationOf = (theory: Theory): Notation => new Notation(theory.model, theory.partners);
