/** The text of one expression or condition and a scope come in; an `Expr` or a `Condition` goes out. */
import {
  type Compare,
  type Comparison,
  type Condition,
  compare,
  conjunction,
  type Expr,
  type Index,
  isFalse,
} from "../index-notation/index.js";
import { type Diagnostic, fail, ok, type Result } from "../model/index.js";
import { diagnose, type Fault, fault, type Locate, locator } from "./fault.js";
import type { Reading } from "./reading.js";
import { guarded, resolve, resolveSource } from "./resolve.js";
import type { Scope, View } from "./scope.js";
import type { SourceExpr } from "./source.js";
import { parseSource } from "./syntax.js";

export interface ExpressionOptions {
  /** Indices that may stay free; by default every declared one. */
  readonly over?: readonly Index[];
  /** What the expression is called in messages; `an expression` by default. */
  readonly what?: string;
  /** The file named in diagnostics. */
  readonly file?: string;
}

const viewOf = (options: ExpressionOptions): View => ({
  what: options.what ?? "an expression",
  ...(options.over === undefined ? {} : { over: options.over }),
});

/**
 * Reads one expression. On failure the diagnostics of every unknown name, wrong subscript and so on (or of
 * the one fault of syntax), with line and column inside `text`. Never throws.
 */
export function parseExpression(text: string, scope: Scope, options: ExpressionOptions = {}): Result<Expr> {
  return readExpression(text, scope, viewOf(options), locator(text, options.file));
}

/** Reads one condition, such as `x^2 + y^2 <= 1`. Fails like `parseExpression`. */
export function parseCondition(
  text: string,
  scope: Scope,
  options: ExpressionOptions = {},
): Result<Condition> {
  return readCondition(text, scope, viewOf(options), locator(text, options.file));
}

/** `parseExpression` for text inside a file: `locate` says where. */
export function readExpression(text: string, scope: Scope, view: View, locate: Locate): Result<Expr> {
  const syntax = parseSource(text);
  if ("fault" in syntax) return fail(diagnose(syntax.fault, locate));
  return readTree(syntax.tree, text, scope, view, locate);
}

export function readTree(
  tree: SourceExpr,
  text: string,
  scope: Scope,
  view: View,
  locate: Locate,
  variables?: Reading["variables"],
): Result<Expr> {
  return toResult(resolveSource(tree, text, scope, view, variables), locate);
}

function toResult<T>(outcome: { value: T } | { faults: readonly Fault[] }, locate: Locate): Result<T> {
  if ("value" in outcome) return ok(outcome.value);
  return { ok: false, errors: outcome.faults.map((f): Diagnostic => diagnose(f, locate)) };
}

export function readCondition(text: string, scope: Scope, view: View, locate: Locate): Result<Condition> {
  const syntax = parseSource(text);
  return "fault" in syntax
    ? fail(diagnose(syntax.fault, locate))
    : readConditionTree(syntax.tree, text, scope, view, locate);
}

/**
 * A condition keeps its comparison even where hypotheses decide it, because those hypotheses may come from
 * this very condition; one that can never hold is refused.
 */
export function readConditionTree(
  tree: SourceExpr,
  text: string,
  scope: Scope,
  view: View,
  locate: Locate,
): Result<Condition> {
  if (tree.kind !== "comparison") return fail(diagnose(notAComparison(tree, text), locate));
  return toResult(
    guarded(tree.range, (faults) => {
      const r: Reading = {
        scope,
        view,
        text,
        bound: new Map(),
        variables: new Map(),
        faults,
        reported: new Set(),
      };
      const [left, right] = [resolve(tree.left, r), resolve(tree.right, r)];
      if (faults.length === 0 && isFalse(compare(tree.op, left, right))) faults.push(neverHolds(tree, text));
      return conjunction([undecided(tree.op, left, right)]);
    }),
    locate,
  );
}

function undecided(op: Comparison | ">" | ">=", left: Expr, right: Expr): Compare {
  if (op === ">") return { op: "<", left: right, right: left };
  return op === ">=" ? { op: "<=", left: right, right: left } : { op, left, right };
}

const notAComparison = (tree: SourceExpr, text: string): Fault =>
  fault(
    tree.range,
    "not-a-condition",
    `found ${text.trim()} where a comparison was expected`,
    "a condition compares with < <= > >= = or !=",
  );

const neverHolds = (tree: SourceExpr, text: string): Fault =>
  fault(
    tree.range,
    "contradiction",
    `the condition ${text.trim()} never holds`,
    "remove it, or the sign or condition that contradicts it",
  );
