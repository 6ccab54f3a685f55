/** Descent of flows: certificates of every rule that hold, and planted faults, edits of them among the rest, that must not. */
import { describe, expect, test } from "vitest";
import { canonicalJson, checkCertificate, sha256 } from "../../../src/certificate/checker/index.js";
import { range, reasonOf } from "./certificates.js";

type Json = Readonly<Record<string, unknown>>;

interface Parts {
  readonly indices?: Json;
  readonly symbols?: Json;
  readonly energy: string;
  readonly where?: readonly string[];
  readonly states: Json;
}

const scalar = { over: [] };
const composition = { rule: "composition" };

/** Scalars are declared as they are used. */
function statementOf({ indices = {}, symbols = {}, energy, where = [], states }: Parts): Json {
  const own = Object.fromEntries(
    Object.entries(states).map(([n, s]) => [n, { over: (s as { over: unknown }).over }]),
  );
  return {
    name: "flow",
    declarations: { indices, symbols: { ...own, ...symbols } },
    energy,
    where,
    states,
  };
}

const certified = (statement: Json, evidence: Json): Json => ({
  format: "legendre-certificate/1",
  subject: "flow",
  digest: sha256(canonicalJson(statement)),
  statement,
  ...evidence,
});
const proved = (parts: Parts, proof: unknown): Json =>
  certified(statementOf(parts), { verdict: "proved", proof });
const refuted = (parts: Parts, values: Json, dimensions: Json = {}): Json =>
  certified(statementOf(parts), { verdict: "refuted", witness: { dimensions, values } });
const verdict = (certificate: unknown): string => reasonOf(checkCertificate(certificate));

const at = (rate: string): Json => ({ over: [], rate });
const each = (rate: string, ...over: string[]): Json => ({ over, rate });
const rate = (proof: unknown = range): Json => ({ rule: "rate", proof });
const gradient = (...names: string[]): Json => ({
  rule: "gradient",
  proofs: Object.fromEntries(names.map((n) => [n, range])),
});
const dissipation = (weights: Json): Json => ({
  rule: "dissipation",
  weights,
  proofs: Object.fromEntries(Object.keys(weights).map((n) => [n, range])),
});
const force = (of: Json, weights: Json): Json => ({ ...dissipation(weights), rule: "force", gradient: of });
const components = (of: Json, proofs: Json): Json => ({ rule: "components", gradient: of, proofs });
const lagrangian = (l: string, scale = "1", proof: Json = composition): Json => ({
  rule: "lagrangian",
  lagrangian: l,
  scale,
  proof,
});
const product = (factors: string[], ...proofs: unknown[]): Json => ({ rule: "product", factors, proofs });
const monotone = (f: string, from: string, to: string): Json => ({
  rule: "monotone-product",
  variable: "t",
  function: f,
  from,
  to,
  proof: range,
});

// ---- certificates that hold -----------------------------------------------------------------------------

const TWO = { i: "N", j: "N" };
const W = { W: { over: ["i", "j"] } };
const SYMMETRIC = ["W[i,j] = W[j,i]"];
const POSITIVE = { over: [], low: "0", lowOpen: true };

const linear: Parts = {
  indices: TWO,
  symbols: W,
  energy: "sum(i, x[i]^2)/2 - sum(i, j, x[i]*W[i,j]*x[j])/2",
  where: SYMMETRIC,
  states: { x: each("-x[i] + sum(j, W[i,j]*x[j])", "i") },
};

/** Energy transformer's ancestor: E = Σ x·g − L − gᵀWg/2 with g = softmax(x). */
const attention: Parts = {
  energy:
    "x*exp(x)/(exp(x)+exp(y)) + y*exp(y)/(exp(x)+exp(y)) - log(exp(x)+exp(y)) - exp(x)*exp(y)/(exp(x)+exp(y))^2",
  states: { x: at("-x + exp(y)/(exp(x)+exp(y))"), y: at("-y + exp(x)/(exp(x)+exp(y))") },
};

const plastic: Parts = {
  indices: TWO,
  symbols: { beta: POSITIVE, h: { over: ["i"] } },
  energy:
    "-sum(i, j, s[i]*J[i,j]*s[j])/2 - sum(i, h[i]*s[i]) + sum(i, s[i]*atanh(s[i]) + log(1 - s[i]^2)/2)/beta + sum(i, j, J[i,j]^2)/4",
  where: ["J[i,j] = J[j,i]", "s[i]^2 < 1"],
  states: {
    s: each("-s[i] + tanh(beta*(sum(j, J[i,j]*s[j]) + h[i]))", "i"),
    J: each("-J[i,j] + s[i]*s[j]", "i", "j"),
  },
};
const FIELD = "beta*(sum(j, J[i,j]*s[j]) + h[i])";
const PLASTIC_GRADIENT = {
  s: "atanh(s[i])/beta - h[i] - sum(j, J[i,j]*s[j])",
  J: "J[i,j]/2 - s[i]*s[j]/2",
};
const PLASTIC_PROOFS = {
  s: product(
    ["1/beta", `(atanh(s[i]) - ${FIELD})*(s[i] - tanh(${FIELD}))`],
    range,
    monotone("tanh(t)", FIELD, "atanh(s[i])"),
  ),
  J: product(["(J[i,j] - s[i]*s[j])^2/2"], range),
};

const rotor: Parts = { energy: "x^2 + y^2", states: { x: at("-x - y"), y: at("x") } };

const clampedFlow: Parts = {
  indices: { i: "N" },
  symbols: { c: { over: ["i"] }, tau: POSITIVE },
  energy: "max(i, x[i]) + sum(i, relu(x[i])^2)",
  where: ["c[i]*(1 - c[i]) = 0"],
  states: { x: { over: ["i"], tau: "tau", clamped: "c[i]" } },
};

const hopfield: Parts = {
  energy: "x*tanh(x) - logcosh(x) + y*tanh(y) - logcosh(y) - tanh(x)*tanh(y)",
  states: { x: at("-x + tanh(y)"), y: at("-y + tanh(x)") },
};

const ACCEPTED: Readonly<Record<string, Json>> = {
  "a gradient flow": proved(clampedFlow, gradient("x")),
  "dissipation over an index": proved(linear, dissipation({ x: "1" })),
  "dissipation by scalars": proved(hopfield, dissipation({ x: "1 - tanh(x)^2", y: "1 - tanh(y)^2" })),
  force: proved(linear, force({ x: "x[i] - sum(j, (W[i,j] + W[j,i])*x[j])/2" }, { x: "1" }) as Json),
  components: proved(plastic, components(PLASTIC_GRADIENT, PLASTIC_PROOFS)),
  lagrangian: proved(attention, lagrangian("log(exp(x)+exp(y))")),
  rate: proved(rotor, rate(product(["2*x^2"], range))),
  "a kink": proved({ energy: "relu(x)", states: { x: at("-x") } }, rate(product(["relu(x)"], range))),
};

describe("accepted", () => {
  test.each(Object.entries(ACCEPTED))("%s", (_, certificate) => {
    expect(verdict(certificate)).toBe("accepted");
  });

  test("a refutation", () => {
    const parts: Parts = { energy: "x^2 + abs(y)", states: { x: at("y"), y: at("-x") } };
    expect(verdict(refuted(parts, { x: "1", y: "2" }))).toBe("accepted");
  });
});

// ---- edits of certificates that hold --------------------------------------------------------------------

/** Texts that are replaced, with a digest that fits; each makes the claim false or takes away what it needs. */
const EDITS: readonly (readonly [keyof typeof ACCEPTED, string, string])[] = [
  ["a gradient flow", "c[i]*(1 - c[i]) = 0", "c[i]*(1 + c[i]) = 0"],
  ["a gradient flow", "c[i]*(1 - c[i]) = 0", "c[i]*(2 - c[i]) = 0"],
  ["a gradient flow", '"lowOpen":true', '"lowOpen":false'],
  ["a gradient flow", "relu(x[i])^2", "step(x[i])"],
  ["a gradient flow", "relu(x[i])^2", "sqrt(relu(x[i]))"],
  ["a gradient flow", "max(i, x[i])", "prod(i, abs(x[i]))"],
  ["dissipation over an index", '"W[i,j] = W[j,i]"', ""],
  ["dissipation over an index", '"W[i,j] = W[j,i]"', '"W[i,i] = W[i,i]"'],
  ["dissipation over an index", '"W[i,j] = W[j,i]"', '"W[i,j] <= W[j,i]"'],
  ["dissipation over an index", '"x":"1"', '"x":"-1"'],
  ["dissipation over an index", "-x[i] + sum", "x[i] + sum"],
  ["dissipation by scalars", "-x + tanh(y)", "-x + 1.0001*tanh(y)"],
  ["dissipation by scalars", "1 - tanh(y)^2", "1 - tanh(x)^2"],
  ["force", "(W[i,j] + W[j,i])", "(W[i,j] - W[j,i])"],
  ["force", '"weights":{"x":"1"}', '"weights":{"x":"-1"}'],
  ["components", "s[i]^2 < 1", "s[i]^2 < 2"],
  ["components", '"s[i]^2 < 1"', '"s[i] < 1"'],
  ["components", "-J[i,j] + s[i]*s[j]", "J[i,j] - s[i]*s[j]"],
  ["components", "-s[i] + tanh", "s[i] - tanh"],
  ["components", "tanh(t)", "-tanh(t)"],
  ["components", "tanh(t)", "sin(t)"],
  ["components", '"J[i,j] = J[j,i]"', '"J[i,j] = J[i,j]"'],
  ["components", '"1/beta"', '"2/beta"'],
  ["components", "J[i,j]/2 - s[i]*s[j]/2", "J[i,j] - s[i]*s[j]"],
  ["lagrangian", '"scale":"1"', '"scale":"-1"'],
  ["lagrangian", '"scale":"1"', '"scale":"2"'],
  ["lagrangian", "-x + exp(y)", "-2*x + exp(y)"],
  ["lagrangian", '"log(exp(x)+exp(y))"', '"-log(exp(x)+exp(y))"'],
  ["lagrangian", '"log(exp(x)+exp(y))"', '"log(exp(x)+exp(y)) + x^2"'],
  ["rate", "-x - y", "x - y"],
  ["rate", '"x^2 + y^2"', '"x^2 + 2*y^2"'],
  ["a kink", '"relu(x)"', '"step(x)"'],
];

/** The edited certificate with the digest of what it now states. */
function edited(certificate: Json, from: string, to: string): Json {
  const before = JSON.stringify(certificate);
  const [a, b] = [JSON.stringify(from).slice(1, -1), JSON.stringify(to).slice(1, -1)];
  const raw = before.includes(from) ? before.replace(from, to) : before.replace(a, b);
  if (raw === before) throw new Error(`nothing to replace: ${from}`);
  const after = JSON.parse(raw) as { statement: Json };
  return { ...after, digest: sha256(canonicalJson(after.statement)) };
}

describe("rejected: edits", () => {
  test.each(EDITS)("%s: %s becomes %s", (name, from, to) => {
    expect(verdict(edited(ACCEPTED[name]!, from, to))).not.toBe("accepted");
  });

  test("a statement that is not the one of the digest", () => {
    for (const certificate of Object.values(ACCEPTED)) {
      const statement = { ...(certificate.statement as Json), name: "another" };
      expect(verdict({ ...certificate, statement })).toBe("the digest is not that of the statement");
    }
  });

  test("a state more or less, a key more, another verdict", () => {
    const certificate = ACCEPTED["dissipation by scalars"]!;
    const proof = certificate.proof as { weights: Json; proofs: Json };
    const { y: _, ...one } = proof.weights;
    for (const change of [
      { weights: one },
      { proofs: { x: range } },
      { weights: { ...proof.weights, z: "0" } },
      { proofs: { ...proof.proofs, z: range } },
      { note: "" },
      { rule: "rates" },
    ])
      expect(verdict({ ...certificate, proof: { ...proof, ...change } })).not.toBe("accepted");
    expect(verdict({ ...certificate, verdict: "refuted" })).not.toBe("accepted");
  });
});

// ---- planted faults -------------------------------------------------------------------------------------

const UNSOUND: readonly (readonly [string, Json])[] = [
  // Energies that jump, are not Lipschitz, or are not defined: the formal derivative does not decide.
  ["a step up", proved({ energy: "step(x)", states: { x: at("1") } }, rate())],
  ["a sign", proved({ energy: "sign(x)", states: { x: at("1") } }, rate())],
  ["a choice", proved({ energy: "where(x < 0, 0, 1)", states: { x: at("1") } }, rate())],
  ["a root at 0", proved({ energy: "-sqrt(abs(x))", states: { x: { over: [] } } }, gradient("x"))],
  [
    "a power of unknown exponent",
    proved(
      { symbols: { n: { over: [], low: "0" } }, energy: "abs(x)^n", states: { x: { over: [] } } },
      gradient("x"),
    ),
  ],
  ["0 to a power", proved({ energy: "-(0^(x^2))", states: { x: at("x") } }, rate())],
  ["an integral of a step", proved({ energy: "integral(q, 0, x, step(q))", states: { x: at("1") } }, rate())],
  [
    "a logarithm on a closed edge",
    proved(
      { symbols: { x: { over: [], low: "0" } }, energy: "x*log(x)", states: { x: { over: [] } } },
      gradient("x"),
    ),
  ],
  [
    "an arcsine up to its edge",
    proved(
      { symbols: { x: { over: [], low: "-1", high: "1" } }, energy: "asin(x)", states: { x: { over: [] } } },
      gradient("x"),
    ),
  ],
  // Rates, weights and time constants.
  [
    "a rate that has a pole",
    proved({ energy: "x^2", states: { x: at("-1/x") } }, rate(product(["2"], range))),
  ],
  [
    "a rate with a root of what may be negative",
    proved({ energy: "x^2", states: { x: at("-x*sqrt(x)^2/x") } }, rate()),
  ],
  [
    "a weight with a pole",
    proved({ energy: "x^2/2", states: { x: at("-x^3") } }, dissipation({ x: "1/x^2" })),
  ],
  [
    "a weight of no sign",
    proved(
      { symbols: { a: scalar }, energy: "x^2/2", states: { x: at("-a*x") } },
      force({ x: "x" }, { x: "a" }),
    ),
  ],
  [
    "a time constant that may be 0",
    proved(
      { symbols: { a: { over: [], low: "0" } }, energy: "x^2", states: { x: { over: [], tau: "a" } } },
      gradient("x"),
    ),
  ],
  [
    "a time constant of no sign",
    proved({ symbols: { a: scalar }, energy: "x^2", states: { x: { over: [], tau: "a" } } }, gradient("x")),
  ],
  [
    "a mobility of no sign",
    proved(
      { symbols: { a: scalar }, energy: "x^2", states: { x: { over: [], mobility: "a" } } },
      gradient("x"),
    ),
  ],
  [
    "clamping beyond 1",
    proved(
      {
        symbols: { a: { over: [], low: "0", high: "2" } },
        energy: "x^2",
        states: { x: { over: [], clamped: "a" } },
      },
      gradient("x"),
    ),
  ],
  [
    "the rule for gradients on a flow with a rate",
    proved({ energy: "x^2", states: { x: at("x") } }, gradient("x")),
  ],
  [
    "the rule for rates on a gradient flow",
    proved({ energy: "x^2", states: { x: { over: [] } } }, dissipation({ x: "1" })),
  ],
  [
    "a rate with a time constant",
    proved({ energy: "x^2", states: { x: { over: [], rate: "-x", tau: "1" } } }, rate()),
  ],
  // States.
  [
    "a state that is an integer",
    proved({ symbols: { x: { over: [], integer: true } }, energy: "x^2", states: { x: at("-x") } }, rate()),
  ],
  [
    "a state that is not declared",
    certified(
      { ...statementOf({ energy: "0", states: { x: at("1") } }), declarations: { indices: {}, symbols: {} } },
      { verdict: "proved", proof: rate() },
    ),
  ],
  [
    "a state over other indices",
    proved(
      {
        indices: { i: "N", j: "M" },
        symbols: { x: { over: ["i"] } },
        energy: "sum(i, x[i]^2)",
        states: { x: each("-x[j]", "j") },
      },
      dissipation({ x: "2" }),
    ),
  ],
  [
    "a state over one index twice",
    proved(
      {
        indices: { i: "N" },
        symbols: { x: { over: ["i", "i"] } },
        energy: "sum(i, x[i,i]^2)",
        states: { x: each("-x[i,i]", "i", "i") },
      },
      dissipation({ x: "2" }),
    ),
  ],
  [
    "indices exchanged",
    proved(
      {
        indices: TWO,
        symbols: { x: { over: ["i", "j"] } },
        energy: "sum(i, j, x[i,j]^2)/2",
        states: { x: each("-x[i,j]", "j", "i") },
      },
      dissipation({ x: "1" }),
    ),
  ],
  ["no states", proved({ symbols: { x: scalar }, energy: "x", states: {} }, rate())],
  [
    "a rate that leaves an index free",
    proved(
      {
        indices: { i: "N" },
        symbols: { a: { over: ["i"] } },
        energy: "x^2/2",
        states: { x: at("-x + a[i]") },
      },
      rate(),
    ),
  ],
  [
    "a direction's name that is taken",
    proved({ symbols: { d_x: scalar }, energy: "x*d_x", states: { x: at("0") } }, dissipation({ x: "0" })),
  ],
  [
    "a direction's name that is a state",
    proved({ energy: "x*d_x", states: { x: at("-d_x"), d_x: at("-x") } }, dissipation({ x: "1", d_x: "1" })),
  ],
  [
    "a component beyond the last",
    proved(
      { indices: { i: "N" }, energy: "sum(i, x[i+1]^2)/2", states: { x: each("-x[i]", "i") } },
      dissipation({ x: "1" }),
    ),
  ],
  // Conditions.
  [
    "conditions without a point",
    proved({ energy: "x^2", where: ["x < 0", "x > 1"], states: { x: at("x") } }, rate()),
  ],
  [
    "symmetry of a part of the matrix",
    proved(
      { ...linear, indices: { i: "3", j: "3", k: "2", l: "2" }, where: ["W[k,l] = W[l,k]"] },
      dissipation({ x: "1" }),
    ),
  ],
  [
    "symmetry across two sizes",
    proved({ ...linear, indices: { ...TWO, k: "M" }, where: ["W[i,k] = W[k,i]"] }, dissipation({ x: "1" })),
  ],
  [
    "symmetry of another matrix",
    proved({ ...linear, symbols: { ...W, V: W.W }, where: ["V[i,j] = V[j,i]"] }, dissipation({ x: "1" })),
  ],
  [
    "symmetry modulo a shift",
    proved({ ...linear, where: ["W[i,j] = W[j,mod(i+1, N)]"] }, dissipation({ x: "1" })),
  ],
  [
    "a square below 1 taken for below 9/16",
    proved(
      { energy: "x^2/2", where: ["x^2 <= 1"], states: { x: at("x*(x^2 - 9/16)") } },
      rate(product(["x^2", "9/16 - x^2"], range, range)),
    ),
  ],
  [
    "a square of another power",
    proved(
      { energy: "x^2/2", where: ["x^3 < 1"], states: { x: at("x*(x^2 - 1)") } },
      rate(product(["x^2", "1 - x^2"], range, range)),
    ),
  ],
  [
    "0 or 1 read off another equation",
    proved(
      {
        symbols: { c: scalar },
        energy: "x^2",
        where: ["c*(1 - c) = 2"],
        states: { x: { over: [], mobility: "c" } },
      },
      gradient("x"),
    ),
  ],
  // Lagrangians.
  [
    "a Lagrangian convex only where the conditions hold",
    proved(
      { energy: "x*(x - x^3) - (x^2/2 - x^4/4)", where: ["x^2 <= 1/4"], states: { x: at("-x") } },
      lagrangian("x^2/2 - x^4/4"),
    ),
  ],
  ["a Lagrangian with a kink", proved({ energy: "abs(x)", states: { x: at("-x") } }, lagrangian("abs(x)"))],
  [
    "a Lagrangian of a bounded state",
    proved(
      { symbols: { x: { over: [], low: "0" } }, energy: "x^2/2", states: { x: at("-x") } },
      lagrangian("x^2/2"),
    ),
  ],
  [
    "a Lagrangian with a scale of no sign",
    proved(
      { symbols: { a: scalar }, energy: "x^2/2", states: { x: at("-x/a") } },
      lagrangian("a*x^2/2", "a"),
    ),
  ],
  // Proofs by component.
  [
    "a gain in one component paid by another",
    proved(
      { energy: "x^2/2 + y^2/2", states: { x: at("x"), y: at("-3*y") } },
      components({ x: "x", y: "y" }, { x: range, y: range }),
    ),
  ],
  [
    "a gradient that is not the gradient",
    proved({ energy: "x^2/2", states: { x: at("x") } }, components({ x: "-x" }, { x: range })),
  ],
  [
    "a monotone pair of a falling function",
    proved(
      { energy: "x^2/2 - x*c", symbols: { c: scalar }, states: { x: at("x^3 - c^3") } },
      components({ x: "x - c" }, { x: monotone("-t^3", "c", "x") }),
    ),
  ],
];

describe("rejected: planted faults", () => {
  test.each(UNSOUND)("%s", (_, certificate) => {
    expect(verdict(certificate)).not.toBe("accepted");
  });
});

// ---- refutations ----------------------------------------------------------------------------------------

const UNREFUTED: readonly (readonly [string, Json])[] = [
  ["descent there", refuted(rotor, { x: "1", y: "1" })],
  ["rest there", refuted(rotor, { x: "0", y: "1" })],
  ["a kink of the energy", refuted({ energy: "abs(x)", states: { x: at("x + 1") } }, { x: "0" })],
  ["a kink of the rate", refuted({ energy: "x", states: { x: at("2 + sign(x)") } }, { x: "0" })],
  ["a jump of the energy", refuted({ energy: "x + step(x)", states: { x: at("1") } }, { x: "0" })],
  [
    "two equal arguments",
    refuted({ energy: "max(x, y)", states: { x: at("1"), y: at("1") } }, { x: "1", y: "1" }),
  ],
  ["a point outside", refuted({ energy: "x^2", where: ["x < 0"], states: { x: at("1") } }, { x: "1" })],
  [
    "a matrix that is not symmetric",
    refuted(
      linear,
      {
        x: ["1", "-1"],
        W: [
          ["0", "9"],
          ["-1", "0"],
        ],
      },
      { N: 2 },
    ),
  ],
  [
    "a value that is missing",
    refuted({ symbols: { a: scalar }, energy: "x^2", states: { x: at("a") } }, { x: "1" }),
  ],
  [
    "a direction",
    certified(statementOf({ energy: "x^2", states: { x: at("x") } }), {
      verdict: "refuted",
      witness: { dimensions: {}, values: { x: "1" }, direction: { x: "1" } },
    }),
  ],
  ["no rate", refuted({ energy: "x^2", states: { x: { over: [] } } }, { x: "1" })],
  ["an energy without a value elsewhere", refuted({ energy: "log(x)", states: { x: at("1") } }, { x: "1" })],
];

describe("rejected: refutations", () => {
  test.each(UNREFUTED)("%s", (_, certificate) => {
    expect(verdict(certificate)).not.toBe("accepted");
  });
});
