/** A derived theory comes in; every obligation of energy descent, decided and printable, goes out. */
import {
  type Block,
  type Certificate,
  explain,
  type Obligation,
  type ProseFormat,
  promisesOf,
  prose,
  type StepMethod,
  type Verdict,
  verifySteps,
  verifyTheory,
} from "../certificate/index.js";
import type { Promises } from "../ode/index.js";
import type { Printed } from "../report/index.js";
import type { DerivedTheory } from "./theory.js";

/** What `legendre verify --json` prints. */
export interface Verification {
  readonly model: string;
  /** That of the obligation `descent`. */
  readonly verdict: Verdict;
  readonly obligations: readonly Obligation[];
  /** The energy, when it was found and not declared. */
  readonly energy?: Printed;
  readonly dEdt?: Printed;
  /** Of the descent or of the state at which it fails, accepted by the independent checker; absent where undecided, and for discrete states. */
  readonly certificate?: Certificate;
}

export interface VerifyOptions {
  /** Keep fast layers as dynamic ones. */
  readonly full?: boolean;
  /** Ask for the descent of a run made of steps of this method, at any step size and constant inputs. */
  readonly method?: StepMethod;
}

/** The obligations of the flow, then that of the steps, whose verdict and certificate are those of the answer. */
function ofSteps(
  flow: ReturnType<typeof verifyTheory>,
  theory: DerivedTheory,
  method: StepMethod,
  full: boolean,
): ReturnType<typeof verifyTheory> {
  const { verdict, because, certificate } = verifySteps(theory.theory, full, [method])[0]!;
  const { certificate: _, ...rest } = flow;
  const obligation = { name: `step:${method}`, verdict, method: because };
  return {
    ...rest,
    verdict,
    obligations: [...flow.obligations, obligation],
    ...(certificate && { certificate }),
  };
}

/** What `integrate` needs to refuse methods that can raise the energy: `integrate(field, { monotone: promises(theory) })`. */
export const promises = (theory: DerivedTheory, options: { full?: boolean } = {}): Promises =>
  promisesOf(theory.theory, options.full === true);

/**
 * Decides whether the energy of a model descends along its flow, for every dimension and every parameter that the
 * hypotheses allow: proved (with a certificate), refuted (with a state at which dE/dt > 0), or undecided. Of discrete
 * states it decides whether an update can raise the energy.
 * Theory: Krotov & Hopfield, arXiv 2008.06996; the reduced flow unless `full`.
 */
export function verify(theory: DerivedTheory, options: VerifyOptions = {}): Verification {
  const flow = verifyTheory(theory.theory, options.full === true);
  const found =
    options.method === undefined ? flow : ofSteps(flow, theory, options.method, options.full === true);
  const { verdict, obligations, energy, dEdt, certificate } = found;
  return {
    model: theory.model.name,
    verdict,
    obligations,
    ...(energy && { energy: theory.print(energy) }),
    ...(dEdt && { dEdt: theory.print(dEdt) }),
    ...(certificate && { certificate }),
  };
}

/**
 * The verdict as a person would write it: theorem and proof, or the state that refutes, then what follows or is missing,
 * obligation by obligation. Markdown with LaTeX formulas between `$`, or a LaTeX document (amsmath).
 */
export function explainVerification(v: Verification, format: ProseFormat): string {
  const items = v.obligations.map(
    (o) => `${o.name} (${o.verdict}): ${o.method}.${flatText(o)}${updateText(o)}`,
  );
  const display = (name: string, e: Printed | undefined): Block[] =>
    e === undefined ? [] : [{ kind: "display", latex: `${name} = ${e.latex}` }];
  const rest: Block[] = [
    // An energy that was found: a declared one stands in the theorem.
    ...display("E", v.energy),
    ...display("\\frac{\\mathrm{d}E}{\\mathrm{d}t}", v.dEdt),
    { kind: "statement", label: "Obligations", text: "Each is decided by itself." },
    { kind: "items", items },
  ];
  if (v.certificate !== undefined) return explain(v.certificate, format, rest);
  const open: Block = { kind: "statement", ...CONCLUSION[v.verdict] };
  return prose([{ kind: "title", text: v.model }, open, ...rest], format);
}

/** The state before an update and the one after it: what no certificate shows. */
function updateText({ counterexample: c }: Obligation): string {
  if (c?.next === undefined) return "";
  const list = (values: Readonly<Record<string, unknown>>): string =>
    Object.entries(values)
      .map(([n, v]) => `${n} = ${JSON.stringify(v).replaceAll('"', "").replaceAll(",", ", ")}`)
      .join(", ");
  return ` At ${list({ ...c.dimensions, ...c.values })}; then ${list(c.next)}.`;
}

/** Of verdicts without a certificate: proofs and refutations are then about updates of discrete states. */
const CONCLUSION: { readonly [V in Verdict]: { readonly label: string; readonly text: string } } = {
  proved: { label: "Theorem", text: "No update raises the energy." },
  refuted: { label: "Proposition", text: "An update can raise the energy." },
  undecided: {
    label: "Undecided",
    text: "Whether the energy descends was neither proved nor refuted.",
  },
};

const flatText = (o: Obligation): string =>
  (o.flatDirections ?? []).map((f) => ` Flat direction ${f.direction}: ${f.meaning}.`).join("");
