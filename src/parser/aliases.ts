/**
 * What the language reads besides ASCII, and what it answers to other characters and to names from other
 * tools: fixed tables, so that every spelling has one meaning.
 */

/** Greek letters, in any position of a name: `τ_h` is `tau_h`, `π` is `pi`. */
export const GREEK: ReadonlyMap<string, string> = new Map(
  [
    ["α", "alpha"],
    ["β", "beta"],
    ["γ", "gamma"],
    ["δ", "delta"],
    ["ε", "epsilon"],
    ["ϵ", "epsilon"],
    ["ζ", "zeta"],
    ["η", "eta"],
    ["θ", "theta"],
    ["ϑ", "theta"],
    ["ι", "iota"],
    ["κ", "kappa"],
    ["λ", "lambda"],
    ["μ", "mu"],
    ["\u00b5", "mu"],
    ["ν", "nu"],
    ["ξ", "xi"],
    ["ο", "omicron"],
    ["π", "pi"],
    ["ρ", "rho"],
    ["σ", "sigma"],
    ["τ", "tau"],
    ["υ", "upsilon"],
    ["φ", "phi"],
    ["ϕ", "phi"],
    ["χ", "chi"],
    ["ψ", "psi"],
    ["ω", "omega"],
    ["Γ", "Gamma"],
    ["Δ", "Delta"],
    ["Θ", "Theta"],
    ["Λ", "Lambda"],
    ["Ξ", "Xi"],
    ["Π", "Pi"],
    ["Σ", "Sigma"],
    ["Υ", "Upsilon"],
    ["Φ", "Phi"],
    ["Ψ", "Psi"],
    ["Ω", "Omega"],
  ].map(([letter, name]) => [letter!, name!]),
);

const letters = [...GREEK.keys()].join("");

/** A name as it may be written; sticky, for the lexer. */
export const NAME = new RegExp(`[A-Za-z_${letters}][A-Za-z0-9_${letters}]*`, "y");
const WHOLE_NAME = new RegExp(`^[A-Za-z_${letters}][A-Za-z0-9_${letters}]*$`);

/** The ASCII spelling of a name, or undefined when the text is none. */
export function asName(text: string): string | undefined {
  if (!WHOLE_NAME.test(text)) return undefined;
  return [...text].map((c) => GREEK.get(c) ?? c).join("");
}

/** Operators that may also be written so. */
export const OPERATORS: ReadonlyMap<string, string> = new Map([
  ["·", "*"],
  ["⋅", "*"],
  ["−", "-"],
  ["≤", "<="],
  ["≥", ">="],
  ["≠", "!="],
]);

const ADVICE: ReadonlyMap<string, string> = new Map([
  ["×", "write *"],
  ["÷", "write /"],
  ["–", "write - (this is a dash)"],
  ["—", "write - (this is a dash)"],
  ["√", "write sqrt(x)"],
  ["∑", "write sum(i, …)"],
  ["∏", "write prod(i, …)"],
  ["∫", "write integral(s, a, b, …)"],
  ["∞", "infinity is not a number of the language; leave the condition out"],
  ["½", "write 1/2"],
  ["¼", "write 1/4"],
  ["¾", "write 3/4"],
  ["∈", "conditions compare with < <= > >= = !="],
  ["∧", "write two conditions, separated by a comma"],
  ["&", "write two conditions, separated by a comma"],
  ["|", "write abs(x)"],
  ["!", "write != for 'different'"],
  ["{", "write parentheses ( )"],
  ["}", "write parentheses ( )"],
  ["%", "write mod(i + 1, N), in a subscript"],
  ["\\", "write names plainly: beta, not \\beta"],
  ["'", "name a quantity with letters, digits and underscores"],
  ["@", "write the sum: sum(j, W[i,j]*g[j])"],
]);

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉";

/** What to write instead of a character that the language does not have. */
export function adviceFor(character: string): string {
  const up = SUPERSCRIPTS.indexOf(character);
  if (up >= 0) return `write ^${up}`;
  const down = SUBSCRIPTS.indexOf(character);
  if (down >= 0) return `write the digit in the name or as a subscript: x${down} or x[${down}]`;
  return ADVICE.get(character) ?? "write plain ASCII; Greek letters and · − ≤ ≥ ≠ are read as well";
}

/** Functions under the names other tools give them. */
export const NICKNAMES: ReadonlyMap<string, string> = new Map([
  ["ln", "log(x)"],
  ["log2", "log(x)/log(2)"],
  ["log10", "log(x)/log(10)"],
  ["log1p", "log(1 + x)"],
  ["lse", "logsumexp(i, e)"],
  ["arcsin", "asin(x)"],
  ["arccos", "acos(x)"],
  ["arctan", "atan(x)"],
  ["arcsinh", "asinh(x)"],
  ["arccosh", "acosh(x)"],
  ["arctanh", "atanh(x)"],
  ["expit", "sigmoid(x)"],
  ["logistic", "sigmoid(x)"],
  ["heaviside", "step(x)"],
  ["theta", "step(x)"],
  ["sgn", "sign(x)"],
  ["pow", "x^n"],
  ["mean", "sum(i, e)/N"],
  ["norm", "sqrt(sum(i, x[i]^2))"],
  ["dot", "sum(i, a[i]*b[i])"],
  ["loggamma", "lgamma(x)"],
  ["product", "prod(i, e)"],
  ["maximum", "max(a, b)"],
  ["minimum", "min(a, b)"],
  ["if", "where(a > b, e1, e2)"],
]);
