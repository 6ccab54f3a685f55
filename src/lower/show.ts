/** Expressions and plans come in, one line of text for each stage goes out, for traces and tests of passes. */
import {
  type Condition,
  type Expr,
  type Index,
  type Kind,
  type Node,
  type Subscript,
  showD,
  showR,
  showSub,
} from "../index-notation/index.js";
import type { Compute, Stage } from "./stage.js";

const indexName = (i: Index): string => i.name;
const sub = (s: Subscript): string => showSub(s, indexName);
const list = (items: readonly Expr[], by: string): string => items.map(show).join(by);

const texts: { [K in Kind]: (e: Node<K>) => string } = {
  number: (e) => showR(e.value),
  pi: () => "pi",
  dimension: (e) => showD(e.dim),
  position: (e) => sub(e.at),
  tensor: (e) => (e.subs.length === 0 ? e.symbol.name : `${e.symbol.name}[${e.subs.map(sub).join(",")}]`),
  add: (e) => `(${list(e.terms, " + ")})`,
  mul: (e) => list(e.factors, "*"),
  power: (e) => `${show(e.base)}^${show(e.exponent)}`,
  unary: (e) => `${e.fn}(${show(e.arg)})`,
  polygamma: (e) => `polygamma(${e.order}, ${show(e.arg)})`,
  extremum: (e) => `${e.fn}(${list(e.args, ", ")})`,
  where: (e) => `where(${showCondition(e.condition)}, ${show(e.then)}, ${show(e.else)})`,
  delta: (e) => `delta[${sub(e.left)},${sub(e.right)}]`,
  binder: (e) => binderText(e.op, e.indices, e.guard, e.body),
  softmax: (e) => `${binderText("softmax", [e.index], e.guard, e.body)}[${sub(e.at)}]`,
  integral: (e) => `integral(${e.variable.name}, ${show(e.lower)}, ${show(e.upper)}, ${show(e.body)})`,
  root: (e) => `root(${e.variable.name}, ${show(e.body)})`,
};

const showCondition = (c: Condition): string =>
  c.all.map((x) => `${show(x.left)} ${x.op} ${show(x.right)}`).join(" and ");

function binderText(op: string, indices: readonly Index[], guard: Condition, body: Expr): string {
  const tests = guard.all.length === 0 ? [] : [showCondition(guard)];
  return `${op}(${[...indices.map(indexName), ...tests, show(body)].join(", ")})`;
}

/** The expression with its indices as they are named inside: canonical, fresh or declared. */
export function show(e: Expr): string {
  return (texts[e.kind] as (e: Expr) => string)(e);
}

const computeText = (c: Compute): string => {
  if (c.kind === "map") return show(c.value);
  if (c.kind === "softmax") return binderText("softmax", [c.index], c.guard, c.body);
  if (c.kind === "online")
    return `online sum(${indexName(c.index)}, softmax(${show(c.exponent)})*${show(c.value)})`;
  return binderText(c.reduction.op, c.reduction.indices, c.reduction.guard, c.reduction.body);
};

/** Fresh names are numbered by first use, so that the text is the same in every process. */
function renumber(text: string): string {
  const names = new Map<string, string>();
  return text.replace(/~\d+/g, (name) => {
    const known = names.get(name) ?? `#${names.size + 1}`;
    names.set(name, known);
    return known;
  });
}

const stageText = (s: Stage): string =>
  renumber(`${s.target.name}[${s.over.map(indexName).join(",")}] = ${computeText(s.compute)}`);

export interface PlannedEntry {
  readonly request: { readonly name: string };
  readonly stages: readonly Stage[];
}

export function showPlan(prepared: readonly Stage[], entries: readonly PlannedEntry[]): string {
  const lines = prepared.length === 0 ? [] : ["prepare", ...prepared.map((s) => `  ${stageText(s)}`)];
  for (const e of entries) lines.push(`entry ${e.request.name}`, ...e.stages.map((s) => `  ${stageText(s)}`));
  return lines.join("\n");
}
