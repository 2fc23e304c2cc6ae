import type { ColumnSet } from "../common/columns";
import { words } from "../words";

const label = words.chains.column;

export const CHAIN_COLUMNS: ColumnSet = {
  list: "chains",
  columns: [
    { name: "time", label: label.time, width: 148, zoned: true },
    { name: "record", label: label.record, width: 188 },
    { name: "field", label: label.field, width: 132 },
    { name: "expected", label: label.expected, width: 188, fills: true },
    { name: "claimed", label: label.claimed, width: 188, fills: true },
    { name: "new", label: label.new, width: 188, fills: true },
    { name: "actor", label: label.actor, width: 116 },
  ],
};
