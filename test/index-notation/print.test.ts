import { describe, expect, test } from "vitest";
import {
  add,
  at,
  binder,
  compare,
  delta,
  dim,
  dimensionName,
  div,
  type Expr,
  extendNaming,
  freshIndex,
  index,
  integral,
  mul,
  namingOf,
  neg,
  node,
  num,
  polygamma,
  position,
  power,
  printLatex,
  printMathML,
  printMatrix,
  printText,
  sub,
  sub2,
  sum,
  TRUE,
  tensorSymbol,
  UNARY,
  unary,
  where,
} from "../../src/index-notation/index.js";
import { beta, f, g, i, j, MODELS, mu, naming, nu, p, v, Xi } from "./models.js";
import { buildExpr } from "./plain.js";
import { FREE, NAMING, randomPlain } from "./random-expression.js";

const text = (e: Expr): string => printText(e, naming, e.free).text;
const latex = (e: Expr): string => printLatex(e, naming, e.free).latex;
const scalar = (name: string): Expr => at(tensorSymbol({ name, role: "parameter" }), []);
const x = scalar("x");
const N = dimensionName("N");

test("the models of the literature print as text", () => {
  const printed = Object.entries(MODELS).map(([name, e]) => `${name.padEnd(26)}${text(e)}`);
  expect(`\n${printed.join("\n")}\n`).toMatchInlineSnapshot(`
    "
    A: visible Lagrangian     sum(i, logcosh(v[i]))
    A: visible activation     tanh(v[i])
    A: visible Hessian        delta[i,j]*sech(v[i])^2
    A: hidden Lagrangian      sum(mu, relu(h[mu])^n)/n
    A: hidden activation      relu(h[mu])^(n - 1)
    A: hidden Hessian         (n - 1)*delta[mu,nu]*relu(h[mu])^(n - 2)
    B: visible Lagrangian     sum(i, v[i]^2)/2
    B: hidden Lagrangian      logsumexp(mu, beta*h[mu])/beta
    B: hidden activation      softmax(nu, beta*h[nu])[mu]
    B: hidden Hessian         beta*(delta[mu,nu]*softmax(rho, beta*h[rho])[mu] - softmax(rho, beta*h[rho])[mu]*softmax(rho, beta*h[rho])[nu])
    B: synapse                -sum(mu, i, f[mu]*Xi[mu,i]*g[i])
    B: energy                 sum(mu, h[mu]*softmax(nu, beta*h[nu])[mu]) + sum(i, v[i]^2)/2 - logsumexp(mu, beta*h[mu])/beta - sum(mu, i, Xi[mu,i]*v[i]*softmax(nu, beta*h[nu])[mu])
    B: reduced energy         sum(i, g[i]^2)/2 - logsumexp(mu, beta*sum(i, Xi[mu,i]*g[i]))/beta
    B: reduced dynamics       sum(mu, Xi[mu,i]*softmax(nu, beta*sum(j, Xi[nu,j]*v[j]))[mu]) - v[i]
    C: visible Lagrangian     sqrt(sum(i, v[i]^2))
    C: visible activation     v[i]/sqrt(sum(j, v[j]^2))
    C: visible Hessian        delta[i,j]/sqrt(sum(k, v[k]^2)) - v[i]*v[j]/sum(k, v[k]^2)^(3/2)
    C: hidden Lagrangian      sum(mu, relu(h[mu])^3)/3
    C: hidden activation      relu(h[mu])^2
    layernorm: Lagrangian     N_v*gamma*sqrt(eps + sum(i, (v[i] - sum(j, v[j])/N_v)^2)/N_v) + sum(i, b[i]*v[i])
    layernorm: activation     b[i] + gamma*(v[i] - sum(j, v[j])/N_v)/sqrt(eps + sum(j, (v[j] - sum(k, v[k])/N_v)^2)/N_v)
    layernorm: Hessian        gamma*((delta[i,j] - 1/N_v)/sqrt(eps + sum(k, (v[k] - sum(l, v[l])/N_v)^2)/N_v) - (v[i] - sum(k, v[k])/N_v)*(v[j] - sum(k, v[k])/N_v)/(N_v*(eps + sum(k, (v[k] - sum(l, v[l])/N_v)^2)/N_v)^(3/2)))
    Hebb: Lagrangian          sum(mu, sum(i, Xi[mu,i]*g[i])^2)/(2*N_h)
    Hebb: coupling            sum(mu, Xi[mu,i]*Xi[mu,j])/N_h
    Hebb: diagonal            sum(mu, Xi[mu,i]^2)/N_h
    "
  `);
});

test("the models of the literature print as a paper prints them", () => {
  const printed = Object.entries(MODELS).map(([name, e]) => `${name}\n    ${latex(e)}`);
  expect(`\n${printed.join("\n")}\n`).toMatchInlineSnapshot(`
    "
    A: visible Lagrangian
        \\sum_i \\log\\cosh(v_i)
    A: visible activation
        \\tanh(v_i)
    A: visible Hessian
        \\delta_{ij} \\operatorname{sech}^2(v_i)
    A: hidden Lagrangian
        \\frac{1}{n} \\sum_\\mu [h_\\mu]_+^n
    A: hidden activation
        [h_\\mu]_+^{n - 1}
    A: hidden Hessian
        (n - 1) \\delta_{\\mu\\nu} [h_\\mu]_+^{n - 2}
    B: visible Lagrangian
        \\tfrac{1}{2} \\sum_i v_i^2
    B: hidden Lagrangian
        \\frac{1}{\\beta} \\log\\sum_\\mu e^{\\beta h_\\mu}
    B: hidden activation
        \\operatorname{softmax}_\\nu(\\beta h_\\nu)_\\mu
    B: hidden Hessian
        \\beta (\\delta_{\\mu\\nu} \\operatorname{softmax}_\\rho(\\beta h_\\rho)_\\mu - \\operatorname{softmax}_\\rho(\\beta h_\\rho)_\\mu \\operatorname{softmax}_\\rho(\\beta h_\\rho)_\\nu)
    B: synapse
        -\\sum_{\\mu,i} f_\\mu \\Xi_{\\mu i} g_i
    B: energy
        \\sum_\\mu h_\\mu \\operatorname{softmax}_\\nu(\\beta h_\\nu)_\\mu + \\tfrac{1}{2} \\sum_i v_i^2 - \\frac{1}{\\beta} \\log\\sum_\\mu e^{\\beta h_\\mu} - \\sum_{\\mu,i} \\Xi_{\\mu i} v_i \\operatorname{softmax}_\\nu(\\beta h_\\nu)_\\mu
    B: reduced energy
        \\tfrac{1}{2} \\sum_i g_i^2 - \\frac{1}{\\beta} \\log\\sum_\\mu \\exp\\left(\\beta \\sum_i \\Xi_{\\mu i} g_i\\right)
    B: reduced dynamics
        \\sum_\\mu \\Xi_{\\mu i} \\operatorname{softmax}_\\nu\\left(\\beta \\sum_j \\Xi_{\\nu j} v_j\\right)_\\mu - v_i
    C: visible Lagrangian
        \\sqrt{\\sum_i v_i^2}
    C: visible activation
        \\frac{v_i}{\\sqrt{\\sum_j v_j^2}}
    C: visible Hessian
        \\frac{\\delta_{ij}}{\\sqrt{\\sum_k v_k^2}} - \\frac{v_i v_j}{\\left(\\sum_k v_k^2\\right)^{3/2}}
    C: hidden Lagrangian
        \\tfrac{1}{3} \\sum_\\mu [h_\\mu]_+^3
    C: hidden activation
        [h_\\mu]_+^2
    layernorm: Lagrangian
        N_v \\gamma \\sqrt{\\varepsilon + \\frac{1}{N_v} \\sum_i \\left(v_i - \\frac{1}{N_v} \\sum_j v_j\\right)^2} + \\sum_i b_i v_i
    layernorm: activation
        b_i + \\frac{\\gamma \\left(v_i - \\frac{1}{N_v} \\sum_j v_j\\right)}{\\sqrt{\\varepsilon + \\frac{1}{N_v} \\sum_j \\left(v_j - \\frac{1}{N_v} \\sum_k v_k\\right)^2}}
    layernorm: Hessian
        \\gamma \\left(\\frac{\\delta_{ij} - \\frac{1}{N_v}}{\\sqrt{\\varepsilon + \\frac{1}{N_v} \\sum_k \\left(v_k - \\frac{1}{N_v} \\sum_l v_l\\right)^2}} - \\frac{\\left(v_i - \\frac{1}{N_v} \\sum_k v_k\\right) \\left(v_j - \\frac{1}{N_v} \\sum_k v_k\\right)}{N_v \\left(\\varepsilon + \\frac{1}{N_v} \\sum_k \\left(v_k - \\frac{1}{N_v} \\sum_l v_l\\right)^2\\right)^{3/2}}\\right)
    Hebb: Lagrangian
        \\frac{1}{2 N_h} \\sum_\\mu \\left(\\sum_i \\Xi_{\\mu i} g_i\\right)^2
    Hebb: coupling
        \\frac{1}{N_h} \\sum_\\mu \\Xi_{\\mu i} \\Xi_{\\mu j}
    Hebb: diagonal
        \\frac{1}{N_h} \\sum_\\mu \\Xi_{\\mu i}^2
    "
  `);
});

test("every function has its sign", () => {
  const rows = UNARY.map((fn) => {
    const e = node.unary(fn, x);
    return `${text(e)} | ${latex(e)} | ${latex(node.power(e, num(2)))} | ${latex(node.power(e, scalar("n")))}`;
  });
  const gammas = [0, 1, 2].map((k) => `${text(polygamma(k, x))} | ${latex(polygamma(k, x))}`);
  expect(`\n${[...rows, ...gammas].join("\n")}\n`).toMatchInlineSnapshot(`
    "
    exp(x) | e^x | (e^x)^2 | (e^x)^n
    log(x) | \\log(x) | \\log^2(x) | \\log(x)^n
    abs(x) | \\lvert x\\rvert | \\lvert x\\rvert^2 | \\lvert x\\rvert^n
    sign(x) | \\operatorname{sgn}(x) | \\operatorname{sgn}^2(x) | \\operatorname{sgn}(x)^n
    sin(x) | \\sin(x) | \\sin^2(x) | \\sin(x)^n
    cos(x) | \\cos(x) | \\cos^2(x) | \\cos(x)^n
    tan(x) | \\tan(x) | \\tan^2(x) | \\tan(x)^n
    asin(x) | \\arcsin(x) | \\arcsin^2(x) | \\arcsin(x)^n
    acos(x) | \\arccos(x) | \\arccos^2(x) | \\arccos(x)^n
    atan(x) | \\arctan(x) | \\arctan^2(x) | \\arctan(x)^n
    sinh(x) | \\sinh(x) | \\sinh^2(x) | \\sinh(x)^n
    cosh(x) | \\cosh(x) | \\cosh^2(x) | \\cosh(x)^n
    tanh(x) | \\tanh(x) | \\tanh^2(x) | \\tanh(x)^n
    asinh(x) | \\operatorname{arsinh}(x) | \\operatorname{arsinh}^2(x) | \\operatorname{arsinh}(x)^n
    acosh(x) | \\operatorname{arcosh}(x) | \\operatorname{arcosh}^2(x) | \\operatorname{arcosh}(x)^n
    atanh(x) | \\operatorname{artanh}(x) | \\operatorname{artanh}^2(x) | \\operatorname{artanh}(x)^n
    sech(x) | \\operatorname{sech}(x) | \\operatorname{sech}^2(x) | \\operatorname{sech}(x)^n
    erf(x) | \\operatorname{erf}(x) | \\operatorname{erf}^2(x) | \\operatorname{erf}(x)^n
    erfc(x) | \\operatorname{erfc}(x) | \\operatorname{erfc}^2(x) | \\operatorname{erfc}(x)^n
    gamma(x) | \\Gamma(x) | \\Gamma(x)^2 | \\Gamma(x)^n
    lgamma(x) | \\log\\Gamma(x) | (\\log\\Gamma(x))^2 | (\\log\\Gamma(x))^n
    relu(x) | [x]_+ | [x]_+^2 | [x]_+^n
    step(x) | \\Theta(x) | \\Theta(x)^2 | \\Theta(x)^n
    sigmoid(x) | \\sigma(x) | \\sigma(x)^2 | \\sigma(x)^n
    softplus(x) | \\operatorname{softplus}(x) | \\operatorname{softplus}^2(x) | \\operatorname{softplus}(x)^n
    logcosh(x) | \\log\\cosh(x) | (\\log\\cosh(x))^2 | (\\log\\cosh(x))^n
    digamma(x) | \\psi(x)
    trigamma(x) | \\psi^{(1)}(x)
    polygamma(2, x) | \\psi^{(2)}(x)
    "
  `);
});

describe("names", () => {
  const W = tensorSymbol({ name: "W_K", role: "parameter", dims: [N, N] });
  const x1 = tensorSymbol({ name: "x1", role: "state", dims: [N] });
  const [a, b] = [index("a", N), index("b", N)];

  test("in LaTeX: Greek letters, marks, words", () => {
    const names = [
      "beta",
      "Xi",
      "tau_h",
      "N_v",
      "x1",
      "seen",
      "eps",
      "C_out",
      "h2o",
      "omicron",
      "constructor",
    ];
    expect(names.map((n) => latex(scalar(n)))).toMatchInlineSnapshot(`
      [
        "\\beta",
        "\\Xi",
        "\\tau_h",
        "N_v",
        "x_1",
        "\\mathrm{seen}",
        "\\varepsilon",
        "C_{\\mathrm{out}}",
        "\\mathrm{h2o}",
        "\\mathrm{omicron}",
        "\\mathrm{constructor}",
      ]
    `);
    expect(latex(at(W, [a, b]))).toBe("W_{ab}^K");
    expect(latex(power(at(x1, [a]), num(2)))).toBe("(x_a^{(1)})^2");
  });

  test("functions give way to declared names", () => {
    const sigma = add([scalar("sigma"), unary("sigmoid", x)]);
    expect(latex(sigma)).toBe("\\sigma + \\operatorname{sigmoid}(x)");
    const kronecker = add([scalar("delta"), delta(sub(a), sub(b))]);
    expect(latex(kronecker)).toBe("\\delta + \\mathbf{1}_{a = b}");
    expect(latex(add([scalar("e"), unary("exp", x)]))).toBe("e + \\exp(x)");
  });

  test("bound indices take declared names that are not in use, then invented ones", () => {
    const total = sum([a], TRUE, mul([at(W, [a, b]), at(x1, [a])]));
    const one = printText(total, namingOf([a, b], []), [b]);
    expect(one).toEqual({ text: "sum(a, W_K[a,b]*x1[a])", invented: [] });
    const alone = printText(total, namingOf([b], ["c"]), [b]);
    expect(alone.text).toBe("sum(d, W_K[d,b]*x1[d])");
    expect(alone.invented).toEqual([index("d", N)]);
    const again = printText(total, extendNaming(namingOf([b], ["c"]), alone.invented), [b]);
    expect(again).toEqual({ text: alone.text, invented: [] });
  });

  test("an index in scope is avoided even where the expression does not mention it", () => {
    const total = sum([a], TRUE, at(x1, [a]));
    expect(printText(total, namingOf([a, b])).text).toBe("sum(a, x1[a])");
    expect(printText(total, namingOf([a, b]), [a]).text).toBe("sum(b, x1[b])");
  });

  test("fresh names never reach the output", () => {
    const loose = at(x1, [freshIndex(N)]);
    expect(printText(loose, namingOf([a])).text).toBe("x1[a]");
  });

  test("integration variables take letters that mean nothing else", () => {
    const s = tensorSymbol({ name: "s1", role: "variable" });
    const e = integral(s, num(0), x, mul([unary("tanh", at(s, [])), scalar("s")]));
    expect(printText(e).text).toBe("integral(t, 0, x, s*tanh(t))");
    expect(latex(e)).toBe("\\int_0^x s \\tanh(t)\\,dt");
  });
});

describe("guards", () => {
  const [a, b] = [index("a", N), index("b", N)];
  const w = tensorSymbol({ name: "w", role: "parameter", dims: [N] });
  const less = (l: Expr, r: Expr) => compare("<", l, r);
  const names = namingOf([a, b]);
  const pos = (k: typeof a): Expr => position(sub(k));

  test("a guard introduces the bound index on its left", () => {
    const e = sum([b], less(pos(a), pos(b)), at(w, [b]));
    expect(printText(e, names, [a]).text).toBe("sum(b > a, w[b])");
    expect(printLatex(e, names, [a]).latex).toBe("\\sum_{b > a} w_b");
  });

  test("a pair is one index and a guard", () => {
    const e = sum([a, b], less(pos(a), pos(b)), mul([at(w, [a]), unary("exp", at(w, [b]))]));
    expect(printText(e, names).text).toBe("sum(a, b > a, w[a]*exp(w[b]))");
  });

  test("a guard without a bound index binds nothing", () => {
    const e = binder("max", [b], less(pos(a), position(sub(index("c", N)))), at(w, [b]));
    expect(printText(e, names, e.free).text).toBe("max(b, a + 0 < c, w[b])");
  });

  test("a position leading max is not taken for a binder", () => {
    const e = node.extremum("max", [pos(a), pos(b)]);
    expect(printText(e, names).text).toBe("max(a + 0, b)");
  });

  test("where", () => {
    const e = where(less(x, num(0)), num(1), x);
    expect(text(e)).toBe("where(x < 0, 1, x)");
    expect(latex(e)).toBe("\\begin{cases} 1 & \\text{if } x < 0 \\\\ x & \\text{otherwise} \\end{cases}");
  });
});

test("signs, fractions and roots", () => {
  const [y, n] = [scalar("y"), scalar("n")];
  const forms = [
    sub2(x, y),
    neg(x),
    mul([num({ n: -2n, d: 3n }), x, add([x, y])]),
    div(sub2(num(1), n), mul([y, num(2)])),
    mul([sub2(n, num(1)), x, y]),
    power(x, sub2(n, num(1))),
    power(x, neg(n)),
    power(x, num({ n: -1n, d: 2n })),
    power(x, num({ n: 3n, d: 2n })),
    power(add([x, y]), num({ n: -3n, d: 2n })),
    power(power(x, n), y),
    unary("exp", neg(div(power(x, num(2)), num(2)))),
    mul([dim(N), unary("exp", x), num(3), power(num(2), n)]),
  ];
  expect(`\n${forms.map((e) => `${text(e)} | ${latex(e)}`).join("\n")}\n`).toMatchInlineSnapshot(`
    "
    x - y | x - y
    -x | -x
    -2*x*(x + y)/3 | -\\tfrac{2}{3} x (x + y)
    (1 - n)/(2*y) | \\frac{1 - n}{2 y}
    x*y*(n - 1) | x y (n - 1)
    x^(n - 1) | x^{n - 1}
    1/x^n | \\frac{1}{x^n}
    1/sqrt(x) | \\frac{1}{\\sqrt{x}}
    x^(3/2) | x^{3/2}
    1/(x + y)^(3/2) | \\frac{1}{(x + y)^{3/2}}
    (x^n)^y | (x^n)^y
    exp(-x^2/2) | e^{-x^2/2}
    3*N*2^n*exp(x) | 3 N \\cdot 2^n e^x
    "
  `);
});

test("matrix notation", () => {
  const form = (e: Expr, ...free: (typeof i)[]) => {
    const found = printMatrix(e, free, naming);
    return found === undefined ? "none" : `${found.text} | ${found.latex}`;
  };
  const forms = [
    form(MODELS["Hebb: coupling"]!, i, j),
    form(sum([mu], TRUE, mul([at(Xi, [mu, i]), at(f, [mu])])), i),
    form(sub2(mul([delta(sub(i), sub(j)), at(p, [i])]), mul([at(p, [i]), at(p, [j])])), i, j),
    form(sum([i], TRUE, mul([at(g, [i]), at(v, [i])]))),
    form(MODELS["B: synapse"]!),
    form(MODELS["B: visible Lagrangian"]!),
    form(MODELS["B: hidden Hessian"]!, mu, nu),
    form(MODELS["B: reduced dynamics"]!, i),
    form(mul([beta, at(Xi, [mu, i])]), i, mu),
    form(delta(sub(i), sub(j)), i, j),
    form(MODELS["Hebb: diagonal"]!, i),
    form(MODELS["C: visible Hessian"]!, i, j),
  ];
  expect(`\n${forms.join("\n")}\n`).toMatchInlineSnapshot(`
    "
    Xi^T Xi/N_h | \\Xi^{\\top}\\Xi/N_h
    Xi^T f | \\Xi^{\\top}f
    diag(p) - p p^T | \\operatorname{diag}(p) - p p^{\\top}
    v^T g | v^{\\top}g
    -f^T Xi g | -f^{\\top}\\Xi g
    v^T v/2 | v^{\\top}v/2
    beta (diag(softmax(beta h)) - softmax(beta h) softmax(beta h)^T) | \\beta \\left(\\operatorname{diag}(\\operatorname{softmax}(\\beta h)) - \\operatorname{softmax}(\\beta h)\\operatorname{softmax}(\\beta h)^{\\top}\\right)
    Xi^T softmax(beta Xi v) - v | \\Xi^{\\top}\\operatorname{softmax}(\\beta \\Xi v) - v
    beta Xi^T | \\beta \\Xi^{\\top}
    I | I
    none
    none
    "
  `);
});

// ---- laws over random expressions ------------------------------------------------------------------------

const random = (seed: number): Expr => buildExpr(randomPlain(seed, { depth: 1 + (seed % 4) }));

/** What is wrong with LaTeX by its braces, fences and scripts; KaTeX itself is not a dependency. */
function latexFault(s: string): string | undefined {
  let depth = 0;
  for (const c of s.replace(/\\[a-zA-Z]+|\\./g, "")) {
    depth += c === "{" ? 1 : c === "}" ? -1 : 0;
    if (depth < 0) return "a brace closes what none opened";
  }
  if (depth !== 0) return "a brace stays open";
  if (s.split("\\left").length !== s.split("\\right").length) return "left without right";
  const atom = String.raw`(?:\\[a-zA-Z]+|[a-zA-Z0-9+]|\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\})`;
  if (new RegExp(`_${atom}_|\\^${atom}\\^|_${atom}\\^${atom}[_^]`).test(s)) return "a double script";
  return /[#~%]/.test(s) ? "a stray sign" : undefined;
}

const ARITY: Readonly<Record<string, number>> = { msub: 2, msup: 2, msubsup: 3, mfrac: 2, munder: 2 };

/** What is wrong with MathML as XML, or with the number of children of an element. */
function mathmlFault(s: string): string | undefined {
  const open: { name: string; children: number }[] = [];
  for (const [, close, name] of s.matchAll(/<(\/?)([a-z]+)[^>]*>/g)) {
    if (close === "") {
      if (open.length > 0) open.at(-1)!.children++;
      open.push({ name: name!, children: 0 });
      continue;
    }
    const top = open.pop();
    if (top?.name !== name) return `</${name}> closes <${top?.name}>`;
    if (ARITY[name!] !== undefined && top!.children !== ARITY[name!])
      return `${name} has ${top!.children} children`;
  }
  if (open.length > 0) return `<${open[0]!.name}> stays open`;
  return /&(?!amp;|lt;|gt;|#x?[0-9A-F]+;)/.test(s) ? "a bare ampersand" : undefined;
}

describe("random expressions", () => {
  const faults = (check: (e: Expr) => string | undefined): string[] =>
    Array.from({ length: 3000 }, (_, seed) => {
      const fault = check(random(seed));
      return fault === undefined
        ? []
        : [`seed ${seed}: ${fault}: ${printText(random(seed), NAMING, FREE).text}`];
    }).flat();

  test("print as valid LaTeX", () => {
    expect(faults((e) => latexFault(printLatex(e, NAMING, FREE).latex))).toEqual([]);
  });
  test("print as well-formed MathML", () => {
    expect(faults((e) => mathmlFault(printMathML(e, NAMING, FREE).mathml))).toEqual([]);
  });
  test("never show canonical or fresh names", () => {
    const shown = (e: Expr): string => printText(e, NAMING, FREE).text + printLatex(e, NAMING, FREE).latex;
    expect(faults((e) => (/[#~]/.test(shown(e)) ? "an internal name" : undefined))).toEqual([]);
  });
  test("planted faults: a lost brace, a double script, a lost tag", () => {
    const spoil = (e: Expr): string => printLatex(e, NAMING, FREE).latex;
    expect(faults((e) => latexFault(spoil(e).replace("}", ""))).length).toBeGreaterThan(0);
    expect(faults((e) => latexFault(spoil(e).replace(/_i/, "_i_i"))).length).toBeGreaterThan(0);
    const xml = (e: Expr): string => printMathML(e, NAMING, FREE).mathml;
    expect(faults((e) => mathmlFault(xml(e).replace("</mi>", ""))).length).toBeGreaterThan(0);
  });
});

test("MathML of an energy", () => {
  expect(printMathML(MODELS["B: hidden Lagrangian"]!, naming).mathml).toMatchInlineSnapshot(
    `"<math xmlns="http://www.w3.org/1998/Math/MathML" display="block"><mrow><mfrac><mn>1</mn><mi>β</mi></mfrac><mrow><mi>log</mi><mrow><munder><mo>∑</mo><mi>μ</mi></munder><msup><mi>e</mi><mrow><mi>β</mi><msub><mi>h</mi><mi>μ</mi></msub></mrow></msup></mrow></mrow></mrow></math>"`,
  );
});
