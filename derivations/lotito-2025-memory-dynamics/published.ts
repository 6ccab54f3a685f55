/** The two data files come in; the published runs in one form go out. */
import { readFileSync } from "node:fs";

type Matrix = readonly (readonly number[])[];

export interface PublishedRun {
  readonly name: string;
  readonly beta: number;
  readonly Lambda: number;
  /** Number of Euler steps of length 1. */
  readonly T: number;
  /** Steps after whose update the similarity was recorded. */
  readonly steps: readonly number[];
  /** One row a recorded step, one entry a memory. */
  readonly similarities: Matrix;
  readonly Xi_final: Matrix;
}

export interface Published {
  readonly tau_Xi: number;
  readonly Xi: Matrix;
  /** The patterns that are presented in turn. */
  readonly Xi_new: Matrix;
  /** Initial overlaps as the script has them (eps in the denominator). */
  readonly overlaps: readonly number[];
  readonly curves: Matrix;
  /** The winner-take-all run of the paper, then the soft ones. */
  readonly runs: readonly [PublishedRun, ...PublishedRun[]];
}

const read = (file: string) => JSON.parse(readFileSync(new URL(file, import.meta.url), "utf8"));

export function published(): Published {
  const hard = read("seed41.data.json");
  const soft = read("soft-seed41.data.json");
  const { beta, T, tau_Xi } = hard.parameters;
  const paper: PublishedRun = { ...hard, name: "paper", beta, T, Lambda: 0 };
  type Soft = Omit<PublishedRun, "name" | "Lambda"> & { Lambda_constant: number };
  const others = (soft.runs as Soft[]).map((r) => ({
    ...r,
    name: `beta = ${r.beta}, Lambda = ${r.Lambda_constant}`,
    Lambda: r.Lambda_constant,
  }));
  return {
    tau_Xi,
    Xi: hard.Xi,
    Xi_new: hard.Xi_new,
    overlaps: hard.initial_overlaps,
    curves: hard.theoretical_curves,
    runs: [paper, ...others],
  };
}
