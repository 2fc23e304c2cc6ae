/** The group that a query shows: a batch, or a guessed group; and what is said of it. */
import { day, isLater, justBefore, moment } from "../common/time";
import type { Count, EventItem, Facets, Filters } from "../ipc";
import { byBatch, isEmpty, MARKS, withFilter, withoutFilter } from "../query/filters";
import { NO_FILTERS, type Query } from "../query/query";
import { words } from "../words";
import { grouped } from "../words/format";

export type ShownGroup =
  /** `narrowed` is whether only some of its events may be shown. */
  { kind: "batch"; batch: string; narrowed: boolean } | { kind: "guessed" };

/** The one batch that filters ask for; null if they ask for none, or for several. */
export function batchOf(filters: Filters): string | null {
  const batches = filters.predicates.flatMap((one) =>
    one.kind === "text" && one.of.column === "batch" ? [one] : [],
  );
  const [only, ...others] = batches;
  if (only === undefined || others.length > 0 || only.exclude) return null;
  const [pattern, ...alternatives] = only.patterns;
  return pattern?.kind === "equals" && alternatives.length === 0 ? pattern.text : null;
}

/** The group that a list of events shows; null if it shows no single one. */
export function groupOf({ view, filters, guessed, at }: Query): ShownGroup | null {
  if (view !== "events") return null;
  const batch = batchOf(filters);
  if (batch !== null) {
    const narrowed = at !== null || !isEmpty(withoutFilter(filters, byBatch(batch)));
    return { kind: "batch", batch, narrowed };
  }
  return guessed ? { kind: "guessed" } : null;
}

/** The filters that let through a whole batch, and nothing else. */
export function filtersOfBatch(batch: string): Filters {
  return withFilter(NO_FILTERS, byBatch(batch));
}

export interface Span {
  first: string;
  last: string;
}

function spanOf(instants: string[]): Span | null {
  const [one, ...others] = instants;
  if (one === undefined) return null;
  return others.reduce(
    ({ first, last }, at) => ({
      first: isLater(first, at) ? at : first,
      last: isLater(at, last) ? at : last,
    }),
    { first: one, last: one },
  );
}

/** Whether the items are all events of an answer, one by one. */
export function areAll(items: EventItem[], total: number): boolean {
  return items.length === total && items.every(({ group }) => group === null);
}

/**
 * From the first event to the last. A guessed group was opened by both; of a batch whose events are not all
 * there, it is what the bins of the histogram tell.
 */
export function timeOf(
  group: ShownGroup,
  { filters: { since, until } }: Query,
  items: EventItem[],
  total: number,
  facets: Facets | null,
): (Span & { exact: boolean }) | null {
  if (group.kind === "guessed" && since !== null && until !== null) {
    return { first: since, last: justBefore(until), exact: true };
  }
  if (areAll(items, total)) {
    const span = spanOf(items.map(({ event }) => event.timestamp));
    return span && { ...span, exact: true };
  }
  const [first, last] = [facets?.histogram[0], facets?.histogram.at(-1)];
  if (first === undefined || last === undefined) return null;
  return { first: first.start, last: justBefore(last.end), exact: false };
}

/** When events were recorded; null if that is not known of each. */
export function recordedOf(items: EventItem[], total: number): Span | null {
  if (!areAll(items, total)) return null;
  const known = items.flatMap(({ event }) => event.recorded_at ?? []);
  return known.length === items.length ? spanOf(known) : null;
}

/** How many events are corrected or voided, where all are there: marks without any are left out. */
export function amendedOf(items: EventItem[]) {
  return MARKS.filter((mark) => mark !== "noted")
    .map((mark) => ({
      mark,
      count: items.filter(({ event }) => event.marks.includes(mark)).length,
    }))
    .filter(({ count }) => count > 0);
}

/** `2026-02-02 09:12:44 UTC to 2026-02-02 09:13:02 UTC`, or the days where instants are not known. */
function spanText({ first, last }: Span, exact: boolean, zone: string): string {
  const text = (at: string) => (exact ? moment(at, zone, true) : day(at, zone));
  const [from, to] = [text(first), text(last)];
  const all = from === to ? from : `${from} ${words.events.groups.to} ${to}`;
  return exact ? all : `${all} ${zone}`;
}

/**
 * The values of a column in a group, most frequent first; none until facets are there. Those of a column
 * that is filtered by are counted without that filter: in a guessed group actor and source are no others.
 */
export function countsOf(
  column: "field" | "action" | "actor" | "source",
  group: ShownGroup,
  { filters }: Query,
  facets: Facets | null,
): Count[] {
  if (facets === null) return [];
  const isGiven = group.kind === "guessed" && (column === "actor" || column === "source");
  if (!isGiven) return facets.facets[column] ?? [];
  return filters[column].map(({ value }) => ({ value, count: facets.total }));
}

interface Summary {
  group: ShownGroup;
  /** What is said of the number of events. */
  events: string;
  records: number | null;
  actors: Count[];
  sources: Count[];
  columns: { label: string; values: Count[] }[];
  time: (Span & { exact: boolean }) | null;
  recorded: Span | null;
}

/** What the head of a group says, one thing a line. */
export function summaryText(of: Summary, zone: string): string {
  const { summary, kind, guessed } = words.events.groups;
  const counts = (values: Count[]) =>
    values.map(({ value, count }) => `${value} (${grouped(count)})`).join(", ");
  const lines: [string, string][] = [
    [kind[of.group.kind], of.group.kind === "batch" ? of.group.batch : guessed],
    [summary.events, of.events],
    [summary.records, of.records === null ? "" : grouped(of.records)],
    [summary.actors, counts(of.actors)],
    [summary.sources, counts(of.sources)],
    [summary.time, of.time === null ? "" : spanText(of.time, of.time.exact, zone)],
    [summary.recorded, of.recorded === null ? "" : spanText(of.recorded, true, zone)],
    ...of.columns.map(({ label, values }): [string, string] => [label, counts(values)]),
  ];
  return lines.flatMap(([name, value]) => (value === "" ? [] : `${name}: ${value}`)).join("\n");
}
