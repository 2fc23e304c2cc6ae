/** The query of this window, and that of the core, which knows nothing of what is selected. */
import type { WindowQuery } from "../ipc";
import { each, withFilter } from "./filters";
import { NO_FILTERS, type Query } from "./query";

export function fromWindowQuery(query: WindowQuery): Query {
  const whole = (filters: WindowQuery["filters"]) => ({ ...NO_FILTERS, ...filters });
  const off = query.off.map(whole).flatMap(each);
  return { ...query, filters: whole(query.filters), off, selected: null };
}

export function toWindowQuery(query: Query): WindowQuery & { selected: null } {
  const off = query.off.map((filter) => withFilter(NO_FILTERS, filter));
  return { ...query, off, selected: null };
}
