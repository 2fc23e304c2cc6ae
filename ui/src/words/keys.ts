/** Every key of the window, as the dialog behind `?` lists them. */
import type { AmendAction } from "../amend/draft";
import type { Pane } from "../ipc";
import type { ListView } from "../query/query";

interface KeyBinding {
  keys: string;
  does: string;
}

interface KeyArea {
  title: string;
  bindings: readonly KeyBinding[];
}

/** The keys of what the palette lists too. */
const KEYS = {
  search: "/",
  help: "F1",
  newWindow: "Ctrl Shift N",
  openUrl: "Ctrl O",
  refresh: "F5",
  saveView: "s",
  keys: "?",
  zoomIn: "Ctrl +",
  zoomOut: "Ctrl −",
  resetZoom: "Ctrl 0",
  back: "Alt ←",
  forward: "Alt →",
  list: {
    events: "g e",
    records: "g r",
    deleted: "g d",
    corrections: "g c",
    chains: "g b",
    sql: "g q",
  } satisfies Record<ListView, string>,
  filter: "f",
  time: "t",
  editFilter: "F2",
  copyFilter: "y",
  removeFilter: "Delete",
  showNew: ".",
  closeDetails: "Esc",
  openRecord: "o",
  amend: { correct: "c", void: "v", note: "n" } satisfies Record<AmendAction, string>,
  runSql: "Ctrl Enter",
  pane: { timeline: "1", fields: "2", compare: "3" } satisfies Record<Pane, string>,
} as const;

const AREAS: readonly KeyArea[] = [
  {
    title: "Anywhere",
    bindings: [
      { keys: "Ctrl K", does: "Every action and view, by a part of its name" },
      { keys: KEYS.search, does: "Search" },
      { keys: KEYS.help, does: "Help" },
      { keys: KEYS.openUrl, does: "Open a journal in a store by its URL" },
      { keys: KEYS.refresh, does: "Look for new events" },
      { keys: KEYS.newWindow, does: "New window" },
      { keys: "Ctrl Enter", does: "On a recent journal: open it in a new window" },
      { keys: KEYS.saveView, does: "Save this view…" },
      { keys: KEYS.keys, does: "Show the keys" },
      { keys: "Ctrl +, Ctrl − and Ctrl 0", does: "Zoom in, zoom out, reset the zoom" },
      { keys: "Esc", does: "Close the topmost menu or dialog, then the details" },
      { keys: "Alt ← and Alt →", does: "Back and forward" },
      {
        keys: "g then e, r, d, c, b, q",
        does: "Events, records, deleted, corrections, chains, SQL",
      },
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
      { keys: KEYS.showNew, does: "Show new events" },
      { keys: KEYS.filter, does: "Add a filter" },
      { keys: KEYS.time, does: "Choose a span of time" },
    ],
  },
  {
    title: "On a filter",
    bindings: [
      { keys: "Enter", does: "Switch it off or on" },
      { keys: KEYS.editFilter, does: "Edit it as text" },
      { keys: KEYS.copyFilter, does: "Copy it as text" },
      { keys: KEYS.removeFilter, does: "Remove it" },
    ],
  },
  {
    title: "With an event open",
    bindings: [
      { keys: KEYS.openRecord, does: "Open record" },
      { keys: KEYS.amend.correct, does: "Correct…" },
      { keys: KEYS.amend.void, does: "Void…" },
      { keys: KEYS.amend.note, does: "Note…" },
    ],
  },
  {
    title: "In a record",
    bindings: [
      { keys: "1, 2 and 3", does: "Timeline, fields, compare" },
      { keys: "m", does: "On an event: compare from or to it" },
      { keys: "Enter", does: "On a field: correct its value" },
      { keys: "f", does: "On a field: show only its changes" },
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
    title: "In SQL",
    bindings: [
      { keys: KEYS.runSql, does: "Run" },
      { keys: "Esc", does: "Stop what is running" },
      { keys: "Ctrl Space", does: "Complete a name" },
      { keys: "Tab", does: "Leave the text" },
      { keys: "← and →", does: "In a row of the answer: the cell before and after" },
      { keys: "Enter", does: "On a cell: show it whole, or open its event or record" },
      { keys: "Ctrl C", does: "Copy the cell, or the selected rows" },
    ],
  },
  {
    title: "In a dialog",
    bindings: [{ keys: "Ctrl Enter", does: "Confirm" }],
  },
];

export const keys = { title: "Keys", areas: AREAS, of: KEYS } as const;
