import type { ColumnSet } from "../common/columns";

/** Of every list of events, the corrections among them. */
export const EVENT_COLUMNS: ColumnSet = {
  list: "events",
  marked: true,
  columns: [
    { name: "time", word: "Time", width: 148, zoned: true },
    { name: "record", word: "Record", width: 116 },
    { name: "field", word: "Field", width: 132 },
    { name: "change", word: "Change", width: 320, fills: true },
    { name: "actor", word: "Actor", width: 116 },
    { name: "source", word: "Source", width: 84 },
  ],
};
