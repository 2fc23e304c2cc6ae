/** Completing the names of filters while one types them. */
import { words } from "../words";

export interface Completion {
  /** The name with the operator that it mostly has. */
  typed: string;
  means: string;
}

/** The term that is typed at a caret: where it begins, and what is there of it. */
function termAt(text: string, caret: number) {
  const before = text.slice(0, caret);
  const start = before.search(/\S*$/);
  return { start, term: before.slice(start).replace(/^-/, "") };
}

/** The names that go on what is typed at the caret; none behind an operator. */
export function completionsAt(text: string, caret: number): Completion[] {
  const { term } = termAt(text, caret);
  const wanted = term.toLowerCase();
  if (wanted === "" || !/^[a-z]+$/.test(wanted)) return [];
  return words.filters.typed.names
    .filter(([typed]) => typed.startsWith(wanted))
    .map(([typed, means]) => ({ typed, means }));
}

/** The text with the term at the caret completed, and where the caret is then. */
export function completed(text: string, caret: number, typed: string) {
  const { start, term } = termAt(text, caret);
  const from = caret - term.length;
  const end = Math.max(from, start) + typed.length;
  return { text: `${text.slice(0, from)}${typed}${text.slice(caret)}`, caret: end };
}
