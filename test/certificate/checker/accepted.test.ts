/** Every rule accepts what it is for. */
import { describe, expect, test } from "vitest";
import { COMPOSITION, HESSIAN, JOINT, SCALAR, SIGN, STRUCTURE } from "./accepted.js";
import { check } from "./certificates.js";

describe.each([
  ["composition", COMPOSITION],
  ["rewrite, sum, separable, split", STRUCTURE],
  ["second-derivative, kinks, touches, monotone", SCALAR],
  ["range, sturm, exponential, squares, boxes", SIGN],
  ["hessian-minors, hessian-squares, hessian-boxes, popoviciu", HESSIAN],
  ["product, monotone-product, within, minimum", JOINT],
] as const)("%s", (_, entries) => {
  test.each(entries.map((e) => [e[1], e[3].join("; "), e] as const))("%s %s", (_e, _w, entry) => {
    expect(check(entry)).toEqual({ accepted: true });
  });
});
