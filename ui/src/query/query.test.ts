import { describe, expect, test } from "vitest";
import type { Predicate, Term } from "../ipc";
import {
  byPredicate,
  byValue,
  each,
  effectiveFilters,
  isSame,
  nameOf,
  onAndOff,
  withFilter,
  type Filter,
} from "./filters";
import { equals, step } from "./predicates";
import { NO_FILTERS, START, type Query } from "./query";
import { reduce, type Action } from "./reduce";
import { fromWindowQuery, toWindowQuery } from "./windowQuery";
import { fromHash, toHash } from "./hash";

const is = (value: string): Term => ({ value, exclude: false });
const text = (text: string): Filter => ({ kind: "contains", text, loosely: false });
const not = (value: string): Term => ({ value, exclude: true });
const withTom = { ...NO_FILTERS, actor: [is("Tom")] };

const NIGHT: Predicate = { kind: "hours", from: 22, until: 6 };
const WEEKEND: Predicate = { kind: "weekdays", days: ["sat", "sun"] };
const PLACED = equals("new_value", "placed");
const BATCH = equals("batch", "b-1");
const GROUP = {
  kind: "open_group" as const,
  batch: null,
  actor: "feed",
  source: "ingest",
  since: "2026-02-02T09:00:00Z",
  until: "2026-02-02T09:12:44.000000001Z",
};
const since = (limit: string): Predicate => ({ kind: "recorded_at", comparison: ">=", limit });
const before = (limit: string): Predicate => ({ kind: "recorded_at", comparison: "<", limit });
const recorded = (since: string | null, until: string | null, zone = "UTC"): Filter => ({
  kind: "recorded",
  since,
  until,
  zone,
});

/** One of each kind. */
const PREDICATES: Predicate[] = [
  PLACED,
  equals("old_value", "", true),
  {
    kind: "text",
    of: { column: "new_value", member: "a.b&c" },
    patterns: [
      { kind: "contains", text: "x\u202e" },
      { kind: "matches", text: "plumb(er|ing)" },
      { kind: "begins", text: "y" },
    ],
    exclude: false,
  },
  {
    kind: "order",
    of: { column: "new_value", member: null },
    comparison: ">=",
    limit: { kind: "number", value: "50000" },
  },
  {
    kind: "order",
    of: { column: "old_value", member: null },
    comparison: "<",
    limit: { kind: "time", value: "2024-06-01" },
  },
  step("screening", "placed"),
  step(null, ""),
  { kind: "delta", comparison: ">", by: "10", percent: true },
  { kind: "lag", comparison: ">", limit: { millis: 86_400_000 } },
  since("2024-03"),
  NIGHT,
  WEEKEND,
];

describe("a query survives its hash", () => {
  const odd = "a&b=c#d?/é %2F\u202e\n";
  const queries: [string, Partial<Query>][] = [
    ["the start", {}],
    ["filters", { filters: { ...NO_FILTERS, actor: [is("Sarah"), not("api")], field: [is("*")] } }],
    [
      "odd values",
      { filters: { ...NO_FILTERS, entity_id: [is(odd), is(""), is("!x"), is("\\x")] } },
    ],
    ["an excluded exclamation", { filters: { ...NO_FILTERS, source: [not("!x"), not("")] } }],
    [
      "a span and a text",
      {
        filters: {
          ...NO_FILTERS,
          since: "2024-03-03T00:00:00Z",
          until: "2024-03-04T00:00:00.000000001Z",
          contains: odd,
          hide_no_ops: true,
        },
      },
    ],
    [
      "filters that are switched off",
      {
        off: [
          byValue("actor", odd, true),
          { kind: "contains", text: "off=x&y", loosely: false },
          { kind: "contains", text: "another", loosely: true },
          { kind: "span", since: "2024-03-03T00:00:00Z", until: null },
          { kind: "mark", mark: "voided", must: false },
        ],
      },
    ],
    [
      "predicates of every kind, in their zone",
      { filters: { ...NO_FILTERS, predicates: PREDICATES, zone: "Europe/Berlin" } },
    ],
    [
      "a zone that is an offset",
      { filters: { ...NO_FILTERS, predicates: [NIGHT], zone: "+02:00" } },
    ],
    [
      "predicates that are switched off",
      {
        off: [
          byPredicate(PLACED, "UTC"),
          byPredicate(NIGHT, "Asia/Tokyo"),
          recorded("2024-03", "2024-04", "Asia/Tokyo"),
        ],
      },
    ],
    ["every event of a group", { group: false }],
    ["a guessed group", { guessed: true, group: false, filters: withTom }],
    ["records", { view: "records", types: [is("client")], id_contains: "42" }],
    ["records of events", { view: "records", of_events: true, filters: withTom }],
    [
      "a record",
      {
        view: "record",
        record: { entity_type: "a/b", entity_id: odd },
        pane: "fields",
        only: "",
        reading: "recorded",
        at: "2024-03-03T12:00:00Z",
        selected: "evt-1@file.parquet#3",
      },
    ],
    [
      "a comparison",
      {
        view: "record",
        record: { entity_type: "candidate", entity_id: "CAND-00342" },
        pane: "compare",
        compare: {
          from: { at: "2024-03-03T12:00:00.000000001Z", reading: "corrected" },
          to: { at: null, reading: "recorded" },
        },
      },
    ],
  ];
  test.each(queries)("%s", (_, change) => {
    const query = { ...START, ...change };
    expect(fromHash(toHash(query))).toEqual(query);
  });
});

describe("text that makes no sense", () => {
  test.each([
    ["", START],
    ["nonsense?at=yesterday&pane=x&as=y", START],
    ["record/only-a-type", START],
    ["events?type=a&type=!a", { ...START, filters: { ...NO_FILTERS, entity_type: [not("a")] } }],
    [
      "events?type=a&off=type%3Da&off=type%3Db&off=type%3D%21b&off=nonsense",
      {
        ...START,
        filters: { ...NO_FILTERS, entity_type: [is("a")] },
        off: [byValue("entity_type", "b")],
      },
    ],
    ["events?where=nonsense&where=%7B%7D&where=3&where=null&zone=Nowhere", START],
    ["events?zone=Asia/Tokyo", START],
    [
      `events?where=${encodeURIComponent(JSON.stringify(NIGHT))}&zone=Nowhere/At_all`,
      { ...START, filters: { ...NO_FILTERS, predicates: [NIGHT] } },
    ],
    [
      `events?${[PLACED, equals("new_value", "placed", true)]
        .map((one) => `where=${encodeURIComponent(JSON.stringify(one))}`)
        .join("&")}`,
      {
        ...START,
        filters: { ...NO_FILTERS, predicates: [equals("new_value", "placed", true)] },
      },
    ],
    [
      "record/x/%E0%A4%A",
      { ...START, view: "record", record: { entity_type: "x", entity_id: "%E0%A4%A" } },
    ],
  ])("%s", (text, query) => expect(fromHash(text)).toEqual(query));
});

describe("an action", () => {
  const inRecord: Query = {
    ...START,
    view: "record",
    record: { entity_type: "candidate", entity_id: "CAND-00342" },
    only: "phone",
    at: "2024-03-03T12:00:00Z",
    selected: "evt-1",
  };
  const actions: [string, Query, Action, Partial<Query>][] = [
    [
      "to a list leaves the record, and keeps the clock",
      inRecord,
      { kind: "list", view: "chains" },
      { view: "chains", record: null, only: null, selected: null, at: inRecord.at },
    ],
    [
      "to a record selects its event",
      START,
      { kind: "record", id: { entity_type: "a", entity_id: "b" }, selected: "evt-2" },
      { view: "record", record: { entity_type: "a", entity_id: "b" }, selected: "evt-2" },
    ],
    [
      "to a filter leads to events",
      inRecord,
      { kind: "filter", filter: byValue("actor", "Sarah") },
      { view: "events", record: null, filters: { ...NO_FILTERS, actor: [is("Sarah")] } },
    ],
    [
      "to the records of events keeps the filters",
      { ...START, filters: withTom, id_contains: "4", selected: "evt-1" },
      { kind: "records_of_events" },
      { view: "records", of_events: true, id_contains: "", selected: null },
    ],
    [
      "to the records of corrections says which events these are",
      { ...START, view: "corrections" },
      { kind: "records_of_events" },
      {
        view: "records",
        of_events: true,
        filters: { ...NO_FILTERS, action: [is("correct"), is("void"), is("note")] },
      },
    ],
    [
      "to the records of events of a type lists the records of that type",
      { ...START, filters: { ...NO_FILTERS, entity_type: [is("client")] } },
      { kind: "records_of_events" },
      { view: "records", types: [is("client")] },
    ],
    [
      "to a list from records of events keeps the filters",
      { ...START, view: "records", of_events: true, filters: withTom },
      { kind: "list", view: "events" },
      { view: "events", of_events: false },
    ],
    [
      "to no filter lists all records",
      { ...START, view: "records", of_events: true, filters: withTom },
      { kind: "unfilter", filter: byValue("actor", "Tom") },
      { of_events: false, filters: NO_FILTERS },
    ],
    [
      "to a filter stays in records of events",
      { ...START, view: "records", of_events: true, filters: withTom },
      { kind: "switch_off", filter: byValue("actor", "Tom") },
      { filters: NO_FILTERS, off: [byValue("actor", "Tom")] },
    ],
    [
      "to a filter stays in corrections",
      { ...START, view: "corrections" },
      { kind: "filter", filter: { kind: "contains", text: "x", loosely: false } },
      { view: "corrections", filters: { ...NO_FILTERS, contains: "x" } },
    ],
    [
      "to exclude replaces an inclusion",
      { ...START, filters: { ...NO_FILTERS, actor: [is("Sarah")] } },
      { kind: "filter", filter: byValue("actor", "Sarah", true) },
      { filters: { ...NO_FILTERS, actor: [not("Sarah")] } },
    ],
    [
      "to one field shows the timeline",
      { ...inRecord, pane: "fields" },
      { kind: "only", field: "rate" },
      { pane: "timeline", only: "rate" },
    ],
    [
      "to compare sets one side and keeps the other",
      inRecord,
      { kind: "compare", from: { at: "2024-01-01T00:00:00Z", reading: "recorded" } },
      {
        pane: "compare",
        compare: { ...START.compare, from: { at: "2024-01-01T00:00:00Z", reading: "recorded" } },
      },
    ],
    [
      "to another record forgets what was compared",
      { ...inRecord, compare: { ...START.compare, to: { at: inRecord.at, reading: "recorded" } } },
      { kind: "record", id: { entity_type: "a", entity_id: "b" } },
      { compare: START.compare },
    ],
    [
      "that clears filters clears all of them",
      {
        ...START,
        filters: { ...NO_FILTERS, contains: "x", since: "2024-03-03T12:00:00Z" },
        off: [text("y")],
      },
      { kind: "clear_filters" },
      { filters: NO_FILTERS, off: [] },
    ],
    [
      "that switches a filter off keeps it",
      { ...START, filters: { ...NO_FILTERS, actor: [is("Sarah"), is("Tom")] } },
      { kind: "switch_off", filter: byValue("actor", "Sarah") },
      { filters: { ...NO_FILTERS, actor: [is("Tom")] }, off: [byValue("actor", "Sarah")] },
    ],
    [
      "that switches it on again has it as it was",
      { ...START, off: [byValue("actor", "Sarah", true), text("x")] },
      { kind: "switch_on", filter: byValue("actor", "Sarah", true) },
      { filters: { ...NO_FILTERS, actor: [not("Sarah")] }, off: [text("x")] },
    ],
    [
      "that switches a text on switches the other one off",
      { ...START, filters: { ...NO_FILTERS, contains: "x", hide_no_ops: true }, off: [text("y")] },
      { kind: "switch_on", filter: text("y") },
      { filters: { ...NO_FILTERS, contains: "y", hide_no_ops: true }, off: [text("x")] },
    ],
    [
      "that removes a filter which is off leaves the one of its kind that is on",
      { ...START, filters: { ...NO_FILTERS, contains: "x" }, off: [text("y")] },
      { kind: "unfilter", filter: text("y") },
      { filters: { ...NO_FILTERS, contains: "x" }, off: [] },
    ],
    [
      "that sets a filter which is off switches it on",
      { ...START, off: [byValue("actor", "Sarah", true)] },
      { kind: "filter", filter: byValue("actor", "Sarah") },
      { filters: { ...NO_FILTERS, actor: [is("Sarah")] }, off: [] },
    ],
    [
      "to exclude a new value replaces that it is asked for",
      { ...START, filters: { ...NO_FILTERS, predicates: [PLACED, NIGHT], zone: "Asia/Tokyo" } },
      {
        kind: "filter",
        filter: byPredicate(equals("new_value", "placed", true), "UTC"),
      },
      {
        filters: {
          ...NO_FILTERS,
          predicates: [NIGHT, equals("new_value", "placed", true)],
          zone: "Asia/Tokyo",
        },
      },
    ],
    [
      "to a predicate in another zone has all of them in the latest, off ones too",
      {
        ...START,
        filters: { ...NO_FILTERS, predicates: [NIGHT], zone: "Asia/Tokyo" },
        off: [recorded("2024", null, "Asia/Tokyo"), byPredicate(PLACED, "UTC")],
      },
      { kind: "filter", filter: byPredicate(WEEKEND, "Europe/Berlin") },
      {
        filters: { ...NO_FILTERS, predicates: [NIGHT, WEEKEND], zone: "Europe/Berlin" },
        off: [recorded("2024", null, "Europe/Berlin"), byPredicate(PLACED, "UTC")],
      },
    ],
    [
      "that removes the last predicate of a zone forgets the zone",
      { ...START, filters: { ...NO_FILTERS, predicates: [NIGHT, PLACED], zone: "Asia/Tokyo" } },
      { kind: "unfilter", filter: byPredicate(NIGHT, "Asia/Tokyo") },
      { filters: { ...NO_FILTERS, predicates: [PLACED] } },
    ],
    [
      "to a span of recording replaces the one before, and its ends are one filter",
      { ...START, filters: { ...NO_FILTERS, predicates: [since("2023"), before("2024")] } },
      { kind: "filter", filter: recorded("2024-03", "2024-04") },
      { filters: { ...NO_FILTERS, predicates: [since("2024-03"), before("2024-04")] } },
    ],
    [
      "that switches a span of recording off has both ends off",
      { ...START, filters: { ...NO_FILTERS, predicates: [since("2024-03"), before("2024-04")] } },
      { kind: "switch_off", filter: recorded("2024-03", "2024-04") },
      { filters: NO_FILTERS, off: [recorded("2024-03", "2024-04")] },
    ],
    [
      "that edits a filter puts others in its place",
      { ...START, filters: { ...NO_FILTERS, actor: [is("Tom")], predicates: [PLACED] } },
      {
        kind: "replace",
        filters: [byPredicate(PLACED, "UTC")],
        by: { ...withTom, hide_no_ops: true, predicates: [step("a", "b")] },
      },
      {
        filters: { ...withTom, hide_no_ops: true, predicates: [step("a", "b")] },
      },
    ],
    [
      "that edits a filter which is off leaves it off, but for what is on",
      { ...START, filters: withTom, off: [text("y"), byPredicate(PLACED, "UTC")] },
      {
        kind: "replace",
        filters: [byPredicate(PLACED, "UTC")],
        by: { ...withTom, predicates: [step("a", "b")] },
      },
      { filters: withTom, off: [text("y"), byPredicate(step("a", "b"), "UTC")] },
    ],
    [
      "that adds filters of a text switches on those that are off",
      { ...START, off: [byPredicate(PLACED, "UTC")] },
      { kind: "replace", filters: [], by: { ...NO_FILTERS, predicates: [PLACED] } },
      { filters: { ...NO_FILTERS, predicates: [PLACED] }, off: [] },
    ],
    [
      "to a group opens its batch within the filters",
      { ...START, filters: { ...withTom, predicates: [NIGHT], zone: "Asia/Tokyo" } },
      { ...GROUP, batch: "b-1" },
      {
        filters: { ...withTom, predicates: [NIGHT, BATCH], zone: "Asia/Tokyo" },
        guessed: false,
        group: false,
      },
    ],
    [
      "to a group without a batch opens a guessed group",
      { ...START, filters: withTom, selected: "evt-1" },
      GROUP,
      {
        filters: {
          ...NO_FILTERS,
          actor: [is("feed")],
          source: [is("ingest")],
          since: GROUP.since,
          until: GROUP.until,
        },
        guessed: true,
        group: false,
        selected: null,
      },
    ],
    [
      "to a batch shows all of it, beside the event that is selected",
      { ...inRecord, filters: withTom, off: [text("x")] },
      { kind: "open_batch", batch: "b-1" },
      {
        view: "events",
        record: null,
        only: null,
        filters: { ...NO_FILTERS, predicates: [BATCH] },
        off: [],
        guessed: false,
        group: false,
        selected: "evt-1",
      },
    ],
    ...(
      [
        { kind: "filter", filter: byValue("field", "phone") },
        { kind: "unfilter", filter: byValue("actor", "Tom") },
        { kind: "switch_off", filter: byValue("actor", "Tom") },
        { kind: "replace", filters: [], by: withTom },
        { kind: "hide_no_ops", hide: true },
        { kind: "clear_filters" },
        { ...GROUP, batch: "b-1" },
      ] satisfies Action[]
    ).map((action): [string, Query, Action, Partial<Query>] => [
      `${action.kind} guesses no group any more`,
      { ...START, guessed: true, filters: withTom },
      action,
      { guessed: false },
    ]),
    ...(
      [
        { kind: "select", address: "evt-1" },
        { kind: "group", group: true },
        { kind: "records_of_events" },
        { kind: "list", view: "records" },
      ] satisfies Action[]
    ).map((action): [string, Query, Action, Partial<Query>] => [
      `${action.kind} leaves a guessed group one`,
      { ...START, guessed: true, filters: withTom },
      action,
      { guessed: true },
    ]),
    [
      "to the records of corrections is of no guessed group",
      { ...START, view: "corrections", guessed: true, filters: withTom },
      { kind: "records_of_events" },
      { guessed: false },
    ],
    [
      "that removes a mark leaves the others",
      { ...START, filters: { ...NO_FILTERS, marks: { noted: true, voided: false } } },
      { kind: "unfilter", filter: { kind: "mark", mark: "noted", must: true } },
      { filters: { ...NO_FILTERS, marks: { voided: false } } },
    ],
  ];
  test.each(actions)("%s", (_, query, action, change) => {
    expect(reduce(query, action)).toMatchObject(change);
  });
});

test("every predicate is one filter by itself, with a name of its own", () => {
  const all = each({ ...NO_FILTERS, predicates: PREDICATES, zone: "Asia/Tokyo" });
  expect(all).toHaveLength(PREDICATES.length);
  expect(new Set(all.map(nameOf)).size).toBe(PREDICATES.length);
  const again = all.reduce(withFilter, NO_FILTERS);
  expect(each(again)).toEqual(all);
});

describe("a span of recording", () => {
  test.each([
    ["from", [since("2024")], [recorded("2024", null)]],
    ["before", [before("2024")], [recorded(null, "2024")]],
    ["both", [before("2025"), since("2024")], [recorded("2024", "2025")]],
    [
      "an end twice is no span",
      [since("2024"), since("2025"), before("2026")],
      [since("2024"), since("2025"), before("2026")].map((one) => byPredicate(one, "UTC")),
    ],
  ])("of %s", (_, predicates, filters) => {
    expect(each({ ...NO_FILTERS, predicates })).toEqual(filters);
  });
});

test.each([
  [byPredicate(PLACED, "UTC"), byPredicate(equals("new_value", "placed", true), "UTC"), true],
  [byPredicate(NIGHT, "UTC"), byPredicate(NIGHT, "Asia/Tokyo"), true],
  [byPredicate(PLACED, "UTC"), byPredicate(equals("old_value", "placed"), "UTC"), false],
  [byPredicate(step(null, "a"), "UTC"), byPredicate(step("", "a"), "UTC"), false],
])("%j and %j are about the same: %s", (one, other, same) => {
  expect(isSame(one, other)).toBe(same);
});

test("a filter that is switched keeps its place", () => {
  const filters = { ...NO_FILTERS, contains: "x", actor: [is("Tom"), is("Ann")] };
  const query = { ...START, filters, off: [text("a"), byValue("actor", "Bob")] };
  const shown = onAndOff(query).map(({ filter, on }) => [nameOf(filter), on]);
  expect(shown).toEqual([
    ["actor=Ann", true],
    ["actor=Bob", false],
    ["actor=Tom", true],
    ["contains=a", false],
    ["contains=x", true],
  ]);
});

describe("the effective filters", () => {
  test("with a clock: events up to and including its instant", () => {
    const query = { ...START, at: "2024-03-03T12:00:00Z" };
    expect(effectiveFilters(query).until).toBe("2024-03-03T12:00:00.000000001Z");
  });
  test("with a clock after the span: the span's end", () => {
    const filters = { ...NO_FILTERS, until: "2024-01-01T00:00:00Z" };
    expect(effectiveFilters({ ...START, filters, at: "2024-03-03T12:00:00Z" }).until).toBe(
      filters.until,
    );
  });
  test("in corrections: the three actions, less what is excluded", () => {
    const filters = { ...NO_FILTERS, action: [not("note")] };
    const { action } = effectiveFilters({ ...START, view: "corrections", filters });
    expect(action).toEqual([not("note"), is("correct"), is("void")]);
  });
  test("in corrections: an action that is chosen alone", () => {
    const filters = { ...NO_FILTERS, action: [is("void")] };
    expect(effectiveFilters({ ...START, view: "corrections", filters }).action).toEqual([
      is("void"),
    ]);
  });
});

test("the ends of a span of recording that are off come back as one", () => {
  const told = toWindowQuery({ ...START, off: [recorded("2024", "2025")] });
  const [pair] = told.off;
  const ends = pair!.predicates.map((one) => ({ ...NO_FILTERS, predicates: [one] }));
  expect(fromWindowQuery({ ...told, off: ends }).off).toEqual([recorded("2024", "2025")]);
});

test("what the core is told of a query brings it back, with what is switched off", () => {
  const off = [text("x"), byValue("actor", "Tom", true)];
  const query = { ...START, off, filters: { ...NO_FILTERS, marks: { noted: true } } };
  const told = toWindowQuery(query);
  expect(told.off.map((filters) => filters.contains)).toEqual(["x", null]);
  expect(fromWindowQuery(told)).toEqual(query);
  expect(fromWindowQuery(toWindowQuery({ ...query, guessed: true }))).toEqual(query);
});
