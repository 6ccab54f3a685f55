import { test } from "vitest";
import { printMatrix, at, mul, sum, TRUE, sub2, delta, sub, div, dim, neg, softmax, unary, index } from "../../src/index-notation/index.js";
import { MODELS, naming, i, j, mu, nu, p, Xi, v, g, f, beta, h } from "./models.js";
test("m", () => {
  const show = (e: any, ...fr: any[]) => console.log(JSON.stringify(printMatrix(e, fr, naming)));
  show(MODELS["Hebb: coupling"], i, j);
  show(sum([mu], TRUE, mul([at(Xi, [mu, i]), at(f, [mu])])), i);
  show(sub2(mul([delta(sub(i), sub(j)), at(p, [i])]), mul([at(p, [i]), at(p, [j])])), i, j);
  show(sum([i], TRUE, mul([at(g, [i]), at(v, [i])])));
  show(MODELS["B: synapse"]);
  show(MODELS["B: visible Lagrangian"]);
  show(MODELS["B: hidden Hessian"], mu, nu);
  show(MODELS["B: reduced dynamics"], i);
  show(MODELS["A: visible Hessian"], i, j);
  show(MODELS["Hebb: diagonal"], i);
  show(MODELS["C: visible Hessian"], i, j);
  show(MODELS["Hebb: Lagrangian"]);
});
