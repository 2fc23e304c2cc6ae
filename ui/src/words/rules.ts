/** The rules that Help states, each by the name that a link to it goes by. */
import type { ErrorKind } from "../ipc";

export interface Rule {
  about: string;
  rule: string;
}

const texts = {
  title: "Texts and values",
  rules: {
    case: {
      about: "Upper and lower case",
      rule: "A search, and a filter for text in a value, find a text in any case, and in each way to write the same letter. A filter for one value, such as an actor, takes it exactly as it is written.",
    },
    nothing: {
      about: "Null and empty",
      rule: "Null is no value; empty is a text without characters. Each is shown with a frame around its name, and neither is ever taken for the other, or for a text that reads so.",
    },
    invisible: {
      about: "Invisible characters",
      rule: "Blanks at an end or in a row, line feeds, no-break spaces and whatever has no shape of its own are shown by a sign, and read aloud by name. What is copied from a field is exactly its value.",
    },
    kind: {
      about: "Numbers, dates and JSON",
      rule: "A value is a text, whatever it looks like: 61.5 and 61.50 are two values. The kind in a correction only checks what is entered; choose Text to record it as it is.",
    },
    long: {
      about: "Long values",
      rule: "A long value is cut where it is shown, with its number of characters beside it and a way to see the rest. Searches, filters and copies are of the whole value.",
    },
  },
} as const;

const times = {
  title: "Times",
  rules: {
    typed: {
      about: "What can be typed",
      rule: "`2024-03-03 14:05`, `3 March 2024`, `March 2024`, `2024-03`, `2024`, `today`, `yesterday`, and `-7d` for the day seven days ago. `2024-03-03T14:05:06.5Z` is taken with its own zone, to the nanosecond.",
    },
    zone: {
      about: "Zones",
      rule: "A time without a zone is of the zone on screen, which is chosen beside the clock. Each field says which instant was understood, and in which zone.",
    },
    days: {
      about: "Days, months and years",
      rule: "Where one instant is asked for, as by the clock, a day is its last one: what had happened by its end. In a query, `since` begins with its first instant, and `until` ends before it.",
    },
    range: {
      about: "Which times there are",
      rule: "Typed times lie in the years 1678 to 2261. Instants are kept to the nanosecond. Events of one instant stand in an order that never changes; where nothing says which came first, they say so.",
    },
  },
} as const;

const ids = {
  title: "Ids",
  rules: {
    record: {
      about: "Records",
      rule: "A record is its type and its id together: candidate 7 and client 7 are two records. The search box takes a part of an id or of a name, in any case; a filter takes the id exactly.",
    },
    event: {
      about: "Events",
      rule: "The search box takes the id of an event exactly. In old files two events may have one id; the address, the last of the columns in the details, names one event and no other.",
    },
    loose: {
      about: "What is nearly written so",
      rule: "Where nothing is written as it was typed, the search box looks again without accents, blanks, signs and leading zeros, and says so: `cand 342` finds CAND-00342. The same for values alone is the filter `like`, in text `like=0187`.",
    },
  },
} as const;

const marks = {
  title: "Marks",
  rules: {
    corrected: {
      about: "corrected, voided, noted",
      rule: "What later events make of this one now: a correction says what it should have recorded, a void that it should not have been recorded, a note remarks on it. Each can be filtered by.",
    },
    pending: {
      about: "pending",
      rule: "Recorded and saved on this device, and not yet in the bucket, where others read it.",
    },
    unchanged: {
      about: "changed nothing",
      rule: "An update whose old and new value are equal. It is drawn faintly, can be hidden, and is always counted.",
    },
    chain: {
      about: "chain broken",
      rule: "The old value of an event is not the value that was recorded before it: a change was not recorded, or was recorded out of order.",
    },
    order: {
      about: "order not certain",
      rule: "Another event of the record has the same time, and nothing says which came first.",
    },
  },
} as const;

const errors = {
  title: "When something fails",
  rules: {
    invalid: {
      about: "It is not taken",
      rule: "What was entered is not of the form that is asked for; the message says what was expected. Nothing has changed: enter another value.",
    },
    refused: {
      about: "Nothing was recorded",
      rule: "A correction and a void need a reason, a note a text. A correction needs a value other than the one that holds. Only inserts, updates and corrections have a value to correct. What is void cannot be corrected or voided: void the void first. A read-only journal takes nothing.",
    },
    missing: {
      about: "It is not found",
      rule: "The event, record or journal is not where it was looked for. An event may be in a file that could not be read, which the coverage names, or in another journal. A journal may have been moved or renamed: open it where it is now.",
    },
    failed: {
      about: "It could not be done",
      rule: "The folder, the store or this device did not do what it should; the message says which, and why. Check that the bucket can be reached and that the disk is not full, then try again. What was saved on this device stays there until it is in the bucket.",
    },
    cancelled: {
      about: "It was given up",
      rule: "Something that was asked for later took its place. Ask again if the answer is still wanted.",
    },
  } satisfies Record<ErrorKind, Rule>,
} as const;

const findings = {
  title: "What coverage finds",
  rules: {
    unreadable: {
      about: "What could not be read",
      rule: "A file or a row that is damaged, cut off, or no part of a journal. Its events are missing from every list, total and record; everything else is exact. Take the file from a backup, or from whoever made the copy.",
    },
    changed: {
      about: "Changed since first read",
      rule: "A file of a bucket is written once. One that is gone, or has other bytes than when this device first read it, was removed, replaced or altered. Answers rest on what is there now. Put the file back as it was, or acknowledge the change with a reason: `daybook files BUCKET --acknowledge FILE --reason TEXT`.",
    },
    gaps: {
      about: "Missing numbers",
      rule: "Whoever records numbers the events, without a gap. Where a number below the highest is missing, its event was recorded and is in no file here: a file was left out, removed or not yet copied. Numbers missing at the end cannot be seen.",
    },
    doubled: {
      about: "Doubled numbers",
      rule: "Two different events of one writer have the same number, as when a device was restored from a backup or copied, and both went on recording. Both events are shown and counted.",
    },
  },
} as const;

export const rules = { texts, times, ids, marks, errors, findings } as const;
