/** A model comes in; its theory as a user of the library sees it, every formula printable, goes out. */
import { derive as deriveCore, type Theory } from "../derivation/index.js";
import type { Expr, Index } from "../index-notation/index.js";
import type { Model } from "../model/index.js";
import {
  type DerivationDocument,
  derivationDocument,
  derivationMarkdown,
  derivationText,
  type Notation,
  notationOf,
  type Printed,
  type PrintedLimit,
} from "../report/index.js";
import { refuse, unwrap } from "./errors.js";

/**
 * Everything that follows from a model. Formulas are `{ text, latex }`; `text` reads back as an expression.
 * Printing happens on first use; `theory` holds the expressions themselves.
 */
export class DerivedTheory {
  private printed?: DerivationDocument;
  private readonly notation: Notation;

  constructor(readonly theory: Theory) {
    this.notation = notationOf(theory);
  }

  /** Declared indices and those that the printed formulas need beside them, by name. */
  get indices(): ReadonlyMap<string, Index> {
    void this.document;
    return this.notation.indices;
  }

  get model(): Model {
    return this.theory.model;
  }

  /** The whole derivation as the JSON document of `legendre derive --json`. */
  get document(): DerivationDocument {
    this.printed ??= derivationDocument(this.theory, this.notation);
    return this.printed;
  }

  /** Total energy of states and parameters; `energy.paired` writes it with activations. */
  get energy(): DerivationDocument["energy"] {
    return this.document.energy;
  }

  /** By layer: Lagrangian, activation, Hessian (over the layer's indices and their partners), neuron energy. */
  get layers(): DerivationDocument["layers"] {
    return this.document.layers;
  }

  /** By state: dx/dt. */
  get dynamics(): DerivationDocument["dynamics"] {
    return this.document.dynamics;
  }

  get dEdt(): DerivationDocument["dEdt"] {
    return this.document.dEdt;
  }

  /** Hebb's rule where the coupling is a Gram matrix of memories, else undefined. */
  get hebbian(): DerivationDocument["hebbian"] {
    return this.document.hebbian;
  }

  get steps(): DerivationDocument["steps"] {
    return this.document.steps;
  }

  get notes(): readonly string[] {
    return this.theory.notes;
  }

  /** The adiabatic limit of a fast layer. Throws LegendreError when the model does not declare it fast. */
  limit(layer: string): PrintedLimit {
    const found = this.document.limits.find((l) => l.fast === layer);
    return (
      found ??
      refuse(
        "no-limit",
        `${layer} is not a fast layer of ${this.model.name}`,
        "list it under `fast:` in the model",
      )
    );
  }

  /** An expression of this theory as text that reads back and as LaTeX. */
  print(e: Expr): Printed {
    return this.notation.print({ over: [], expr: e });
  }

  /** The derivation as Markdown with LaTeX, step by step. */
  markdown(): string {
    return derivationMarkdown(this.theory);
  }

  /** The derivation as plain text, step by step. */
  text(): string {
    return derivationText(this.theory);
  }

  toJSON(): DerivationDocument {
    return this.document;
  }
}

/**
 * Derives activations, Hessians, energies, dynamics, limits and couplings of a model.
 * Throws LegendreError for what this version cannot derive (a dual of unknown form, an activation that is no gradient).
 * Source: theory of Krotov & Hopfield, arXiv 2008.06996; Lotito, arXiv 2503.19922.
 */
export const derive = (model: Model): DerivedTheory => new DerivedTheory(unwrap(deriveCore(model)));
