import type { ColumnSet } from "../common/columns";

/** Of every list of records, the deleted ones among them. */
export const RECORD_COLUMNS: ColumnSet = {
  list: "records",
  columns: [
    { name: "type", word: "Type", width: 124 },
    { name: "id", word: "Id", width: 188 },
    { name: "name", word: "Name", width: 320, fills: true },
    { name: "events", word: "Events", width: 76 },
    { name: "first", word: "First change", width: 148, zoned: true },
    { name: "last", word: "Last change", width: 148, zoned: true },
    { name: "who", word: "Who", width: 148 },
  ],
};
