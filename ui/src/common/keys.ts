/** Which keys move in a list, and when they may. */

const TYPED_INTO = "input, textarea, select, [contenteditable=true]";

/** Whether a key belongs to a field that text is typed into. */
export function isTyping(event: KeyboardEvent): boolean {
  const target = event.target;
  return target instanceof Element && target.closest(TYPED_INTO) !== null;
}

/** Whether a key or a click is meant for a new window. */
export function isForNewWindow(event: KeyboardEvent | MouseEvent): boolean {
  return event.ctrlKey || event.metaKey;
}

/**
 * Whether a key may act on the list although the focus is not in it: letters from anywhere but a
 * field, the others only where nothing has the focus, since they scroll what has it.
 */
export function actsOutsideList(event: KeyboardEvent): boolean {
  if (isTyping(event) || document.querySelector("dialog[open]") !== null) return false;
  return event.key === "j" || event.key === "k" || event.target === document.body;
}

/** By how many rows a key moves, where `page` rows fit on screen; null if it moves nothing. */
export function rowDelta(event: KeyboardEvent, page: number): number | null {
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  const deltas = new Map([
    ["j", 1],
    ["ArrowDown", 1],
    ["k", -1],
    ["ArrowUp", -1],
    ["PageDown", page],
    ["PageUp", -page],
    ["Home", -Infinity],
    ["End", Infinity],
  ]);
  return deltas.get(event.key) ?? null;
}

/** Whether a letter is meant for the view: no field, no dialog and no sequence of keys takes it. */
export function isForView(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return false;
  return !isTyping(event) && document.querySelector("dialog[open]") === null;
}
