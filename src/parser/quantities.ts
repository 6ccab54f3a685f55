/** Parameters and inputs of a tree come in; their symbols, with what is known of them, go out. */
import { type Index, type TensorSymbol, tensorSymbol } from "../index-notation/index.js";
import type { Input, Parameter } from "../model/index.js";
import { asName } from "./aliases.js";
import { type Build, declare, readOver } from "./build.js";
import { factsOf, type readFacts } from "./facts.js";
import { child, entriesOf, type MapEntry, type Tree, textOf } from "./tree.js";
import { readDefault, readSchedule } from "./values.js";

type Facts = ReturnType<typeof readFacts>;

export function readParameters(b: Build, facts: Facts): Map<string, Parameter> {
  const parameters = new Map<string, Parameter>();
  for (const [name, entry] of entriesOf(child(b.tree, "parameters"))) {
    const q = readQuantity(b, name, entry, "parameter", facts);
    if (q !== undefined)
      parameters.set(name, { ...q, ...defaultOf(b, entry.value, q.over), implicit: false });
  }
  return parameters;
}

export function readInputs(b: Build, facts: Facts): Map<string, Input> {
  const inputs = new Map<string, Input>();
  for (const [name, entry] of entriesOf(child(b.tree, "inputs"))) {
    const q = readQuantity(b, name, entry, "input", facts);
    if (q !== undefined)
      inputs.set(name, { ...q, ...defaultOf(b, entry.value, q.over), ...scheduleOf(b, entry.value, q.over) });
  }
  return inputs;
}

interface Quantity {
  readonly symbol: TensorSymbol;
  readonly over: readonly Index[];
}

function readQuantity(
  b: Build,
  name: string,
  { key, value }: MapEntry,
  role: "parameter" | "input",
  facts: Facts,
): Quantity | undefined {
  const what = role === "parameter" ? "a parameter" : "an input";
  const over = readOver(b, child(value, "over"));
  if (!declare(b, name, what, key)) return undefined;
  if (over === undefined) {
    b.names.set(name, { kind: "broken" });
    return undefined;
  }
  const known = factsOf(b, facts, name, over, textOf(child(value, "sign")));
  const symbol = tensorSymbol({ name, role, dims: over.map((i) => i.dim), ...known });
  b.names.set(name, { kind: "tensor", symbol, over, what });
  return { symbol, over };
}

const defaultOf = (b: Build, tree: Tree, over: readonly Index[]): Pick<Parameter, "default"> => {
  const given = child(tree, "default");
  const value = given === undefined ? undefined : readDefault(b, given, over);
  return value === undefined ? {} : { default: value };
};

const scheduleOf = (b: Build, tree: Tree, over: readonly Index[]): Pick<Input, "schedule"> => {
  const given = child(tree, "schedule");
  const value = given === undefined ? undefined : readSchedule(b, given, over);
  return value === undefined ? {} : { schedule: value };
};

/** A bare undeclared name as `tau` declares a positive scalar; called when all other names are declared. */
export function declareTimeConstants(b: Build, facts: Facts, parameters: Map<string, Parameter>): void {
  const owners = [...entriesOf(child(b.tree, "layers")), ...entriesOf(child(b.tree, "state"))];
  for (const [, { value }] of owners) {
    const tau = child(value, "tau");
    const name = tau?.kind === "text" ? asName(tau.text.trim()) : undefined;
    if (tau === undefined || name === undefined || name === "pi" || b.owners.has(name)) continue;
    declare(b, name, "a time constant", tau.place);
    const known = factsOf(b, facts, name, [], "positive");
    const symbol = tensorSymbol({ name, role: "parameter", ...known });
    b.names.set(name, { kind: "tensor", symbol, over: [], what: "a time constant" });
    parameters.set(name, { symbol, over: [], implicit: true });
  }
}
