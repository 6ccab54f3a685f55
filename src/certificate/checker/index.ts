/** The closed proof checker: a certificate comes in, accepted or the reason why not goes out. */
export { type Answer, checkCertificate } from "./check.js";
export { canonicalJson, sha256 } from "./digest.js";
export * from "./format.js";
