/** What events are exported as, and which events of a record are. */
import type { ExportForm, Filters, RecordId } from "../ipc";
import { byValue, effectiveFilters, withFilter } from "../query/filters";
import { NO_FILTERS, START } from "../query/query";

/** The kinds in their order. A byte order mark makes no kind of its own. */
export const KINDS = [
  "csv",
  "xlsx",
  "ndjson",
  "parquet",
  "extract",
] as const satisfies ExportForm[];
export type Kind = (typeof KINDS)[number];

/** Those of an answer in SQL, whose rows are no journal. */
export const KINDS_OF_ANSWERS = KINDS.filter((kind) => kind !== "extract");

export function formOf(kind: Kind, mark: boolean): ExportForm {
  return kind === "csv" && mark ? "csv_with_mark" : kind;
}

/** The filters that the events of a record match, up to the clock. */
export function eventsOfRecord({ entity_type, entity_id }: RecordId, at: string | null): Filters {
  const terms = [byValue("entity_type", entity_type), byValue("entity_id", entity_id)];
  return effectiveFilters({ ...START, at, filters: terms.reduce(withFilter, NO_FILTERS) });
}
