import * as ipc from "../ipc";
import { effectiveFilters, TERM_COLUMNS } from "../query/filters";
import { isLag } from "./facetLags";
import type { Query } from "../query/query";

/**
 * The facets of the events that a query shows. A column that is filtered by is counted without its
 * own filters, so that its other values can be chosen too; so are the lags. Stops once it is not wanted any more.
 */
export async function facetsOf(
  query: Query,
  zone: string,
  isWanted: () => boolean,
): Promise<ipc.Covered<ipc.Facets>> {
  const answer = await ipc.facets(effectiveFilters(query), zone);
  const facets = { ...answer.facets };
  for (const column of TERM_COLUMNS) {
    if (query.filters[column].length === 0 || !(column in facets) || !isWanted()) continue;
    const filters = effectiveFilters({ ...query, filters: { ...query.filters, [column]: [] } });
    facets[column] = (await ipc.facets(filters, zone)).facets[column] ?? [];
  }
  const withFacets = { ...answer, facets };
  const { predicates } = query.filters;
  if (!predicates.some(isLag) || !isWanted()) return withFacets;
  const others = { ...query.filters, predicates: predicates.filter((one) => !isLag(one)) };
  const { lags, no_lag } = await ipc.facets(effectiveFilters({ ...query, filters: others }), zone);
  return { ...withFacets, lags, no_lag };
}
