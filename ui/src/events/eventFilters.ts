/** The filters that the values of one event are. */
import type { ColumnName, EventRow, Value } from "../ipc";
import {
  byPredicate,
  byValue,
  each,
  excludes,
  TERM_COLUMNS,
  withFilter,
  type Filter,
} from "../query/filters";
import { equals, step } from "../query/predicates";
import { NO_FILTERS, type Query } from "../query/query";
import type { Action } from "../query/reduce";

/** Longer values are not offered: nobody reads such a filter, and each step back keeps it. */
const LONGEST = 2000;

/** Columns beside those of terms that one event is filtered by. */
const TEXT_COLUMNS = ["event_id", "old_value", "new_value", "writer", "reason", "batch"] as const;

/** The filter by a column's value; null where there is no value, or none to filter by. */
export function columnFilter(name: ColumnName, value: string | null): Filter | null {
  if (value === null || value.length > LONGEST) return null;
  const term = TERM_COLUMNS.find((column) => column === name);
  if (term !== undefined) return byValue(term, value);
  const column = TEXT_COLUMNS.find((one) => one === name);
  return column === undefined ? null : byPredicate(equals(column, value), NO_FILTERS.zone);
}

/** The filter by an old or new value; null for one that is cut, of which the rest is not known. */
export function valueFilter(column: "old_value" | "new_value", value: Value | null): Filter | null {
  return value === null || value.cut ? null : columnFilter(column, value.text);
}

/** The filter by the step from the old to the new value; null where there is none. */
export function stepFilter(event: EventRow): Filter | null {
  const { old_value: from, new_value: to } = event;
  if (from === null && to === null) return null;
  const isWhole = [from, to].every((one) => one === null || valueFilter("new_value", one) !== null);
  return isWhole ? byPredicate(step(from?.text ?? null, to?.text ?? null), NO_FILTERS.zone) : null;
}

/** The filter that leaves out what this one asks for. */
export function excluding(filter: Filter): Filter {
  if (filter.kind === "term") return { ...filter, term: { ...filter.term, exclude: true } };
  if (filter.kind !== "predicate" || !("exclude" in filter.predicate)) return filter;
  return { ...filter, predicate: { ...filter.predicate, exclude: true } };
}

/**
 * Shows only what a filter lets through. Values of one column are alternatives, but predicates all
 * hold: one that asks for another value of the same gives way.
 */
export function onlyAction(query: Query, filter: Filter): Action {
  const rivals = each(query.filters).filter((one) => isRival(one, filter));
  if (rivals.length === 0) return { kind: "filter", filter };
  return { kind: "replace", filters: rivals, by: withFilter(NO_FILTERS, filter) };
}

function isRival(one: Filter, other: Filter): boolean {
  if (one.kind !== "predicate" || other.kind !== "predicate" || excludes(one)) return false;
  const [here, there] = [one.predicate, other.predicate];
  if (here.kind === "change") return there.kind === "change";
  return (
    here.kind === "text" &&
    there.kind === "text" &&
    here.of.column === there.of.column &&
    here.of.member === there.of.member &&
    here.patterns.every(({ kind }) => kind === "equals")
  );
}
