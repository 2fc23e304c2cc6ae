/** The words around the views: first page, sidebar, top bar, search, status and dialogs. */
import type { ErrorKind, LocationKind, NamedLocation, Theme } from "../ipc";
import type { ListView } from "../query/query";
import { byteSize, counted, grouped, roughly } from "./format";

const VIEWS: Record<ListView, string> = {
  events: "Events",
  records: "Records",
  deleted: "Deleted",
  corrections: "Corrections",
  chains: "Chains",
  sql: "SQL",
};

const THEMES: Record<Theme, string> = {
  system: "As the system",
  light: "Light",
  dark: "Dark",
};

const search = {
  label: "Search",
  placeholder: "Search an event, record, actor, field or value",
  /** The key that leads to the box. */
  key: "/",
  found: "Found",
  view: "View",
  openAsView: "Open as a view",
  events: "Events",
  records: "Records",
  actors: "Actors",
  fields: "Fields",
  values: "In old and new values",
  /** What an event did, or the field that it is about. */
  eventOf: "{what} of {record}",
  deleted: "deleted",
  searching: "Searching…",
  searched: (done: number, parts: number) =>
    `Searched ${grouped(done)} of ${counted(parts, "part")}…`,
  nothingSoFar: (done: number, files: number) =>
    `Nothing found so far: ${grouped(done)} of ${counted(files, "file")} read`,
  loosely: "Nothing is written so. Without accents, blanks, signs and leading zeros there is:",
  nothing: (files: number) => `Nothing found in ${counted(files, "file")}`,
  nothingInPart: (files: number) =>
    `Nothing found in the ${counted(files, "file")} that ${files === 1 ? "was" : "were"} read`,
  notTogether: "No value that was read has these words one after the other. Search for one:",
  notAQuery: (why: string) => `Not a query: ${why}`,
} as const;

const status = {
  label: "Journal status",
  events: "Events",
  records: "Records",
  files: "Files",
  from: "From",
  to: "To",
  coverage: "Coverage",
  complete: "complete",
  notKnown: "not known",
  reading: (done: number, files: number) =>
    `Reading ${grouped(done)} of ${counted(files, "file")}…`,
  readingBytes: (done: number, bytes: number) => `${byteSize(done)} of ${byteSize(bytes)}`,
  readingLeft: (seconds: number) => `about ${roughly(seconds)} left`,
  heldBack: "the store asks to wait",
  refresh: "Look for new events",
  refreshing: "Looking…",
  moved: "It was moved: record here",
  unsaved: (why: string) => `Settings are not saved: ${why}`,
  clockBehind:
    "The clock of this device is behind: the last event was recorded at {when}. Set the time of this device.",
  pending: (count: number) =>
    `${counted(count, "event")} ${count === 1 ? "is" : "are"} pending: on this device, not yet in the bucket`,
  pendingSince: "{pending}, since {when}",
  pendingUnreadable: "The events pending on this device cannot be read",
  flush: "Flush now",
  flushing: "Flushing…",
} as const;

/** What the toasts say. */
const toast = {
  bucketBack: "The bucket is back",
  inBucket: "In the bucket",
  saved: "Saved on this device",
  savedNotShown: (why: string) =>
    `Recorded and saved on this device, but the journal cannot be shown now: ${why}`,
  settingsUnsaved: (why: string) => `Settings and recent journals will not be remembered: ${why}`,
  fileSaved: (file: string) => `Saved as “${file}”`,
  viewCopied: "View copied as text. To open it, paste it into the search box.",
  viewKnown: (name: string) => `The view “${name}” was among the saved views before`,
  viewOpened: (name: string) => `The view “${name}” is now among the saved views`,
  viewRemoved: (name: string) => `The view “${name}” was removed`,
  undo: "Undo",
} as const;

const savedViews = {
  title: "Saved views",
  actions: (name: string) => `More about ${name}`,
  copy: "Copy view as text",
  openFile: "Open view file…",
  remove: "Remove",
  rename: "Rename…",
  save: "Save this view…",
  saveFile: "Save as file…",
  saveNamedFile: (name: string) => `Save ${name} as file…`,
  saveTitle: "Save this view",
  renameTitle: "Rename the view",
  name: "Name",
  nameHint: "Filters, clock, reading, time zone and columns are saved with it",
  nameTaken: "Another view has this name",
  unwritable: "The view could not be written as text",
} as const;

const settings = {
  title: "Settings",
  name: "Your name",
  nameHint: "Recorded as the actor of your corrections, voids and notes",
  theme: "Theme",
} as const;

const zones = {
  button: (zone: string) => `Times: ${zone}`,
  label: "Time zones",
  find: "Find a time zone",
  none: "No time zone has this name",
  utc: "UTC",
  local: (zone: string) => `Local: ${zone}`,
  shown: "shown",
} as const;

const clock = {
  label: (shown: string) => `Clock: ${shown}`,
  now: "Now",
  set: "Set the clock",
  backToNow: "Back to now",
  showAsAt: "Show everything as it was at",
  inZone: (zone: string) => `In ${zone}`,
  bannerLabel: "The clock is set",
  banner: "As it was at {when}",
  bannerHint: "What you record now is recorded now, not then",
} as const;

const coverage = {
  title: "Coverage",
  read: (read: number, files: number, rows: number) =>
    `${grouped(read)} of ${counted(files, "file")} read, ${counted(rows, "row")}.`,
  complete: "Every answer rests on all of them.",
  unread: "Events in the other files are missing from every list, total and record.",
  unreadInPart: "What could not be read is missing from every list, total and record.",
  lost: "The bucket cannot be reached, so what it covers now is not known. When it was last read:",
  offline: "The bucket cannot be reached: {why}. Every answer rests on its files as of {when}:",
  offlineSince:
    "The bucket cannot be reached: {why}. Every answer rests on the files known before:",
  looking:
    "Every answer rests on the files as listed at {when}, while Daybook looks what is there now:",
  unreadable: "What could not be read",
  file: "File",
  problem: "Problem",
  wholeFile: "{name}",
  fileRow: (row: number) => `{name}, row ${grouped(row)}`,
  more: (count: number) => `And ${grouped(count)} more.`,
  changed: "Changed since first read on this device",
  changedMeaning:
    "Every answer rests on what is there now. Acknowledge a change with “daybook files”, or put the file back as it was.",
  change: "Change",
  was: "What it was",
  changes: { gone: "gone", altered: "altered" } as Record<string, string>,
  nowAt: "(the same bytes are now {name})",
  wasSpan: (rows: number) => `${counted(rows, "row")} from {first} to {last}`,
  wasRows: (rows: number) => counted(rows, "row"),
  gaps: "Missing numbers in the logs of writers",
  gapsMeaning: "Events with these numbers were recorded, and are in no file here.",
  doubled: "Numbers that different events of one writer have",
  writer: "Writer",
  numbers: "Numbers",
  range: (first: string, last: string) => (first === last ? first : `${first} to ${last}`),
} as const;

const start = {
  title: "Daybook",
  lead: "Opens an append-only journal of events, and lets you read it, trust it and correct it",
  does: [
    "Every record as it was at any instant, field by field, with who set each value",
    "As recorded and as corrected, side by side; nothing is ever overwritten",
    "Every answer says which files it rests on",
  ],
  failed: "The journal was not opened",
  /** What can be done about it, where that is another thing than elsewhere. */
  advice: {
    invalid: "Name another one",
    missing: "Check whether the journal was moved or renamed",
    refused: "Nothing was written",
  } satisfies Partial<Record<ErrorKind, string>>,
  /** The journal that was named at the start, until its name is known. */
  journal: "the journal",
  elsewhere: "Pending for other journals",
  elsewhereOne: (count: number) =>
    `${counted(count, "event")} recorded on this device, for the journal last seen at`,
  elsewhereAdvice: "Open the journal where it is now, and its events are flushed into it.",
} as const;

/** What a typed URL was understood as, by its kind; what it does not name is left out. */
const NAMED: Partial<Record<LocationKind, string>> = {
  s3: "S3 bucket {name}",
  azure: "Azure container {name}",
  gcs: "Google Cloud Storage bucket {name}",
};

function understood({ kind, prefix, account, region, opened_as }: NamedLocation): string {
  const parts = [
    NAMED[kind] ?? "",
    account === null ? "" : "in the storage account {account}",
    prefix === "" ? "" : "path {prefix}",
    region === null ? "" : "in {region}",
    opened_as === "" ? "" : "{how}",
  ];
  return parts.filter((part) => part !== "").join(", ");
}

const location = {
  title: "Open a journal",
  label: "URL",
  placeholder: "s3://BUCKET/PATH",
  hint: "The URL of a bucket in a store: `s3://`, `az://` or `gs://`. Folders and archives are chosen.",
  understood,
  folder: "Choose folder…",
  archive: "Choose archive…",
  open: "Open",
} as const;

const open = {
  location,
  label: (name: string) => `Open journal: ${name}`,
  opening: "Opening…",
  openingOf: "Opening {name}…",
  /** After some seconds without an answer. */
  openingSlowly:
    "Still waiting for an answer. A store that cannot be reached is given up by itself.",
  url: "Open URL…",
  folder: "Open folder…",
  archive: "Open archive…",
  sample: "Open the sample",
  sampleName: "the sample",
  dropHint: "or drop a folder or an archive on this window",
  recent: "Recent",
  /** What changed in a recent journal since it was last open here. */
  changes: {
    looking: "looking…",
    none: "nothing new",
    unknown: "not known what is new",
    files: (count: number) =>
      `${counted(count, "file")} ${count === 1 ? "is" : "are"} missing or altered`,
  },
  newWindow: "New window",
  inNewWindow: (name: string) => `Open ${name} in a new window`,
  inNewWindowTitle: "Open in a new window (Ctrl Enter)",
} as const;

/** What is said while the bucket is not there, or not within reach. */
const away = {
  lost: "**The bucket cannot be reached.** {why}. What you see is not up to date; Daybook tries again by itself.",
  /** A store that answers, but does not let the bucket be read. */
  refused: "**Not up to date.** {why}. Daybook tries again by itself.",
  offline:
    "**Offline**, as of {when}. {why}. What you record is saved on this device; Daybook looks again by itself.",
  offlineSince:
    "**Offline.** {why}. What you record is saved on this device; Daybook looks again by itself.",
  offlineReadOnly: "**Offline**, as of {when}. {why}. Daybook looks again by itself.",
} as const;

export const frame = {
  clock,
  coverage,
  open,
  savedViews,
  search,
  settings,
  start,
  status,
  toast,
  zones,

  back: "Back",
  forward: "Forward",
  help: "Help",
  keys: "Keys",
  keysTitle: "Keys (?)",
  settingsButton: "Settings",
  themes: THEMES,
  themeButton: (theme: Theme) => `Theme: ${THEMES[theme].toLowerCase()}`,
  view: VIEWS,
  views: "Views",

  away,
} as const;
