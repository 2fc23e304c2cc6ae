import { describe, expect, test } from "vitest";
import { screen, waitFor } from "@testing-library/svelte";
import { eventsPage, core, row, SETTINGS, COMPLETE, value } from "../test/journal";
import { open } from "../test/window";
import { hiddenOf, layoutOf, movedTo, resized, styleOf, type ColumnSet } from "./columns";

const SET: ColumnSet = {
  list: "things",
  marked: true,
  columns: [
    { name: "a", label: "A", width: 100 },
    { name: "b", label: "B", width: 200, fills: true },
    { name: "c", label: "C", width: 50 },
  ],
};
const saved = (...columns: [string, number, boolean][]) => ({
  ...SETTINGS,
  columns: { things: columns.map(([column, width, shown]) => ({ column, width, shown })) },
});
const names = (layout: { column: string }[]) => layout.map(({ column }) => column).join("");

describe("the layout of columns", () => {
  test.each([
    ["nothing saved", SETTINGS, "abc"],
    ["an order", saved(["c", 50, true], ["a", 9, true], ["b", 9, true]), "cab"],
    ["a column that came later", saved(["c", 50, true], ["a", 9, true]), "cab"],
    ["a column that is no more", saved(["x", 50, true], ["b", 9, true]), "bac"],
  ])("holds every column once: %s", (_, settings, order) =>
    expect(names(layoutOf(SET, settings))).toBe(order),
  );

  test.each([
    ["a", "c", "bca"],
    ["c", "a", "cab"],
    ["a", "b", "bac"],
    ["a", "x", "abc"],
    ["x", "a", "abc"],
  ])("with %s in the place of %s is %s", (column, place, order) =>
    expect(names(movedTo(layoutOf(SET, SETTINGS), column, place))).toBe(order),
  );

  test.each([
    [120.4, 120],
    [1, 48],
    [5000, 900],
  ])("of a width of %d has one of %d", (width, kept) =>
    expect(resized(layoutOf(SET, SETTINGS), "a", width)[0]?.width).toBe(kept),
  );

  test("is given to the rows by the place of each column in them", () => {
    const layout = layoutOf(SET, saved(["c", 50, true], ["a", 90, false], ["b", 9, true]));
    expect(styleOf(SET, layout)).toBe(
      "--template: var(--mark) 50px minmax(48px, 1fr); --order-4: 1; --order-2: 2; --order-3: 3",
    );
    expect(hiddenOf(SET, layout)).toEqual(["hide-2"]);
  });
});

test("a column on request is hidden until it is chosen, whatever was saved before it was there", () => {
  const set = {
    ...SET,
    columns: [...SET.columns, { name: "d", label: "D", width: 9, optional: true as const }],
  };
  const shown = (settings: typeof SETTINGS) =>
    names(layoutOf(set, settings).filter((one) => one.shown));
  expect(shown(SETTINGS)).toBe("abc");
  expect(shown(saved(["c", 50, true], ["a", 90, true], ["b", 9, true]))).toBe("cab");
  expect(shown(saved(["d", 50, true]))).toBe("dabc");
});

describe("columns of every list", () => {
  const record = {
    entity_type: "client",
    entity_id: "CLI-0007",
    name: "Northwind",
    events: 3,
    first: "2025-02-05T08:00:00+00:00",
    last: "2025-11-05T08:00:00+00:00",
    last_actor: "Sarah",
    deleted: false,
  };
  const answers = {
    events: () => eventsPage([row()]),
    records: () => ({
      records: [record],
      next: null,
      total: 1,
      loosely: false,
      folding: null,
      coverage: COMPLETE,
    }),
    chains: () => ({
      breaks: [{ event: row(), expected: value("x") }],
      next: null,
      total: 1,
      folding: null,
      coverage: COMPLETE,
    }),
  };

  test.each([
    ["events", "events", "Source", "Record"],
    ["corrections", "events", "Source", "Record"],
    ["records", "records", "First change", "Id"],
    ["deleted", "records", "First change", "Id"],
    ["chains", "chains", "Actor", "Record"],
  ])("%s: are hidden and widened by key, and remembered", async (view, list, hidden, widened) => {
    const fake = core(answers);
    const user = open(view);
    await user.click(await screen.findByRole("button", { name: "Columns" }));
    await user.click(screen.getByRole("checkbox", { name: hidden }));
    const grid = screen.getByRole("grid");
    await waitFor(() => expect(grid.className).toMatch(/\bcustomized hide-\d/));
    screen.getByRole("separator", { name: `Width of ${widened}` }).focus();
    await user.keyboard("{ArrowRight}");
    const kept = () => fake.calls("settings").at(-1)?.settings.columns?.[list] ?? [];
    await waitFor(() => expect(fake.calls("settings")).toHaveLength(2));
    // The lag is shown only on request.
    expect(kept().filter((one) => !one.shown && one.column !== "lag")).toHaveLength(1);
    expect(grid.style.getPropertyValue("--template")).toContain("px");
    await user.click(screen.getByRole("button", { name: "Columns" }));
    await user.click(screen.getByRole("button", { name: "Reset columns" }));
    await waitFor(() => expect(grid.className).not.toMatch(/customized/));
  });
});
