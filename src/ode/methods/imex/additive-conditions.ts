/** An additive pair in exact coefficients comes in; every sum that it breaks goes out, and nothing when it keeps its promises. */

import {
  add,
  exactly,
  multiply,
  ONE,
  type Rational,
  rational,
  subtract,
  toNumber,
  ZERO,
} from "../rational.js";
import type { Coefficient } from "../tableau.js";
import { type Tree, treesUpTo } from "../trees.js";
import type { AdditiveData } from "./tableaus.js";

export interface AdditiveDefect {
  readonly part: "row sums" | "weights" | "embedded" | "last row";
  readonly where: string;
  readonly residual: number;
}

type Vector = readonly Rational[];
type Matrix = readonly Vector[];

const read = (list: readonly Coefficient[]): Vector => list.map(exactly);
const dot = (x: Vector, y: Vector): Rational =>
  x.reduce((sum, value, k) => add(sum, multiply(value, y[k]!)), ZERO);

/** Square matrices: the explicit one strictly below the diagonal, the implicit one with γ on it. */
function matrices(data: AdditiveData): { readonly explicit: Matrix; readonly implicit: Matrix } {
  const stages = data.b.length;
  const gamma = exactly(data.gamma);
  const filled = (rows: AdditiveData["explicit"], diagonal: Rational): Matrix =>
    rows.map((row, i) => {
      const left = read(row);
      return Array.from({ length: stages }, (_, j) => left[j] ?? (j === i && i > 0 ? diagonal : ZERO));
    });
  return { explicit: filled(data.explicit, ZERO), implicit: filled(data.implicit, gamma) };
}

/**
 * Φ(t) for every colouring of the vertices below the root (Araújo, Murua & Sanz-Serna, SIAM J. Numer. Anal. 34 (1997) 1926):
 * a vertex of one colour is reached by the matrix of that colour. The root's colour does not matter where the b are equal.
 */
function colourings(tree: Tree, colours: readonly Matrix[]): Vector[] {
  const branches = tree.children.map((child) =>
    colourings(child, colours).flatMap((w) => colours.map((a) => a.map((row) => dot(row, w)))),
  );
  const stages = colours[0]!.length;
  const none: Vector[] = [Array.from({ length: stages }, () => ONE)];
  return branches.reduce(
    (made, branch) => made.flatMap((v) => branch.map((w) => v.map((x, i) => multiply(x, w[i]!)))),
    none,
  );
}

/** All the sums, evaluated exactly. `tolerance` allows for coefficients printed as rounded fractions. */
export function additiveDefects(data: AdditiveData, tolerance = 0): readonly AdditiveDefect[] {
  const defects: AdditiveDefect[] = [];
  const demand = (part: AdditiveDefect["part"], where: string, left: Rational, right: Rational): void => {
    const residual = toNumber(subtract(left, right));
    if (!(Math.abs(residual) <= tolerance)) defects.push({ part, where, residual });
  };
  const { explicit, implicit } = matrices(data);
  const [c, b] = [read(data.c), read(data.b)];
  for (const [name, a] of [
    ["explicit", explicit],
    ["implicit", implicit],
  ] as const)
    a.forEach((row, i) => {
      demand("row sums", `${name}, row ${i}`, row.reduce(add, ZERO), c[i]!);
    });
  b.forEach((x, j) => {
    demand("last row", `column ${j}`, implicit.at(-1)![j]!, x);
  });
  checkWeights(data, [explicit, implicit], demand);
  return defects;
}

function checkWeights(
  data: AdditiveData,
  colours: readonly Matrix[],
  demand: (part: AdditiveDefect["part"], where: string, left: Rational, right: Rational) => void,
): void {
  const [b, embedded] = [read(data.b), read(data.embedded.weights)];
  let seen = false;
  for (const tree of treesUpTo(Math.max(data.order, data.embedded.order + 1))) {
    const wanted = rational(1n, BigInt(tree.density));
    colourings(tree, colours).forEach((phi, k) => {
      const where = `${tree.name}, colouring ${k}`;
      if (tree.order <= data.order) demand("weights", where, dot(b, phi), wanted);
      if (tree.order <= data.embedded.order) demand("embedded", where, dot(embedded, phi), wanted);
      else if (tree.order === data.embedded.order + 1)
        seen ||= Math.abs(toNumber(subtract(dot(embedded, phi), wanted))) > 1e-6;
    });
  }
  // An estimate that sees no tree of the next order is blind.
  if (!seen) demand("embedded", `no tree of order ${data.embedded.order + 1} is seen`, ONE, ZERO);
}
