/** Every key of the window, as the dialog behind `?` lists them. */

interface KeyBinding {
  keys: string;
  does: string;
}

interface KeyArea {
  title: string;
  bindings: readonly KeyBinding[];
}

const AREAS: readonly KeyArea[] = [
  {
    title: "Anywhere",
    bindings: [
      { keys: "/ or Ctrl K", does: "Search" },
      { keys: "F1", does: "Help" },
      { keys: "s", does: "Save this view…" },
      { keys: "?", does: "Show the keys" },
      { keys: "Ctrl +, Ctrl − and Ctrl 0", does: "Zoom in, zoom out, reset the zoom" },
      { keys: "Esc", does: "Close the topmost menu or dialog, then the details" },
      { keys: "Alt ← and Alt →", does: "Back and forward" },
      { keys: "g then e, r, d, c, b", does: "Events, records, deleted, corrections, chains" },
    ],
  },
  {
    title: "In a list",
    bindings: [
      { keys: "j or ↓", does: "Next row" },
      { keys: "k or ↑", does: "Previous row" },
      { keys: "Page ↑ ↓, Home, End", does: "Move by a page, to the first or the last row" },
      { keys: "Enter", does: "Open" },
      { keys: "Space, Shift ↑ ↓", does: "Select several events" },
      { keys: "Ctrl A", does: "Select all events of the list, loaded or not" },
      { keys: ".", does: "Show new events" },
    ],
  },
  {
    title: "With an event open",
    bindings: [
      { keys: "o", does: "Open record" },
      { keys: "c", does: "Correct…" },
      { keys: "v", does: "Void…" },
      { keys: "n", does: "Note…" },
    ],
  },
  {
    title: "In a record",
    bindings: [
      { keys: "1, 2 and 3", does: "Timeline, fields, compare" },
      { keys: "m", does: "On an event: compare from or to it" },
      { keys: "y", does: "On a field: copy its value" },
    ],
  },
  {
    title: "On the histogram",
    bindings: [
      { keys: "← and →", does: "Move between bars" },
      { keys: "Shift ← and →", does: "Widen the span" },
      { keys: "Enter", does: "Show only events of that span" },
    ],
  },
  {
    title: "In a dialog",
    bindings: [{ keys: "Ctrl Enter", does: "Confirm" }],
  },
];

export const keys = { title: "Keys", areas: AREAS } as const;
