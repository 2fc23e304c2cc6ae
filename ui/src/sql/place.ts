/** Where in a text an error is. */

export interface Place {
  from: number;
  to: number;
}

/** A name, a number, a text between quotes or a sign. */
const TOKEN = /^(?:[\p{L}_][\p{L}\p{N}_]*|\d[\w.]*|'[^'\n]*'?|"[^"\n]*"?|[^\s])/u;

/** The token at a line and a column, both from 1 and counted in characters; null if there is none. */
export function placeOf(text: string, line: number | null, column: number | null): Place | null {
  if (line === null || column === null) return null;
  const lines = text.split("\n");
  const found = lines[line - 1];
  if (found === undefined) return null;
  const start = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  const from = start + [...found].slice(0, column - 1).join("").length;
  const token = TOKEN.exec(text.slice(from))?.[0] ?? "";
  // At the end of the text the last character is marked.
  return token === ""
    ? { from: Math.max(0, from - 1), to: from }
    : { from, to: from + token.length };
}
