/** A small journal in words of the design documents, and a core that answers from it. */
import type * as ipc from "../ipc";
import { fakeCore, type FakeCore, type Handlers } from "../ipc/fake";
import { equals } from "../query/predicates";
import { NO_FILTERS } from "../query/query";

export const COMPLETE: ipc.Coverage = {
  files: 12,
  read: 12,
  rows: 3210,
  repeated: 0,
  unreadable: [],
  unreadable_total: 0,
  changed: [],
  changed_total: 0,
  gaps: [],
  gaps_total: 0,
  extract: null,
  doubled: [],
  doubled_total: 0,
  listing: null,
  prepared: null,
  as_of: null,
  complete: true,
};

export const PARTIAL: ipc.Coverage = {
  ...COMPLETE,
  read: 11,
  rows: 3000,
  unreadable: [
    { file: "20240303_120000_000.parquet", row: null, problem: "the footer is cut off" },
  ],
  unreadable_total: 1,
  complete: false,
};

/** A first reading of which so many files are done. */
export function readingOf(
  done: number,
  files: number,
  change: Partial<ipc.ReadingProgress> = {},
): ipc.ReadingProgress {
  const bytes = { bytes_done: done * 1000, bytes: files * 1000 };
  return { done, files, ...bytes, seconds_left: null, held_back: false, ...change };
}

/** Each status is newer than those before. */
let order = 0;

export function status(change: Partial<ipc.Status> = {}): ipc.Status {
  return {
    opening: 1,
    order: (order += 1),
    name: "placements",
    location: "/journals/placements",
    kind: "folder",
    opened_as: "",
    events: 3210,
    records: 402,
    first: "2024-01-05T08:00:00+00:00",
    last: "2026-06-13T09:00:00+00:00",
    coverage: COMPLETE,
    reading: null,
    pending: { events: 0, since: null, problem: null },
    clock_behind: null,
    read_only: null,
    elsewhere: false,
    lost: null,
    notices: [],
    unsaved: null,
    ...change,
  };
}

export function value(text: string | null): ipc.Value | null {
  return text === null ? null : { text, length: text.length, cut: false };
}

interface RowChange extends Partial<Omit<ipc.EventRow, "old_value" | "new_value">> {
  old?: string | null;
  new?: string | null;
}

export function row({ old = "555-0100", new: now = "555-0187", ...change }: RowChange = {}) {
  const event_id = change.event_id ?? "evt-1";
  return {
    address: event_id,
    event_id,
    timestamp: "2026-02-02T09:12:44+00:00",
    entity_type: "candidate",
    entity_id: "CAND-00342",
    field: "phone",
    action: "update",
    old_value: value(old),
    new_value: value(now),
    actor: "Sarah",
    source: "api",
    workspace_id: "",
    recorded_at: null,
    writer: null,
    seq: null,
    corrects: null,
    reason: null,
    batch: null,
    extra: {},
    place: { file: "20260202_091300_000.parquet", row: 3 },
    no_op: false,
    marks: [],
    ...change,
  } satisfies ipc.EventRow;
}

export function detail(event: ipc.EventRow, change: Partial<ipc.EventDetail> = {}) {
  return {
    event,
    effect: { kind: "recorded" },
    about: [],
    target: null,
    before: null,
    after: null,
    ...change,
  } satisfies ipc.EventDetail;
}

export function item(event: ipc.EventRow, change: Partial<ipc.TimelineItem> = {}) {
  return {
    event,
    effect: { kind: "recorded" },
    about: [],
    target: null,
    order_uncertain: false,
    broken: null,
    ...change,
  } satisfies ipc.TimelineItem;
}

export function field(name: string, text: string | null, change: Partial<ipc.Field> = {}) {
  return {
    field: name,
    value: value(text),
    address: "evt-1",
    actor: "Sarah",
    timestamp: "2026-02-02T09:12:44+00:00",
    source: "api",
    correction: null,
    changes: 1,
    ...change,
  } satisfies ipc.Field;
}

export function recordView(change: Partial<ipc.RecordView> = {}): ipc.RecordView {
  return {
    entity_type: "candidate",
    entity_id: "CAND-00342",
    name: null,
    exists: true,
    deleted: false,
    events: 1,
    later: 0,
    first: row(),
    last: row(),
    fields: [field("phone", "555-0187")],
    coverage: COMPLETE,
    ...change,
  };
}

/**
 * The page of a timeline, given newest first, that the core answers with: the newest one where it
 * is asked for an event of another record.
 */
export function timelinePage(
  timeline: ipc.TimelineItem[],
  { from, limit }: { from: ipc.TimelineFrom; limit: number },
): ipc.TimelinePage {
  const skip = from.kind === "skip" ? from.skip : middle(timeline, from.address, limit);
  const items = timeline.slice(skip, skip + limit);
  return { items, skip, total: timeline.length, coverage: COMPLETE };
}

function middle(timeline: ipc.TimelineItem[], address: string, limit: number): number {
  const index = timeline.findIndex((one) => one.event.address === address);
  return Math.max(0, index - Math.floor(limit / 2));
}

export function comparison(change: Partial<ipc.Comparison> = {}): ipc.Comparison {
  return { fields: [], same: 1, between: 0, coverage: COMPLETE, ...change };
}

export function eventsPage(events: ipc.EventRow[], change: Partial<ipc.EventsPage> = {}) {
  return {
    items: events.map((event) => ({ event, group: null })),
    rank: 0,
    next: null,
    previous: null,
    total: events.length,
    hidden_no_ops: 0,
    undecided: { no_numbers: 0, no_dates: 0, no_recorded_at: 0 },
    scanning: null,
    coverage: COMPLETE,
    ...change,
  } satisfies ipc.EventsPage;
}

export function facets(change: Partial<ipc.Facets> = {}): ipc.Covered<ipc.Facets> {
  return {
    total: 0,
    facets: {},
    histogram: [],
    lags: [],
    no_lag: 0,
    coverage: COMPLETE,
    ...change,
  };
}

/** An answer in SQL: two columns, a text and a number, unless others are given. */
export function sqlAnswer(
  rows: (string | null)[][],
  change: Partial<Extract<ipc.SqlReply, { kind: "answer" }>> = {},
) {
  return {
    kind: "answer",
    columns: [
      { name: "actor", kind: "text" },
      { name: "changes", kind: "number" },
    ],
    rows,
    is_whole: true,
    coverage: COMPLETE,
    asked_at: "2026-06-13T09:00:00+00:00",
    ...change,
  } satisfies ipc.SqlReply;
}

/** What the core says of a text that states no filter. */
const NO_FILTER = "at 0: expected a column before the sign";

/** The filters of texts that tests type, one term each. */
function filtersOf(text: string, zone: string): ipc.WindowQuery["filters"] {
  const all = { ...NO_FILTERS };
  for (const term of text.split(" ").filter((part) => part !== "")) {
    const [, name = "", sign = "", value = ""] = /^([a-z]+)(!?=|~|>|<|>=)(.+)$/.exec(term) ?? [];
    const subject = SUBJECTS[name];
    const terms = value.split("|").map((one) => ({ value: one, exclude: sign === "!=" }));
    if (name === "actor") all.actor = terms;
    else if (name === "hour") {
      const [from = 0, until = 0] = value.split("..").map(Number);
      all.predicates = [...all.predicates, { kind: "hours", from, until }];
      all.zone = zone;
    } else if (subject !== undefined && sign === ">") {
      const of = { column: subject, member: null };
      const limit = { kind: "number" as const, value };
      all.predicates = [...all.predicates, { kind: "order", of, comparison: sign, limit }];
    } else if (subject !== undefined) {
      all.predicates = [...all.predicates, equals(subject, value, sign === "!=")];
    } else if (name === "noops") all.hide_no_ops = true;
    else refuse("invalid", NO_FILTER)();
  }
  return all;
}

const SUBJECTS: Record<string, "old_value" | "new_value" | "batch"> = {
  old: "old_value",
  new: "new_value",
  batch: "batch",
};

export const SETTINGS: ipc.Settings = {
  actor: "Sarah",
  theme: "system",
  utc: true,
  views: [],
  columns: {},
  names: {},
  sql_texts: [],
};

const COLUMNS = ["entity_type", "entity_id", "field", "action", "actor"] as const;

/** Saves changes of settings as the core does, for all windows. */
export function savingTo(saved: ipc.Settings): Handlers["settings"] {
  return ({ settings: { columns, names, ...change } }) => {
    const chosen = Object.entries({ ...saved.names, ...names });
    saved = {
      ...{ ...saved, ...change },
      columns: { ...saved.columns, ...columns },
      names: Object.fromEntries(chosen.filter(([, fields]) => fields.length > 0)),
    };
    return saved;
  };
}

/** A recent journal. */
export const CLIENTS: ipc.Recent = {
  handle: "r1",
  name: "clients",
  location: "/journals/clients",
  kind: "folder",
};

const HANDLERS: Omit<Handlers, "settings"> = {
  start: () => ({
    journal: status(),
    problem: null,
    recent: [CLIENTS],
    named: null,
    pending_elsewhere: [],
    events: null,
    settings: SETTINGS,
    sample: true,
    unsaved: null,
  }),
  open_dialog: () => null,
  read_location: () => null,
  open_location: () => status({ name: "hr", opening: 2 }),
  cancel_opening: () => null,
  open_recent: () => status({ name: "clients", opening: 2 }),
  recent_changes: () => ({ new_events: 0, changed_files: 0, problem: null }),
  open_moved: () => status({ opening: 2 }),
  open_sample: () => status({ name: "sample", opening: 2 }),
  new_window: () => null,
  status: () => status(),
  look: () => status(),
  events: () => eventsPage([row(), row({ event_id: "evt-2", actor: "ingest_pipeline" })]),
  count: () => 2,
  facets: () =>
    facets({
      total: 2,
      facets: Object.fromEntries(
        COLUMNS.map((column) => [column, [{ value: row()[column], count: 2 }]]),
      ),
      histogram: [
        { start: "2026-02-01T00:00:00Z", end: "2026-02-02T00:00:00Z", count: 0 },
        { start: "2026-02-02T00:00:00Z", end: "2026-02-03T00:00:00Z", count: 2 },
      ],
    }),
  event: ({ address }) => detail(row({ event_id: address })),
  record: () => recordView(),
  timeline: (args) => timelinePage([item(row())], args),
  compare: () => comparison(),
  records: () => ({
    records: [],
    next: null,
    total: 0,
    loosely: false,
    folding: null,
    coverage: COMPLETE,
  }),
  record_names: ({ records }) => records.map(() => null),
  chains: () => ({ breaks: [], next: null, total: 0, folding: null, coverage: COMPLETE }),
  write_query: ({ query }) => JSON.stringify(query),
  read_query: () => null,
  query_zone: () => null,
  read_filters: ({ text, zone }) => filtersOf(text, zone),
  write_filters: ({ filters }) => JSON.stringify(filters),
  read_span: ({ text }) => {
    if (!/^\d{4}-\d\d$/.test(text)) return refuse("invalid", "expected a span such as 2024-03")();
    return { since: `${text}-01T00:00:00Z`, until: `${text}-28T00:00:00Z` };
  },
  read_time: ({ text }) => (/^\d/.test(text) ? `${text.slice(0, 10)}T12:00:00Z` : null),
  search: () => ({
    events: [],
    records: [],
    actors: [],
    fields: [],
    in_values: 0,
    loosely: false,
    hits: [],
    searched: null,
    coverage: COMPLETE,
  }),
  preview: ({ amend }) => amend.addresses.map(() => ({ columns: [] })),
  amend: ({ amend }) => ({
    events: amend.addresses.map((_, at) =>
      row({ event_id: `evt-9${at || ""}`, action: amend.what.kind, place: null }),
    ),
    not_shown: null,
  }),
  note_record: () => ({
    events: [row({ event_id: "evt-9", action: "note", place: null })],
    not_shown: null,
  }),
  flush: () => status(),
  export_events: () => null,
  cancel_export: () => null,
  choose_import: () => null,
  open_mapping: () => null,
  save_mapping: () => null,
  plan_import: () => {
    throw new Error("no table is chosen");
  },
  record_import: () => {
    throw new Error("no table is chosen");
  },
  end_import: () => null,
  ask_sql: () => sqlAnswer([]),
  more_sql_rows: () => ({ rows: [], is_whole: true }),
  count_sql_rows: () => 0,
  cancel_sql: () => null,
  export_sql: () => null,
  cancel_sql_export: () => null,
  save_sql_text: () => null,
  open_sql_text: () => null,
  save_picture: () => null,
  save_view: () => null,
  open_view: () => null,
  "plugin:webview|set_webview_zoom": () => null,
};

/** A core with that journal, some of its handlers replaced. */
export function core(handlers: Partial<Handlers> = {}): FakeCore {
  return fakeCore({ ...HANDLERS, settings: savingTo(SETTINGS), ...handlers });
}

export function refuse(kind: ipc.ErrorKind, message: string): () => never {
  return () => {
    const problem: ipc.ApiError = { kind, message };
    throw problem;
  };
}
