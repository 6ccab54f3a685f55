/** A derived theory comes in; every obligation of energy descent, decided and printable, goes out. */
import { type Certificate, type Obligation, type Verdict, verifyTheory } from "../certificate/index.js";
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
  /** Accepted by the independent checker; present exactly when descent is proved. */
  readonly certificate?: Certificate;
}

/**
 * Decides whether the energy of a model descends along its flow, for every dimension and every parameter that the
 * hypotheses allow: proved (with a certificate), refuted (with a state at which dE/dt > 0), or undecided.
 * Theory: Krotov & Hopfield, arXiv 2008.06996; the reduced flow unless `full`.
 */
export function verify(theory: DerivedTheory, options: { full?: boolean } = {}): Verification {
  const found = verifyTheory(theory.theory, options.full === true);
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
