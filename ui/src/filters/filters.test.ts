import { screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, test } from "vitest";
import type * as ipc from "../ipc";
import { byPredicate, type Filter } from "../query/filters";
import { toHash } from "../query/hash";
import { equals } from "../query/predicates";
import { NO_FILTERS, START } from "../query/query";
import { core, detail, eventsPage, facets, refuse, row } from "../test/journal";
import { open } from "../test/window";
import { completed, completionsAt } from "./completion";
import { quoted, termOf, withTerm } from "./form";
import { spanFilter, spanInFull, spanInShort } from "./spans";

const NIGHT: ipc.Predicate = { kind: "hours", from: 22, until: 6 };

/** The hash of a list with predicates. */
const withPredicates = (predicates: ipc.Predicate[], zone = "UTC") =>
  toHash({ ...START, filters: { ...NO_FILTERS, predicates, zone } });

/** What the window asks the core for now. */
const filtersOf = (fake: ReturnType<typeof core>) => fake.calls("events").at(-1)?.filters;

describe("a chip", () => {
  test.each([
    [equals("new_value", "placed"), /^new value\s+=\s+placed$/, ""],
    [equals("new_value", "placed", true), /^new value\s+≠\s+placed$/, "exclude"],
    [NIGHT, /^22:00–6:00$/, ""],
  ])("of %j says what it is", async (predicate, name, className) => {
    core();
    open(withPredicates([predicate]));
    const chip = await screen.findByRole("button", { name, pressed: true });
    expect(chip.closest("li")?.className ?? "").toContain(className);
    if (className === "") expect(chip.closest("li")?.className).not.toContain("exclude");
  });

  test("names its zone where another is on screen", async () => {
    core();
    open(withPredicates([NIGHT], "Asia/Tokyo"));
    expect(
      await screen.findByRole("button", { name: /^22:00–6:00\s+\(Asia\/Tokyo\)$/ }),
    ).toBeTruthy();
  });

  test("shows a hostile value as text, and cuts a long one", async () => {
    core();
    open(withPredicates([equals("new_value", `<img src=x>\u202e${"x".repeat(500)}`)]));
    const chips = await screen.findByRole("list", { name: "Filters" });
    expect(document.querySelector("img")).toBeNull();
    expect(chips.textContent).toContain("<img src=x>");
    expect(chips.textContent).toContain("512 characters");
    expect(chips.querySelector("bdi")?.textContent).not.toContain("\u202e");
  });

  const PLACED: Filter = byPredicate(equals("new_value", "placed"), "UTC");
  const chipOf = async () => {
    const chip = await screen.findByRole("button", { name: /^new value\s+=\s+placed$/ });
    chip.focus();
    return chip;
  };

  test("is switched off, and removed by key, and the next one has the focus", async () => {
    const fake = core();
    const user = open(withPredicates([equals("new_value", "placed"), NIGHT]));
    const chip = await chipOf();
    await user.keyboard("{Enter}");
    await waitFor(() => expect(filtersOf(fake)?.predicates).toEqual([NIGHT]));
    expect(chip.getAttribute("aria-pressed")).toBe("false");
    await user.keyboard("{Delete}");
    await waitFor(() => expect(screen.queryByText("placed")).toBeNull());
    expect(document.activeElement?.textContent).toContain("22:00–6:00");
  });

  test("is edited as text by key: an error in place, Enter applies, and the focus returns", async () => {
    const fake = core({ write_filters: () => "new=placed" });
    const user = open(withPredicates([equals("new_value", "placed")]));
    await chipOf();
    await user.keyboard("{F2}");
    const dialog = within(await screen.findByRole("dialog", { name: "Edit the filter" }));
    const line = await dialog.findByRole("combobox", { name: "Filter as text" });
    await waitFor(() => expect((line as HTMLInputElement).value).toBe("new=placed"));
    expect(fake.calls("write_filters")[0]?.filters.predicates).toEqual([
      equals("new_value", "placed"),
    ]);
    await user.clear(line);
    await user.type(line, "nonsense");
    expect((await dialog.findByText(/^At 0: expected a column/)).textContent).toBeTruthy();
    expect(line.getAttribute("aria-invalid")).toBe("true");
    await user.keyboard("{Enter}");
    expect(screen.getByRole("dialog", { name: "Edit the filter" })).toBeTruthy();
    await user.clear(line);
    await user.type(line, "old=x actor=Tom{Enter}");
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    await waitFor(() =>
      expect(filtersOf(fake)).toMatchObject({
        predicates: [equals("old_value", "x")],
        actor: [{ value: "Tom", exclude: false }],
      }),
    );
    await waitFor(() => expect(document.activeElement?.textContent).toContain("Tom"));
  });

  test("is left as it is by Escape, which gives the focus back", async () => {
    core();
    const user = open(withPredicates([equals("new_value", "placed")]));
    const chip = await chipOf();
    await user.keyboard("{F2}");
    await screen.findByRole("combobox", { name: "Filter as text" });
    await user.keyboard("zzz{Escape}");
    expect(screen.queryByRole("dialog")).toBeNull();
    expect(document.activeElement).toBe(chip);
    expect(location.hash).toBe(`#${withPredicates([equals("new_value", "placed")])}`);
  });

  test("of every kind has a text", async () => {
    const fake = core();
    const user = open(
      "events?actor=!Sarah&corrected=yes&contains=555&since=2024-01-01T00:00:00Z&until=2025-01-01T00:00:00Z",
    );
    await screen.findByRole("list", { name: "Filters" });
    for (const button of screen.getAllByRole("button", { name: /^Edit filter/ })) {
      await user.click(button);
      await screen.findByRole("combobox", { name: "Filter as text" });
      await user.keyboard("{Escape}");
    }
    expect(fake.calls("write_filters").map(({ filters }) => filters)).toEqual([
      { ...NO_FILTERS, actor: [{ value: "Sarah", exclude: true }] },
      { ...NO_FILTERS, marks: { corrected: true } },
      { ...NO_FILTERS, contains: "555" },
      { ...NO_FILTERS, since: "2024-01-01T00:00:00Z", until: "2025-01-01T00:00:00Z" },
    ]);
  });

  test.each([
    [equals("new_value", "placed"), "UTC", "new=placed"],
    [NIGHT, "Asia/Tokyo", "new=placed zone=Asia/Tokyo"],
  ])("of %j is copied as text, with the zone that it depends on", async (predicate, zone, text) => {
    core({ write_filters: () => "new=placed" });
    const user = open(withPredicates([predicate], zone));
    const chips = within(await screen.findByRole("list", { name: "Filters" }));
    chips.getAllByRole("button")[0]!.focus();
    await user.keyboard("y");
    expect(await screen.findByText("Filter copied as text")).toBeTruthy();
    expect(await navigator.clipboard.readText()).toBe(text);
  });

  test("that cannot be written says so", async () => {
    core({ write_filters: refuse("invalid", "two terms cannot both hold") });
    const user = open(withPredicates([equals("new_value", "placed")]));
    await chipOf();
    await user.keyboard("{F2}");
    expect((await screen.findByRole("alert")).textContent).toContain("Two terms");
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  });

  test("has a name that no other has", () => {
    expect(PLACED).toEqual(byPredicate(equals("new_value", "placed"), "Asia/Tokyo"));
  });
});

describe("adding a filter", () => {
  const opened = async () => {
    const dialog = within(await screen.findByRole("dialog", { name: "Add a filter" }));
    return { dialog, line: dialog.getByRole<HTMLInputElement>("combobox", { name: /text/ }) };
  };

  test("by key, as text: it is understood while one types", async () => {
    const fake = core();
    const user = open();
    await screen.findByRole("grid");
    await user.keyboard("f");
    const { dialog, line } = await opened();
    expect(document.activeElement).toBe(line);
    await user.keyboard("new>50000");
    expect(line.value).toBe("new>50000");
    expect(await dialog.findByText("50,000")).toBeTruthy();
    await user.keyboard("{Enter}");
    await waitFor(() => expect(filtersOf(fake)?.predicates).toHaveLength(1));
    expect(screen.queryByRole("dialog")).toBeNull();
    expect(document.activeElement).toBe(screen.getByRole("button", { name: "Filter…" }));
  });

  test("leaves those that are there, and switches on one that was off", async () => {
    const fake = core();
    const user = open("events?actor=Sarah&off=actor%3DTom");
    await user.click(await screen.findByRole("button", { name: "Filter…" }));
    await opened();
    await user.keyboard("actor=Tom noops=hidden{Enter}");
    await waitFor(() =>
      expect(filtersOf(fake)?.actor.map(({ value }) => value)).toEqual(["Sarah", "Tom"]),
    );
    expect(filtersOf(fake)?.hide_no_ops).toBe(true);
    expect(location.hash).not.toContain("off=");
  });

  test("says that a text states no filter", async () => {
    core({ read_filters: () => NO_FILTERS });
    const user = open();
    await user.click(await screen.findByRole("button", { name: "Filter…" }));
    const { dialog } = await opened();
    await user.keyboard("-actor=Tom");
    expect(await dialog.findByText(/^This states no filter/)).toBeTruthy();
    expect(dialog.getByRole<HTMLButtonElement>("button", { name: "Add filter" }).disabled).toBe(
      true,
    );
  });

  test("completes names by key; Escape closes the names first", async () => {
    core();
    const user = open();
    await user.click(await screen.findByRole("button", { name: "Filter…" }));
    const { dialog, line } = await opened();
    await user.keyboard("re");
    const list = within(dialog.getByRole("listbox", { name: "Names to filter by" }));
    const names = () =>
      list.queryAllByRole("option").map((one) => one.querySelector("code")?.textContent);
    expect(names()).toEqual(["reason~", "recorded>="]);
    await user.keyboard("{ArrowDown}{ArrowDown}");
    expect(list.getByRole("option", { selected: true }).textContent).toContain("recorded>=");
    await user.keyboard("{Enter}");
    await waitFor(() => expect(line.value).toBe("recorded>="));
    await user.keyboard(" ne");
    expect(names()).toEqual(["new="]);
    await user.keyboard("{Escape}");
    expect(names()).toEqual([]);
    await user.keyboard("{Escape}");
    expect(screen.queryByRole("dialog")).toBeNull();
  });

  test("by an example, and by a form that writes the text", async () => {
    core();
    const user = open();
    await user.click(await screen.findByRole("button", { name: "Filter…" }));
    const { dialog, line } = await opened();
    await user.click(dialog.getByRole("button", { name: "hour=22..6" }));
    expect(line.value).toBe("hour=22..6");
    await user.selectOptions(dialog.getByRole("combobox", { name: "Of" }), "Old value");
    await user.selectOptions(dialog.getByRole("combobox", { name: "Is" }), "is not");
    await user.type(dialog.getByRole("textbox", { name: "Value" }), "two words");
    expect(line.value).toBe('hour=22..6 old!="two words"');
    await user.selectOptions(dialog.getByRole("combobox", { name: "Of" }), "Change");
    await user.clear(dialog.getByRole("textbox", { name: "Old value" }));
    await user.type(dialog.getByRole("textbox", { name: "New value" }), "placed");
    expect(line.value).toBe("hour=22..6 change!=→placed");
  });

  test("from the palette", async () => {
    core();
    const user = open();
    await screen.findByRole("grid");
    await user.keyboard("{Control>}k{/Control}");
    await screen.findByRole("dialog", { name: "Actions and views" });
    await user.click(screen.getByRole("option", { name: /^Filter…/ }));
    await opened();
  });

  test("is closed by a click elsewhere", async () => {
    core();
    const user = open();
    await user.click(await screen.findByRole("button", { name: "Filter…" }));
    await opened();
    await user.click(screen.getByRole("heading", { name: "Events" }));
    expect(screen.queryByRole("dialog")).toBeNull();
  });
});

describe("a name is completed", () => {
  test.each([
    ["", []],
    ["ne", ["new="]],
    ["NE", ["new="]],
    ["actor=Tom de", ["delta>"]],
    ["new=re", []],
    ["-la", ["lag>"]],
    ["zz", []],
  ])("of %j by %j", (text, names) => {
    expect(completionsAt(text, text.length).map(({ typed }) => typed)).toEqual(names);
  });
  test.each([
    ["actor=Tom de", 12, "delta>", "actor=Tom delta>", 16],
    ["-la", 3, "lag>", "-lag>", 5],
    ["ne actor=Tom", 2, "new=", "new= actor=Tom", 4],
  ])("%j at %i with %j is %j", (text, caret, typed, after, at) => {
    expect(completed(text, caret, typed)).toEqual({ text: after, caret: at });
  });
});

describe("the form writes", () => {
  test.each([
    ["new", "=", "placed", "", "new=placed"],
    ["new", "=", " x ", "", 'new=" x "'],
    ["new", "!=", "!x", "", 'new!="!x"'],
    ["old", "~", "a|b", "", 'old~"a|b"'],
    ["old", "~", "/x/", "", 'old~"\\\\/x/"'],
    ["old", "~/", "plumb(er|ing)", "", 'old~"/plumb(er|ing)/"'],
    ["old", "there", "", "", 'old~""'],
    ["old", "missing", "", "", 'old!~""'],
    ["new", ">=", " 50000 ", "", "new>=50000"],
    ["new", "<", "", "", null],
    ["change", "=", "screening", "placed", "change=screening→placed"],
    ["change", "!=", "", "a->b", 'change!=→"a->b"'],
    ["change", "=", "", "", null],
    ["delta", ">", "10%", "", "delta>10%"],
    ["lag", ">", "1d", "", "lag>1d"],
    ["weekday", "=", "sat,sun", "", "weekday=sat,sun"],
  ] as const)("%s %s %j %j as %j", (subject, operator, value, to, term) => {
    expect(termOf(subject, operator, value, to)).toBe(term);
  });
  test.each([
    ["", '""'],
    ["a b", '"a b"'],
    ['a"\\\n\t', '"a\\"\\\\\\n\\t"'],
    ["-x", "-x"],
  ])("%j as %s", (text, written) => expect(quoted(text)).toBe(written));
  test.each([
    ["", null, "a=1", "a=1"],
    ["x=1 a=1", "a=1", "b=2", "x=1 b=2"],
    ["x=1 a=1", "a=1", null, "x=1"],
    ["x=1", "a=1", "b=2", "x=1 b=2"],
  ])("into %j in place of %j %j: %j", (line, written, term, after) => {
    expect(withTerm(line, written, term)).toBe(after);
  });
});

describe("the span of time", () => {
  const MARCH = { since: "2024-03-01T00:00:00Z", until: "2024-03-28T00:00:00Z" };
  const control = () => screen.findByRole("button", { name: /^Time: / });
  const opened = async () => within(await screen.findByRole("dialog", { name: "Span of time" }));

  test("is chosen by a preset, and shown", async () => {
    const fake = core({ read_span: () => MARCH });
    const user = open();
    expect((await control()).textContent).toContain("All time");
    await user.keyboard("t");
    const dialog = await opened();
    await user.click(dialog.getByRole("button", { name: "Last quarter" }));
    expect(fake.calls("read_span").at(-1)).toEqual({ text: "last quarter", zone: "UTC" });
    await waitFor(() => expect(filtersOf(fake)).toMatchObject(MARCH));
    const button = await screen.findByRole("button", { name: /^Time: 1 Mar/ });
    expect(button.textContent).toContain("1 Mar 2024 – 27 Mar 2024");
    expect(document.activeElement).toBe(button);
    await user.keyboard("{Enter}");
    await user.click((await opened()).getByRole("button", { name: "All time" }));
    await waitFor(() => expect(filtersOf(fake)?.since).toBeNull());
  });

  test("is typed: what is understood is written out, and what is not, in place", async () => {
    const fake = core();
    const user = open();
    await user.click(await control());
    const dialog = await opened();
    await user.keyboard("2024");
    expect(await dialog.findByText(/^Expected a span/)).toBeTruthy();
    await user.keyboard("-03");
    const full = "from 1 Mar 2024 00:00 to before 28 Mar 2024 00:00, UTC";
    await waitFor(() => expect(dialog.getByRole("status").textContent).toContain(full));
    expect(dialog.getByRole("status").textContent).toContain("its end does not");
    await user.keyboard("{Enter}");
    await waitFor(() => expect(filtersOf(fake)).toMatchObject(MARCH));
  });

  test("by the time of recording is one chip of two predicates", async () => {
    const fake = core();
    const user = open();
    await user.click(await control());
    const dialog = await opened();
    await user.click(dialog.getByRole("radio", { name: "time of recording" }));
    await user.type(dialog.getByRole("textbox"), "2024-03{Enter}");
    await waitFor(() =>
      expect(filtersOf(fake)?.predicates).toEqual([
        { kind: "recorded_at", comparison: ">=", limit: "2024-03-01" },
        { kind: "recorded_at", comparison: "<", limit: "2024-03-28" },
      ]),
    );
    const chips = within(screen.getByRole("list", { name: "Filters" }));
    expect(chips.getAllByRole("listitem")).toHaveLength(1);
    await user.click(await control());
    const again = await opened();
    expect(again.getByRole<HTMLInputElement>("radio", { name: "time of recording" }).checked).toBe(
      true,
    );
    await user.click(again.getByRole("button", { name: "All time" }));
    await waitFor(() => expect(filtersOf(fake)?.predicates).toEqual([]));
  });

  test("follows a span that is dragged on the histogram", async () => {
    core();
    const user = open();
    const bars = await screen.findByRole("listbox", { name: /Events over time/ });
    within(bars).getAllByRole("option")[0]?.focus();
    await user.keyboard("{ArrowRight}{Enter}");
    await waitFor(async () => expect((await control()).textContent).toContain("2 Feb 2026"));
  });

  test("is there for the records of a result, and not for all records", async () => {
    core();
    open("records?actor=Sarah&records=of-events");
    await control();
    expect(screen.getByRole("button", { name: "Filter…" })).toBeTruthy();
  });

  test.each([
    [MARCH, "UTC", "from 1 Mar 2024 00:00 to before 28 Mar 2024 00:00, UTC"],
    [
      { since: "2024-03-01T00:00:30.5Z", until: null },
      "Europe/Berlin",
      "from 1 Mar 2024 01:00:30.5 on, Europe/Berlin",
    ],
    [{ since: null, until: MARCH.until }, "UTC", "before 28 Mar 2024 00:00, UTC"],
    [{ since: null, until: null }, "UTC", "All time"],
  ])("%j in %s in full", (span, zone, text) => expect(spanInFull(span, zone)).toBe(text));

  test.each([
    [MARCH, "UTC", "1 Mar 2024 – 27 Mar 2024"],
    [{ since: "2024-03-01T00:00:00Z", until: "2024-03-02T00:00:00Z" }, "UTC", "1 Mar 2024"],
    [MARCH, "Europe/Berlin", "1 Mar 2024 01:00 to 28 Mar 2024 01:00"],
    [{ since: MARCH.since, until: null }, "UTC", "from 1 Mar 2024"],
    [{ since: null, until: MARCH.until }, "UTC", "before 28 Mar 2024"],
  ])("%j in %s in short", (span, zone, text) => expect(spanInShort(span, zone)).toBe(text));

  test("by recording has days where they begin in the zone, else instants", () => {
    expect(spanFilter(MARCH, "recorded", "UTC")).toMatchObject({ since: "2024-03-01" });
    expect(spanFilter(MARCH, "recorded", "Asia/Tokyo")).toMatchObject({ since: MARCH.since });
  });
});

describe("an event", () => {
  const event = row({ old: "screening", new: "placed", batch: "b-1", reason: "typo" });
  const press = async (name: string) => {
    const fake = core({ event: () => detail(event), events: () => eventsPage([event]) });
    const user = open(`${withPredicates([equals("new_value", "other"), NIGHT])}&event=evt-1`);
    const details = within(await screen.findByRole("complementary", { name: "Event details" }));
    await user.click(await details.findByRole("button", { name }));
    return fake;
  };

  test.each([
    ["This new value", equals("new_value", "placed"), 0],
    ["Show only batch = b-1", equals("batch", "b-1"), 1],
    [
      "This change",
      { kind: "change", steps: [{ from: "screening", to: "placed" }], exclude: false } as const,
      1,
    ],
    ["Show only reason = typo", equals("reason", "typo"), 1],
    ["Exclude old value = screening", equals("old_value", "screening", true), 1],
  ])("%s filters by it; another value of the same gives way", async (name, predicate, others) => {
    const fake = await press(name);
    await waitFor(() => expect(filtersOf(fake)?.predicates).toContainEqual(predicate));
    expect(filtersOf(fake)?.predicates).toContainEqual(NIGHT);
    const other = filtersOf(fake)?.predicates.filter(
      (one) => JSON.stringify(one) === JSON.stringify(equals("new_value", "other")),
    );
    expect(other).toHaveLength(others);
  });

  test("of a value that is cut, or longer than anybody reads, has no such filter", async () => {
    const long = row({ new: "x".repeat(3000), old: null });
    core({ event: () => detail(long), events: () => eventsPage([long]) });
    open("events?event=evt-1");
    const details = within(await screen.findByRole("complementary", { name: "Event details" }));
    await details.findByRole("region", { name: "Columns" });
    expect(details.queryByRole("button", { name: "This new value" })).toBeNull();
    expect(details.queryByRole("button", { name: "This change" })).toBeNull();
  });
});

describe("the lag", () => {
  test.each([
    [null, "Not known: there is no time of recording"],
    ["2026-02-02T09:12:45.5+00:00", "1 s 500 ms"],
    ["2026-02-04T12:12:44+00:00", "2 d 3 h, Recorded more than a day after its timestamp"],
    ["2026-02-02T09:07:44+00:00", "−5 min, Recorded before its timestamp"],
  ])("of an event recorded at %s is a column on request", async (recorded_at, text) => {
    core({ events: () => eventsPage([row({ recorded_at })]) });
    const user = open();
    await screen.findByRole("grid");
    expect(screen.getAllByRole("gridcell")).toHaveLength(7);
    await user.click(screen.getByRole("button", { name: "Columns" }));
    await user.click(screen.getByRole("checkbox", { name: "Lag" }));
    await waitFor(() => expect(screen.getAllByRole("gridcell")).toHaveLength(8));
    const cell = screen.getAllByRole("gridcell")[7];
    expect(cell?.textContent?.replace(/\s+/g, " ").replace("—", "").trim()).toBe(text);
  });

  const bins = (counts: number[]): ipc.LagBin[] => {
    const limits = [
      0, 1000, 60_000, 3_600_000, 86_400_000, 604_800_000, 2_592_000_000, 31_536_000_000,
    ];
    const at = (index: number) => (limits[index] === undefined ? null : { millis: limits[index] });
    return counts.map((count, index) => ({ from: at(index - 1), until: at(index), count }));
  };
  const answer = facets({
    total: 10,
    facets: { actor: [{ value: "Sarah", count: 10 }] },
    lags: bins([1, 20, 3, 0, 2, 0, 0, 0, 4]),
    no_lag: 8120,
  });
  const panel = async (user: ReturnType<typeof open>) => {
    await user.click(await screen.findByRole("button", { name: "Facets" }));
    return within(await screen.findByRole("region", { name: "Facets" }));
  };

  test("is counted by length, and what is not known apart", async () => {
    core({ facets: () => answer });
    const user = open();
    const lags = await panel(user);
    const list = await lags.findByRole("list", { name: /Time from the timestamp/ });
    const said = within(list)
      .getAllByRole("button")
      .map((one) => one.textContent?.replace(/\s+/g, " ").trim());
    expect(said).toEqual([
      "before its time 1",
      "under 1 s 20",
      "1 s to 1 min 3",
      "1 min to 1 h 0",
      "1 h to 1 d 2",
      "1 d to 7 d 0",
      "7 d to 30 days 0",
      "30 days to 1 year 0",
      "over a year 4",
    ]);
    expect(lags.getByText("8,120 cannot be known")).toBeTruthy();
  });

  test("filters by a click, which another takes back; another bin takes its place", async () => {
    const fake = core({ facets: () => answer });
    const user = open();
    const lags = await panel(user);
    const lag = (comparison: "<" | ">=", millis: number) => ({
      kind: "lag",
      comparison,
      limit: { millis },
    });
    await user.click(await lags.findByRole("button", { name: /^1 s to 1 min/ }));
    await waitFor(() =>
      expect(filtersOf(fake)?.predicates).toEqual([lag(">=", 1000), lag("<", 60_000)]),
    );
    // The lags are counted without their own filter.
    await waitFor(() => expect(fake.calls("facets").at(-1)?.filters.predicates).toEqual([]));
    await user.click(await lags.findByRole("button", { name: /^over a year/ }));
    await waitFor(() => expect(filtersOf(fake)?.predicates).toEqual([lag(">=", 31_536_000_000)]));
    await user.click(await lags.findByRole("button", { name: /^over a year/, pressed: true }));
    await waitFor(() => expect(filtersOf(fake)?.predicates).toEqual([]));
  });

  test.each([
    ["is one line where none is known", { lags: bins([0, 0, 0]), no_lag: 8 }, true],
    ["says nothing where there is nothing to say", { lags: [], no_lag: 0 }, false],
  ])("%s", async (_, change, said) => {
    core({ facets: () => facets({ ...answer, ...change }) });
    const user = open();
    const lags = await panel(user);
    await lags.findByRole("heading", { name: "Marks" });
    expect(lags.queryByRole("heading", { name: "Lag" }) !== null).toBe(said);
    expect(lags.queryByText(/^No event has a time of recording/) !== null).toBe(said);
    expect(lags.queryByRole("list", { name: /Time from the timestamp/ })).toBeNull();
  });
});

describe("events that the filters do not decide", () => {
  test.each([
    [{ no_numbers: 1204, no_dates: 0, no_recorded_at: 0 }, "1,204 values are no numbers"],
    [{ no_numbers: 0, no_dates: 1, no_recorded_at: 0 }, "1 value is no date"],
    [
      { no_numbers: 2, no_dates: 3, no_recorded_at: 12 },
      "2 values are no numbers · 3 values are no dates · 12 cannot be known: no time of recording",
    ],
  ])("%j are counted beside the events", async (undecided, text) => {
    core({ events: () => eventsPage([row()], { total: 7, hidden_no_ops: 4, undecided }) });
    open();
    const count = await screen.findByText(/7 events/);
    expect(count.textContent).toContain(`7 events · 4 that changed nothing are hidden · ${text}`);
  });

  test("are named where nothing is found", async () => {
    const undecided = { no_numbers: 5, no_dates: 0, no_recorded_at: 0 };
    core({ events: () => eventsPage([], { undecided }), count: () => 0 });
    open(withPredicates([equals("new_value", "zzz")]));
    expect(
      await screen.findByText(/Left out by the filters: 5 values are no numbers/),
    ).toBeTruthy();
    expect((await screen.findByText(/matches no event of this journal/)).textContent).toContain(
      "zzz",
    );
  });
});
