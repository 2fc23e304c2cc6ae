/** The query of this window, and that of the core, which knows nothing of what is selected or guessed. */
import type { Filters, WindowQuery } from "../ipc";
import { each, withFilter, type Filter } from "./filters";
import { NO_FILTERS, type Query } from "./query";

/** Filters that name every column. */
export function whole(filters: WindowQuery["filters"]): Filters {
  return { ...NO_FILTERS, ...filters };
}

export function fromWindowQuery(query: WindowQuery): Query {
  const off = query.off.map(whole).flatMap(each).reduce(joined, []);
  return { ...query, filters: whole(query.filters), off, guessed: false, selected: null };
}

/** Filters with one more, which ends the span of the times of recording that begins before it. */
function joined(before: Filter[], filter: Filter): Filter[] {
  const last = before.at(-1);
  const isEnd = filter.kind === "recorded" && filter.since === null;
  if (!isEnd || last?.kind !== "recorded" || last.until !== null) return [...before, filter];
  return [...before.slice(0, -1), { ...last, until: filter.until }];
}

export function toWindowQuery(query: Query): WindowQuery & { guessed: false; selected: null } {
  const off = query.off.map((filter) => withFilter(NO_FILTERS, filter));
  return { ...query, off, guessed: false, selected: null };
}
