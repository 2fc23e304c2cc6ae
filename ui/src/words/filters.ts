/** The words of filters: what one says, how one is typed, and the spans of time. */
import type { ComparisonOperator, Day, LagBin, Pattern, Undecided } from "../ipc";
import { common } from "./common";
import { counted, duration, grouped } from "./format";

/** The texts of an event that predicates are about. */
const SUBJECTS: Record<string, string> = {
  ...common.column,
  event_id: "event id",
  old_value: "old value",
  new_value: "new value",
  reason: "reason",
  batch: "batch",
  writer: "writer",
};

/** What is said of a text: that it has a pattern, or that it has not. */
const PATTERNS: Record<Pattern["kind"], readonly [string, string]> = {
  equals: ["=", "≠"],
  contains: ["contains", "does not contain"],
  begins: ["begins with", "does not begin with"],
  matches: ["matches", "does not match"],
};

const COMPARISONS: Record<ComparisonOperator, string> = {
  "<": "<",
  "<=": "≤",
  ">=": "≥",
  ">": ">",
};

const IN_TIME: Record<ComparisonOperator, string> = {
  "<": "before",
  "<=": "up to",
  ">=": "from",
  ">": "after",
};

const DAYS: Record<Day, string> = {
  mon: "Mon",
  tue: "Tue",
  wed: "Wed",
  thu: "Thu",
  fri: "Fri",
  sat: "Sat",
  sun: "Sun",
};

const LATER: Record<ComparisonOperator, string> = {
  "<": "less than",
  "<=": "at most",
  ">=": "at least",
  ">": "more than",
};

const LAG_UNITS = [
  ["week", 604_800_000],
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1000],
  ["millisecond", 1],
] as const;

/** `1 day`, `90 minutes`: exactly, in the greatest unit that fits. */
function lengthOf(millis: number): string {
  const [name, unit] = LAG_UNITS.find(([, unit]) => millis % unit === 0) ?? ["millisecond", 1];
  return counted(millis / unit, name);
}

/** Limits of lags as the bins have them. */
const limitOf = (millis: number) =>
  millis === 365 * 86_400_000 ? "1 year" : duration(millis, true).replace(/^30 d$/, "30 days");

/** What chips and buttons say of predicates. */
const predicate = {
  subject: SUBJECTS,
  pattern: PATTERNS,
  comparison: COMPARISONS,
  inTime: IN_TIME,
  day: DAYS,
  or: "or",
  orMore: (more: number) => `or ${grouped(more)} more`,
  there: (subject: string) => `any ${subject}`,
  missing: (subject: string) => `no ${subject}`,
  noValue: "no value",
  arrow: "→",
  not: "not",
  change: "change",
  percent: (number: string) => `${number} %`,
  lag: (comparison: ComparisonOperator, millis: number) => {
    if (millis > 0) return `recorded ${LATER[comparison]} ${lengthOf(millis)} later`;
    if (millis === 0 && comparison === "<") return "recorded before its time";
    return `lag ${COMPARISONS[comparison]} ${duration(millis, true)}`;
  },
  recorded: "recorded",
  hours: (from: number, until: number) => `${from}:00–${until}:00`,
  dayRange: (first: string, last: string) => `${first}–${last}`,
  zone: (zone: string) => `(${zone})`,
} as const;

/** The names that a filter can be about, as they are typed, with what they mean. */
const NAMES: readonly (readonly [typed: string, means: string])[] = [
  ["type=", "type of the record"],
  ["id=", "id of the record"],
  ["field=", "field that changed"],
  ["action=", "what was done: insert, update, delete…"],
  ["actor=", "who made the change"],
  ["source=", "through which it came"],
  ["workspace=", "workspace"],
  ["old=", "old value"],
  ["new=", "new value"],
  ["change=", "from one value to another"],
  ["delta>", "how much a number changed"],
  ["lag>", "how late it was recorded"],
  ["reason~", "reason of a correction"],
  ["batch=", "events recorded together"],
  ["writer=", "device that recorded it"],
  ["event=", "id of the event"],
  ["hour=", "hours of the day"],
  ["weekday=", "days of the week"],
  ["recorded>=", "when it was recorded"],
  ["since=", "from a time on"],
  ["until=", "before a time"],
  ["corrected=", "whether it is corrected now: yes or no"],
  ["voided=", "whether it is void now: yes or no"],
  ["noted=", "whether there is a note on it: yes or no"],
];

const EXAMPLES: readonly (readonly [text: string, means: string])[] = [
  ["new>=50000", "the new value is a number of 50,000 or more"],
  ["change=screening→placed", "changed from one value to another"],
  ["delta>10%", "grew by more than a tenth"],
  ["hour=22..6", "at night"],
];

/** A line in which filters are typed. */
const typed = {
  label: "Filter as text",
  placeholder: "new>=50000",
  nothing: "This states no filter. Enter one such as new>=50000 or actor=Sarah.",
  completions: "Names to filter by",
  names: NAMES,
  zone: (zone: string) => `Hours, days and dates in ${zone}`,
  hint: "Terms with blanks between them all hold; | means either",
} as const;

const add = {
  button: "Filter…",
  title: "Add a filter",
  apply: "Add filter",
  examples: "Examples",
  examplesList: EXAMPLES,
  form: "Or choose",
} as const;

const edit = {
  button: (filter: string) => `Edit filter ${filter}`,
  title: "Edit the filter",
  apply: "Apply",
  copy: "Copy as text",
  copied: "Filter copied as text",
  keys: "Edit (F2)",
} as const;

/** Filters by what one event has. */
const only = {
  label: "Show only events with",
  new_value: "This new value",
  change: "This change",
  entry: {
    new_value: "Only this new value",
    change: (from: string, to: string) => `Only changes ${from} → ${to}`,
  },
} as const;

/** The form that writes a filter as text. */
const form = {
  subject: "Of",
  operator: "Is",
  value: "Value",
  from: "Old value",
  to: "New value",
  subjects: {
    old: "Old value",
    new: "New value",
    change: "Change",
    delta: "Difference",
    lag: "Lag",
    reason: "Reason",
    batch: "Batch",
    hour: "Hour",
    weekday: "Weekday",
  },
  operators: {
    "=": "is",
    "!=": "is not",
    "~": "contains",
    "!~": "does not contain",
    "^": "begins with",
    "~/": "matches the expression",
    ">=": "is at least",
    ">": "is more than",
    "<=": "is at most",
    "<": "is less than",
    there: "is there",
    missing: "is missing",
  },
  placeholders: {
    old: "screening",
    new: "placed",
    change: "",
    delta: "10% or 5000",
    lag: "90m, 2h or 1d",
    reason: "typo",
    batch: "",
    hour: "9..17 or 22..6",
    weekday: "sat,sun or mon..fri",
  },
} as const;

const time = {
  all: "All time",
  title: "Span of time",
  /** The name of the button, with the span that is chosen. */
  button: (span: string) => `Time: ${span}`,
  presets: "Spans",
  preset: {
    today: "Today",
    yesterday: "Yesterday",
    "last 7 days": "Last 7 days",
    "last 30 days": "Last 30 days",
    "this month": "This month",
    "last month": "Last month",
    "last quarter": "Last quarter",
    "this year": "This year",
    "last year": "Last year",
  },
  label: "Or type a span",
  placeholder: "2024-03, last quarter, from 3 March",
  by: "By",
  timestamp: "timestamp",
  recorded: "time of recording",
  recordedHint: "Events whose time of recording is not known are left out, and counted.",
  show: "Show",
  fromTo: (since: string, until: string, zone: string) =>
    `from ${since} to before ${until}, ${zone}`,
  from: (since: string, zone: string) => `from ${since} on, ${zone}`,
  before: (until: string, zone: string) => `before ${until}, ${zone}`,
  halfOpen: "The start belongs to the span, its end does not.",
  days: (first: string, last: string) => (first === last ? first : `${first} – ${last}`),
  moments: (since: string, until: string) => `${since} to ${until}`,
  fromShort: (since: string) => `from ${since}`,
  beforeShort: (until: string) => `before ${until}`,
} as const;

/** The time from a timestamp to the recording. */
const lag = {
  title: "Lag",
  label: (bars: number) => `Time from the timestamp to the recording, in ${counted(bars, "bar")}`,
  missing: "—",
  notKnown: "Not known: there is no time of recording",
  late: "Recorded more than a day after its timestamp",
  early: "Recorded before its timestamp",
  none: "No event has a time of recording, so that no lag is known.",
  unknown: (events: number) => `${grouped(events)} cannot be known`,
  bin: ({ from, until }: LagBin) => {
    if (from === null) return "before its time";
    if (until === null)
      return `over ${from.millis === 365 * 86_400_000 ? "a year" : limitOf(from.millis)}`;
    return from.millis === 0
      ? `under ${limitOf(until.millis)}`
      : `${limitOf(from.millis)} to ${limitOf(until.millis)}`;
  },
  only: (bin: string) => `Show only events with the lag ${bin}`,
} as const;

/** Events that the filters do not decide, a clause for each reason. */
function undecided({ no_numbers, no_dates, no_recorded_at }: Undecided): string[] {
  const values = (count: number, one: string, many: string) =>
    count === 0 ? [] : [`${counted(count, "value")} ${count === 1 ? one : many}`];
  return [
    ...values(no_numbers, "is no number", "are no numbers"),
    ...values(no_dates, "is no date", "are no dates"),
    ...(no_recorded_at === 0
      ? []
      : [`${grouped(no_recorded_at)} cannot be known: no time of recording`]),
  ];
}

export const filters = {
  add,
  edit,
  form,
  lag,
  only,
  predicate,
  time,
  typed,
  undecided,
} as const;
