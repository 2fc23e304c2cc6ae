/** The filters of a query: changing them, and what they are together with view and clock. */
import { COLUMNS, type Column, type Filters, type Mark, type Term } from "../ipc";
import { justAfter, nanosOf } from "../common/time";
import type { Query } from "./query";

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

/** The filters with a mark that events must have or must not have; null for either. */
export function withMark(filters: Filters, mark: Mark, must: boolean | null): Filters {
  const others = Object.entries(filters.marks).filter(([other]) => other !== mark);
  const marks = must === null ? others : [...others, [mark, must]];
  return { ...filters, marks: Object.fromEntries(marks) as Filters["marks"] };
}

/** A value is included or excluded, never both. */
export function withTerm(filters: Filters, column: TermColumn, term: Term): Filters {
  const others = filters[column].filter((one) => one.value !== term.value);
  return { ...filters, [column]: [...others, term] };
}

export function withoutTerm(filters: Filters, column: TermColumn, value: string): Filters {
  return { ...filters, [column]: filters[column].filter((one) => one.value !== value) };
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

/** How many chips the filters make. */
export function countTerms(filters: Filters): number {
  const terms = COLUMN_TERMS.reduce((sum, [column]) => sum + filters[column].length, 0);
  const spans = filters.since !== null || filters.until !== null ? 1 : 0;
  const marks = Object.keys(filters.marks).length;
  return terms + spans + marks + (filters.contains === null ? 0 : 1);
}
