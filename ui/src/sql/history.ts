/** The texts that were run, newest first. */

/** So many are kept. */
export const MOST_TEXTS = 50;

/** A text without its line breaks and indents, to be told from others at a glance. */
export function inLine(text: string): string {
  return text.trim().replaceAll(/\s+/g, " ");
}

/** The texts with one that was just run. */
export function withText(texts: readonly string[], text: string): string[] {
  const trimmed = text.trim();
  return [trimmed, ...texts.filter((other) => other !== trimmed)].slice(0, MOST_TEXTS);
}
