/** A written tableau comes in; every sum of its own that it does not satisfy goes out, in exact arithmetic. */

import {
  add,
  exactly,
  multiply,
  ONE,
  type Rational,
  rational,
  subtract,
  sumOfProducts,
  toNumber,
  ZERO,
} from "./rational.js";
import type { Coefficient, TableauData } from "./tableau.js";
import { type Tree, treesUpTo } from "./trees.js";

/** One violated sum: which part, which tree or row, and by how much. */
export interface TableauDefect {
  readonly part: "shape" | "row sums" | "weights" | "error" | "dense";
  readonly where: string;
  /** Left minus right side of the violated sum; NaN when the shape is wrong. */
  readonly residual: number;
}

type Vector = readonly Rational[];

const read = (coefficients: readonly Coefficient[]): Vector => coefficients.map(exactly);

/**
 * Φ_i(t) for each stage i: the product over the children of Σ_j a_ij Φ_j(child) (HNW I, II.2). Trees share their
 * children, and those come first, so each sum is made once.
 */
function elementaryWeights(trees: readonly Tree[], a: readonly Vector[]): Map<Tree, Vector> {
  const weights = new Map<Tree, Vector>();
  const branches = new Map<Tree, Vector>();
  for (const tree of trees) {
    const factors = tree.children.map((child) => branches.get(child)!);
    const phi = a.map((_, i) => factors.reduce((product, branch) => multiply(product, branch[i]!), ONE));
    weights.set(tree, phi);
    branches.set(
      tree,
      a.map((row) => sumOfProducts(row, phi)),
    );
  }
  return weights;
}

/** Collects the sums whose residual exceeds the tolerance. */
class Ledger {
  readonly defects: TableauDefect[] = [];
  constructor(private readonly tolerance: number) {}

  demand(part: TableauDefect["part"], where: string, left: Rational, right: Rational): void {
    const gap = subtract(left, right);
    const residual = toNumber(gap);
    if (gap.num !== 0n && !(Math.abs(residual) <= this.tolerance))
      this.defects.push({ part, where, residual });
  }
}

function shapeDefects(data: TableauData): TableauDefect[] {
  const defects: TableauDefect[] = [];
  const demand = (holds: boolean, where: string) => {
    if (!holds) defects.push({ part: "shape", where, residual: Number.NaN });
  };
  const stages = data.b.length;
  demand(stages > 0, "b is empty");
  demand(data.c.length === stages, `c has ${data.c.length} entries, b has ${stages}`);
  demand(data.a.length === stages, `a has ${data.a.length} rows, b has ${stages} entries`);
  data.a.forEach((row, i) => {
    demand(row.length === i, `row ${i} of a has ${row.length} entries, an explicit method needs ${i}`);
  });
  for (const part of [data.error, data.error?.guard])
    demand((part?.weights.length ?? stages) === stages, `error has not ${stages} weights`);
  const more = data.dense?.stages;
  demand(more?.c.length === more?.a.length, "the stages of dense have not as many nodes as rows");
  more?.a.forEach((row, i) => {
    const expected = stages + i;
    demand(row.length === expected, `row ${i} of dense has ${row.length} entries, ${expected} were expected`);
  });
  const rows = stages + (more?.a.length ?? 0);
  demand((data.dense?.powers.length ?? rows) === rows, `dense has not ${rows} rows`);
  return defects;
}

function checkWeights(
  ledger: Ledger,
  data: TableauData,
  trees: readonly Tree[],
  phi: Map<Tree, Vector>,
): void {
  const b = read(data.b);
  for (const tree of trees) {
    if (tree.order > data.order) continue;
    ledger.demand("weights", tree.name, sumOfProducts(b, phi.get(tree)!), rational(1n, BigInt(tree.density)));
  }
}

/** `b − b̂` must not see any tree up to the embedded order, and must see one of the next: else it is blind. */
function checkError(ledger: Ledger, data: TableauData, trees: readonly Tree[], phi: Map<Tree, Vector>): void {
  for (const estimate of [data.error, data.error?.guard]) {
    if (!estimate) continue;
    const weights = read(estimate.weights);
    const sum = (tree: Tree) => sumOfProducts(weights, phi.get(tree)!);
    for (const tree of trees)
      if (tree.order <= estimate.order) ledger.demand("error", tree.name, sum(tree), ZERO);
    const next = trees.filter((tree) => tree.order === estimate.order + 1);
    const seen = next.some((tree) => Math.abs(toNumber(sum(tree))) > 1e-6);
    if (!seen) ledger.demand("error", `no tree of order ${estimate.order + 1} is seen`, ONE, ZERO);
  }
}

/** For all θ: Σ_i b_i(θ) Φ_i(t) = θ^ρ(t)/γ(t) (HNW I, II.6, theorem 6.1), power by power; and b_i(1) = b_i. */
function checkDense(ledger: Ledger, data: TableauData, trees: readonly Tree[], phi: Map<Tree, Vector>): void {
  if (!data.dense) return;
  const rows = data.dense.powers.map(read);
  const degree = Math.max(...rows.map((row) => row.length));
  for (const tree of trees) {
    if (tree.order > data.dense.order) continue;
    for (let power = 1; power <= degree; power++) {
      const column = rows.map((row) => row[power - 1] ?? ZERO);
      const expected = power === tree.order ? rational(1n, BigInt(tree.density)) : ZERO;
      ledger.demand("dense", `${tree.name}, power ${power}`, sumOfProducts(column, phi.get(tree)!), expected);
    }
  }
  const b = read(data.b);
  rows.forEach((row, i) => {
    ledger.demand("dense", `stage ${i} at θ = 1`, row.reduce(add, ZERO), b[i] ?? ZERO);
  });
}

/**
 * All the sums a tableau owes: `Σ_j a_ij = c_i`, the order conditions of `b`, of the embedded solution and
 * of the dense output, evaluated in exact rational arithmetic. `tolerance` allows for coefficients printed
 * as decimals: 0 demands equality. An empty answer means the tableau keeps every promise it makes.
 */
export function tableauDefects(data: TableauData, tolerance = 0): readonly TableauDefect[] {
  const shape = shapeDefects(data);
  if (shape.length > 0) return shape;
  const ledger = new Ledger(tolerance);
  const more = data.dense?.stages;
  const [a, c] = [[...data.a, ...(more?.a ?? [])].map(read), read([...data.c, ...(more?.c ?? [])])];
  a.forEach((row, i) => {
    ledger.demand("row sums", `row ${i}`, row.reduce(add, ZERO), c[i]!);
  });
  const trees = treesUpTo(Math.max(data.order, (data.error?.order ?? 0) + 1, data.dense?.order ?? 0));
  const phi = elementaryWeights(trees, a);
  checkWeights(ledger, data, trees, phi);
  checkError(ledger, data, trees, phi);
  checkDense(ledger, data, trees, phi);
  return ledger.defects;
}
