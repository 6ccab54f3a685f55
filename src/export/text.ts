/** Text of a user comes in; the same as a comment or a literal that cannot end early goes out. */

/** Longer names are cut in comments; metadata keeps them whole. */
const LONGEST = 80;

const escaped = (c: string): string => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`;

/** Letters, digits and harmless signs on one line: ends no comment in C, JavaScript or Python. */
export function commentText(text: string): string {
  const short = text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}~` : text;
  return short.replace(/[^A-Za-z0-9 _.,:;()[\]+\-=<>&~/]/g, escaped).replace(/\/\//g, "/ /");
}

/** A JSON string in ASCII: also a string literal of JavaScript and of Python. */
export const stringLiteral = (text: string): string => JSON.stringify(text).replace(/[^\x20-\x7e]/g, escaped);

/** A JSON document in ASCII. */
export const asciiJson = (value: unknown, indent = 2): string =>
  JSON.stringify(value, null, indent).replace(/[^\n\x20-\x7e]/g, escaped);
