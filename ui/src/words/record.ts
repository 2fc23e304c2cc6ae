/** The words of one record: its header, timeline, fields and comparison. */
import type { Pane, Reading } from "../ipc";
import { counted, grouped } from "./format";

const PANES: Record<Pane, string> = {
  timeline: "Timeline",
  fields: "Fields",
  compare: "Compare",
};

const timeline = {
  label: "Timeline",
  none: "No events",
  noneOfField: "No event of this record changed this field",
  noneUpToClock: "This record has no events up to the clock",
  noneInPart: "No event in the files that were read is about this record",
  noneAtAll: "No event of this journal is about this record",
  reading: "Reading the timeline",
  readingEvent: "Reading this event",
  readingMore: "Reading…",
  unreadable: "The timeline could not be read",
  shown: (first: number, last: number, total: number) =>
    `${grouped(first)} to ${grouped(last)} of ${grouped(total)}, newest first`,
  days: (from: string, to: string) => (from === to ? from : `${from} to ${to}`),
  newest: "Newest",
  oldest: "Oldest",
} as const;

const entry = {
  record: "Record",
  sameValue: "set again to the same value",
  showWhole: "Show the whole value",
  orderUncertain: "Order not certain: another event has the same time",
  broken: "Chain broken: the value before this event was {value}",
  corrected: "As corrected: {value}",
  correctedField: "As corrected, {field}: {value}",
  voidedLater: "Voided by a later event",
  correctedLater: "Corrected by a later event",
  laterAbout: "A later event about this one",
  amendedBy: "{verb} by {actor}, {when}",
  target: "About the {action} of {when} by {actor}",
  targetNotLoaded: "About an earlier event",
  menuButton: "Compare from or to this event",
  menuButtonTitle: "Compare from or to this event (m)",
} as const;

const menu = {
  label: "Compare and set the clock",
  change: "Show what this event changed",
  fromHere: "Compare from this event",
  fromBefore: "Compare from before this event",
  toHere: "Compare to this event",
  setClock: "Set the clock to this event",
} as const;

const compare = {
  label: "Comparison",
  presets: "Compare",
  recordedCorrected: "As recorded against as corrected",
  sinceYesterday: "Since yesterday",
  sinceWeek: "Since a week ago",
  sinceMonth: "Since a month ago",
  from: "From",
  to: "To",
  swap: "Swap the sides",
  now: "Now",
  atClock: "At the clock",
  instantOf: (side: string) => `${side}: instant`,
  readingOf: (side: string) => `${side}: reading`,
  resetOf: (side: string, present: string) => `${side}: ${present.toLowerCase()}`,
  reading: { recorded: "as recorded", corrected: "as corrected" } satisfies Record<Reading, string>,
  comparing: "Comparing",
  failed: "The two sides could not be compared",
  notCompared: "Nothing is compared",
  noTime: "What is entered for one of the sides is no time",
  differing: (fields: number) =>
    fields === 0
      ? "No field differs"
      : `${counted(fields, "field")} ${fields === 1 ? "differs" : "differ"}`,
  same: (fields: number) => `${counted(fields, "field is", "fields are")} the same`,
  between: (events: number) => `${counted(events, "event")} between the two sides`,
  none: "No difference",
  noneRecorded: "Nothing was recorded between the two sides",
  noneChanged: "What was recorded between the two sides changed no field",
  field: "Field",
  change: "From → to",
  because: "Because",
  noSuchField: "no such field",
  noSingleEvent: "no single event makes the difference",
  showEvent: "Show the event",
} as const;

const fields = {
  label: "Fields",
  none: "No fields",
  noneDeleted: "The record is deleted, and no event says what it held",
  noneSet: "No event of this record has set a field",
  field: "Field",
  value: "Value",
  who: "Who",
  when: "When",
  source: "Source",
  changes: "Changes",
  onlyAs: { recorded: "Only as recorded:", corrected: "Only as corrected:" } satisfies Record<
    Reading,
    string
  >,
  otherwise: { recorded: "As recorded:", corrected: "As corrected:" } satisfies Record<
    Reading,
    string
  >,
  showCause: "Show the event that makes the difference",
  recordedBy: "Recorded as {value} by {actor}",
  correctedBy: "Corrected by {actor}, {when}",
  correct: "Correct the value",
  correctTitle: "Correct the value (Enter)",
  copy: "Copy the value",
  copyTitle: "Copy the value (y)",
  copied: (field: string) => `Copied the value of ${field}`,
  nullNotCopied: "The value is null: there is nothing to copy",
} as const;

const differences = {
  label: "Differences",
  title: (fields: number) => `Differs in ${counted(fields, "field")}`,
  because: "Because",
  noSuchField: "no such field",
  onlyField: "Show only changes of this field",
} as const;

/** Which fields name the records of a type. */
const nameFields = {
  button: "Name from…",
  buttonOfNameless: "Choose a name…",
  action: (type: string) => `Choose what names ${type} records`,
  title: "Choose what names records",
  lead: "{type} records are named by",
  picked: "Fields of the name",
  others: "Other fields",
  notInRecord: "not in this record",
  find: "Find a field or a value",
  noneFound: "No other field has this in its name or its value",
  more: (count: number) => `And ${grouped(count)} more: type a part of a name or a value`,
  moveUp: (field: string) => `Move ${field} up`,
  moveDown: (field: string) => `Move ${field} down`,
  preview: "Shown as: {shown}",
  noName: "Shown by its id: these fields are blank in this record",
  pickOne: "Pick at least one field",
  searchHint: "Search by name still goes by the name that Daybook guesses.",
  guess: "Let Daybook guess",
} as const;

export const record = {
  compare,
  differences,
  entry,
  fields,
  menu,
  nameFields,
  timeline,

  /** `corrected by Sarah` */
  doneBy: "{verb} by {actor}",
  first: "First {when} by {actor}",
  last: "Last {when} by {actor}",
  later: (events: number) =>
    `${counted(events, "later event")} not shown, because the clock is set`,
  state: { exists: "exists", deleted: "deleted", unknown: "does not exist" },

  pane: PANES,
  panes: "Panes",
  paneTitle: (pane: string, key: number) => `${pane} (${key})`,
  readings: "Reading",
  differing: " differ",
  only: "Only {field}",
  showAllFields: "Show all fields",

  notUpToDate: (why: string) => `What you see is not up to date. ${why}`,
  reading: "Reading the record",
  unreadable: "This record could not be read",
} as const;
