import { describe, expect, test } from "vitest";
import type { SqlKind } from "../ipc";
import { nextSorting, sorted } from "./sort";

const rowsOf = (cells: (string | null)[]) =>
  cells.map((cell, position) => ({ position, cells: [cell] }));

describe("rows are sorted", () => {
  test.each<[string, SqlKind, (string | null)[], (string | null)[]]>([
    ["numbers by size", "number", ["10", "9", "-1", "2.5"], ["-1", "2.5", "9", "10"]],
    [
      "U5: numbers to their last digit",
      "number",
      ["9007199254740993", "9007199254740992", "0.1000000000000000001", "0.1"],
      ["0.1", "0.1000000000000000001", "9007199254740992", "9007199254740993"],
    ],
    [
      "what is no number last",
      "number",
      ["NaN", "inf", "1e3", "-inf"],
      ["-inf", "1e3", "inf", "NaN"],
    ],
    [
      "times by instant",
      "time",
      ["2026-01-01T00:00:00.5Z", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00.25Z"],
      ["2026-01-01T00:00:00Z", "2026-01-01T00:00:00.25Z", "2026-01-01T00:00:00.5Z"],
    ],
    ["texts as they are written", "text", ["b", "B", "a", ""], ["", "B", "a", "b"]],
    ["false before true", "boolean", ["true", "false"], ["false", "true"]],
    ["NULL last", "text", [null, "a", ""], ["", "a", null]],
  ])("%s", (_, kind, cells, after) => {
    const rows = sorted(rowsOf(cells), kind, { column: 0, descending: false });
    expect(rows.map((row) => row.cells[0])).toEqual(after);
  });

  test("down, with NULL last still, and equal ones as they came", () => {
    const rows = sorted(rowsOf([null, "1", "2", "1.0"]), "number", { column: 0, descending: true });
    expect(rows.map((row) => row.position)).toEqual([2, 1, 3, 0]);
  });

  test("up, down, and not at all, press by press", () => {
    const up = nextSorting(null, 1);
    const down = nextSorting(up, 1);
    expect([up, down, nextSorting(down, 1)]).toEqual([
      { column: 1, descending: false },
      { column: 1, descending: true },
      null,
    ]);
    expect(nextSorting(down, 2)).toEqual({ column: 2, descending: false });
  });
});
