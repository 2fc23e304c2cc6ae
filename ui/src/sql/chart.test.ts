import { describe, expect, test } from "vitest";
import type { SqlColumn } from "../ipc";
import {
  defaultColumns,
  labelStep,
  MOST_POINTS,
  pointsOf,
  portion,
  scaleOf,
  shortened,
} from "./chart";

const columns = (...kinds: SqlColumn["kind"][]): SqlColumn[] =>
  kinds.map((kind, at) => ({ name: `c${at}`, kind }));
const rows = (...all: (string | null)[][]) => all.map((cells, position) => ({ position, cells }));

describe("the scale of a chart", () => {
  test.each<[string, number[], number[]]>([
    ["is of round numbers", [3, 97], [0, 20, 40, 60, 80, 100]],
    ["has 0 in it", [980, 1000], [0, 200, 400, 600, 800, 1000]],
    ["goes below 0", [-40, 60], [-40, -20, 0, 20, 40, 60]],
    ["is all below 0", [-3, -9], [-10, -8, -6, -4, -2, 0]],
    ["has fractions without rests", [0.1, 0.3], [0, 0.1, 0.2, 0.3]],
    ["of nothing but 0", [0, 0], [0, 1]],
    ["of no value", [], [0, 1]],
    ["of large numbers", [1_234_567], [0, 500_000, 1_000_000, 1_500_000]],
  ])("%s", (_, values, ticks) => {
    const scale = scaleOf(values);
    expect(scale.ticks).toEqual(ticks);
    expect([scale.min, scale.max]).toEqual([ticks[0], ticks.at(-1)]);
  });

  test("puts a value between its ends", () => {
    const scale = scaleOf([-50, 150]);
    expect([scale.min, scale.max, portion(50, scale)]).toEqual([-50, 150, 0.5]);
  });
});

describe("the points of a chart", () => {
  test.each<[string, SqlColumn["kind"][], { along: number; values: number }]>([
    ["a text and a number", ["text", "number"], { along: 0, values: 1 }],
    ["a number before it", ["number", "time"], { along: 1, values: 0 }],
    ["numbers alone", ["number", "number"], { along: 0, values: 1 }],
    ["one number", ["number"], { along: 0, values: 0 }],
    ["no number", ["text", "time"], { along: 0, values: 0 }],
  ])("are of %s", (_, kinds, drawn) => expect(defaultColumns(columns(...kinds))).toEqual(drawn));

  const drawn = { along: 0, values: 1, zone: "UTC" };

  test("leave out rows without a number, and say NULL and empty apart", () => {
    const all = rows([null, "1"], ["", "2.50"], ["x", null], ["y", "NaN"]);
    const { points, omitted, total } = pointsOf(columns("text", "number"), all, drawn);
    expect(points.map(({ label, value, text }) => [label, value, text])).toEqual([
      ["NULL", 1, "1"],
      ["(empty)", 2.5, "2.50"],
    ]);
    expect([omitted, total]).toEqual([2, 2]);
  });

  test("U3: say what hides in a name", () => {
    const { points } = pointsOf(columns("text", "number"), rows(["a\u202eb", "1"]), drawn);
    expect(points[0]?.label).toBe("a[right-to-left override]b");
  });

  test("of instants stand in their order, as far apart as these are", () => {
    const all = rows(
      ["2026-01-04T12:00:00Z", "3"],
      ["2026-01-01T12:00:00Z", "1"],
      ["2026-01-02T12:00:00Z", "2"],
    );
    const { points } = pointsOf(columns("time", "number"), all, drawn);
    expect(points.map(({ value, at }) => [value, at])).toEqual([
      [1, 0],
      [2, 1 / 3],
      [3, 1],
    ]);
    expect(points[0]?.label).toBe("2026-01-01 12:00");
  });

  test.each<[string, string, string, boolean]>([
    ["UTC", "2026-01-01T00:00:00Z", "2026-01-01", false],
    ["Europe/Berlin", "2026-01-01T00:00:00Z", "2026-01-01", true],
    ["Europe/Berlin", "2025-12-31T23:00:00Z", "2026-01-01", false],
    ["America/New_York", "2026-01-01", "2026-01-01", false],
    ["Europe/Berlin", "2026-01-01T12:30:00Z", "2026-01-01 13:30", false],
  ])("in %s of %s are called %s", (zone, instant, label, utcDays) => {
    const found = pointsOf(columns("time", "number"), rows([instant, "1"]), { ...drawn, zone });
    expect([found.points[0]?.label, found.utcDays]).toEqual([label, utcDays]);
  });

  test("are not too many", () => {
    const all = rows(...Array.from({ length: 500 }, (_, at) => [`r${at}`, String(at)]));
    const found = pointsOf(columns("text", "number"), all, drawn);
    expect([found.points.length, found.total]).toEqual([MOST_POINTS, 500]);
  });
});

test.each([
  [10, 40, 800, 1],
  [24, 40, 800, 2],
  [300, 40, 800, 15],
  [5, 40, 0, 200],
])("of %d labels of %d pixels in %d every %dth is drawn", (count, size, room, step) =>
  expect(labelStep(count, size, room)).toBe(step),
);

test.each([
  ["short", 10, "short"],
  ["a long label", 6, "a lon…"],
  ["😀😀😀", 2, "😀…"],
])("%s in %d characters is %s", (label, most, cut) => expect(shortened(label, most)).toBe(cut));
