import { describe, expect, test } from "vitest";
import { filterName } from "../events/filterName";
import type { Filters, Predicate } from "../ipc";
import { byPredicate, each, excludes } from "../query/filters";
import { equals, step } from "../query/predicates";
import { NO_FILTERS } from "../query/query";
import { duration, groupedDecimal } from "../words/format";

const of = (column: "old_value" | "new_value" | "reason", member: string | null = null) => ({
  column,
  member,
});
const text = (
  column: "new_value" | "reason",
  kind: "equals" | "contains" | "begins" | "matches",
  texts: string[],
  exclude = false,
): Predicate => ({
  kind: "text",
  of: of(column),
  patterns: texts.map((text) => ({ kind, text })),
  exclude,
});
const number = (value: string) => ({ kind: "number" as const, value });
const time = (value: string) => ({ kind: "time" as const, value });
const lag = (comparison: "<" | "<=" | ">" | ">=", millis: number): Predicate => ({
  kind: "lag",
  comparison,
  limit: { millis },
});
const HOUR = 3_600_000;

describe("a predicate reads as", () => {
  const table: [Predicate, string][] = [
    [equals("new_value", "placed"), "new value = placed"],
    [equals("old_value", "placed", true), "old value ≠ placed"],
    [equals("new_value", ""), "new value = empty text"],
    [equals("new_value", "\u202egnp.exe"), "new value = [right-to-left override]gnp.exe"],
    [text("new_value", "equals", ["a", "b"]), "new value = a or b"],
    [
      text("new_value", "equals", ["a", "b", "c", "d", "e", "f"]),
      "new value = a or b or c or d or 2 more",
    ],
    [text("new_value", "contains", ["plumber"]), "new value contains plumber"],
    [text("new_value", "contains", ["x"], true), "new value does not contain x"],
    [text("new_value", "contains", [""]), "any new value"],
    [text("new_value", "contains", [""], true), "no new value"],
    [text("new_value", "matches", ["plumb(er|ing)"]), "new value matches /plumb(er|ing)/"],
    [text("reason", "begins", ["typo"]), "reason begins with typo"],
    [equals("batch", "b-1"), "batch = b-1"],
    [step("screening", "placed"), "screening → placed"],
    [step(null, "placed"), "no value → placed"],
    [{ ...step("a", null), exclude: true } as Predicate, "not a → no value"],
    [
      { kind: "order", of: of("new_value"), comparison: ">=", limit: number("50000") },
      "new value ≥ 50,000",
    ],
    [
      { kind: "order", of: of("new_value", "salary"), comparison: ">", limit: number("60000") },
      "new.salary > 60,000",
    ],
    [
      { kind: "order", of: of("old_value"), comparison: "<", limit: time("2024-06-01") },
      "old value before 1 Jun 2024",
    ],
    [
      { kind: "order", of: of("old_value"), comparison: ">", limit: time("2024-06") },
      "old value after 2024-06",
    ],
    [
      {
        kind: "order",
        of: of("old_value"),
        comparison: "<=",
        limit: time("2024-06-01T10:00:00Z"),
      },
      "old value up to 2024-06-01 10:00:00 UTC",
    ],
    [{ kind: "delta", comparison: ">", by: "10", percent: true }, "change > 10 %"],
    [{ kind: "delta", comparison: "<", by: "-5000", percent: false }, "change < −5,000"],
    [lag(">", 24 * HOUR), "recorded more than 1 day later"],
    [lag("<=", 90 * 60_000), "recorded at most 90 minutes later"],
    [lag("<", 0), "recorded before its time"],
    [lag(">=", -26 * HOUR), "lag ≥ −1 d 2 h"],
    [{ kind: "recorded_at", comparison: ">=", limit: "2024-03" }, "recorded from 2024-03"],
    [{ kind: "recorded_at", comparison: ">", limit: "2024-03" }, "recorded after 2024-03"],
    [{ kind: "hours", from: 22, until: 6 }, "22:00–6:00"],
    [{ kind: "weekdays", days: ["sat", "sun"] }, "Sat, Sun"],
    [{ kind: "weekdays", days: ["mon", "tue", "wed", "thu", "fri"] }, "Mon–Fri"],
    [{ kind: "weekdays", days: ["mon", "wed", "fri"] }, "Mon, Wed, Fri"],
  ];
  test.each(table)("%j: %s", (predicate, name) => {
    const [filter] = each({ ...NO_FILTERS, predicates: [predicate] });
    expect(filterName(filter!, "UTC")).toBe(name);
  });

  test("both ends of a span of recording, in one", () => {
    const filters: Filters = {
      ...NO_FILTERS,
      predicates: [
        { kind: "recorded_at", comparison: ">=", limit: "2024-03" },
        { kind: "recorded_at", comparison: "<", limit: "2024-04-05" },
      ],
    };
    expect(each(filters).map((one) => filterName(one, "UTC"))).toEqual([
      "recorded from 2024-03 before 5 Apr 2024",
    ]);
  });

  test.each([
    [{ kind: "hours", from: 9, until: 17 } as const, "9:00–17:00 (Europe/Berlin)"],
    [equals("new_value", "x"), "new value = x"],
  ])("with its zone where it has one, and another is on screen: %j", (predicate, name) => {
    expect(filterName(byPredicate(predicate, "Europe/Berlin"), "UTC")).toBe(name);
    expect(filterName(byPredicate(predicate, "Europe/Berlin"), "Europe/Berlin")).not.toContain("(");
  });

  test("excluding is told from the rest", () => {
    expect(excludes(byPredicate(equals("new_value", "a", true), "UTC"))).toBe(true);
    expect(excludes(byPredicate(equals("new_value", "a"), "UTC"))).toBe(false);
  });
});

test.each([
  ["50000", "50,000"],
  ["-0050000.50", "−50,000.50"],
  ["123456789012345678901234567890.10", "123,456,789,012,345,678,901,234,567,890.10"],
  ["10 apples", "10 apples"],
])("%s is grouped as %s", (number, shown) => expect(groupedDecimal(number)).toBe(shown));

test.each([
  [0, "0 s", "0 s"],
  [350, "350 ms", "350 ms"],
  [51 * HOUR + 60_000, "2 d 3 h", "2 d 3 h 1 min"],
  [48 * HOUR + 5 * 60_000, "2 d", "2 d 5 min"],
  [-5 * 60_000, "−5 min", "−5 min"],
  [4000 * 24 * HOUR, "4,000 d", "4,000 d"],
])("%i ms are %s, exactly %s", (millis, shown, exact) => {
  expect(duration(millis)).toBe(shown);
  expect(duration(millis, true)).toBe(exact);
});
