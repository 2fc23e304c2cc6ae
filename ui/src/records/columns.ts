import type { ColumnSet } from "../common/columns";
import { words } from "../words";

const label = words.records.column;

/** Of every list of records, the deleted ones among them. */
export const RECORD_COLUMNS: ColumnSet = {
  list: "records",
  columns: [
    { name: "type", label: label.type, width: 124 },
    { name: "id", label: label.id, width: 188 },
    { name: "name", label: label.name, width: 320, fills: true },
    { name: "events", label: label.events, width: 76 },
    { name: "first", label: label.first, width: 148, zoned: true },
    { name: "last", label: label.last, width: 148, zoned: true },
    { name: "who", label: label.who, width: 148 },
  ],
};
