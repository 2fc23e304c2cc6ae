/** Events as text for elsewhere, with the columns of the journal in their order. */
import type { EventRow } from "../ipc";

type Column = readonly [name: string, value: string | null];

/** Every column of an event with its value, in the journal's order. */
export function columnsOf(event: EventRow): Column[] {
  return [
    ["event_id", event.event_id],
    ["timestamp", event.timestamp],
    ["entity_type", event.entity_type],
    ["entity_id", event.entity_id],
    ["field", event.field],
    ["action", event.action],
    ["old_value", event.old_value?.text ?? null],
    ["new_value", event.new_value?.text ?? null],
    ["actor", event.actor],
    ["source", event.source],
    ["workspace_id", event.workspace_id],
    ["recorded_at", event.recorded_at],
    ["writer", event.writer],
    ["seq", event.seq],
    ["corrects", event.corrects],
    ["reason", event.reason],
    ["batch", event.batch],
  ];
}

export interface Copied {
  text: string;
  /** Cells that were changed so that a spreadsheet computes nothing. */
  escaped: number;
}

/** The forms in which events can be copied, by their words. */
export const FORMS = {
  Text: asText,
  JSON: asJson,
  CSV: asCsv,
  Markdown: asMarkdown,
} as const satisfies Record<string, (events: EventRow[]) => Copied>;

export type Form = keyof typeof FORMS;

/** One column a line; null and empty told apart, as a text has no other way. */
export function asText(events: EventRow[]): Copied {
  const line = ([name, value]: Column) => `${name}: ${value ?? "null"}`.replace(/: $/, ': ""');
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
  const names = events.slice(0, 1).map((event) => columnsOf(event).map(([name]) => name));
  const text = [...names, ...rows].map((row) => `${row.join(",")}\r\n`).join("");
  return { text, escaped };
}

/** The columns that fit a table people read. */
const READ = ["timestamp", "entity_id", "field", "action", "old_value", "new_value", "actor"];

export function asMarkdown(events: EventRow[]): Copied {
  const cell = (value: string | null) =>
    (value ?? "null").replaceAll("\\", "\\\\").replaceAll("|", "\\|").replaceAll(/\r?\n/g, "<br>");
  const row = (cells: string[]) => `| ${cells.join(" | ")} |`;
  const rows = events.map((event) => {
    const columns = new Map(columnsOf(event));
    return row(READ.map((name) => cell(columns.get(name) ?? null)));
  });
  const head = [row(READ), row(READ.map(() => "---"))];
  return { text: [...head, ...rows].join("\n"), escaped: 0 };
}
