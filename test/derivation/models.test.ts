/** Every model of the reference file: what is derived, pinned as printed, and its identities checked by value. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { directional } from "../../src/calculus/index.js";
import { derive, type Flow, inStates, type Theory } from "../../src/derivation/index.js";
import { decimals, evaluate, toDecimal } from "../../src/index-notation/evaluate/index.js";
import { add, type Expr, neg, rational, type TensorSymbol } from "../../src/index-notation/index.js";
import type { Model } from "../../src/model/index.js";
import { defineModel } from "../../src/parser/index.js";
import { derivationText } from "../../src/report/index.js";
import { Chance } from "../index-notation/random-expression.js";

const sources = parse(readFileSync(new URL("../parser/models.yaml", import.meta.url), "utf8")) as Record<
  string,
  object
>;
const D = decimals(40);

function model(name: string): Model {
  const result = defineModel({ legendre: 1, name, ...sources[name] } as never);
  if (!result.ok) throw new Error(JSON.stringify(result.errors));
  return result.value;
}

function theory(name: string): Theory {
  const result = derive(model(name));
  if (!result.ok) throw new Error(JSON.stringify(result.errors));
  return result.value;
}

const names = Object.keys(sources);
test.each(names)("%s derives what is pinned", async (name) => {
  await expect(derivationText(theory(name))).toMatchFileSnapshot(`pinned/${name}.txt`);
});

// ---- values --------------------------------------------------------------------------------------------

/** A hash of a name and a place, so that every entry has a value of its own. */
function seedOf(text: string): number {
  let h = 7;
  for (const c of text) h = (Math.imul(h, 31) + c.charCodeAt(0)) | 0;
  return h;
}

/** Random rational entries that respect signs and symmetry; states stay small, so that atanh(s) exists. */
function entryOf(seed: number, s: TensorSymbol, at: readonly number[]) {
  if (s.hollow && at[0] === at[1]) return rational(0);
  const place = s.symmetric ? [...at].sort() : at;
  const chance = new Chance(seed ^ seedOf(`${s.name}${place}`));
  if (s.name === "seen") return rational(chance.int(0, 1));
  const size = rational(chance.int(3, 29), 30);
  if (s.bounds.low !== undefined) return { n: size.n + s.bounds.low.n * size.d, d: size.d };
  return chance.chance(0.5) ? size : rational(-size.n, size.d);
}

function environment(m: Model, seed: number) {
  const dimensions = new Map(m.dimensions.map((d, k) => [d, 2 + ((k + seed) % 2)]));
  return {
    dimensions,
    tensor: (s: TensorSymbol, at: readonly number[]) => entryOf(seed, s, at),
    precision: 25,
  };
}

const valueAt = (e: Expr, m: Model, seed: number) => toDecimal(D, evaluate(e, environment(m, seed)));

function expectEqual(a: Expr, b: Expr, m: Model): void {
  for (const seed of [11, 12]) {
    const [x, y] = [valueAt(a, m, seed), valueAt(b, m, seed)];
    expect(x.isFinite()).toBe(true);
    expect(x.sub(y).abs().lte(D.max(1, x.abs()).mul("1e-20"))).toBe(true);
  }
}

/** Σ ∂E/∂x · dx/dt with nothing cancelled: the chain rule that dE/dt must agree with. */
const chainRule = (flow: Flow): Expr =>
  add([...flow.motions.values()].map((m) => directional(flow.energy!, m.state, m.over, m.rate)));

const withDescent = names.filter((n) => theory(n).full.descent !== undefined && n !== "energy-transformer");

describe("dE/dt", () => {
  test.each(withDescent)("of %s equals the chain rule along the flow", (name) => {
    const t = theory(name);
    expectEqual(t.full.descent!.total, chainRule(t.full), t.model);
    expectEqual(t.reduced.descent!.total, chainRule(t.reduced), t.model);
  });

  test("the comparison catches a wrong sign and a lost term", () => {
    const t = theory("kh-b");
    const total = t.full.descent!.total;
    expect(() => expectEqual(neg(total), chainRule(t.full), t.model)).toThrow();
    expect(() => expectEqual(add([total, t.full.energy!]), chainRule(t.full), t.model)).toThrow();
  });
});

describe("the adiabatic limit", () => {
  test.each(["kh-a", "kh-b"])("of %s is the full energy and motion with the fast layer at rest", (name) => {
    const t = theory(name);
    expectEqual(t.reduced.energy!, inStates(t, t.full.pairedEnergy!, false), t.model);
    expectEqual(t.reduced.energy!, atRest(t, t.full.energy!), t.model);
  });

  test("of the hierarchical model stops where it is not explicit", () => {
    const t = theory("hierarchical");
    expect(t.limits.map((l) => [l.fast, l.explicit])).toEqual([
      ["x4", true],
      ["x3", false],
    ]);
    expectEqual(t.limits[0]!.flow!.energy!, atRest(t, t.full.energy!), t.model);
  });
});

/** An expression of all states with the eliminated ones replaced. */
const atRest = (t: Theory, e: Expr): Expr => inStates(t, e, false);
