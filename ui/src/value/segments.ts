/**
 * A value's text split into what can be read and what cannot be seen. Values come from anywhere:
 * a character that has no width, turns the direction of its neighbours, or passes for a blank is
 * shown by name, so that two values that look alike can be told apart.
 */

export interface Segment {
  /** What to show. */
  text: string;
  /** What the character is called; null for plain text. */
  mark: string | null;
}

const NAMES: Record<string, string> = {
  "\t": "tab",
  "\n": "line feed",
  "\r": "carriage return",
  "\u00a0": "no-break space",
  "\u00ad": "soft hyphen",
  "\u034f": "grapheme joiner",
  "\u061c": "Arabic letter mark",
  "\u115f": "Hangul filler",
  "\u1160": "Hangul filler",
  "\u1680": "Ogham space",
  "\u180e": "Mongolian vowel separator",
  "\u2000": "en quad",
  "\u2001": "em quad",
  "\u2002": "en space",
  "\u2003": "em space",
  "\u2004": "three-per-em space",
  "\u2005": "four-per-em space",
  "\u2006": "six-per-em space",
  "\u2007": "figure space",
  "\u2008": "punctuation space",
  "\u2009": "thin space",
  "\u200a": "hair space",
  "\u200b": "zero-width space",
  "\u200c": "zero-width non-joiner",
  "\u200d": "zero-width joiner",
  "\u200e": "left-to-right mark",
  "\u200f": "right-to-left mark",
  "\u2028": "line separator",
  "\u2029": "paragraph separator",
  "\u202a": "left-to-right embedding",
  "\u202b": "right-to-left embedding",
  "\u202c": "pop directional formatting",
  "\u202d": "left-to-right override",
  "\u202e": "right-to-left override",
  "\u202f": "narrow no-break space",
  "\u205f": "mathematical space",
  "\u2060": "word joiner",
  "\u2066": "left-to-right isolate",
  "\u2067": "right-to-left isolate",
  "\u2068": "first strong isolate",
  "\u2069": "pop directional isolate",
  "\u2800": "braille blank",
  "\u3000": "ideographic space",
  "\u3164": "Hangul filler",
  "\ufeff": "zero-width no-break space",
  "\uffa0": "Hangul filler",
};

const SHOWN: Record<string, string> = { "\t": "⇥", "\n": "⏎", "\r": "␍" };

/** A picture, its skin and how it is to be drawn. */
const EMOJI = "\\p{Extended_Pictographic}\\p{Emoji_Modifier}?[\\ufe0e\\ufe0f]?";

/**
 * Blanks at either end, blanks in a row, and everything without a shape of its own. A joiner or a
 * variation selector inside an emoji is part of that emoji and left alone.
 */
const UNSEEN = new RegExp(
  [
    `(?<emoji>${EMOJI}(?:\\u200d${EMOJI})*|[0-9#*]\\ufe0f\\u20e3)`,
    "(?<spaces>^ +| +$| {2,})",
    "(?<unseen>[\\p{C}\\p{Default_Ignorable_Code_Point}\\p{Zl}\\p{Zp}\\u2800]|(?! )\\p{Zs})",
  ].join("|"),
  "gu",
);

/** Which ends of the text are ends of the value; a single space elsewhere is no surprise. */
export interface Ends {
  start: boolean;
  end: boolean;
}

export function segments(text: string, ends: Ends = { start: true, end: true }): Segment[] {
  const found: Segment[] = [];
  let plain = 0;
  for (const match of text.matchAll(UNSEEN)) {
    if (match.groups?.emoji !== undefined) continue;
    if (match[0] === " " && isInside(match.index, text.length, ends)) continue;
    if (match.index > plain) found.push({ text: text.slice(plain, match.index), mark: null });
    found.push(marked(match[0]));
    plain = match.index + match[0].length;
  }
  if (plain < text.length) found.push({ text: text.slice(plain), mark: null });
  return found;
}

function isInside(index: number, length: number, ends: Ends): boolean {
  return !((index === 0 && ends.start) || (index === length - 1 && ends.end));
}

function marked(unseen: string): Segment {
  if (unseen.startsWith(" ")) {
    const mark = unseen.length === 1 ? "space" : `${unseen.length} spaces`;
    return { text: "·".repeat(unseen.length), mark };
  }
  const code = codePoint(unseen);
  return { text: SHOWN[unseen] ?? code, mark: NAMES[unseen] ?? code };
}

function codePoint(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
}

/** How null and empty are heard, so that neither is the text that reads so. */
export const NOTHING = { null: "null, no value", empty: "empty text" } as const;

/** The value as one line of plain words, for labels: what cannot be seen is named. */
export function spoken(text: string | null): string {
  if (text === null) return NOTHING.null;
  if (text === "") return NOTHING.empty;
  return segments(text)
    .map((segment) => (segment.mark === null ? segment.text : `[${segment.mark}]`))
    .join("");
}
