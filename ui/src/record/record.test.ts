import { screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, test } from "vitest";
import type { RecordView } from "../ipc";
import {
  comparison,
  core,
  detail,
  field,
  item,
  recordView,
  row,
  timelinePage,
  value,
} from "../test/journal";
import { open } from "../test/window";
import { fieldLines } from "./readings";

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
    field("rate", "47.25", { address: "evt-2", correction: "evt-3", changes: 2 }),
  ],
};

const parted = comparison({
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

function stand(answers: Parameters<typeof core>[0] = {}) {
  return core({
    record: ({ view }) => (view.reading === "recorded" ? recorded : corrected),
    event: ({ address }) => {
      const found = timeline.find((one) => one.event.address === address);
      return detail(found?.event ?? wrong);
    },
    timeline: ({ only, ...args }) =>
      timelinePage(only === "phone" ? timeline.slice(2) : timeline, args),
    compare: () => parted,
    ...answers,
  });
}

describe("a record's timeline", () => {
  test("tells each event, newest first, under its day", async () => {
    stand();
    open("record/candidate/CAND-00342");
    const feed = await screen.findByRole("feed", { name: "Timeline" });
    const days = (await within(feed).findAllByRole("heading")).map((day) => day.textContent);
    expect(days[0]).toContain("Wednesday 10 June 2026");
    const entries = within(feed).getAllByRole("article");
    expect(entries.map((entry) => entry.getAttribute("aria-label"))).toEqual([
      "correct of rate by Compliance, from 74.25 to 47.25",
      "update of rate by Sarah, from 61.50 to 74.25",
      "insert of the record by Sarah",
    ]);
    const update = entries[1]?.textContent?.replace(/\s+/g, " ") ?? "";
    expect(update).toContain("+12.75");
    expect(update).toContain("Chain broken: the value before it was 60.00");
    expect(update).toContain("Order not certain");
    expect(update).toContain("As corrected: 47.25");
  });

  test("links a correction and its event both ways", async () => {
    stand();
    const user = open("record/candidate/CAND-00342");
    const feed = within(await screen.findByRole("feed", { name: "Timeline" }));
    await user.click(await feed.findByRole("button", { name: /corrected by/ }));
    expect(location.hash).toContain("event=evt-3");
    const current = () => document.querySelector("article[aria-current]");
    await waitFor(() => expect(current()?.getAttribute("data-address")).toBe("evt-3"));
    await user.click(screen.getByRole("button", { name: /About the update of/ }));
    await waitFor(() => expect(current()?.getAttribute("data-address")).toBe("evt-2"));
  });

  test("shows one field alone, with what whole-record events said of it", async () => {
    stand();
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
    const fake = stand();
    const user = open("record/candidate/CAND-00342?pane=fields");
    const part = await screen.findByRole("region", { name: "Differences" });
    expect(part.textContent).toContain("Differs in 1 field");
    const cells = within(within(part).getAllByRole("row")[1]!);
    const words = cells.getAllByRole("cell").map((cell) => cell.textContent?.trim());
    expect(words.slice(0, 2)).toEqual(["74.25", "47.25"]);

    const rate = await screen.findByRole("row", { name: /47.25.*As recorded/s });
    expect(rate.textContent).toContain("74.25");
    await user.click(screen.getByRole("radio", { name: "As recorded" }));
    expect(await screen.findByRole("row", { name: /74.25.*As corrected/s })).toBeTruthy();
    expect(fake.asked("record")).toHaveLength(2);
  });

  test("lead to the event that makes the difference", async () => {
    stand();
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
      recorded,
      corrected: without,
      parted: comparison({ fields: [change] }),
    };
    expect(fieldLines(readings, "corrected")).toMatchObject([
      { field: { field: "phone" }, other: null, absent: false },
      { field: { field: "rate" }, other: { because: { action: "void" } }, absent: true },
    ]);
    expect(fieldLines(readings, "recorded")).toMatchObject([
      { field: { field: "phone" }, other: null },
      { field: { field: "rate" }, other: { field: null }, absent: false },
    ]);
  });
});

describe("a record's fields", () => {
  test("carry their blame, and one click shows their changes", async () => {
    stand();
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

describe("a record at an instant", () => {
  test("is asked for in both readings, and says what is left out", async () => {
    const fake = core({ record: () => recordView({ later: 13 }) });
    open("record/candidate/CAND-00342?at=2026-03-03T12:00:00Z");
    expect(await screen.findByText("13 later events left out by the clock")).toBeTruthy();
    expect(fake.asked("record").map((one) => one.view)).toEqual([
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
