/** The words of the head of a group: of a batch, or of events that are taken for one. */
import { counted, grouped } from "./format";

const KINDS = { batch: "Batch", guessed: "Guessed group" } as const;

/** The names of what a summary says, in a text that is copied. */
const summary = {
  events: "Events",
  records: "Records",
  actors: "Actors",
  sources: "Sources",
  time: "Time",
  recorded: "Recorded",
} as const;

export const groups = {
  kind: KINDS,
  guessed:
    "These events have one actor and source and lie less than a second apart; the journal does not say that they belong together.",

  events: (shown: number) => counted(shown, "event"),
  eventsOf: (shown: number, all: number) => `${grouped(shown)} of ${counted(all, "event")} shown`,
  by: "by {who}",
  through: "through {source}",
  others: (values: number) => `and ${grouped(values)} more`,
  recorded: "recorded {when}",
  to: "to",
  records: (records: number | null) => (records === null ? "Records" : counted(records, "record")),

  fields: "Fields",
  actions: "Actions",
  amended: "Amended so far",
  amendedCount: (events: number) => `${grouped(events)} corrected or voided`,
  more: "Fields and actions",

  showAll: "Show all",
  showAllTitle: "Show every event of this batch",
  selectAll: "Select all",
  selectAllTitle: (events: number, most: number) =>
    events > most
      ? `Select all ${counted(events, "event")}, to copy them: at most ${grouped(most)} can be corrected, voided or noted together`
      : `Select all ${counted(events, "event")}, to correct, void, note or copy them together`,
  copy: "Copy as text",
  copyTitle: "Copy what is said here as text",
  copied: (kind: keyof typeof KINDS) =>
    kind === "batch" ? "Copied what is said of the batch" : "Copied what is said of the group",
  back: "Back",
  backTitle: "Back to what was shown before (Alt ←)",
  palette: {
    selectAll: "Select all events of this group",
    copy: "Copy the summary of this group as text",
  },

  open: "Open batch",
  openTitle: "Show the events that were recorded together with this one",
  summary,
} as const;
