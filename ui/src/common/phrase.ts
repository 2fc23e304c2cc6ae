/** The texts of `words/` that are more than plain: what stands between markup and gaps. */

export interface Piece {
  /** `gap` is filled by whoever shows the text; its `text` is the name of what fills it. */
  kind: "text" | "strong" | "key" | "gap";
  text: string;
}

const MARKED = /\*\*(?<strong>.+?)\*\*|`(?<key>.+?)`|\{(?<gap>\w+)\}/g;

/** Splits `**strong**`, `` `key` `` and `{gap}` from the text around them. */
export function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const match of text.matchAll(MARKED)) {
    if (match.index > end) pieces.push({ kind: "text", text: text.slice(end, match.index) });
    const { strong, key, gap } = match.groups ?? {};
    if (strong !== undefined) pieces.push({ kind: "strong", text: strong });
    else if (key !== undefined) pieces.push({ kind: "key", text: key });
    else pieces.push({ kind: "gap", text: gap ?? "" });
    end = match.index + match[0].length;
  }
  if (end < text.length) pieces.push({ kind: "text", text: text.slice(end) });
  return pieces;
}
