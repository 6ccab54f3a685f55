/** Two expressions as text come in; expressions over declared names with the bounds that conditions state go out. */
import { type Condition, conjunction, type Expr, type Rational } from "../../index-notation/index.js";
import { type Diagnostic, fail, ok, type Result } from "../../model/index.js";
import { adHocScope, inferDeclarations, parseCondition, parseExpression } from "../../parser/index.js";
import { contradictions, notANumber, numberOf, substitution, unusedSetting } from "../prover/question.js";

export interface EqualityQuestion {
  readonly left: string;
  readonly right: string;
  /** `x > 0`: both sides are compared where these hold. */
  readonly where?: readonly string[];
  /** `i:N`, `j:4`; others are inferred. */
  readonly indices?: readonly string[];
  /** Values of names, as text. */
  readonly set?: ReadonlyMap<string, string>;
}

export interface EqualityRequest {
  readonly left: Expr;
  readonly right: Expr;
  /** Conditions as written; bounds on single names are also bounds of their symbols. */
  readonly where: readonly Condition[];
}

/** Fails with every fault of either text, with its place. */
export function readEquality(q: EqualityQuestion): Result<EqualityRequest> {
  const { left, right, where = [], indices = [], set = new Map<string, string>() } = q;
  const inferred = inferDeclarations([left, right, ...where], indices);
  const scope = adHocScope({
    over: [],
    indices: [...indices, ...inferred.indices],
    parameters: inferred.names,
  });
  if (!scope.ok) return scope;
  const errors: Diagnostic[] = [];
  const take = <T>(r: Result<T>): T[] => {
    if (r.ok) return [r.value];
    errors.push(...r.errors);
    return [];
  };
  const free = { over: [...scope.value.indices.values()] };
  const read = (text: string, what: string): Expr[] =>
    take(parseExpression(text, scope.value.scope, { ...free, what, file: what }));
  const [a] = read(left, "the first expression");
  const [b] = read(right, "the second expression");
  const conditions = where.flatMap((t) => take(parseCondition(t, scope.value.scope, { file: "--where" })));
  const values = new Map<string, Rational>();
  for (const [name, text] of set) {
    const value = numberOf(text);
    if (value === undefined) errors.push(notANumber(name, text));
    else if (!inferred.names.includes(name)) errors.push(unusedSetting(name));
    else values.set(name, value);
  }
  if (a === undefined || b === undefined || errors.length > 0) return fail(...errors);
  const contradictory = contradictions(scope.value, conditions, values);
  if (contradictory.length > 0) return fail(...contradictory);
  const change = substitution(scope.value, conditions, values);
  return ok({
    left: change(a),
    right: change(b),
    where: conditions.map((c) =>
      conjunction(c.all.map((t) => ({ op: t.op, left: change(t.left), right: change(t.right) }))),
    ),
  });
}
