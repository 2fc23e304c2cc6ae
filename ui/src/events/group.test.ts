/** The head of a batch or of a guessed group: what it says, and what can be done with all of it. */
import { screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, test, vi } from "vitest";
import type * as ipc from "../ipc";
import type { FakeCore, Handlers } from "../ipc/fake";
import { canonical, equals } from "../query/predicates";
import { fromHash } from "../query/hash";
import { core, detail, eventsPage, facets, refuse, row } from "../test/journal";
import { open } from "../test/window";
import { groupOf, timeOf } from "./group";

const where = (...predicates: ipc.Predicate[]) =>
  predicates.map((one) => `where=${encodeURIComponent(JSON.stringify(one))}`).join("&");
const BATCH = equals("batch", "b-1");
const OF_BATCH = `events?${where(BATCH)}`;
const SPAN = "since=2026-02-02T09:12:43Z&until=2026-02-02T09:12:44.000000001Z";
const GUESSED = `events?actor=feed&source=ingest&${SPAN}&guessed=yes&groups=off`;

const EVENTS = [
  row({ event_id: "evt-3", timestamp: "2026-02-02T09:12:44Z", marks: ["corrected"] }),
  row({ event_id: "evt-2", timestamp: "2026-02-02T09:12:43.5Z", field: "email" }),
  row({ event_id: "evt-1", timestamp: "2026-02-02T09:12:43Z" }),
].map((event) => ({ ...event, batch: "b-1", recorded_at: "2026-02-02T09:13:00Z" }));

const of = (...counts: [string, number][]) => counts.map(([value, count]) => ({ value, count }));
const FACETS = facets({
  total: 3,
  facets: {
    field: of(["phone", 2], ["email", 1]),
    action: of(["update", 3]),
    actor: of(["Sarah", 2], ["Tom", 1]),
    source: of(["api", 3]),
  },
  histogram: [
    { start: "2026-02-02T00:00:00Z", end: "2026-02-03T00:00:00Z", count: 2 },
    { start: "2026-02-03T00:00:00Z", end: "2026-02-04T00:00:00Z", count: 1 },
  ],
});
const RECORDS = { next: null, total: 2, loosely: false, folding: null, records: [] };

function journal(handlers: Partial<Handlers> = {}) {
  return core({
    events: () => eventsPage(EVENTS),
    facets: () => FACETS,
    records: () => ({ ...RECORDS, coverage: FACETS.coverage }),
    ...handlers,
  });
}

const plain = (element: HTMLElement | null) =>
  element?.textContent?.replace(/\s+/g, " ").replaceAll(" ,", ",").trim();
/** The counts of a batch, beside those of the filters on screen, by which new events are found. */
const further = (fake: FakeCore) => {
  const shown = JSON.stringify(fake.calls("events").at(-1)?.filters);
  const counts = fake.calls("count").map(({ filters }) => filters);
  return counts.filter(
    (filters) => filters.predicates.length > 0 && JSON.stringify(filters) !== shown,
  );
};
const head = (name = "Batch") => screen.findByRole("region", { name });
const lines = (section: HTMLElement) => [...section.querySelectorAll("p")].map(plain);

describe("the group of a query", () => {
  const batch = { kind: "batch", batch: "b-1", narrowed: false };
  const two: ipc.Predicate = {
    ...BATCH,
    patterns: [
      { kind: "equals", text: "a" },
      { kind: "equals", text: "b" },
    ],
  } as ipc.Predicate;
  test.each([
    ["events", null],
    [OF_BATCH, batch],
    [`${OF_BATCH}&field=phone`, { ...batch, narrowed: true }],
    [`${OF_BATCH}&hide-no-ops=yes`, { ...batch, narrowed: true }],
    [`${OF_BATCH}&at=2026-02-02T09:12:44Z`, { ...batch, narrowed: true }],
    [`${OF_BATCH}&off=field%3Dphone`, batch],
    [`events?${where(equals("batch", "b-1", true))}`, null],
    [`events?${where(BATCH, equals("batch", "b-2"))}`, null],
    [`events?${where(two)}`, null],
    [`events?${where(equals("reason", "b-1"))}`, null],
    [`corrections?${where(BATCH)}`, null],
    [`records?records=of-events&${where(BATCH)}`, null],
    [GUESSED, { kind: "guessed" }],
    [GUESSED.replace("&guessed=yes", ""), null],
  ])("%s", (hash, group) => expect(groupOf(fromHash(hash))).toEqual(group));
});

test.each([
  ["of no events", 0, 0, null],
  [
    "of all events",
    3,
    3,
    { first: "2026-02-02T09:12:43Z", last: "2026-02-02T09:12:44Z", exact: true },
  ],
  [
    "of more events than are loaded is that of the histogram",
    3,
    9,
    { first: "2026-02-02T00:00:00Z", last: "2026-02-03T23:59:59.999999999Z", exact: false },
  ],
])("the time %s", (_, loaded, total, time) => {
  const items = EVENTS.slice(0, loaded).map((event) => ({ event, group: null }));
  const query = fromHash(OF_BATCH);
  expect(timeOf(groupOf(query)!, query, items, total, FACETS)).toEqual(time);
});

describe("the head of a batch", () => {
  test("says who, when, through what, and how much, with no further request", async () => {
    const fake = journal();
    open(OF_BATCH);
    const batch = await head();
    await waitFor(() =>
      expect(lines(batch)).toEqual([
        "3 events",
        "by Sarah, Tom",
        "through api",
        "2026-02-02 09:12:43 to 09:12:44",
        "recorded 2026-02-02 09:13:00",
      ]),
    );
    const names = within(batch).getAllByRole("button").map(plain);
    expect(names).toEqual([
      "2 records",
      "Select all",
      "Copy as text",
      "Back",
      "phone 2",
      "email 1",
      "update 3",
      "corrected 1",
    ]);
    expect(
      within(batch)
        .getAllByRole("group")
        .map((one) => one.getAttribute("aria-label")),
    ).toEqual(["Fields", "Actions", "Amended so far"]);
    expect(further(fake)).toEqual([]);
  });

  test("of more than is loaded asks once how many are neither corrected nor voided", async () => {
    const fake = journal({
      events: () => eventsPage(EVENTS, { total: 340 }),
      count: () => 328,
    });
    open(OF_BATCH);
    const batch = await head();
    expect(await within(batch).findByText("12 corrected or voided")).toBeTruthy();
    expect(lines(batch)).toContain("2026-02-02 to 2026-02-03");
    expect(further(fake).map(({ marks }) => marks)).toEqual([{ corrected: false, voided: false }]);
  });

  test("that other filters narrow says of how many, and shows all of them", async () => {
    const fake = journal({ count: () => 340 });
    const user = open(`${OF_BATCH}&field=phone`);
    const batch = await head();
    expect(await within(batch).findByText("3 of 340 events shown")).toBeTruthy();
    expect(further(fake).map(({ field }) => field)).toEqual([[]]);
    await user.click(within(batch).getByRole("button", { name: "Show all" }));
    await waitFor(() => expect(fake.calls("events").at(-1)?.filters.field).toEqual([]));
    expect(groupOf(fromHash(location.hash.slice(1)))).toMatchObject({ narrowed: false });
  });

  test.each([
    [/^phone\s*2$/, "&field=phone"],
    [/^update\s*3$/, "&action=update"],
    [/^corrected\s*1$/, "&corrected=yes"],
  ])("filters it by %s, which another press takes back", async (name, filter) => {
    journal({ count: () => 3 });
    const user = open(OF_BATCH);
    await user.click(await within(await head()).findByRole("button", { name }));
    const [column, value] = filter.slice(1).split("=");
    await waitFor(() => expect(location.hash).toContain(`${column}=${value}`));
    await user.click(await within(await head()).findByRole("button", { name, pressed: true }));
    await waitFor(() => expect(location.hash).not.toContain(`${column}=${value}`));
    expect(screen.getByRole("region", { name: "Batch" })).toBeTruthy();
  });

  test.each([
    [3, false],
    [501, true],
  ])("selects all of %i events, by key; above the limit says so: %s", async (total, isOver) => {
    journal({ events: () => eventsPage(EVENTS, { total }), count: () => total });
    const user = open(OF_BATCH);
    const button = within(await head()).getByRole("button", { name: "Select all" });
    await waitFor(() => expect((button as HTMLButtonElement).disabled).toBe(false));
    expect(button.title).toContain(isOver ? "at most 500" : "Select all 3 events");
    button.focus();
    await user.keyboard("{Enter}");
    const bar = await screen.findByRole("toolbar", { name: "With the selected events" });
    expect(within(bar).getByRole("status").textContent).toBe(`${total} events selected`);
    const note = within(bar).getByRole("button", { name: "Note…" }) as HTMLButtonElement;
    expect(note.disabled).toBe(isOver);
    expect(within(bar).queryAllByText(/At most 500 events/)).toHaveLength(isOver ? 1 : 0);
  });

  test("is copied as text", async () => {
    journal();
    const user = open(OF_BATCH);
    const button = within(await head()).getByRole("button", { name: "Copy as text" });
    await waitFor(() => expect((button as HTMLButtonElement).disabled).toBe(false));
    await user.click(button);
    expect(await screen.findByText("Copied what is said of the batch")).toBeTruthy();
    expect(await navigator.clipboard.readText()).toBe(
      [
        "Batch: b-1",
        "Events: 3 events",
        "Records: 2",
        "Actors: Sarah (2), Tom (1)",
        "Sources: api (3)",
        "Time: 2026-02-02 09:12:43 UTC to 2026-02-02 09:12:44 UTC",
        "Recorded: 2026-02-02 09:13:00 UTC",
        "Fields: phone (2), email (1)",
        "Actions: update (3)",
      ].join("\n"),
    );
  });

  test("leads to its records, and back", async () => {
    journal();
    const user = open(OF_BATCH);
    await user.click(await within(await head()).findByRole("button", { name: "2 records" }));
    expect(await screen.findByRole("heading", { name: "Records" })).toBeTruthy();
    expect(location.hash).toMatch(/^#records\?.*records=of-events/);
    const back = vi.spyOn(history, "back");
    history.back();
    await user.click(await within(await head()).findByRole("button", { name: "Back" }));
    expect(back).toHaveBeenCalledTimes(2);
    back.mockRestore();
  });

  test("in a narrow window unfolds its fields and actions", async () => {
    const matchMedia = vi.spyOn(window, "matchMedia").mockImplementation(
      (media) =>
        ({
          media,
          matches: media.includes("max-width: 900px"),
          addEventListener() {},
          removeEventListener() {},
        }) as unknown as MediaQueryList,
    );
    journal();
    const user = open(OF_BATCH);
    const batch = await head();
    const more = within(batch).getByRole("button", { name: "Fields and actions", expanded: false });
    expect(within(batch).queryByRole("group", { name: "Fields" })).toBeNull();
    await user.click(more);
    expect(await within(batch).findByRole("group", { name: "Fields" })).toBeTruthy();
    expect(more.getAttribute("aria-expanded")).toBe("true");
    matchMedia.mockRestore();
  });
});

describe("the head of a guessed group", () => {
  test("says that it is guessed, and by whom it is, until the filters change", async () => {
    journal({
      events: () =>
        eventsPage(
          EVENTS.map((event) => ({ ...event, batch: null })),
          { total: 12_000 },
        ),
    });
    const user = open(GUESSED);
    const group = await head("Guessed group");
    await waitFor(() => expect(lines(group)).toContain("by feed"));
    expect(lines(group)).toContain("through ingest");
    expect(lines(group)).toContain("2026-02-02 09:12:43 to 09:12:44");
    expect(
      within(group).getByText(/the journal does not say that they belong together\.$/),
    ).toBeTruthy();
    await user.click(within(group).getByRole("button", { name: /^phone\s*2$/ }));
    await waitFor(() => expect(screen.queryByRole("region", { name: "Guessed group" })).toBeNull());
    expect(location.hash).not.toContain("guessed");
    expect(location.hash).toContain("field=phone");
  });
});

describe("the states of the head", () => {
  const never = () => new Promise<never>(() => {});
  const failed = refuse("failed", "the folder is gone");
  test.each<[string, Partial<Handlers>, string, string | undefined]>([
    ["loading", { events: never }, "Counting…", undefined],
    ["loading facets", { facets: never, records: never }, "3 events", "corrected 1"],
    ["error", { events: failed }, "Not counted", undefined],
    ["error of the facets", { facets: failed }, "3 events", "corrected 1"],
    ["empty", { events: () => eventsPage([]), facets: () => facets() }, "0 events", undefined],
  ])("%s", async (state, handlers, events, group) => {
    journal(handlers);
    open(OF_BATCH);
    const batch = await head();
    await waitFor(() => expect(lines(batch)[0]).toBe(events));
    expect(within(batch).queryByRole("group")?.textContent?.trim()).toBe(group);
    const disabled = (name: string) =>
      (within(batch).getByRole("button", { name }) as HTMLButtonElement).disabled;
    expect(disabled("Select all")).toBe(events !== "3 events");
    if (state !== "empty") expect(disabled("Copy as text")).toBe(true);
    expect(disabled("Back")).toBe(false);
  });

  test("found so far while events are looked at: nothing can be selected yet", async () => {
    let calls = 0;
    journal({
      events: () =>
        (calls += 1) === 1 ? eventsPage(EVENTS, { scanning: { done: 1, of: 4 } }) : never(),
    });
    open(OF_BATCH);
    const batch = await head();
    await waitFor(() => expect(lines(batch)[0]).toBe("3 events so far"));
    expect(
      (within(batch).getByRole("button", { name: "Select all" }) as HTMLButtonElement).disabled,
    ).toBe(true);
  });
});

describe("a row of many events", () => {
  const rowOf = (batch: string | null) => ({
    event: row({ event_id: "evt-b", actor: "feed", source: "ingest", batch }),
    group: { events: 12_000, oldest: "2026-02-02T09:00:00Z", oldest_address: "evt-a" },
  });
  test.each<[string, string | null, Handlers["event"], string]>([
    ["of one batch opens it", "b-1", () => detail(row({ batch: "b-1" })), "Batch"],
    ["of several batches", "b-1", () => detail(row({ batch: "b-0" })), "Guessed group"],
    ["of a batch and others", "b-1", () => detail(row()), "Guessed group"],
    ["without a batch", null, () => detail(row()), "Guessed group"],
    ["whose oldest event is missing", "b-1", refuse("missing", "no such event"), "Guessed group"],
  ])("%s", async (_, batch, event, name) => {
    const fake = journal({
      events: ({ group }) =>
        group
          ? { ...eventsPage([]), items: [rowOf(batch)], total: 12_000 }
          : eventsPage([row({ batch })]),
      event,
    });
    const user = open();
    await user.click(await screen.findByRole("row", { name: /12,000 events by feed/ }));
    expect(await head(name)).toBeTruthy();
    expect(fake.calls("event")).toHaveLength(batch === null ? 0 : 1);
    const { filters } = fake.calls("events").at(-1)!;
    expect(filters.predicates.map(canonical)).toEqual(name === "Batch" ? [canonical(BATCH)] : []);
    expect(filters.actor.map(({ value }) => value)).toEqual(name === "Batch" ? [] : ["feed"]);
  });
});

describe("the details of an event", () => {
  test.each([
    ["in a batch open it, whatever is filtered by", "events?actor=Sarah&", "b-1", true],
    ["of a record open it", "record/candidate/CAND-00342?", "b-1", true],
    ["of the batch on screen do not", `${OF_BATCH}&`, "b-1", false],
    ["without a batch do not", "events?", null, false],
  ])("%s", async (_, query, batch, offers) => {
    const fake = journal({ event: ({ address }) => detail(row({ event_id: address, batch })) });
    const user = open(`${query}event=evt-1`);
    const details = within(await screen.findByRole("complementary", { name: "Event details" }));
    await details.findByRole("region", { name: "Columns" });
    const button = details.queryByRole("button", { name: "Open batch" });
    expect(button !== null).toBe(offers);
    if (button === null) return;
    await user.click(button);
    expect(await head()).toBeTruthy();
    const { filters } = fake.calls("events").at(-1)!;
    expect(filters.actor).toEqual([]);
    expect(filters.predicates).toEqual([BATCH]);
  });
});
