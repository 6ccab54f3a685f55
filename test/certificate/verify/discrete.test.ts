/** Descent per update of discrete states: what is proved holds on random networks, what is refuted is replayed here. */
import { describe, expect, test } from "vitest";
import { configurations, Machine } from "../../../src/certificate/discrete/machine.js";
import { isSmooth, isTotal } from "../../../src/certificate/discrete/regularity.js";
import { type DiscreteState, type System, systemOf } from "../../../src/certificate/discrete/system.js";
import { type Counterexample, type Verification, verifyTheory } from "../../../src/certificate/index.js";
import { drawAll } from "../../../src/certificate/refuter/draws.js";
import { isExact } from "../../../src/index-notation/evaluate/index.js";
import {
  add,
  compare,
  compareR,
  type Expr,
  extremum,
  num,
  power,
  sqrt,
  symbolsOf,
  tensor,
  tensorSymbol,
  unary,
  where,
  ZERO,
} from "../../../src/index-notation/index.js";
import type { StateModel } from "../../../src/model/index.js";
import { CATALOG, theoryOf } from "../../cases/networks.js";

type Source = Parameters<typeof theoryOf>[1];
type Order = System["order"];

const hopfield = CATALOG["hopfield-1982"]!;
const dense = CATALOG["dense-am"]!;
const simplicial = CATALOG.simplicial!;
const SYMMETRIC = "J[i,j] = J[j,i]";
const FIELD = "sum(j, J[i,j]*s[j])";

const mapped = (source: Source, s: string, order: Order = "ascending"): Source => ({
  ...source,
  update: { order, map: { s } },
});
const ordered = (source: Source, order: Order): Source => ({ ...source, update: { order } });
const about = (source: Source, ...domain: string[]): Source => ({ ...source, domain });

const memories: Source = {
  indices: { i: "N", j: "N", mu: "K" },
  parameters: { Xi: { over: ["mu", "i"] }, beta: { sign: "positive" } },
  state: { s: { over: ["i"], values: [-1, 1] } },
  energy: "-sum(mu, sum(i, Xi[mu,i]*s[i])^2)/2",
};
const GRAM_FIELD = "sum(mu, Xi[mu,i]*sum(j, Xi[mu,j]*s[j]))";
const CUBES =
  "sum(mu, F(xi[mu,i] + sum(j, j != i, xi[mu,j]*s[j])) - F(-xi[mu,i] + sum(j, j != i, xi[mu,j]*s[j])))";
const denseTwo: Source = { ...dense, indices: { i: "N", j: "N", mu: "K" } };
const machine01: Source = {
  indices: { i: "N", j: "N" },
  parameters: { J: { over: ["i", "j"] }, b: { over: ["i"] } },
  domain: [SYMMETRIC, "J[i,i] = 0"],
  state: { s: { over: ["i"], values: [0, 1] } },
  energy: "-sum(i, j, s[i]*J[i,j]*s[j])/2 + sum(i, b[i]*s[i])",
};
const machine: Source = {
  indices: { i: "N", a: "M" },
  parameters: { W: { over: ["a", "i"] } },
  state: { s: { over: ["i"], values: [-1, 1] }, t: { over: ["a"], values: [0, 1] } },
  energy: "-sum(a, i, t[a]*W[a,i]*s[i])",
};
const potts: Source = { ...hopfield, state: { s: { over: ["i"], values: [-1, 0, 2] } } };

const PROVED: readonly (readonly [string, Source])[] = [
  ["hopfield-1982", hopfield],
  ["hopfield-1982 in random order", ordered(hopfield, "random")],
  ["dense-am", dense],
  ["simplicial", simplicial],
  ["three values", potts],
  ["least energy with an asymmetric coupling: the energy only sees its symmetric part", about(hopfield)],
  ["two states", machine],
  ["sign of the field", mapped(hopfield, `sign(${FIELD})`)],
  ["sign of three times the field", mapped(hopfield, `sign(3*${FIELD})`)],
  ["tanh inside the sign", mapped({ ...hopfield, parameters: { J: { over: ["i", "j"] }, beta: { sign: "positive" } } }, `sign(tanh(beta*${FIELD}))`)],
  ["sign, ties keep", mapped(hopfield, `where(${FIELD} = 0, s[i], sign(${FIELD}))`)],
  ["ties go up", mapped(hopfield, `where(${FIELD} >= 0, 1, -1)`)],
  ["two steps less one", mapped(hopfield, `2*step(${FIELD}) - 1`)],
  ["sign with a diagonal that is not negative", mapped(about(hopfield, SYMMETRIC, "J[i,i] >= 0"), `sign(${FIELD})`)],
  ["sign without self-interaction, any diagonal", mapped(about(hopfield, SYMMETRIC), "sign(sum(j, j != i, J[i,j]*s[j]))")],
  ["sign of the energy difference", mapped(denseTwo, `sign(${CUBES})`)],
  ["sign of −∂E/∂s of cubes", mapped(dense, "sign(sum(mu, relu(sum(i, xi[mu,i]*s[i]))^2*xi[mu,i]))")],
  ["step of a field and a threshold", mapped(machine01, `step(${FIELD} - b[i])`)],
  ["three values, Gram coupling", mapped({ ...memories, state: { s: { over: ["i"], values: [-1, 0, 2] } } }, `where(${GRAM_FIELD} > 0, 2, where(${GRAM_FIELD} < 0, -1, s[i]))`)],
  ["synchronous signs with a Gram coupling", mapped(memories, `sign(${GRAM_FIELD})`, "synchronous")],
  ["two states, one after the other", ordered(machine, "block")],
  ["signs of one state after the other", { ...mapped(machine, "sign(sum(a, t[a]*W[a,i]))", "block") }],
  ["one state of signs with a Gram coupling", mapped(memories, `sign(${GRAM_FIELD})`, "block")],
  ["synchronous, no coupling", ordered({ ...machine01, energy: "sum(i, b[i]*s[i])" }, "synchronous")],
]; // biome-ignore format: one model a row

const REFUTED: readonly (readonly [string, Source])[] = [
  ["hopfield-1982 synchronous", ordered(hopfield, "synchronous")],
  ["dense-am synchronous", ordered(dense, "synchronous")],
  ["simplicial synchronous", ordered(simplicial, "synchronous")],
  ["synchronous signs", mapped(hopfield, `sign(${FIELD})`, "synchronous")],
  ["synchronous least energy with a Gram coupling", ordered(memories, "synchronous")],
  ["two states at once", ordered(machine, "synchronous")],
  ["one state with couplings inside, as a block", ordered(hopfield, "block")],
  ["two states, one with couplings inside", ordered({ ...machine, indices: { i: "N", j: "N", a: "M" }, energy: "-sum(a, i, t[a]*W[a,i]*s[i]) + sum(i, j, j != i, s[i]*s[j])/2" }, "block")],
  ["the wrong sign", mapped(hopfield, `-sign(${FIELD})`)],
  ["sign with a negative diagonal", mapped(about(hopfield, SYMMETRIC, "J[i,i] < 0"), `sign(${FIELD})`)],
  ["sign with any diagonal", mapped(about(hopfield, SYMMETRIC), `sign(${FIELD})`)],
  ["sign with an asymmetric coupling", mapped(about(hopfield, "J[i,i] = 0"), `sign(${FIELD})`)],
  ["a threshold of the wrong sign", mapped(machine01, `step(${FIELD} + b[i])`)],
  ["three values, the middle one chosen", mapped(potts, `where(${FIELD} > 0, 0, where(${FIELD} < 0, -1, s[i]))`)],
  ["the sign of one memory", mapped({ ...memories, indices: { i: "N", j: "N", mu: 2 } }, "sign(Xi[0,i])")],
]; // biome-ignore format: one model a row

const UNDECIDED: readonly (readonly [string, Source, RegExp])[] = [
  ["an energy without a value somewhere", { ...hopfield, energy: "log(sum(i, s[i]) + 1/2)" }, /step:s/],
  ["no energy", mapped({ ...hopfield, energy: undefined } as unknown as Source, `sign(${FIELD})`), /no energy/],
  ["a continuous state beside", { ...hopfield, state: { ...hopfield.state, x: {} }, energy: "x^2 + sum(i, s[i])" } as Source, /x moves in continuous time/],
]; // biome-ignore format: one model a row

const verified = (source: Source): Verification => verifyTheory(theoryOf("discrete", source));
const obligation = (v: Verification, name: string) => v.obligations.find((o) => o.name === name);

describe("proved", () => {
  test.each(PROVED)("%s", (_, source) => {
    const v = verified(source);
    expect(v.verdict).toBe("proved");
    expect(v.certificate).toBeUndefined();
    expect(obligation(v, "bounded-below")!.verdict).toBe("proved");
  });

  test.each(PROVED)("%s: no update raises the energy on random networks", (_, source) => {
    expect(largestRise(source, 40)).toBe(0);
  });

  test.each(REFUTED)("planted fault: %s", (_, source) => {
    expect(largestRise(source, 120)).toBeGreaterThan(0);
  });
});

/** The largest exact rise over all states of seeded networks; 1 where there is one. */
function largestRise(source: Source, rounds: number): number {
  const { model } = theoryOf("discrete", source);
  const system = systemOf(model as StateModel) as System;
  const used = [system.energy, ...system.states.flatMap((s) => s.map ?? [])].flatMap((e: Expr) => [
    ...symbolsOf(e),
  ]);
  const symbols = [...new Set(used)].filter((s) => s.role !== "state");
  const negative = source.domain?.includes("J[i,i] < 0");
  const positive = source.domain?.includes("J[i,i] >= 0");
  let largest = 0;
  for (let round = 0; round < rounds; round++) {
    const size = 2 + (round % 3);
    const draw = drawAll(
      symbols,
      new Map(model.dimensions.map((n, k) => [n, k === 0 ? size : 2])),
      77_000 + round,
      round,
    );
    for (const [s, { shape, data }] of draw.values)
      for (let i = 0; s.name === "J" && (negative || positive) && i < shape[0]!; i++)
        data[i * shape[0]! + i] = { n: negative ? -3n : BigInt(i), d: 1n };
    const m = new Machine(system, draw);
    for (const c of configurations(m.components, 300) ?? []) {
      const moves = [...m.components.keys()].map((k) => m.move(c, k)!);
      const together = (s?: DiscreteState) =>
        moves.map((x, k) => (s === undefined || m.components[k]!.state === s ? x.to : c[k]!));
      const nexts =
        system.order === "synchronous"
          ? [together()]
          : system.order === "block"
            ? system.states.map(together)
            : moves.map((x, k) => c.with(k, x.to));
      for (const next of nexts) {
        const [a, b] = [m.energy(c), m.energy(next)];
        if (!isExact(a) || !isExact(b)) throw new Error("an energy that is not exact");
        largest = Math.max(largest, compareR(b, a));
      }
    }
  }
  return largest;
}

describe("refuted", () => {
  test.each(REFUTED)("%s", (_, source) => {
    const v = verified(source);
    expect(v.verdict).toBe("refuted");
    const w = obligation(v, "descent")!.counterexample!;
    expect(number(w.energies![1])).toBeGreaterThan(number(w.energies![0]));
  });

  test("the rise of synchronous Hopfield is one by its definition", () => {
    const w = obligation(verified(ordered(hopfield, "synchronous")), "descent")!.counterexample!;
    expect(stepped(w, w.values.s as string[])).toEqual(numbers(w.next!.s));
    expect([energyAt(w, w.values.s), energyAt(w, w.next!.s)]).toEqual(w.energies!.map(number));
  });

  test("two states that follow each other for ever refute strictness", () => {
    const o = obligation(verified(ordered(hopfield, "synchronous")), "strictness")!;
    expect(o.verdict).toBe("refuted");
    const w = o.counterexample!;
    expect(w.dimensions).toEqual({ N: 2 });
    expect(stepped(w, w.values.s)).toEqual(numbers(w.next!.s));
    expect(stepped(w, w.next!.s)).toEqual(numbers(w.values.s));
    expect(w.next!.s).not.toEqual(w.values.s);
  });
});

const number = (text: string): number => {
  const [n, d = "1"] = text.split("/");
  return Number(n) / Number(d);
};
const numbers = (row: unknown): number[] => (row as string[]).map(number);
const matrix = (w: Counterexample): number[][] => (w.values.J as unknown as string[][]).map(numbers);
const energyAt = (w: Counterexample, state: unknown): number => {
  const s = numbers(state);
  return -matrix(w).reduce((e, row, i) => e + row.reduce((t, x, j) => t + s[i]! * x * s[j]!, 0), 0) / 2;
};
/** Every component by the sign of its field, 0 keeps. */
const stepped = (w: Counterexample, state: unknown): number[] => {
  const s = numbers(state);
  return matrix(w).map((row, i) => Math.sign(row.reduce((h, x, j) => h + x * s[j]!, 0)) || s[i]!);
};

describe("undecided", () => {
  test.each(UNDECIDED)("%s", (_, source, reason) => {
    const v = verified(source);
    expect(v.verdict).toBe("undecided");
    expect(obligation(v, "descent")!.method).toMatch(reason);
  });
});

/** Energies with their tangent rule s ← sign(−∂E/∂s), at which the concave tangent must not be called upon. */
const kinked = (energy: string, field: string): Source => mapped({ ...memories, energy }, `sign(${field})`);
const OVERLAP = "sum(j, Xi[mu,j]*s[j])";

describe("the tangent theorem", () => {
  test.each([
    ["a convex kink", kinked("sum(mu, abs(sum(i, Xi[mu,i]*s[i])))", `-sum(mu, Xi[mu,i]*sign(${OVERLAP}))`)],
    ["a jump", kinked("-sum(mu, step(sum(i, Xi[mu,i]*s[i])))", "sum(mu, Xi[mu,i])")],
    ["a convex square", kinked("sum(mu, sum(i, Xi[mu,i]*s[i])^2)", `-sum(mu, Xi[mu,i]*${OVERLAP})`)],
  ])("does not cover %s", (_, source) => {
    const v = verified(source);
    expect(obligation(v, "step:s")!.verdict).toBe("undecided");
    expect(v.verdict).not.toBe("proved");
  });

  test("covers a concave exponential, one at a time and all at once", () => {
    const source = { ...memories, energy: "-sum(mu, exp(beta*sum(i, Xi[mu,i]*s[i])))" };
    const field = `sum(mu, beta*Xi[mu,i]*exp(beta*${OVERLAP}))`;
    expect(verified(mapped(source, `sign(${field})`)).verdict).toBe("proved");
    expect(verified(mapped(source, `sign(${field})`, "synchronous")).verdict).toBe("proved");
    expect(verified(mapped(source, `sign(-${field})`)).verdict).not.toBe("proved");
  });
});

describe("shown of expressions", () => {
  const s = tensorSymbol({ name: "s", role: "state" });
  const x = tensor(s);
  const positive = tensor(
    tensorSymbol({ name: "b", role: "parameter", bounds: { low: ZERO, lowOpen: true } }),
  );
  test.each([
    ["relu(s)^2", power(unary("relu", x), num(2)), true, true],
    ["relu(s)", unary("relu", x), true, false],
    ["relu(s)^(1/2)", sqrt(unary("relu", x)), true, false],
    ["s^(1/2)", sqrt(x), false, false],
    ["1/s", power(x, num(-1)), false, false],
    ["s^3", power(x, num(3)), true, true],
    ["log(s)", unary("log", x), false, true],
    ["log(b + s^2)", unary("log", add([positive, power(x, num(2))])), true, true],
    ["sqrt(b + s^2)", sqrt(add([positive, power(x, num(2))])), true, true],
    ["tan(s)", unary("tan", x), false, true],
    ["max(s, b)", extremum("max", [x, positive]), true, false],
    ["where(s > 0, s, 0)", where(compare(">", x, num(0)), x, num(0)), true, false],
  ] as const)("%s", (_, e, total, smooth) => {
    expect(isTotal(e)).toBe(total);
    expect(isSmooth(e, [s])).toBe(smooth);
  });
});

describe("what a map gives", () => {
  test("sign is 0 at a tie, which is no value of the state", () => {
    const o = obligation(verified(mapped(hopfield, `sign(${FIELD})`)), "map:s")!;
    expect(o.verdict).toBe("refuted");
    expect(o.method).toContain("s[0] = 0");
  });
  test.each([
    [`where(${FIELD} = 0, s[i], sign(${FIELD}))`, "proved"],
    [`2*step(${FIELD}) - 1`, "proved"],
    [`where(${FIELD} >= 0, 1, -1)`, "proved"],
    [FIELD, "refuted"],
  ])("%s", (map, verdict) =>
    expect(obligation(verified(mapped(hopfield, map)), "map:s")!.verdict).toBe(verdict),
  );
});

describe("runs end", () => {
  test.each([
    ["in a fixed point by least energy", hopfield, "proved"],
    ["in a fixed point by signs", mapped(hopfield, `sign(${FIELD})`), "proved"],
    ["open where ties move", mapped(hopfield, `where(${FIELD} >= 0, 1, -1)`), "undecided"],
  ] as const)("%s", (_, source, verdict) =>
    expect(obligation(verified(source), "strictness")!.verdict).toBe(verdict),
  );
});
