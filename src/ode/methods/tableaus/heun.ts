/** Heun's second-order method with Euler's embedded as data, exact. */

import type { TableauData } from "../tableau.js";

export const heun: TableauData = {
  name: "heun",
  order: 2,
  c: [0, 1],
  a: [[], [1]],
  b: ["1/2", "1/2"],
  error: { order: 1, weights: ["-1/2", "1/2"] },
  dense: {
    order: 2,
    powers: [
      [1, "-1/2"],
      [0, "1/2"],
    ],
  },
  reference: "HNW I, II.1, table 1.1, and II.4 (improved Euler, Heun 1900)",
};
