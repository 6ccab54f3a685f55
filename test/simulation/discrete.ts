/** Discrete models with integer data come in; the same start for the toolkit and for the exact machine goes out. */
import { Machine } from "../../src/certificate/discrete/machine.js";
import { type System, systemOf } from "../../src/certificate/discrete/system.js";
import { drawAll } from "../../src/certificate/refuter/draws.js";
import { type Rational, symbolsOf, toNumber } from "../../src/index-notation/index.js";
import type { StateModel } from "../../src/model/index.js";
import { type Order, simulate, uniformStream } from "../../src/simulation/index.js";
import { laboratory, must } from "../cases/compiled.js";
import { CATALOG, theoryOf } from "../cases/networks.js";

export type Source = Parameters<typeof theoryOf>[1];

export const hopfield = CATALOG["hopfield-1982"]!;
const dense = CATALOG["dense-am"]!;
export const FIELD = "sum(j, J[i,j]*s[j])";
export const spins = (values: readonly number[] = [-1, 1]) => ({ s: { over: ["i"], values: [...values] } });
export const patterns: Source = {
  indices: { i: "N", j: "N", mu: "K" },
  parameters: { xi: { over: ["mu", "i"] } },
  state: spins(),
};
export const overlap = "sum(i, xi[mu,i]*s[i])";
const machine: Source = {
  indices: { i: "N", a: "K" },
  parameters: { W: { over: ["a", "i"] }, b: { over: ["i"] } },
  state: { s: { over: ["i"], values: [-1, 1] }, t: { over: ["a"], values: [0, 1] } },
  energy: "-sum(a, i, t[a]*W[a,i]*s[i]) + sum(i, b[i]*s[i])",
};
export const mapped = (source: Source, s: string): Source => ({ ...source, update: { map: { s } } });

/** Models by the way in which their differences are found. */
export const MODELS: readonly (readonly [string, Source, RegExp])[] = [
  ["hopfield-1982", hopfield, /fields/],
  ["a diagonal, three values", { ...hopfield, domain: ["J[i,j] = J[j,i]"], state: spins([-1, 0, 2]) }, /fields/],
  ["an asymmetric coupling", { ...hopfield, domain: [] }, /fields/],
  ["two states", machine, /fields/],
  ["a chain with neighbours", { indices: { i: "N" }, parameters: { b: { over: ["i"] } }, state: spins(), energy: "-sum(i, s[i]*s[i+1]) + sum(i, b[i]*s[i])" }, /fields/],
  ["a square of overlaps", { ...patterns, energy: `-sum(mu, (${overlap})^2)` }, /fields/],
  ["dense-am", dense, /single components/],
  ["cubes of overlaps", { ...patterns, energy: `-sum(mu, (${overlap})^3)` }, /single components/],
  ["fourth powers, three values", { ...patterns, state: spins([-1, 0, 1]), energy: `-sum(mu, (${overlap})^4)` }, /single components/],
  ["simplicial", CATALOG.simplicial!, /single components/],
  ["a kink and a field", { ...patterns, energy: `sum(mu, abs(${overlap} - 1)) - sum(i, s[i])` }, /single components/],
  ["a maximum", { ...patterns, energy: `-max(mu, ${overlap})` }, /single components/],
  ["products of three neighbours", { indices: { i: "N" }, parameters: {}, state: spins(), energy: "-sum(i, s[i]*s[i+1]*s[i+2])" }, /whole energies/],
  ["a maximum over a guard", { ...patterns, energy: "-max(i, j, j != i, s[i]*s[j]*xi[0,i])", indices: { i: "N", j: "N", mu: 2 } }, /./],
  ["signs of the field", mapped(hopfield, `sign(${FIELD})`), /fields/],
  ["signs, ties go up", mapped({ ...hopfield, domain: [] }, `where(${FIELD} >= 0, 1, -1)`), /fields/],
  ["signs through overlaps", mapped({ ...patterns, energy: `-sum(mu, (${overlap})^2)` }, "sign(sum(mu, xi[mu,i]*sum(j, xi[mu,j]*s[j])))"), /fields/],
  ["a map that shifts", mapped({ indices: { i: "N" }, parameters: { b: { over: ["i"] } }, state: spins(), energy: "sum(i, b[i]*s[i])" }, "where(i = 0, -s[i], s[i-1])"), /fields/],
]; // biome-ignore format: one model a row

const numbers = (data: readonly Rational[]): number[] => data.map(toNumber);

type Setting = ReturnType<typeof makeSetting>;
const made = new Map<Source, Setting[]>();

/** A model, integer data, and a start, the same for the toolkit and for the machine. */
export function setting(source: Source, round: number): Setting {
  const known = made.get(source) ?? [];
  made.set(source, known);
  known[round] ??= makeSetting(source, round);
  return known[round];
}

function makeSetting(source: Source, round: number) {
  const theory = theoryOf("updates", source);
  const model = theory.model as StateModel;
  const system = systemOf(model) as System;
  const formulas = [system.energy, ...system.states.flatMap((s) => s.map ?? [])];
  const symbols = [...new Set(formulas.flatMap((e) => [...symbolsOf(e)]))].filter((s) => s.role !== "state");
  const dimensions = new Map(
    model.dimensions.map((n, k) => [n, k === 0 ? 3 + (round % 4) : 2 + (round % 2)]),
  );
  // Draws beyond the first 300 have fractions, which doubles do not hold exactly.
  const draw = drawAll(symbols, dimensions, 4100 + round, round % 300);
  const exact = new Machine(system, draw);
  const uniform = uniformStream(round, "start");
  const start = exact.components.map(
    ({ state }) => state.values[Math.floor(uniform() * state.values.length)]!,
  );
  const states = system.states.map(
    (s) =>
      [
        s.name,
        {
          shape: exact.entriesOf(s, start).shape,
          data: Float64Array.from(numbers(exact.entriesOf(s, start).data)),
        },
      ] as const,
  );
  const given = [...draw.values].map(
    ([s, v]) => [s.name, { shape: v.shape, data: Float64Array.from(numbers(v.data)) }] as const,
  );
  const lab = laboratory(theory, {
    data: Object.fromEntries([...given.filter(([, v]) => v.shape.length > 0), ...states]),
    set: Object.fromEntries([
      ...dimensions,
      ...given.filter(([, v]) => v.shape.length === 0).map(([n, v]) => [n, v.data[0]!] as const),
    ]),
  });
  return { exact, start, lab };
}

/** The states of one sweep after each visit; undefined where the machine does not decide. */
function visits(
  exact: Machine,
  start: readonly Rational[],
  order: Order,
): (readonly Rational[])[] | undefined {
  const all = [...exact.components.keys()];
  let c = start;
  const seen = [c];
  const groups =
    order === "ascending"
      ? all.map((k) => [k])
      : order === "synchronous"
        ? [all]
        : [...new Set(exact.components.map((x) => x.state))].map((s) =>
            all.filter((k) => exact.components[k]!.state === s),
          );
  for (const group of groups) {
    const targets = group.map((k) => exact.move(c, k)?.to);
    if (targets.includes(undefined)) return undefined;
    for (const _ of group.slice(1)) seen.push(c);
    c = c.map((x, k) => (group.includes(k) ? targets[group.indexOf(k)]! : x));
    seen.push(c);
  }
  return seen;
}

export const ROUNDS = 8;

/** How many visits of seeded sweeps are not where the machine goes; and how many were compared. */
export function disagreements(source: Source, order: Order, spoil: (x: number) => number = (x) => x) {
  let [wrong, compared] = [0, 0];
  for (let round = 0; round < ROUNDS; round++) {
    const { exact, start, lab } = setting(source, round);
    const expected = visits(exact, start, order);
    if (expected === undefined) continue;
    const run = must(simulate(lab.field, { until: 1, method: order, record: { every: 1 / start.length } }));
    for (const [n, c] of expected.entries()) {
      compared++;
      if (numbers(c).some((x, k) => spoil(x) !== run.record.states[n]![k])) wrong++;
    }
  }
  return { wrong, compared };
}
