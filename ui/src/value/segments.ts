/**
 * A value's text split into visible and invisible parts. Values come from anywhere: a character
 * that has no width, turns the direction of its neighbours, or passes for a blank is shown by name,
 * so that two values that look alike can be told apart.
 */
import { words } from "../words";

export interface Segment {
  /** What to show. */
  text: string;
  /** The name of an invisible character; null for visible text. */
  mark: string | null;
  /** It is a line feed. */
  breaksLine?: boolean;
}

const SHOWN: Record<string, string> = { "\t": "⇥", "\n": "⏎", "\r": "␍" };

/** A picture, its skin and how it is to be drawn. */
const EMOJI = "\\p{Extended_Pictographic}\\p{Emoji_Modifier}?[\\ufe0e\\ufe0f]?";

/**
 * Blanks at either end, blanks in a row, and everything without a shape of its own. A joiner or a
 * variation selector inside an emoji is part of that emoji and left alone.
 */
const INVISIBLE = new RegExp(
  [
    `(?<emoji>${EMOJI}(?:\\u200d${EMOJI})*|[0-9#*]\\ufe0f\\u20e3)`,
    "(?<spaces>^ +| +$| {2,})",
    "(?<invisible>[\\p{C}\\p{Default_Ignorable_Code_Point}\\p{Zl}\\p{Zp}\\u2800]|(?! )\\p{Zs})",
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
  for (const match of text.matchAll(INVISIBLE)) {
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

function marked(invisible: string): Segment {
  if (invisible.startsWith(" ")) {
    const mark = words.value.spaces(invisible.length);
    return { text: "·".repeat(invisible.length), mark };
  }
  const code = codePoint(invisible);
  const mark = words.value.invisible[invisible] ?? code;
  return { text: SHOWN[invisible] ?? code, mark, breaksLine: invisible === "\n" };
}

function codePoint(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
}

/** The value as one line for labels that are read aloud: what is invisible is named. */
export function spoken(text: string | null): string {
  if (text === null) return words.value.spokenNull;
  if (text === "") return words.value.spokenEmpty;
  return segments(text)
    .map((segment) => (segment.mark === null ? segment.text : `[${segment.mark}]`))
    .join("");
}
