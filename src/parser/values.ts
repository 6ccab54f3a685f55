/** Numbers, arrays, random draws and schedules of a tree come in, defaults and schedules of the model go out. */
import {
  constantD,
  type Expr,
  type Index,
  num,
  type Rational,
  showD,
  toNumber,
} from "../index-notation/index.js";
import type { Default, Schedule } from "../model/index.js";
import { type Build, parseTree, readField, report, reportFaults } from "./build.js";
import { constantOf } from "./source.js";
import { child, entriesOf, found, itemsOf, type Tree } from "./tree.js";

/** The exact value of a number or of a text such as "1/3"; undefined (and reported) when it is none. */
export function readNumber(b: Build, tree: Tree): Rational | undefined {
  if (tree.kind === "number") return tree.value;
  const syntax = tree.kind === "text" ? parseTree(tree) : undefined;
  if (syntax !== undefined && "fault" in syntax) return reportFaults(b, tree, [syntax.fault]);
  const value = syntax === undefined ? undefined : constantOf(syntax.tree);
  if (value === undefined)
    report(
      b,
      tree.place,
      "bad-number",
      `found ${found(tree)} where a number was expected`,
      'write 0.5, 1e-3 or "1/3"',
    );
  return value;
}

export const readDouble = (b: Build, tree: Tree): number | undefined => {
  const value = readNumber(b, tree);
  return value === undefined ? undefined : toNumber(value);
};

export interface NumericArray {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** Nested lists of numbers of equal lengths; undefined (and reported) when they are ragged. */
export function readArray(b: Build, tree: Tree): NumericArray | undefined {
  if (tree.kind !== "list") {
    const value = readDouble(b, tree);
    return value === undefined ? undefined : { shape: [], data: [value] };
  }
  const rows = tree.items.map((item) => readArray(b, item));
  const [first] = rows;
  if (first === undefined || rows.some((r) => r === undefined)) return undefined;
  const ragged = rows.findIndex((r) => r!.shape.join() !== first.shape.join());
  if (ragged >= 0) {
    const message = `item ${ragged} has the shape ${showShape(rows[ragged]!.shape)}; the items before it have ${showShape(first.shape)}`;
    report(
      b,
      tree.items[ragged]!.place,
      "ragged-array",
      message,
      "all rows of an array have the same length",
    );
    return undefined;
  }
  return { shape: [rows.length, ...first.shape], data: rows.flatMap((r) => r!.data) };
}

const showShape = (shape: readonly number[]): string => `[${shape.join(", ")}]`;

/** Reports an array whose rank or fixed lengths differ from what it is declared over. */
function fitsOver(b: Build, array: NumericArray, over: readonly Index[] | undefined, tree: Tree): boolean {
  if (over === undefined) return true;
  const fits =
    array.shape.length === over.length &&
    over.every((i, k) => {
      const size = constantD(i.dim);
      return size === undefined || toNumber(size) === array.shape[k];
    });
  if (!fits) {
    const expected = `[${over.map((i) => showD(i.dim)).join(", ")}]`;
    report(
      b,
      tree.place,
      "wrong-shape",
      `found an array of shape ${showShape(array.shape)} where ${expected} was expected`,
    );
  }
  return fits;
}

// ---- defaults --------------------------------------------------------------------------------------

/** A default: dimensions may occur in a scalar, other names may not. */
export function readDefault(b: Build, tree: Tree, over: readonly Index[]): Default | undefined {
  if (tree.kind === "map") return readRandom(b, tree);
  if (tree.kind === "list") {
    const array = readArray(b, tree);
    return array === undefined || !fitsOver(b, array, over, tree) ? undefined : { kind: "array", ...array };
  }
  const value = readScalar(b, tree);
  return value === undefined ? undefined : { kind: "scalar", value };
}

function readScalar(b: Build, tree: Tree): Expr | undefined {
  if (tree.kind === "number") return num(tree.value);
  return readField(b, tree, {
    what: "a default",
    over: [],
    refuse: (s) => ({
      message: `a default is made of numbers and dimensions; found ${s.name}`,
      hint: "compute it where it is used, or set it with --set or --data",
    }),
  });
}

const RANDOM: ReadonlyMap<string, ReadonlyMap<string, number>> = new Map([
  [
    "normal",
    new Map([
      ["mean", 0],
      ["std", 1],
    ]),
  ],
  [
    "uniform",
    new Map([
      ["low", 0],
      ["high", 1],
    ]),
  ],
  ["rademacher", new Map()],
]);

type Distribution = (Default & { kind: "random" })["distribution"];

function readRandom(b: Build, tree: Tree): Default | undefined {
  const kind = child(tree, "random");
  const distribution = kind?.kind === "text" ? kind.text : "";
  const known = RANDOM.get(distribution) ?? new Map<string, number>();
  const given = entriesOf(tree).filter(([key]) => key !== "random");
  for (const [key, entry] of given)
    if (!known.has(key)) {
      const keys = known.size === 0 ? "takes no parameters" : `takes ${[...known.keys()].join(" and ")}`;
      report(b, entry.key, "unknown-key", `the ${distribution} distribution has no ${key}`, `it ${keys}`);
    }
  const values = new Map(given.map(([key, entry]) => [key, readDouble(b, entry.value) ?? 0]));
  const parameters = Object.fromEntries([...known].map(([key, value]) => [key, values.get(key) ?? value]));
  return { kind: "random", distribution: distribution as Distribution, parameters };
}

// ---- schedules -------------------------------------------------------------------------------------

/** `{times, values}` or `{every, cycle}`; undefined (and reported) when it is neither. */
export function readSchedule(b: Build, tree: Tree, over?: readonly Index[]): Schedule | undefined {
  const keys = entriesOf(tree)
    .map(([key]) => key)
    .sort()
    .join();
  const [every, times] = [child(tree, "every"), child(tree, "times")];
  const values = readEntries(b, child(tree, every === undefined ? "values" : "cycle"), over);
  if (keys === "cycle,every" && every !== undefined) return readCycle(b, every, values);
  if (keys === "times,values" && times !== undefined) return readTimes(b, times, values);
  const message = "a schedule has times and values, or every and cycle";
  report(
    b,
    tree.place,
    "wrong-value",
    `found the keys ${keys || "none"}; ${message}`,
    "write { times: [0, 10], values: [[1, 0], [0, 1]] }",
  );
  return undefined;
}

interface Entries {
  readonly shape: readonly number[];
  readonly values: readonly (readonly number[])[];
}

function readEntries(
  b: Build,
  tree: Tree | undefined,
  over: readonly Index[] | undefined,
): Entries | undefined {
  const arrays = itemsOf(tree).map((item) => ({ item, array: readArray(b, item) }));
  const shape = arrays[0]?.array?.shape;
  if (shape === undefined || arrays.some((a) => a.array === undefined)) return undefined;
  if (!arrays.every(({ item, array }) => fitsOver(b, array!, over, item))) return undefined;
  const other = arrays.find(({ array }) => array!.shape.join() !== shape.join());
  if (other === undefined) return { shape, values: arrays.map(({ array }) => array!.data) };
  report(
    b,
    other.item.place,
    "ragged-array",
    `this value has the shape ${showShape(other.array!.shape)}; the first has ${showShape(shape)}`,
  );
  return undefined;
}

function readCycle(b: Build, tree: Tree, entries: Entries | undefined): Schedule | undefined {
  const every = readDouble(b, tree);
  if (every !== undefined && every <= 0)
    report(b, tree.place, "wrong-value", `found ${found(tree)} where a positive time was expected`);
  return every === undefined || every <= 0 || entries === undefined
    ? undefined
    : { kind: "cycle", every, ...entries };
}

function readTimes(b: Build, tree: Tree, entries: Entries | undefined): Schedule | undefined {
  const times = readArray(b, tree);
  if (times === undefined || entries === undefined) return undefined;
  const descending = times.data.findIndex((t, k) => k > 0 && t <= times.data[k - 1]!);
  if (times.shape.length === 1 && descending < 0 && times.data.length === entries.values.length)
    return { kind: "times", times: times.data, ...entries };
  const message =
    descending >= 0
      ? `time ${descending} is not after the one before it`
      : `found ${times.data.length} times and ${entries.values.length} values`;
  report(b, tree.place, "wrong-value", message, "times ascend, and each has one value");
  return undefined;
}
