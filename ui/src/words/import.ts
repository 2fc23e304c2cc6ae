/** The words of the dialog that brings in a table of another system. */
import type { Form, Missing } from "../import/draft";
import type { ImportKind, ImportSummary } from "../ipc";
import { spoken } from "../value/segments";
import { counted, grouped } from "./format";

const KINDS: Record<ImportKind, { name: string; hint: string }> = {
  snapshot: { name: "A record as it is now", hint: "only what differs is recorded" },
  changes: { name: "A change", hint: "such as of an audit log; it keeps its own time" },
};

const LACKS: Record<Exclude<Missing, null>, string> = {
  type: "Say of which type the records are.",
  id: "Choose the column with the id of the record.",
  actor: "Say who makes the change.",
  fields: "Choose the columns to bring in, and name the field of each.",
  format: "Write how the dates are written, as in %d.%m.%Y.",
  at: "Choose the column with the time of the change.",
  change: "Choose the columns with the field and the new value.",
};

const FORMS: Record<Form, string> = { text: "Text", number: "Number", date: "Date" };

export const importing = {
  open: "Bring in a table…",
  title: "Bring in a table",
  intro:
    "A CSV or Excel file of another system becomes events: you say what its columns mean, and see what would be recorded before anything is.",
  introHint:
    "Either each row is a record as it is now, or each row is a change, as in an audit log.",
  choose: "Choose a file…",
  otherFile: "Another file…",

  kind: "Each row is",
  kinds: KINDS,
  type: "Type",
  typePlaceholder: "candidate",
  id: "Id",
  actor: "Who",
  actorIsMe: "You",
  at: "When",
  atFormat: "Written as",
  atPlaceholder: "%d.%m.%Y %H:%M",
  atHint: "Left empty, it is as in 2024-03-01T09:00:00Z.",
  atZone: (zone: string) => `In the time zone ${zone}.`,
  field: "Field",
  old: "Old value",
  noOld: "Not in the table",
  new: "New value",
  chooseColumn: "Choose a column",
  sameForAll: "The same for all rows:",
  column: (name: string) => `Column “${spoken(name)}”`,
  textOf: (label: string) => `${label} of all rows`,

  columns: "Columns of the table",
  columnHead: "Column",
  fieldHead: "Field",
  formHead: "Read as",
  fieldOf: (column: string) => `Field of ${spoken(column)}`,
  formOf: (column: string) => `How ${spoken(column)} is read`,
  forms: FORMS,
  formatOf: {
    number: (column: string) => `How numbers of ${spoken(column)} are written`,
    date: (column: string) => `How dates of ${spoken(column)} are written`,
  },
  formatTitle: {
    number: "An example with both signs; empty to find the decimal sign by looking",
    date: "%d day, %m month, %Y year, %y year of two digits, %H:%M hour and minute",
  },
  formatPlaceholder: { number: "1.234,5", date: "%d.%m.%Y" },

  openMapping: "Open a mapping…",
  saveMapping: "Save the mapping…",
  savedAs: "Saved as",

  preview: "What would be recorded",
  comparing: "Comparing with the journal…",
  lacks: LACKS,
  doubled: "Two columns cannot be one field:",
  events: (total: number) =>
    total === 0 ? "Nothing would be recorded." : `${counted(total, "event")} would be recorded`,
  kindsOf: ({ inserts, updates, deletes }: ImportSummary) => {
    const kinds = [
      [inserts, "insert"],
      [updates, "update"],
      [deletes, "delete"],
    ] as const;
    const some = kinds.filter(([number]) => number > 0);
    return some.map(([number, kind]) => counted(number, kind)).join(", ");
  },
  found: ({ rows, found }: ImportSummary) => {
    const separator =
      found.delimiter === "\t"
        ? "cells separated by tabs"
        : `cells separated by “${found.delimiter}”`;
    const all = [
      counted(rows, "row"),
      found.sheet === null ? null : `sheet “${spoken(found.sheet)}”`,
      found.encoding,
      found.delimiter === null ? null : separator,
      found.decimal === null ? null : `decimals behind “${found.decimal}”`,
    ];
    return all.filter((part) => part !== null).join(", ");
  },
  unchanged: ({ unchanged }: ImportSummary) =>
    `${counted(unchanged, "row")} ${unchanged === 1 ? "says" : "say"} what the journal says already.`,
  missing: (total: number, hasBad: boolean) =>
    `${counted(total, "record")} of the journal ${total === 1 ? "is" : "are"} not in ${hasBad ? "the rows that are understood" : "the table"}, and left alone, such as`,
  twice: (times: number) =>
    `${counted(times, "time")} ${times === 1 ? "comes" : "come"} twice, as clocks were put back: the first is taken.`,
  insertedAgain: (records: number) =>
    records === 1
      ? "1 record was deleted, and begins anew with the fields of the table alone."
      : `${grouped(records)} records were deleted, and begin anew with the fields of the table alone.`,
  takenBack: (updates: number) =>
    `${counted(updates, "update")} ${updates === 1 ? "takes" : "take"} back what a correction or a void says in the journal.`,
  cut: "Known of its source:",
  incomplete:
    "Not every file of the journal could be read: the comparison does not know what these hold.",
  bad: (total: number) => `${counted(total, "row")} cannot be understood`,
  line: (line: number) => `Line ${grouped(line)}:`,
  row: "the row",
  moreBad: (total: number) => `and ${grouped(total)} more.`,
  leaveOutBad: (total: number) => (total === 1 ? "Leave this row out" : "Leave these rows out"),
  firstEvents: (shown: number) => `The first ${shown}`,
  allEvents: "All of them",
  recordHead: "Record and field",
  oldHead: "Old value",
  newHead: "New value",

  record: (total: number) => (total === 0 ? "Record" : `Record ${counted(total, "event")}`),
  recorded: (events: number) =>
    events === 1 ? "1 event is recorded." : `${grouped(events)} events are recorded as one batch.`,
  goesOn: "Bringing in the table again goes on behind them.",
  showThem: "Show them",
} as const;
