/** Events as text for elsewhere, with the columns of the journal in their order. */
import { COLUMNS, type ColumnName, type EventRow, type Value } from "../ipc";

type Cell = readonly [name: ColumnName, value: string | null];

/** Every column of an event with its value, in the journal's order. */
export function columnsOf(event: EventRow): Cell[] {
  return COLUMNS.map(({ name }) => [name, textOf(event[name])]);
}

function textOf(value: string | Value | null): string | null {
  return typeof value === "string" ? value : (value?.text ?? null);
}

export interface Copied {
  text: string;
  /** Cells that were changed so that a spreadsheet computes nothing. */
  escaped: number;
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

/** What a spreadsheet would take for a formula. */
const FORMULA = /^[=+\-@\t\r]/;

/** RFC 4180. Null is an empty cell, an empty text is two quotes. */
export function asCsv(events: EventRow[]): Copied {
  let escaped = 0;
  const cell = (value: string | null) => {
    if (value === null) return "";
    const formula = FORMULA.test(value);
    if (formula) escaped += 1;
    const safe = formula ? `'${value}` : value;
    return safe === "" || /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  const rows = events.map((event) => columnsOf(event).map(([, value]) => cell(value)));
  const names = events.length > 0 ? [COLUMNS.map(({ name }) => name)] : [];
  const text = [...names, ...rows].map((row) => `${row.join(",")}\r\n`).join("");
  return { text, escaped };
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
  const cell = (value: string | null) =>
    (value ?? "null").replaceAll("\\", "\\\\").replaceAll("|", "\\|").replaceAll(/\r?\n/g, "<br>");
  const row = (cells: string[]) => `| ${cells.join(" | ")} |`;
  const rows = events.map((event) => {
    const columns = new Map(columnsOf(event));
    return row(TABLE_COLUMNS.map((name) => cell(columns.get(name) ?? null)));
  });
  const head = [row(TABLE_COLUMNS), row(TABLE_COLUMNS.map(() => "---"))];
  return { text: [...head, ...rows].join("\n"), escaped: 0 };
}
