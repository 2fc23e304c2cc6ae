/** Events as text for elsewhere, with the columns of the journal in their order. */
import { csvOf, markdownOf, type Copied } from "../common/table";
import { COLUMNS, type ColumnName, type EventRow, type Value } from "../ipc";

type Cell = readonly [name: ColumnName, value: string | null];

/** Every column of an event with its value, in the journal's order. */
export function columnsOf(event: EventRow): Cell[] {
  return COLUMNS.map(({ name }) => [name, textOf(event[name])]);
}

function textOf(value: string | Value | null): string | null {
  return typeof value === "string" ? value : (value?.text ?? null);
}

/** The formats in which events can be copied. */
export const FORMATS = {
  text: asText,
  json: asJson,
  csv: asCsv,
  markdown: asMarkdown,
} as const satisfies Record<string, (events: EventRow[]) => Copied>;

export type Format = keyof typeof FORMATS;

/** One column a line; null and empty told apart, as a text has no other way. */
export function asText(events: EventRow[]): Copied {
  const line = ([name, value]: Cell) => `${name}: ${value ?? "null"}`.replace(/: $/, ': ""');
  const one = (event: EventRow) => columnsOf(event).map(line).join("\n");
  return { text: events.map(one).join("\n\n"), escaped: 0 };
}

/** Exact: one event is an object, several are a list. */
export function asJson(events: EventRow[]): Copied {
  const objects = events.map((event) => Object.fromEntries(columnsOf(event)) as unknown);
  const text = JSON.stringify(objects.length === 1 ? objects[0] : objects, null, 2);
  return { text, escaped: 0 };
}

/** With the names of the columns at its head. */
export function asCsv(events: EventRow[]): Copied {
  const names = events.length > 0 ? [COLUMNS.map(({ name }) => name)] : [];
  return csvOf([...names, ...events.map((event) => columnsOf(event).map(([, value]) => value))]);
}

/** The columns of a table that people read. */
const TABLE_COLUMNS: ColumnName[] = [
  "timestamp",
  "entity_id",
  "field",
  "action",
  "old_value",
  "new_value",
  "actor",
];

export function asMarkdown(events: EventRow[]): Copied {
  const rows = events.map((event) => {
    const columns = new Map(columnsOf(event));
    return TABLE_COLUMNS.map((name) => columns.get(name) ?? null);
  });
  return { text: markdownOf([TABLE_COLUMNS, ...rows]), escaped: 0 };
}
