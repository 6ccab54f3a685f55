/** Expressions with known signs, and energies with their flows turned into such: the rows of the tests of `proveNonnegative`. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { differentiate } from "../../../src/calculus/index.js";
import { readQuestion } from "../../../src/certificate/index.js";
import type { NonnegativeRequest } from "../../../src/certificate/prover/index.js";
import { add, mul, neg } from "../../../src/index-notation/index.js";

export interface Row {
  readonly name: string;
  readonly isTrue: boolean;
  readonly request: NonnegativeRequest;
}

export function requestOf(
  expression: string,
  names: string,
  where: readonly string[] = [],
): NonnegativeRequest {
  const r = readQuestion({ expression, over: names.split(" "), where });
  if (!r.ok) throw new Error(`${expression}: ${r.errors.map((e) => e.message).join("; ")}`);
  return r.value;
}

interface System {
  readonly name: string;
  readonly state: readonly string[];
  readonly ode: readonly string[];
  readonly energy: string;
  readonly domain: string;
  readonly truth: "nonincreasing" | "not";
}

/** −dE/dt along the flow. */
function descent(s: System): NonnegativeRequest {
  const over = s.state.join(" ");
  const where = s.domain === "all" ? [] : s.domain.split(" and ");
  const energy = requestOf(s.energy, over, where);
  const terms = s.state.map((name, k) => {
    const own = energy.variables.find((v) => v.name === name)!;
    return mul([differentiate(energy.expression, own), requestOf(s.ode[k]!, over).expression]);
  });
  return { ...energy, expression: neg(add(terms)) };
}

export function systems(): Row[] {
  const path = fileURLToPath(new URL("lyapunov.data.json", import.meta.url));
  const all = JSON.parse(readFileSync(path, "utf8")) as System[];
  return all.map((s) => ({ name: s.name, isTrue: s.truth === "nonincreasing", request: descent(s) }));
}

type Short = readonly [expression: string, names: string, ...where: string[]];

/** True: each is a sum of squares, a known inequality, or a function with its minimum in closed form. */
const TRUE: readonly Short[] = [
  ["x^2 + y^2 - 2*x*y", "x y"],
  ["x^2 - x*y + y^2", "x y"],
  ["x^4 + y^4 - 2*x^2*y^2", "x y"],
  ["2*x^4 + 2*x^3*y - x^2*y^2 + 5*y^4", "x y"],
  ["x^2 + y^2 + z^2 - x*y - y*z - z*x", "x y z"],
  ["x^4 + y^4 + z^4 - x^2*y*z - x*y^2*z - x*y*z^2", "x y z"],
  ["x^4*y^2 + x^2*y^4 + 1 - x^2*y^2 - x^2*y^2/2", "x y"],
  // Motzkin's polynomial: nonnegative, and no sum of squares.
  ["x^4*y^2 + x^2*y^4 + 1 - 3*x^2*y^2", "x y"],
  ["(x - y)^2*(x^2 + y^2 + 1)", "x y"],
  ["(x^2 + y^2)/(1 + z^2)", "x y z"],
  ["x^2 + 3*z^2/(1 + z^2)", "x z"],
  ["y^2*(2 + sin(t))", "y t"],
  ["x^2 + x*y*sin(t) + y^2", "x y t"],
  ["1 - sin(x)*sin(y)", "x y"],
  ["2 - cos(x) - cos(y)", "x y"],
  ["(1 - tanh(x)^2)*y^2", "x y"],
  ["x*tanh(x) + y^2", "x y"],
  ["x*tanh(x) + y*tanh(y)", "x y"],
  ["x^3*tanh(x) + y^4", "x y"],
  ["exp(x) + exp(y)", "x y"],
  ["exp(x) - 1 - x + y^2", "x y"],
  ["exp(x + y) + exp(-x - y) - 2", "x y"],
  ["log(cosh(x)) + y^2", "x y"],
  ["x - 1 - log(x) + y - 1 - log(y)", "x y", "x > 0", "y > 0"],
  ["(x - 1)*log(x) + y^2", "x y", "x > 0"],
  ["(x - 1)^2/x + (y - 1)^2/y", "x y", "x > 0", "y > 0"],
  ["sqrt(x^2 + y^2 + 1) - 1", "x y"],
  ["relu(x)*(1 + y^2)", "x y"],
  ["step(x)*(y - x)^2", "x y"],
  ["1 - x^2 - y^2", "x y", "x^2 + y^2 <= 1"],
  ["2 - x - y", "x y", "x^2 + y^2 <= 1"],
  ["3 - x^2 - 2*y^2 + x*y/10", "x y", "x^2 + y^2 <= 1"],
  ["x^2 + y^2 + x^3/10", "x y", "x^2 + y^2 <= 1"],
  ["x^2 + y^2 + x^2*y/4", "x y", "x^2 + y^2 <= 1"],
  ["2*x^2 + x*sin(x) + y^2", "x y", "x^2 + y^2 <= 1"],
  ["48*x*sin(x) + 136*y^2 + 184*y*sin(x) - 152*x*y", "x y", "x^2 + y^2 <= 1"],
  ["1 - cos(x) + y^2", "x y", "x^2 + y^2 <= 1"],
  ["(x - y)*(tanh(x) - tanh(y))", "x y"],
  ["(x - y)*(x^3 - y^3)", "x y"],
];

/** False: many dip by little, or far out. */
const FALSE: readonly Short[] = [
  ["x*y", "x y"],
  ["x^2 - x*y*2.001 + y^2", "x y"],
  ["x^2 + y^2 - 2*x*y - 1/1000000", "x y"],
  ["x^2 + y^2 - 1/100000000", "x y"],
  ["x^4 - x^2/1000 + y^2", "x y"],
  ["x^4*y^2 + x^2*y^4 + 1 - 3.001*x^2*y^2", "x y"],
  ["2 - cos(x) - cos(y) - x^2/100", "x y"],
  ["0.9999 - sin(x)*sin(y)", "x y"],
  ["x*tanh(x) - x^2*0.001 + y^2", "x y"],
  ["exp(x) - 1.0001 - x + y^2", "x y"],
  ["log(cosh(x)) - 1/1000 + y^2", "x y"],
  ["x - 1.001 - log(x) + y - 1 - log(y)", "x y", "x > 0", "y > 0"],
  ["0.999 - x^2 - y^2", "x y", "x^2 + y^2 <= 1"],
  ["1.41 - x - y", "x y", "x^2 + y^2 <= 1"],
  ["x^2 + y^2 - 1.01*x*sin(x)", "x y", "x^2 + y^2 <= 1"],
  ["(x - y)*(sin(x) - sin(y))", "x y"],
  ["relu(x)*y", "x y"],
  ["step(x)*(y - x)", "x y"],
  ["x^3 + y^2", "x y"],
  ["x^2 + x*y*2.1*sin(t) + y^2", "x y t"],
  ["sqrt(x^2 + y^2 + 1) - 1.00001", "x y"],
  ["(x^2 - 0.001)/(1 + y^2)", "x y"],
];

const row =
  (isTrue: boolean) =>
  ([e, names, ...where]: Short): Row => ({
    name: [e, ...where].join(", "),
    isTrue,
    request: requestOf(e, names, where),
  });

export const rows = (): Row[] => [...TRUE.map(row(true)), ...FALSE.map(row(false))];
