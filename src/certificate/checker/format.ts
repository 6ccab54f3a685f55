/**
 * The certificate format, version 1: what a prover writes and the checker replays. Types only; everything is
 * plain JSON. Expressions are text of the model language (definitions expanded); numbers are decimal or
 * fraction text ("3/4", "-0.25"), read exactly. The checker recomputes every derivative, range and normal
 * form from this text; nothing that a certificate states about an expression is believed.
 */

export const FORMAT = "legendre-certificate/1";

/** A name: its indices and what is assumed of every entry. Bounds are numbers as text. */
export interface SymbolDeclaration {
  readonly over: readonly string[];
  readonly low?: string;
  readonly lowOpen?: boolean;
  readonly high?: string;
  readonly highOpen?: boolean;
  readonly integer?: boolean;
}

/** Everything an expression of the certificate may mention. Dimensions are at least 1. */
export interface Declarations {
  /** Index name → dimension, as text: "N_v", "4", "P + S - 1". */
  readonly indices: Readonly<Record<string, string>>;
  readonly symbols: Readonly<Record<string, SymbolDeclaration>>;
}

/**
 * A claim about `e` as a function of `variables` (all components of those symbols), for every value of the
 * other symbols that their declarations allow, for every dimension, on the set of all points that satisfy
 * `where` (comparisons, for all values of their free indices; the set must be convex for `convex`).
 */
export interface Claim {
  readonly kind: "convex" | "nonnegative" | "positive";
  readonly e: string;
  readonly variables: readonly string[];
  readonly where: readonly string[];
}

/** A proof of a claim. The premises' claims are computed by the checker from the rule and the claim. */
export type Proof =
  // -- convex ------------------------------------------------------------------------------------------
  /** Curvature, sign and monotonicity by composition rules over the expression tree. */
  | { readonly rule: "composition" }
  /** e equals `to` (normal forms agree); then `to` is convex (or nonnegative, positive). */
  | { readonly rule: "rewrite"; readonly to: string; readonly proof: Proof }
  /** e equals the sum of `parts`; each is convex (nonnegative). */
  | { readonly rule: "sum"; readonly parts: readonly string[]; readonly proofs: readonly Proof[] }
  /** e is Σ_i f(x_i) (+ terms affine in the variables); f is convex as a function of one scalar. */
  | { readonly rule: "separable"; readonly proofs: readonly Proof[] }
  /** One scalar variable on an interval: e is C² there and e″ is nonnegative. */
  | { readonly rule: "second-derivative"; readonly proof: Proof }
  /** One scalar variable: e is continuous, convex between the kinks, and e′ jumps upward at each. */
  | { readonly rule: "kinks"; readonly at: readonly string[]; readonly proofs: readonly Proof[] }
  /** At most 6 scalar components: every principal minor of the Hessian is nonnegative (order: by size, then lexicographic). */
  | { readonly rule: "hessian-minors"; readonly proofs: readonly Proof[] }
  /** Polynomial e: yᵀ∇²e y = zᵀ G z with z the monomials in variables and direction (names `d_x` …), G ⪰ 0 exactly. */
  | {
      readonly rule: "hessian-squares";
      readonly monomials: readonly string[];
      readonly gram: readonly (readonly string[])[];
    }
  /** Compact box: interval LDLᵀ (or Gershgorin) of the Hessian on every box of a bisection. */
  | { readonly rule: "hessian-boxes"; readonly depth: number }
  /** ∇²e = diag(a) − c b bᵀ or a bound by it: c·Σx² ∓ logsumexp and relatives, any dimension. */
  | { readonly rule: "popoviciu" }
  // -- nonnegative, positive ---------------------------------------------------------------------------
  /** Range analysis over the expression tree. */
  | { readonly rule: "range" }
  /** Univariate polynomial with rational coefficients: Sturm sequence on the interval. */
  | { readonly rule: "sturm" }
  /** Rational in t = exp(k·x) (also through tanh, cosh, sigmoid …): polynomial in t > 0, then Sturm. */
  | { readonly rule: "exponential"; readonly k: string }
  /** Polynomial: e = zᵀ G z, G ⪰ 0 exactly. */
  | {
      readonly rule: "squares";
      readonly monomials: readonly string[];
      readonly gram: readonly (readonly string[])[];
    }
  /** Compact box (from `where`): interval evaluation with centred forms on every box of a bisection; boxes outside the domain are left out. */
  | { readonly rule: "boxes"; readonly depth: number }
  /** The domain is cut at numbers of one variable; one proof a piece, from left to right. */
  | {
      readonly rule: "split";
      readonly variable: string;
      readonly at: readonly string[];
      readonly proofs: readonly Proof[];
    }
  /** An unbounded piece x ≥ r or x ≤ r: interval evaluation on the whole piece. */
  | { readonly rule: "interval" }
  /** e(a) = e′(a) = 0 exactly and e″ nonnegative on the domain, an interval that contains a. */
  | { readonly rule: "touches"; readonly at: string; readonly proof: Proof }
  /** e equals the product of `factors`; each is nonnegative (positive). */
  | { readonly rule: "product"; readonly factors: readonly string[]; readonly proofs: readonly Proof[] }
  /** e = (to − from)·(F(to) − F(from)), F a smooth function of the new name `variable` with F′ ≥ 0 between the ends. */
  | {
      readonly rule: "monotone-product";
      readonly variable: string;
      readonly function: string;
      readonly from: string;
      readonly to: string;
      readonly proof: Proof;
    }
  /** Proofs that variable − low ≥ 0 and high − variable ≥ 0 on the domain, then of the claim between these bounds. */
  | {
      readonly rule: "within";
      readonly variable: string;
      readonly low: string;
      readonly high: string;
      readonly proofs: readonly Proof[];
    }
  /** e(p) ≥ 0 and ∇e(p) = 0 at the point `at`, and e is convex on the box of the variables' bounds. */
  | {
      readonly rule: "minimum";
      readonly variables: readonly string[];
      readonly at: readonly string[];
      readonly proof: Proof;
    }
  /** e(a) ≥ 0 and e′ has the sign that moves away from a on the domain, an interval with end a (may be infinite: limit ≥ 0). */
  | { readonly rule: "monotone"; readonly from: string; readonly proof: Proof };

/** A point at which a claim fails. Values by variable name, nested by index; a scalar is one string. */
export interface Witness {
  /** Values of dimension names, of parameters, and of variables. */
  readonly dimensions: Readonly<Record<string, number>>;
  readonly values: Readonly<Record<string, NestedText>>;
  /** For `convex`: a direction over the variables. The claim fails because along it the chord lies below e: */
  readonly direction?: Readonly<Record<string, NestedText>>;
}

export type NestedText = string | readonly NestedText[];

/** What a certificate is about: an expression, or a model with one proof for each obligation. */
export type Certificate =
  | {
      readonly format: typeof FORMAT;
      readonly subject: "expression";
      readonly declarations: Declarations;
      readonly claim: Claim;
      readonly verdict: "proved";
      readonly proof: Proof;
    }
  | {
      readonly format: typeof FORMAT;
      readonly subject: "expression";
      readonly declarations: Declarations;
      readonly claim: Claim;
      readonly verdict: "refuted";
      /** convex: e(p) > (e(p − d) + e(p + d))/2 with p = values, d = direction; nonnegative: e(p) < 0. */
      readonly witness: Witness;
    }
  | ModelCertificate
  | StepCertificate
  | FlowCertificate;

/** A layered model as far as descent is concerned; the digest is SHA-256 of this object's canonical JSON. */
export interface ModelStatement {
  readonly name: string;
  readonly declarations: Declarations;
  /** Declared symbols that are constant in time: beside its own state, a Lagrangian may mention these only. */
  readonly parameters: readonly string[];
  /**
   * Declared symbols that are given functions of time, constant between switching times. Any other declared symbol is a
   * state or an activation: it moves and takes every real value.
   */
  readonly inputs: readonly string[];
  readonly layers: Readonly<
    Record<
      string,
      {
        readonly over: readonly string[];
        readonly lagrangian: string;
        readonly tau: string;
        readonly mobility?: string;
        readonly clamped?: string;
        /** True when the model declares a force in place of −∂U/∂g. */
        readonly forced: boolean;
      }
    >
  >;
}

export interface ModelCertificate {
  readonly format: typeof FORMAT;
  readonly subject: "model";
  readonly digest: string;
  readonly statement: ModelStatement;
  readonly verdict: "proved";
  /** By layer: a proof that its Lagrangian is convex on the whole space. */
  readonly convexity: Readonly<Record<string, Proof>>;
}

/** How a run is made of steps; docs/certificates.md says what each does. */
export type StepMethod = "alternating" | "one-sided" | "discrete-gradient";

/**
 * A layered model, U of its activations and a method of steps. An activation may have declared bounds, which the checker
 * verifies of ∇L. The digest is SHA-256 of this object's canonical JSON.
 */
export interface StepStatement {
  readonly name: string;
  readonly method: StepMethod;
  readonly declarations: Declarations;
  readonly parameters: readonly string[];
  readonly inputs: readonly string[];
  readonly layers: Readonly<Record<string, StepLayer>>;
  readonly potential: string;
}

export type StepLayer = ModelStatement["layers"][string] & { readonly activation: string };

/** That no step of the method raises the energy, at any step size. */
export interface StepCertificate {
  readonly format: typeof FORMAT;
  readonly subject: "step";
  readonly digest: string;
  readonly statement: StepStatement;
  readonly verdict: "proved";
  /** By layer: a proof that its Lagrangian is convex on the whole space. */
  readonly convexity: Readonly<Record<string, Proof>>;
  /** That −U is convex in all activations together; present exactly for the one-sided step. */
  readonly concavity?: Proof;
}

/**
 * States that move, and an energy of them. A state either has a rate dx/dt, or follows the gradient,
 * τ dx/dt = -(1 - clamped)·mobility·∂E/∂x. Claims hold where `where` does. The digest is SHA-256 of this object's
 * canonical JSON.
 */
export interface FlowStatement {
  readonly name: string;
  readonly declarations: Declarations;
  readonly energy: string;
  readonly where: readonly string[];
  readonly states: Readonly<
    Record<
      string,
      {
        readonly over: readonly string[];
        readonly rate?: string;
        readonly tau?: string;
        readonly mobility?: string;
        readonly clamped?: string;
      }
    >
  >;
}

/** A proof that dE/dt <= 0; records are by the name of the state, and texts over its indices. */
export type FlowProof =
  /** Every state follows the gradient; proofs that (1 - clamped)·mobility/τ is nonnegative. */
  | { readonly rule: "gradient"; readonly proofs: Readonly<Record<string, Proof>> }
  /** ∂E/∂x = -weight·dx/dt with nonnegative weights. */
  | {
      readonly rule: "dissipation";
      readonly weights: Readonly<Record<string, string>>;
      readonly proofs: Readonly<Record<string, Proof>>;
    }
  /** ∂E/∂x = gradient and dx/dt = -weight·gradient with nonnegative weights. */
  | {
      readonly rule: "force";
      readonly gradient: Readonly<Record<string, string>>;
      readonly weights: Readonly<Record<string, string>>;
      readonly proofs: Readonly<Record<string, Proof>>;
    }
  /** ∂E/∂x = gradient; a proof for every state that -gradient·dx/dt is nonnegative, for all its indices. */
  | {
      readonly rule: "components";
      readonly gradient: Readonly<Record<string, string>>;
      readonly proofs: Readonly<Record<string, Proof>>;
    }
  /** ∂E/∂x = -scale·∇²L dx/dt with L of all states, C² near the domain; a proof that it is convex on the whole space. */
  | {
      readonly rule: "lagrangian";
      readonly lagrangian: string;
      readonly scale: string;
      readonly proof: Proof;
    }
  /** A proof that -dE/dt, as the checker computes it, is nonnegative. */
  | { readonly rule: "rate"; readonly proof: Proof };

interface FlowCertificateHead {
  readonly format: typeof FORMAT;
  readonly subject: "flow";
  readonly digest: string;
  readonly statement: FlowStatement;
}

export type FlowCertificate = FlowCertificateHead &
  (
    | { readonly verdict: "proved"; readonly proof: FlowProof }
    /** A state at which dE/dt > 0. */
    | { readonly verdict: "refuted"; readonly witness: Witness }
  );
