/** `state`, `energy`, `dynamics` and `update` come in, the parts of a model without layers go out. */
import { type Expr, one, tensorSymbol } from "../index-notation/index.js";
import type { Span, StateModel, StateVariable, Update } from "../model/index.js";
import { type Build, declare, readOver, report } from "./build.js";
import { optional, readByName, readFlow, readKey } from "./flow.js";
import { didYouMean } from "./suggest.js";
import { child, entriesOf, found, itemsOf, type MapEntry, type Tree, textOf } from "./tree.js";
import { readDouble } from "./values.js";
import { everything } from "./views.js";

/** A state and where it is declared; `tree` is missing for a scalar that only dynamics names. */
interface StateNames extends Pick<StateVariable, "name" | "over" | "symbol"> {
  readonly tree?: Tree;
}

export function declareStates(b: Build): readonly StateNames[] {
  const declared = entriesOf(child(b.tree, "state")).flatMap(([name, entry]) => declareState(b, name, entry));
  const known = new Set(entriesOf(child(b.tree, "state")).map(([name]) => name));
  const scalars = entriesOf(child(b.tree, "dynamics")).flatMap(([name, { key }]) =>
    known.has(name) ? [] : declareScalar(b, name, key),
  );
  return [...declared, ...scalars];
}

function declareState(b: Build, name: string, { key, value }: MapEntry): readonly StateNames[] {
  const over = readOver(b, child(value, "over"));
  if (!declare(b, name, "a state", key)) return [];
  if (over === undefined) {
    b.names.set(name, { kind: "broken" });
    return [];
  }
  const symbol = tensorSymbol({ name, role: "state", dims: over.map((i) => i.dim) });
  b.names.set(name, { kind: "tensor", symbol, over, what: "a state" });
  return [{ name, over, symbol, tree: value }];
}

function declareScalar(b: Build, name: string, key: Span): readonly StateNames[] {
  if (!declare(b, name, "a state", key)) return [];
  const symbol = tensorSymbol({ name, role: "state" });
  b.names.set(name, { kind: "tensor", symbol, over: [], what: "a state" });
  return [{ name, over: [], symbol }];
}

export function readStates(b: Build, names: readonly StateNames[]): ReadonlyMap<string, StateVariable> {
  return new Map(names.map((s) => [s.name, readState(b, s)]));
}

function readState(b: Build, { tree, ...names }: StateNames): StateVariable {
  if (tree === undefined) return { ...names, tau: one };
  return {
    ...names,
    ...readFlow(b, tree, names.over),
    ...optional("values", readValues(b, child(tree, "values"))),
  };
}

/** At least two different numbers. */
function readValues(b: Build, tree: Tree | undefined): readonly number[] | undefined {
  if (tree === undefined) return undefined;
  const values = itemsOf(tree).flatMap((item) => readDouble(b, item) ?? []);
  const repeated = values.find((v, k) => values.indexOf(v) < k);
  if (repeated !== undefined)
    report(b, tree.place, "wrong-value", `the value ${repeated} occurs twice`, "name each value once");
  return values;
}

// ---- energy and dynamics ---------------------------------------------------------------------------

type Parts = Pick<StateModel, "energy" | "dynamics" | "update" | "noise">;

export function readStateParts(b: Build, states: ReadonlyMap<string, StateVariable>): Parts {
  const dynamics = byState(b, child(b.tree, "dynamics"), states, "dynamics");
  const noise = byState(b, child(b.tree, "noise"), states, "noise");
  checkComplete(b, states);
  return {
    ...optional("energy", readKey(b, b.tree, "energy", everything("an energy", []))),
    ...optional("dynamics", dynamics),
    ...optional("update", readUpdate(b, states)),
    ...optional("noise", noise),
  };
}

function byState(
  b: Build,
  tree: Tree | undefined,
  states: ReadonlyMap<string, StateVariable>,
  what: string,
): ReadonlyMap<string, Expr> | undefined {
  if (tree === undefined) return undefined;
  return readByName(b, tree, states, what, (name, key) => {
    if (b.names.get(name)?.kind === "broken" || b.owners.get(name) === "a state") return;
    const hint = didYouMean(name, states.keys(), `the states are ${[...states.keys()].join(", ")}`);
    // A name of dynamics that clashes with another declaration is reported as declared twice.
    if (what !== "dynamics") report(b, key, "unknown-state", `${name} is not a state`, hint);
  });
}

/** Every state needs a law: energy, dynamics, or an update map. */
function checkComplete(b: Build, states: ReadonlyMap<string, StateVariable>): void {
  const dynamics = child(b.tree, "dynamics");
  const map = child(child(b.tree, "update"), "map");
  const energy = child(b.tree, "energy") !== undefined;
  for (const [name, { key }] of entriesOf(child(b.tree, "state"))) {
    const law = child(dynamics, name) ?? (states.get(name)?.values && child(map, name));
    if (law !== undefined || (energy && dynamics === undefined)) continue;
    const all = dynamics === undefined ? "add energy: … or dynamics: …" : `add ${name}: … to dynamics`;
    report(b, key, "missing-dynamics", `nothing says how the state ${name} changes`, all);
  }
}

function readUpdate(b: Build, states: ReadonlyMap<string, StateVariable>): Update | undefined {
  const tree = child(b.tree, "update");
  if (tree === undefined) return undefined;
  const order = (textOf(child(tree, "order")) ?? "ascending") as Update["order"];
  if (![...states.values()].some((s) => s.values !== undefined))
    report(
      b,
      tree.place,
      "misplaced-key",
      `found ${found(tree)} under update, but no state is discrete`,
      "give a state its values: [-1, 1]",
    );
  return { order, ...optional("map", byState(b, child(tree, "map"), states, "an update map")) };
}
