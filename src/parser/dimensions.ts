/** `indices: { i: N_v, y: "P + S - 1" }` comes in; indices and the names of their dimensions are declared. */
import {
  constantD,
  type Dimension,
  dimension,
  dimensionName,
  index,
  isInteger,
  signR,
} from "../index-notation/index.js";
import { type Build, declare, parseTree, report, reportFaults } from "./build.js";
import { dimensionOf } from "./subscripts.js";
import { child, entriesOf, found, type TextTree, type Tree } from "./tree.js";

/** Declares every index, then every dimension; returns the dimension names in order of appearance. */
export function declareIndices(b: Build): readonly string[] {
  const indices = entriesOf(child(b.tree, "indices"));
  const good = indices.filter(([name, { key }]) => declare(b, name, "an index", key));
  for (const [name] of indices) b.names.set(name, { kind: "broken" });
  const dimensions = new Set<string>();
  for (const [name, { value }] of good) {
    const d = readDimension(b, value, dimensions);
    if (d === undefined) continue;
    b.indices.set(name, index(name, d));
    b.names.set(name, { kind: "index", index: index(name, d) });
  }
  return [...dimensions];
}

function readDimension(b: Build, tree: Tree, dimensions: Set<string>): Dimension | undefined {
  if (tree.kind === "text") return dimensionText(b, tree, dimensions);
  return tree.kind === "number" ? checked(b, tree, dimension(tree.value)) : undefined;
}

function dimensionText(b: Build, tree: TextTree, dimensions: Set<string>): Dimension | undefined {
  const syntax = parseTree(tree);
  if ("fault" in syntax) return reportFaults(b, tree, [syntax.fault]);
  const named = (name: string): Dimension => {
    declareDimension(b, name, tree, dimensions);
    return dimensionName(name);
  };
  return checked(b, tree, dimensionOf(syntax.tree, named));
}

function declareDimension(b: Build, name: string, tree: Tree, dimensions: Set<string>): void {
  if (dimensions.has(name) || !declare(b, name, "a dimension", tree.place)) return;
  dimensions.add(name);
  b.names.set(name, { kind: "dimension", dim: dimensionName(name) });
}

/** The dimension if it can be one: a constant must be a positive integer. */
function checked(b: Build, tree: Tree, d: Dimension | undefined): Dimension | undefined {
  const size = d === undefined ? undefined : constantD(d);
  if (d !== undefined && (size === undefined || (isInteger(size) && signR(size) > 0))) return d;
  const expected = "a positive integer, a name, or sums and products of them";
  const hint = 'write N_v, 5 or "P + S - 1"';
  report(
    b,
    tree.place,
    "bad-dimension",
    `found ${found(tree)} where a dimension was expected: ${expected}`,
    hint,
  );
  return undefined;
}
