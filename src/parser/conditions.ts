/** Conditions of `domain` and `on` come in, classified hypotheses and restrictions go out. */
import { type Condition, symbolsOf } from "../index-notation/index.js";
import type { DomainCondition } from "../model/index.js";
import { type Build, parseTree, reportFaults } from "./build.js";
import { readConditionTree } from "./expression.js";
import type { View } from "./scope.js";
import { itemsOf, locateIn, type TextTree, type Tree } from "./tree.js";

export const readConditions = (b: Build, list: Tree | undefined, view: View): readonly DomainCondition[] =>
  itemsOf(list).flatMap((tree) => (tree.kind === "text" ? readOne(b, tree, view) : []));

function readOne(b: Build, tree: TextTree, view: View): readonly DomainCondition[] {
  const syntax = parseTree(tree);
  if ("fault" in syntax) {
    reportFaults(b, tree, [syntax.fault]);
    return [];
  }
  const read = readConditionTree(syntax.tree, tree.text, b.scope, view, locateIn(tree));
  if (read.ok) return [domainCondition(tree.text, read.value, b, tree)];
  const known = b.errors.some((e) => e.code === "contradiction" && e.span?.start === tree.place.start);
  b.errors.push(...read.errors.filter((e) => !(known && e.code === "contradiction")));
  return [];
}

function domainCondition(text: string, condition: Condition, b: Build, tree: Tree): DomainCondition {
  const keys = new Set(condition.free.map((i) => i.key));
  return {
    text,
    condition,
    over: [...b.indices.values()].filter((i) => keys.has(i.key)),
    about: aboutStates(condition) ? "states" : "parameters",
    span: tree.place,
  };
}

/** True when a state or an activation occurs in the condition. */
export const aboutStates = (c: Condition): boolean =>
  c.all.some(({ left, right }) =>
    [...symbolsOf(left), ...symbolsOf(right)].some((s) => s.role === "state" || s.role === "activation"),
  );
