/** How values and their differences are shown and read aloud. */
import { common } from "./common";
import { counted } from "./format";

/** Characters without a shape of their own, as Unicode calls them. */
const INVISIBLE: Record<string, string> = {
  "\t": "tab",
  "\n": "line feed",
  "\r": "carriage return",
  "\u00a0": "no-break space",
  "\u00ad": "soft hyphen",
  "\u034f": "grapheme joiner",
  "\u061c": "Arabic letter mark",
  "\u115f": "Hangul filler",
  "\u1160": "Hangul filler",
  "\u1680": "Ogham space",
  "\u180e": "Mongolian vowel separator",
  "\u2000": "en quad",
  "\u2001": "em quad",
  "\u2002": "en space",
  "\u2003": "em space",
  "\u2004": "three-per-em space",
  "\u2005": "four-per-em space",
  "\u2006": "six-per-em space",
  "\u2007": "figure space",
  "\u2008": "punctuation space",
  "\u2009": "thin space",
  "\u200a": "hair space",
  "\u200b": "zero-width space",
  "\u200c": "zero-width non-joiner",
  "\u200d": "zero-width joiner",
  "\u200e": "left-to-right mark",
  "\u200f": "right-to-left mark",
  "\u2028": "line separator",
  "\u2029": "paragraph separator",
  "\u202a": "left-to-right embedding",
  "\u202b": "right-to-left embedding",
  "\u202c": "pop directional formatting",
  "\u202d": "left-to-right override",
  "\u202e": "right-to-left override",
  "\u202f": "narrow no-break space",
  "\u205f": "mathematical space",
  "\u2060": "word joiner",
  "\u2066": "left-to-right isolate",
  "\u2067": "right-to-left isolate",
  "\u2068": "first strong isolate",
  "\u2069": "pop directional isolate",
  "\u2800": "braille blank",
  "\u3000": "ideographic space",
  "\u3164": "Hangul filler",
  "\ufeff": "zero-width no-break space",
  "\uffa0": "Hangul filler",
};

/** The verb of an event's action in a sentence. */
const ACTION_VERBS: Record<string, string> = {
  insert: "inserted",
  update: "changed",
  delete: "deleted",
  ingest: "ingested",
  correct: "corrected",
  void: "voided",
  note: "noted",
};

/** What an event did, in a sentence: to a field, or to its record as a whole. */
interface Did {
  field: string;
  record: string;
}

const DID: Record<string, Did> = {
  insert: {
    field: "{actor} set {field} of {type} {id} to {after} for the first time",
    record: "{actor} created {type} {id}",
  },
  update: {
    field: "{actor} changed {field} of {type} {id} from {before} to {after}",
    record: "{actor} changed {type} {id}",
  },
  delete: {
    field: "{actor} deleted {field} of {type} {id}, which was {before}",
    record: "{actor} deleted {type} {id}",
  },
  ingest: {
    field: "{actor} imported {field} of {type} {id}",
    record: "{actor} imported {type} {id}",
  },
  correct: {
    field: "{actor} corrected {field} of {type} {id} from {before} to {after}",
    record: "{actor} corrected {type} {id}",
  },
  void: {
    field: "{actor} voided an event about {field} of {type} {id}, which recorded {before}",
    record: "{actor} voided an event about {type} {id}",
  },
  note: {
    field: "{actor} noted on {field} of {type} {id}: {after}",
    record: "{actor} noted on {type} {id}: {after}",
  },
};

const THROUGH: Record<string, string> = {
  agent: "through an agent",
  api: "through the API",
  daybook: "in Daybook",
  ingest: "through an import",
  workspace: "in the workspace",
};

const sentence = {
  did: DID,
  didAgain: {
    field: "{actor} set {field} of {type} {id} to {after} again, which changed nothing",
    record: "{actor} set {type} {id} to what it was, which changed nothing",
  },
  didOther: {
    field: "{actor} recorded “{action}” for {field} of {type} {id}, from {before} to {after}",
    record: "{actor} recorded “{action}” for {type} {id}",
  },
  through: THROUGH,
  throughOther: "through {source}",
  date: (day: string, time: string, zone: string) => `on ${day} at ${time} ${zone}`,
  whole: (did: string, through: string) => `${did}, {date}, ${through}.`,
  /** Read aloud. */
  withMarks: (sentence: string, marks: string[], pending: boolean) =>
    [
      sentence,
      marks.length > 0 ? `Now ${marks.join(" and ")}.` : "",
      pending ? `${common.pendingEvent}.` : "",
    ]
      .filter((part) => part !== "")
      .join(" "),
} as const;

export type TimeUnit =
  "day" | "hour" | "minute" | "second" | "millisecond" | "microsecond" | "nanosecond";

export const value = {
  null: "null",
  empty: "empty",
  /** How null and empty are read aloud, so that neither is the text that reads so. */
  spokenNull: "null, no value",
  spokenEmpty: "empty text",

  /** A record by id and name, read aloud. */
  named: (id: string, name: string) => `${id} (${name})`,

  invisible: INVISIBLE,
  spaces: (count: number) => (count === 1 ? "space" : `${count} spaces`),

  actionVerb: ACTION_VERBS,
  sentence,

  mark: { corrected: "corrected", voided: "voided", noted: "noted" },
  markTitle: {
    corrected: "A correction says what this event should have recorded",
    voided: "A void says that this event should not have been recorded",
    noted: "A note remarks on this event",
  },

  cut: (length: number) => `… ${counted(length, "character")}`,
  cutInAll: (length: number) => `Cut: ${counted(length, "character")} in all`,
  showAllCharacters: (length: number) => `Show all ${counted(length, "character")}`,
  showMoreCharacters: (count: number) => `Show ${counted(count, "more character")}`,
  showMore: "Show more of the value",
  showAllFields: (count: number) => `Show all ${counted(count, "field")}`,

  /** Read aloud before the values of a change. */
  oldValue: "Old value: ",
  newValue: "New value: ",
  removedPart: "removed: ",
  addedPart: "added: ",
  /** Read aloud in place of the arrow between two values. */
  to: "to",

  addedMember: "added",
  removedMember: "removed",
  unchangedMembers: (count: number) => `${counted(count, "member")} unchanged`,

  sameInstant: "the same instant",
  sameJson: "the same JSON, formatted differently",
  sameLook: "looks the same, but its letters are encoded differently",
  distance: (count: number, unit: TimeUnit, later: boolean) =>
    `${counted(count, unit)} ${later ? "later" : "earlier"}`,
} as const;
