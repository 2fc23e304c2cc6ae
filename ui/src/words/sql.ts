/** The words of the view that asks in SQL. */
import type { Kind } from "../export/kinds";
import { MOST_EVENTS_OF_A_SHEET, type SqlExported, type SqlKind } from "../ipc";
import { counted, grouped } from "./format";
import { sqlExamples } from "./sqlExamples";

const KINDS: Record<SqlKind, string> = {
  text: "text",
  number: "number",
  time: "time",
  boolean: "boolean",
  other: "other",
};

/** The functions that are offered, each with what it takes. */
const FUNCTIONS = [
  ["count", "*"],
  ["sum", "number"],
  ["avg", "number"],
  ["min", "value"],
  ["max", "value"],
  ["median", "number"],
  ["max_by", "value, by"],
  ["min_by", "value, by"],
  ["bool_and", "condition"],
  ["bool_or", "condition"],
  ["approx_distinct", "value"],
  ["array_agg", "value"],
  ["string_agg", "text, separator"],
  ["first_value", "value"],
  ["last_value", "value"],
  ["stddev", "number"],
  ["lag", "value"],
  ["lead", "value"],
  ["row_number", ""],
  ["rank", ""],
  ["dense_rank", ""],
  ["ntile", "number"],
  ["coalesce", "value, …"],
  ["nullif", "value, other"],
  ["greatest", "value, …"],
  ["least", "value, …"],
  ["lower", "text"],
  ["upper", "text"],
  ["trim", "text"],
  ["length", "text"],
  ["left", "text, number"],
  ["right", "text, number"],
  ["substr", "text, from, length"],
  ["strpos", "text, part"],
  ["starts_with", "text, start"],
  ["ends_with", "text, end"],
  ["contains", "text, part"],
  ["replace", "text, part, by"],
  ["split_part", "text, separator, number"],
  ["concat", "text, …"],
  ["regexp_like", "text, pattern"],
  ["regexp_extract", "text, pattern, group"],
  ["regexp_replace", "text, pattern, by"],
  ["json_extract_string", "text, path"],
  ["strftime", "time, format"],
  ["date_trunc", "unit, time"],
  ["date_part", "unit, time"],
  ["date_diff", "unit, from, to"],
  ["to_timestamp", "text"],
  ["now", ""],
  ["round", "number, digits"],
  ["floor", "number"],
  ["ceil", "number"],
  ["abs", "number"],
] as const;

const COPY_FORMATS = {
  tsv: "Tab-separated (TSV)",
  csv: "CSV",
  json: "JSON",
  markdown: "Markdown",
} as const;

const chart = {
  as: "Show as",
  table: "Table",
  chart: "Chart",
  form: "Form",
  forms: { bar: "Bars", line: "Line" },
  along: "Along",
  values: "Values",
  none: "A chart needs a column of numbers",
  noneHint: "Count or sum something: count(*) AS changes",
  only: (shown: number, rows: number) =>
    `The first ${grouped(shown)} of ${counted(rows, "row")} are drawn.`,
  loaded: "Only the rows that are loaded are drawn.",
  omitted: (rows: number) =>
    rows === 1
      ? "1 row has no number here, and is left out."
      : `${grouped(rows)} rows have no number here, and are left out.`,
  label: (form: "bar" | "line", values: string, along: string, points: number) =>
    `${form === "bar" ? "Bar" : "Line"} chart of ${values} by ${along}: ${counted(points, "value")}. The table has them all.`,
  point: (label: string, value: string) => `${label}: ${value}`,
  utcDays: "The days are those of UTC.",
  nothing: "NULL",
  empty: "(empty)",
} as const;

const exported = {
  title: "Export the answer",
  whole: "The whole answer is asked again, and written as it comes.",
  rows: (rows: number) => counted(rows, "row"),
  notCounted: "Rows not counted yet",
  done: (rows: number) => `**${counted(rows, "row")}** ${rows === 1 ? "is" : "are"} in {name}.`,
  progress: (rows: number, total: number | null) =>
    total === null ? counted(rows, "row") : `${grouped(rows)} of ${counted(total, "row")}`,
  altered: ({ apostrophes, too_long }: SqlExported) =>
    [
      apostrophes > 0
        ? `${counted(apostrophes, "cell")} that a spreadsheet would run got an apostrophe. NDJSON and Parquet are exact.`
        : "",
      too_long > 0
        ? `${counted(too_long, "cell")} ${too_long === 1 ? "is" : "are"} longer than a cell of a sheet holds. NDJSON and Parquet are exact.`
        : "",
    ].filter((sentence) => sentence !== ""),
  /** What stands beside a kind, where it is another thing than for events. */
  hints: {
    csv: "for spreadsheets; cells that would run get an apostrophe",
    xlsx: `up to ${grouped(MOST_EVENTS_OF_A_SHEET)} rows; cells that would run get an apostrophe`,
    ndjson: "exact, one row a line",
  } as Partial<Record<Kind, string>>,
  tooMany: "these are more rows than a sheet holds: use CSV or Parquet",
} as const;

export const sql = {
  chart,
  examples: sqlExamples,
  export: exported,
  functions: FUNCTIONS,
  kind: KINDS,

  title: "SQL",
  editor: "Question in SQL",
  editorHint: "Ctrl Enter runs it, Ctrl Space completes a name, Tab leaves the editor",
  placeholder: "SELECT actor, count(*) AS changes FROM events GROUP BY actor ORDER BY changes DESC",
  /** What the editor itself says to a screen reader. */
  phrases: [
    ["Completions", "Names"],
    ["Control character", "Invisible character"],
  ] as const,
  ofTable: (kind: SqlKind, table: string) => `${KINDS[kind]} of ${table}`,

  run: "Run",
  runTitle: "Run (Ctrl Enter)",
  stop: "Stop",
  stopTitle: "Stop (Esc)",
  running: "Running…",
  elapsed: (seconds: number) => `${seconds.toFixed(1)} s`,
  stopped: "Stopped",
  stoppedHint: "The question was given up before it was answered.",
  wrongAt: (line: number, column: number) => `Line ${grouped(line)}, column ${grouped(column)}`,
  wrong: "This cannot be asked",
  failed: "The question could not be answered",
  runAgain: "Run again",

  start: "Ask the journal in SQL",
  startHint:
    "Three tables can be asked: **events**, **records** and **state**. Nothing can be changed. Start with a question:",
  exampleButton: "Examples",
  historyButton: "Recent",
  historyNone: "What you run is listed here.",
  openFile: "Open…",
  saveFile: "Save…",
  fileName: "question",

  palette: {
    open: "Open a text in SQL…",
    save: "Save the text in SQL…",
    export: "Export the answer…",
  },

  tables: "Tables",
  tablesHint: "A press on a name puts it into the text.",
  ofState:
    "The clock and the reading apply to the table **state**. Events and records are all of them, as they are now.",
  changed: "The clock or the reading was changed since this was asked.",

  answer: "Answer",
  noRows: "No rows",
  noRowsInPart: "No rows in the files that were read",
  noRowsHint: "The question was answered, and nothing matches it.",
  /** Below the rows. */
  rows: (rows: number) => counted(rows, "row"),
  rowsOf: (loaded: number, total: number) => `${grouped(loaded)} of ${counted(total, "row")}`,
  firstRows: (loaded: number) => `The first ${counted(loaded, "row")}`,
  countRows: "Count them",
  loadingRows: "Loading more…",
  loadMore: "Load more",
  moreFailed: "The next rows could not be loaded.",
  sortedPart: (rows: number) =>
    `Only the ${counted(rows, "loaded row")} are sorted. To sort all, use ORDER BY.`,
  unsort: "As answered",
  asked: "Asked at {when}, answered in {time}",
  ofClock: "state as it was at {when}",

  cell: (column: string) => `Value of ${column}`,
  openEvent: "Open this event",
  openRecord: "Open this record",
  copyValue: "Copy value",
  copied: "Copied",

  copy: {
    button: "Copy",
    as: (format: keyof typeof COPY_FORMATS) => `Copy rows as ${COPY_FORMATS[format]}`,
    format: COPY_FORMATS,
    of: (rows: number, selected: boolean) =>
      selected ? `${counted(rows, "selected row")}` : `All ${counted(rows, "loaded row")}`,
    done: (rows: number, escaped: number) => {
      const altered = `; ${counted(escaped, "cell")} got an apostrophe, so that a spreadsheet runs nothing`;
      return `${counted(rows, "row")} copied${escaped > 0 ? altered : ""}`;
    },
  },

  openEvents: "Open as events",
  openEventsTitle: "List these events, with their filters, history and details",
  firstEvents: (shown: number, total: number) =>
    `The list has the first ${grouped(shown)} of the ${counted(total, "event")} that are loaded.`,
  selected: (rows: number) => `${counted(rows, "row")} selected`,
  clearSelection: "Clear selection (Esc)",
} as const;
