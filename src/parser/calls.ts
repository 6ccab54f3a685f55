/** A call comes in, the node of its function goes out: functions, binders, choice, delta and integrals. */
import {
  asIndex,
  BINDERS,
  type BinderOp,
  binder,
  both,
  delta,
  type Expr,
  extremum,
  integral,
  isInteger,
  one,
  polygamma,
  position,
  root,
  sqrt,
  type TensorSymbol,
  tensorSymbol,
  toNumber,
  UNARY,
  unary,
  where,
} from "../index-notation/index.js";
import { NICKNAMES } from "./aliases.js";
import { bind, comparison } from "./binding.js";
import { expand } from "./definitions.js";
import { FUNCTION_NAMES, type FunctionName, isFunction } from "./function-names.js";
import {
  asDeclaredIndex,
  complain,
  lookUp,
  type Reading,
  type Resolve,
  showSubscripts,
  slice,
} from "./reading.js";
import { describe, type Entry } from "./scope.js";
import { constantOf, type SourceExpr, type SourceNode } from "./source.js";
import { checkSubscript, subscript } from "./subscripts.js";
import { didYouMean } from "./suggest.js";

type Call = SourceNode<"call">;
type Rule = (e: Call, r: Reading, resolve: Resolve) => Expr;

const MAX_POLYGAMMA = 100;

const RULES: ReadonlyMap<FunctionName, Rule> = new Map<FunctionName, Rule>([
  ...UNARY.map((fn): [FunctionName, Rule] => [
    fn,
    (e, r, resolve) => unary1(e, r, resolve, (x) => unary(fn, x)),
  ]),
  ["sqrt", (e, r, resolve) => unary1(e, r, resolve, sqrt)],
  ["digamma", (e, r, resolve) => unary1(e, r, resolve, (x) => polygamma(0, x))],
  ["trigamma", (e, r, resolve) => unary1(e, r, resolve, (x) => polygamma(1, x))],
  ["polygamma", polygammaOf],
  ...BINDERS.map((op): [FunctionName, Rule] => [op, (e, r, resolve) => bindingOrValues(op, e, r, resolve)]),
  ["softmax", bareSoftmax],
  ["where", choice],
  ["integral", integralOf],
  ["root", rootOf],
  ["delta", kronecker],
  ["mod", (e, r) => remainder(e, r)],
]);

export function call(e: Call, r: Reading, resolve: Resolve): Expr {
  const rule = isFunction(e.name) ? RULES.get(e.name) : undefined;
  if (rule !== undefined) return rule(e, r, resolve);
  const entry = lookUp(e.name, r);
  if (entry?.kind === "definition" && entry.arity > 0)
    return expand(e.name, entry, e.args, [], e.range, r, resolve);
  if (entry?.kind !== "broken") unknownFunction(e, r);
  return one;
}

function unknownFunction(e: Call, r: Reading): void {
  const entry = lookUp(e.name, r);
  if (entry !== undefined || r.variables.has(e.name)) notAFunction(e, entry, r);
  else
    complain(r, e.nameRange, "unknown-function", `unknown function ${e.name}`, adviceOnFunction(e.name, r));
}

function notAFunction(e: Call, entry: Entry | undefined, r: Reading): void {
  const what = entry === undefined ? `${e.name} is a scalar` : describe(e.name, entry);
  const component = entry?.kind === "tensor" && entry.over.length > 0;
  const hint = component
    ? `write ${e.name}${showSubscripts(entry.over)} for a component`
    : `write ${e.name}*(…) for a product`;
  complain(r, e.nameRange, "not-a-function", `${what}, not a function`, hint);
}

function adviceOnFunction(name: string, r: Reading): string {
  const nickname = NICKNAMES.get(name);
  if (nickname !== undefined) return `write ${nickname}`;
  const functions = [...r.scope.names].flatMap(([n, x]) =>
    x.kind === "definition" && x.arity > 0 ? [n] : [],
  );
  return didYouMean(name, [...FUNCTION_NAMES, ...functions], "declare it under define, with of: [x]");
}

function arity(e: Call, r: Reading, expected: string, hint: string): Expr {
  const found = `found ${e.args.length} argument${e.args.length === 1 ? "" : "s"}`;
  complain(r, e.range, "arity", `${e.name} takes ${expected}; ${found}`, hint);
  return one;
}

function unary1(e: Call, r: Reading, resolve: Resolve, make: (x: Expr) => Expr): Expr {
  if (e.args.length !== 1) return arity(e, r, "one argument", `write ${e.name}(x)`);
  return make(resolve(e.args[0]!, r));
}

function polygammaOf(e: Call, r: Reading, resolve: Resolve): Expr {
  if (e.args.length !== 2) return arity(e, r, "an order and a value", "write polygamma(1, x)");
  const order = constantOf(e.args[0]!);
  const x = resolve(e.args[1]!, r);
  const valid = order !== undefined && isInteger(order) && order.n >= 0n && order.n <= BigInt(MAX_POLYGAMMA);
  if (valid) return polygamma(toNumber(order), x);
  complain(
    r,
    e.args[0]!.range,
    "bad-order",
    `found ${slice(r, e.args[0]!.range)} where the order, an integer from 0 to ${MAX_POLYGAMMA}, was expected`,
    "polygamma(0, x) is digamma(x)",
  );
  return one;
}

// ---- binders ---------------------------------------------------------------------------------------

/** `max(i, e)` binds the index i; `max(a, b)` chooses between values. */
function bindingOrValues(op: BinderOp, e: Call, r: Reading, resolve: Resolve): Expr {
  const first = e.args[0]!;
  const binds = first.kind === "comparison" || asDeclaredIndex(first, r) !== undefined;
  if ((op === "max" || op === "min") && !binds) return extremumOf(op, e, r, resolve);
  if (e.args.length < 2)
    return arity(e, r, "an index and an expression", `write ${op}(i, ${slice(r, first.range)})`);
  const { indices, guard, inner } = bind(e.args.slice(0, -1), op, r, resolve);
  return binder(op, indices, guard, resolve(e.args.at(-1)!, inner));
}

function extremumOf(op: "max" | "min", e: Call, r: Reading, resolve: Resolve): Expr {
  if (e.args.length < 2)
    return arity(e, r, "an index and an expression, or two values", `write ${op}(i, x[i]) or ${op}(a, b)`);
  return extremum(
    op,
    e.args.map((a) => resolve(a, r)),
  );
}

function bareSoftmax(e: Call, r: Reading): Expr {
  complain(
    r,
    e.range,
    "subscript-count",
    "softmax is a vector; found it without a subscript",
    `write ${slice(r, e.range)}[i] with the index at which it is read`,
  );
  return one;
}

// ---- choice, delta, integral -----------------------------------------------------------------------

function choice(e: Call, r: Reading, resolve: Resolve): Expr {
  const hint = "write where(a > b, e1, e2)";
  if (e.args.length < 3) return arity(e, r, "a condition and two values", hint);
  const tests = e.args.slice(0, -2).map((c) => {
    if (c.kind === "comparison") return comparison(c, r, resolve);
    complain(
      r,
      c.range,
      "not-a-condition",
      `found ${slice(r, c.range)} where a comparison was expected`,
      hint,
    );
    return both();
  });
  return where(both(...tests), resolve(e.args.at(-2)!, r), resolve(e.args.at(-1)!, r));
}

function kronecker(e: Call, r: Reading): Expr {
  if (e.args.length !== 2) return arity(e, r, "two subscripts", "write delta[i,j]");
  const [a, b] = [subscript(e.args[0]!, r), subscript(e.args[1]!, r)];
  if (a === undefined || b === undefined) return one;
  const [i, j] = [asIndex(a), asIndex(b)];
  if (i !== undefined) checkSubscript(b, i.dim, `${i.name} beside it`, e.args[1]!.range, r);
  else if (j !== undefined) checkSubscript(a, j.dim, `${j.name} beside it`, e.args[0]!.range, r);
  return delta(a, b);
}

/** `mod(i + 1, N)` as a value: the number of a position on a cycle. */
function remainder(e: Call, r: Reading): Expr {
  const at = subscript(e, r);
  return at === undefined ? one : position(at);
}

function integralOf(e: Call, r: Reading, resolve: Resolve): Expr {
  if (e.args.length !== 4)
    return arity(e, r, "a variable, two bounds and an expression", "write integral(s, 0, x, e)");
  const [s, a, b, body] = e.args as [SourceExpr, SourceExpr, SourceExpr, SourceExpr];
  const [low, high] = [resolve(a, r), resolve(b, r)];
  const fresh = freshVariable("integral", s, r);
  return fresh === undefined ? one : integral(fresh.variable, low, high, resolve(body, fresh.inner));
}

function rootOf(e: Call, r: Reading, resolve: Resolve): Expr {
  if (e.args.length !== 2)
    return arity(e, r, "a variable and an expression", "write root(s, e) with e non-decreasing in s");
  const [s, body] = e.args as [SourceExpr, SourceExpr];
  const fresh = freshVariable("root", s, r);
  return fresh === undefined ? one : root(fresh.variable, resolve(body, fresh.inner));
}

/** The variable that an integral or a root binds, and what its body may read; a complaint where it is taken. */
function freshVariable(
  of: string,
  s: SourceExpr,
  r: Reading,
): { variable: TensorSymbol; inner: Reading } | undefined {
  const refused = (found: string): undefined => {
    const message = `the first argument of ${of} is a fresh name; ${found}`;
    complain(r, s.range, "not-fresh", message, "choose a name that is used nowhere else");
  };
  if (s.kind !== "name") return refused(`found ${slice(r, s.range)}`);
  if (r.variables.has(s.name) || r.scope.names.has(s.name) || s.name === "pi")
    return refused(`${s.name} is declared already`);
  const variable = tensorSymbol({ name: s.name, role: "variable" });
  return { variable, inner: { ...r, variables: new Map([...r.variables, [s.name, variable]]) } };
}
