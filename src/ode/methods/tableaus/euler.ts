/** Explicit Euler as data, with the straight line between its two ends as dense output. */

import type { TableauData } from "../tableau.js";

export const euler: TableauData = {
  name: "euler",
  order: 1,
  c: [0],
  a: [[]],
  b: [1],
  dense: { order: 1, powers: [[1]] },
  reference: "HNW I, II.1",
};
