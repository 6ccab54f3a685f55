/** Indices come in; partners over the same dimension, with the names the field uses, go out. */
import { type Index, index } from "../index-notation/index.js";
import type { Model } from "../model/index.js";

/** Letters that follow one another in the literature. */
const SUCCESSIONS: readonly (readonly string[])[] = [
  ["i", "j", "k", "l", "m", "n"],
  ["mu", "nu", "rho", "sigma"],
  ["a", "b", "c", "d"],
  ["A", "B", "C", "D"],
  ["I", "J", "K", "L"],
  ["x", "y", "z"],
];

/** Names every index of a derived formula; remembers the ones it had to invent. */
export class Namer {
  private readonly taken: Set<string>;
  readonly invented = new Map<string, Index>();

  constructor(private readonly model: Model) {
    this.taken = new Set([
      ...model.indices.keys(),
      ...model.dimensions,
      ...model.parameters.keys(),
      ...model.inputs.keys(),
    ]);
    if (model.kind === "layered")
      for (const l of model.layers.values())
        for (const n of [l.name, l.state.name, l.activation.name]) this.taken.add(n);
    else for (const name of model.states.keys()) this.taken.add(name);
  }

  /** For each index a different one of the same dimension that is neither in `over` nor given twice. */
  partners(over: readonly Index[]): Index[] {
    const used = new Set(over.map((i) => i.name));
    return over.map((i) => {
      const partner = this.declared(i, used) ?? this.invent(i, used);
      used.add(partner.name);
      return partner;
    });
  }

  private declared(i: Index, used: ReadonlySet<string>): Index | undefined {
    const all = [...this.model.indices.values(), ...this.invented.values()];
    return all.find((j) => j.dim.key === i.dim.key && !used.has(j.name));
  }

  private invent(i: Index, used: ReadonlySet<string>): Index {
    const succession = SUCCESSIONS.find((s) => s.includes(i.name));
    const letters = succession === undefined ? [] : succession.slice(succession.indexOf(i.name) + 1);
    const numbered = Array.from({ length: 99 }, (_, k) => `${i.name}${k + 1}`);
    const name = [...letters, ...numbered].find(
      (n) => !used.has(n) && !this.taken.has(n) && !this.invented.has(n),
    )!;
    const made = index(name, i.dim);
    this.invented.set(name, made);
    return made;
  }
}
