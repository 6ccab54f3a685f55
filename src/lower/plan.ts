/**
 * Outputs as index notation come in, the plan goes out: a list of tensors in the order of their computation.
 *
 * Every binder becomes a temporary over its free indices; expensive elementwise values that a deeper loop
 * would repeat, or that several places need, become temporaries too; what depends on parameters only is
 * computed once, in `prepare`.
 */
import {
  at,
  binder,
  conjunction,
  type Expr,
  freshIndex,
  type Index,
  mapChildren,
  mul,
  type Node,
  open,
  openSoftmax,
  renameIndices,
  softmax,
  sub,
  substituteIndices,
  symbolsOf,
  type TensorSymbol,
  tensorSymbol,
} from "../index-notation/index.js";
import type { Buffer } from "../ir/index.js";
import { axesOf, canonical, canonicalAxes } from "./canonical.js";
import { eliminationOrder, type Factor } from "./contract.js";
import type { EntryRequest, LowerOptions, ProgramRequest } from "./request.js";
import { sharedValues } from "./shared.js";
import type { Slots } from "./slots.js";
import type { Compute, Stage } from "./stage.js";
import { isHeavy } from "./weight.js";

/** The indices of the loops in which a value is needed. */
type Loops = ReadonlySet<string>;

const keys = (indices: readonly Index[]): Loops => new Set(indices.map((i) => i.key));
const union = (a: Loops, indices: readonly Index[]): Loops => new Set([...a, ...keys(indices)]);
const isBoundVariable = (s: TensorSymbol): boolean => s.role === "variable" && s.name.startsWith("#s");

/** A place where temporaries are computed: `prepare`, or one entry. */
interface Place {
  readonly kind: "prepared" | "work";
  readonly stages: Stage[];
  /** Canonical values that have a temporary here, as expressions in their canonical indices. */
  readonly known: Map<Expr, Expr>;
}

/** Plans the entries of one program; temporaries of parameters are shared by all of them. */
export class Planner {
  private readonly ahead: Place = { kind: "prepared", stages: [], known: new Map() };
  private readonly constants: Set<TensorSymbol>;
  private readonly budget: number;
  private readonly pool = new Map<number, Buffer[]>();
  private count = 0;

  constructor(
    request: ProgramRequest,
    private readonly slots: Slots,
    private readonly options: LowerOptions,
  ) {
    this.constants = new Set(request.parameters.keys());
    const bytes = [...request.parameters.values()].reduce((n, a) => n + a.byteLength, 0);
    this.budget = Math.min(options.preparedBytes, Math.max(4096, options.preparedRatio * bytes));
  }

  get prepared(): readonly Stage[] {
    return this.ahead.stages;
  }

  entry(request: EntryRequest): { out: Buffer; stages: readonly Stage[] } {
    const size = request.outputs.reduce((n, o) => n + this.slots.sizes.volume(o.over), 0);
    const out: Buffer = { kind: "out", name: "out", size };
    const place: Place = { kind: "work", stages: [], known: new Map() };
    const plan = new PlacePlan(
      this,
      place,
      this.options.optimise ? sharedValues(request.outputs, this.slots.sizes) : new Set(),
    );
    const taken: Buffer[] = [];
    let offset = 0;
    for (const o of request.outputs) {
      const target = tensorSymbol({
        name: `${request.name}.${o.name}`,
        role: "rate",
        dims: o.over.map((i) => i.dim),
      });
      this.slots.place(target, out, offset);
      const value = this.options.optimise ? plan.visit(o.value, keys(o.over)) : o.value;
      place.stages.push({ target, over: o.over, compute: { kind: "map", value } });
      offset += this.slots.sizes.volume(o.over);
    }
    for (const s of place.stages) taken.push(this.slots.of(s.target).buffer);
    this.release(taken);
    return { out, stages: place.stages };
  }

  get sizes() {
    return this.slots.sizes;
  }

  /** Depends on nothing but parameters. */
  isConstant(e: Expr): boolean {
    return [...symbolsOf(e)].every((s) => this.constants.has(s) || isBoundVariable(s));
  }

  /** Depends on an integration variable whose integral is being looked into. */
  isInsideIntegral(e: Expr): boolean {
    return [...symbolsOf(e)].some((s) => this.slots.find(s) === undefined && !isBoundVariable(s));
  }

  placeFor(e: Expr, place: Place): Place {
    if (place.kind === "prepared" || !this.isConstant(e)) return place;
    return this.sizes.volume(e.free) * 8 <= this.budget ? this.ahead : place;
  }

  fits(e: Expr): boolean {
    return this.sizes.volume(e.free) * 8 <= this.options.workBytes;
  }

  /** What summing costs in one call, in operations. */
  readonly contractionCost = (volume: number, result: number, constant: boolean): number => {
    if (result * 8 > this.options.workBytes) return Number.POSITIVE_INFINITY;
    const ahead = constant && result * 8 <= this.budget && volume <= this.options.preparedFlops;
    return ahead ? volume / this.options.preparedCalls : volume;
  };

  /** A new tensor; the stage is added after the stages it needs. */
  add(place: Place, over: readonly Index[], compute: Compute): TensorSymbol {
    const target = tensorSymbol({ name: `t${++this.count}`, role: "rate", dims: over.map((i) => i.dim) });
    this.slots.place(target, this.buffer(place.kind, target), 0);
    if (place.kind === "prepared") this.constants.add(target);
    place.stages.push({ target, over, compute });
    return target;
  }

  /** Scratch of one entry is used again by the next. */
  private buffer(kind: Place["kind"], target: TensorSymbol): Buffer {
    const size = this.sizes.entries(target);
    const free = kind === "work" ? this.pool.get(size)?.pop() : undefined;
    return free ?? this.slots.declare({ kind, name: target.name, size });
  }

  private release(buffers: readonly Buffer[]): void {
    for (const b of buffers.filter((x) => x.kind === "work"))
      this.pool.set(b.size, [...(this.pool.get(b.size) ?? []), b]);
  }
}

/** Plans the values of one place. */
class PlacePlan {
  constructor(
    private readonly planner: Planner,
    private readonly place: Place,
    private readonly shared: ReadonlySet<Expr>,
  ) {}

  /** The value with temporaries for whatever should not be computed inside these loops. */
  visit(e: Expr, loops: Loops): Expr {
    if (e.height === 0 && !isHeavy(e)) return e;
    if (this.wantsTemporary(e, loops)) return this.temporary(e);
    if (e.kind !== "binder") return mapChildren(e, (c) => this.visit(c, loops));
    const b = open(e);
    return binder(b.op, b.indices, b.guard, this.visit(b.body, union(loops, b.indices)));
  }

  private wantsTemporary(e: Expr, loops: Loops): boolean {
    if (this.planner.isInsideIntegral(e) || !this.planner.fits(e)) return false;
    if (e.kind === "binder") return true;
    if (e.kind === "softmax") return this.planner.fits(e);
    if (!isHeavy(e)) return false;
    const repeated = e.free.length > 0 && e.free.length < loops.size;
    return repeated || this.isShared(e) || this.planner.placeFor(e, this.place) !== this.place;
  }

  private isShared(e: Expr): boolean {
    return this.shared.has(canonical(e, this.planner.sizes).expr);
  }

  /** A read of the temporary that holds e. */
  temporary(e: Expr): Expr {
    const place = this.planner.placeFor(e, this.place);
    if (place !== this.place) return new PlacePlan(this.planner, place, this.shared).temporary(e);
    if (e.kind === "softmax") return this.softmax(e);
    const c = canonical(e, this.planner.sizes);
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
    return at(this.planner.add(this.place, over, { kind: "map", value }), over);
  }

  private reduce(e: Node<"binder">, over: readonly Index[]): Expr {
    const b = open(e);
    const loops = union(keys(over), b.indices);
    const body = this.twice(b.op === "logsumexp", this.factors(b.body, loops));
    const guard = conjunction(
      b.guard.all.map((c) => ({ ...c, left: this.visit(c.left, loops), right: this.visit(c.right, loops) })),
    );
    const reduction = { ...b, guard, body };
    return at(this.planner.add(this.place, over, { kind: "reduce", reduction }), over);
  }

  /** The body of a reduction; a product is looked at factor by factor. */
  private factors(body: Expr, loops: Loops): Expr {
    if (body.kind !== "mul") return this.visit(body, loops);
    return mul(body.factors.map((f) => this.visit(f, loops)));
  }

  /** Exponents are needed twice, for the maximum and for the sum. */
  private twice(needed: boolean, body: Expr): Expr {
    const store = needed && isHeavy(body) && this.planner.fits(body) && !this.planner.isInsideIntegral(body);
    return store ? this.temporary(body) : body;
  }

  /** All components of a softmax: over the free indices of its exponent, then its own index. */
  private softmax(e: Node<"softmax">): Expr {
    const component = freshIndex(e.index.dim);
    const s = openSoftmax(e);
    const generic = softmax(s.index, s.guard, s.body, sub(component));
    if (generic.kind !== "softmax") return e;
    const from = [...axesOf(generic, this.planner.sizes).filter((i) => i !== component), component];
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
    return at(this.planner.add(this.place, axes, compute), over);
  }

  /** A sum over several indices, one after the other in the cheapest order. */
  private contract(e: Node<"binder">): Expr {
    const b = open(e);
    const sizes = new Map([...b.indices, ...b.body.free].map((i) => [i.key, this.planner.sizes.ofIndex(i)]));
    let factors: Expr[] = b.body.kind === "mul" ? [...b.body.factors] : [b.body];
    let guards = [...b.guard.all];
    const parts: Factor[] = [
      ...factors.map((f) => ({ indices: keys(f.free), constant: this.planner.isConstant(f) })),
      ...guards.map((g) => ({ indices: keys([...g.left.free, ...g.right.free]), constant: true })),
    ];
    const size = (i: string): number => sizes.get(i) ?? 1;
    const bound = b.indices.map((i) => i.key);
    const order = eliminationOrder({ bound, factors: parts, size, cost: this.planner.contractionCost });
    for (const group of order) {
      const indices = b.indices.filter((i) => group.includes(i.key));
      const touched = (f: { free: readonly Index[] }): boolean => f.free.some((i) => group.includes(i.key));
      const now = guards.filter((g) => touched(g.left) || touched(g.right));
      const sum = binder("sum", indices, conjunction(now), mul(factors.filter(touched)));
      guards = guards.filter((g) => !now.includes(g));
      factors = [...factors.filter((f) => !touched(f)), this.summed(sum)];
    }
    return mul(factors);
  }

  /** One step of a contraction: not contracted again. */
  private summed(e: Expr): Expr {
    const whole = e.kind === "binder" && e.op === "sum" && e.indices.length > 1;
    if (!whole) return this.visit(e, new Set());
    const place = this.planner.placeFor(e, this.place);
    return place === this.place
      ? this.summedHere(e)
      : new PlacePlan(this.planner, place, this.shared).summedHere(e);
  }

  private summedHere(e: Node<"binder">): Expr {
    const c = canonical(e, this.planner.sizes);
    const value = this.place.known.get(c.expr) ?? this.reduce(c.expr as Node<"binder">, c.over);
    this.place.known.set(c.expr, value);
    return renameIndices(value, c.over, c.from);
  }
}
