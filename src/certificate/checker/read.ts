/** Unknown JSON comes in; a certificate of the right shape goes out, or a rejection. No property of any other name passes. */
import {
  type Certificate,
  type Claim,
  type Declarations,
  type FlowCertificate,
  type FlowProof,
  type FlowStatement,
  FORMAT,
  type ModelCertificate,
  type ModelStatement,
  type NestedText,
  type Proof,
  type StepCertificate,
  type StepLayer,
  type StepMethod,
  type SymbolDeclaration,
  type Witness,
} from "./format.js";
import {
  dictionary,
  type Fields,
  fields,
  list,
  optionalFlag,
  optionalText,
  own,
  text,
  withoutUndefined,
} from "./read-fields.js";
import { reject, shown } from "./rejection.js";

const MAX_DEPTH = 200;
const MAX_NODES = 200_000;

/**
 * Before anything else: a copy, which must be a tree of bounded size and depth made of plain objects, arrays, texts, numbers
 * and booleans. Later reads see the copy, so that nothing can change its mind between two of them.
 */
export function copyTree(value: unknown): unknown {
  let nodes = 0;
  const copy = (v: unknown, depth: number): unknown => {
    if (++nodes > MAX_NODES) reject("the certificate is too large");
    if (depth > MAX_DEPTH) reject("the certificate is nested too deeply");
    if (typeof v === "string" || typeof v === "boolean" || typeof v === "number") return v;
    if (typeof v !== "object" || v === null) return reject("the certificate is not plain JSON");
    if (Array.isArray(v)) return Array.from(v, (item) => copy(item, depth + 1));
    const prototype = Object.getPrototypeOf(v);
    if (prototype !== Object.prototype && prototype !== null) reject("the certificate is not plain JSON");
    const made: Record<string, unknown> = Object.create(null);
    for (const key of Object.keys(v)) made[key] = copy((v as Fields)[key], depth + 1);
    return made;
  };
  return copy(value, 0);
}

// ---- declarations and claims --------------------------------------------------------------------------

function symbol(v: unknown, what: string): SymbolDeclaration {
  const f = fields(v, what, ["over"], ["low", "lowOpen", "high", "highOpen", "integer"]);
  return withoutUndefined({
    over: list(own(f, "over"), what, text),
    low: optionalText(own(f, "low"), what),
    lowOpen: optionalFlag(own(f, "lowOpen"), what),
    high: optionalText(own(f, "high"), what),
    highOpen: optionalFlag(own(f, "highOpen"), what),
    integer: optionalFlag(own(f, "integer"), what),
  }) as SymbolDeclaration;
}

function declarations(v: unknown): Declarations {
  const f = fields(v, "declarations", ["indices", "symbols"]);
  return {
    indices: dictionary(own(f, "indices"), "the index", text),
    symbols: dictionary(own(f, "symbols"), "the symbol", symbol),
  };
}

function claim(v: unknown): Claim {
  const f = fields(v, "the claim", ["kind", "e", "variables", "where"]);
  const kind = own(f, "kind");
  if (kind !== "convex" && kind !== "nonnegative" && kind !== "positive")
    return reject("unknown kind of claim");
  return {
    kind,
    e: text(own(f, "e"), "the expression"),
    variables: list(own(f, "variables"), "the variables", text),
    where: list(own(f, "where"), "the conditions", text),
  };
}

// ---- proofs -------------------------------------------------------------------------------------------

const count = (v: unknown, what: string): number =>
  typeof v === "number" && Number.isSafeInteger(v) && v >= 0 ? v : reject(`${what} is not a count`);

const texts = (f: Fields, key: string): readonly string[] => list(own(f, key), key, text);

export function readProof(v: unknown): Proof {
  if (typeof v !== "object" || v === null) return reject("a proof is not an object");
  const rule = text(own(v as Fields, "rule"), "the rule of a proof");
  const read = (...keys: readonly string[]): Fields =>
    fields(v, `the proof ${shown(rule)}`, ["rule", ...keys]);
  const inner = (f: Fields): Proof => readProof(own(f, "proof"));
  const all = (f: Fields): readonly Proof[] => list(own(f, "proofs"), "the proofs", readProof);
  switch (rule) {
    case "composition":
    case "popoviciu":
    case "range":
    case "sturm":
    case "interval":
      read();
      return { rule };
    case "rewrite": {
      const f = read("to", "proof");
      return { rule, to: text(own(f, "to"), "to"), proof: inner(f) };
    }
    case "sum": {
      const f = read("parts", "proofs");
      return { rule, parts: texts(f, "parts"), proofs: all(f) };
    }
    case "separable":
    case "hessian-minors":
      return { rule, proofs: all(read("proofs")) };
    case "second-derivative":
      return { rule, proof: inner(read("proof")) };
    case "kinks": {
      const f = read("at", "proofs");
      return { rule, at: texts(f, "at"), proofs: all(f) };
    }
    case "squares":
    case "hessian-squares": {
      const f = read("monomials", "gram");
      const gram = list(own(f, "gram"), "the Gram matrix", (row) => list(row, "a row", text));
      return { rule, monomials: texts(f, "monomials"), gram };
    }
    case "boxes":
    case "hessian-boxes":
      return { rule, depth: count(own(read("depth"), "depth"), "the depth") };
    case "exponential":
      return { rule, k: text(own(read("k"), "k"), "k") };
    case "split": {
      const f = read("variable", "at", "proofs");
      return { rule, variable: text(own(f, "variable"), "the variable"), at: texts(f, "at"), proofs: all(f) };
    }
    case "touches": {
      const f = read("at", "proof");
      return { rule, at: text(own(f, "at"), "at"), proof: inner(f) };
    }
    case "monotone": {
      const f = read("from", "proof");
      return { rule, from: text(own(f, "from"), "from"), proof: inner(f) };
    }
    case "product": {
      const f = read("factors", "proofs");
      return { rule, factors: texts(f, "factors"), proofs: all(f) };
    }
    case "monotone-product": {
      const f = read("variable", "function", "from", "to", "proof");
      const word = (key: string): string => text(own(f, key), key);
      const ends = { from: word("from"), to: word("to") };
      return { rule, variable: word("variable"), function: word("function"), ...ends, proof: inner(f) };
    }
    case "within": {
      const f = read("variable", "low", "high", "proofs");
      const word = (key: string): string => text(own(f, key), key);
      return { rule, variable: word("variable"), low: word("low"), high: word("high"), proofs: all(f) };
    }
    case "minimum": {
      const f = read("variables", "at", "proof");
      return { rule, variables: texts(f, "variables"), at: texts(f, "at"), proof: inner(f) };
    }
    default:
      return reject(`unknown rule ${shown(rule)}`);
  }
}

// ---- certificates -------------------------------------------------------------------------------------

function nested(v: unknown): NestedText {
  return typeof v === "string" ? v : list(v, "a value", nested);
}

function witness(v: unknown): Witness {
  const f = fields(v, "the witness", ["dimensions", "values"], ["direction"]);
  const values = (key: string): Record<string, NestedText> => dictionary(own(f, key), key, nested);
  const direction = own(f, "direction") === undefined ? {} : { direction: values("direction") };
  const dimensions = dictionary(own(f, "dimensions"), "dimensions", count);
  return { dimensions, values: values("values"), ...direction };
}

function statement(v: unknown): ModelStatement {
  const f = fields(v, "the statement", ["name", "declarations", "parameters", "inputs", "layers"]);
  return {
    name: text(own(f, "name"), "the name"),
    declarations: declarations(own(f, "declarations")),
    parameters: list(own(f, "parameters"), "the parameters", text),
    inputs: list(own(f, "inputs"), "the inputs", text),
    layers: dictionary(own(f, "layers"), "the layer", layer),
  };
}

function layer(v: unknown, what: string): ModelStatement["layers"][string] {
  const f = fields(v, what, ["over", "lagrangian", "tau", "forced"], ["mobility", "clamped"]);
  const forced = own(f, "forced");
  if (typeof forced !== "boolean") return reject(`forced of ${what} is not true or false`);
  const result = {
    over: list(own(f, "over"), what, text),
    lagrangian: text(own(f, "lagrangian"), what),
    tau: text(own(f, "tau"), what),
    mobility: optionalText(own(f, "mobility"), what),
    clamped: optionalText(own(f, "clamped"), what),
    forced,
  };
  return withoutUndefined(result) as ModelStatement["layers"][string];
}

function model(v: unknown): ModelCertificate {
  const f = fields(v, "the certificate", [
    "format",
    "subject",
    "digest",
    "statement",
    "verdict",
    "convexity",
  ]);
  if (own(f, "verdict") !== "proved") return reject("a model certificate proves");
  return {
    format: FORMAT,
    subject: "model",
    digest: text(own(f, "digest"), "the digest"),
    statement: statement(own(f, "statement")),
    verdict: "proved",
    convexity: dictionary(own(f, "convexity"), "the proof", readProof),
  };
}

function stepLayer(v: unknown, what: string): StepLayer {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return reject(`${what} is not an object`);
  const { activation, ...rest } = v as { readonly activation?: unknown };
  return { ...layer(rest, what), activation: text(activation, `the activation of ${what}`) };
}

const STEP_METHODS: readonly StepMethod[] = ["alternating", "one-sided", "discrete-gradient"];

function step(v: unknown): StepCertificate {
  const keys = ["format", "subject", "digest", "statement", "verdict", "convexity"];
  const f = fields(v, "the certificate", keys, ["concavity"]);
  if (own(f, "verdict") !== "proved") return reject("a certificate of steps proves");
  const parts = ["name", "method", "declarations", "parameters", "inputs", "layers", "potential"];
  const s = fields(own(f, "statement"), "the statement", parts);
  const method = STEP_METHODS.find((m) => m === own(s, "method")) ?? reject("unknown method of steps");
  const concavity = own(f, "concavity");
  return {
    format: FORMAT,
    subject: "step",
    digest: text(own(f, "digest"), "the digest"),
    statement: {
      name: text(own(s, "name"), "the name"),
      method,
      declarations: declarations(own(s, "declarations")),
      parameters: list(own(s, "parameters"), "the parameters", text),
      inputs: list(own(s, "inputs"), "the inputs", text),
      layers: dictionary(own(s, "layers"), "the layer", stepLayer),
      potential: text(own(s, "potential"), "the potential"),
    },
    verdict: "proved",
    convexity: dictionary(own(f, "convexity"), "the proof", readProof),
    ...(concavity !== undefined && { concavity: readProof(concavity) }),
  };
}

function flowState(v: unknown, what: string): FlowStatement["states"][string] {
  const f = fields(v, what, ["over"], ["rate", "tau", "mobility", "clamped"]);
  return withoutUndefined({
    over: list(own(f, "over"), what, text),
    rate: optionalText(own(f, "rate"), what),
    tau: optionalText(own(f, "tau"), what),
    mobility: optionalText(own(f, "mobility"), what),
    clamped: optionalText(own(f, "clamped"), what),
  }) as FlowStatement["states"][string];
}

function flowProof(v: unknown): FlowProof {
  if (typeof v !== "object" || v === null) return reject("a proof is not an object");
  const rule = own(v as Fields, "rule");
  const read = (...keys: readonly string[]): Fields =>
    fields(v, `the proof ${shown(String(rule))}`, ["rule", ...keys]);
  const named = (f: Fields, key: string): Record<string, string> => dictionary(own(f, key), key, text);
  const proofs = (f: Fields): Record<string, Proof> => dictionary(own(f, "proofs"), "the proof", readProof);
  switch (rule) {
    case "gradient":
      return { rule, proofs: proofs(read("proofs")) };
    case "dissipation": {
      const f = read("weights", "proofs");
      return { rule, weights: named(f, "weights"), proofs: proofs(f) };
    }
    case "force": {
      const f = read("gradient", "weights", "proofs");
      return { rule, gradient: named(f, "gradient"), weights: named(f, "weights"), proofs: proofs(f) };
    }
    case "components": {
      const f = read("gradient", "proofs");
      return { rule, gradient: named(f, "gradient"), proofs: proofs(f) };
    }
    case "lagrangian": {
      const f = read("lagrangian", "scale", "proof");
      const [lagrangian, scale] = [text(own(f, "lagrangian"), "L"), text(own(f, "scale"), "the scale")];
      return { rule, lagrangian, scale, proof: readProof(own(f, "proof")) };
    }
    case "rate":
      return { rule, proof: readProof(own(read("proof"), "proof")) };
    default:
      return reject(`unknown rule ${shown(String(rule))}`);
  }
}

function flow(v: unknown): FlowCertificate {
  const verdict = own(v as Fields, "verdict");
  const evidence =
    verdict === "proved" ? "proof" : verdict === "refuted" ? "witness" : reject("unknown verdict");
  const f = fields(v, "the certificate", ["format", "subject", "digest", "statement", "verdict", evidence]);
  const s = fields(own(f, "statement"), "the statement", [
    "name",
    "declarations",
    "energy",
    "where",
    "states",
  ]);
  const head = {
    format: FORMAT,
    subject: "flow",
    digest: text(own(f, "digest"), "the digest"),
    statement: {
      name: text(own(s, "name"), "the name"),
      declarations: declarations(own(s, "declarations")),
      energy: text(own(s, "energy"), "the energy"),
      where: list(own(s, "where"), "the conditions", text),
      states: dictionary(own(s, "states"), "the state", flowState),
    },
  } as const;
  if (verdict === "proved") return { ...head, verdict, proof: flowProof(own(f, "proof")) };
  return { ...head, verdict: "refuted", witness: witness(own(f, "witness")) };
}

/** Reads a whole certificate; the value comes from `copyTree`. */
export function readCertificate(v: unknown): Certificate {
  if (typeof v !== "object" || v === null) return reject("the certificate is not an object");
  const head = v as Fields;
  const format = own(head, "format");
  if (format !== FORMAT)
    return reject(
      typeof format === "string"
        ? `the format is ${shown(format)}, and this checker reads ${FORMAT}`
        : `there is no format; this checker reads ${FORMAT}`,
    );
  if (own(head, "subject") === "model") return model(v);
  if (own(head, "subject") === "step") return step(v);
  if (own(head, "subject") === "flow") return flow(v);
  if (own(head, "subject") !== "expression") return reject("unknown subject");
  const verdict = own(head, "verdict");
  const evidence =
    verdict === "proved" ? "proof" : verdict === "refuted" ? "witness" : reject("unknown verdict");
  const f = fields(v, "the certificate", ["format", "subject", "declarations", "claim", "verdict", evidence]);
  const common = {
    format: FORMAT,
    subject: "expression",
    declarations: declarations(own(f, "declarations")),
    claim: claim(own(f, "claim")),
  } as const;
  if (verdict === "proved") return { ...common, verdict, proof: readProof(own(f, "proof")) };
  return { ...common, verdict: "refuted", witness: witness(own(f, "witness")) };
}
