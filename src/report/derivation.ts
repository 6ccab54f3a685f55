/** A theory comes in; the JSON document of `legendre derive` goes out. */
import type {
  Coupling,
  DualEnergy,
  Flow,
  Formula,
  Limit,
  Motion,
  Step,
  Theory,
} from "../derivation/index.js";
import { add, type Expr, showD } from "../index-notation/index.js";
import { type Notation, notationOf, type Printed } from "./notation.js";

/** A formula with the indices it is free in. */
export interface PrintedFormula extends Printed {
  readonly over: readonly string[];
}

export interface PrintedMotion extends PrintedFormula {
  /** The time constant; `text` is dx/dt, already divided by it. */
  readonly tau: Printed;
  /** dx/dt written with activations as well as states, as papers print it. */
  readonly paired: Printed;
}

export interface PrintedStep {
  readonly title: string;
  readonly because: string;
  readonly rules: readonly string[];
  readonly results: readonly (PrintedFormula & { readonly name: string })[];
}

export interface PrintedLimit {
  readonly fast: string;
  readonly explicit: boolean;
  readonly reason?: string;
  readonly stationary?: PrintedFormula;
  readonly energy?: Printed;
  readonly dynamics?: Readonly<Record<string, PrintedMotion>>;
  readonly dEdt?: Printed;
}

export interface PrintedCoupling {
  readonly layer: string;
  readonly hebbian: boolean;
  readonly memories?: string;
  readonly coupling: PrintedFormula;
  readonly selfInteraction: PrintedFormula;
  /** Energy without self-interaction minus energy with it. */
  readonly energyDifference: Printed;
  readonly driveWithout: PrintedFormula;
}

export interface PrintedLayer {
  readonly lagrangian: Printed;
  readonly activation: PrintedFormula;
  readonly hessian: PrintedFormula;
  readonly energy: Printed;
  /** The neuron energy of the activation alone, where it has a closed form, and the conditions under which it is finite. */
  readonly dual?: Printed & { readonly domain: readonly string[] };
}

/** What `legendre derive --json` prints; every `text` reads back with `indices` declared. */
export interface DerivationDocument {
  readonly model: string;
  readonly reference?: string;
  /** Declared indices and those the formulas need beside them, with their dimensions. */
  readonly indices: Readonly<Record<string, string>>;
  readonly layers: Readonly<Record<string, PrintedLayer>>;
  readonly energy?: Printed & { readonly paired: Printed };
  readonly dynamics: Readonly<Record<string, PrintedMotion>>;
  readonly dEdt?: Printed & { readonly total: Printed };
  readonly limits: readonly PrintedLimit[];
  readonly couplings: readonly PrintedCoupling[];
  readonly hebbian?: PrintedCoupling;
  /** −∂E/∂parameter at given activations. */
  readonly learning: Readonly<Record<string, PrintedFormula>>;
  readonly notes: readonly string[];
  readonly steps: readonly PrintedStep[];
}

/** Prints a theory; the same theory gives the same document. */
export function derivationDocument(
  theory: Theory,
  notation: Notation = notationOf(theory),
): DerivationDocument {
  const print = printers(notation);
  const { model } = theory;
  const layered = theory.kind === "layered" ? theory : undefined;
  const couplings = (layered?.couplings ?? []).map(print.coupling);
  const hebbian = couplings.find((c) => c.hebbian);
  const { energy, pairedEnergy, descent } = theory.full;
  const document = {
    model: model.name,
    ...(model.reference !== undefined && { reference: model.reference }),
    layers: Object.fromEntries([...(layered?.layers ?? [])].map(([name, l]) => [name, print.layer(l)])),
    ...(energy && { energy: { ...print.scalar(energy), paired: print.scalar(pairedEnergy ?? energy) } }),
    dynamics: print.dynamics(theory.full),
    ...(descent && {
      dEdt: { ...print.scalar(add(descent.terms.map((t) => t.form))), total: print.scalar(descent.total) },
    }),
    limits: theory.limits.map(print.limit),
    couplings,
    ...(hebbian && { hebbian }),
    learning: Object.fromEntries(
      (layered?.learning ?? []).map((r) => [r.parameter.name, print.formula(r.rule)]),
    ),
    notes: theory.notes,
    steps: theory.steps.map(print.step),
  };
  // Last, because printing may have invented index names.
  const indices = Object.fromEntries([...notation.indices.values()].map((i) => [i.name, showD(i.dim)]));
  return { ...document, indices };
}

type LayerFormulas = {
  lagrangian: Expr;
  activation: Formula;
  hessian: Formula;
  energy: Expr;
  dual?: DualEnergy;
};

function printers(notation: Notation) {
  const scalar = (e: Expr): Printed => notation.print({ over: [], expr: e });
  const formula = (f: Formula): PrintedFormula => ({ ...notation.print(f), over: f.over.map((i) => i.name) });
  const motion = (m: Motion): PrintedMotion => ({
    ...formula({ over: m.over, expr: m.rate }),
    tau: notation.print({ over: m.over, expr: m.tau }),
    paired: notation.print({ over: m.over, expr: m.paired }),
  });
  const dynamics = (flow: Flow): Record<string, PrintedMotion> =>
    Object.fromEntries([...flow.motions].map(([name, m]) => [name, motion(m)]));
  return {
    scalar,
    formula,
    dynamics,
    layer: (l: LayerFormulas): PrintedLayer => ({
      lagrangian: scalar(l.lagrangian),
      activation: formula(l.activation),
      hessian: formula(l.hessian),
      energy: scalar(l.energy),
      ...(l.dual && {
        dual: {
          ...scalar(l.dual.expr),
          domain: l.dual.domain.map((r) => `${scalar(r.left).text} ${r.op} ${scalar(r.right).text}`),
        },
      }),
    }),
    limit: (l: Limit): PrintedLimit => ({
      fast: l.fast,
      explicit: l.explicit,
      ...(l.reason !== undefined && { reason: l.reason }),
      ...(l.stationary && { stationary: formula(l.stationary) }),
      ...(l.flow?.energy && { energy: scalar(l.flow.energy) }),
      ...(l.flow && { dynamics: dynamics(l.flow) }),
      ...(l.flow?.descent && { dEdt: scalar(l.flow.descent.total) }),
    }),
    coupling: (c: Coupling): PrintedCoupling => ({
      layer: c.layer,
      hebbian: c.hebbian,
      ...(c.memories && { memories: c.memories.name }),
      coupling: formula(c.coupling),
      selfInteraction: formula(c.selfInteraction),
      energyDifference: scalar(c.energyDifference),
      driveWithout: formula(c.driveWithout),
    }),
    step: (s: Step): PrintedStep => ({
      title: s.title,
      because: s.because,
      rules: s.rules,
      results: s.results.map((r) => ({ name: r.name, ...formula(r.formula) })),
    }),
  };
}
