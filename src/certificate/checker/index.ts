/** The door of the checker: a certificate comes in, accepted or rejected with a reason goes out. */

/** Rejects everything until the rules are in place: the checker fails closed. */
export function checkCertificate(
  _certificate: unknown,
): { accepted: true } | { accepted: false; reason: string } {
  return { accepted: false, reason: "this version of the checker knows no rule yet" };
}
