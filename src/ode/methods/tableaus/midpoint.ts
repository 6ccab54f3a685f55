/** The explicit midpoint rule as data, exact. */

import type { TableauData } from "../tableau.js";

export const midpoint: TableauData = {
  name: "midpoint",
  order: 2,
  c: [0, "1/2"],
  a: [[], ["1/2"]],
  b: [0, 1],
  dense: {
    order: 2,
    powers: [
      [1, -1],
      [0, 1],
    ],
  },
  reference: "Runge 1895; HNW I, II.1, (1.4)",
};
