/** Whether a key belongs to a field that text is typed into. */
export function isTyping(event: KeyboardEvent): boolean {
  const target = event.target;
  return target instanceof Element && target.closest("input, textarea, select") !== null;
}

/**
 * Whether a key may act on the list although the focus is not in it: letters from anywhere but a
 * field, the others from nowhere in particular, since they scroll what is focused.
 */
export function isLoose(event: KeyboardEvent): boolean {
  if (isTyping(event) || document.querySelector("dialog[open]") !== null) return false;
  return event.key === "j" || event.key === "k" || event.target === document.body;
}

/** How far a key moves in a list, where `page` rows fit on screen; null if it moves nothing. */
export function stepOf(event: KeyboardEvent, page: number): number | null {
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  const steps = new Map([
    ["j", 1],
    ["ArrowDown", 1],
    ["k", -1],
    ["ArrowUp", -1],
    ["PageDown", page],
    ["PageUp", -page],
    ["Home", -Infinity],
    ["End", Infinity],
  ]);
  return steps.get(event.key) ?? null;
}

export interface KeyWords {
  keys: string;
  does: string;
}

/** Every key of the window, as the sheet behind `?` shows them. */
export const KEY_SHEET: readonly { part: string; keys: readonly KeyWords[] }[] = [
  {
    part: "Anywhere",
    keys: [
      { keys: "/ or Ctrl K", does: "Search" },
      { keys: "F1", does: "Help" },
      { keys: "s", does: "Save this view…" },
      { keys: "?", does: "Show the keys" },
      { keys: "Ctrl +, Ctrl − and Ctrl 0", does: "Larger, smaller, as at first" },
      { keys: "Esc", does: "Close what is on top, then the details" },
      { keys: "Alt ← and Alt →", does: "Back and forward" },
      { keys: "g then e, r, d, c, b", does: "Events, records, deleted, corrections, chains" },
    ],
  },
  {
    part: "In a list",
    keys: [
      { keys: "j or ↓", does: "Next row" },
      { keys: "k or ↑", does: "Previous row" },
      { keys: "Page ↑ ↓, Home, End", does: "Further" },
      { keys: "Enter", does: "Open" },
      { keys: "Space, Shift ↑ ↓, Ctrl A", does: "Choose several events" },
      { keys: ".", does: "Show what is new" },
    ],
  },
  {
    part: "With an event open",
    keys: [
      { keys: "o", does: "Open record" },
      { keys: "c", does: "Correct…" },
      { keys: "v", does: "Void…" },
      { keys: "n", does: "Note…" },
    ],
  },
  {
    part: "In a record",
    keys: [
      { keys: "1, 2 and 3", does: "Timeline, fields, compare" },
      { keys: "m", does: "On an event: compare from or to it" },
      { keys: "y", does: "On a field: copy its value" },
    ],
  },
  {
    part: "On the histogram",
    keys: [
      { keys: "← and →", does: "Move between bars" },
      { keys: "Shift ← and →", does: "Widen the span" },
      { keys: "Enter", does: "Show only that span" },
    ],
  },
  {
    part: "In a dialog",
    keys: [{ keys: "Ctrl Enter", does: "Confirm" }],
  },
];
