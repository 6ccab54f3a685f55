/** A reduced network comes in; couplings that do not depend on the state, and Hebb's rule among them, go out. */
import { differentiate } from "../calculus/index.js";
import {
  add,
  asIndex,
  at,
  type Expr,
  half,
  type Index,
  isZero,
  mul,
  open,
  renameIndices,
  square,
  sub2,
  sum,
  symbolsOf,
  type TensorSymbol,
  TRUE,
} from "../index-notation/index.js";
import type { Journal } from "./journal.js";
import type { Namer } from "./names.js";
import { forceOf, type Network, withStates } from "./network.js";
import type { Coupling, LayerTheory } from "./theory.js";

/** J = −∂²U/∂g∂g for every layer where it is constant and not zero (theory section 4). */
export function couplingsOf(network: Network, namer: Namer, journal: Journal): Coupling[] {
  const found: Coupling[] = [];
  for (const l of network.layers.values()) {
    const c = couplingOf(network, l, namer, journal);
    if (c !== undefined) found.push(c);
  }
  return found;
}

function couplingOf(
  network: Network,
  theory: LayerTheory,
  namer: Namer,
  journal: Journal,
): Coupling | undefined {
  const { layer } = theory;
  const { over, activation } = layer;
  const partners = namer.partners(over);
  const force = forceOf(network.potential, layer);
  const coupling = journal.formula([...over, ...partners], differentiate(force, activation, partners));
  const constant = [...symbolsOf(coupling.expr)].every((s) => s.role === "parameter");
  if (isZero(coupling.expr) || !constant) return undefined;
  const memories = gramFactor(offDiagonal(coupling.expr), over, partners);
  const self = journal.formula(over, renameIndices(coupling.expr, partners, over));
  const g = at(activation, over);
  const difference = mul([half, sum(over, TRUE, mul([self.expr, square(g)]))]);
  const drive = journal.formula(over, sub2(sub2(force, at(layer.state, over)), mul([self.expr, g])));
  warnOfAsymmetry(coupling.expr, over, partners, journal);
  return {
    layer: layer.name,
    coupling,
    hebbian: memories !== undefined,
    ...(memories !== undefined && { memories }),
    selfInteraction: self,
    energyDifference: journal.simplify(withStates(difference, network.layers.values())),
    driveWithout: drive,
  };
}

/** The coupling without the terms that stand on the diagonal only. */
function offDiagonal(e: Expr): Expr {
  const onDiagonal = (t: Expr): boolean =>
    (t.kind === "mul" ? t.factors : [t]).some((f) => f.kind === "delta");
  return add((e.kind === "add" ? e.terms : [e]).filter((t) => !onDiagonal(t)));
}

/** The Ξ in c·Σ_μ Ξ[μ,i]·Ξ[μ,j], with c free of i and j. */
function gramFactor(e: Expr, over: readonly Index[], partners: readonly Index[]): TensorSymbol | undefined {
  const factors = e.kind === "mul" ? e.factors : [e];
  const sums = factors.filter((f) => f.free.length > 0);
  const gram = sums[0];
  if (sums.length !== 1 || gram?.kind !== "binder" || gram.op !== "sum") return undefined;
  const { body } = open(gram);
  const pair =
    body.kind === "mul"
      ? body.factors.filter((f) => f.free.some((i) => [...over, ...partners].some((j) => j.key === i.key)))
      : [];
  const [a, b] = pair;
  if (pair.length !== 2 || a?.kind !== "tensor" || b?.kind !== "tensor" || a.symbol !== b.symbol)
    return undefined;
  const swapped = renameIndices(a, [...over, ...partners], [...partners, ...over]);
  return swapped === b ? a.symbol : undefined;
}

/** A quadratic form sees only the symmetric part of a matrix. */
function warnOfAsymmetry(
  coupling: Expr,
  over: readonly Index[],
  partners: readonly Index[],
  journal: Journal,
): void {
  if (over.length !== 1 || coupling.kind !== "add") return;
  for (const t of coupling.terms) {
    const tensors = (t.kind === "mul" ? t.factors : [t]).filter((f) => f.kind === "tensor");
    for (const f of tensors) {
      const both =
        f.kind === "tensor" &&
        f.subs.map((s) => asIndex(s)?.key).join() === [over[0]!.key, partners[0]!.key].join();
      if (f.kind === "tensor" && both && !f.symbol.symmetric)
        journal.note(
          `The energy sees only the symmetric part of ${f.symbol.name}: the coupling derived from it is (${f.symbol.name} + ${f.symbol.name}^T)/2 up to a factor. Declare symmetry in \`domain\` if it is meant.`,
        );
    }
  }
}
