/** The structure of a flow with bound values comes in; compiled drives, decays, Hessians and blocks of the Jacobian go out. */
import type { Backend, CompiledEntry, Instance } from "../codegen/index.js";
import { javascript } from "../codegen/index.js";
import {
  driveProducts,
  type Flow,
  type FlowStructure,
  type LayerStructure,
  structureOf,
  type Theory,
} from "../derivation/index.js";
import type { TensorSymbol } from "../index-notation/index.js";
import { type EntryRequest, lower, type Output, type ProgramRequest } from "../lower/index.js";
import type { Block, Structure } from "../ode/index.js";
import type { JacobianRequest, Jvp } from "./jacobian.js";
import type { StateLayout } from "./request.js";

/** What an integrator uses, and beside it the forms of the Hessians and of the Jacobian. */
export interface CompiledStructure extends Structure {
  /** Layers by name, in the order of `blocks`. */
  readonly layers: readonly LayerStructure[];
  /** ∇²L of a layer as diagonal plus rank-one terms; undefined when it has no such form. */
  hessian(layer: string): CompiledHessian | undefined;
  /** ∂F_row/∂x_column times a direction of the column's layer; undefined where it is zero by structure. */
  block(row: string, column: string): Jvp | undefined;
}

/** `diag(diagonal) + Σ_r scale_r · left_r right_rᵀ` at a state; what is returned is overwritten by the next call. */
export type CompiledHessian = (state: Float64Array) => {
  readonly diagonal: Float64Array;
  readonly terms: readonly {
    readonly scale: number;
    readonly left: Float64Array;
    readonly right: Float64Array;
  }[];
};

const once = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
};

/** Each part is derived and compiled when it is first asked for: a run that only needs time constants pays for these. */
export function lazyStructure(
  theory: Theory,
  flow: Flow,
  layout: readonly StateLayout[],
  request: JacobianRequest,
  backend: Backend,
): () => CompiledStructure | undefined {
  return once(() => {
    const structure = structureOf(theory, flow);
    return structure === undefined ? undefined : compiled(structure, layout, request, backend);
  });
}

function compiled(
  structure: FlowStructure,
  layout: readonly StateLayout[],
  request: JacobianRequest,
  backend: Backend,
): CompiledStructure {
  const { layers } = structure;
  const build = (entries: readonly EntryRequest[], on: Backend): Instance =>
    instanceOf({ ...request, entries }, on);
  const main = once(() =>
    build([...layers.map((l, k) => driveEntry(l, k)), activationEntry(layers)], backend),
  );
  const decays = once(() => build(layers.map(decayEntry), javascript));
  const products = once(() => compiledProducts(structure, layout, request, backend));
  const hessians = new Map<string, CompiledHessian | undefined>();
  return {
    layers,
    gradient: structure.gradient,
    blocks: layers.map((l, k) => blockOf(l, k, layout, layers, main, decays)),
    activate: (state, out) => evaluatorOf(main(), "activations")(state, out),
    hessian(name) {
      const layer = layers.find((l) => l.name === name);
      if (layer !== undefined && !hessians.has(name))
        hessians.set(name, compiledHessian(layer, layout, build, backend));
      return hessians.get(name);
    },
    block: (row, column) => products().get(`${row} ${column}`),
  };
}

function instanceOf(request: ProgramRequest, backend: Backend): Instance {
  const lowered = lower(request, backend.lowering);
  // Everything here is made of the rates, which have been lowered.
  if (lowered.kind === "failure") throw new Error(`structure: ${lowered.message}`);
  return backend.compile(lowered.program);
}

const evaluatorOf = (instance: Instance, entry: string): CompiledEntry["evaluate"] =>
  instance.entries.get(entry)!.evaluate;

const driveEntry = (l: LayerStructure, k: number): EntryRequest => ({
  name: `drive${k}`,
  outputs: [{ name: "F", over: l.drive.over, value: l.drive.expr }],
});

const activationEntry = (layers: readonly LayerStructure[]): EntryRequest => ({
  name: "activations",
  outputs: layers.map((l): Output => ({ name: l.name, over: l.activation.over, value: l.activation.expr })),
});

const decayEntry = (l: LayerStructure, k: number): EntryRequest => ({
  name: `decay${k}`,
  outputs: [{ name: "decay", over: l.decay.over, value: l.decay.expr }],
});

function blockOf(
  layer: LayerStructure,
  k: number,
  layout: readonly StateLayout[],
  layers: readonly LayerStructure[],
  main: () => Instance,
  decays: () => Instance,
): Block {
  const { offset, size } = layout[k]!;
  const reads = once(() => layers.flatMap((l, n) => (layer.reads.has(l.name) ? [n] : [])));
  const drive = once(() => evaluatorOf(main(), `drive${k}`));
  const decay = once(() => evaluatorOf(decays(), `decay${k}`));
  return {
    name: layer.name,
    offset,
    size,
    get reads() {
      return reads();
    },
    decay: (state, out) => decay()(state, out),
    constantDecay: layer.constantDecay,
    drive: (state, out) => drive()(state, out),
  };
}

function compiledHessian(
  layer: LayerStructure,
  layout: readonly StateLayout[],
  build: (entries: readonly EntryRequest[], on: Backend) => Instance,
  backend: Backend,
): CompiledHessian | undefined {
  const { hessian, name } = layer;
  if (hessian.kind === "full") return undefined;
  const { size } = layout.find((l) => l.name === name)!;
  const terms = hessian.kind === "diagonal" ? [] : hessian.terms;
  const outputs: Output[] = [
    { name: "diagonal", over: hessian.diagonal.over, value: hessian.diagonal.expr },
    ...terms.flatMap((t, r): Output[] => [
      { name: `left${r}`, over: t.left.over, value: t.left.expr },
      { name: `right${r}`, over: t.right.over, value: t.right.expr },
      { name: `scale${r}`, over: [], value: t.scale },
    ]),
  ];
  const evaluate = evaluatorOf(build([{ name: "hessian", outputs }], backend), "hessian");
  const out = new Float64Array(size + terms.length * (2 * size + 1));
  const part = (from: number): Float64Array => out.subarray(from, from + size);
  const diagonal = part(0);
  const parts = terms.map((_, r) => {
    const from = size + r * (2 * size + 1);
    return { left: part(from), right: part(from + size), scaleAt: from + 2 * size };
  });
  return (state) => {
    evaluate(state, out);
    return {
      diagonal,
      terms: parts.map(({ left, right, scaleAt }) => ({ left, right, scale: out[scaleAt]! })),
    };
  };
}

function compiledProducts(
  structure: FlowStructure,
  layout: readonly StateLayout[],
  request: JacobianRequest,
  backend: Backend,
): ReadonlyMap<string, Jvp> {
  const products = driveProducts(structure);
  const inputs = new Map<TensorSymbol, Float64Array>(request.inputs);
  for (const p of products) {
    if (!inputs.has(p.direction))
      inputs.set(p.direction, new Float64Array(layout.find((l) => l.name === p.column)!.size));
  }
  const entries = products.map((p) => ({
    name: `${p.row} ${p.column}`,
    outputs: [{ name: "product", over: p.product.over, value: p.product.expr }],
  }));
  const instance = instanceOf({ ...request, inputs, entries }, backend);
  return new Map(
    products.map((p): [string, Jvp] => {
      const [evaluate, buffer] = [
        evaluatorOf(instance, `${p.row} ${p.column}`),
        instance.inputs.get(p.direction.name)!,
      ];
      return [
        `${p.row} ${p.column}`,
        (state, direction, out) => {
          buffer.set(direction);
          evaluate(state, out);
        },
      ];
    }),
  );
}
