/**
 * How the checker says no: anything it cannot verify throws a Rejection with the reason, and `check.ts` turns it into an
 * answer. A function that returns has verified what its comment says, so that a forgotten result cannot accept.
 */
export class Rejection extends Error {}

export function reject(reason: string): never {
  throw new Rejection(reason);
}

/** Text of unknown length, cut for a message. */
export const shown = (text: string): string => (text.length <= 80 ? text : `${text.slice(0, 77)}...`);

/** The work that one certificate may cost, in steps that do not depend on the machine. */
export class Budget {
  #left: number;

  constructor(steps: number) {
    this.#left = steps;
  }

  spend(steps = 1): void {
    this.#left -= steps;
    if (!(this.#left >= 0)) reject("the certificate costs more steps than the checker allows");
  }
}
