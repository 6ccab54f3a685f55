/** A declared name comes in; its typographic parts go out: a Greek or Latin base and the marks it carries. */

/** `tau_h` is tau with the mark h, `x1` is x with the mark 1, `seen` is a word. */
export interface MathName {
  readonly base: string;
  readonly marks: readonly string[];
}

export function mathName(name: string): MathName {
  const [head = name, ...rest] = name.split("_").filter((part) => part !== "");
  const numbered = /^([A-Za-z]+?)(\d+)$/.exec(head);
  return numbered === null
    ? { base: head, marks: rest }
    : { base: numbered[1]!, marks: [numbered[2]!, ...rest] };
}

/** Greek names and the characters they stand for; the LaTeX macro is the name unless MACROS says otherwise. */
export const GREEK: Readonly<Record<string, string>> = Object.assign(Object.create(null), {
  alpha: "α",
  beta: "β",
  gamma: "γ",
  delta: "δ",
  epsilon: "ϵ",
  eps: "ε",
  zeta: "ζ",
  eta: "η",
  theta: "θ",
  iota: "ι",
  kappa: "κ",
  lambda: "λ",
  mu: "μ",
  nu: "ν",
  xi: "ξ",
  pi: "π",
  rho: "ρ",
  sigma: "σ",
  tau: "τ",
  upsilon: "υ",
  phi: "ϕ",
  chi: "χ",
  psi: "ψ",
  omega: "ω",
  Gamma: "Γ",
  Delta: "Δ",
  Theta: "Θ",
  Lambda: "Λ",
  Xi: "Ξ",
  Pi: "Π",
  Sigma: "Σ",
  Upsilon: "Υ",
  Phi: "Φ",
  Psi: "Ψ",
  Omega: "Ω",
});

export const MACROS: Readonly<Record<string, string>> = Object.assign(Object.create(null), {
  eps: "\\varepsilon",
});

export const isLetter = (s: string): boolean => /^[A-Za-z]$/.test(s) || GREEK[s] !== undefined;
