/** Shu and Osher's strong-stability-preserving method of order 3 as data, exact. */

import type { TableauData } from "../tableau.js";

/**
 * Every stage is a convex combination of explicit Euler steps of at most the same length: what Euler's method
 * cannot leave, a convex set of states, this method cannot leave either (Gottlieb, Shu & Tadmor 2001).
 */
export const ssprk3: TableauData = {
  name: "ssprk3",
  order: 3,
  c: [0, 1, "1/2"],
  a: [[], [1], ["1/4", "1/4"]],
  b: ["1/6", "1/6", "2/3"],
  reference: "Shu & Osher, J. Comput. Phys. 77 (1988) 439-471, (2.18)",
};
