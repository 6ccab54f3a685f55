/**
 * The text of a model file, or a model as an object, comes in; a checked `Model`, or every error with its
 * place, goes out. Names are declared first and expressions resolved second, so order in a file is free.
 */
import { type Diagnostic, fail, type Model, ok, type Result } from "../model/index.js";
import { type Build, parseTree, report, startBuild } from "./build.js";
import { readConditions } from "./conditions.js";
import { declareDefinitions, readObservables } from "./define.js";
import { declareIndices } from "./dimensions.js";
import { readDocument } from "./document.js";
import { readFacts } from "./facts.js";
import { diagnose } from "./fault.js";
import { optional } from "./flow.js";
import {
  declareLayers,
  domainView,
  readFast,
  readGenerating,
  readLayerNoise,
  readLayers,
  readSynapses,
} from "./layered.js";
import type { ModelSource } from "./model-source.js";
import { readObject } from "./object.js";
import { declareTimeConstants, readInputs, readParameters } from "./quantities.js";
import { declareStates, readStateParts, readStates } from "./stated.js";
import { child, type MapTree, type Tree, textOf } from "./tree.js";
import { expressionsIn, validate } from "./validate.js";

/**
 * Reads a model file, YAML 1.2 core or JSON; `file` is named in diagnostics and gives an unnamed model its
 * name. On failure every error found, with line and column inside the expressions. Never throws.
 */
export function parseModel(text: string, options: { readonly file?: string } = {}): Result<Model> {
  const read = readDocument(text, options.file);
  return "errors" in read ? fail(...read.errors) : readModel(read.tree, stem(options.file));
}

/**
 * Reads the same model as an object; `legendre: 1` may be left out, numbers mean their shortest decimal.
 * On failure every error found, with the path to the value in place of a file. Never throws.
 */
export function defineModel(source: ModelSource): Result<Model> {
  const read = readObject({ legendre: 1, ...source });
  return "errors" in read ? fail(...read.errors) : readModel(read.tree, "model");
}

/** `dir/hopfield.yaml` names the model `hopfield`. */
const stem = (file: string | undefined): string =>
  /([^/\\]+?)(\.[A-Za-z]+)*$/.exec(file ?? "")?.[1] ?? "model";

function readModel(tree: Tree, name: string): Result<Model> {
  const shape = validate(tree);
  if (tree.kind !== "map") return fail(...shape);
  const b = startBuild(tree);
  checkKind(b, tree);
  if (shape.length > 0 || b.errors.length > 0)
    return fail(...ordered([...shape, ...b.errors, ...syntaxFaults(tree)]));
  const model = build(b, tree, name);
  return b.errors.length > 0 ? fail(...ordered(b.errors)) : ok(model);
}

/** Faults of syntax, which show whatever is declared around them. */
const syntaxFaults = (tree: MapTree): readonly Diagnostic[] =>
  [...expressionsIn(tree)].flatMap((text) => {
    const syntax = parseTree(text);
    return "fault" in syntax ? [diagnose(syntax.fault, text.locate)] : [];
  });

/** In the order of the file, each error once. */
function ordered(errors: readonly Diagnostic[]): readonly Diagnostic[] {
  const key = (d: Diagnostic): string => `${d.span?.file}:${d.span?.start}:${d.code}:${d.message}`;
  const distinct = [...new Map(errors.map((e) => [key(e), e])).values()];
  return distinct.sort((a, b) => (a.span?.start ?? 0) - (b.span?.start ?? 0));
}

// ---- the two kinds of model ------------------------------------------------------------------------

const LAYERED = ["synapses", "forces", "fast", "generating"] as const;
const STATED = ["state", "energy", "dynamics", "update"] as const;

function checkKind(b: Build, tree: MapTree): void {
  const layered = tree.entries.has("layers");
  const foreign = (layered ? STATED : LAYERED).filter((key) => tree.entries.has(key));
  for (const key of foreign) {
    const place = tree.entries.get(key)!.key;
    report(
      b,
      place,
      "misplaced-key",
      `found ${key} in a model ${layered ? "with" : "without"} layers`,
      misplaced(key),
    );
  }
  if (!layered && !tree.entries.has("state") && !tree.entries.has("dynamics"))
    report(
      b,
      tree.place,
      "missing-key",
      "the model has neither layers nor a state",
      "add layers: …, or state: … with energy: … or dynamics: …",
    );
}

function misplaced(key: string): string {
  if (key === "energy")
    return "the energy of layers follows from their Lagrangians and synapses: add terms to synapses";
  if (key === "dynamics")
    return "the dynamics of layers follows from their energy; declare feedback under forces";
  return key === "state" || key === "update"
    ? "a model has either layers or a state"
    : `${key} belongs to a model with layers`;
}

function build(b: Build, tree: MapTree, fallback: string): Model {
  const layered = tree.entries.has("layers");
  const dimensions = declareIndices(b);
  const facts = readFacts(b);
  const parameters = readParameters(b, facts);
  const inputs = readInputs(b, facts);
  const layers = declareLayers(b);
  const states = layered ? [] : declareStates(b);
  declareDefinitions(b);
  declareTimeConstants(b, facts, parameters);
  const common = {
    name: textOf(child(tree, "name")) ?? fallback,
    ...optional("reference", textOf(child(tree, "reference"))),
    ...optional("description", textOf(child(tree, "description"))),
    indices: b.indices,
    dimensions,
    parameters,
    inputs,
    observables: readObservables(b),
    domain: readConditions(b, child(tree, "domain"), domainView),
  };
  return layered ? layeredModel(b, common, layers) : stateModel(b, common, states);
}

type Common = Omit<
  Extract<Model, { kind: "layered" }>,
  "kind" | "layers" | "synapses" | "fast" | "generating"
>;

function layeredModel(b: Build, common: Common, names: ReturnType<typeof declareLayers>): Model {
  const layers = readLayers(b, names);
  const noise = child(b.tree, "noise") === undefined ? undefined : readLayerNoise(b, names);
  return {
    kind: "layered",
    ...common,
    layers,
    synapses: readSynapses(b, names),
    fast: readFast(b, names),
    ...optional("generating", readGenerating(b, names, layers)),
    ...optional("noise", noise),
  };
}

function stateModel(b: Build, common: Common, names: ReturnType<typeof declareStates>): Model {
  const states = readStates(b, names);
  return { kind: "state", ...common, states, ...readStateParts(b, states) };
}
