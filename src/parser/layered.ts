/** The layers, synapses, forces and fast layers of a tree come in, the parts of a layered model go out. */
import {
  at,
  binder,
  type Expr,
  mul,
  num,
  power,
  rational,
  substituteTensor,
  TRUE,
  tensor,
  tensorSymbol,
} from "../index-notation/index.js";
import type { Generator, Layer, LayeredModel, Span } from "../model/index.js";
import { type Build, declare, nameOf, readField, readOver, report } from "./build.js";
import { readConditions } from "./conditions.js";
import { optional, readByName, readFlow, readKey } from "./flow.js";
import { didYouMean } from "./suggest.js";
import { child, entriesOf, itemsOf, type MapEntry, type Tree } from "./tree.js";
import { activations, everything, type LayerNames, ownActivation, ownState } from "./views.js";

// ---- names -----------------------------------------------------------------------------------------

/** Declares the state and the activation of every layer. */
export function declareLayers(b: Build): readonly LayerNames[] {
  return entriesOf(child(b.tree, "layers")).flatMap(([name, entry]) => {
    const layer = declareLayer(b, name, entry);
    return layer === undefined ? [] : [layer];
  });
}

function declareLayer(b: Build, name: string, { key, value }: MapEntry): LayerNames | undefined {
  const given = child(value, "activation")!;
  const activationTree = given.kind === "map" ? child(given, "name")! : given;
  const activationName = nameOf(activationTree);
  const over = readOver(b, child(value, "over"));
  const what = { state: `the state of layer ${name}`, activation: `the activation of layer ${name}` };
  const free = [
    declare(b, name, what.state, key),
    declare(b, activationName, what.activation, activationTree.place),
  ];
  if (over === undefined || free.includes(false)) {
    if (free[0]) b.names.set(name, { kind: "broken" });
    if (free[1]) b.names.set(activationName, { kind: "broken" });
    return undefined;
  }
  const dims = over.map((i) => i.dim);
  const state = tensorSymbol({ name, role: "state", dims });
  const activation = tensorSymbol({ name: activationName, role: "activation", dims });
  b.names.set(name, { kind: "tensor", symbol: state, over, what: what.state });
  b.names.set(activationName, { kind: "tensor", symbol: activation, over, what: what.activation });
  return { name, over, state, activation };
}

// ---- layers ----------------------------------------------------------------------------------------

export function readLayers(b: Build, names: readonly LayerNames[]): ReadonlyMap<string, Layer> {
  const forces = readForces(b, names);
  const trees = new Map(entriesOf(child(b.tree, "layers")));
  return new Map(names.map((layer) => [layer.name, readLayer(b, layer, trees.get(layer.name)!, forces)]));
}

function readForces(b: Build, names: readonly LayerNames[]): ReadonlyMap<string, Expr> {
  const layers = new Map(names.map((l) => [l.name, l]));
  return readByName(b, child(b.tree, "forces"), layers, "a force", (name, key) =>
    unknownLayer(b, name, key, names),
  );
}

function readLayer(
  b: Build,
  layer: LayerNames,
  { key, value }: MapEntry,
  forces: ReadonlyMap<string, Expr>,
): Layer {
  return {
    ...layer,
    generator: readGenerator(b, layer, value, key),
    ...readFlow(b, value, layer.over),
    ...optional("force", forces.get(layer.name)),
    span: key,
  };
}

/** The generator; a faulty one stands in as the Lagrangian 1, its error is in the build. */
function readGenerator(b: Build, layer: LayerNames, tree: Tree, key: Span): Generator {
  const given = child(tree, "activation");
  const readers: readonly (readonly [string, Tree | undefined, (field: Tree) => Generator | undefined])[] = [
    ["lagrangian", child(tree, "lagrangian"), (f) => lagrangian(b, layer, f)],
    ["activation.function", child(given, "function"), (f) => activation(b, layer, f)],
    ["dual", child(tree, "dual"), (f) => dual(b, layer, f, child(tree, "on"))],
  ];
  const [first, second] = readers.filter(([, field]) => field !== undefined);
  checkGenerators(b, layer, key, first?.[0], second?.[0], child(tree, "on"));
  return first?.[2](first[1]!) ?? { kind: "lagrangian", lagrangian: num(1) };
}

function checkGenerators(
  b: Build,
  { name }: LayerNames,
  key: Span,
  first: string | undefined,
  second: string | undefined,
  on: Tree | undefined,
): void {
  const choices = 'write one of lagrangian: "…", activation: { name: g, function: "…" } or dual: "…"';
  if (first === undefined)
    report(b, key, "missing-generator", `nothing generates the layer ${name}`, choices);
  else if (second !== undefined)
    report(b, key, "two-generators", `the layer ${name} has both ${first} and ${second}`, choices);
  if (on !== undefined && first !== "dual" && second !== "dual")
    report(
      b,
      on.place,
      "misplaced-key",
      `found on: in the layer ${name}, which has no dual`,
      "remove it; restrictions of states belong into domain",
    );
}

function lagrangian(b: Build, layer: LayerNames, field: Tree): Generator | undefined {
  const value = readField(b, field, ownState("a Lagrangian", layer, []));
  return value && { kind: "lagrangian", lagrangian: value };
}

function activation(b: Build, layer: LayerNames, field: Tree): Generator | undefined {
  const value = readField(b, field, ownState("an activation function", layer, layer.over));
  return value && { kind: "activation", function: value };
}

function dual(b: Build, layer: LayerNames, field: Tree, on: Tree | undefined): Generator | undefined {
  const value = readField(b, field, ownActivation("a dual energy", layer, []));
  const conditions = readConditions(b, on, ownActivation("a condition on the activation", layer));
  return value && { kind: "dual", dual: value, on: conditions };
}

function unknownLayer(b: Build, name: string, span: Span, names: readonly LayerNames[]): void {
  const all = names.map((l) => l.name);
  const byActivation = names.find((l) => l.activation.name === name);
  const otherwise = `the layers are ${all.join(", ")}`;
  const hint =
    byActivation === undefined
      ? didYouMean(name, all, otherwise)
      : `${name} is the activation of ${byActivation.name}: write ${byActivation.name}`;
  report(b, span, "unknown-layer", `${name} is not a layer`, hint);
}

// ---- the rest --------------------------------------------------------------------------------------

export function readSynapses(b: Build, names: readonly LayerNames[]): ReadonlyMap<string, Expr> {
  const view = activations("a synapse", names);
  const synapses = new Map<string, Expr>();
  for (const [name, { value }] of entriesOf(child(b.tree, "synapses"))) {
    const e = readField(b, value, view);
    if (e !== undefined) synapses.set(name, e);
  }
  return synapses;
}

export function readFast(b: Build, names: readonly LayerNames[]): readonly string[] {
  const tree = child(b.tree, "fast");
  const fast: string[] = [];
  for (const item of itemsOf(tree)) {
    const name = nameOf(item);
    if (!names.some((l) => l.name === name)) unknownLayer(b, name, item.place, names);
    else if (fast.includes(name))
      report(
        b,
        item.place,
        "duplicate-name",
        `the layer ${name} occurs twice in fast`,
        "name each layer once",
      );
    else fast.push(name);
  }
  if (tree !== undefined && fast.length > 0 && fast.length === names.length)
    report(
      b,
      tree.place,
      "no-slow-layer",
      "every layer is fast; at least one stays slow",
      `remove ${fast.at(-1)}`,
    );
  return fast;
}

/** Noise by layer; sees everything. */
export const readLayerNoise = (b: Build, names: readonly LayerNames[]): ReadonlyMap<string, Expr> =>
  readByName(b, child(b.tree, "noise"), new Map(names.map((l) => [l.name, l])), "noise", (name, key) =>
    unknownLayer(b, name, key, names),
  );

// ---- generating functions --------------------------------------------------------------------------

/**
 * `generating: { of: v, function }`. For linear units, L = v²/2, state and activation are the same and the
 * function may be written in either; it is kept as a function of the activation.
 */
export function readGenerating(
  b: Build,
  names: readonly LayerNames[],
  layers: ReadonlyMap<string, Layer>,
): LayeredModel["generating"] {
  const tree = child(b.tree, "generating");
  const of = child(tree, "of");
  if (tree === undefined || of === undefined) return undefined;
  const layer = names.find((l) => l.name === nameOf(of) || l.activation.name === nameOf(of));
  if (layer === undefined) {
    unknownLayer(b, nameOf(of), of.place, names);
    return undefined;
  }
  const linear = isLinear(layers.get(layer.name)!);
  const view = activations("a generating function", names, linear ? layer.state : undefined);
  const written = readKey(b, tree, "function", view);
  if (written === undefined) return undefined;
  const value = substituteTensor(written, layer.state, (subs) => tensor(layer.activation, subs));
  return { of: layer.name, function: value };
}

function isLinear({ generator, state, over }: Layer): boolean {
  const x = at(state, over);
  if (generator.kind === "activation") return generator.function === x;
  const half = mul([num(rational(1, 2)), binder("sum", over, TRUE, power(x, num(2)))]);
  return generator.kind === "lagrangian" && generator.lagrangian === half;
}

/** Conditions see everything and may leave every index free. */
export const domainView = everything("a condition");
