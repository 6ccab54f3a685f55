/**
 * A question as text comes in (an expression, its variables, conditions, hypotheses on parameters); a request
 * goes out, or every fault with its place.
 */
import {
  type Condition,
  conjunction,
  divR,
  type Expr,
  meetBounds,
  num,
  parseDecimal,
  type Rational,
  showR,
  substituteTensor,
  type TensorSymbol,
  tensor,
  tensorSymbol,
} from "../../index-notation/index.js";
import { type Diagnostic, fail, ok, type Result } from "../../model/index.js";
import {
  type AdHocScope,
  adHocScope,
  FUNCTION_NAMES,
  parseCondition,
  parseExpression,
} from "../../parser/index.js";
import { domainOf, isEmpty } from "./domain.js";
import type { ConvexityRequest } from "./request.js";

export interface Question {
  readonly expression: string;
  /** `x[i]`, `y`. */
  readonly over: readonly string[];
  readonly where?: readonly string[];
  /** `i:N`, `j:4`. */
  readonly indices?: readonly string[];
  /** `beta > 0`: hypotheses; the names in them that are nothing else become parameters. */
  readonly assume?: readonly string[];
  /** Values of parameters and dimensions by name, as text. */
  readonly set?: ReadonlyMap<string, string>;
}

export function readQuestion(q: Question): Result<ConvexityRequest> {
  const set = q.set ?? new Map<string, string>();
  const indices = (q.indices ?? []).map((text) => sized(text, set));
  const dimensions = new Set((q.indices ?? []).flatMap((text) => namesIn(text.slice(text.indexOf(":") + 1))));
  const own = new Set([...q.over, ...(q.indices ?? [])].flatMap(namesIn));
  const parameters = parameterTexts(
    q,
    [...set.keys()].filter((n) => !dimensions.has(n)),
    own,
  );
  const misplaced = [...set.keys()].flatMap((n) =>
    own.has(n) && !dimensions.has(n) ? [notAParameter(n)] : [],
  );
  if (misplaced.length > 0) return fail(...misplaced);
  const scope = adHocScope({ over: q.over, indices, parameters });
  if (!scope.ok) return scope;
  return read(q, scope.value, set, dimensions);
}

function read(
  q: Question,
  scope: AdHocScope,
  set: ReadonlyMap<string, string>,
  dimensions: ReadonlySet<string>,
): Result<ConvexityRequest> {
  const errors: Diagnostic[] = [];
  const take = <T>(r: Result<T>): T | undefined => {
    if (r.ok) return r.value;
    errors.push(...r.errors);
    return undefined;
  };
  const conditions = (texts: readonly string[], file: string): Condition[] =>
    texts.flatMap((t) => take(parseCondition(t, scope.scope, { file })) ?? []);
  const expression = take(parseExpression(q.expression, scope.scope, { over: [], what: "the expression" }));
  const where = conditions(q.where ?? [], "--where");
  const assume = conditions(q.assume ?? [], "--assume");
  const values = new Map<string, Rational>();
  for (const [name, text] of set) {
    if (dimensions.has(name)) continue;
    const value = numberOf(text);
    if (value === undefined) errors.push(notANumber(name, text));
    else values.set(name, value);
  }
  for (const name of values.keys()) if (!isUsed(name, q)) errors.push(unusedSetting(name));
  if (expression === undefined || errors.length > 0) return fail(...errors.map(withOptions));
  const contradictory = contradictions(scope, assume, values);
  if (contradictory.length > 0) return fail(...contradictory);
  const change = substitution(scope, assume, values);
  return ok({
    expression: change(expression),
    variables: scope.variables.map((v) => v.symbol),
    where: where.map((c) =>
      conjunction(c.all.map((t) => ({ op: t.op, left: change(t.left), right: change(t.right) }))),
    ),
    indices: [...scope.indices.values()],
  });
}

/** The parser speaks of models; here names are declared by options. */
function withOptions(d: Diagnostic): Diagnostic {
  if (d.code !== "unknown-name" || d.hint?.startsWith("declare") !== true) return d;
  return {
    ...d,
    hint: "declare a variable with --over x, a parameter with --assume 'beta > 0' or --set beta=1",
  };
}

const namesIn = (text: string): string[] => text.match(/[A-Za-z_]\w*/g) ?? [];

/** The dimension of `i:N` replaced by its value. */
function sized(text: string, set: ReadonlyMap<string, string>): string {
  const colon = text.indexOf(":");
  if (colon < 0) return text;
  const dimension = text.slice(colon + 1).replace(/[A-Za-z_]\w*/g, (n) => set.get(n) ?? n);
  return text.slice(0, colon + 1) + dimension;
}

/** `beta`, `W[i,j]`: what hypotheses and settings mention and nothing else declares. */
function parameterTexts(q: Question, settings: readonly string[], own: ReadonlySet<string>): string[] {
  const found = new Map(settings.map((n) => [n, n]));
  for (const text of q.assume ?? [])
    for (const [whole, name] of text.matchAll(/([A-Za-z_]\w*)(?:\[[^\]]*\])?(?!\w*\()/g))
      if (name !== undefined && !own.has(name) && !FUNCTION_NAMES.has(name) && name !== "pi")
        found.set(name, whole);
  return [...found.values()];
}

export function numberOf(text: string): Rational | undefined {
  const parts = text.split("/").map((s) => parseDecimal(s.trim()));
  const [numerator, denominator] = parts;
  if (numerator === undefined || parts.length > 2) return undefined;
  if (parts.length === 1) return numerator;
  return denominator === undefined || denominator.n === 0n ? undefined : divR(numerator, denominator);
}

export const notANumber = (name: string, text: string): Diagnostic => ({
  code: "bad-setting",
  message: `--set ${name}=${text}: ${text} is not a number`,
  hint: "give a decimal such as 0.5 or 1e-3, or a fraction such as 1/3",
});

const notAParameter = (name: string): Diagnostic => ({
  code: "bad-setting",
  message: `--set ${name} gives a value to ${name}, which is declared by --over or --index`,
  hint: "set parameters and dimensions; to fix a variable, leave it out of --over",
});

export const unusedSetting = (name: string): Diagnostic => ({
  code: "unknown-name",
  message: `--set ${name} gives a value to ${name}, which occurs nowhere`,
  hint: `remove --set ${name}, or use ${name} in the expression or as a dimension`,
});

const isUsed = (name: string, q: Question): boolean =>
  [q.expression, ...(q.where ?? []), ...(q.assume ?? [])].some((text) => namesIn(text).includes(name));

/** Hypotheses that no value meets, or that the value set does not meet: everything would follow from them. */
export function contradictions(
  scope: AdHocScope,
  assume: readonly Condition[],
  values: ReadonlyMap<string, Rational>,
): Diagnostic[] {
  const domain = domainOf(assume);
  return parametersOf(scope).flatMap((s) => {
    const bounds = domain.ofAll(s);
    const value = values.get(s.name);
    const one = value === undefined ? {} : { low: value, high: value };
    if (!isEmpty(meetBounds(bounds, one))) return [];
    const what = value === undefined ? `no value of ${s.name}` : `${s.name} = ${showR(value)}`;
    return [
      {
        code: "contradiction",
        message: `${what} ${value === undefined ? "meets" : "does not meet"} the hypotheses of --assume`,
        hint: "change --assume, or the value given by --set",
      },
    ];
  });
}

const parametersOf = (scope: AdHocScope): readonly TensorSymbol[] =>
  [...scope.scope.names.values()].flatMap((n) =>
    n.kind === "tensor" && n.symbol.role === "parameter" ? [n.symbol] : [],
  );

/** Parameters with a value become numbers; the others get the bounds that the hypotheses state. */
export function substitution(
  scope: AdHocScope,
  assume: readonly Condition[],
  values: ReadonlyMap<string, Rational>,
): (e: Expr) => Expr {
  const domain = domainOf(assume);
  const parameters = parametersOf(scope);
  return (e) => parameters.reduce((x, s) => substituteTensor(x, s, (subs) => standIn(s, subs)), e);

  function standIn(s: TensorSymbol, subs: Parameters<typeof tensor>[1]): Expr {
    const value = values.get(s.name);
    if (value !== undefined) return num(value);
    const { name, role, dims } = s;
    return tensor(tensorSymbol({ name, role, dims, bounds: domain.ofAll(s) }), subs);
  }
}
