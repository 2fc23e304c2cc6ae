/** The words of the dialogs that correct, void and note. */
import type { AmendAction } from "../amend/draft";
import type { ValueKind } from "../amend/kinds";
import { counted } from "./format";

const ACTIONS = {
  correct: { verb: "Correct", recorded: "correction", asksFor: "Reason" },
  void: { verb: "Void", recorded: "void", asksFor: "Reason" },
  note: { verb: "Note on", recorded: "note", asksFor: "Note" },
} as const satisfies Record<AmendAction, unknown>;

const KINDS: Record<ValueKind, string> = {
  number: "Number",
  date: "Date",
  instant: "Date and time",
  yes_no: "Yes or no",
  json: "JSON",
  text: "Text",
  empty: "Empty",
  null: "null",
};

/** What stands beside a text that is of its kind. */
const VALID: Partial<Record<ValueKind, string>> = {
  number: "Valid number",
  date: "Valid date",
  instant: "Valid date and time",
  json: "Valid JSON",
};

export const amend = {
  /** `Correct an event`, `Void 12 events` */
  title: (action: AmendAction, events: number) =>
    `${ACTIONS[action].verb} ${events === 1 ? "an event" : counted(events, "event")}`,
  titleOfRecordNote: "Note on a record",
  /** `Record correction`, `Record 12 voids` */
  confirm: (action: AmendAction, events: number) => {
    const { recorded } = ACTIONS[action];
    return `Record ${events === 1 ? recorded : counted(events, recorded)}`;
  },
  /** The label of the text that one enters: a reason or a note. */
  textLabel: (action: AmendAction) => ACTIONS[action].asksFor,
  textHint: (action: AmendAction) =>
    action === "note" ? "A note changes no value" : "Required, and kept with the event",
  draftRestored: "What you entered here before is restored",
  discardDraft: "Discard draft",
  undo: (events: number) => (events === 1 ? "Void this event…" : "Void these events…"),
  recordedNow: "The clock is set, but this is recorded now",

  actorLabel: "Your name, recorded as the actor",
  change: "Change…",
  recordedAs: "Recorded as {actor}",
  saveName: "Save name",

  original: "The original event",
  originalStays: "The original event does not change",
  correctedTo: "Corrected to",

  field: "Field",
  wholeRecord: "* (the whole record)",
  newValue: "New value",
  newValueForAll: "New value, the same for all events",
  kind: "Kind of value",
  kinds: KINDS,
  valid: VALID,
  becomesNull: "The field will be null: it will have no value",
  becomesEmpty: "The field will be an empty text",
  carriageReturns:
    "The recorded value has carriage returns. If you edit it here, its lines will end in line feeds.",
  invisibleShown: "With invisible characters shown:",
  difference: "The change",

  valueMissing: "Enter a value, or choose Empty or null",
  notANumber: "This is not a plain number such as 61.50. To record it as it is, choose Text.",
  notADate: "This is not a date such as 2026-03-03. To record it as it is, choose Text.",
  notAnInstant:
    "This is not a date and time such as 2026-03-03T12:00:00Z. To record it as it is, choose Text.",
  notYesOrNo: "Choose one of the two values, or choose Text",
  notJson: (why: string) => `Not JSON: ${why}`,

  severalFields: (count: number) =>
    `These events are of ${count} fields. Only events of one field can be corrected together.`,
  noCommonField: "These events have no field in common, so they cannot be corrected together",
  subjects: (events: number, records: number) =>
    `${counted(events, "event")} of ${counted(records, "record")}`,

  preview: "Preview",
  previewTitle: (events: number) =>
    events > 1 ? "These events will be appended together" : "This event will be appended",
  previewColumns: "The columns of the event",
  previewPreparing: "Preparing…",
  previewNeedsValue: "Enter a valid new value to see the event",
  assignedLater: "assigned when recorded",
  previousEvent: "Previous event",
  nextEvent: "Next event",
  showRefused: "Show this event",
  excludeRefused: "Leave this event out",
} as const;
