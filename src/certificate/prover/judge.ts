/** Claims and proofs come in; the checker's word goes out. Each question is asked once, and only so many. */

import type { Expr, TensorSymbol } from "../../index-notation/index.js";
import type { Certificate, Claim, Proof } from "../checker/format.js";
import { checkCertificate } from "../checker/index.js";
import { Writer } from "./claim.js";
import type { Judge } from "./strategies/index.js";

/** Questions to the checker before a search gives up: a limit that does not depend on the machine. */
const MAX_QUESTIONS = 400;

export class CheckerJudge implements Judge {
  readonly #known = new Map<string, boolean>();
  #left = MAX_QUESTIONS;

  constructor(readonly writer: Writer) {}

  get exhausted(): boolean {
    return this.#left <= 0;
  }

  accepts(claim: Claim, proof: Proof): boolean {
    return this.#ask(JSON.stringify([claim, proof]), () => this.writer.proved(claim, proof));
  }

  acceptsScalar(e: Expr, x: TensorSymbol, proof: Proof): boolean {
    const writer = new Writer({ expression: e, variables: [x], where: [], indices: [] });
    const claim = writer.claim(1);
    return this.#ask(JSON.stringify([claim, x.key, proof]), () => writer.proved(claim, proof));
  }

  #ask(key: string, certificate: () => Certificate): boolean {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const answer = this.#left-- > 0 && this.confirms(certificate());
    this.#known.set(key, answer);
    return answer;
  }

  /** Also for witnesses. */
  confirms(certificate: Certificate): boolean {
    return checkCertificate(certificate).accepted;
  }
}
