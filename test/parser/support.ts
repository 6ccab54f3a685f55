/** Fixtures of the parser's tests: the models of the catalog as files, a small model to break, readers. */
import { readFileSync } from "node:fs";
import type { Expr } from "../../src/index-notation/index.js";
import type { Diagnostic, Model, Result } from "../../src/model/index.js";
import { adHocScope, parseExpression, type Scope } from "../../src/parser/index.js";

/** The twenty-six models, one text each, with the header that the collection leaves out. */
export function catalogTexts(): ReadonlyMap<string, string> {
  const lines = readFileSync(new URL("models.yaml", import.meta.url), "utf8").split("\n");
  const texts = new Map<string, string>();
  let name = "";
  for (const line of lines) {
    const key = /^([\w-]+):$/.exec(line)?.[1];
    if (key !== undefined) texts.set((name = key), `legendre: 1\nname: ${key}\n`);
    else if (line !== "") texts.set(name, `${texts.get(name)}${line.slice(2)}\n`);
  }
  return texts;
}

export const value = <T>(r: Result<T>): T => {
  if (!r.ok)
    throw new Error(r.errors.map((e) => `${e.span?.line}:${e.span?.column} ${e.message}`).join("\n"));
  return r.value;
};

export const errors = <T>(r: Result<T>): readonly Diagnostic[] => (r.ok ? [] : r.errors);
export const codes = <T>(r: Result<T>): string[] => errors(r).map((e) => e.code);

const SECTIONS: ReadonlyMap<string, string> = new Map([
  ["legendre", "1"],
  ["indices", "{ i: N_v, j: N_v, mu: N_h, c: 3 }"],
  ["parameters", "{ beta: { default: 1, sign: positive }, Xi: { over: [mu, i] }, b: { over: [c] } }"],
  ["inputs", "{ I: { over: [i], default: 0 } }"],
  [
    "layers",
    `
  v: { over: [i],  lagrangian: "sum(i, v[i]^2)/2", activation: g, tau: 1 }
  h: { over: [mu], lagrangian: "logsumexp(mu, beta*h[mu])/beta", activation: f, tau: tau_h }`,
  ],
  ["synapses", '{ dense: "-sum(mu, i, f[mu]*Xi[mu,i]*g[i])" }'],
]);

/** A model file with some sections replaced, added, or (empty text) left out. */
export function modelText(changes: Readonly<Record<string, string>> = {}): string {
  const sections = new Map([...SECTIONS, ...Object.entries(changes)]);
  return [...sections].flatMap(([key, body]) => (body === "" ? [] : [`${key}: ${body}\n`])).join("");
}

/** The same with one synapse. */
export const withSynapse = (e: string): string => modelText({ synapses: `{ s: ${JSON.stringify(e)} }` });

/** The same with other properties of layer v. */
export const withLayer = (v: string): string => modelText({ layers: `{ v: ${v} }`, synapses: "" });

export const SCOPE: Scope = value(
  adHocScope({
    over: ["x", "y", "z", "v[i]", "w[j]", "M[i,j]", "u[c]", "q[k]"],
    indices: ["i:N", "j:N", "k:K", "c:3", "l:K + N - 1", "m:N"],
    parameters: ["a", "b", "gamma", "T[k]", "p[l]"],
  }),
).scope;

export const read = (text: string): Expr => value(parseExpression(text, SCOPE));

/** Every expression of a model with a name. */
export function* expressionsOf(m: Model): Iterable<readonly [string, Expr]> {
  for (const [n, o] of m.observables) yield [`define ${n}`, o.value];
  for (const [k, d] of m.domain.entries())
    for (const c of d.condition.all) {
      yield [`domain ${k} left`, c.left];
      yield [`domain ${k} right`, c.right];
    }
  if (m.kind === "state") {
    for (const [n, s] of m.states) yield* flowOf(n, s);
    if (m.energy !== undefined) yield ["energy", m.energy];
    for (const [n, e] of m.dynamics ?? []) yield [`dynamics ${n}`, e];
    return;
  }
  for (const [n, layer] of m.layers) {
    const { generator: g } = layer;
    yield [
      `${g.kind} ${n}`,
      g.kind === "lagrangian" ? g.lagrangian : g.kind === "dual" ? g.dual : g.function,
    ];
    yield* flowOf(n, layer);
    if (layer.force !== undefined) yield [`force ${n}`, layer.force];
  }
  for (const [n, e] of m.synapses) yield [`synapse ${n}`, e];
}

function* flowOf(
  n: string,
  s: { tau: Expr; mobility?: Expr; clamped?: Expr },
): Iterable<readonly [string, Expr]> {
  yield [`tau ${n}`, s.tau];
  if (s.mobility !== undefined) yield [`mobility ${n}`, s.mobility];
  if (s.clamped !== undefined) yield [`clamped ${n}`, s.clamped];
}
