/**
 * A flow and what is known of its energy come in; the obligations `bounded-trajectories` and `convergence` go out
 * (theory section 2, item 3). Neither is inferred from a constant energy.
 */
import type {
  Flow,
  LayeredTheory,
  LayerTheory,
  Motion,
  StateTheory,
  Theory,
} from "../../derivation/index.js";
import { inStates } from "../../derivation/index.js";
import {
  add,
  at,
  children,
  type Expr,
  isNonNegative,
  isPositive,
  type Node,
  symbolsOf,
  type TensorSymbol,
} from "../../index-notation/index.js";
import { simplify } from "../../rewrite/index.js";
import type { Obligation } from "../verify.js";
import { growthIn, hasBoundedActivation, isTotal } from "./bounded.js";
import { strictnessOf } from "./hessian.js";
import { stateCoercive } from "./scalar-bound.js";

/** What follows from obligations that are already decided; nothing where nothing moves. */
export function trajectoryObligations(
  theory: Theory,
  flow: Flow,
  decided: readonly Obligation[],
): readonly Obligation[] {
  if (flow.motions.size === 0) return [];
  const argument =
    theory.kind === "layered" ? layeredBounded(theory, flow, decided) : statesBounded(theory, flow, decided);
  const bounded: Obligation =
    argument === undefined
      ? {
          name: BOUNDED,
          verdict: "undecided",
          method: "neither bounded feedback nor a coercive energy that descends is shown",
        }
      : { name: BOUNDED, verdict: "proved", method: argument };
  return [bounded, convergence(theory, flow, [...decided, bounded])];
}

const BOUNDED = "bounded-trajectories";

const isProved = (list: readonly Obligation[], prefix: string): boolean => {
  const found = list.filter((o) => o.name === prefix || o.name.startsWith(`${prefix}:`));
  return found.length > 0 && found.every((o) => o.verdict === "proved");
};

// ---- bounded trajectories ---------------------------------------------------------------------------------

function layeredBounded(
  theory: LayeredTheory,
  flow: Flow,
  decided: readonly Obligation[],
): string | undefined {
  const motions = [...flow.motions.values()];
  const layers = [...flow.motions.keys()].map((n) => theory.layers.get(n)!);
  const states = motions.map((m) => m.state);
  const activations = layers.map((l) => l.layer.activation);
  const convex = (l: LayerTheory): boolean => isProved(decided, `convexity:${l.layer.name}`);
  const open = layers.filter((l) => !(convex(l) && hasBoundedActivation(l))).map((l) => l.layer.activation);
  if (!motions.every((m) => pullsBack(theory, flow, m))) return undefined;
  const feedback = motions.map((m) => simplify(add([m.drive, at(m.state, m.over)])));
  if (!feedback.every(isTotal)) return undefined;
  const growth = (unbounded: readonly TensorSymbol[]): readonly (number | undefined)[] =>
    feedback.map((f) =>
      growthIn(
        f,
        new Set([...states, ...unbounded]),
        new Set(activations.filter((g) => !unbounded.includes(g))),
      ),
    );
  if (growth(open).every((d) => d === 0))
    return "the feedback F is bounded on the range of the activations, so that |x(t)| is at most the larger of |x(0)| and sup |F| in every component";
  const isCoercive =
    isProved(decided, "descent") &&
    isProved(decided, "bounded-below") &&
    layers.every((l) => convex(l) && isTotal(l.lagrangian));
  if (isCoercive && growth([]).every((d) => d === 0))
    return "energy descends and outgrows every bound of the activations, as the conjugate of a Lagrangian that is finite everywhere grows faster than |g|; feedback at bounded activations is bounded, and so are the states";
  return undefined;
}

/** τ dx/dt = M(−x + F) with τ > 0 and M ≥ 0 in every unit; what is clamped stays. */
const pullsBack = (theory: LayeredTheory, flow: Flow, m: Motion): boolean =>
  isPositive(m.tau) &&
  (m.mobility === undefined || isNonNegative(inStates(theory, m.mobility, flow === theory.full)));

function statesBounded(theory: StateTheory, flow: Flow, decided: readonly Obligation[]): string | undefined {
  if (flow.energy === undefined || !isProved(decided, "descent")) return undefined;
  const motions = [...flow.motions.values()];
  if (restrictsStates(theory)) return undefined;
  return stateCoercive(flow.energy, new Map(motions.map((m) => [m.state, m.over])))
    ? "energy descends and grows without bound in every direction: a trajectory stays in the compact set where E is at most its initial value"
    : undefined;
}

// ---- convergence ------------------------------------------------------------------------------------------

const LASALLE =
  "every trajectory approaches the set of equilibria: its limit set is not empty, connected, and consists of equilibria (LaSalle 1960)";
const LOJASIEWICZ =
  "every trajectory converges to one equilibrium: energy and Lagrangians are analytic (Łojasiewicz 1963; Absil, Mahony & Andrews 2005)";

function convergence(theory: Theory, flow: Flow, decided: readonly Obligation[]): Obligation {
  const name = "convergence";
  const missing = ["descent", BOUNDED].filter((o) => !isProved(decided, o));
  if (missing.length > 0) return { name, verdict: "undecided", method: `not shown: ${missing.join(", ")}` };
  const objection = theory.kind === "layered" ? layeredObjection(theory, flow) : stateObjection(theory, flow);
  if (objection !== undefined) return { name, verdict: "undecided", method: objection };
  return { name, verdict: "proved", method: isSingle(theory, flow) ? LOJASIEWICZ : LASALLE };
}

/** What LaSalle's argument for layers needs beyond descent: theory section 2, item 3. */
function layeredObjection(theory: LayeredTheory, flow: Flow): string | undefined {
  const motions = [...flow.motions];
  if (motions.some(([, m]) => m.mobility !== undefined || m.clamped !== undefined))
    return "with a mobility or clamped units, motion can stop where the drive does not vanish";
  if (motions.some(([, m]) => m.tau.free.length > 0))
    return "one time constant for each layer is needed for constant activations to mean equilibria";
  if (restrictsStates(theory)) return RESTRICTED;
  const isForced = (name: string): boolean =>
    theory.layers.get(name)!.layer.force !== undefined && !theory.gradientForces.has(name);
  if (motions.some(([n]) => isForced(n))) return "a declared force is not the derivative of the potential";
  const parts = [
    ...motions.map(([n]) => theory.layers.get(n)!.activation.expr),
    ...motions.map(([, m]) => m.drive),
  ];
  return parts.every(isLipschitz)
    ? undefined
    : "activations and forces are not shown to be locally Lipschitz";
}

function stateObjection(theory: StateTheory, flow: Flow): string | undefined {
  if (theory.model.domain.some((d) => d.about === "states"))
    return "claims are restricted to a set of states";
  if (flow.descent?.terms.some((t) => t.shape !== "quadratic"))
    return "the dynamics are not the gradient flow of the energy: where dE/dt vanishes is not decided";
  return [...flow.motions.values()].every((m) => isLipschitz(m.rate))
    ? undefined
    : "the dynamics are not shown to be locally Lipschitz";
}

const RESTRICTED = "claims are restricted to a set of states, which a trajectory may leave";

const restrictsStates = (theory: Theory): boolean => theory.model.domain.some((d) => d.about === "states");

/** H ≻ 0 everywhere, or the softmax whose kernel is the common shift everywhere; and everything analytic. */
function isSingle(theory: Theory, flow: Flow): boolean {
  const rates = [...flow.motions.values()].every((m) => isAnalytic(m.rate));
  if (theory.kind === "state") return rates && isAnalytic(flow.energy!);
  const layers = [...flow.motions.keys()].map((n) => theory.layers.get(n)!);
  const hasConstantKernel = (l: LayerTheory): boolean => strictnessOf(l).strict || isSoftmax(l);
  return (
    rates && isAnalytic(flow.energy!) && layers.every((l) => isAnalytic(l.lagrangian) && hasConstantKernel(l))
  );
}

/** k·logsumexp(c·x) over all units, with positive numbers k and c. */
function isSoftmax({ lagrangian, layer }: LayerTheory): boolean {
  const factors = lagrangian.kind === "mul" ? lagrangian.factors : [lagrangian];
  const isLse = (f: Expr): f is Node<"binder"> => f.kind === "binder" && f.op === "logsumexp";
  const lse = factors.find(isLse);
  if (lse === undefined || lse.indices.length !== layer.over.length || lse.guard.all.length > 0) return false;
  const inner = lse.body.kind === "mul" ? lse.body.factors : [lse.body];
  const own = inner.filter((f) => f.kind === "tensor" && f.symbol === layer.state);
  const rest = [...inner.filter((f) => !own.includes(f)), ...factors.filter((f) => f !== lse)];
  return own.length === 1 && rest.every((f) => isPositive(f) && f.free.length === 0 && isFixed(f));
}

const isFixed = (e: Expr): boolean =>
  [...symbolsOf(e)].every((s) => s.role === "parameter" || s.role === "input");

const JUMPS: ReadonlySet<string> = new Set(["sign", "step"]);
const KINKS: ReadonlySet<string> = new Set([...JUMPS, "abs", "relu"]);

/** Locally Lipschitz for all values, as far as its functions tell. */
function isLipschitz(e: Expr): boolean {
  if (isFixed(e)) return true;
  if (e.kind === "unary" && JUMPS.has(e.fn)) return false;
  if (e.kind === "where" || e.kind === "integral" || e.kind === "root") return false;
  if (e.kind === "power" && !isRegularPower(e, 1)) return false;
  return isTotal(e) && children(e).every(isLipschitz);
}

/** Real analytic for all values, as far as its functions tell. */
function isAnalytic(e: Expr): boolean {
  if (isFixed(e)) return true;
  if (e.kind === "unary" && KINKS.has(e.fn)) return false;
  if (e.kind === "where" || e.kind === "integral" || e.kind === "root" || e.kind === "extremum") return false;
  if (e.kind === "binder" && (e.op === "max" || e.op === "min")) return false;
  if (e.kind === "power" && !isRegularPower(e, Number.POSITIVE_INFINITY)) return false;
  return isTotal(e) && children(e).every(isAnalytic);
}

/** A whole power, a positive base, or a nonnegative base to a power of at least `least`. */
function isRegularPower({ base, exponent }: Node<"power">, least: number): boolean {
  if (isPositive(base)) return true;
  if (exponent.kind !== "number") return false;
  const { n, d } = exponent.value;
  return (d === 1n && n >= 0n) || (isNonNegative(base) && Number(n) / Number(d) >= least);
}
