/** The reducer of the query: every action that changes it, and how. */
import type { Filters, Reading, RecordId, Term } from "../ipc";
import {
  byBatch,
  byIds,
  each,
  effectiveFilters,
  isEmpty,
  isSame,
  isZoned,
  withFilter,
  withoutFilter,
  type Filter,
} from "./filters";
import { NO_FILTERS, START, type ListView, type Pane, type Query, type Side } from "./query";

export type Action =
  | { kind: "open"; query: Query }
  | { kind: "list"; view: ListView }
  | { kind: "record"; id: RecordId; selected?: string; only?: string }
  | { kind: "select"; address: string | null }
  | { kind: "filter"; filter: Filter }
  | { kind: "unfilter"; filter: Filter }
  /** Puts filters in place of others, on or off as the first of these is. */
  | { kind: "replace"; filters: Filter[]; by: Filters }
  | { kind: "switch_off"; filter: Filter }
  | { kind: "switch_on"; filter: Filter }
  | { kind: "hide_no_ops"; hide: boolean }
  | { kind: "clear_filters" }
  | { kind: "group"; group: boolean }
  /** Lists the events of a group one by one: those of its batch, or else what it was guessed by. */
  | {
      kind: "open_group";
      batch: string | null;
      actor: string;
      source: string;
      since: string;
      until: string;
    }
  /** Lists a whole batch, whatever was filtered by before. */
  | { kind: "open_batch"; batch: string }
  /** Lists the events with these ids, whatever was filtered by before. */
  | { kind: "open_events"; ids: string[] }
  | { kind: "records_of"; types: string[]; idContains: string }
  | { kind: "records_of_events" }
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
      return {
        ...query,
        view: action.view,
        of_events: false,
        record: null,
        only: null,
        selected: null,
      };
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
    case "open_batch":
      return listBy(query, byBatch(action.batch));
    case "open_events":
      // The ids may be of events after the instant on the clock.
      return { ...listBy(query, byIds(action.ids)), at: null, selected: null };
    case "records_of": {
      const types = action.types.map((value) => ({ value, exclude: false }));
      return { ...query, types, id_contains: action.idContains };
    }
    case "records_of_events":
      return recordsOfEvents(query);
    default:
      return filter(query, action);
  }
}

type FilterAction = Extract<
  Action,
  {
    kind:
      | "filter"
      | "unfilter"
      | "replace"
      | "switch_off"
      | "switch_on"
      | "hide_no_ops"
      | "clear_filters";
  }
>;

/** A filter that is set elsewhere than in a list that has filters leads to the events. */
function filter(query: Query, action: FilterAction): Query {
  const isFiltered = query.view === "corrections" || query.of_events;
  const view = isFiltered ? query.view : "events";
  const after = { ...query, view, record: null, only: null, ...filtersAfter(query, action) };
  const ofEvents = query.of_events && !(isEmpty(after.filters) && after.off.length === 0);
  return { ...after, of_events: ofEvents, guessed: false };
}

/** The records that the listed events are about. Where only types are filtered by, these are all. */
function recordsOfEvents(query: Query): Query {
  const filters = effectiveFilters({ ...query, at: null });
  const types = filters.entity_type;
  const guessed = query.guessed && query.view === "events";
  const listed = { ...query, view: "records" as const, guessed, id_contains: "", selected: null };
  const onlyTypes = isEmpty({ ...filters, entity_type: [] });
  if (onlyTypes && query.off.length === 0) return { ...listed, of_events: false, types };
  return { ...listed, of_events: true, types: [], filters };
}

function filtersAfter({ filters, off }: Query, action: FilterAction): Partial<Query> {
  switch (action.kind) {
    case "filter":
      return added(filters, off, [action.filter]);
    case "unfilter":
      return { filters: withoutFilter(filters, action.filter), off: without(off, action.filter) };
    case "switch_off":
      return {
        filters: withoutFilter(filters, action.filter),
        off: [...without(off, action.filter), action.filter],
      };
    case "switch_on": {
      const after = added(filters, off, [action.filter]);
      // There is one text and one span: what was in its place is switched off.
      const now = each(after.filters);
      const replaced = each(filters).filter((one) => !now.some((two) => isSame(one, two)));
      return { filters: after.filters, off: [...after.off, ...replaced] };
    }
    case "replace":
      return replaced(filters, off, action);
    case "hide_no_ops":
      return { filters: { ...filters, hide_no_ops: action.hide } };
    case "clear_filters":
      return { filters: NO_FILTERS, off: [] };
  }
}

/** Filters with others, which are no longer switched off. */
function added(filters: Filters, off: Filter[], more: Filter[]) {
  const left = more.reduce(without, off);
  return { filters: more.reduce(withFilter, filters), off: more.reduce(inZoneOf, left) };
}

/** Filters that are off in the zone of one that is added: the text of a view names one zone. */
function inZoneOf(off: Filter[], added: Filter): Filter[] {
  if (!isZoned(added)) return off;
  return off.map((filter) => (isZoned(filter) ? { ...filter, zone: added.zone } : filter));
}

function replaced(
  filters: Filters,
  off: Filter[],
  action: Extract<FilterAction, { kind: "replace" }>,
) {
  const [first] = action.filters;
  const wasOff = first !== undefined && off.some((one) => isSame(one, first));
  const on = action.filters.reduce(withoutFilter, filters);
  const others = action.filters.reduce(without, off);
  const by = each(action.by);
  if (wasOff) {
    const still = by.filter((one) => !each(on).some((other) => isSame(one, other)));
    return { filters: on, off: [...still.reduce(without, others), ...still] };
  }
  const after = added(on, others, by);
  const hide_no_ops = filters.hide_no_ops || action.by.hide_no_ops;
  return { ...after, filters: { ...after.filters, hide_no_ops } };
}

function without(off: Filter[], filter: Filter): Filter[] {
  return off.filter((one) => !isSame(one, filter));
}

function openGroup(query: Query, action: Extract<Action, { kind: "open_group" }>): Query {
  if (action.batch !== null) {
    const narrowed = added(query.filters, query.off, [byBatch(action.batch)]);
    return { ...query, ...narrowed, guessed: false, group: false, selected: null };
  }
  const only = (value: string): Term[] => [{ value, exclude: false }];
  const { since, until } = action;
  const filters = {
    ...query.filters,
    actor: only(action.actor),
    source: only(action.source),
    since,
    until,
  };
  return { ...query, filters, guessed: true, group: false, selected: null };
}

/** The events that one filter lets through, one by one. */
function listBy(query: Query, filter: Filter): Query {
  const filters = withFilter(NO_FILTERS, filter);
  return {
    ...query,
    view: "events",
    filters,
    off: [],
    guessed: false,
    group: false,
    of_events: false,
    record: null,
    only: null,
  };
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
