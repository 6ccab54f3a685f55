/** A request comes in; the reasons why its question has no meaning go out, each with what to do about it. */

import { evaluate, isUndefined } from "../../index-notation/evaluate/index.js";
import { add, type Compare, dependsOn, fromNumber, neg, printText } from "../../index-notation/index.js";
import type { Diagnostic } from "../../model/index.js";
import { undefinedPoints } from "../refuter/index.js";
import { Writer } from "./claim.js";
import { isAffine } from "./curvature.js";
import { domainOf, isEmpty } from "./domain.js";
import { CheckerJudge } from "./judge.js";
import type { ConvexityRequest } from "./request.js";

export function objections(r: ConvexityRequest): Diagnostic[] {
  const found = [...strangers(r), ...emptiness(r), ...bentDomain(r)];
  return found.length > 0 ? found : undefinedSomewhere(r);
}

function strangers({ expression, variables }: ConvexityRequest): Diagnostic[] {
  return variables
    .filter((v) => !dependsOn(expression, v))
    .map((v) => ({
      code: "unused-variable",
      message: `${v.name} is given by --over and does not occur in the expression`,
      hint: `remove --over ${v.name}, or use ${v.name}`,
    }));
}

function emptiness({ where, variables }: ConvexityRequest): Diagnostic[] {
  const domain = domainOf(where);
  const none = variables.find((v) => isEmpty(domain.ofAll(v)));
  const message = (what: string): Diagnostic => ({
    code: "empty-domain",
    message: `no value of ${what} meets all conditions: the domain is empty`,
    hint: "change the --where conditions",
  });
  return none === undefined ? [] : [message(none.name)];
}

/** Affine comparisons and sublevel sets of convex functions make convex sets; nothing else is known to. */
function bentDomain(r: ConvexityRequest): Diagnostic[] {
  const bent = r.where.flatMap((c) => c.all.filter((t) => !isConvexCondition(t, r)).map((t) => ({ t, c })));
  return bent.map(({ t }) => ({
    code: "domain-not-convex",
    message: `the domain ${showTest(t)} is not shown to be convex; convexity has a meaning on convex sets only`,
    hint: "give conditions that are affine, or of the form convex <= number",
  }));
}

const showTest = (t: Compare): string => `${printText(t.left).text} ${t.op} ${printText(t.right).text}`;

function isConvexCondition(t: Compare, r: ConvexityRequest): boolean {
  const difference = add([t.left, neg(t.right)]);
  if (isAffine(difference, r.variables)) return t.op !== "!=";
  if (t.op === "=" || t.op === "!=") return false;
  const writer = new Writer({ ...r, expression: difference, where: [] });
  const judge = new CheckerJudge(writer);
  return judge.accepts(writer.claimAbout("convex", difference), { rule: "composition" });
}

/** Doubles overflow where the expression is defined, so each point is confirmed. */
function undefinedSomewhere(r: ConvexityRequest): Diagnostic[] {
  const found = undefinedPoints(r).flatMap((place) => undefinedAt(r, place));
  return found.slice(0, 1);
}

function undefinedAt(
  r: ConvexityRequest,
  { setting, point }: ReturnType<typeof undefinedPoints>[number],
): Diagnostic[] {
  const slots = new Map(
    setting.layout.components.map((c, k) => [`${c.symbol.key};${c.at.join(",")}`, fromNumber(point[k] ?? 1)]),
  );
  const value = evaluate(r.expression, {
    dimensions: setting.dimensions,
    tensor: (symbol, at) => slots.get(`${symbol.key};${at.join(",")}`)!,
  });
  if (!isUndefined(value)) return [];
  const where = setting.layout.components
    .map((c, k) => `${c.symbol.name}${c.at.length > 0 ? `[${c.at.join(",")}]` : ""} = ${point[k] ?? 1}`)
    .join(", ");
  return [
    {
      code: "undefined-expression",
      message: `the expression has no real value at ${where}, which the domain contains`,
      hint: "restrict the domain with --where, for instance --where 'x > 0'",
    },
  ];
}
