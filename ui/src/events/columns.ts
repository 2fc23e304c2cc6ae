import type { ColumnSet } from "../common/columns";
import { words } from "../words";

const label = words.events.column;

/** Of every list of events, the corrections among them. */
export const EVENT_COLUMNS: ColumnSet = {
  list: "events",
  marked: true,
  columns: [
    { name: "time", label: label.time, width: 148, zoned: true },
    { name: "record", label: label.record, width: 188 },
    { name: "field", label: label.field, width: 132 },
    { name: "change", label: label.change, width: 320, fills: true },
    { name: "actor", label: label.actor, width: 116 },
    { name: "source", label: label.source, width: 84 },
    { name: "lag", label: label.lag, width: 92, optional: true },
  ],
};
