/** A layer comes in; its activation, Hessian and neuron energy, derived from the Lagrangian, go out. */
import { differentiate } from "../calculus/index.js";
import { at, type Expr, mul, namingOf, printText, sub2, sum, TRUE } from "../index-notation/index.js";
import { type Diagnostic, fail, type Layer, ok, type Result } from "../model/index.js";
import { type DualEnergy, dualEnergyOf } from "./dual-energy.js";
import type { Journal } from "./journal.js";
import { kinkNotes } from "./kinks.js";
import { lagrangianOf } from "./lagrangian.js";
import type { Namer } from "./names.js";
import type { LayerTheory } from "./theory.js";

/**
 * g = ∇L, H = ∇²L, E_a = x·g − L (theory section 1; Krotov & Hopfield, arXiv 2008.06996, eqs 2–4).
 * Fails when the layer has no Lagrangian that this version can find.
 */
export function deriveLayer(layer: Layer, namer: Namer, journal: Journal): Result<LayerTheory> {
  const partners = namer.partners(layer.over);
  const generator = lagrangianOf(layer, partners);
  if (!generator.ok) return generator;
  const lagrangian = journal.simplify(generator.value);
  // What a found Lagrangian was verified against, or is the integral of, need not be differentiated back.
  const declared = layer.generator.kind === "activation" ? layer.generator.function : undefined;
  const activation = journal.formula(
    layer.over,
    declared ?? differentiate(lagrangian, layer.state, layer.over),
  );
  journal.step(`Activation of ${layer.name}`, "The activation is the gradient of the Lagrangian.", {
    [`L_${layer.name}`]: { over: [], expr: lagrangian },
    [layer.activation.name]: activation,
  });
  for (const note of kinkNotes(layer, lagrangian)) journal.note(note);
  const hessian = journal.formula(
    [...layer.over, ...partners],
    differentiate(activation.expr, layer.state, partners),
  );
  journal.step(
    `Hessian of ${layer.name}`,
    "The Hessian of the Lagrangian is the Jacobian of the activation.",
    {
      [`H_${layer.name}`]: hessian,
    },
  );
  const product = sum(layer.over, TRUE, mul([at(layer.state, layer.over), activation.expr]));
  const energy = journal.simplify(sub2(product, lagrangian));
  journal.step(
    `Neuron energy of ${layer.name}`,
    "The Legendre transform, written with the pair (x, g): no inverse of g is needed.",
    {
      [`E_${layer.name}`]: { over: [], expr: energy },
    },
  );
  const dual = dualEnergyOf(layer, lagrangian, activation.expr);
  if (dual !== undefined)
    journal.step(`Dual energy of ${layer.name}`, dualSentence(layer, dual), {
      [`L*_${layer.name}`]: { over: [], expr: dual.expr },
    });
  return ok({ layer, lagrangian, activation, hessian, energy, ...(dual && { dual }) });
}

function dualSentence(layer: Layer, { domain }: DualEnergy): string {
  const naming = namingOf(layer.over, []);
  const textOf = (e: Expr): string => printText(e, naming, e.free).text;
  const where = domain.map(({ op, left, right }) => `${textOf(left)} ${op} ${textOf(right)}`).join(", ");
  return `The neuron energy as a function of the activation alone, the convex conjugate of the Lagrangian${where === "" ? "" : `, finite where ${where}`}.`;
}

/** Collects the theories of all layers, or every diagnostic of those that fail. */
export function deriveLayers(
  layers: Iterable<Layer>,
  namer: Namer,
  journal: Journal,
): Result<Map<string, LayerTheory>> {
  const derived = new Map<string, LayerTheory>();
  const errors: Diagnostic[] = [];
  for (const layer of layers) {
    const theory = deriveLayer(layer, namer, journal);
    if (theory.ok) derived.set(layer.name, theory.value);
    else errors.push(...theory.errors);
  }
  return errors.length > 0 ? fail(...errors) : ok(derived);
}
