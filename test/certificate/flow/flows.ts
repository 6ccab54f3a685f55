/** Flows of scalars with a claimed energy and a known truth: the rows of the tests of descent. */
import { readFileSync } from "node:fs";
import { derive, type Theory } from "../../../src/derivation/index.js";
import { defineModel } from "../../../src/parser/index.js";

export interface Row {
  readonly name: string;
  readonly isTrue: boolean;
  readonly theory: Theory;
  /** The same energy with time reversed. */
  readonly reversed: () => Theory;
}

interface Written {
  readonly name: string;
  readonly state: readonly string[];
  readonly ode: readonly string[];
  readonly energy: string;
  readonly domain: string;
  readonly truth: "nonincreasing" | "not";
}

const read = (path: string): Written[] =>
  JSON.parse(readFileSync(new URL(path, import.meta.url), "utf8")) as Written[];

function theoryOf(w: Written): Theory {
  const model = defineModel({
    legendre: 1,
    name: w.name,
    state: Object.fromEntries(w.state.map((n) => [n, {}])),
    ...(w.domain !== "all" && { domain: w.domain.split(" and ") }),
    dynamics: Object.fromEntries(w.state.map((n, k) => [n, w.ode[k]!])),
    energy: w.energy,
  } as never);
  if (!model.ok) throw new Error(`${w.name}: ${JSON.stringify(model.errors)}`);
  const theory = derive(model.value);
  if (!theory.ok) throw new Error(`${w.name}: ${JSON.stringify(theory.errors)}`);
  return theory.value;
}

export const rows = (): Row[] =>
  ["../prover/lyapunov.data.json", "flows.data.json"].flatMap(read).map((w) => ({
    name: w.name,
    isTrue: w.truth === "nonincreasing",
    theory: theoryOf(w),
    reversed: () => theoryOf({ ...w, ode: w.ode.map((f) => `-(${f})`) }),
  }));
