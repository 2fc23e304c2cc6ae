/** An event as text for elsewhere, with the columns of the journal in their order. */
import type { EventRow } from "../ipc";

/** Every column of an event with its value, in the journal's order. */
export function columnsOf(event: EventRow): [name: string, value: string | null][] {
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

export function asJson(event: EventRow): string {
  return JSON.stringify(Object.fromEntries(columnsOf(event)), null, 2);
}

/** One column a line; null and empty told apart, as a text has no other way. */
export function asText(event: EventRow): string {
  return columnsOf(event)
    .map(([name, value]) => `${name}: ${value ?? "null"}`.replace(/: $/, ': ""'))
    .join("\n");
}
