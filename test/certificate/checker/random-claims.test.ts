/** Random claims with one-step proofs: whatever the checker accepts must survive an independent numeric judge. */
import { expect, test } from "vitest";
import { checkCertificate } from "../../../src/certificate/index.js";
import { Chance } from "../../index-notation/random-expression.js";
import { indexedClaims } from "./indexed-claims.js";

type Value = (x: number, y: number) => number;

/** Text in the language of certificates, with its meaning in doubles. */
interface Sample {
  readonly text: string;
  readonly value: Value;
}

const FUNCTIONS: Readonly<Record<string, (x: number) => number>> = {
  exp: Math.exp,
  log: Math.log,
  abs: Math.abs,
  sin: Math.sin,
  cos: Math.cos,
  atan: Math.atan,
  sinh: Math.sinh,
  cosh: Math.cosh,
  tanh: Math.tanh,
  asinh: Math.asinh,
  sech: (x) => 1 / Math.cosh(x),
  relu: (x) => Math.max(x, 0),
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  softplus: (x) => (x > 30 ? x : Math.log1p(Math.exp(x))),
  logcosh: (x) => Math.abs(x) + Math.log1p(Math.exp(-2 * Math.abs(x))) - Math.LN2,
  sqrt: Math.sqrt,
  step: (x) => (x > 0 ? 1 : 0),
  sign: Math.sign,
};

const POWERS = ["2", "3", "4", "-1", "-2", "0.5", "1.5", "-0.5"];

function leaf(c: Chance): Sample {
  if (c.chance(0.6)) return { text: "x", value: (x) => x };
  if (c.chance(0.5)) return { text: "y", value: (_, y) => y };
  const k = c.int(-6, 6) / 2;
  return { text: `(${k})`, value: () => k };
}

function sample(c: Chance, depth: number): Sample {
  if (depth === 0 || c.chance(0.15)) return leaf(c);
  const a = sample(c, depth - 1);
  const two = (make: (b: Sample) => Sample): Sample => make(sample(c, depth - 1));
  return c.pick([
    () => two((b) => ({ text: `(${a.text} + ${b.text})`, value: (x, y) => a.value(x, y) + b.value(x, y) })),
    () => two((b) => ({ text: `(${a.text} - ${b.text})`, value: (x, y) => a.value(x, y) - b.value(x, y) })),
    () => two((b) => ({ text: `(${a.text})*(${b.text})`, value: (x, y) => a.value(x, y) * b.value(x, y) })),
    () => two((b) => ({ text: `(${a.text})/(${b.text})`, value: (x, y) => a.value(x, y) / b.value(x, y) })),
    () =>
      two((b) => ({
        text: `max(${a.text}, ${b.text})`,
        value: (x, y) => Math.max(a.value(x, y), b.value(x, y)),
      })),
    () => {
      const p = c.pick(POWERS);
      return { text: `(${a.text})^(${p})`, value: (x, y) => a.value(x, y) ** Number(p) };
    },
    () => {
      const name = c.pick(Object.keys(FUNCTIONS));
      return { text: `${name}(${a.text})`, value: (x, y) => FUNCTIONS[name]!(a.value(x, y)) };
    },
  ])();
}

const DOMAINS: readonly (readonly [readonly string[], (x: number, y: number) => boolean])[] = [
  [[], () => true],
  [["x > 0", "y > 0"], (x, y) => x > 0 && y > 0],
  [["x >= 0"], (x) => x >= 0],
  [["x > -1", "x < 1"], (x) => x > -1 && x < 1],
  [["x > 1", "y < 0"], (x, y) => x > 1 && y < 0],
];

const range = { rule: "range" } as const;
const PROOFS = {
  convex: [
    { rule: "composition" },
    { rule: "second-derivative", proof: range },
    { rule: "second-derivative", proof: { rule: "interval" } },
    { rule: "hessian-minors", proofs: [range, range, range] },
  ],
  nonnegative: [range, { rule: "interval" }, { rule: "sturm" }],
} as const;

interface Claim {
  readonly kind: "convex" | "nonnegative";
  readonly sample: Sample;
  readonly inside: (x: number, y: number) => boolean;
}

/** Undefined when no point contradicts the claim, else the point. Infinite values contradict nothing. */
function contradiction({ kind, sample: { value }, inside }: Claim, c: Chance): string | undefined {
  for (let k = 0; k < 100; k++) {
    const size = c.pick([1, 3, 10]);
    const [x, y, dx, dy] = [1, 1, 0.3, 0.3].map((s) => (2 * c.next() - 1) * size * s) as [
      number,
      number,
      number,
      number,
    ];
    if (!inside(x, y)) continue;
    const m = value(x, y);
    if (Number.isNaN(m)) return `undefined at (${x}, ${y})`;
    if (kind === "nonnegative" && m < -1e-9 * (1 + Math.abs(m))) return `${m} at (${x}, ${y})`;
    if (kind === "nonnegative" || !inside(x + dx, y + dy) || !inside(x - dx, y - dy)) continue;
    const [a, b] = [value(x - dx, y - dy), value(x + dx, y + dy)];
    if (!Number.isFinite(a) || !Number.isFinite(b)) continue;
    if (m > (a + b) / 2 + 1e-7 * (1 + Math.abs(a) + Math.abs(b) + Math.abs(m)))
      return `above the chord at (${x}, ${y})`;
  }
  return undefined;
}

function certificateOf(kind: Claim["kind"], text: string, where: readonly string[], proof: object): object {
  const variables = ["x", "y"];
  const symbols = Object.fromEntries(variables.map((v) => [v, { over: [] }]));
  return {
    format: "legendre-certificate/1",
    subject: "expression",
    declarations: { indices: {}, symbols },
    claim: { kind, e: text, variables, where },
    verdict: "proved",
    proof,
  };
}

test("no accepted claim is contradicted", { timeout: 120_000 }, () => {
  let accepted = 0;
  for (let seed = 1; seed <= 12_000; seed++) {
    const c = new Chance(seed);
    const made = sample(c, c.int(1, 3));
    const kind = c.chance(0.7) ? "convex" : "nonnegative";
    const [where, inside] = c.pick(DOMAINS);
    const proof = kind === "convex" ? c.pick(PROOFS.convex) : c.pick(PROOFS.nonnegative);
    if (!checkCertificate(certificateOf(kind, made.text, where, proof)).accepted) continue;
    accepted++;
    const found = contradiction({ kind, sample: made, inside }, c);
    expect(found === undefined ? "" : `${kind} ${made.text} on ${where}: ${found}`).toBe("");
  }
  expect(accepted).toBeGreaterThan(1000);
});

test("nor is any with indices, parameters and more variables", { timeout: 120_000 }, () => {
  const { accepted, wrong } = indexedClaims(checkCertificate, 3000);
  expect(wrong).toEqual([]);
  expect(accepted).toBeGreaterThan(400);
});

test("the judge contradicts false claims", () => {
  const everywhere = () => true;
  const cube = { text: "x^3", value: (x: number) => x ** 3 };
  expect(contradiction({ kind: "convex", sample: cube, inside: everywhere }, new Chance(1))).toContain(
    "above the chord",
  );
  expect(contradiction({ kind: "nonnegative", sample: cube, inside: everywhere }, new Chance(1))).toContain(
    "-",
  );
  const root = { text: "sqrt(x)", value: Math.sqrt };
  expect(contradiction({ kind: "nonnegative", sample: root, inside: everywhere }, new Chance(1))).toContain(
    "undefined",
  );
});
