import { screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, test } from "vitest";
import type { EventRow, RecordView, TimelineItem } from "../ipc";
import {
  comparison,
  core,
  detail,
  field,
  item,
  PARTIAL,
  recordView,
  refuse,
  row,
  status,
  timelinePage,
  value,
} from "../test/journal";
import { open } from "../test/window";
import { fieldReadings } from "./readings";

const wrong = row({
  event_id: "evt-2",
  field: "rate",
  old: "61.50",
  new: "74.25",
  timestamp: "2026-03-02T10:00:00+00:00",
});
const insert = row({
  event_id: "evt-1",
  field: "*",
  action: "insert",
  old: "",
  new: '{"rate":"61.50","phone":"555-0100"}',
});
const correction = row({
  event_id: "evt-3",
  field: "rate",
  action: "correct",
  old: "74.25",
  new: "47.25",
  actor: "Compliance",
  reason: "Digits were swapped",
  corrects: "evt-2",
  timestamp: "2026-06-10T09:00:00+00:00",
});
const timeline = [
  item(correction, { target: "evt-2" }),
  item(wrong, {
    about: ["evt-3"],
    broken: { expected: value("60.00") },
    order_uncertain: true,
    effect: {
      kind: "corrected",
      values: [{ field: "rate", value: value("47.25"), by: "evt-3" }],
    },
  }),
  item(insert),
];
const recorded = recordView({
  events: 3,
  first: insert,
  last: correction,
  fields: [field("phone", "555-0100"), field("rate", "74.25", { address: "evt-2", changes: 2 })],
});
const corrected: RecordView = {
  ...recorded,
  fields: [
    field("phone", "555-0100"),
    field("rate", "47.25", {
      address: "evt-2",
      correction: {
        address: "evt-3",
        actor: "Compliance",
        timestamp: correction.timestamp,
        source: "daybook",
        recorded: value("74.25"),
      },
      changes: 2,
    }),
  ],
};

const differences = comparison({
  fields: [
    {
      field: "rate",
      from: recorded.fields[1]!,
      to: corrected.fields[1]!,
      because: correction,
    },
  ],
  same: 1,
});

function mockCore(answers: Parameters<typeof core>[0] = {}) {
  return core({
    record: ({ view }) => (view.reading === "recorded" ? recorded : corrected),
    event: ({ address }) => {
      const found = timeline.find((one) => one.event.address === address);
      return detail(found?.event ?? wrong);
    },
    timeline: ({ only, ...args }) =>
      timelinePage(only === "phone" ? timeline.slice(2) : timeline, args),
    compare: () => differences,
    ...answers,
  });
}

describe("a record's timeline", () => {
  test("shows each event, newest first, under its day", async () => {
    mockCore();
    open("record/candidate/CAND-00342");
    const feed = await screen.findByRole("region", { name: "Timeline" });
    const days = (await within(feed).findAllByRole("heading")).map((day) => day.textContent);
    expect(days[0]).toContain("Wednesday 10 June 2026");
    const entries = within(feed).getAllByRole("article");
    expect(entries.map((entry) => entry.getAttribute("aria-label"))).toEqual([
      "Compliance corrected rate of candidate CAND-00342 from 74.25 to 47.25, on 10 June 2026 at 09:00 UTC, through the API.",
      "Sarah changed rate of candidate CAND-00342 from 61.50 to 74.25, on 2 March 2026 at 10:00 UTC, through the API.",
      "Sarah created candidate CAND-00342, on 2 February 2026 at 09:12 UTC, through the API.",
    ]);
    const update = entries[1]?.textContent?.replace(/\s+/g, " ") ?? "";
    expect(update).toContain("+12.75");
    expect(update).toContain("Chain broken: the value before this event was 60.00");
    expect(update).toContain("Order not certain");
    expect(update).toContain("As corrected: 47.25");
  });

  test("links a correction and its event both ways", async () => {
    mockCore();
    const user = open("record/candidate/CAND-00342");
    const feed = within(await screen.findByRole("region", { name: "Timeline" }));
    await user.click(await feed.findByRole("button", { name: /corrected by/ }));
    expect(location.hash).toContain("event=evt-3");
    const current = () => document.querySelector("article[aria-current]");
    await waitFor(() => expect(current()?.getAttribute("data-address")).toBe("evt-3"));
    await user.click(screen.getByRole("button", { name: /About the update of/ }));
    await waitFor(() => expect(current()?.getAttribute("data-address")).toBe("evt-2"));
  });

  test("stands as it is where the selected event is of another record", async () => {
    mockCore();
    open("record/candidate/CAND-00342?event=evt-1");
    await screen.findByRole("region", { name: "Timeline" });
    history.replaceState(null, "", "#record/candidate/CAND-00342?event=elsewhere");
    window.dispatchEvent(new PopStateEvent("popstate"));
    await waitFor(() => expect(document.querySelector("[aria-current=true]")).toBeNull());
    await new Promise((resolve) => setTimeout(resolve, 50));
    const entries = screen.getAllByRole("article");
    expect(entries.map((entry) => entry.dataset.index)).toEqual(["0", "1", "2"]);
    expect(entries.map((entry) => entry.tabIndex)).toEqual([-1, -1, 0]);
  });

  const correcting = [{ field: "rate", value: value("47.25"), by: "evt-9" }];
  test.each<[string, TimelineItem["effect"]]>([
    ["Corrected by a later event", { kind: "corrected", values: correcting }],
    ["Voided by a later event", { kind: "void", by: "evt-9" }],
  ])("says of an event that is not loaded what it did: %s", async (words, effect) => {
    const amended = item(wrong, { about: ["evt-9", "evt-8"], effect });
    mockCore({ timeline: (args) => timelinePage([amended], args) });
    open("record/candidate/CAND-00342");
    expect(await screen.findByRole("button", { name: words })).toBeTruthy();
    expect(screen.getByRole("button", { name: "A later event about this one" })).toBeTruthy();
  });

  test("shows one field alone, with what whole-record events said of it", async () => {
    mockCore();
    const user = open("record/candidate/CAND-00342?only=phone");
    const entries = await screen.findAllByRole("article");
    expect(entries).toHaveLength(1);
    expect(entries[0]?.textContent).toContain("555-0100");
    expect(entries[0]?.textContent).not.toContain("61.50");
    await user.click(screen.getByRole("button", { name: "Show all fields" }));
    await waitFor(() => expect(screen.getAllByRole("article")).toHaveLength(3));
  });
});

describe("the two readings", () => {
  test("are a switch, and where they differ is said", async () => {
    const fake = mockCore();
    const user = open("record/candidate/CAND-00342?pane=fields");
    const part = await screen.findByRole("region", { name: "Differences" });
    expect(part.textContent).toContain("Differs in 1 field");
    const cells = within(within(part).getAllByRole("row")[1]!);
    const words = cells.getAllByRole("cell").map((cell) => cell.textContent?.trim());
    expect(words.slice(0, 2)).toEqual(["74.25", "47.25"]);

    const rate = await screen.findByRole("row", { name: /47.25.*Recorded as/s });
    expect(rate.textContent).toContain("74.25");
    await user.click(screen.getByRole("radio", { name: "As recorded" }));
    expect(await screen.findByRole("row", { name: /74.25.*As corrected/s })).toBeTruthy();
    expect(fake.calls("record")).toHaveLength(2);
  });

  test("lead to the event that makes the difference", async () => {
    mockCore();
    const user = open("record/candidate/CAND-00342");
    const part = await screen.findByRole("region", { name: "Differences" });
    await user.click(within(part).getByRole("button", { name: /corrected by/ }));
    expect(location.hash).toContain("event=evt-3");
  });

  test("differ by a void too, and by a field that only one has", () => {
    const by = row({ event_id: "evt-5", action: "void" });
    const without: RecordView = { ...recorded, fields: [field("phone", "555-0100")] };
    const [, rate] = recorded.fields;
    const change = { field: "rate", from: rate!, to: null, because: by };
    const readings = {
      at: null,
      recorded,
      corrected: without,
      differences: comparison({ fields: [change] }),
    };
    expect(fieldReadings(readings, "corrected")).toMatchObject([
      { field: { field: "phone" }, other: null, absent: false },
      { field: { field: "rate" }, other: { because: { action: "void" } }, absent: true },
    ]);
    expect(fieldReadings(readings, "recorded")).toMatchObject([
      { field: { field: "phone" }, other: null },
      { field: { field: "rate" }, other: { field: null }, absent: false },
    ]);
  });
});

describe("a record's fields", () => {
  test("carry their blame, and one click shows their changes", async () => {
    mockCore();
    const user = open("record/candidate/CAND-00342?pane=fields");
    const line = await screen.findByRole("row", { name: /phone/ });
    const words = within(line)
      .getAllByRole("gridcell")
      .map((cell) => cell.textContent?.trim());
    expect(words).toEqual(["phone", "555-0100", "Sarah", "2026-02-02 09:12:44", "api", "1"]);
    await user.click(line);
    expect(location.hash).toBe("#record/candidate/CAND-00342?only=phone");
  });
});

describe("who set a corrected value", () => {
  test.each([
    ["As corrected", ["Compliance", "2026-06-10 09:00:00", "daybook"]],
    ["As recorded", ["Sarah", "2026-02-02 09:12:44", "api"]],
  ])("%s: %j", async (reading, blame) => {
    mockCore();
    const user = open("record/candidate/CAND-00342?pane=fields");
    await user.click(await screen.findByRole("radio", { name: new RegExp(reading) }));
    const grid = within(await screen.findByRole("grid", { name: "Fields" }));
    const cells = within(await grid.findByRole("row", { name: /rate/ })).getAllByRole("gridcell");
    expect(cells.slice(2, 5).map((cell) => cell.textContent?.trim())).toEqual(blame);
  });

  test("is the corrector too where only the other reading has the field", async () => {
    const without: RecordView = { ...recorded, fields: [field("phone", "555-0100")] };
    const [change] = differences.fields;
    mockCore({
      record: ({ view }) => (view.reading === "recorded" ? without : corrected),
      compare: () => comparison({ fields: [{ ...change!, from: null }] }),
    });
    open("record/candidate/CAND-00342?pane=fields&as=recorded");
    const line = await screen.findByRole("row", { name: /Only as corrected: 47\.25/ });
    expect(line.textContent).toContain("Compliance");
  });
});

describe("a field's value", () => {
  const one = (change: Parameters<typeof field>[2]) =>
    recordView({ fields: [field("cv", "first words", change)] });
  const cut = { text: "first words", length: 12_000, cut: true };
  const by = (address: string) => ({
    address,
    actor: "Compliance",
    timestamp: correction.timestamp,
    source: "daybook",
    recorded: value("first word"),
  });

  test.each([
    ["of an event of its own", row({ field: "cv", new: "first words and the end" }), null],
    [
      "within a whole record",
      row({ field: "*", action: "insert", new: '{"cv":"first words and the end"}' }),
      null,
    ],
    [
      "of a correction",
      row({ field: "cv", action: "correct", new: "first words and the end" }),
      "evt-7",
    ],
  ])("%s is whole on request", async (_, event, correction) => {
    const fake = core({
      record: () => one({ value: cut, correction: correction === null ? null : by(correction) }),
      event: () => detail(event),
    });
    const user = open("record/candidate/CAND-00342?pane=fields");
    const line = await screen.findByRole("row", { name: /cv/ });
    expect(line.textContent).toContain("12,000 characters");
    await user.click(within(line).getByRole("button", { name: "Show all 12,000 characters" }));
    await waitFor(() => expect(line.textContent).toContain("and the end"));
    expect(fake.calls("event")).toEqual([{ address: correction ?? "evt-1" }]);
    expect(location.hash).toContain("pane=fields");
  });

  test("is copied, by button and by key", async () => {
    core({ record: () => one({}) });
    const user = open("record/candidate/CAND-00342?pane=fields");
    const line = await screen.findByRole("row", { name: /cv/ });
    await user.click(within(line).getByRole("button", { name: "Copy the value" }));
    expect(await navigator.clipboard.readText()).toBe("first words");
    await navigator.clipboard.writeText("");
    line.focus();
    await user.keyboard("y");
    await waitFor(async () => expect(await navigator.clipboard.readText()).toBe("first words"));
  });

  test("that is null is not copied as a text", async () => {
    core({ record: () => one({ value: null }) });
    const user = open("record/candidate/CAND-00342?pane=fields");
    const line = await screen.findByRole("row", { name: /cv/ });
    expect(within(line).getByRole("img", { name: "null, no value" })).toBeTruthy();
    await user.click(within(line).getByRole("button", { name: "Copy the value" }));
    expect(await screen.findByText("The value is null: there is nothing to copy")).toBeTruthy();
  });

  test.each([
    ["Recorded as 74.25 by Sarah", "evt-2"],
    ["Corrected by Compliance.*2026-06-10 09:00:00", "evt-3"],
  ])("that was corrected names who recorded and who corrected it: %s", async (name, event) => {
    mockCore();
    const user = open("record/candidate/CAND-00342?pane=fields");
    const grid = await screen.findByRole("grid", { name: "Fields" });
    const line = await within(grid).findByRole("row", { name: /47\.25/ });
    await user.click(within(line).getByRole("button", { name: new RegExp(name) }));
    expect(location.hash).toBe(`#record/candidate/CAND-00342?event=${event}`);
  });

  const cv = row({ field: "*", action: "insert", new: '{"name":"Ada","cv":"first words"}' });
  test.each<[string, Parameters<typeof field>[2], EventRow, string, string]>([
    ["the event that set it", {}, row({ field: "cv", new: "first words" }), "evt-1", "first words"],
    ["the event of the whole record", {}, cv, "evt-1", "first words"],
    [
      "the correction behind it",
      { correction: by("evt-7") },
      row({ field: "cv", action: "correct", new: "first words" }),
      "evt-7",
      "first words",
    ],
  ])("is corrected by Enter, in %s", async (_, change, event, address, text) => {
    const fake = core({
      record: () => one(change),
      event: (args) => detail({ ...event, ...args }),
    });
    const user = open("record/candidate/CAND-00342?pane=fields");
    const line = await screen.findByRole("row", { name: /cv/ });
    line.focus();
    await user.keyboard("{Enter}");
    const dialog = await screen.findByRole("dialog", { name: "Correct an event" });
    const value = within(dialog).getByLabelText("New value") as HTMLTextAreaElement;
    expect(value.value).toBe(text);
    await waitFor(() => expect(fake.calls("preview").at(-1)?.amend.addresses).toEqual([address]));
    await user.click(within(dialog).getByRole("button", { name: "Cancel" }));
    await waitFor(() => expect(document.activeElement).toBe(line));
  });

  test("is corrected by a button too, whose tooltip names the key", async () => {
    core({ record: () => one({}) });
    const user = open("record/candidate/CAND-00342?pane=fields");
    const line = await screen.findByRole("row", { name: /cv/ });
    const button = within(line).getByRole("button", { name: "Correct the value" });
    expect(button.title).toBe("Correct the value (Enter)");
    await user.click(button);
    expect(await screen.findByRole("dialog", { name: "Correct an event" })).toBeTruthy();
  });

  test.each<[string, Parameters<typeof core>[0], RegExp]>([
    [
      "nothing can be recorded",
      { look: () => status({ read_only: "no right to write" }) },
      /Read-only: no right to write/,
    ],
    [
      "the event has no value to correct",
      { event: () => detail(row({ action: "ingest" })) },
      /“ingest” has no value to correct/,
    ],
    ["the event cannot be read", { event: refuse("missing", "no such event") }, /No such event/],
  ])("is not corrected, with the reason, where %s", async (_, handlers, reason) => {
    core({ record: () => one({}), ...handlers });
    const user = open("record/candidate/CAND-00342?pane=fields");
    await user.click(await screen.findByRole("button", { name: "Look for new events" }));
    const line = await screen.findByRole("row", { name: /cv/ });
    line.focus();
    await user.keyboard("{Enter}");
    const toasts = screen.getByRole("log", { name: "Notifications" });
    expect(await within(toasts).findByText(reason)).toBeTruthy();
    expect(screen.queryByRole("dialog")).toBeNull();
  });

  test("f shows its changes alone", async () => {
    mockCore();
    const user = open("record/candidate/CAND-00342?pane=fields");
    (await screen.findByRole("row", { name: /phone/ })).focus();
    await user.keyboard("f");
    expect(location.hash).toBe("#record/candidate/CAND-00342?only=phone");
  });
});

describe("the panes", () => {
  test("have keys, that a field does not lose its letters to", async () => {
    mockCore();
    const user = open("record/candidate/CAND-00342");
    await screen.findByRole("region", { name: "Timeline" });
    await user.keyboard("2");
    expect(await screen.findByRole("grid", { name: "Fields" })).toBeTruthy();
    await user.keyboard("3");
    expect(await screen.findByRole("grid", { name: "Comparison" })).toBeTruthy();
    await user.keyboard("1");
    expect(await screen.findByRole("region", { name: "Timeline" })).toBeTruthy();
    await user.keyboard("/22");
    expect(screen.getByRole("region", { name: "Timeline" })).toBeTruthy();
  });

  test("request one field alone", async () => {
    const fake = mockCore();
    open("record/candidate/CAND-00342?only=phone&at=2026-03-03T12:00:00Z");
    await screen.findByRole("region", { name: "Timeline" });
    expect(fake.calls("timeline")[0]).toMatchObject({
      at: "2026-03-03T12:00:00Z",
      only: "phone",
      from: { kind: "skip", skip: 0 },
      limit: 200,
    });
  });
});

describe("a timeline of many events", () => {
  const many = Array.from({ length: 24_000 }, (_, at) =>
    item(row({ event_id: `evt-${at}`, new: String(at) }), at === 3 ? { target: "evt-20000" } : {}),
  );
  const long = () =>
    core({
      record: () => recordView({ events: many.length }),
      timeline: (args) => timelinePage(many, args),
      event: ({ address }) => detail(row({ event_id: address })),
    });
  const inDocument = () => screen.getAllByRole("article").length;

  test("keeps few of them in the document, and says how many there are", async () => {
    long();
    open("record/candidate/CAND-00342");
    const [first] = await screen.findAllByRole("article");
    expect(first?.getAttribute("aria-setsize")).toBe("24000");
    expect(first?.getAttribute("aria-posinset")).toBe("1");
    expect(inDocument()).toBeLessThan(100);
    expect(screen.getByText(/of 24,000, newest first/)).toBeTruthy();
  });

  test("opens at the event that is selected", async () => {
    const fake = long();
    open("record/candidate/CAND-00342?event=evt-12345");
    const entry = await waitFor(() => {
      const found = document.querySelector("[aria-current]");
      expect(found).not.toBeNull();
      return found;
    });
    expect(entry?.getAttribute("aria-posinset")).toBe("12346");
    expect(fake.calls("timeline")[0]?.from).toEqual({ kind: "event", address: "evt-12345" });
  });

  test("follows a link to an event far away, and takes the focus there", async () => {
    const fake = long();
    const user = open("record/candidate/CAND-00342");
    await user.click(await screen.findByRole("button", { name: /About an earlier event/ }));
    await waitFor(() =>
      expect(fake.calls("timeline").map((one) => one.from)).toContainEqual({
        kind: "event",
        address: "evt-20000",
      }),
    );
    await waitFor(() =>
      expect(document.activeElement?.getAttribute("data-address")).toBe("evt-20000"),
    );
    expect(location.hash).toContain("event=evt-20000");
  });

  test("keeps its place when something is recorded", async () => {
    let timeline = many;
    const fake = core({
      record: () => recordView({ events: timeline.length }),
      timeline: (args) => timelinePage(timeline, args),
      event: ({ address }) => detail(row({ event_id: address })),
    });
    const user = open("record/candidate/CAND-00342?event=evt-1");
    await waitFor(() => expect(document.querySelector("[aria-current]")).not.toBeNull());
    const entry = document.querySelector("[aria-current]");
    timeline = [item(row({ event_id: "newest" })), ...many];
    await user.click(await screen.findByRole("button", { name: "Void…" }));
    await user.type(screen.getByLabelText("Reason"), "why");
    const confirm = () => screen.getByRole("button", { name: "Record void" }) as HTMLButtonElement;
    await waitFor(() => expect(confirm().disabled).toBe(false));
    await user.click(confirm());
    await waitFor(() => expect(entry?.getAttribute("aria-posinset")).toBe("3"));
    expect(entry?.isConnected).toBe(true);
    expect(entry?.getAttribute("data-address")).toBe("evt-1");
    expect(fake.calls("record").length).toBeGreaterThan(2);
  });
});

describe("the states of a record", () => {
  const at = "record/candidate/CAND-00342";
  const never = () => new Promise<never>(() => {});

  test("reading", async () => {
    core({ record: never });
    open(at);
    expect(await screen.findByRole("status", { name: "Reading the record" })).toBeTruthy();
  });

  test("reading the timeline: what is known stands already", async () => {
    core({ timeline: never });
    open(at);
    expect(await screen.findByRole("status", { name: "Reading the timeline" })).toBeTruthy();
    expect(screen.getByRole("heading", { level: 1 }).textContent).toContain("CAND-00342");
  });

  test.each([
    ["complete", undefined, "No event of this journal is about this record"],
    ["partial", PARTIAL, "No event in the files that were read is about this record"],
  ])("missing, coverage %s", async (_, coverage, words) => {
    const none = { exists: false, events: 0, first: null, last: null, fields: [] };
    core({
      record: () => recordView({ ...none, ...(coverage && { coverage }) }),
      timeline: (args) => ({ ...timelinePage([], args), ...(coverage && { coverage }) }),
    });
    open(at);
    expect(await screen.findByText(words)).toBeTruthy();
    expect(screen.getByText("does not exist")).toBeTruthy();
  });

  test("partial", async () => {
    mockCore({ record: () => ({ ...corrected, coverage: PARTIAL }) });
    open(at);
    const button = await screen.findByRole("button", { name: "Incomplete: 11 of 12 files read" });
    expect(button.closest("header")?.textContent).toContain("CAND-00342");
  });

  test("failed, and tried again", async () => {
    let broken = true;
    mockCore({ record: () => (broken ? refuse("failed", "no such folder")() : corrected) });
    const user = open(at);
    expect((await screen.findByRole("alert")).textContent).toContain("No such folder");
    broken = false;
    await user.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByRole("region", { name: "Timeline" })).toBeTruthy();
  });

  test("failed when loaded again: what is there stays, and is said to be not up to date", async () => {
    let broken = false;
    mockCore({ record: () => (broken ? refuse("failed", "no such folder")() : corrected) });
    const user = open(at);
    const feed = await screen.findByRole("region", { name: "Timeline" });
    broken = true;
    await user.click(screen.getByRole("button", { name: "Note…" }));
    await user.type(screen.getByLabelText("Note"), "x");
    await user.click(screen.getByRole("button", { name: "Record note" }));
    const alert = await screen.findByRole("alert");
    expect(alert.textContent).toContain("What you see is not up to date. No such folder");
    expect(feed.isConnected).toBe(true);
    broken = false;
    await user.click(within(alert).getByRole("button", { name: "Try again" }));
    await waitFor(() => expect(screen.queryByRole("alert")).toBeNull());
  });

  test("failed at another instant: nothing stays that is of another instant", async () => {
    mockCore({
      record: ({ view }) => (view.at === null ? corrected : refuse("failed", "no such folder")()),
    });
    const user = open(at);
    (await screen.findAllByRole("article"))[0]?.focus();
    await user.keyboard("m");
    await user.click(await screen.findByRole("menuitem", { name: "Set the clock to this event" }));
    expect(await screen.findByText("This record could not be read")).toBeTruthy();
    expect(screen.queryByRole("region", { name: "Timeline" })).toBeNull();
  });

  test("failed in the timeline alone, and tried again", async () => {
    let broken = true;
    mockCore({
      timeline: (args) =>
        broken ? refuse("failed", "no such folder")() : timelinePage(timeline, args),
    });
    const user = open(at);
    expect(await screen.findByText("The timeline could not be read")).toBeTruthy();
    broken = false;
    await user.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findAllByRole("article")).toHaveLength(3);
  });

  test("read-only", async () => {
    mockCore({ look: () => status({ read_only: "no right to write" }) });
    const user = open(at);
    await screen.findByRole("region", { name: "Timeline" });
    await user.click(screen.getByRole("button", { name: "Look for new events" }));
    await waitFor(() => {
      const note = screen.getByRole("button", { name: "Note…" }) as HTMLButtonElement;
      expect([note.disabled, note.title]).toEqual([true, "no right to write"]);
    });
  });

  test("deleted, with what it held", async () => {
    mockCore({ record: () => ({ ...corrected, exists: false, deleted: true }) });
    open(`${at}?pane=fields`);
    expect(await screen.findByText("deleted")).toBeTruthy();
    expect(await screen.findByRole("row", { name: /555-0100/ })).toBeTruthy();
  });

  test("nothing up to the clock", async () => {
    core({
      record: () => recordView({ exists: false, events: 0, later: 3, fields: [] }),
      timeline: (args) => timelinePage([], args),
    });
    open(`${at}?at=2020-01-01T00:00:00Z`);
    expect(await screen.findByText("This record has no events up to the clock")).toBeTruthy();
    expect(screen.getByText("3 later events not shown, because the clock is set")).toBeTruthy();
  });
});

describe("a record at an instant", () => {
  test("is requested in both readings, and says what is left out", async () => {
    const fake = core({ record: () => recordView({ later: 13 }) });
    open("record/candidate/CAND-00342?at=2026-03-03T12:00:00Z");
    expect(
      await screen.findByText("13 later events not shown, because the clock is set"),
    ).toBeTruthy();
    expect(fake.calls("record").map((one) => one.view)).toEqual([
      { at: "2026-03-03T12:00:00Z", reading: "recorded" },
      { at: "2026-03-03T12:00:00Z", reading: "corrected" },
    ]);
  });

  test.each([
    [{ exists: true, deleted: false }, "exists"],
    [{ exists: false, deleted: true }, "deleted"],
    [{ exists: false, events: 0, first: null, last: null, fields: [] }, "does not exist"],
  ])("%j", async (change, word) => {
    core({ record: () => recordView(change) });
    open("record/candidate/CAND-00342");
    expect(await screen.findByText(word)).toBeTruthy();
  });
});
