/**
 * What the window shows, as one plain value. It says nothing about how it is shown (open menus,
 * scroll offsets, column widths): two windows with equal queries answer the same question.
 */
import type { Filters, Reading, RecordKey, Term } from "../ipc";

export const LISTS = ["events", "records", "deleted", "corrections", "chains"] as const;
export type ListView = (typeof LISTS)[number];
export type ViewName = ListView | "record";

export const PANES = ["timeline", "fields", "compare"] as const;
export type Pane = (typeof PANES)[number];

/** One side of a comparison. */
export interface Side {
  /** An instant; null for now, or for the clock where it is set. */
  at: string | null;
  reading: Reading;
}

export interface Query {
  view: ViewName;
  /** Of events and corrections. */
  filters: Filters;
  /** Whether events that came in bulk are one line. */
  fold: boolean;
  /** Of records and deleted records. */
  types: Term[];
  idContains: string;
  /** Set exactly when `view` is `record`. */
  record: RecordKey | null;
  pane: Pane;
  /** The one field whose changes the timeline shows. */
  only: string | null;
  reading: Reading;
  /** What the compare pane sets side by side. */
  compare: { from: Side; to: Side };
  /** The clock: an instant, or null for now. */
  at: string | null;
  /** Address of the event in the details panel. */
  selected: string | null;
}

export const NO_FILTERS: Filters = {
  entity_type: [],
  entity_id: [],
  field: [],
  action: [],
  actor: [],
  source: [],
  workspace_id: [],
  since: null,
  until: null,
  contains: null,
  hide_no_ops: false,
};

export const START: Query = {
  view: "events",
  filters: NO_FILTERS,
  fold: true,
  types: [],
  idContains: "",
  record: null,
  pane: "timeline",
  only: null,
  reading: "corrected",
  compare: { from: { at: null, reading: "recorded" }, to: { at: null, reading: "corrected" } },
  at: null,
  selected: null,
};
