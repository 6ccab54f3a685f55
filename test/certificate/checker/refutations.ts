/** Refutations that are certain, and such that show nothing. */
import { refutation } from "./certificates.js";

const dimensions = { N: 2, M: 1, T: 1 };

export const TRUE_REFUTATIONS: readonly (readonly [string, unknown])[] = [
  [
    "a cube",
    refutation("convex", "u^3", ["u"], [], { dimensions, values: { u: "-1" }, direction: { u: "1/2" } }),
  ],
  [
    "a sum of cubes over an index",
    refutation("convex", "sum(i, x[i]^3)", ["x"], [], {
      dimensions,
      values: { x: ["-1", "0"] },
      direction: { x: ["1/2", "0"] },
    }),
  ],
  [
    "a bilinear form",
    refutation("convex", "u*v", ["u", "v"], [], {
      dimensions,
      values: { u: "0", v: "0" },
      direction: { u: "1", v: "-1" },
    }),
  ],
  [
    "a very small negative curvature",
    refutation("convex", "-1e-11*u^2", ["u"], [], { dimensions, values: { u: "0" }, direction: { u: "1" } }),
  ],
  [
    "a difference that doubles do not see",
    refutation("convex", "u^2/2 + 1.0000000001*cos(u)", ["u"], [], {
      dimensions,
      values: { u: "0" },
      direction: { u: "1e-7" },
    }),
  ],
  [
    "a parameter",
    refutation("convex", "r*u^2", ["u"], [], {
      dimensions,
      values: { u: "0", r: "-1" },
      direction: { u: "1" },
    }),
  ],
  [
    "a domain",
    refutation("convex", "u^3", ["u"], ["u >= -1"], {
      dimensions,
      values: { u: "-1/2" },
      direction: { u: "1/2" },
    }),
  ],
  [
    "a condition on a norm",
    refutation("convex", "-u^2 - v^2", ["u", "v"], ["u^2 + v^2 <= 1"], {
      dimensions,
      values: { u: "0", v: "0" },
      direction: { u: "3/5", v: "4/5" },
    }),
  ],
  ["a sign", refutation("nonnegative", "u^2 - 1/10", ["u"], [], { dimensions, values: { u: "0.3" } })],
  ["a zero", refutation("positive", "u^2", ["u"], [], { dimensions, values: { u: "0" } })],
  [
    "logsumexp",
    refutation("convex", "sum(i, x[i]^2)/5 - logsumexp(i, x[i])", ["x"], [], {
      dimensions,
      values: { x: ["0", "0"] },
      direction: { x: ["1/2", "-1/2"] },
    }),
  ],
  [
    "a guarded softmax",
    refutation("convex", "sum(i, softmax(j != i, x[j])[i]) - sum(i, x[i]^2)", ["x"], [], {
      dimensions,
      values: { x: ["0", "0"] },
      direction: { x: ["1", "1"] },
    }),
  ],
];

export const FALSE_REFUTATIONS: readonly (readonly [string, unknown])[] = [
  [
    "a convex function",
    refutation("convex", "u^2", ["u"], [], { dimensions, values: { u: "0" }, direction: { u: "1" } }),
  ],
  [
    "an affine function",
    refutation("convex", "2*u", ["u"], [], { dimensions, values: { u: "0" }, direction: { u: "1" } }),
  ],
  [
    "a point at which the claim holds",
    refutation("convex", "u^3", ["u"], [], { dimensions, values: { u: "1" }, direction: { u: "1/2" } }),
  ],
  [
    "a point outside the domain",
    refutation("convex", "u^3", ["u"], ["u >= 0"], { dimensions, values: { u: "0" }, direction: { u: "1" } }),
  ],
  [
    "an end of an open domain",
    refutation("nonnegative", "u - 1", ["u"], ["u > 0"], { dimensions, values: { u: "0" } }),
  ],
  [
    "a parameter outside its bounds",
    refutation("convex", "beta*u^2", ["u"], [], {
      dimensions,
      values: { u: "0", beta: "-1" },
      direction: { u: "1" },
    }),
  ],
  [
    "a parameter at an open bound",
    refutation("positive", "beta", ["u"], [], { dimensions, values: { beta: "0" } }),
  ],
  [
    "a direction that moves a parameter",
    refutation("convex", "u*r", ["u"], [], {
      dimensions,
      values: { u: "0", r: "0" },
      direction: { u: "1", r: "-1" },
    }),
  ],
  ["no direction", refutation("convex", "u^3", ["u"], [], { dimensions, values: { u: "-1" } })],
  [
    "a value that is missing",
    refutation("convex", "u^3 + v", ["u"], [], { dimensions, values: { u: "-1" }, direction: { u: "1/2" } }),
  ],
  [
    "a dimension that is missing",
    refutation("nonnegative", "u - 1", ["u"], [], { dimensions: { N: 1, M: 1 }, values: { u: "0" } }),
  ],
  [
    "a dimension 0",
    refutation("nonnegative", "N - 1 - u", ["u"], [], {
      dimensions: { ...dimensions, N: 0 },
      values: { u: "0" },
    }),
  ],
  [
    "a vector of another length",
    refutation("nonnegative", "sum(i, x[i])", ["x"], [], { dimensions, values: { x: ["-1"] } }),
  ],
  ["a scalar nested", refutation("nonnegative", "u", ["u"], [], { dimensions, values: { u: ["-1"] } })],
  [
    "an undeclared name",
    refutation("nonnegative", "u", ["u"], [], { dimensions, values: { u: "-1", q: "0" } }),
  ],
  ["a number that is none", refutation("nonnegative", "u", ["u"], [], { dimensions, values: { u: "-one" } })],
  [
    "an undefined value",
    refutation("nonnegative", "log(u) - 5", ["u"], [], { dimensions, values: { u: "0" } }),
  ],
  [
    "0 as a negative number",
    refutation("nonnegative", "sin(u)^2 + cos(u)^2 - 1", ["u"], [], { dimensions, values: { u: "1" } }),
  ],
  [
    "a condition that is not decided",
    refutation("nonnegative", "-u", ["u"], ["sin(u)^2 + cos(u)^2 >= 1"], { dimensions, values: { u: "1" } }),
  ],
  ["a free index", refutation("nonnegative", "x[i]", ["x"], [], { dimensions, values: { x: ["-1", "-1"] } })],
  [
    "a condition at some indices only",
    refutation("nonnegative", "sum(i, x[i])", ["x"], ["x[i] >= -1"], {
      dimensions,
      values: { x: ["0", "-2"] },
    }),
  ],
];
