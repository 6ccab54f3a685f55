/** A system comes in; an update that raises the energy, a cycle of two states, a map that leaves the values go out, if found. */
import { isExact, type Scalar } from "../../index-notation/evaluate/index.js";
import { type Expr, equalR, symbolsOf, type TensorSymbol } from "../../index-notation/index.js";
import { hypothesesOf, nested } from "../obligations/witness.js";
import { type Draw, drawAll } from "../refuter/draws.js";
import type { Counterexample } from "../verify.js";
import { type Configuration, compare, configurations, Machine, riseText, scalarText } from "./machine.js";
import { isJoint, type System } from "./system.js";

export interface Findings {
  /** An update after which the energy is higher. */
  readonly rise?: Counterexample & { readonly value: string };
  /** Two states that follow each other for ever, under a synchronous update. */
  readonly cycle?: Counterexample;
  /** By state: where its map gives something that is no value of it. */
  readonly outside: ReadonlyMap<string, Counterexample & { readonly value: string }>;
}

/** Draws for each size; the first ones have small integers. */
const ROUNDS = 120;
/** States beyond which a size is left out. */
const STATES = 100;

interface Collected {
  rise?: NonNullable<Findings["rise"]>;
  cycle?: Counterexample;
  outside: Map<string, Counterexample & { readonly value: string }>;
}

/** What is looked for; the search ends once all of it is found. */
export interface Wanted {
  readonly rise: boolean;
  readonly cycle: boolean;
  /** Names of states whose maps are suspected of giving other values. */
  readonly outside: readonly string[];
}

/** Every state at dimensions 1 to 4 and seeded readable parameters that meet the hypotheses; smallest dimension first. */
export function findFaults(system: System, wanted: Wanted): Findings {
  const found: Collected = { outside: new Map() };
  const hypotheses = hypothesesOf(system.model);
  const symbols = drawnSymbols(system, hypotheses.symbols);
  const names = system.model.dimensions;
  for (const size of names.length === 0 ? [1] : [1, 2, 3, 4]) {
    const dimensions = dimensionsOf(names, size);
    for (let round = 0; round < ROUNDS && !isComplete(wanted, found); round++) {
      const draw = drawAll(symbols, dimensions, size * ROUNDS + round, round);
      const machine = new Machine(system, draw);
      const states = configurations(machine.components, STATES);
      if (states === undefined) break;
      for (const c of states) {
        if (!hypotheses.hold(machine.environmentAt(c))) continue;
        if (isJoint(system)) together(system, machine, draw, c, found);
        else oneByOne(system, machine, draw, c, found);
      }
    }
  }
  return found;
}

/** Small sizes for all names; from 3 on every other name stays at 2. */
const dimensionsOf = (names: readonly string[], size: number): Map<string, number> =>
  new Map(names.map((n, k) => [n, k % 2 === 0 ? size : Math.min(size, 2)]));

const isComplete = (wanted: Wanted, found: Collected): boolean =>
  (!wanted.rise || found.rise !== undefined) &&
  (!wanted.cycle || found.cycle !== undefined) &&
  wanted.outside.every((name) => found.outside.has(name));

function drawnSymbols(system: System, extra: ReadonlySet<TensorSymbol>): TensorSymbol[] {
  const texts = [system.energy, ...system.states.flatMap((s) => [s.map, s.clamped])].filter(
    (e): e is Expr => e !== undefined,
  );
  const all = new Set([...texts.flatMap((e) => [...symbolsOf(e)]), ...extra]);
  for (const s of system.states) all.delete(s.symbol);
  return [...all].sort((a, b) => (a.name < b.name ? -1 : 1));
}

// ---- one component at a time --------------------------------------------------------------------------

function oneByOne(system: System, m: Machine, draw: Draw, c: Configuration, found: Collected): void {
  for (const k of m.components.keys()) {
    const move = m.move(c, k);
    if (move === undefined) continue;
    noteOutside(system, m, draw, c, k, move.outside, found);
    noteRise(system, m, draw, c, c.with(k, move.to), found);
  }
}

// ---- all at once --------------------------------------------------------------------------------------

function together(system: System, m: Machine, draw: Draw, c: Configuration, found: Collected): void {
  const next = updated(system, m, draw, c, found);
  if (next === undefined) return;
  if (found.cycle !== undefined || same(c, next)) return;
  const again = updated(system, m, draw, next, found);
  if (again !== undefined && same(again, c)) found.cycle = witness(system, m, draw, c, next);
}

/** All components at once, or those of one state after the other. */
function updated(
  system: System,
  m: Machine,
  draw: Draw,
  c: Configuration,
  found: Collected,
): Configuration | undefined {
  if (system.order === "synchronous") return movedTogether(system, m, draw, c, () => true, found);
  let now: Configuration | undefined = c;
  for (const s of system.states)
    now &&= movedTogether(system, m, draw, now, (k) => m.components[k]!.state === s, found);
  return now;
}

/** One joint move of the chosen components, each by what it saw before; undefined where one is not decided. */
function movedTogether(
  system: System,
  m: Machine,
  draw: Draw,
  c: Configuration,
  moves: (k: number) => boolean,
  found: Collected,
): Configuration | undefined {
  const targets = c.map((own, k) => {
    if (!moves(k)) return own;
    const move = m.move(c, k);
    if (move !== undefined) noteOutside(system, m, draw, c, k, move.outside, found);
    return move?.to;
  });
  if (!targets.every((x) => x !== undefined)) return undefined;
  noteRise(system, m, draw, c, targets, found);
  return targets;
}

const same = (a: Configuration, b: Configuration): boolean => a.every((x, k) => equalR(x, b[k]!));

// ---- what is noted ------------------------------------------------------------------------------------

function noteRise(
  system: System,
  m: Machine,
  draw: Draw,
  c: Configuration,
  next: Configuration,
  found: Collected,
): void {
  if (found.rise !== undefined || same(c, next)) return;
  const [before, after] = [m.energy(c), m.energy(next)];
  if (compare(before, after) !== -1) return;
  found.rise = { ...witness(system, m, draw, c, next), value: riseText(before, after) };
}

function noteOutside(
  system: System,
  m: Machine,
  draw: Draw,
  c: Configuration,
  k: number,
  given: Scalar | undefined,
  found: Collected,
): void {
  const { state, at } = m.components[k]!;
  if (given === undefined || found.outside.has(state.name)) return;
  const value = isExact(given) ? scalarText(given) : "undefined";
  const place = at.length === 0 ? "" : `[${at.join(",")}]`;
  const w = witness(system, m, draw, c);
  found.outside.set(state.name, { ...w, value: `${state.name}${place} = ${value}` });
}

function witness(
  system: System,
  m: Machine,
  draw: Draw,
  c: Configuration,
  next?: Configuration,
): Counterexample {
  const at = (x: Configuration) =>
    Object.fromEntries(
      system.states.map((s) => {
        const { shape, data } = m.entriesOf(s, x);
        return [s.name, nested(shape, data)];
      }),
    );
  const given = [...draw.values].map(([s, v]) => [s.name, nested(v.shape, v.data)] as const);
  return {
    dimensions: Object.fromEntries(draw.dimensions),
    values: { ...Object.fromEntries(given), ...at(c) },
    ...(next && { next: at(next), energies: [scalarText(m.energy(c)), scalarText(m.energy(next))] as const }),
  };
}
