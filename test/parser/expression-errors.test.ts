import { expect, test } from "vitest";
import { parseCondition, parseExpression } from "../../src/parser/index.js";
import { errors, SCOPE } from "./support.js";

/** Text, column of the first fault, code, message, hint. */
type Row = readonly [string, number, string, string, string | undefined];

const ROWS: readonly Row[] = [
  ["", 1, "empty-expression", "found nothing where an expression was expected", undefined],
  [
    "2 v[i]",
    3,
    "implicit-multiplication",
    "found v[i] after 2; there is no implicit multiplication",
    "write 2*v[i]",
  ],
  ["2x", 2, "implicit-multiplication", "found x after 2; there is no implicit multiplication", "write 2*x"],
  ["x (y)", 1, "not-a-function", "x is a variable, not a function", "write x*(…) for a product"],
  [
    "(x)(y + 1)",
    4,
    "implicit-multiplication",
    "found (y + 1) after (x); there is no implicit multiplication",
    "write (x)*(y + 1)",
  ],
  ["x²", 2, "unexpected-character", '"²" is not part of the language', "write ^2"],
  [
    "x₁",
    2,
    "unexpected-character",
    '"₁" is not part of the language',
    "write the digit in the name or as a subscript: x1 or x[1]",
  ],
  ["x × y", 3, "unexpected-character", '"×" is not part of the language', "write *"],
  ["√x", 1, "unexpected-character", '"√" is not part of the language', "write sqrt(x)"],
  ["∑", 1, "unexpected-character", '"∑" is not part of the language', "write sum(i, …)"],
  ["x**2", 2, "unexpected-character", '"**" is not part of the language', "write ^ for a power"],
  [
    "😀",
    1,
    "unexpected-character",
    '"😀" is not part of the language',
    "write plain ASCII; Greek letters and · − ≤ ≥ ≠ are read as well",
  ],
  [
    "x +",
    4,
    "unexpected-token",
    "found the end of the expression where a number, a name or ( was expected",
    undefined,
  ],
  ["+ x", 1, "unexpected-token", "found + where a number, a name or ( was expected", undefined],
  ["sum(i, v[i]", 4, "unclosed", "the ( is never closed", "add ) where its contents end"],
  ["v[i", 2, "unclosed", "the [ is never closed", "add ] where its contents end"],
  ["(x]", 3, "unexpected-token", "found ] where an operator or ) was expected", undefined],
  ["x)", 2, "unexpected-token", "found ) after the complete expression x", "remove ), or open it before"],
  [
    "(x + y)[i]",
    8,
    "unexpected-token",
    "found [ after a value; only names, softmax(j, e) and functions over indices take subscripts",
    "define the value over an index and subscript its name",
  ],
  [
    "x < y",
    1,
    "misplaced-comparison",
    "found the comparison x < y where a value was expected",
    "comparisons belong into where(a > b, e1, e2), guards such as sum(j != i, e), and domain",
  ],
  [
    "where(0 < x < 1, 1, 2)",
    13,
    "chained-comparison",
    "found a second comparison <; a condition has one",
    "write two conditions",
  ],
  [
    "1e500",
    1,
    "number-out-of-range",
    "the number 1e500 is out of range: exponents go from -400 to 400",
    "choose other units, or write the power as 10^k with a parameter k",
  ],
  [
    "2^1000000",
    1,
    "too-large",
    "the number 2^1000000 has more than 65536 bits",
    "make the exponent a parameter",
  ],
  ["bta", 1, "unknown-name", "unknown name bta", "declare it, for instance under parameters"],
  ["gama", 1, "unknown-name", "unknown name gama", "did you mean gamma?"],
  ["v_i", 1, "unknown-name", "unknown name v_i", "did you mean v[i]?"],
  ["tanh", 1, "unknown-name", "unknown name tanh", "tanh is a function: write tanh(…)"],
  ["tahn(x)", 1, "unknown-function", "unknown function tahn", "did you mean tanh?"],
  ["ln(x)", 1, "unknown-function", "unknown function ln", "write log(x)"],
  ["foo(x)", 1, "unknown-function", "unknown function foo", "declare it under define, with of: [x]"],
  ["v(i)", 1, "not-a-function", "v is a variable, not a function", "write v[i] for a component"],
  ["exp(x, y)", 1, "arity", "exp takes one argument; found 2 arguments", "write exp(x)"],
  ["sum(v[i])", 1, "arity", "sum takes an index and an expression; found 1 argument", "write sum(i, v[i])"],
  [
    "sum(x, v[i])",
    5,
    "not-an-index",
    "sum binds an index in its first argument; x is a variable",
    "write sum(i, …) with i declared under indices",
  ],
  [
    "max(x)",
    1,
    "arity",
    "max takes an index and an expression, or two values; found 1 argument",
    "write max(i, x[i]) or max(a, b)",
  ],
  [
    "softmax(i, v[i])",
    1,
    "subscript-count",
    "softmax is a vector; found it without a subscript",
    "write softmax(i, v[i])[i] with the index at which it is read",
  ],
  [
    "softmax(i)[j]",
    1,
    "arity",
    "softmax takes an index and an expression; found 1 argument",
    "write softmax(j, e)[i]",
  ],
  [
    "softmax(i, j, M[i,j])[i]",
    1,
    "subscript-count",
    "softmax binds one index and is read at one subscript",
    "write softmax(j, e)[i]; a guard is written softmax(j != k, e)[i]",
  ],
  [
    "tanh(v[i])[i]",
    1,
    "bad-subscript",
    "found subscripts after tanh(…); only softmax(j, e) and functions defined over indices take them",
    "define the value over an index and subscript its name",
  ],
  [
    "where(x, 1, 2)",
    7,
    "not-a-condition",
    "found x where a comparison was expected",
    "write where(a > b, e1, e2)",
  ],
  [
    "where(x > 1, 1)",
    1,
    "arity",
    "where takes a condition and two values; found 2 arguments",
    "write where(a > b, e1, e2)",
  ],
  ["delta[i]", 1, "arity", "delta takes two subscripts; found 1 argument", "write delta[i,j]"],
  [
    "delta[i,k]",
    9,
    "dimension-mismatch",
    "k runs over K, but i beside it runs over N",
    "use an index declared over N",
  ],
  [
    "integral(x, 0, 1, x)",
    10,
    "not-fresh",
    "the first argument of integral is a fresh name; x is declared already",
    "choose a name that is used nowhere else",
  ],
  [
    "integral(2, 0, 1, x)",
    10,
    "not-fresh",
    "the first argument of integral is a fresh name; found 2",
    "choose a name that is used nowhere else",
  ],
  [
    "integral(s, 0, 1)",
    1,
    "arity",
    "integral takes a variable, two bounds and an expression; found 3 arguments",
    "write integral(s, 0, x, e)",
  ],
  ["integral(s, 0, 1, s[i])", 19, "subscript-count", "s is a scalar here and takes no subscripts", "write s"],
  [
    "polygamma(x, 1)",
    11,
    "bad-order",
    "found x where the order, an integer from 0 to 100, was expected",
    "polygamma(0, x) is digamma(x)",
  ],
  [
    "v",
    1,
    "subscript-count",
    "v is a variable, over [i]; found 0 subscripts where 1 was expected",
    "write v[i]",
  ],
  [
    "M[i]",
    1,
    "subscript-count",
    "M is a variable, over [i,j]; found 1 subscript where 2 were expected",
    "write M[i,j]",
  ],
  [
    "x[i]",
    1,
    "subscript-count",
    "x is a variable, a scalar; found 1 subscript where 0 were expected",
    "write x",
  ],
  ["N[i]", 1, "subscript-count", "N is a dimension and takes no subscripts", "write N"],
  [
    "v[k]",
    3,
    "dimension-mismatch",
    "k runs over K, but the subscript of v runs over N",
    "use an index declared over N",
  ],
  [
    "v[0]",
    3,
    "symbolic-component",
    "found the component 0, but the subscript of v runs over N, which has no fixed size",
    "use an index over N, or declare the dimension as an integer",
  ],
  [
    "u[3]",
    3,
    "out-of-range",
    "the component 3 is out of range: the subscript of u has components 0 to 2",
    "components count from 0",
  ],
  [
    "u[-1]",
    3,
    "out-of-range",
    "the component -1 is out of range: the subscript of u has components 0 to 2",
    "components count from 0",
  ],
  [
    "v[x]",
    3,
    "bad-subscript",
    "the subscript x is not an index, an integer or a sum of them",
    "x is a variable; subscripts are indices",
  ],
  [
    "v[i*j]",
    3,
    "bad-subscript",
    "the subscript i*j is not an index, an integer or a sum of them",
    "subscripts look like i, 0, x + k, 2*x, mod(x + k, N)",
  ],
  [
    "v[i/2]",
    3,
    "bad-subscript",
    "the subscript i/2 is not an index, an integer or a sum of them",
    "subscripts look like i, 0, x + k, 2*x, mod(x + k, N)",
  ],
  [
    "v[mod(i, N) + 1]",
    3,
    "bad-subscript",
    "the subscript mod(i, N) is not an index, an integer or a sum of them",
    "mod(…) stands alone in a subscript: mod(x + k, N), not mod(x, N) + k",
  ],
  [
    "v[mod(i)]",
    3,
    "bad-subscript",
    "the subscript mod(i) is not an index, an integer or a sum of them",
    "mod takes an index expression and a dimension",
  ],
  [
    "v[mod(i, j)]",
    10,
    "bad-subscript",
    "the subscript j is not an index, an integer or a sum of them",
    "the second argument of mod is a dimension",
  ],
  [
    "sum(i, sum(i, v[i]))",
    12,
    "rebinding",
    "the index i is already bound here",
    "bind another index over the same dimension; in a guard the left name is bound: write k != i, not i != k",
  ],
];

test.each(ROWS)("%s", (text, column, code, message, hint) => {
  const [first] = errors(parseExpression(text, SCOPE));
  expect(first).toMatchObject({ code, message, span: { line: 1, column } });
  expect(first?.hint).toBe(hint);
});

test("subscripts count offsets of the text between their brackets", () => {
  const [first] = errors(parseExpression("v[mod(i, N) + 1]", SCOPE));
  expect(first?.span).toMatchObject({ start: 2, end: 11 });
});

test("a free index names what may be free, and proposes the sum", () => {
  const [first] = errors(parseExpression("v[i]^2/2", SCOPE, { over: [], what: "an energy" }));
  expect(first).toMatchObject({
    code: "free-index",
    message: "the index i is free here; an energy may leave none free",
    hint: "sum over it: sum(i, v[i]^2/2)",
    span: { column: 3 },
  });
});

test.each([
  ["x", "not-a-condition", "found x where a comparison was expected"],
  ["N < 1", "contradiction", "the condition N < 1 never holds"],
  ["x < q", "subscript-count", "q is a variable, over [k]; found 0 subscripts where 1 was expected"],
])("the condition %s", (text, code, message) => {
  expect(errors(parseCondition(text, SCOPE))[0]).toMatchObject({ code, message });
});

test("all faults of an expression are reported, in order", () => {
  const found = errors(parseExpression("foo + v[k]*bar\n - exp(x, y)", SCOPE));
  expect(found.map((e) => [e.code, e.span?.line, e.span?.column])).toEqual([
    ["unknown-name", 1, 1],
    ["dimension-mismatch", 1, 9],
    ["unknown-name", 1, 12],
    ["arity", 2, 4],
  ]);
});

test.each([
  ["too-long", "x + ".repeat(30_000)],
  ["too-long", Array.from({ length: 2_000 }, () => "1.234").join("+")],
  ["too-deep", "(".repeat(300)],
  ["too-deep", "-".repeat(300)],
  ["too-deep", "x^".repeat(300)],
  ["too-deep", "exp(".repeat(300)],
  ["too-deep", "v[".repeat(300)],
])("limits: %s", (code, text) => expect(errors(parseExpression(text, SCOPE))[0]?.code).toBe(code));
