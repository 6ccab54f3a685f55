/**
 * Outputs as index notation come in, the plan goes out: a list of tensors in the order of their computation.
 *
 * Every binder becomes a temporary over its free indices; expensive elementwise values that a deeper loop
 * would repeat, or that several places need, become temporaries too; what depends on parameters only is
 * computed once, in `prepare`.
 */
import {
  add,
  at,
  binder,
  both,
  type Condition,
  conjunction,
  type Expr,
  freshIndex,
  type Index,
  inside,
  mapChildren,
  mul,
  type Node,
  open,
  openSoftmax,
  renameIndices,
  softmax,
  sub,
  substituteIndices,
  type TensorSymbol,
  TRUE,
  tensorSymbol,
} from "../index-notation/index.js";
import type { Buffer } from "../ir/index.js";
import { axesOf, canonical, canonicalAxes } from "./canonical.js";
import { eliminationOrder, type Factor, type Order } from "./contract.js";
import { online } from "./online.js";
import { Pool, signatureOf } from "./pool.js";
import type { EntryRequest } from "./request.js";
import { sharedValues } from "./shared.js";
import type { Stage } from "./stage.js";
import { isHeavy } from "./weight.js";
import type { Place, Workspace } from "./workspace.js";

/** The indices of the loops in which a value is needed. */
type Loops = ReadonlySet<string>;

/** Terms of a sum in one statement. */
const LONGEST = 100;

const keys = (indices: readonly Index[]): Loops => new Set(indices.map((i) => i.key));
const union = (a: Loops, indices: readonly Index[]): Loops => new Set([...a, ...keys(indices)]);

/**
 * Where no factor is read out of range. A term with a factor that reads 0 adds nothing, so a sum may leave it
 * out: its loop then runs over the valid part and needs no test inside.
 */
function rangesOfFactors(body: Expr): Condition {
  const factors = body.kind === "mul" ? body.factors : [body];
  const reads = factors.filter((f) => f.kind === "tensor");
  const affine = reads.flatMap((t) => t.subs.map((s, k) => ({ s, dim: t.symbol.dims[k]! })));
  return both(...affine.filter(({ s }) => s.mod === undefined).map(({ s, dim }) => inside(s, dim)));
}

/** Plans the values of one place. */
class PlacePlan {
  constructor(
    private readonly space: Workspace,
    private readonly place: Place,
    private readonly shared: ReadonlySet<Expr>,
  ) {}

  /** The value with temporaries for whatever should not be computed inside these loops. */
  visit(e: Expr, loops: Loops): Expr {
    if (e.height === 0 && !isHeavy(e)) return e;
    if (this.wantsTemporary(e, loops)) return this.temporary(e);
    if (e.kind === "add" && e.terms.length > LONGEST && !this.space.isInsideIntegral(e))
      return this.chunks(e);
    if (e.kind !== "binder") return mapChildren(e, (c) => this.visit(c, loops));
    const b = open(e);
    return binder(b.op, b.indices, b.guard, this.visit(b.body, union(loops, b.indices)));
  }

  /** A long sum as a sum of temporaries: no function of generated code is then too long to be optimised. */
  private chunks(e: Node<"add">): Expr {
    const starts = Array.from({ length: Math.ceil(e.terms.length / LONGEST) }, (_, k) => k * LONGEST);
    return add(starts.map((k) => this.temporary(add(e.terms.slice(k, k + LONGEST)))));
  }

  private wantsTemporary(e: Expr, loops: Loops): boolean {
    if (!this.mayStore(e)) return false;
    if (e.kind === "binder" || e.kind === "softmax") return true;
    if (!isHeavy(e)) return false;
    const repeated = e.free.length > 0 && e.free.length < loops.size;
    return repeated || this.isShared(e) || this.space.placeFor(e, this.place) !== this.place;
  }

  private mayStore(e: Expr): boolean {
    return this.space.fits(e) && !this.space.isInsideIntegral(e);
  }

  /** Needed elsewhere too, or there already. */
  private isShared(e: Expr): boolean {
    const { expr } = canonical(e, this.space.sizes);
    return this.shared.has(expr) || this.place.known.has(expr);
  }

  /** A read of the temporary that holds e. */
  temporary(e: Expr): Expr {
    const place = this.space.placeFor(e, this.place);
    if (place !== this.place) return new PlacePlan(this.space, place, this.shared).temporary(e);
    if (e.kind === "softmax") return this.softmax(e);
    const c = canonical(e, this.space.sizes);
    let value = this.place.known.get(c.expr);
    if (value === undefined) {
      value = this.compute(c.expr, c.over);
      this.place.known.set(c.expr, value);
    }
    return renameIndices(value, c.over, c.from);
  }

  private compute(e: Expr, over: readonly Index[]): Expr {
    if (e.kind === "binder" && e.op === "sum" && e.indices.length > 1) return this.contract(e);
    if (e.kind === "binder") return this.reduce(e, over);
    const value = mapChildren(e, (c) => this.visit(c, keys(over)));
    return at(this.space.add(this.place, over, { kind: "map", value }), over);
  }

  private reduce(e: Node<"binder">, over: readonly Index[]): Expr {
    const b = open(e);
    const loops = union(keys(over), b.indices);
    const body = this.twice(b.op === "logsumexp", this.factors(b.body, loops));
    const visited = b.guard.all.map((c) => ({
      ...c,
      left: this.visit(c.left, loops),
      right: this.visit(c.right, loops),
    }));
    if (b.op === "sum") this.place.signatures.add(signatureOf([e.body]));
    const ranges = b.op === "sum" ? rangesOfFactors(body) : TRUE;
    const guard = conjunction([...visited, ...ranges.all]);
    const reduction = { ...b, guard, body };
    return at(this.space.add(this.place, over, { kind: "reduce", reduction }), over);
  }

  /** The body of a reduction; a product is looked at factor by factor. */
  private factors(body: Expr, loops: Loops): Expr {
    if (body.kind !== "mul") return this.visit(body, loops);
    return mul(body.factors.map((f) => this.visit(f, loops)));
  }

  /** Exponents are needed twice, for the maximum and for the sum. */
  private twice(needed: boolean, body: Expr): Expr {
    const store = needed && isHeavy(body) && this.mayStore(body);
    return store ? this.temporary(body) : body;
  }

  /** All components of a softmax: over the free indices of its exponent, then its own index. */
  private softmax(e: Node<"softmax">): Expr {
    const component = freshIndex(e.index.dim);
    const s = openSoftmax(e);
    const generic = softmax(s.index, s.guard, s.body, sub(component));
    if (generic.kind !== "softmax") return e;
    const from = [...axesOf(generic, this.space.sizes).filter((i) => i !== component), component];
    const over = canonicalAxes(from);
    const expr = renameIndices(generic, from, over);
    const known = this.place.known.get(expr) ?? this.softmaxOver(expr as Node<"softmax">, over);
    this.place.known.set(expr, known);
    return substituteIndices(
      known,
      new Map(over.map((i, k) => [i.key, k < over.length - 1 ? sub(from[k]!) : e.at])),
    );
  }

  private softmaxOver(e: Node<"softmax">, over: readonly Index[]): Expr {
    const s = openSoftmax(e);
    const axes = [...over.slice(0, -1), s.index];
    const body = this.twice(true, this.visit(s.body, keys(axes)));
    const compute = { kind: "softmax", index: s.index, guard: s.guard, body } as const;
    return at(this.space.add(this.place, axes, compute), over);
  }

  /** A sum over several indices, one after the other in the cheapest order; what is there already comes first. */
  private contract(e: Node<"binder">): Expr {
    const b = open(e);
    const pool = new Pool(b.body, b.guard);
    for (const group of this.order(b.indices, pool)) {
      for (let i = this.available(b.indices, pool); i !== undefined; i = this.available(b.indices, pool))
        pool.put(this.summed(pool.take([i])));
      const left = b.indices.filter((i) => group.includes(i.key) && pool.mentions(i));
      if (left.length > 0) pool.put(this.summed(pool.take(left)));
    }
    return mul(pool.factors);
  }

  private order(indices: readonly Index[], pool: Pool): Order {
    const sizes = new Map(
      pool.factors.flatMap((f) => f.free).map((i) => [i.key, this.space.sizes.ofIndex(i)]),
    );
    const factors: Factor[] = [
      ...pool.factors.map((f) => ({ indices: keys(f.free), constant: this.space.isConstant(f) })),
      ...pool.guards.map((g) => ({ indices: keys([...g.left.free, ...g.right.free]), constant: true })),
    ];
    const size = (i: string): number => sizes.get(i) ?? 1;
    const bound = indices.map((i) => i.key);
    return eliminationOrder({ bound, factors, size, cost: this.space.contractionCost });
  }

  /** An index whose sum has a temporary already. */
  private available(indices: readonly Index[], pool: Pool): Index | undefined {
    return indices.find((i) => {
      if (!pool.mentions(i) || !this.place.signatures.has(pool.signature(i))) return false;
      const sum = pool.sumOver([i]);
      return this.place.known.has(canonical(sum, this.space.sizes).expr);
    });
  }

  /** One step of a contraction: not contracted again. */
  private summed(e: Expr): Expr {
    const whole = e.kind === "binder" && e.op === "sum" && e.indices.length > 1;
    if (!whole) return this.visit(e, new Set());
    const place = this.space.placeFor(e, this.place);
    return place === this.place
      ? this.summedHere(e)
      : new PlacePlan(this.space, place, this.shared).summedHere(e);
  }

  private summedHere(e: Node<"binder">): Expr {
    const c = canonical(e, this.space.sizes);
    const value = this.place.known.get(c.expr) ?? this.reduce(c.expr as Node<"binder">, c.over);
    this.place.known.set(c.expr, value);
    return renameIndices(value, c.over, c.from);
  }
}

/** The stages of one entry, and its out buffer. */
export function planEntry(
  request: EntryRequest,
  space: Workspace,
): { out: Buffer; stages: readonly Stage[] } {
  const { optimise } = space.options;
  const volumes = request.outputs.map((o) => space.sizes.volume(o.over));
  const out: Buffer = { kind: "out", name: "out", size: volumes.reduce((a, b) => a + b, 0) };
  const place: Place = { kind: "work", stages: [], known: new Map(), signatures: new Set() };
  const plan = new PlacePlan(space, place, optimise ? sharedValues(request.outputs, space.sizes) : new Set());
  let offset = 0;
  for (const [k, o] of request.outputs.entries()) {
    const target = outputSymbol(`${request.name}.${o.name}`, o.over);
    space.slots.place(target, out, offset);
    const value = optimise ? plan.visit(o.value, keys(o.over)) : o.value;
    place.stages.push({ target, over: o.over, compute: { kind: "map", value } });
    offset += volumes[k]!;
  }
  space.release(place.stages);
  const { slots, options } = space;
  const stages = optimise
    ? online(place.stages, { slots, onePassBytes: options.onePassBytes })
    : place.stages;
  return { out, stages };
}

const outputSymbol = (name: string, over: readonly Index[]): TensorSymbol =>
  tensorSymbol({ name, role: "rate", dims: over.map((i) => i.dim) });
