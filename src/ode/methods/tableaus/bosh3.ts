/** Bogacki and Shampine's 3(2) pair as data, exact; its dense output is the cubic Hermite polynomial. */

import type { Coefficient, TableauData } from "../tableau.js";

const b: readonly Coefficient[] = ["2/9", "1/3", "4/9"];

export const bosh3: TableauData = {
  name: "bosh3",
  order: 3,
  c: [0, "1/2", "3/4", 1],
  a: [[], ["1/2"], [0, "3/4"], b],
  b: [...b, 0],
  error: { order: 2, weights: ["-5/72", "1/12", "1/9", "-1/8"] },
  dense: {
    order: 3,
    // θ²(3 − 2θ) b_i + θ(1−θ)² δ_i1 − θ²(1−θ) δ_i4: Hermite written with stages, all of which are at hand.
    powers: [
      [1, "-4/3", "5/9"],
      [0, 1, "-2/3"],
      [0, "4/3", "-8/9"],
      [0, -1, 1],
    ],
  },
  reference: "Bogacki & Shampine, Appl. Math. Lett. 2 (1989) 321-325",
};
