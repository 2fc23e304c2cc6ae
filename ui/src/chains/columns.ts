import type { ColumnSet } from "../common/columns";

export const CHAIN_COLUMNS: ColumnSet = {
  list: "chains",
  columns: [
    { name: "time", word: "Time", width: 148, zoned: true },
    { name: "record", word: "Record", width: 116 },
    { name: "field", word: "Field", width: 132 },
    { name: "expected", word: "Value before it", width: 188, fills: true },
    { name: "claimed", word: "Its old value", width: 188, fills: true },
    { name: "new", word: "Its new value", width: 188, fills: true },
    { name: "actor", word: "Actor", width: 116 },
  ],
};
