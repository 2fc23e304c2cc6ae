/** The words of the lists of events and corrections, and of one event's details. */
import { counted, grouped } from "./format";
import { groups } from "./groups";

const FORMATS = {
  text: "Text",
  json: "JSON",
  csv: "CSV",
  markdown: "Markdown",
} as const;

const details = {
  label: "Event details",
  title: "Event",
  close: "Close details",
  closeTitle: "Close (Esc)",
  columns: "Columns",
  allColumns: "All columns",
  later:
    "This event is later than {when}, the instant on the clock. What was recorded about it, and what came after it, is not shown.",
  file: "file",
  fileRow: "{file}, row {row}",
  address: "address",
  change: "What it changed",
  wholeRecord: "whole record",
  noValues: "This event has no values",
  about: "Corrections, voids and notes about this event",
  target: "The event that this one is about",
  neighbours: "Before and after it in the record’s timeline",
  before: "Before",
  after: "After",
} as const;

const histogram = {
  label: (bars: number, highest: number) =>
    `Events over time: ${counted(bars, "bar")}, the highest with ${counted(highest, "event")}`,
  bar: (span: string, events: number) => `${span}: ${counted(events, "event")}`,
  hours: (from: string, until: string) => `${from} until ${until}`,
  days: (first: string, last: string, zone: string) =>
    first === last ? `${first} ${zone}` : `${first} to ${last} ${zone}`,
} as const;

const picture = {
  label: "Save picture…",
  as: {
    png: "As PNG, for documents and slides…",
    svg: "As SVG, sharp at every size…",
  },
  palette: { png: "Save picture as PNG…", svg: "Save picture as SVG…" },
} as const;

const filters = {
  label: "Filters",
  clearAll: "Clear all",
  remove: (filter: string) => `Remove filter ${filter}`,
  named: (column: string, value: string) => `${column} ${value}`,
  isNot: (column: string) => `${column} is not`,
  marked: (mark: string, must: boolean) => (must ? mark : `not ${mark}`),
  contains: "contains",
  like: "is like",
  from: "from",
  before: "before",
  upTo: "up to",
  action: "action",
  corrections: "correct, void or note",
  or: (column: string) => `or ${column}`,
  switchOff: "Switch off",
  switchOn: "Switch on",
  showOnly: (filter: string) => `Show only ${filter}`,
  exclude: (filter: string) => `Exclude ${filter}`,
} as const;

const nothing = {
  none: "This journal holds no events yet",
  noCorrections: "Nothing in this journal was corrected, voided or noted",
  noneMatches: "No event matches all filters",
  without: (events: number) =>
    `{filter} leaves nothing: without it there ${events === 1 ? "is" : "are"} ${counted(events, "event")}`,
  matchesNone: "{filter} matches no event of this journal",
  undecided: (clauses: string[]) => `Left out by the filters: ${clauses.join(" · ")}`,
  together: "To leave out one of them is not enough",
  part: { clock: "The clock", no_ops: "Hiding events that changed nothing" },
  switchOff: { filters: "Switch off", clock: "Back to now", no_ops: "Show them" },
  remove: "Remove",
  near: (events: number) => `Try {value}: ${counted(events, "event")}`,
} as const;

const facets = {
  label: "Facets",
  counting: "Counting",
  marks: "Marks",
  include: "Show only events with this value",
  exclude: "Exclude",
  excluded: "excluded",
  find: (column: string) => `Find in ${column}`,
  none: "No value has this text",
  /** The values that are not listed. */
  others: (values: number) => `Others (${grouped(values)})`,
} as const;

const selection = {
  label: "With the selected events",
  count: (events: number) => `${counted(events, "event")} selected`,
  clear: "Clear selection (Esc)",
  all: (events: number) => `Select all ${grouped(events)}`,
  reading: (read: number, events: number) =>
    `Reading ${grouped(read)} of ${counted(events, "event")}…`,
  tooMany: (most: number) =>
    `At most ${counted(most, "event")} can be corrected, voided or noted together`,
  oneFieldOnly: "Only events of one field can be corrected together",
} as const;

const copy = {
  button: "Copy as",
  as: (format: keyof typeof FORMATS) => `Copy as ${FORMATS[format]}`,
  format: FORMATS,
  /** Of so many selected. `cells` were changed so that a spreadsheet takes them for no formula. */
  done: (events: number, selected: number, format: keyof typeof FORMATS, cells: number) =>
    [
      events < selected
        ? `Copied the newest ${grouped(events)} of ${counted(selected, "event")} as ${FORMATS[format]}`
        : `Copied ${counted(events, "event")} as ${FORMATS[format]}`,
      ...(cells === 0
        ? []
        : [`${counted(cells, "cell")} escaped, so that no spreadsheet takes them for a formula.`]),
    ].join(". "),
  limit: (most: number, selected: number) =>
    `The newest ${grouped(most)} of ${grouped(selected)}: no more are copied at once`,
  ready: (events: number, format: keyof typeof FORMATS) =>
    `${counted(events, "event")} as ${FORMATS[format]} can be copied now`,
  now: "Copy",
} as const;

export const events = {
  copy,
  details,
  facets,
  filters,
  groups,
  histogram,
  nothing,
  picture,
  selection,

  title: "Events",
  titleCorrections: "Corrections",
  arrived: (count: number) => counted(count, "new event"),
  /** `no_ops` are events that changed nothing; `undecided` are those that filters leave out, in clauses. */
  foundAnd: (count: number, no_ops: number, undecided: string[]) =>
    [
      counted(count, "event"),
      ...(no_ops === 0
        ? []
        : [`${grouped(no_ops)} that changed nothing ${no_ops === 1 ? "is" : "are"} hidden`]),
      ...undecided,
    ].join(" · "),
  /** While events are still looked at, one by one. */
  scanning: (found: string, done: number, of: number) =>
    `${found} so far · ${Math.floor((100 * done) / Math.max(1, of))} % looked at…`,
  hideNoOps: "Hide events that changed nothing",
  records: (count: number | null) => (count === null ? "Records" : `Records (${grouped(count)})`),
  recordsOf: "Show the records that these events are about",
  group: "Group imports",
  groupOf: (events: number) =>
    `**${counted(events, "event")}** by {actor}, {source}, since {oldest}`,
  action: "Action",
  changedNothing: "changed nothing",
  reading: "Reading events",
  unreadable: "The events could not be read",

  column: {
    time: "Time",
    record: "Record",
    field: "Field",
    change: "Change",
    actor: "Actor",
    source: "Source",
    lag: "Lag",
  },
} as const;
