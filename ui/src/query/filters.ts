/** The filters of a query: changing them, and what they are together with view and clock. */
import { COLUMNS, type Column, type Filters, type Mark, type Predicate, type Term } from "../ipc";
import { justAfter, nanosOf } from "../common/time";
import { canonical, dependsOnZone, equals, isExcluding } from "./predicates";
import { NO_FILTERS, type Query } from "./query";

/** A column that can be filtered by. */
type FilterColumn = Extract<Column, { role: "dimension" | "record" }>;
export type TermColumn = FilterColumn["name"];

/** Their names on the command line. */
const TERM_NAMES: Record<TermColumn, string> = {
  entity_type: "type",
  entity_id: "entity",
  field: "field",
  action: "action",
  actor: "actor",
  source: "source",
  workspace_id: "workspace",
};

/** Each column that can be filtered by, with its name on the command line. */
export const COLUMN_TERMS = COLUMNS.filter(
  (column): column is FilterColumn => column.role !== "value",
).map(({ name }) => [name, TERM_NAMES[name]] as const);

/** The columns that can be filtered by, in the order in which they are shown. */
export const TERM_COLUMNS = COLUMN_TERMS.map(([column]) => column);

/** The actions that the Corrections view shows. */
const AMENDMENTS = ["correct", "void", "note"] as const;

/** The marks of events, in the order in which they are shown. */
export const MARKS = ["corrected", "voided", "noted"] as const satisfies readonly Mark[];

/** One filter, which is shown, switched off and removed by itself. */
export type Filter =
  | { kind: "term"; column: TermColumn; term: Term }
  | { kind: "mark"; mark: Mark; must: boolean }
  | { kind: "contains"; text: string; loosely: boolean }
  | { kind: "span"; since: string | null; until: string | null }
  /** The span in which events were recorded, its ends as they are typed: `2024-03`. */
  | { kind: "recorded"; since: string | null; until: string | null; zone: string }
  /** The zone is that of its hours, days and dates; UTC where nothing in it depends on one. */
  | { kind: "predicate"; predicate: Predicate; zone: string };

export function byValue(column: TermColumn, value: string, exclude = false): Filter {
  return { kind: "term", column, term: { value, exclude } };
}

/** The filter that a predicate is, made in a time zone. */
export function byPredicate(predicate: Predicate, zone: string): Filter {
  return { kind: "predicate", predicate, zone: dependsOnZone(predicate) ? zone : NO_FILTERS.zone };
}

/** The filter by the events that were recorded together. */
export function byBatch(batch: string): Filter {
  return byPredicate(equals("batch", batch), NO_FILTERS.zone);
}

/** The filter by the events with one of these ids. */
export function byIds(ids: string[]): Filter {
  const of = { column: "event_id" as const, member: null };
  const patterns = ids.map((text) => ({ kind: "equals" as const, text }));
  return byPredicate({ kind: "text", of, patterns, exclude: false }, NO_FILTERS.zone);
}

/** Whether a filter means something else in another time zone. */
export function isZoned(filter: Filter): filter is Extract<Filter, { zone: string }> {
  return (
    filter.kind === "recorded" || (filter.kind === "predicate" && dependsOnZone(filter.predicate))
  );
}

/** Whether a filter leaves out what it names. */
export function excludes(filter: Filter): boolean {
  switch (filter.kind) {
    case "term":
      return filter.term.exclude;
    case "mark":
      return !filter.must;
    case "predicate":
      return isExcluding(filter.predicate);
    default:
      return false;
  }
}

/** Each of the filters, in the order in which they are shown. */
export function each(filters: Filters): Filter[] {
  const { marks, contains, loosely, since, until, predicates, zone, ...columns } = filters;
  const all: Filter[] = TERM_COLUMNS.flatMap((column) =>
    columns[column].map((term) => ({ kind: "term" as const, column, term })),
  );
  for (const mark of MARKS) {
    const must = marks[mark];
    if (must !== undefined) all.push({ kind: "mark", mark, must });
  }
  if (contains !== null) all.push({ kind: "contains", text: contains, loosely });
  if (since !== null || until !== null) all.push({ kind: "span", since, until });
  const recorded = recordedSpan(predicates);
  if (recorded !== null) all.push({ kind: "recorded", ...recorded, zone });
  const others = predicates.filter((one) => recorded === null || !isEnd(one));
  return [...all, ...others.map((predicate) => byPredicate(predicate, zone))];
}

/** Whether a predicate is an end of the span in which events were recorded. */
function isEnd(predicate: Predicate): boolean {
  return predicate.kind === "recorded_at" && ["<", ">="].includes(predicate.comparison);
}

/** The one span of the times of recording; null if there is none, or an end is there twice. */
function recordedSpan(predicates: Predicate[]) {
  const ends = (comparison: string) =>
    predicates.flatMap((one) =>
      one.kind === "recorded_at" && one.comparison === comparison ? [one.limit] : [],
    );
  const [[since = null, ...more], [until = null, ...others]] = [ends(">="), ends("<")];
  const isOne = more.length + others.length === 0;
  return isOne && (since !== null || until !== null) ? { since, until } : null;
}

/** Whether filters let all events through. */
export function isEmpty(filters: Filters): boolean {
  return !filters.hide_no_ops && each(filters).length === 0;
}

/** Whether two filters are about the same: a value is included or excluded, never both. */
export function isSame(one: Filter, other: Filter): boolean {
  return nameOf(one) === nameOf(other);
}

/** A name that no other filter has. */
export function nameOf(filter: Filter): string {
  switch (filter.kind) {
    case "term":
      return `${filter.column}=${filter.term.value}`;
    case "mark":
      return filter.mark;
    case "contains":
      return `${filter.loosely ? "like" : "contains"}=${filter.text}`;
    case "span":
      return `${filter.since ?? ""}/${filter.until ?? ""}`;
    case "recorded":
      return `recorded=${filter.since ?? ""}/${filter.until ?? ""}`;
    case "predicate":
      return canonical(filter.predicate);
  }
}

const ORDER = [...TERM_COLUMNS, "mark", "contains", "span", "recorded", "predicate"];

/** The filters of a query, on and off: one that is switched keeps its place. */
export function onAndOff({ filters, off }: Query): { filter: Filter; on: boolean }[] {
  const place = (filter: Filter) =>
    ORDER.indexOf(filter.kind === "term" ? filter.column : filter.kind);
  const all = [
    ...each(filters).map((filter) => ({ filter, on: true })),
    ...off.map((filter) => ({ filter, on: false })),
  ];
  return all.sort(
    (one, other) =>
      place(one.filter) - place(other.filter) ||
      nameOf(one.filter).localeCompare(nameOf(other.filter), "en"),
  );
}

export function withFilter(filters: Filters, filter: Filter): Filters {
  switch (filter.kind) {
    case "term": {
      const { column, term } = filter;
      const others = filters[column].filter((one) => one.value !== term.value);
      return { ...filters, [column]: [...others, term] };
    }
    case "mark":
      return { ...filters, marks: { ...filters.marks, [filter.mark]: filter.must } };
    case "contains":
      return { ...filters, contains: filter.text, loosely: filter.loosely };
    case "span":
      return { ...filters, since: filter.since, until: filter.until };
    case "recorded": {
      const { since, until, zone } = filter;
      const end = (comparison: "<" | ">=", limit: string | null): Predicate[] =>
        limit === null ? [] : [{ kind: "recorded_at", comparison, limit }];
      const others = filters.predicates.filter((one) => !isEnd(one));
      return { ...filters, predicates: [...others, ...end(">=", since), ...end("<", until)], zone };
    }
    case "predicate": {
      const { predicate } = filter;
      const name = canonical(predicate);
      const others = filters.predicates.filter((one) => canonical(one) !== name);
      // One zone governs all predicates, as in their text. Of two the latest counts: the others stay,
      // and are in that zone from then on.
      const zone = isZoned(filter) ? filter.zone : filters.zone;
      return { ...filters, predicates: [...others, predicate], zone };
    }
  }
}

export function withoutFilter(filters: Filters, filter: Filter): Filters {
  const others = each(filters).filter((one) => !isSame(one, filter));
  return others.reduce(withFilter, { ...NO_FILTERS, hide_no_ops: filters.hide_no_ops });
}

/** The filters that the core is given: those on screen, with what the view and the clock add. */
export function effectiveFilters(query: Query): Filters {
  const { filters } = query;
  const until = query.at === null ? filters.until : earlier(filters.until, justAfter(query.at));
  const includesAction = filters.action.some((term) => !term.exclude);
  if (query.view !== "corrections" || includesAction) return { ...filters, until };
  const added = AMENDMENTS.filter((value) => !filters.action.some((term) => term.value === value));
  const action = [...filters.action, ...added.map((value) => ({ value, exclude: false }))];
  return { ...filters, until, action };
}

function earlier(a: string | null, b: string): string {
  return a !== null && nanosOf(a) < nanosOf(b) ? a : b;
}
