/**
 * The statement of a model certificate comes in; a state at which a hypothesis of descent fails goes out, found by
 * sampling: (∂E/∂g)ᵀ H M T⁻¹ (∂E/∂g) >= 0 with any vector in place of ∂E/∂g, T > 0, a differentiable Lagrangian.
 */
import type { ModelStatement } from "../../../src/certificate/checker/format.js";
import { parseTerm } from "../../../src/certificate/checker/parse.js";
import type { Index, Term } from "../../../src/certificate/checker/term.js";
import { instances, isModerate, unlessOverflow } from "./judge.js";
import { numeric, type World } from "./numeric.js";
import { Sampler, type Value } from "./sampler.js";

type Layer = ModelStatement["layers"][string];

interface Parts {
  readonly over: readonly Index[];
  readonly lagrangian: Term;
  readonly tau: Term;
  readonly mobility: Term | undefined;
  readonly clamped: Term | undefined;
}

export function modelFault(s: ModelStatement, random: () => number, tries: number): string | undefined {
  const layers = Object.entries(s.layers);
  if (layers.length === 0) return "no layers";
  const texts = layers.flatMap(([, l]) => [l.lagrangian, l.tau, l.mobility ?? "", l.clamped ?? ""]);
  const names = layers.map(([name]) => name);
  const sampler = new Sampler(s.declarations, random, [...texts, ...names]);
  const parts = layers.map(([name, l]) => [name, partsOf(l, sampler)] as const);
  for (const [name, l] of layers) {
    if (l.forced) return `${name} is forced`;
    const { low, high, integer } = s.declarations.symbols[name]!;
    if (low !== undefined || high !== undefined || integer === true) return `${name} is not the whole space`;
  }
  for (let k = 0; k < tries; k++) {
    const w = sampler.world(() => true);
    const by = w && sampler.world(() => true, w.dimensions);
    if (w === undefined || by === undefined) continue;
    for (const [name, p] of parts) {
      const found = unlessOverflow(() => layerFault(name, p, names, w, by, random));
      if (found !== undefined) return `layer ${name}: ${found} at ${JSON.stringify(w)}`;
    }
  }
  return undefined;
}

function partsOf(l: Layer, { scope }: Sampler): Parts {
  const optional = (text: string | undefined): Term | undefined =>
    text === undefined ? undefined : parseTerm(text, scope);
  return {
    over: l.over.map((i) => scope.indices.get(i)!),
    lagrangian: parseTerm(l.lagrangian, scope),
    tau: parseTerm(l.tau, scope),
    mobility: optional(l.mobility),
    clamped: optional(l.clamped),
  };
}

/** The layer's entries in the order of `instances`, as a value nested by index. */
function nest(flat: readonly number[], shape: Value): Value {
  let next = 0;
  const fill = (v: Value): Value =>
    (typeof v === "number" ? flat[next++]! : v.map((x) => fill(x as Value))) as Value;
  return fill(shape);
}

const flatten = (v: Value): readonly number[] => [v].flat(3) as number[];

function layerFault(
  name: string,
  p: Parts,
  names: readonly string[],
  w: World,
  by: World,
  random: () => number,
): string | undefined {
  const state = w.values[name]!;
  const x = flatten(state);
  const places = instances(p.over, w);
  if (places.length !== x.length) return "another shape than its state";
  const energy = (y: readonly number[]): number =>
    numeric(p.lagrangian, { ...w, values: { ...w.values, [name]: nest(y, state) } });
  const at = (t: Term | undefined, otherwise: number): readonly number[] =>
    places.map((v) => (t === undefined ? otherwise : numeric(t, v)));
  const [tau, mobility, clamped] = [at(p.tau, 1), at(p.mobility, 1), at(p.clamped, 0)];
  if (!tau.every((t) => (isModerate(w.values) ? t > 0 : t >= 0))) return "a time constant is not positive";
  if (!mobility.every((m) => m >= 0)) return "a mobility is negative";
  if (!clamped.every((c) => c >= 0 && c <= 1)) return "a clamp is not between 0 and 1";
  const others = Object.fromEntries(names.filter((n) => n !== name).map((n) => [n, by.values[n]!] as const));
  const here = energy(x);
  if (Number.isNaN(here)) return "an undefined Lagrangian";
  if (numeric(p.lagrangian, { ...w, values: { ...w.values, ...others } }) !== here)
    return "a Lagrangian of another layer's state";
  const there = flatten(by.values[name]!);
  const [middle, end] = [energy(x.map((y, k) => (y + there[k]!) / 2)), energy(there)];
  if (!(middle <= (here + end) / 2 + 1e-9 * (1 + Math.abs(middle) + Math.abs(here) + Math.abs(end))))
    return "above its chord";
  const f = x.map(() => 2 * random() - 1);
  const g = f.map((d, k) => (d * mobility[k]! * (1 - clamped[k]!)) / Math.max(tau[k]!, 1e-300));
  const scale = Math.max(1, ...g.map(Math.abs));
  const h = 1e-2;
  const along = (s: number, t: number): number =>
    energy(x.map((y, k) => y + h * (s * f[k]! + (t * g[k]!) / scale)));
  const four = [along(1, 1), along(-1, -1), along(1, -1), along(-1, 1)] as const;
  const form = four[0] + four[1] - four[2] - four[3];
  const slack = 1e-12 * (1 + Math.max(...four.map(Math.abs)));
  if (!(form >= -slack)) return `energy rises: ${form}`;
  const tiny = 1e-6;
  const jump =
    energy(x.map((y, k) => y + tiny * f[k]!)) + energy(x.map((y, k) => y - tiny * f[k]!)) - 2 * here;
  return jump / tiny > 1e-3 * (1 + Math.abs(here)) ? "a kink" : undefined;
}
