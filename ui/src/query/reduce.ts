/** The reducer of the query: every action that changes it, and how. */
import type { Mark, Reading, RecordId, Term } from "../ipc";
import { withMark, withTerm, withoutTerm, type TermColumn } from "./filters";
import { NO_FILTERS, START, type ListView, type Pane, type Query, type Side } from "./query";

export type Action =
  | { kind: "open"; query: Query }
  | { kind: "list"; view: ListView }
  | { kind: "record"; id: RecordId; selected?: string; only?: string }
  | { kind: "select"; address: string | null }
  | { kind: "filter"; column: TermColumn; term: Term }
  | { kind: "unfilter"; column: TermColumn; value: string }
  | { kind: "contains"; text: string | null }
  | { kind: "span"; since: string | null; until: string | null }
  | { kind: "hide_no_ops"; hide: boolean }
  | { kind: "mark"; mark: Mark; must: boolean | null }
  | { kind: "clear_filters" }
  | { kind: "group"; group: boolean }
  | { kind: "open_group"; actor: string; source: string; since: string; until: string }
  | { kind: "records_of"; types: string[]; idContains: string }
  | { kind: "clock"; at: string | null }
  | { kind: "reading"; reading: Reading }
  | { kind: "pane"; pane: Pane }
  | { kind: "compare"; from?: Side; to?: Side }
  | { kind: "only"; field: string | null };

/** Actions so small that Back does not stop at them. */
const PASSING = ["select", "records_of", "pane"];

/** Whether the query after the action replaces the one before in the window's history. */
export function isPassing(action: Action): boolean {
  return PASSING.includes(action.kind);
}

/** The query after an action. */
export function reduce(query: Query, action: Action): Query {
  switch (action.kind) {
    case "open":
      return action.query;
    case "list":
      return { ...query, view: action.view, record: null, only: null, selected: null };
    case "record":
      return openRecord(query, action);
    case "select":
      return { ...query, selected: action.address };
    case "clock":
      return { ...query, at: action.at };
    case "reading":
      return { ...query, reading: action.reading };
    case "pane":
      return { ...query, pane: action.pane };
    case "compare": {
      const { from = query.compare.from, to = query.compare.to } = action;
      return { ...query, pane: "compare", compare: { from, to } };
    }
    case "only":
      return { ...query, only: action.field, pane: "timeline" };
    case "group":
      return { ...query, group: action.group };
    case "open_group":
      return openGroup(query, action);
    case "records_of": {
      const types = action.types.map((value) => ({ value, exclude: false }));
      return { ...query, types, id_contains: action.idContains };
    }
    default:
      return filter(query, action);
  }
}

type FilterAction = Extract<
  Action,
  { kind: "filter" | "unfilter" | "contains" | "span" | "hide_no_ops" | "mark" | "clear_filters" }
>;

/** A filter that is set elsewhere than in a list of events leads to the events. */
function filter(query: Query, action: FilterAction): Query {
  const view = query.view === "corrections" ? "corrections" : "events";
  return { ...query, view, record: null, only: null, filters: filtersAfter(query, action) };
}

function filtersAfter({ filters }: Query, action: FilterAction) {
  switch (action.kind) {
    case "filter":
      return withTerm(filters, action.column, action.term);
    case "unfilter":
      return withoutTerm(filters, action.column, action.value);
    case "contains":
      return { ...filters, contains: action.text };
    case "span":
      return { ...filters, since: action.since, until: action.until };
    case "hide_no_ops":
      return { ...filters, hide_no_ops: action.hide };
    case "mark":
      return withMark(filters, action.mark, action.must);
    case "clear_filters":
      return NO_FILTERS;
  }
}

/** Lists the events of a group one by one. */
function openGroup(query: Query, action: Extract<Action, { kind: "open_group" }>): Query {
  const only = (value: string): Term[] => [{ value, exclude: false }];
  const { since, until } = action;
  const filters = {
    ...query.filters,
    actor: only(action.actor),
    source: only(action.source),
    since,
    until,
  };
  return { ...query, filters, group: false, selected: null };
}

function openRecord(query: Query, action: Extract<Action, { kind: "record" }>): Query {
  return {
    ...query,
    view: "record",
    record: { entity_type: action.id.entity_type, entity_id: action.id.entity_id },
    selected: action.selected ?? null,
    only: action.only ?? null,
    pane: START.pane,
    compare: START.compare,
  };
}
