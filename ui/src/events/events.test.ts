import { screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, test, vi } from "vitest";
import { COMPLETE, core, detail, eventsPage, PARTIAL, refuse, row, status } from "../test/journal";
import { open } from "../test/window";
import { binLabel, heights, spanOf } from "./histogram";
import type * as ipc from "../ipc";
import { nearest } from "./near";
import { asCsv, asJson, asMarkdown, asText } from "./copy";

describe("the list of events", () => {
  test("reads as sentences, with its exact total", async () => {
    core({
      events: () => eventsPage([row()], { total: 12_031, hidden_no_ops: 4 }),
    });
    open();
    const grid = await screen.findByRole("grid", { name: "Events" });
    expect(grid.getAttribute("aria-rowcount")).toBe("12032");
    const cells = within(await within(grid).findByRole("row", { name: /CAND-00342/ }));
    const words = cells.getAllByRole("gridcell").map((cell) => cell.textContent?.trim());
    expect(words.map((text) => text?.replace(/\s+/g, " "))).toEqual([
      "update",
      "2026-02-02 09:12:44",
      "CAND-00342",
      "phone",
      "555-0100 to 555-0187",
      "Sarah",
      "api",
    ]);
    expect(screen.getByText(/12,031 events/).textContent).toContain(
      "4 that changed nothing are hidden",
    );
  });

  test("requests the next page with its cursor", async () => {
    const fake = core({
      events: ({ from }) =>
        eventsPage([row({ event_id: from.kind })], {
          next: from.kind === "newest" ? "cursor" : null,
          total: 2,
        }),
    });
    const user = open();
    await screen.findByRole("row", { name: /CAND-00342/ });
    await user.keyboard("j");
    await waitFor(() =>
      expect(fake.calls("events").at(-1)?.from).toEqual({ kind: "after", cursor: "cursor" }),
    );
    await waitFor(() => expect(screen.getAllByRole("row")).toHaveLength(3));
    expect(fake.calls("events")).toHaveLength(2);
  });

  test("moves and opens by key, and Escape gives the focus back", async () => {
    core();
    const user = open();
    await screen.findAllByRole("row", { name: /CAND-00342/ });
    await user.keyboard("jj{Enter}");
    expect(await screen.findByRole("complementary", { name: "Event details" })).toBeTruthy();
    expect(location.hash).toBe("#events?event=evt-2");
    await user.keyboard("k");
    await waitFor(() => expect(location.hash).toBe("#events?event=evt-1"));
    await user.keyboard("{Escape}");
    await waitFor(() => expect(location.hash).toBe("#events"));
    expect(document.activeElement?.getAttribute("role")).toBe("row");
  });

  test("keeps new events behind a button", async () => {
    const fake = core({ count: () => 39 });
    const user = open();
    await screen.findByRole("grid");
    await fake.emit("status", status({ events: 3247 }));
    expect(fake.calls("events")).toHaveLength(1);
    await user.click(await screen.findByRole("button", { name: "37 new events" }));
    await waitFor(() => expect(fake.calls("events")).toHaveLength(2));
    expect(screen.queryByRole("button", { name: "37 new events" })).toBeNull();
  });
});

describe("filters", () => {
  test("are chips, one by one removable", async () => {
    const fake = core();
    const user = open("events?actor=!Sarah&contains=555&since=2024-01-01T00:00:00Z");
    const chips = await screen.findByRole("list", { name: "Filters" });
    const words = within(chips).getAllByRole("listitem").slice(0, 3);
    expect(words.map((chip) => chip.textContent?.replace(/\s+/g, " ").trim())).toEqual([
      "actor is not Sarah",
      "contains 555",
      "from 2024-01-01 00:00:00 UTC",
    ]);
    await user.click(screen.getByRole("button", { name: "Remove filter actor is not Sarah" }));
    expect(location.hash).toBe("#events?since=2024-01-01T00%3A00%3A00Z&contains=555");
    await user.click(screen.getByRole("button", { name: "Clear all" }));
    await waitFor(() => expect(fake.calls("events").at(-1)?.filters.contains).toBeNull());
  });

  test("come from facets and leave by them", async () => {
    core();
    const user = open();
    await screen.findByRole("grid");
    await user.click(screen.getByRole("button", { name: "Facets" }));
    const facet = await screen.findByRole("button", { name: /^Sarah\s*2$/ });
    await user.click(facet);
    expect(location.hash).toBe("#events?actor=Sarah");
    await user.click(await screen.findByRole("button", { name: /^Sarah\s*2$/, pressed: true }));
    expect(location.hash).toBe("#events");
  });

  test("of one column are alternatives, among all of its values", async () => {
    const actors = ["Sarah", "Tom", "ingest"].map((value, at) => ({ value, count: 9 - at }));
    const fake = core({
      facets: ({ filters }) => ({
        total: 9,
        facets: { actor: actors.filter(({ value }) => value === "Sarah" || !filters.actor.length) },
        histogram: [],
        lags: [],
        no_lag: 0,
        coverage: COMPLETE,
      }),
    });
    const user = open("events?actor=Sarah");
    await user.click(await screen.findByRole("button", { name: "Facets" }));
    await user.click(await screen.findByRole("button", { name: /^Tom\s*8$/ }));
    expect(location.hash).toBe("#events?actor=Sarah&actor=Tom");
    expect(screen.getByRole("button", { name: /^or actor\s+Tom$/ })).toBeTruthy();
    await waitFor(() => expect(fake.calls("facets").at(-1)?.filters.actor).toEqual([]));
    const facets = within(screen.getByRole("region", { name: "Facets" }));
    await user.click(facets.getByRole("button", { name: "Exclude actor Sarah" }));
    expect(location.hash).toBe("#events?actor=Tom&actor=%21Sarah");
    expect(await facets.findByRole("button", { name: /^excluded\s+Sarah\s*9$/ })).toBeTruthy();
  });

  test("are marks too, to have or not to have", async () => {
    const fake = core();
    const user = open();
    await user.click(await screen.findByRole("button", { name: "Facets" }));
    const facets = within(await screen.findByRole("region", { name: "Facets" }));
    await user.click(await facets.findByRole("button", { name: "corrected" }));
    await user.click(facets.getByRole("button", { name: "Exclude voided" }));
    expect(location.hash).toBe("#events?corrected=yes&voided=no");
    await waitFor(() =>
      expect(fake.calls("events").at(-1)?.filters.marks).toEqual({
        corrected: true,
        voided: false,
      }),
    );
    expect(screen.getByRole("button", { name: "not voided" })).toBeTruthy();
    await user.click(facets.getByRole("button", { name: "corrected", pressed: true }));
    expect(location.hash).toBe("#events?voided=no");
  });

  test("are found within a facet, whose rest is counted", async () => {
    const values = Array.from({ length: 120 }, (_, at) => ({ value: `Actor ${at}`, count: 2 }));
    core({
      facets: () => ({
        total: 240,
        facets: { actor: values },
        histogram: [],
        lags: [],
        no_lag: 0,
        coverage: COMPLETE,
      }),
    });
    const user = open("events?actor=Actor 50");
    await user.click(await screen.findByRole("button", { name: "Facets" }));
    const facets = within(await screen.findByRole("region", { name: "Facets" }));
    const listed = () => facets.queryAllByRole("button", { name: /^Actor \d+\s*2$/ }).length;
    const others = await facets.findByRole("button", { name: /^Others \(113\)\s*226$/ });
    expect(listed()).toBe(7);
    await user.click(others);
    expect(listed()).toBe(100);
    expect(facets.getByText("Others (20): 40")).toBeTruthy();
    expect(document.activeElement).toBe(facets.getByRole("searchbox", { name: "Find in actor" }));
    await user.keyboard("ACTOR 11");
    expect(listed()).toBe(11);
    await user.keyboard("x");
    expect(facets.getByText("No value has this text")).toBeTruthy();
    await user.click(facets.getByRole("button", { name: "Show fewer" }));
    expect(listed()).toBe(7);
  });

  test("are switched off and on again in their place, by key", async () => {
    const fake = core();
    const user = open("events?actor=Sarah&contains=555");
    const chip = await screen.findByRole("button", { name: /^actor\s+Sarah$/, pressed: true });
    chip.focus();
    await user.keyboard("{Enter}");
    expect(location.hash).toBe("#events?contains=555&off=actor%3DSarah");
    expect(chip.getAttribute("aria-pressed")).toBe("false");
    expect(document.activeElement).toBe(chip);
    await waitFor(() => expect(fake.calls("events").at(-1)?.filters.actor).toEqual([]));
    await user.keyboard("{Enter}");
    expect(location.hash).toBe("#events?actor=Sarah&contains=555");
    await user.keyboard("{Enter}");
    await user.click(screen.getByRole("button", { name: "Remove filter actor Sarah" }));
    expect(location.hash).toBe("#events?contains=555");
  });

  test("exclude by a facet too", async () => {
    core();
    const user = open();
    await screen.findByRole("grid");
    await user.click(screen.getByRole("button", { name: "Facets" }));
    const facets = within(await screen.findByRole("region", { name: "Facets" }));
    await user.click(await facets.findByRole("button", { name: "Exclude actor Sarah" }));
    expect(location.hash).toBe("#events?actor=%21Sarah");
  });

  test("of the Corrections view are shown too", async () => {
    const fake = core();
    open("corrections");
    const chips = await screen.findByRole("list", { name: "Filters" });
    expect(chips.textContent?.replace(/\s+/g, " ")).toContain("action correct, void or note");
    const values = fake.calls("events")[0]?.filters.action.map((term) => term.value);
    expect(values).toEqual(["correct", "void", "note"]);
  });

  test("a selection loads nothing again", async () => {
    const fake = core();
    const user = open();
    await user.click((await screen.findAllByRole("row", { name: /CAND-00342/ }))[0]!);
    await screen.findByRole("complementary", { name: "Event details" });
    expect(fake.calls("events")).toHaveLength(1);
    expect(fake.calls("facets")).toHaveLength(1);
  });
});

describe("states", () => {
  test("reading", async () => {
    core({ events: () => new Promise(() => {}) });
    open();
    expect(await screen.findByRole("status", { name: "Reading events" })).toBeTruthy();
  });

  test.each([
    ["events", [row()], "1 event so far · 25 % looked at…", null],
    ["no event", [], "0 events so far · 25 % looked at…", "Nothing found"],
  ])("%s found while events are still looked at", async (_, rows, soFar, atLast) => {
    let answer = (): void => {};
    let calls = 0;
    core({
      events: async () => {
        calls += 1;
        if (calls === 1) return eventsPage(rows, { scanning: { done: 1, of: 4 } });
        await new Promise<void>((resolve) => (answer = resolve));
        return eventsPage(rows);
      },
    });
    open("events?contains=x");
    expect(await screen.findByText(soFar)).toBeTruthy();
    expect(screen.queryByText("Nothing found")).toBeNull();
    answer();
    await waitFor(() => expect(screen.queryByText(/so far/)).toBeNull());
    if (atLast !== null) expect(await screen.findByText(atLast)).toBeTruthy();
  });

  test.each([
    ["complete", undefined, "Nothing found"],
    ["partial", PARTIAL, "Nothing found in the files that were read"],
  ])("nothing found, coverage %s", async (_, coverage, title) => {
    core({ events: () => eventsPage([], coverage && { coverage }) });
    open("events?contains=zzz");
    expect(await screen.findByText(title)).toBeTruthy();
    expect(screen.getByRole("button", { name: "Clear filters" })).toBeTruthy();
  });

  test("an empty journal", async () => {
    core({ events: () => eventsPage([]) });
    open();
    expect(await screen.findByText("This journal holds no events yet")).toBeTruthy();
  });

  test("an error says what to do, and tries again", async () => {
    let fails = true;
    core({
      events: () => (fails ? refuse("failed", "the folder is gone")() : eventsPage([row()])),
    });
    const user = open();
    const alert = await screen.findByRole("alert");
    expect(alert.textContent).toContain("The folder is gone");
    fails = false;
    await user.click(within(alert).getByRole("button", { name: "Try again" }));
    expect(await screen.findByRole("grid", { name: "Events" })).toBeTruthy();
  });
});

describe("nothing found", () => {
  /** Of ten events by Sarah all are of phone, and one holds 555. */
  const answer = {
    events: () => eventsPage([]),
    count: ({ filters }: { filters: ipc.Filters }) => {
      const has = (column: "actor" | "field", value: string) =>
        filters[column].length === 0 || filters[column].some((term) => term.value === value);
      if (!has("actor", "Sarah") || !has("field", "phone") || filters.until !== null) return 0;
      return filters.contains === null ? 10 : filters.contains === "555" ? 1 : 0;
    },
    facets: ({ filters }: { filters: ipc.Filters }) => ({
      total: 0,
      facets: { actor: filters.actor.length > 0 ? [] : [{ value: "Sarah", count: 10 }] },
      histogram: [],
      lags: [],
      no_lag: 0,
      coverage: COMPLETE,
    }),
  };

  test.each([
    ["actor=Zoe", ["actor Zoe leaves nothing: without it there are 10 events"]],
    [
      "actor=Zoe&actor=Tom",
      ["actor Zoeor actor Tom leaves nothing: without it there are 10 events"],
    ],
    ["actor=Sarah&contains=x", ["contains x leaves nothing: without it there are 10 events"]],
    ["actor=Zoe&contains=555", ["actor Zoe leaves nothing: without it there is 1 event"]],
    [
      "actor=Zoe&contains=x&field=phone",
      ["actor Zoe matches no event of this journal", "contains x matches no event of this journal"],
    ],
    ["at=2020-01-01T00:00:00Z", ["The clock leaves nothing: without it there are 10 events"]],
  ])("of %s names what leaves nothing", async (query, reasons) => {
    core(answer);
    open(`events?${query}`);
    const notice = (await screen.findByText("No event matches all filters")).parentElement!;
    await waitFor(() =>
      expect(notice.querySelectorAll(".obstacle p")).toHaveLength(reasons.length),
    );
    const said = [...notice.querySelectorAll(".obstacle p")].map((one) =>
      one.textContent?.replace(/\s+/g, " ").trim(),
    );
    expect(said).toEqual(reasons);
  });

  test("says where no filter alone leaves nothing", async () => {
    core({
      ...answer,
      count: ({ filters }) => Number(filters.actor.length + filters.field.length < 2),
    });
    open("events?actor=Sarah&field=phone&actor=!Tom&field=!rate");
    expect(await screen.findByText("To leave out one of them is not enough")).toBeTruthy();
  });

  test.each([
    [/^Switch off$/, "#events?field=phone&off=actor%3Ds%25C3%25A1ra"],
    [/^Remove$/, "#events?field=phone"],
    [/^Try\s+Sarah\s*: 10 events$/, "#events?field=phone&actor=Sarah"],
  ])("offers %s by one click", async (name, hash) => {
    core(answer);
    const user = open("events?actor=sára&field=phone");
    await user.click(await screen.findByRole("button", { name }));
    expect(location.hash).toBe(hash);
  });

  test.each([
    ["sarah", "Sarah"],
    ["Sara H.", "Sarah"],
    ["Zoë", "Zoe"],
    ["ingest-pipelin", "ingest_pipeline"],
    ["Tm", "Tom"],
    ["Bob", undefined],
    ["", undefined],
  ])("%j is near %j", (value, near) => {
    const values = ["Sarah", "ingest_pipeline", "Tom", "Zoe"];
    const counts = values.map((value) => ({ value, count: 1 }));
    expect(nearest(value, counts)?.value).toBe(near);
  });
});

describe("the details", () => {
  test("begin with the event as a sentence, which is the name of its row too", async () => {
    core({ events: () => eventsPage([row({ old: "" })]), event: () => detail(row({ old: "" })) });
    open("events?event=evt-1");
    const sentence =
      "Sarah changed phone of candidate CAND-00342 from empty to 555-0187, on 2 February 2026 at 09:12 UTC, through the API.";
    const details = await screen.findByRole("complementary", { name: "Event details" });
    await within(details).findByRole("region", { name: "Columns" });
    const first = details.querySelector("p");
    expect(first?.textContent?.replace(/\s+/g, " ").trim()).toBe(sentence);
    const name = sentence.replace("empty", "empty text");
    expect(await screen.findByRole("row", { name })).toBeTruthy();
  });

  const correction = row({
    event_id: "evt-9",
    action: "correct",
    old: "555-0187",
    new: "555-0188",
  });

  test("lead to the correction and back", async () => {
    core({
      event: ({ address }) =>
        address === "evt-9"
          ? detail(correction, { target: row() })
          : detail(row(), {
              about: [correction],
              effect: {
                kind: "corrected",
                values: [{ field: "phone", value: correction.new_value, by: "evt-9" }],
              },
            }),
    });
    const user = open("events?event=evt-1");
    const about = await screen.findByRole("region", {
      name: "Corrections, voids and notes about this event",
    });
    expect(screen.getByRole("region", { name: "As corrected" }).textContent).toContain("555-0188");
    await user.click(within(about).getByRole("button"));
    const target = await screen.findByRole("region", { name: "The event that this one is about" });
    await user.click(within(target).getByRole("button"));
    expect(
      await screen.findByRole("region", { name: "Corrections, voids and notes about this event" }),
    ).toBeTruthy();
  });

  const LATER = /This event is later than 2026-02-02 .*, the instant on the clock/;
  test.each([
    ["later than the clock", "2026-02-02T09:12:43.9Z", true, null],
    ["at the clock", "2026-02-02T09:12:44Z", false, "Before"],
    ["up to the clock", "2026-02-03T00:00:00Z", false, "Before, After"],
    ["without a clock", null, false, "Before, After"],
  ])("of an event %s", async (_, at, isLater, neighbours) => {
    const beside = (event_id: string, timestamp: string) => row({ event_id, timestamp });
    core({
      event: () =>
        detail(row({ marks: ["corrected"] }), {
          about: [correction],
          effect: {
            kind: "corrected",
            values: [{ field: "phone", value: correction.new_value, by: "evt-9" }],
          },
          before: isLater ? null : beside("evt-0", "2026-02-01T00:00:00Z"),
          after: beside("evt-2", "2026-02-02T12:00:00Z"),
        }),
    });
    open(`events?event=evt-1${at === null ? "" : `&at=${at}`}`);
    const details = within(await screen.findByRole("complementary", { name: "Event details" }));
    await details.findByRole("region", { name: "Columns" });
    const notice = details.queryByRole("note")?.textContent?.replace(/\s+/g, " ") ?? "";
    expect(LATER.test(notice)).toBe(isLater);
    expect(details.queryAllByText("corrected")).toHaveLength(isLater ? 0 : 1);
    expect(
      details.queryAllByRole("region", { name: /As corrected|about this event/ }),
    ).toHaveLength(isLater ? 0 : 2);
    const region = details.queryByRole("region", { name: /Before and after/ });
    const labels = ["Before", "After"].filter(
      (label) => region !== null && within(region).queryByText(label) !== null,
    );
    expect(labels.join(", ") || null).toBe(neighbours);
  });

  test.each([
    ["Text", "field: phone"],
    ["Markdown", "| phone | update |"],
    ["JSON", '"field": "phone"'],
  ])("copy the event as %s", async (word, part) => {
    core();
    const user = open("events?event=evt-1");
    await user.click(await screen.findByRole("button", { name: "Copy as" }));
    await user.click(screen.getByRole("button", { name: word }));
    expect(await navigator.clipboard.readText()).toContain(part);
    expect(await screen.findByText(`Copied 1 event as ${word}`)).toBeTruthy();
  });

  test("say what is missing", async () => {
    core({ event: refuse("missing", "there is no such event") });
    open("events?event=evt-404");
    expect((await screen.findByRole("alert")).textContent).toContain("There is no such event");
  });

  const both = [row(), row({ event_id: "evt-2", entity_id: "CAND-00007" })];
  test.each([
    ["o", "#record/candidate/CAND-00007?event=evt-2", undefined],
    ["c", "#events?event=evt-2", "Correct an event"],
    ["v", "#events?event=evt-2", "Void an event"],
  ])("%s is about the selected row while they still show another", async (key, hash, title) => {
    let answer = (): void => {};
    core({
      events: () => eventsPage(both),
      event: async ({ address }) => {
        if (address === "evt-2") await new Promise<void>((resolve) => (answer = resolve));
        return detail(both.find((event) => event.address === address)!);
      },
    });
    const user = open("events?event=evt-1");
    await screen.findByRole("region", { name: "Columns" });
    (await screen.findByRole("row", { name: /CAND-00342/ })).focus();
    await user.keyboard(`j${key}`);
    expect(screen.getByRole("region", { name: "Columns" }).textContent).toContain("CAND-00342");
    answer();
    await waitFor(() => expect(location.hash).toBe(hash));
    if (title === undefined) return;
    expect((await screen.findByRole("dialog", { name: title })).textContent).toContain(
      "CAND-00007",
    );
  });

  test("take a letter that ends a sequence for no command", async () => {
    core();
    const user = open("events?event=evt-1");
    await screen.findByRole("button", { name: "Correct…" });
    await user.keyboard("gc");
    expect(await screen.findByRole("heading", { name: "Corrections" })).toBeTruthy();
    expect(screen.queryByRole("dialog")).toBeNull();
  });

  test("U1: hold hostile text in every column as text", async () => {
    const evil = "<img src=x onerror=alert(1)>\u202e";
    const event = row({
      event_id: evil,
      entity_type: evil,
      entity_id: evil,
      field: evil,
      action: evil,
      old: evil,
      new: evil,
      actor: evil,
      source: evil,
      workspace_id: evil,
      writer: evil,
      reason: evil,
      batch: evil,
      corrects: evil,
    });
    core({ events: () => eventsPage([event]), event: () => detail(event, { about: [event] }) });
    open("events?event=x");
    await screen.findByRole("region", { name: "Columns" });
    expect(document.querySelector("img")).toBeNull();
    const seen = [...document.querySelectorAll("bdi")].map((value) => value.textContent ?? "");
    expect(seen.some((text) => text.includes("\u202e"))).toBe(false);
  });
});

describe("the histogram", () => {
  test("is moved through and narrowed by key", async () => {
    core();
    const user = open();
    const bars = await screen.findByRole("listbox", { name: /Events over time/ });
    within(bars).getAllByRole("option")[0]?.focus();
    await user.keyboard("{Shift>}{ArrowRight}{/Shift}");
    expect(within(bars).getAllByRole("option", { selected: true })).toHaveLength(2);
    await user.keyboard("{Enter}");
    expect(location.hash).toBe(
      "#events?since=2026-02-01T00%3A00%3A00Z&until=2026-02-03T00%3A00%3A00Z",
    );
  });

  test("is saved as a picture of what is on screen, from its menu and from the palette", async () => {
    let refused = false;
    const fake = core({
      save_picture: () => (refused ? refuse("invalid", "there is no font")() : "firm.png"),
    });
    const user = open("events?actor=Sarah");
    await user.click(await screen.findByRole("button", { name: "Save picture…" }));
    await user.click(screen.getByRole("button", { name: /^As PNG/ }));
    expect(await screen.findByText(/Saved as “firm.png”/)).toBeTruthy();
    const [{ picture } = { picture: null }] = fake.calls("save_picture");
    expect(picture?.filters.actor).toEqual([{ value: "Sarah", exclude: false }]);
    expect([picture?.zone, picture?.form]).toEqual(["UTC", "png"]);
    refused = true;
    await user.keyboard("{Control>}k{/Control}");
    (await screen.findByRole("combobox", { name: "Find an action or a view" })).focus();
    await user.keyboard("picture as svg{Enter}");
    expect((await screen.findByRole("alert")).textContent).toContain("There is no font");
    expect(fake.calls("save_picture").at(-1)?.picture.form).toBe("svg");
  });

  const bins = [
    { start: "2026-02-01T00:00:00Z", end: "2026-02-02T00:00:00Z", count: 0 },
    { start: "2026-02-02T00:00:00Z", end: "2026-02-03T00:00:00Z", count: 1 },
    { start: "2026-02-03T00:00:00Z", end: "2026-02-04T00:00:00Z", count: 10_000 },
  ];
  test("shows one event beside many, and none as none", () => {
    expect(heights(bins)).toEqual([0, 0.04, 1]);
  });
  test.each([
    ["2026-02-03T00:00:00Z", "2026-02-04T00:00:00Z", "UTC", "2026-02-03 UTC: 51 events"],
    [
      "2026-02-02T23:00:00Z",
      "2026-02-03T23:00:00Z",
      "Europe/Berlin",
      "2026-02-03 Europe/Berlin: 51 events",
    ],
    // The day on which clocks are put forward.
    [
      "2026-03-28T23:00:00Z",
      "2026-03-29T22:00:00Z",
      "Europe/Berlin",
      "2026-03-29 Europe/Berlin: 51 events",
    ],
    [
      "2026-03-08T05:00:00Z",
      "2026-03-09T04:00:00Z",
      "America/New_York",
      "2026-03-08 America/New_York: 51 events",
    ],
    [
      "2026-02-02T00:00:00Z",
      "2026-02-09T00:00:00Z",
      "UTC",
      "2026-02-02 to 2026-02-08 UTC: 51 events",
    ],
    [
      "2026-02-03T00:00:00Z",
      "2026-02-03T06:00:00Z",
      "Europe/Berlin",
      "2026-02-03 01:00:00 +01:00 until 2026-02-03 07:00:00 +01:00: 51 events",
    ],
  ])("names the bar from %s until %s in %s", (start, end, zone, label) => {
    expect(binLabel({ start, end, count: 51 }, zone)).toBe(label);
  });

  test("is of the zone on screen", async () => {
    const fake = core();
    const user = open();
    await screen.findByRole("listbox", { name: /Events over time/ });
    await user.click(screen.getByRole("button", { name: "Times: UTC" }));
    await user.click(screen.getByRole("option", { name: "Asia/Tokyo" }));
    await waitFor(() => expect(fake.calls("facets").at(-1)?.zone).toBe("Asia/Tokyo"));
    expect(fake.calls("facets").map((call) => call.zone)).toEqual(["UTC", "Asia/Tokyo"]);
  });

  test("gives the span of several", () => {
    expect(spanOf(bins, 0, 1)).toEqual({ since: bins[0]!.start, until: bins[1]!.end });
    expect(spanOf(bins, 0, 9)).toBeNull();
  });
});

describe("events elsewhere", () => {
  const event = row({ old: "", new: null, seq: "18446744073709551615" });

  test("U5: as JSON one is an object with every column, exact, and several are a list", () => {
    const copy = JSON.parse(asJson([event]).text) as Record<string, unknown>;
    expect(Object.keys(copy)).toHaveLength(17);
    expect(copy).toMatchObject({ old_value: "", new_value: null, seq: "18446744073709551615" });
    expect(JSON.parse(asJson([event, event]).text)).toEqual([copy, copy]);
  });

  test("as text tells null from empty", () => {
    expect(asText([event]).text).toContain('old_value: ""\nnew_value: null\n');
  });

  test.each(["=1+1", "+1", "-1", "@a", "\tx", "\rx"])("U2: %j computes nothing as CSV", (value) => {
    const { text, escaped } = asCsv([row({ old: value, new: "1-1" })]);
    const safe = /[\r]/.test(value) ? `"'${value}"` : `'${value}`;
    expect(text).toContain(`update,${safe},1-1,Sarah`);
    expect(escaped).toBe(1);
    expect(JSON.parse(asJson([row({ old: value })]).text)).toMatchObject({ old_value: value });
  });

  test("as CSV null is nothing, empty is quoted, and quotes are doubled", () => {
    const { text, escaped } = asCsv([row({ old: null, new: "" }), row({ old: 'a "b", c' })]);
    expect(text.split("\r\n")[1]).toContain('update,,"",Sarah');
    expect(text.split("\r\n")[2]).toContain('update,"a ""b"", c",555-0187');
    expect(escaped).toBe(0);
  });

  test("as Markdown no value breaks the table", () => {
    const { text } = asMarkdown([row({ old: "a|b", new: "c\nd" })]);
    expect(text.split("\n")).toHaveLength(3);
    expect(text).toContain("| a\\|b | c<br>d |");
  });
});

describe("several events", () => {
  test("are selected by key and mouse, and voided together", async () => {
    const fake = core();
    const user = open();
    const rows = () => screen.findAllByRole("row", { name: /CAND-00342/ });
    (await rows())[0]!.focus();
    await user.keyboard(" ");
    expect(await screen.findByText("1 event selected")).toBeTruthy();
    await user.keyboard("{Control>}");
    await user.click((await rows())[1]!);
    await user.keyboard("{/Control}");
    expect(await screen.findByText("2 events selected")).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Void…" }));
    await waitFor(() =>
      expect(fake.calls("preview").at(-1)?.amend.addresses).toEqual(["evt-1", "evt-2"]),
    );
  });

  test("are deselected by Escape", async () => {
    core();
    const user = open();
    (await screen.findAllByRole("row", { name: /CAND-00342/ }))[0]!.focus();
    await user.keyboard("{Control>}a{/Control}");
    expect(await screen.findByText("2 events selected")).toBeTruthy();
    await user.keyboard("{Escape}");
    await waitFor(() => expect(screen.queryByText(/selected/)).toBeNull());
  });
});

describe("the whole answer", () => {
  const TOTAL = 2500;
  /** Pages of the answer, by a cursor that is a rank; some values are cut. */
  const answer = (total: number, item = (at: number) => row({ event_id: `evt-${at}` })) => {
    return ({ from, limit }: { from: ipc.PageFrom; limit: number }) => {
      const rank = from.kind === "after" ? Number(from.cursor) : 0;
      const end = Math.min(total, rank + limit);
      const rows = Array.from({ length: end - rank }, (_, at) => item(rank + at));
      return eventsPage(rows, { rank, total, next: end < total ? String(end) : null });
    };
  };
  const selectAll = async (user: ReturnType<typeof open>) => {
    (await screen.findAllByRole("row", { name: /CAND-00342/ }))[0]!.focus();
    await user.keyboard("{Control>}a{/Control}");
  };
  const copyAsCsv = async (user: ReturnType<typeof open>) => {
    await user.click(screen.getByRole("button", { name: "Copy as" }));
    await user.click(screen.getByRole("button", { name: "CSV" }));
  };

  test("is selected by key, loaded or not, and copied with whole values", async () => {
    const long = { text: "x", length: 900, cut: true };
    const cut = (at: number) => ({ ...row({ event_id: `evt-${at}` }), new_value: long });
    const fake = core({
      events: answer(TOTAL, (at) => (at === 2000 ? cut(at) : row({ event_id: `evt-${at}` }))),
      event: ({ address }) => detail(row({ event_id: address, new: "whole" })),
    });
    const user = open("events?actor=Sarah");
    await selectAll(user);
    expect(await screen.findByText("2,500 events selected")).toBeTruthy();
    await user.keyboard("j ");
    expect(await screen.findByText("2,499 events selected")).toBeTruthy();
    expect((screen.getByRole("button", { name: "Void…" }) as HTMLButtonElement).disabled).toBe(
      true,
    );
    await copyAsCsv(user);
    expect(await screen.findByText("Copied 2,499 events as CSV")).toBeTruthy();
    const lines = (await navigator.clipboard.readText()).trimEnd().split("\r\n");
    expect(lines).toHaveLength(2500);
    expect(lines[2000]).toMatch(/^evt-2000,.*,whole,/);
    expect(lines.some((line) => line.startsWith("evt-1,"))).toBe(false);
    expect(fake.calls("events").at(-1)).toMatchObject({
      filters: { actor: [{ value: "Sarah", exclude: false }] },
      group: false,
    });
  });

  test("is selected by the bar, and amended together where it is small", async () => {
    const fake = core({ events: answer(240) });
    const user = open();
    (await screen.findAllByRole("row", { name: /CAND-00342/ }))[0]!.focus();
    await user.keyboard(" ");
    await user.click(await screen.findByRole("button", { name: "Select all 240" }));
    await user.click(screen.getByRole("button", { name: "Void…" }));
    await waitFor(() => expect(fake.calls("preview").at(-1)?.amend.addresses).toHaveLength(240));
  });

  test("is copied up to a limit, which is said before and after", async () => {
    core({ events: answer(312_000) });
    const user = open();
    await selectAll(user);
    await user.click(screen.getByRole("button", { name: "Copy as" }));
    expect(
      screen.getByText("The newest 100,000 of 312,000: no more are copied at once"),
    ).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Markdown" }));
    const done = "Copied the newest 100,000 of 312,000 events as Markdown";
    expect(await screen.findByText(done)).toBeTruthy();
    expect((await navigator.clipboard.readText()).split("\n")).toHaveLength(100_002);
  });

  test("says how far it is read, goes on after the list took its turn, and is cancelled", async () => {
    const pages = answer(TOTAL);
    let turns = 0;
    const fake = core({
      events: (args) => {
        if (args.limit < 1000) return pages(args);
        turns += 1;
        if (turns === 2) return refuse("cancelled", "another question came")();
        return turns < 4 ? pages(args) : new Promise<never>(() => {});
      },
    });
    const user = open();
    await selectAll(user);
    await copyAsCsv(user);
    expect(await screen.findByText("Reading 2,000 of 2,500 events…")).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Cancel" }));
    expect(screen.getByText("2,500 events selected")).toBeTruthy();
    expect(screen.queryByText(/Copied/)).toBeNull();
    expect(fake.calls("events").filter(({ limit }) => limit === 1000)).toHaveLength(4);
  });

  test("that took too long to read is copied by another press", async () => {
    core();
    const user = open();
    await selectAll(user);
    const write = vi.spyOn(navigator.clipboard, "writeText");
    write.mockRejectedValueOnce(new Error("not allowed"));
    await copyAsCsv(user);
    expect(await screen.findByText("2 events as CSV can be copied now")).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Copy" }));
    expect(await screen.findByText("Copied 2 events as CSV")).toBeTruthy();
  });
});

describe("a list longer than a window", () => {
  const rows = (from: number, count: number) =>
    Array.from({ length: count }, (_, at) => row({ event_id: `evt-${from + at}` }));
  const page = ({ from }: { from: ipc.PageFrom }) => {
    const rank = from.kind === "rank" ? from.rank : 0;
    return eventsPage(rows(rank, 30), { rank, total: 10_000_000, next: null });
  };

  test("is scrolled by its scroll bar, which names the position", async () => {
    const fake = core({ events: page });
    const user = open();
    const scrollbar = await screen.findByRole("scrollbar", { name: "Position in the list" });
    expect(scrollbar.getAttribute("aria-valuetext")).toContain("1 of 10,000,000");
    scrollbar.focus();
    await user.keyboard("{End}");
    await waitFor(() => expect(fake.calls("events").at(-1)?.from.kind).toBe("rank"));
    await waitFor(() =>
      expect(Number(scrollbar.getAttribute("aria-valuenow"))).toBeGreaterThan(9e6),
    );
  });

  test("groups an import to one row that opens it", async () => {
    const bulk = row({ event_id: "evt-b", actor: "feed", source: "ingest" });
    const group = { events: 12_000, oldest: "2026-02-02T09:00:00Z", oldest_address: "evt-a" };
    const fake = core({
      events: () => ({ ...eventsPage([]), items: [{ event: bulk, group }], total: 12_000 }),
    });
    const user = open();
    await user.click(await screen.findByRole("row", { name: /12,000 events by feed/ }));
    await waitFor(() => expect(fake.calls("events").at(-1)?.group).toBe(false));
    expect(fake.calls("events").at(-1)?.filters).toMatchObject({
      actor: [{ value: "feed", exclude: false }],
      since: group.oldest,
      until: "2026-02-02T09:12:44.000000001Z",
    });
  });
});

describe("columns", () => {
  test("are hidden, moved, widened by key, and remembered", async () => {
    const fake = core();
    const user = open();
    await user.click(await screen.findByRole("button", { name: "Columns" }));
    await user.click(screen.getByRole("checkbox", { name: "Source" }));
    await user.click(screen.getByRole("button", { name: "Move Actor left" }));
    const edge = screen.getByRole("separator", { name: "Width of Record" });
    edge.focus();
    await user.keyboard("{ArrowRight}");
    await waitFor(() =>
      expect(fake.calls("settings").at(-1)?.settings.columns?.events).toEqual([
        { column: "time", width: 148, shown: true },
        { column: "record", width: 200, shown: true },
        { column: "field", width: 132, shown: true },
        { column: "actor", width: 116, shown: true },
        { column: "change", width: 320, shown: true },
        { column: "source", width: 84, shown: false },
        { column: "lag", width: 92, shown: false },
      ]),
    );
    await user.click(screen.getByRole("button", { name: "Columns" }));
    await user.click(screen.getByRole("button", { name: "Reset columns" }));
    await waitFor(() =>
      expect(fake.calls("settings").at(-1)?.settings).toEqual({ columns: { events: [] } }),
    );
  });
});
