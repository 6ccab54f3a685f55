/** Claims and proofs come in; the checker's word goes out. Each question is asked once, and only so many. */
import { checkCertificate } from "../checker/index.js";
import type { Certificate, Claim, Proof } from "../checker/format.js";
import type { Writer } from "./claim.js";
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
    const key = JSON.stringify([claim, proof]);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const answer = this.#left-- > 0 && this.confirms(this.writer.proved(claim, proof));
    this.#known.set(key, answer);
    return answer;
  }

  /** Also for witnesses. */
  confirms(certificate: Certificate): boolean {
    return checkCertificate(certificate).accepted;
  }
}
