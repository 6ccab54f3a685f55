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
  expect(`\n${printed.join("\n")}\n`).toMatchInlineSnapshot();
});

test("the models of the literature print as a paper prints them", () => {
  const printed = Object.entries(MODELS).map(([name, e]) => `${name}\n    ${latex(e)}`);
  expect(`\n${printed.join("\n")}\n`).toMatchInlineSnapshot();
});

test("every function has its sign", () => {
  const rows = UNARY.map((fn) => {
    const e = node.unary(fn, x);
    return `${text(e)} | ${latex(e)} | ${latex(node.power(e, num(2)))} | ${latex(node.power(e, scalar("n")))}`;
  });
  const gammas = [0, 1, 2].map((k) => `${text(polygamma(k, x))} | ${latex(polygamma(k, x))}`);
  expect(`\n${[...rows, ...gammas].join("\n")}\n`).toMatchInlineSnapshot();
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
    expect(names.map((n) => latex(scalar(n)))).toMatchInlineSnapshot();
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
  expect(`\n${forms.map((e) => `${text(e)} | ${latex(e)}`).join("\n")}\n`).toMatchInlineSnapshot();
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
  expect(`\n${forms.join("\n")}\n`).toMatchInlineSnapshot();
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
  return /[#~&%](?![^]*\\end\{cases\})/.test(s) ? "a stray sign" : undefined;
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
  expect(printMathML(MODELS["B: hidden Lagrangian"]!, naming).mathml).toMatchInlineSnapshot();
});
