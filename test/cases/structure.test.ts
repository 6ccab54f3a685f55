/**
 * The structure of every model that runs: decay ⊙ (F − x) is the field, what a drive does not read does not change it, the
 * blocks add up to the Jacobian, and diagonal plus low rank is the Hessian. Each law is shown to fail on a planted fault.
 */
import { describe, expect, it } from "vitest";
import { assembledHessian, structureOf } from "../../src/derivation/index.js";
import type { Block } from "../../src/ode/index.js";
import { shownEqual } from "../../src/rewrite/index.js";
import { type CompiledField, type CompiledStructure, uniformStream } from "../../src/simulation/index.js";
import { theoryOf } from "./networks.js";
import { flowOf, models, prepare, REFUSED, small } from "./runnable.js";

function random(size: number, name: string): Float64Array {
  const next = uniformStream(23, name);
  return Float64Array.from({ length: size }, () => 2 * next() - 1);
}

function distance(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  const scale = Math.max(1, ...Array.from(expected, Math.abs));
  return Math.max(0, ...Array.from(found, (x, k) => Math.abs(x - expected[k]!) / scale));
}

const rhsOf = (field: CompiledField, state: Float64Array): Float64Array => {
  const out = new Float64Array(field.size);
  field.rhs(0, state, out);
  return out;
};

function fromBlocks(s: CompiledStructure, state: Float64Array): Float64Array {
  const out = new Float64Array(state.length);
  for (const { decay, drive, offset, size } of s.blocks) {
    const [rate, force] = [new Float64Array(size), new Float64Array(size)];
    decay(state, rate);
    drive(state, force);
    for (let k = 0; k < size; k++) out[offset + k] = rate[k]! * (force[k]! - state[offset + k]!);
  }
  return out;
}

/** J·d from the blocks, where every decay depends on no state. */
function productOf(s: CompiledStructure, state: Float64Array, d: Float64Array): Float64Array {
  const out = new Float64Array(state.length);
  for (const row of s.blocks) {
    const [rate, part] = [new Float64Array(row.size), new Float64Array(row.size)];
    row.decay(state, rate);
    const sum = d.slice(row.offset, row.offset + row.size).map((x) => -x);
    for (const column of s.blocks) {
      const block = s.block(row.name, column.name);
      if (block === undefined) continue;
      block(state, d.subarray(column.offset, column.offset + column.size), part);
      for (let k = 0; k < row.size; k++) sum[k]! += part[k]!;
    }
    for (let k = 0; k < row.size; k++) out[row.offset + k] = rate[k]! * sum[k]!;
  }
  return out;
}

/** (g(x + hd) − g(x − hd))/2h. */
function activationQuotient(s: CompiledStructure, state: Float64Array, d: Float64Array): Float64Array {
  const h = 1e-5;
  const at = (by: number): Float64Array => {
    const out = new Float64Array(state.length);
    s.activate(
      state.map((x, k) => x + by * d[k]!),
      out,
    );
    return out;
  };
  const [right, left] = [at(h), at(-h)];
  return right.map((x, k) => (x - left[k]!) / (2 * h));
}

function hessianTimes(
  s: CompiledStructure,
  layer: string,
  state: Float64Array,
  d: Float64Array,
): Float64Array {
  const { offset, size } = s.blocks.find((b) => b.name === layer)!;
  const own = d.subarray(offset, offset + size);
  const { diagonal, terms } = s.hessian(layer)!(state);
  const out = own.map((x, k) => diagonal[k]! * x);
  for (const { scale, left, right } of terms) {
    const along = scale * right.reduce((sum, x, k) => sum + x * own[k]!, 0);
    for (let k = 0; k < size; k++) out[k]! += along * left[k]!;
  }
  return out;
}

function driven(block: Block, state: Float64Array): Float64Array {
  const out = new Float64Array(block.size);
  block.drive(state, out);
  return out;
}

const moved = (state: Float64Array, d: Float64Array, by: number, { offset, size }: Block): Float64Array =>
  state.map((x, j) => (j >= offset && j < offset + size ? x + by * d[j]! : x));

/** Models whose rates have no known form: dynamics that are not shown to follow from an energy. */
const UNSTRUCTURED = new Set(["pavlovian", "oja", "universal-manhattan"]);

describe.each(models.filter(([name]) => REFUSED[name] === undefined))("%s", (name, theoryFor) => {
  const theory = theoryFor();
  const { field } = prepare(name, theory);
  const s = field.structure;
  if (UNSTRUCTURED.has(name)) {
    it("has no structure", () => expect(s).toBeUndefined());
    return;
  }
  const state = small(field.initial);
  const d = random(field.size, name);

  it("decay ⊙ (F − x) is the field", () => {
    expect(distance(fromBlocks(s!, state), rhsOf(field, state))).toBeLessThan(1e-12);
  });

  it("a drive does not change with what it does not read, and does with what it reads", () => {
    const far = s!.blocks.map((block) => ({ block, before: driven(block, state) }));
    for (const { block, before } of far) {
      for (const [k, other] of s!.blocks.entries()) {
        // The longer way crosses the thresholds of units that are dead at the state.
        const changes = [0.1, 2, -2].map((by) => distance(driven(block, moved(state, d, by, other)), before));
        if (block.reads.includes(k))
          expect(Math.max(...changes), `${block.name} reads ${other.name}`).toBeGreaterThan(0);
        else expect(changes, `${block.name} does not read ${other.name}`).toEqual([0, 0, 0]);
      }
    }
  });

  it("the blocks of the Jacobian add up to its product", () => {
    if (s!.blocks.some((b) => !b.constantDecay)) return;
    const expected = new Float64Array(field.size);
    field.jvp(state, d, expected);
    expect(distance(productOf(s!, state, d), expected)).toBeLessThan(1e-12);
  });

  it("diagonal plus low rank is the Hessian, symbolically and in numbers", () => {
    const quotient = activationQuotient(s!, state, d);
    for (const l of structureOf(theory, flowOf(theory))!.layers) {
      if (theory.kind === "layered" && l.hessian.kind !== "full") {
        const { layer, hessian } = theory.layers.get(l.name)!;
        const whole = assembledHessian(l.hessian, layer.over, hessian.over.slice(layer.over.length))!;
        expect(shownEqual(whole, hessian.expr), l.name).toBe(true);
      }
      if (l.hessian.kind === "full") continue;
      const { offset, size } = s!.blocks.find((b) => b.name === l.name)!;
      const expected = quotient.subarray(offset, offset + size);
      expect(distance(hessianTimes(s!, l.name, state, d), expected), l.name).toBeLessThan(1e-6);
    }
  });
});

describe("what is found", () => {
  const forms = (name: string): Record<string, unknown> => {
    const theory = models.find(([n]) => n === name)![1]();
    const s = structureOf(theory, theory.full)!;
    return Object.fromEntries(
      s.layers.map((l) => [
        l.name,
        [l.hessian.kind, [...l.reads].join(" "), l.uniform, [...l.linear].join(" ")],
      ]),
    );
  };

  it("softmax is diagonal minus rank one, and layers of a bipartite network read each other", () => {
    expect(forms("kh-b")).toEqual({ v: ["diagonal", "h", true, "v h"], h: ["low-rank", "v", true, "v h"] });
  });

  it("a chain of layers, three-body synapses and moving memories", () => {
    expect(forms("hierarchical").x3).toEqual(["diagonal", "x2 x4", true, "x1 x2 x3 x4"]);
    expect(forms("three-body").x1).toEqual(["diagonal", "x2 x3", true, "x1"]);
    expect(forms("lotito-live").Xi).toEqual(["diagonal", "v", false, "v h Xi"]);
  });

  it("a Hessian that couples tokens is not said to be of low rank", () => {
    expect(forms("energy-transformer").x).toEqual(["full", "x", true, ""]);
  });
});

describe("planted faults are seen:", () => {
  const theory = theoryOf("two-layer", {
    indices: { i: "N", mu: "K" },
    parameters: { Xi: { over: ["mu", "i"], default: { random: "normal" } } },
    layers: {
      v: { over: ["i"], lagrangian: "sum(i, logcosh(v[i]))", activation: "g", tau: 2 },
      h: { over: ["mu"], lagrangian: "logsumexp(mu, h[mu])", activation: "f", tau: 3 },
    },
    synapses: { Xi: "-sum(mu, i, f[mu]*Xi[mu,i]*g[i])" },
  });
  const { field } = prepare("two-layer", theory);
  const s = field.structure!;
  const [state, d] = [random(field.size, "state"), random(field.size, "direction")];

  it("a decay that is wrong by one part in a million", () => {
    const [v, ...rest] = s.blocks;
    const wrong = {
      ...v!,
      decay: (x: Float64Array, out: Float64Array) => {
        v!.decay(x, out);
        out[0]! *= 1 + 1e-6;
      },
    };
    const planted = { ...s, blocks: [wrong, ...rest] };
    expect(distance(fromBlocks(planted, state), rhsOf(field, state))).toBeGreaterThan(1e-8);
  });

  it("a Jacobian without its coupling", () => {
    const expected = new Float64Array(field.size);
    field.jvp(state, d, expected);
    const planted = {
      ...s,
      block: (row: string, column: string) => (row === "v" ? undefined : s.block(row, column)),
    };
    expect(distance(productOf(planted, state, d), expected)).toBeGreaterThan(1e-3);
  });

  it("a softmax Hessian without its rank-one term", () => {
    const planted = {
      ...s,
      hessian: (name: string) => (x: Float64Array) => ({ ...s.hessian(name)!(x), terms: [] }),
    };
    const { offset, size } = s.blocks[1]!;
    const expected = activationQuotient(s, state, d).subarray(offset, offset + size);
    expect(distance(hessianTimes(planted, "h", state, d), expected)).toBeGreaterThan(1e-3);
  });
});
