import { describe, expect, test } from "vitest";
import type { Term } from "../ipc";
import { effectiveFilters } from "./filters";
import { NO_FILTERS, START, type Query } from "./query";
import { reduce, type Action } from "./reduce";
import { fromHash, toHash } from "./hash";

const is = (value: string): Term => ({ value, exclude: false });
const not = (value: string): Term => ({ value, exclude: true });

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
    ["every event of a group", { group: false }],
    ["records", { view: "records", types: [is("client")], id_contains: "42" }],
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
      { kind: "filter", column: "actor", term: is("Sarah") },
      { view: "events", record: null, filters: { ...NO_FILTERS, actor: [is("Sarah")] } },
    ],
    [
      "to a filter stays in corrections",
      { ...START, view: "corrections" },
      { kind: "contains", text: "x" },
      { view: "corrections", filters: { ...NO_FILTERS, contains: "x" } },
    ],
    [
      "to exclude replaces an inclusion",
      { ...START, filters: { ...NO_FILTERS, actor: [is("Sarah")] } },
      { kind: "filter", column: "actor", term: not("Sarah") },
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
      { ...START, filters: { ...NO_FILTERS, contains: "x", since: "2024-03-03T12:00:00Z" } },
      { kind: "clear_filters" },
      { filters: NO_FILTERS },
    ],
  ];
  test.each(actions)("%s", (_, query, action, change) => {
    expect(reduce(query, action)).toMatchObject(change);
  });
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
