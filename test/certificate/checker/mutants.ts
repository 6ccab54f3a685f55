/** A certificate and a generator come in; the certificate with one change goes out, and what was changed. */
import {
  type Certificate,
  canonicalJson,
  type Proof,
  sha256,
} from "../../../src/certificate/checker/index.js";

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
type Fields = { readonly [key: string]: Json };
type Path = readonly (string | number)[];
type Random = () => number;

export interface Mutant {
  readonly value: Json;
  readonly change: string;
}

const pick = <T>(all: readonly T[], random: Random): T => all[Math.floor(random() * all.length)]!;
const isFields = (v: Json): v is Fields => typeof v === "object" && v !== null && !Array.isArray(v);
const isList = (v: Json): v is readonly Json[] => Array.isArray(v);

// ---- places -------------------------------------------------------------------------------------------

function places(v: Json, path: Path = []): readonly Path[] {
  const children = isList(v) ? v.map((u, k) => [k, u] as const) : isFields(v) ? Object.entries(v) : [];
  return [path, ...children.flatMap(([k, u]) => places(u, [...path, k]))];
}

const valueAt = (v: Json, path: Path): Json =>
  path.reduce<Json>((u, k) => (isList(u) ? u[k as number]! : (u as Fields)[k]!), v);

function replaced(v: Json, [first, ...rest]: Path, by: Json): Json {
  if (first === undefined) return by;
  if (isList(v)) return v.map((u, k) => (k === first ? replaced(u, rest, by) : u));
  return Object.fromEntries(
    Object.entries(v as Fields).map(([k, u]) => [k, k === first ? replaced(u, rest, by) : u]),
  );
}

// ---- texts --------------------------------------------------------------------------------------------

const TOKEN = /\d+(?:\.\d+)?(?:e-?\d+)?|[A-Za-z_]\w*|<=|>=|!=|[<>=]|[-+*/^]|[(),[\]]/g;
const FUNCTIONS = (
  "exp log abs sign sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh sech relu step sigmoid " +
  "softplus logcosh sqrt erf erfc lgamma gamma"
).split(" ");
const BINDERS = ["sum", "prod", "max", "min", "logsumexp"];
const RELATIONS = ["<", "<=", ">", ">=", "=", "!="];
const OPERATORS = ["+", "-", "*", "/", "^"];

/** Another token of the same sort; names are those that the certificate declares. */
function otherToken(token: string, names: readonly string[], random: Random): string {
  if (/^\d/.test(token)) {
    const near = ["0", "1", "2", "3", "4", "1/2", `(${token} + 1)`, `(${token} - 1)`, `(-${token})`];
    return pick(
      [...near, `(${token}*1.1)`, `(${token}*0.9)`, `(${token} - 1e-6)`, `(${token} + 1e-6)`],
      random,
    );
  }
  if (FUNCTIONS.includes(token)) return pick([...FUNCTIONS, ""], random);
  if (BINDERS.includes(token)) return pick(BINDERS, random);
  if (RELATIONS.includes(token)) return pick(RELATIONS, random);
  if (OPERATORS.includes(token)) return pick(OPERATORS, random);
  if (/^\w/.test(token))
    return pick([...names, "0", "1", `(-${token})`, `abs(${token})`, `${token}^2`], random);
  return pick(["", "(", ")", "[", "]", ","], random);
}

const WRAPPINGS: readonly ((text: string) => string)[] = [
  (t) => `-(${t})`,
  (t) => `2*(${t})`,
  (t) => `(${t}) - 1/10`,
  (t) => `(${t}) + 1e-9`,
  (t) => `(${t})^2`,
  (t) => `(${t})^3`,
  (t) => `exp(${t})`,
  (t) => `log(${t})`,
  (t) => `abs(${t})`,
];

function otherText(text: string, names: readonly string[], random: Random): string {
  const tokens = [...text.matchAll(TOKEN)];
  const r = random();
  if (tokens.length === 0 || r < 0.04) return pick([...names, ""], random);
  if (r < 0.1) return pick(WRAPPINGS, random)(text);
  const t = pick(tokens, random);
  return text.slice(0, t.index) + otherToken(t[0], names, random) + text.slice(t.index + t[0].length);
}

const hexadecimal = (digest: string, random: Random): string => {
  const k = Math.floor(random() * digest.length);
  return digest.slice(0, k) + pick([..."0123456789abcdef"], random) + digest.slice(k + 1);
};

// ---- nodes --------------------------------------------------------------------------------------------

const RULES: { readonly [R in Proof["rule"]]: true } = {
  composition: true,
  rewrite: true,
  sum: true,
  separable: true,
  "second-derivative": true,
  kinks: true,
  "hessian-minors": true,
  "hessian-squares": true,
  "hessian-boxes": true,
  popoviciu: true,
  range: true,
  sturm: true,
  exponential: true,
  squares: true,
  boxes: true,
  split: true,
  interval: true,
  touches: true,
  monotone: true,
  product: true,
  "monotone-product": true,
  within: true,
  minimum: true,
};
export const RULE_NAMES = Object.keys(RULES) as readonly Proof["rule"][];

/** Words that stand at certain keys. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  rule: RULE_NAMES,
  kind: ["convex", "nonnegative", "positive"],
  verdict: ["proved", "refuted"],
  subject: ["expression", "model"],
  format: ["legendre-certificate/1", "legendre-certificate/2"],
};

const leafProof = (rule: string): Json => ({ rule });

function otherProof(proof: Fields, random: Random): Json {
  const inner = [proof.proof ?? [], proof.proofs ?? []].flat() as readonly Json[];
  const leaves = ["composition", "range", "sturm", "interval", "popoviciu"].map(leafProof);
  return pick([...inner, ...leaves, { rule: "second-derivative", proof }], random);
}

function otherList(list: readonly Json[], random: Random): Json {
  const k = Math.floor(random() * list.length);
  const j = Math.floor(random() * list.length);
  if (list.length === 0) return ["u"];
  return pick(
    [
      list.toSpliced(k, 1),
      list.toSpliced(k, 0, list[k]!),
      list.with(k, list[j]!).with(j, list[k]!),
      list.with(k, list[j]!),
      list.toReversed(),
    ],
    random,
  );
}

const EXTRA: readonly (readonly [string, Json])[] = [
  ["trusted", true],
  ["low", "0"],
  ["high", "1"],
  ["integer", true],
  ["proof", { rule: "range" }],
  ["direction", {}],
  ["mobility", "1"],
  ["__proto__", { rule: "composition" }],
];

function otherFields(fields: Fields, names: readonly string[], random: Random): Json {
  const keys = Object.keys(fields);
  const r = random();
  if (r < 0.3 && "rule" in fields) return otherProof(fields, random);
  const added = pick(EXTRA, random);
  if (keys.length === 0 || r < 0.5) return Object.fromEntries([...Object.entries(fields), added]);
  const key = pick(keys, random);
  if (r < 0.75) return Object.fromEntries(Object.entries(fields).filter(([k]) => k !== key));
  const [name, other] = [pick(names, random), pick(keys, random)];
  if (r < 0.85) return Object.fromEntries(Object.entries(fields).map(([k, v]) => [k === key ? name : k, v]));
  return { ...fields, [key]: fields[other]!, [other]: fields[key]! };
}

function otherNode(
  v: Json,
  key: string | number | undefined,
  names: readonly string[],
  random: Random,
): Json {
  if (typeof v === "number") return pick([v + 1, v - 1, 2 * v, 0, -v, 0.5], random);
  if (typeof v === "boolean") return !v;
  if (isList(v)) return otherList(v, random);
  if (isFields(v)) return otherFields(v, names, random);
  if (key === "digest") return hexadecimal(v as string, random);
  const words = typeof key === "string" ? WORDS[key] : undefined;
  return words === undefined ? otherText(v as string, names, random) : pick(words, random);
}

// ---- mutants ------------------------------------------------------------------------------------------

/** Every name that the certificate declares or names a dimension with. */
function namesIn(v: Json): readonly string[] {
  const found = places(v).flatMap((p) => {
    const at = p.indexOf("indices") >= 0 ? p.indexOf("indices") : p.indexOf("symbols");
    return at < 0 || p.length <= at + 1 ? [] : [String(p[at + 1])];
  });
  return [...new Set([...found, "N"])];
}

/** The digest of the statement as it is, so that a change of the statement reaches what is behind the digest. */
function resealed(v: Json): Json {
  if (!isFields(v) || v.subject !== "model" || v.statement === undefined) return v;
  return { ...v, digest: sha256(canonicalJson(v.statement)) };
}

/** One change at one place. The digest of a changed statement is mostly made good again. */
export function mutate(certificate: Certificate, random: Random): Mutant {
  const original = certificate as unknown as Json;
  const names = namesIn(original);
  const text = JSON.stringify(original);
  for (;;) {
    const path = pick(places(original), random);
    const before = valueAt(original, path);
    const after = otherNode(before, path.at(-1), names, random);
    const changed = replaced(original, path, after);
    if (JSON.stringify(changed) === text) continue;
    const value = path[0] === "statement" && random() < 0.9 ? resealed(changed) : changed;
    return { value, change: `${path.join(".")}: ${JSON.stringify(before)} -> ${JSON.stringify(after)}` };
  }
}
