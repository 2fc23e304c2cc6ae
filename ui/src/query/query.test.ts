import { describe, expect, test } from "vitest";
import type { Term } from "../ipc";
import { byValue, effectiveFilters, nameOf, onAndOff, type Filter } from "./filters";
import { NO_FILTERS, START, type Query } from "./query";
import { reduce, type Action } from "./reduce";
import { fromWindowQuery, toWindowQuery } from "./windowQuery";
import { fromHash, toHash } from "./hash";

const is = (value: string): Term => ({ value, exclude: false });
const text = (text: string): Filter => ({ kind: "contains", text, loosely: false });
const not = (value: string): Term => ({ value, exclude: true });
const withTom = { ...NO_FILTERS, actor: [is("Tom")] };

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
    ["every event of a group", { group: false }],
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

test("what the core is told of a query brings it back, with what is switched off", () => {
  const off = [text("x"), byValue("actor", "Tom", true)];
  const query = { ...START, off, filters: { ...NO_FILTERS, marks: { noted: true } } };
  const told = toWindowQuery(query);
  expect(told.off.map((filters) => filters.contains)).toEqual(["x", null]);
  expect(fromWindowQuery(told)).toEqual(query);
});
