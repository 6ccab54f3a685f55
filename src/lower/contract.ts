/**
 * The indices of a sum of a product and the index sets of its factors come in, the cheapest order of
 * eliminating one index after the other goes out: exact for few indices, greedy for many.
 */

/** A factor or a guard of the product. */
export interface Factor {
  readonly indices: ReadonlySet<string>;
  /** Depends on parameters only, so that sums over it can be prepared. */
  readonly constant: boolean;
}

export interface Contraction {
  readonly bound: readonly string[];
  readonly factors: readonly Factor[];
  readonly size: (index: string) => number;
  /** The cost of one call for summing a tensor of `volume` points into `result` entries. */
  readonly cost: (volume: number, result: number, constant: boolean) => number;
}

/** Up to this many indices every order is considered. */
const EXACT = 6;

/** Indices in the order of elimination; those of one group are summed in one nest. */
export type Order = readonly (readonly string[])[];

interface Joined extends Factor {
  readonly factors: ReadonlySet<Factor>;
}

/** The factors joined by what has been eliminated and by `next`, as one. */
function joined(c: Contraction, gone: ReadonlySet<string>, next: string): Joined {
  const found = new Set<Factor>();
  const all = new Set<string>();
  const visit = (index: string): void => {
    for (const f of c.factors.filter((x) => x.indices.has(index) && !found.has(x))) {
      found.add(f);
      for (const i of f.indices) {
        if (!gone.has(i)) all.add(i);
        else visit(i);
      }
    }
  };
  visit(next);
  all.add(next);
  return { indices: all, constant: [...found].every((f) => f.constant), factors: found };
}

const volume = (c: Contraction, indices: Iterable<string>): number =>
  [...indices].reduce((n, i) => n * c.size(i), 1);

function stepCost(c: Contraction, gone: ReadonlySet<string>, next: string): number {
  const f = joined(c, gone, next);
  const total = volume(c, f.indices);
  return c.cost(
    total,
    volume(
      c,
      [...f.indices].filter((i) => i !== next),
    ),
    f.constant,
  );
}

interface Best {
  readonly cost: number;
  readonly order: readonly string[];
}

function exact(c: Contraction): readonly string[] {
  const memo = new Map<string, Best>();
  const best = (gone: ReadonlySet<string>): Best => {
    const left = c.bound.filter((i) => !gone.has(i));
    const key = left.join("|");
    let found = memo.get(key);
    if (found === undefined) {
      found = left.reduce<Best | undefined>((min, i) => {
        const rest = best(new Set([...gone, i]));
        const cost = stepCost(c, gone, i) + rest.cost;
        return min === undefined || cost < min.cost ? { cost, order: [i, ...rest.order] } : min;
      }, undefined) ?? { cost: 0, order: [] };
      memo.set(key, found);
    }
    return found;
  };
  return best(new Set()).order;
}

function greedy(c: Contraction): readonly string[] {
  const gone = new Set<string>();
  while (gone.size < c.bound.length) {
    const left = c.bound.filter((i) => !gone.has(i)).map((i) => ({ i, cost: stepCost(c, gone, i) }));
    gone.add(left.reduce((a, b) => (b.cost < a.cost ? b : a)).i);
  }
  return [...gone];
}

/** A sum whose result is summed again with no other factor in between is one nest over both indices. */
function grouped(c: Contraction, order: readonly string[]): Order {
  const groups: string[][] = [];
  const gone = new Set<string>();
  for (const i of order) {
    const before = groups.at(-1);
    const mergeable = before !== undefined && sameFactors(c, gone, before, i);
    if (mergeable) before.push(i);
    else groups.push([i]);
    gone.add(i);
  }
  return groups;
}

/** Eliminating `next` touches nothing but the result of the group before it. */
function sameFactors(
  c: Contraction,
  gone: ReadonlySet<string>,
  before: readonly string[],
  next: string,
): boolean {
  const old = joined(c, new Set([...gone].filter((i) => !before.includes(i))), before[0]!);
  const now = joined(c, gone, next);
  return now.factors.size === old.factors.size && [...now.factors].every((f) => old.factors.has(f));
}

export function eliminationOrder(c: Contraction): Order {
  return grouped(c, c.bound.length <= EXACT ? exact(c) : greedy(c));
}
