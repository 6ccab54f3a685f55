/**
 * The source of a YAML scalar and the text it denotes come in; for each character of the text its offset in
 * the source goes out, through quotes, escapes, folded lines and the indentation of blocks.
 */

const isSpace = (c: string | undefined): boolean => c === " " || c === "\t" || c === "\n" || c === "\r";

/** Length of the escape sequence that starts at a backslash. */
function escapeLength(source: string, at: number): number {
  const kind = source[at + 1];
  if (kind === "x") return 4;
  if (kind === "u") return 6;
  return kind === "U" ? 10 : 2;
}

/** Where the contents of a scalar begin: after its quote, or after the header line of a block. */
function contentStart(source: string): number {
  const first = source[0];
  if (first === '"' || first === "'") return 1;
  if (first !== "|" && first !== ">") return 0;
  const line = source.indexOf("\n");
  return line < 0 ? source.length : line + 1;
}

const skipSpace = (source: string, from: number): number => {
  let at = from;
  while (isSpace(source[at])) at++;
  return at;
};

/** A backslash at the end of a line joins it to the next, whose indentation does not count. */
function skipContinuations(source: string, from: number): number {
  let at = from;
  while (source[at] === "\\" && (source[at + 1] === "\n" || source[at + 1] === "\r"))
    at = skipSpace(source, at + 1);
  return at;
}

/** Offsets of the characters of `text` in `source`, with one more for its end. */
export function align(source: string, text: string): readonly number[] {
  const quote = source[0] === '"' || source[0] === "'" ? source[0] : undefined;
  const offsets: number[] = [];
  let at = contentStart(source);
  for (const c of text.split("")) {
    // A space or line end of the text stands for any run of white space; before other characters the
    // source may have indentation that the text has not.
    if (source[at] !== c && !isSpace(c)) at = skipSpace(source, at);
    if (quote === '"') at = skipContinuations(source, at);
    offsets.push(Math.min(at, source.length));
    if (quote === '"' && source[at] === "\\") at += escapeLength(source, at);
    else if (quote === "'" && c === "'") at += 2;
    else if (isSpace(c)) at = source[at] === c && c !== "\n" ? at + 1 : skipSpace(source, at);
    else at++;
  }
  offsets.push(Math.min(at, source.length));
  return offsets;
}
