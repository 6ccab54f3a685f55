/** The classical Runge–Kutta method as data; its dense output is the cubic Hermite polynomial. */

import type { TableauData } from "../tableau.js";

export const rk4: TableauData = {
  name: "rk4",
  order: 4,
  c: [0, "1/2", "1/2", 1],
  a: [[], ["1/2"], [0, "1/2"], [0, 0, 1]],
  b: ["1/6", "1/3", "1/3", "1/6"],
  reference: "Kutta 1901; HNW I, II.1, table 1.2",
};
