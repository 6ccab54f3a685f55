/** The additive Runge–Kutta pairs of Kennedy and Carpenter as data: an explicit and an L-stable implicit method of equal nodes. */

import type { Coefficient } from "../tableau.js";

/**
 * Two methods with the same nodes c and weights b, `explicit` for slow components and `implicit` for fast ones; s rows each,
 * row i with the i coefficients left of the diagonal. The implicit method has γ on its diagonal but for the first stage, and
 * b as its last row (stiffly accurate).
 */
export interface AdditiveData {
  readonly name: string;
  readonly order: number;
  readonly gamma: Coefficient;
  readonly c: readonly Coefficient[];
  readonly explicit: readonly (readonly Coefficient[])[];
  readonly implicit: readonly (readonly Coefficient[])[];
  readonly b: readonly Coefficient[];
  /** Weights of the embedded solution, and its order. */
  readonly embedded: { readonly order: number; readonly weights: readonly Coefficient[] };
  /** Where the coefficients are printed. */
  readonly reference: string;
}

const REFERENCE =
  "Kennedy & Carpenter, Additive Runge-Kutta schemes for convection-diffusion-reaction equations, Appl. Numer. Math. 44 (2003) 139-181";

const third: readonly Coefficient[] = [
  "1471266399579/7840856788654",
  "-4482444167858/7529755066697",
  "11266239266428/11593286722821",
];
const GAMMA_3 = "1767732205903/4055673282236";

/** ARK3(2)4L[2]SA. */
export const ark3: AdditiveData = {
  name: "imex3",
  order: 3,
  gamma: GAMMA_3,
  c: [0, "1767732205903/2027836641118", "3/5", 1],
  explicit: [
    [],
    ["1767732205903/2027836641118"],
    ["5535828885825/10492691773637", "788022342437/10882634858940"],
    ["6485989280629/16251701735622", "-4246266847089/9704473918619", "10755448449292/10357097424841"],
  ],
  implicit: [[], [GAMMA_3], ["2746238789719/10658868560708", "-640167445237/6845629431997"], third],
  b: [...third, GAMMA_3],
  embedded: {
    order: 2,
    weights: [
      "2756255671327/12835298489170",
      "-10771552573575/22201958757719",
      "9247589265047/10645013368117",
      "2193209047091/5459859503100",
    ],
  },
  reference: REFERENCE,
};

const fourth: readonly Coefficient[] = ["82889/524892", 0, "15625/83664", "69875/102672", "-2260/8211"];

/** ARK4(3)6L[2]SA. */
export const ark4: AdditiveData = {
  name: "imex4",
  order: 4,
  gamma: "1/4",
  c: [0, "1/2", "83/250", "31/50", "17/20", 1],
  explicit: [
    [],
    ["1/2"],
    ["13861/62500", "6889/62500"],
    ["-116923316275/2393684061468", "-2731218467317/15368042101831", "9408046702089/11113171139209"],
    [
      "-451086348788/2902428689909",
      "-2682348792572/7519795681897",
      "12662868775082/11960479115383",
      "3355817975965/11060851509271",
    ],
    [
      "647845179188/3216320057751",
      "73281519250/8382639484533",
      "552539513391/3454668386233",
      "3354512671639/8306763924573",
      "4040/17871",
    ],
  ],
  implicit: [
    [],
    ["1/4"],
    ["8611/62500", "-1743/31250"],
    ["5012029/34652500", "-654441/2922500", "174375/388108"],
    ["15267082809/155376265600", "-71443401/120774400", "730878875/902184768", "2285395/8070912"],
    fourth,
  ],
  b: [...fourth, "1/4"],
  embedded: {
    order: 3,
    weights: [
      "4586570599/29645900160",
      0,
      "178811875/945068544",
      "814220225/1159782912",
      "-3700637/11593932",
      "61727/225920",
    ],
  },
  reference: REFERENCE,
};
