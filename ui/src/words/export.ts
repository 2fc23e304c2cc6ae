/** The words of the dialog that exports events. */
import type { Kind } from "../export/kinds";
import { LONGEST_CELL, MOST_EVENTS_OF_A_SHEET, type ExportForm, type Exported } from "../ipc";
import { counted, grouped } from "./format";

const KINDS: Record<Kind, { name: string; hint: string }> = {
  csv: { name: "CSV", hint: "for spreadsheets; cells that would run get an apostrophe" },
  xlsx: {
    name: "Excel sheet",
    hint: `up to ${grouped(MOST_EVENTS_OF_A_SHEET)} events; cells that would run get an apostrophe`,
  },
  ndjson: { name: "NDJSON", hint: "exact, one event a line" },
  parquet: { name: "Parquet", hint: "exact, one file" },
  extract: { name: "Extract", hint: "a journal of its own that Daybook opens" },
};

/** Where each altered cell is listed. */
function listed(form: ExportForm, about: boolean): string {
  if (form === "xlsx") return "the sheet “Altered” lists each";
  return about ? "the file about it lists each" : "a file about it lists each";
}

/** What stands otherwise in the file than in the journal, a sentence each. */
function altered({ apostrophes, too_long, about }: Exported, form: ExportForm): string[] {
  const where = listed(form, about !== null);
  const cells = (count: number) => counted(count, "cell");
  const cut = too_long === 1 ? "was cut" : "were cut";
  const whole =
    too_long === 1
      ? "is whole here, and a spreadsheet would cut it"
      : "are whole here, and a spreadsheet would cut them";
  return [
    apostrophes > 0
      ? `${cells(apostrophes)} that a spreadsheet would run got an apostrophe; ${where}. NDJSON and Parquet are exact.`
      : "",
    too_long > 0
      ? `${cells(too_long)} longer than ${grouped(LONGEST_CELL)} characters ${form === "xlsx" ? cut : whole}; ${where}.`
      : "",
  ].filter((text) => text !== "");
}

export const exporting = {
  button: "Export…",
  titleOfRecord: "Export the events of this record…",
  titleOfRecords: "Export the events that these records were found by…",
  palette: "Export these events…",

  title: "Export events",
  events: (count: number) => counted(count, "event"),
  allEvents: "Every event of the journal",
  kind: "As",
  kinds: KINDS,
  tooMany: "these are more events than a sheet holds: use CSV or Parquet",
  mark: "With a byte order mark",
  markHint: "by which older versions of Excel read accents right",
  about: "With a file about it",
  aboutHint: "beside it: the question, the files it rests on, and each altered cell",
  choose: "Choose where…",
  asking: "Choose where it is saved…",
  running: "Exporting…",
  progress: (done: number, total: number) => `${grouped(done)} of ${counted(total, "event")}`,
  stopped: "The export was stopped. Nothing of it is left.",

  /** What the file holds. */
  done: ({ events, amendments }: Exported, form: ExportForm) => {
    const along = form === "extract" ? ` and ${counted(amendments, "amendment")} of them` : "";
    const are = events === 1 && amendments === 0 ? "is" : "are";
    return `**${counted(events, "event")}**${along} ${are} in {name}.`;
  },
  doneAbout: "What tells about it is in {name}.",
  altered,
  exact: "Nothing was altered.",
  incomplete: "Not every file of the journal could be read: what these hold is not in it.",
} as const;
