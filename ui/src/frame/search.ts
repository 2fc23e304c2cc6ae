/** The one search box, for keys that lead to it. */
export const SEARCH_ID = "search";

export function focusSearch(): void {
  const box = document.getElementById(SEARCH_ID);
  if (!(box instanceof HTMLInputElement)) return;
  box.focus();
  box.select();
}

/** What only a query has: operators, quotes, or the sign before a filter that is switched off. */
const QUERY_SIGN = /[=:~<>"]|^-/;
/** What stands between the name and the value of a filter. */
const OPERATOR = /[=~^<>]/;
const MAX_WORDS = 8;

/** The different words of a text that nobody wrote as a query; empty for one word, and for a query. */
export function wordsOf(text: string): string[] {
  const words = text.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word));
  if (words.length < 2 || QUERY_SIGN.test(text.trim())) return [];
  return [...new Set(words)].slice(0, MAX_WORDS);
}

/** Whether a text may be a filter that somebody wrote. */
export function mayBeFilter(text: string): boolean {
  return OPERATOR.test(text);
}
