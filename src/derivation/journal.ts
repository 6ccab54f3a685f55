/** Formulas come in as they are derived; the list of steps a reader follows goes out. */
import type { Expr, Index } from "../index-notation/index.js";
import { simplify, type Trace } from "../rewrite/index.js";
import type { Formula, Step } from "./theory.js";

/** Collects steps and remarks while a theory is derived. */
export class Journal {
  readonly steps: Step[] = [];
  readonly notes: string[] = [];
  private trace: Trace = new Map();

  /** Simplifies with the rules of the toolkit; the names of rules used belong to the next step. */
  simplify(e: Expr): Expr {
    return simplify(e, this.trace);
  }

  formula(over: readonly Index[], e: Expr): Formula {
    return { over, expr: this.simplify(e) };
  }

  step(title: string, because: string, results: Readonly<Record<string, Formula>>): void {
    const named = Object.entries(results).map(([name, formula]) => ({ name, formula }));
    this.steps.push({ title, because, results: named, rules: [...this.trace.keys()] });
    this.trace = new Map();
  }

  note(text: string): void {
    if (!this.notes.includes(text)) this.notes.push(text);
  }
}
