/** What the rows of an answer lead to: the events and records that their columns name. */
import type { RecordId, SqlColumn } from "../ipc";
import type { SqlRow } from "./answer.svelte";

/** Where the columns are that lead elsewhere; -1 for one that is not there. */
export interface LinkColumns {
  event: number;
  type: number;
  record: number;
}

export function linkColumns(columns: readonly SqlColumn[]): LinkColumns {
  const at = (name: string) => columns.findIndex((column) => column.name.toLowerCase() === name);
  return { event: at("event_id"), type: at("entity_type"), record: at("entity_id") };
}

/** What a cell leads to. */
export type Link = { to: "event"; id: string } | { to: "record"; id: RecordId };

/** Null for a cell that leads nowhere. */
export function linkOf(row: SqlRow, column: number, columns: LinkColumns): Link | null {
  const text = row.cells[column] ?? null;
  if (text === null || text === "") return null;
  if (column === columns.event) return { to: "event", id: text };
  const type = columns.type < 0 ? null : (row.cells[columns.type] ?? null);
  if (column !== columns.record || type === null) return null;
  return { to: "record", id: { entity_type: type, entity_id: text } };
}

/** So many events are listed by their ids. */
export const MOST_EVENTS = 500;

export interface EventIds {
  /** The first of them, each once. */
  ids: string[];
  /** How many there are. */
  total: number;
}

/** The ids of the events in rows; null if no column has any. */
export function eventIdsOf(rows: readonly SqlRow[], { event }: LinkColumns): EventIds | null {
  if (event < 0) return null;
  const ids = new Set(rows.map((row) => row.cells[event] ?? ""));
  ids.delete("");
  return ids.size === 0 ? null : { ids: [...ids].slice(0, MOST_EVENTS), total: ids.size };
}
