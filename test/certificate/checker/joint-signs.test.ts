/** The rules for signs of several scalars: what they accept, and planted faults that each must reject. */
import { expect, test } from "vitest";
import type { Proof } from "../../../src/certificate/checker/index.js";
import { boxes, check, type Entry, hessianBoxes, range, reasonOf, split, squares } from "./certificates.js";

const nonnegative = (e: string, proof: unknown, ...where: string[]): Entry => [
  "nonnegative",
  e,
  ["u", "v"],
  where,
  proof,
];
const positive = (e: string, proof: unknown, ...where: string[]): Entry => [
  "positive",
  e,
  ["u", "v"],
  where,
  proof,
];

const product = (factors: string[], ...proofs: unknown[]) => ({ rule: "product", factors, proofs });
const monotoneProduct = (f: string, from: string, to: string, proof: unknown = range, variable = "t") => ({
  rule: "monotone-product",
  variable,
  function: f,
  from,
  to,
  proof,
});
const within = (variable: string, low: string, high: string, ...proofs: unknown[]) => ({
  rule: "within",
  variable,
  low,
  high,
  proofs,
});
const minimum = (variables: string[], at: string[], proof: Proof): Proof => ({
  rule: "minimum",
  variables,
  at,
  proof,
});

const disc = "u^2 + v^2 <= 1";
const BOX = ["-1 <= u", "u <= 1", "-1 <= v", "v <= 1"];
const half = (side: string) => ({
  rule: "sum",
  parts: ["(1 - u^2 - v^2)/2", `(v^2 + (${side})^2)/2`],
  proofs: [range, range],
});
const onDisc = (proof: unknown) => within("u", "-1", "1", half("u + 1"), half("1 - u"), proof);
const bothOnDisc = (proof: unknown) =>
  onDisc(
    within(
      "v",
      "-1",
      "1",
      { rule: "sum", parts: ["(1 - u^2 - v^2)/2", "(u^2 + (v + 1)^2)/2"], proofs: [range, range] },
      { rule: "sum", parts: ["(1 - u^2 - v^2)/2", "(u^2 + (1 - v)^2)/2"], proofs: [range, range] },
      proof,
    ),
  );

test.each<Entry>([
  nonnegative("(u - v)^2*(1 + v^2)", product(["(u - v)^2", "1 + v^2"], range, range)),
  positive("exp(u)*(1 + v^2)", product(["exp(u)", "1 + v^2"], range, range)),
  nonnegative("(u - v)*(tanh(u) - tanh(v))", monotoneProduct("tanh(t)", "v", "u")),
  nonnegative("(u - v)*(u^3 - v^3)", monotoneProduct("t^3", "v", "u")),
  nonnegative("2 - u - v", bothOnDisc(boxes(8)), disc),
  nonnegative("u^2 + v^2 + u^3/10", bothOnDisc(minimum(["u", "v"], ["0", "0"], hessianBoxes(8))), disc),
  nonnegative("u^2 + v^2 + u^3/10", minimum(["v", "u"], ["0", "0"], hessianBoxes(8)), ...BOX),
])("accepted: %j", (...entry) => {
  expect(reasonOf(check(entry))).toBe("accepted");
});

test.each<Entry>([
  // Two negative factors make a positive product; each by itself must still be proved.
  nonnegative("(-1 - u^2)*(-1 - v^2)", product(["-1 - u^2", "-1 - v^2"], range, range)),
  nonnegative("u*v", product(["u", "v"], range, range)),
  // Factors of another expression, none, one proof too few.
  nonnegative("u*v", product(["u^2", "v^2"], range, range)),
  nonnegative("-(u^2)*(v^2)", product(["u^2", "v^2"], range, range)),
  nonnegative("u^2*v^2", product([], range)),
  nonnegative("u^2*v", product(["u^2", "v"], range)),
  // Not positive where a factor vanishes.
  positive("u^2*(1 + v^2)", product(["u^2", "1 + v^2"], range, range)),
  // A factor that is not defined on the domain.
  nonnegative("u^2", product(["sqrt(u)^4"], range)),
  nonnegative("v^2", product(["v^2*u", "1/u"], range, range)),
  // Falling, turning and jumping functions.
  nonnegative("(u - v)*(sin(u) - sin(v))", monotoneProduct("sin(t)", "v", "u")),
  nonnegative("(u - v)*(u^2 - v^2)", monotoneProduct("t^2", "v", "u")),
  nonnegative("(u - v)*(-tanh(u) + tanh(v))", monotoneProduct("-tanh(t)", "v", "u")),
  nonnegative("(u - v)*(tanh(v) - tanh(u))", monotoneProduct("tanh(t)", "v", "u")),
  nonnegative("(u - v)*(-step(u) + step(v))", monotoneProduct("-step(t)", "v", "u")),
  // 1/t falls on each side of 0 and jumps up between them: −1/t rises on each side and is below at v < 0 < u.
  nonnegative("(u - v)*(-1/u + 1/v)", monotoneProduct("-1/t", "v", "u"), "u > 0", "v < 0"),
  // The function depends on an end, or takes a name that exists.
  nonnegative("(u - v)*(u*tanh(u) - u*tanh(v))", monotoneProduct("u*tanh(t)", "v", "u")),
  nonnegative("(u - v)*(tanh(u) - tanh(v))", monotoneProduct("tanh(w)", "v", "u", range, "w")),
  nonnegative("(u - v)*(tanh(u) - tanh(v))", monotoneProduct("tanh(u)", "v", "u", range, "u")),
  nonnegative("(u - v)*(tanh(u) - tanh(v))", monotoneProduct("integral(u, 0, t, 1)", "v", "u")),
  // Bounds that do not hold on the domain, and a disc that is cut.
  nonnegative("1/2 - u", within("u", "-1", "1/2", half("u + 1"), half("1 - u"), boxes(4)), disc),
  nonnegative("2 - u - v", within("u", "1", "-1", half("u + 1"), half("1 - u"), boxes(4)), disc),
  nonnegative("1 - u", within("u", "-1", "1", range, range, range)),
  // Just too deep for the disc; the corner of the box is left out for the right reason only.
  nonnegative("1.41 - u - v", bothOnDisc(boxes(20)), disc),
  nonnegative("2 - u - v - 3/5", boxes(20), ...BOX),
  nonnegative("1 - u^2 - v^2", boxes(20), ...BOX, "u^2 + v^2 <= 1.01"),
  // Negative on the boundary circle alone.
  nonnegative("0.999999 - u^2 - v^2", bothOnDisc(boxes(20)), disc),
  // Saddle, wrong point, negative value, a kink at the point, a point outside.
  nonnegative("u^2 - v^2", minimum(["u", "v"], ["0", "0"], hessianBoxes(8)), ...BOX),
  nonnegative("(u - 1/2)^2 + v^2 - 1/100", minimum(["u", "v"], ["1/2", "0"], hessianBoxes(8)), ...BOX),
  nonnegative("u^2 + v^2 + u", minimum(["u", "v"], ["0", "0"], hessianBoxes(8)), ...BOX),
  nonnegative("u^2 + v^2 - abs(u)", minimum(["u", "v"], ["0", "0"], hessianBoxes(8)), ...BOX),
  nonnegative("u^2 + v^2 + u^3*2", minimum(["u", "v"], ["0", "0"], hessianBoxes(8)), ...BOX),
  nonnegative("(u - 2)^2 + v^2", minimum(["u", "v"], ["2", "0"], hessianBoxes(8)), ...BOX),
  nonnegative("u^2 + v^2", minimum(["u"], ["0"], hessianBoxes(8)), ...BOX),
  nonnegative("u^2 + v^2", minimum(["u", "v"], ["0"], hessianBoxes(8)), ...BOX),
  nonnegative("u^2 + v^2", minimum(["u", "u"], ["0", "0"], hessianBoxes(8)), ...BOX),
  nonnegative("u^2 + v^2", minimum(["u", "v"], ["0", "0"], range), ...BOX),
  // A minimum on one piece says nothing about the others.
  nonnegative(
    "u^2 + v^2 - u^4*3",
    split(
      "u",
      ["-1/8", "1/8"],
      minimum(["u", "v"], ["0", "0"], hessianBoxes(8)),
      minimum(["u", "v"], ["0", "0"], hessianBoxes(8)),
      minimum(["u", "v"], ["0", "0"], hessianBoxes(8)),
    ),
    ...BOX,
  ),
  nonnegative(
    "u*v",
    squares(
      ["u", "v"],
      [
        ["0", "1/2"],
        ["1/2", "0"],
      ],
    ),
  ),
])("rejected: %j", (...entry) => {
  expect(check(entry).accepted).toBe(false);
});
