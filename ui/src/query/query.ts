/**
 * What the window shows, as one plain value. It says nothing about how it is shown (open menus,
 * scroll offsets, column widths): two windows with equal queries answer the same question.
 */
import type { Filter } from "./filters";
import type { CompareSide, Filters, Pane, WindowQuery, WindowView } from "../ipc";

export type ListView = Exclude<WindowView, "record">;
export const LISTS = [
  "events",
  "records",
  "deleted",
  "corrections",
  "chains",
  "sql",
] as const satisfies ListView[];

export const PANES = ["timeline", "fields", "compare"] as const satisfies Pane[];

export type { Pane };
export type ViewName = WindowView;

/** One side of a comparison. */
export type Side = CompareSide;

export interface Query extends Omit<WindowQuery, "off"> {
  /** Naming every column. */
  filters: Filters;
  /** Filters that are switched off: kept and shown, without effect. */
  off: Filter[];
  /** Whether the filters are those of a guessed group: they say where it ends, not that it is one. */
  guessed: boolean;
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
  loosely: false,
  hide_no_ops: false,
  marks: {},
  predicates: [],
  zone: "UTC",
};

/** Whether a query can be saved as a view. A text in SQL is no part of one: it is saved as a file. */
export function canBeSaved({ view }: Query): boolean {
  return view !== "sql";
}

export const START: Query = {
  view: "events",
  filters: NO_FILTERS,
  off: [],
  guessed: false,
  group: true,
  of_events: false,
  types: [],
  id_contains: "",
  record: null,
  pane: "timeline",
  only: null,
  reading: "corrected",
  compare: { from: { at: null, reading: "recorded" }, to: { at: null, reading: "corrected" } },
  at: null,
  selected: null,
};
