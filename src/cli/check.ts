/** `legendre check CERTIFICATE`: a certificate comes in, the word of the independent checker goes out. */

import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { checkCertificate } from "../certificate/index.js";
import { refuse } from "../front/errors.js";

export function addCheck(root: Command): void {
  root
    .command("check")
    .description("replay a certificate with the checker, which shares no code with the search for proofs")
    .argument("<certificate>", "file written by --certificate, or - for standard input")
    .option("--json", "print one JSON document")
    .action((file: string, options: { json?: boolean }) => {
      const answer = checkCertificate(read(file));
      const text = answer.accepted ? "accepted" : `rejected: ${answer.reason}`;
      process.stdout.write(options.json ? `${JSON.stringify(answer, null, 2)}\n` : `${text}\n`);
      // Contract section 4: 0 accepted, 1 rejected.
      process.exitCode = answer.accepted ? 0 : 1;
    });
}

const HINT =
  "give a file that `legendre verify … --certificate FILE` or `legendre convexity … --certificate FILE` wrote";

function read(argument: string): unknown {
  const file = argument === "-" ? "standard input" : argument;
  let text: string;
  try {
    text = readFileSync(argument === "-" ? 0 : argument, "utf8");
  } catch (error) {
    return refuse("unreadable-certificate", `${file} could not be read: ${(error as Error).message}`, HINT);
  }
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    return refuse("bad-certificate", `${file} is not JSON: ${(error as Error).message}`, HINT);
  }
}
