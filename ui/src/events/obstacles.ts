/** Why a query has no events: which of its filters leaves none. */
import * as ipc from "../ipc";
import { each, effectiveFilters, withFilter, type Filter } from "../query/filters";
import { NO_FILTERS, type Query } from "../query/query";
import { reduce, type Action } from "../query/reduce";

/** Filters of one column that are alternatives, or one filter, or what else narrows a query. */
export type Part = { kind: "filters"; filters: Filter[] } | { kind: "clock" } | { kind: "no_ops" };

/** A part that leaves nothing, and the number of events without it; 0 if it has none by itself. */
export interface Obstacle {
  part: Part;
  events: number;
}

/** The parts of a query that leave nothing. Stops once that is not wanted any more. */
export async function obstaclesOf(query: Query, isWanted: () => boolean): Promise<Obstacle[]> {
  const parts = partsOf(query);
  const found: Obstacle[] = [];
  for (const part of parts) {
    if (!isWanted()) return [];
    const events = await ipc.count(effectiveFilters(without(query, part)));
    if (events > 0) found.push({ part, events });
  }
  if (found.length > 0) return found;
  for (const part of parts) {
    if (!isWanted() || part.kind !== "filters") continue;
    const filters = part.filters.reduce(withFilter, NO_FILTERS);
    const events = await ipc.count(effectiveFilters({ ...query, filters, at: null }));
    if (events === 0) found.push({ part, events });
  }
  return found;
}

/** What narrows a query, each for itself. */
export function partsOf(query: Query): Part[] {
  const parts = each(query.filters).reduce<Filter[][]>((groups, filter) => {
    const last = groups.at(-1);
    if (last?.[0] !== undefined && areAlternatives(last[0], filter)) last.push(filter);
    else groups.push([filter]);
    return groups;
  }, []);
  return [
    ...parts.map((filters) => ({ kind: "filters" as const, filters })),
    ...(query.at === null ? [] : [{ kind: "clock" as const }]),
    ...(query.filters.hide_no_ops ? [{ kind: "no_ops" as const }] : []),
  ];
}

function areAlternatives(one: Filter, other: Filter): boolean {
  if (one.kind !== "term" || other.kind !== "term") return false;
  return one.column === other.column && !one.term.exclude && !other.term.exclude;
}

/** The query without a part of it, whose filters are switched off or removed. */
export function without(
  query: Query,
  part: Part,
  kind: "switch_off" | "unfilter" = "switch_off",
): Query {
  const actions: Action[] =
    part.kind === "clock"
      ? [{ kind: "clock", at: null }]
      : part.kind === "no_ops"
        ? [{ kind: "hide_no_ops", hide: false }]
        : part.filters.map((filter) => ({ kind, filter }));
  return actions.reduce(reduce, query);
}
