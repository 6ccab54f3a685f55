/** A request comes in; what is constant, what fits in memory, and new temporaries go out. */
import {
  type Expr,
  type Index,
  symbolsOf,
  type TensorSymbol,
  tensorSymbol,
} from "../index-notation/index.js";
import type { Buffer } from "../ir/index.js";
import type { LowerOptions, ProgramRequest } from "./request.js";
import type { Slots } from "./slots.js";
import type { Compute, Stage } from "./stage.js";

const poolKey = (size: number, shares: boolean): string => `${size}${shares ? " shares" : ""}`;

const isBoundVariable = (s: TensorSymbol): boolean => s.role === "variable" && s.name.startsWith("#s");

/** A place where temporaries are computed: `prepare`, or one entry. */
export interface Place {
  readonly kind: "prepared" | "work";
  readonly stages: Stage[];
  /** Canonical values that have a temporary here, as expressions in their canonical indices. */
  readonly known: Map<Expr, Expr>;
  /** Symbols of the sums among them, see `signatureOf`. */
  readonly signatures: Set<string>;
}

/** The tensors of one program, given and temporary; temporaries of parameters are shared by all entries. */
export class Workspace {
  private readonly ahead: Place = {
    kind: "prepared",
    stages: [],
    known: new Map(),
    signatures: new Set(),
  };
  private readonly constants: Set<TensorSymbol>;
  private readonly budget: number;
  private readonly pool = new Map<string, Buffer[]>();
  private count = 0;

  constructor(
    request: ProgramRequest,
    readonly slots: Slots,
    readonly options: LowerOptions,
  ) {
    this.constants = new Set(request.parameters.keys());
    const bytes = [...request.parameters.values()].reduce((n, a) => n + a.byteLength, 0);
    this.budget = Math.min(options.preparedBytes, Math.max(65536, options.preparedRatio * bytes));
  }

  get prepared(): readonly Stage[] {
    return this.ahead.stages;
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
    this.slots.place(target, this.buffer(place.kind, target, compute.kind === "softmax"), 0);
    if (place.kind === "prepared") this.constants.add(target);
    place.stages.push({ target, over, compute });
    return target;
  }

  /** Scratch of one entry is used again by the next, weights for weights. */
  private buffer(kind: Place["kind"], target: TensorSymbol, shares: boolean): Buffer {
    const size = this.sizes.entries(target);
    const free = kind === "work" ? this.pool.get(poolKey(size, shares))?.pop() : undefined;
    return free ?? this.slots.declare({ kind, name: target.name, size, ...(shares && { shares }) });
  }

  /** The scratch of these stages may be used by other entries. */
  release(stages: readonly Stage[]): void {
    const buffers = stages.map((s) => this.slots.of(s.target).buffer);
    for (const b of buffers.filter((x) => x.kind === "work")) {
      const key = poolKey(b.size, b.shares === true);
      this.pool.set(key, [...(this.pool.get(key) ?? []), b]);
    }
  }
}
