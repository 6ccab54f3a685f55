/** `legendre check CERTIFICATE`: a certificate comes in, the word of the independent checker goes out. */

import { createReadStream } from "node:fs";
import type { Command } from "commander";
import { checkCertificate } from "../certificate/index.js";
import { refuse } from "../front/errors.js";

export function addCheck(root: Command): void {
  root
    .command("check")
    .description("replay a certificate with the checker, which shares no code with the search for proofs")
    .argument("<certificate>", "file written by --certificate, or - for standard input")
    .option("--json", "print one JSON document")
    .action(async (file: string, options: { json?: boolean }) => {
      const answer = checkCertificate(parsed(nameOf(file), await textOf(file)));
      const text = answer.accepted ? "accepted" : `rejected: ${onOneLine(answer.reason)}`;
      process.stdout.write(options.json ? `${JSON.stringify(answer, null, 2)}\n` : `${text}\n`);
      // 0 accepted, 1 rejected. What is no certificate at all is bad input: 2.
      process.exitCode = answer.accepted ? 0 : 1;
    });
}

const HINT = "give a file that `legendre verify` or `legendre convexity` wrote with --certificate FILE";

/** More than any certificate that the checker would read to its end. */
const MOST_MEGABYTES = 64;

const nameOf = (file: string): string => (file === "-" ? "standard input" : file);

/** Text of a stranger, safe on a terminal. */
const onOneLine = (text: string): string => text.replace(/\p{Cc}+/gu, " ");

async function textOf(file: string): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of file === "-" ? process.stdin : createReadStream(file)) {
      chunks.push(chunk as Buffer);
      bytes += (chunk as Buffer).length;
      if (bytes > MOST_MEGABYTES * 2 ** 20) break;
    }
  } catch (error) {
    return refuse("unreadable-certificate", unreadable(nameOf(file), error as NodeJS.ErrnoException), HINT);
  }
  if (bytes > MOST_MEGABYTES * 2 ** 20)
    return refuse(
      "bad-certificate",
      `${nameOf(file)} has more than ${MOST_MEGABYTES} MB: no certificate is as long`,
      HINT,
    );
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    return refuse("bad-certificate", `${nameOf(file)} is not UTF-8 text`, HINT);
  }
}

function unreadable(name: string, { code, message }: NodeJS.ErrnoException): string {
  if (code === "ENOENT") return `there is no file ${name}`;
  if (code === "EISDIR") return `${name} is a folder`;
  if (code === "EACCES") return `${name} may not be read`;
  return `${name} could not be read: ${message}`;
}

/** An object: whether it is a certificate, and of which version, is for the checker to say. */
function parsed(name: string, text: string): object {
  if (text.trim() === "") return refuse("bad-certificate", `${name} is empty`, HINT);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const reason = onOneLine((error as Error).message);
    return refuse("bad-certificate", `${name} is not JSON: ${reason}`, HINT);
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  return refuse("bad-certificate", `${name} holds no JSON object, as a certificate is`, HINT);
}
