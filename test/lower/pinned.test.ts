/** The plans and the IR of the two networks of the literature, as text: a change here is seen and read. */
import { expect, it } from "vitest";
import { wasm } from "../../src/codegen/index.js";
import { print, verify } from "../../src/ir/index.js";
import { lower } from "../../src/lower/index.js";
import { REDUCED, request, TWO_LAYER } from "../bench/models.js";
import { programFor } from "./harness.js";

function planOf(...args: Parameters<typeof request>): string {
  let plan = "";
  lower(request(...args), {
    trace: (pass, text) => {
      if (pass === "plan") plan = text;
    },
  });
  return plan;
}

it("the plan of the two-layer network", () => {
  expect(planOf(784, 100, [TWO_LAYER])).toMatchInlineSnapshot(`
    "entry rhs
      t1[#1] = softmax(#1, beta*h[#1])
      t2[$0] = sum(#1, t1[#1]*Xi[#1,$0])
      rhs.v[i] = (t2[i] + -1*v[i])
      t3[$0] = tanh(v[$0])
      t4[$0] = sum(#1, t3[#1]*Xi[$0,#1])
      rhs.h[mu] = (t4[mu] + -1*h[mu])"
  `);
});

it("the two-layer network: one pass over the memories, four rows at a time", () => {
  const program = programFor(request(784, 101, [TWO_LAYER]));
  expect(verify(program)).toEqual([]);
  expect(print(program)).toMatchInlineSnapshot(`
    "state state[885]
    param Xi[79184]
    param beta[1]
    work t1[101]
    work t2[784]
    work t3[784]
    work t4[101]
    entry rhs: out out[885] = v@0[784] h@784[101]
      let largest = -Infinity
      let beta = beta[0]
      for i in 0..101
        largest = max(largest, beta * state[i + 784])
      let shift = select(abs(largest) < Infinity, largest, 0)
      let total = 0
      let beta.1 = beta[0]
      for i in 0..101
        let weight = exp(beta.1 * state[i + 784] - shift)
        t1[i] = weight
        total = total + weight
      for i in 0..101
        t1[i] = t1[i] / total
      for i in 0..784
        t2[i] = 0
        t3[i] = tanh(state[i])
      for block in 0..25
        let t1 = t1[4*block]
        let t1.1 = t1[4*block + 1]
        let t1.2 = t1[4*block + 2]
        let t1.3 = t1[4*block + 3]
        let sum = 0
        let sum.1 = 0
        let sum.2 = 0
        let sum.3 = 0
        int row = 3136*block
        int row.1 = 3136*block + 784
        int row.2 = 3136*block + 1568
        int row.3 = 3136*block + 2352
        for j in 0..784
          let xi = Xi[row + j]
          let xi.1 = Xi[row.1 + j]
          let xi.2 = Xi[row.2 + j]
          let xi.3 = Xi[row.3 + j]
          let t3 = t3[j]
          t2[j] += t1 * xi + t1.1 * xi.1 + (t1.2 * xi.2 + t1.3 * xi.3)
          sum = sum + t3 * xi
          sum.1 = sum.1 + t3 * xi.1
          sum.2 = sum.2 + t3 * xi.2
          sum.3 = sum.3 + t3 * xi.3
        t4[4*block] = sum
        t4[4*block + 1] = sum.1
        t4[4*block + 2] = sum.2
        t4[4*block + 3] = sum.3
      let t1 = t1[100]
      let sum = 0
      for j in 0..784
        let xi = Xi[j + 78400]
        t2[j] += t1 * xi
        sum = sum + t3[j] * xi
      t4[100] = sum
      for i in 0..784
        out[i] = t2[i] - state[i]
      for mu in 0..101
        out[mu + 784] = t4[mu] - state[mu + 784]"
  `);
});

it("the reduced network (Krotov & Hopfield, model B)", () => {
  const program = programFor(request(50, 4, [REDUCED]));
  expect(verify(program)).toEqual([]);
  expect(print(program)).toMatchInlineSnapshot(`
    "state state[54]
    param Xi[200]
    param beta[1]
    work t1[4]
    work t2[4]
    work t3[50]
    entry reduced: out out[50] = v@0[50]
      let sum = 0
      let sum.1 = 0
      let sum.2 = 0
      let sum.3 = 0
      for j in 0..50
        let state = state[j]
        sum = sum + state * Xi[j]
        sum.1 = sum.1 + state * Xi[j + 50]
        sum.2 = sum.2 + state * Xi[j + 100]
        sum.3 = sum.3 + state * Xi[j + 150]
      t1[0] = sum
      t1[1] = sum.1
      t1[2] = sum.2
      t1[3] = sum.3
      let largest = -Infinity
      let beta = beta[0]
      for i in 0..4
        largest = max(largest, beta * t1[i])
      let shift = select(abs(largest) < Infinity, largest, 0)
      let total = 0
      let beta.1 = beta[0]
      for i in 0..4
        let weight = exp(beta.1 * t1[i] - shift)
        t2[i] = weight
        total = total + weight
      for i in 0..4
        t2[i] = t2[i] / total
      for i in 0..50
        t3[i] = 0
      let t2 = t2[0]
      let t2.1 = t2[1]
      let t2.2 = t2[2]
      let t2.3 = t2[3]
      for j in 0..50
        t3[j] += t2 * Xi[j] + t2.1 * Xi[j + 50] + (t2.2 * Xi[j + 100] + t2.3 * Xi[j + 150])
      for i in 0..50
        out[i] = t3[i] - state[i]"
  `);
});

it("the two-layer network as WebAssembly has it: sums whole, for vector registers to split", () => {
  const program = programFor(request(784, 102, [TWO_LAYER]), wasm.lowering);
  expect(verify(program)).toEqual([]);
  expect(print(program)).toMatchInlineSnapshot(`
    "state state[886]
    param Xi[79968]
    param beta[1]
    work t1[102]
    work t2[784]
    work t3[784]
    work t4[102]
    entry rhs: out out[886] = v@0[784] h@784[102]
      let largest = -Infinity
      let beta = beta[0]
      for i in 0..102
        largest = max(largest, beta * state[i + 784])
      let shift = select(abs(largest) < Infinity, largest, 0)
      let total = 0
      let beta.1 = beta[0]
      for i in 0..102
        let weight = exp(beta.1 * state[i + 784] - shift)
        t1[i] = weight
        total = total + weight
      for i in 0..102
        t1[i] = t1[i] / total
      for i in 0..784
        t2[i] = 0
        t3[i] = tanh(state[i])
      for block in 0..25
        let t1 = t1[4*block]
        let t1.1 = t1[4*block + 1]
        let t1.2 = t1[4*block + 2]
        let t1.3 = t1[4*block + 3]
        let sum = 0
        let sum.1 = 0
        let sum.2 = 0
        let sum.3 = 0
        int row = 3136*block
        int row.1 = 3136*block + 784
        int row.2 = 3136*block + 1568
        int row.3 = 3136*block + 2352
        for j in 0..784
          let xi = Xi[row + j]
          let xi.1 = Xi[row.1 + j]
          let xi.2 = Xi[row.2 + j]
          let xi.3 = Xi[row.3 + j]
          let t3 = t3[j]
          t2[j] += t1 * xi + t1.1 * xi.1 + (t1.2 * xi.2 + t1.3 * xi.3)
          sum = sum + t3 * xi
          sum.1 = sum.1 + t3 * xi.1
          sum.2 = sum.2 + t3 * xi.2
          sum.3 = sum.3 + t3 * xi.3
        t4[4*block] = sum
        t4[4*block + 1] = sum.1
        t4[4*block + 2] = sum.2
        t4[4*block + 3] = sum.3
      let t1 = t1[100]
      let t1.1 = t1[101]
      let sum = 0
      let sum.1 = 0
      for j in 0..784
        let xi = Xi[j + 78400]
        let xi.1 = Xi[j + 79184]
        let t3 = t3[j]
        t2[j] += t1 * xi + t1.1 * xi.1
        sum = sum + t3 * xi
        sum.1 = sum.1 + t3 * xi.1
      t4[100] = sum
      t4[101] = sum.1
      for i in 0..784
        out[i] = t2[i] - state[i]
      for mu in 0..102
        out[mu + 784] = t4[mu] - state[mu + 784]"
  `);
});

it("the two-layer network at a tiny size: rows written out", () => {
  const program = programFor(request(2, 3, [TWO_LAYER]), wasm.lowering);
  expect(print(program)).toMatchInlineSnapshot(`
    "state state[5]
    param Xi[6]
    param beta[1]
    work t1[3]
    work t2[2]
    work t3[2]
    work t4[3]
    entry rhs: out out[5] = v@0[2] h@2[3]
      let largest = -Infinity
      let beta = beta[0]
      for i in 0..3
        largest = max(largest, beta * state[i + 2])
      let shift = select(abs(largest) < Infinity, largest, 0)
      let total = 0
      let beta.1 = beta[0]
      for i in 0..3
        let weight = exp(beta.1 * state[i + 2] - shift)
        t1[i] = weight
        total = total + weight
      for i in 0..3
        t1[i] = t1[i] / total
      for i in 0..2
        t2[i] = 0
        t3[i] = tanh(state[i])
      let t1 = t1[0]
      let t1.1 = t1[1]
      let t1.2 = t1[2]
      let sum = 0
      let sum.1 = 0
      let sum.2 = 0
      for j in 0..2
        let xi = Xi[j]
        let xi.1 = Xi[j + 2]
        let xi.2 = Xi[j + 4]
        let t3 = t3[j]
        t2[j] += t1 * xi + t1.1 * xi.1 + t1.2 * xi.2
        sum = sum + t3 * xi
        sum.1 = sum.1 + t3 * xi.1
        sum.2 = sum.2 + t3 * xi.2
      t4[0] = sum
      t4[1] = sum.1
      t4[2] = sum.2
      for i in 0..2
        out[i] = t2[i] - state[i]
      for mu in 0..3
        out[mu + 2] = t4[mu] - state[mu + 2]"
  `);
});

it("the reduced network in one pass: an online softmax over blocks of four rows and a rest", () => {
  const program = programFor(request(50, 9, [REDUCED]), { ...wasm.lowering, onePassBytes: 0 });
  expect(verify(program)).toEqual([]);
  expect(print(program)).toMatchInlineSnapshot(`
    "state state[59]
    param Xi[450]
    param beta[1]
    work t3[50]
    work exponents[4]
    work weights[4]
    entry reduced: out out[50] = v@0[50]
      let largest = -Infinity
      let total = 0
      for i in 0..50
        t3[i] = 0
      let beta = beta[0]
      for block in 0..2
        let sum = 0
        let sum.1 = 0
        let sum.2 = 0
        let sum.3 = 0
        int row = 200*block
        int row.1 = 200*block + 50
        int row.2 = 200*block + 100
        int row.3 = 200*block + 150
        for k in 0..50
          let state = state[k]
          sum = sum + state * Xi[row + k]
          sum.1 = sum.1 + state * Xi[row.1 + k]
          sum.2 = sum.2 + state * Xi[row.2 + k]
          sum.3 = sum.3 + state * Xi[row.3 + k]
        exponents[0] = beta * sum
        exponents[1] = beta * sum.1
        exponents[2] = beta * sum.2
        exponents[3] = beta * sum.3
        let grown = largest
        for row.4 in 0..4
          grown = max(grown, exponents[row.4])
        if largest < grown
          let shrink = exp(largest - grown)
          total = shrink * total
          for i in 0..50
            t3[i] = shrink * t3[i]
          largest = grown
        let shift = select(abs(grown) < Infinity, grown, 0)
        for row.4 in 0..4
          let weight = exp(exponents[row.4] - shift)
          weights[row.4] = weight
          total = total + weight
        let weight = weights[0]
        let weight.1 = weights[1]
        let weight.2 = weights[2]
        let weight.3 = weights[3]
        int row.4 = 200*block
        int row.5 = 200*block + 50
        int row.6 = 200*block + 100
        int row.7 = 200*block + 150
        for k in 0..50
          t3[k] += weight * Xi[row.4 + k] + weight.1 * Xi[row.5 + k] + (weight.2 * Xi[row.6 + k] + weight.3 * Xi[row.7 + k])
      let beta.1 = beta[0]
      for row in 0..1
        let sum = 0
        int row.1 = 50*row + 400
        for k in 0..50
          sum = sum + state[k] * Xi[row.1 + k]
        exponents[row] = beta.1 * sum
      let grown = largest
      for row in 0..1
        grown = max(grown, exponents[row])
      if largest < grown
        let shrink = exp(largest - grown)
        total = shrink * total
        for i in 0..50
          t3[i] = shrink * t3[i]
        largest = grown
      let shift = select(abs(grown) < Infinity, grown, 0)
      for row in 0..1
        let weight = exp(exponents[row] - shift)
        weights[row] = weight
        total = total + weight
      for row in 0..1
        let weight = weights[row]
        int row.1 = 50*row + 400
        for k in 0..50
          t3[k] += weight * Xi[row.1 + k]
      for i in 0..50
        t3[i] = t3[i] / total
        out[i] = t3[i] - state[i]"
  `);
});

it("without passes: the reduced network as written", () => {
  expect(print(programFor(request(5, 3, [REDUCED]), { optimise: false }))).toMatchInlineSnapshot(`
    "state state[8]
    param Xi[15]
    param beta[1]
    entry reduced: out out[5] = v@0[5]
      let largest = -Infinity
      let beta = beta[0]
      for i in 0..3
        let sum = 0
        for j in 0..5
          sum = sum + state[j] * Xi[5*i + j]
        largest = max(largest, beta * sum)
      let shift = select(abs(largest) < Infinity, largest, 0)
      let total = 0
      let beta.1 = beta[0]
      for i in 0..3
        let sum = 0
        for j in 0..5
          sum = sum + state[j] * Xi[5*i + j]
        let product = beta.1 * sum
        total = total + exp(product - shift)
      let beta.2 = beta[0]
      for i in 0..5
        let sum = 0
        for j in 0..3
          let sum.1 = 0
          for l in 0..5
            sum.1 = sum.1 + state[l] * Xi[5*j + l]
          let product = beta.2 * sum.1
          sum = sum + Xi[5*j + i] * (exp(product - shift) / total)
        out[i] = -state[i] + sum"
  `);
});
