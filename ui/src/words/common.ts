/** Words that more than one area uses. */
import type { Coverage, ErrorKind, Reading } from "../ipc";
import type { TermColumn } from "../query/filters";
import { counted, grouped } from "./format";

const ADVICE: Record<ErrorKind, string> = {
  invalid: "Enter another value",
  refused: "Nothing was recorded",
  missing: "It may be in a file that could not be read, or in another journal",
  cancelled: "Try again",
  failed: "Check that the bucket can be reached, then try again",
};

const READINGS: Record<Reading, string> = {
  recorded: "As recorded",
  corrected: "As corrected",
};

/** The columns that events are filtered by, as the window calls them. */
const COLUMNS: Record<TermColumn, string> = {
  entity_type: "type",
  entity_id: "record",
  field: "field",
  action: "action",
  actor: "actor",
  source: "source",
  workspace_id: "workspace",
};

/** Only the first of many changed files are listed: the kinds of the others are not known. */
function changes({ changed, changed_total }: Coverage): string[] {
  if (changed_total > changed.length) return [`${counted(changed_total, "file")} changed or gone`];
  const gone = changed.filter(({ change }) => change === "gone").length;
  return [
    gone > 0 ? `${counted(gone, "file")} gone` : "",
    changed_total > gone ? `${counted(changed_total - gone, "file")} changed` : "",
  ];
}

/** `Berlin` of `Europe/Berlin` */
const placeOf = (zone: string) => zone.replace(/.*\//, "").replaceAll("_", " ");

export const common = {
  cancel: "Cancel",
  clearFilters: "Clear filters",
  close: "Close",
  /** The keys that confirm a dialog. */
  confirmKeys: "Ctrl Enter",
  dismiss: "Dismiss",
  notifications: "Notifications",
  reason: "Reason",
  save: "Save",
  showFewer: "Show fewer",
  tryAgain: "Try again",
  showMore: (count: number) => `Show ${grouped(count)} more`,

  correct: "Correct…",
  note: "Note…",
  void: "Void…",
  openRecord: "Open record",
  notCorrectable: (action: string) =>
    `An event with the action “${action}” has no value to correct`,
  pendingEvent: "Pending: on this device, not yet in the bucket",
  voided: "This event is void. As corrected, it has no effect.",
  readOnly: (reason: string) => `Read-only: ${reason}`,

  eventUnreadable: "The event could not be read",
  readingEvent: "Reading the event",

  /** What a problem means for the person in front of the window. */
  advice: ADVICE,

  counting: "Counting…",
  soFar: (found: string) => `${found} so far`,
  /** How far a list is from having all it will have. */
  folding: (done: number, of: number) =>
    of === 0
      ? "Going through the records…"
      : `${grouped(done)} of ${counted(of, "record")} gone through…`,
  events: (count: number) => counted(count, "event"),
  filesRead: (read: number, files: number) => `${grouped(read)} of ${counted(files, "file")} read`,
  incomplete: "Incomplete: {what}",
  /** What answers rest on while the bucket is looked at, or cannot be. */
  asListed: "As listed at {when} · looking…",
  looking: "Looking…",
  offline: "Offline, as of {when}",
  offlineSince: "Offline",
  /** What an answer does not rest on, a clause each. */
  findings: (coverage: Coverage): string[] =>
    [
      coverage.read < coverage.files
        ? `${grouped(coverage.read)} of ${counted(coverage.files, "file")} read`
        : coverage.unreadable_total > 0
          ? counted(coverage.unreadable_total, "unreadable part")
          : "",
      ...changes(coverage),
      coverage.gaps_total > 0 ? `${counted(coverage.gaps_total, "gap")} in the logs` : "",
      coverage.doubled_total > 0 ? counted(coverage.doubled_total, "doubled number") : "",
    ].filter((finding) => finding !== ""),
  notCounted: "Not counted",
  nothingFound: "Nothing found",
  nothingFoundInPart: "Nothing found in the files that were read",
  records: (count: number) => counted(count, "record"),

  column: COLUMNS,
  columns: "Columns",
  moveColumnLeft: (column: string) => `Move ${column} left`,
  moveColumnRight: (column: string) => `Move ${column} right`,
  resetColumns: "Reset columns",
  sortBy: (column: string) => `Sort by ${column}`,
  widthOfColumn: (column: string) => `Width of ${column}`,

  position: (position: number, total: number) => `${grouped(position)} of ${grouped(total)}`,
  scrollbar: "Position in the list",
  scrollBubble: (total: number) => `{position} of ${grouped(total)}`,
  /** The position read aloud, with what is there. */
  scrollValue: (position: number, total: number, top: string) =>
    `${grouped(position)} of ${grouped(total)}, ${top}`,

  reading: READINGS,
  /** The head of a column of instants. The zone keeps to the word before it. */
  inZone: (label: string, zone: string) => `${label}\u00a0(${placeOf(zone)})`,
  instantExample: "2024-03-03 14:05",
  instantInvalid: "Enter a time: 2024-03-03 14:05, 3 March 2024, 2024-03, yesterday or -7d",
  instantUnderstood: (instant: string) => `That is ${instant}`,
} as const;
