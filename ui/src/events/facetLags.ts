/** Filtering by the bins of lags. */
import type { LagBin, Predicate } from "../ipc";
import { byPredicate, each, withFilter, type Filter } from "../query/filters";
import { canonical } from "../query/predicates";
import { NO_FILTERS, type Query } from "../query/query";
import type { Action } from "../query/reduce";

/** The predicates of a bin: from its start to before its end. */
function predicatesOf({ from, until }: LagBin): Predicate[] {
  const end = (comparison: ">=" | "<", limit: LagBin["from"]): Predicate[] =>
    limit === null ? [] : [{ kind: "lag", comparison, limit: { millis: limit.millis } }];
  return [...end(">=", from), ...end("<", until)];
}

/** The filters by lag that are on. */
function lagFilters({ filters }: Query): Filter[] {
  return each({ ...NO_FILTERS, predicates: filters.predicates.filter(isLag) });
}

export function isLag(predicate: Predicate): boolean {
  return predicate.kind === "lag";
}

/** Whether a query is filtered by exactly this bin. */
export function isLagShown({ filters }: Query, bin: LagBin): boolean {
  const [now, wanted] = [filters.predicates.filter(isLag), predicatesOf(bin)].map((all) =>
    all.map(canonical).sort().join(),
  );
  return now === wanted;
}

/** Shows only the events of a bin, in place of other filters by lag; takes that back if they are shown. */
export function toggleLag(query: Query, bin: LagBin): Action {
  const wanted = isLagShown(query, bin) ? [] : predicatesOf(bin);
  const by = wanted
    .map((predicate) => byPredicate(predicate, NO_FILTERS.zone))
    .reduce(withFilter, NO_FILTERS);
  return { kind: "replace", filters: lagFilters(query), by };
}
