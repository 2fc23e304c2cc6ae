import { screen, waitFor, within } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Comparison, View } from "../ipc";
import { START } from "../query/query";
import {
  comparison,
  core,
  detail,
  field,
  item,
  PARTIAL,
  refuse,
  row,
  timelinePage,
} from "../test/journal";
import { open } from "../test/window";
import { presets } from "./sides";

const at = "record/candidate/CAND-00342";
const because = row({
  event_id: "evt-3",
  action: "correct",
  field: "rate",
  actor: "Compliance",
  reason: "Digits were swapped",
  timestamp: "2026-06-10T09:00:00+00:00",
});

const change = (name: string, from: string | null, to: string | null) => ({
  field: name,
  from: field(name, from),
  to: field(name, to),
  because,
});

const found = comparison({
  fields: [
    change("agent", null, ""),
    change("notes", "prefers early mornings only", "prefers late mornings only "),
    change("rate", "61.50", "47.25"),
    change("start", "2026-02-12", "2026-02-21"),
    change("terms", '{"pay":{"amount":1,"unit":"hour"}}', '{"pay":{"amount":2,"unit":"hour"}}'),
    { ...change("phone", "555-0100", null), to: null, because: null },
  ],
  same: 14,
  between: 1204,
});

function mockCore(answer: (args: { from: View; to: View }) => Comparison = () => found) {
  return core({ compare: answer, event: () => detail(because) });
}

const words = (element: HTMLElement) => element.textContent?.replace(/\s+/g, " ").trim() ?? "";

describe("a comparison", () => {
  test("begins with as recorded against as corrected, now", async () => {
    const fake = mockCore();
    open(`${at}?pane=compare`);
    await screen.findByRole("grid", { name: "Comparison" });
    expect(fake.calls("compare").at(-1)).toMatchObject({
      from: { at: null, reading: "recorded" },
      to: { at: null, reading: "corrected" },
    });
    const preset = screen.getByRole("button", { name: "As recorded against as corrected" });
    expect(preset.getAttribute("aria-pressed")).toBe("true");
  });

  test("lists what differs, by type, and counts the rest", async () => {
    mockCore();
    open(`${at}?pane=compare`);
    const grid = await screen.findByRole("grid", { name: "Comparison" });
    await within(grid).findByRole("row", { name: /^agent/ });
    expect(screen.getByText("14 fields are the same")).toBeTruthy();
    expect(screen.getByText("1,204 events between the two sides")).toBeTruthy();
    expect(screen.getByText(/6 fields\s+differ/)).toBeTruthy();
    const line = (name: RegExp) => words(within(grid).getByRole("row", { name }));
    expect(line(/^agent/)).toMatch(/Old value: ?null New value: ?empty/);
    expect(line(/^notes/)).toContain("removed: earlyadded: late");
    expect(line(/^notes/)).toContain("[space]");
    expect(line(/^rate/)).toContain("−14.25");
    expect(line(/^start/)).toContain("9 days later");
    expect(line(/^terms/)).toMatch(/pay.*amount.*1.*2.*\+1.*1 member unchanged/);
    expect(line(/^phone/)).toContain("no such field");
    expect(line(/^phone/)).toContain("no single event makes the difference");
    expect(line(/^rate/)).toContain("corrected by Compliance");
    expect(line(/^rate/)).toContain("Digits were swapped");
  });

  test("leads to the event that makes a difference, by click and by key", async () => {
    mockCore();
    const user = open(`${at}?pane=compare`);
    const grid = within(await screen.findByRole("grid", { name: "Comparison" }));
    const line = await grid.findByRole("row", { name: /^rate/ });
    await user.click(within(line).getByRole("button", { name: /corrected by/ }));
    expect(location.hash).toContain("event=evt-3");
    await user.click(await screen.findByRole("button", { name: "Close details" }));
    expect(location.hash).not.toContain("event=");
    grid.getByRole("row", { name: /^rate/ }).focus();
    await user.keyboard("{Enter}");
    expect(location.hash).toContain("event=evt-3");
  });

  test("takes an instant that is typed, a reading, and swaps its sides", async () => {
    const fake = mockCore();
    const user = open(`${at}?pane=compare`);
    const input = await screen.findByLabelText("From: instant");
    await user.type(input, "2026-03-03 12:00{Tab}");
    await waitFor(() =>
      expect(fake.calls("compare").at(-1)?.from).toEqual({
        at: "2026-03-03T12:00:00Z",
        reading: "recorded",
      }),
    );
    await user.selectOptions(screen.getByLabelText("From: reading"), "corrected");
    await user.click(screen.getByRole("button", { name: "Swap the sides" }));
    await waitFor(() =>
      expect(fake.calls("compare").at(-1)).toMatchObject({
        from: { at: null, reading: "corrected" },
        to: { at: "2026-03-03T12:00:00Z", reading: "corrected" },
      }),
    );
    await user.click(screen.getByRole("button", { name: "To: now" }));
    await waitFor(() => expect(fake.calls("compare").at(-1)?.to.at).toBeNull());
  });

  test("refuses what is no instant", async () => {
    const fake = mockCore();
    const user = open(`${at}?pane=compare`);
    const input = await screen.findByLabelText("To: instant");
    await screen.findByText(/6 fields\s+differ/);
    const before = fake.calls("compare").length;
    await user.type(input, "soon{Tab}");
    expect(await screen.findByText(/Enter a time/)).toBeTruthy();
    expect(input.getAttribute("aria-invalid")).toBe("true");
    expect(fake.calls("compare")).toHaveLength(before);
    expect(screen.getByText("Nothing is compared")).toBeTruthy();
    expect(screen.queryByText(/6 fields\s+differ/)).toBeNull();
    expect(screen.queryByRole("grid", { name: "Comparison" })).toBeNull();
    await user.clear(input);
    await user.tab();
    expect(await screen.findByRole("grid", { name: "Comparison" })).toBeTruthy();
  });

  test("has no switch of its reading: each side has its own", async () => {
    mockCore();
    const user = open(`${at}?pane=fields`);
    expect(await screen.findByRole("radiogroup", { name: "Reading" })).toBeTruthy();
    await user.keyboard("3");
    await screen.findByRole("grid", { name: "Comparison" });
    expect(screen.queryByRole("radiogroup", { name: "Reading" })).toBeNull();
  });

  test("follows the clock where a side has no instant of its own", async () => {
    const fake = mockCore();
    open(`${at}?pane=compare&at=2026-03-03T12:00:00Z&from=2026-01-01T00:00:00Z`);
    await screen.findByRole("grid", { name: "Comparison" });
    expect(fake.calls("compare").at(-1)).toMatchObject({
      from: { at: "2026-01-01T00:00:00Z" },
      to: { at: "2026-03-03T12:00:00Z" },
    });
    expect(screen.getByText(/At the clock/)).toBeTruthy();
  });
});

describe("the states of a comparison", () => {
  test("comparing", async () => {
    core({
      compare: ({ from }) => (from.at === null ? comparison() : new Promise<never>(() => {})),
    });
    open(`${at}?pane=compare&from=2026-01-01T00:00:00Z`);
    expect(await screen.findByRole("status", { name: "Comparing" })).toBeTruthy();
  });

  test.each([
    [0, "Nothing was recorded between the two sides"],
    [3, "What was recorded between the two sides changed no field"],
  ])("no difference, with %d events between", async (between, sentence) => {
    mockCore(() => comparison({ between }));
    open(`${at}?pane=compare`);
    expect(await screen.findByText(sentence)).toBeTruthy();
    expect(screen.getByText(/No field\s+differs/)).toBeTruthy();
  });

  test("partial", async () => {
    mockCore(() => ({ ...found, coverage: PARTIAL }));
    open(`${at}?pane=compare`);
    await screen.findByRole("grid", { name: "Comparison" });
    expect(screen.getByRole("button", { name: "Incomplete: 11 of 12 files read" })).toBeTruthy();
  });

  test("failed, and tried again", async () => {
    let broken = true;
    mockCore(({ from }) => {
      if (from.at !== null && broken) refuse("failed", "no such folder")();
      return found;
    });
    const user = open(`${at}?pane=compare&from=2026-01-01T00:00:00Z`);
    expect((await screen.findByRole("alert")).textContent).toContain("No such folder");
    broken = false;
    await user.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByRole("grid", { name: "Comparison" })).toBeTruthy();
  });
});

describe("an event of the timeline", () => {
  const event = row({ event_id: "evt-2", timestamp: "2026-03-02T10:00:00.5Z" });

  async function menu() {
    const fake = core({
      timeline: (args) => timelinePage([item(event)], args),
      compare: () => found,
    });
    const user = open(at);
    (await screen.findByRole("article")).focus();
    await user.keyboard("m");
    await screen.findByRole("menu", { name: "Compare and set the clock" });
    return { fake, user };
  }

  const [before, here] = ["2026-03-02T10:00:00.499999999Z", "2026-03-02T10:00:00.5Z"];

  test.each([
    ["Show what this event changed", before, here],
    ["Compare from this event", here, null],
    ["Compare from before this event", before, null],
    ["Compare to this event", before, here],
  ])("%s", async (label, from, to) => {
    const { fake, user } = await menu();
    await user.click(screen.getByRole("menuitem", { name: label }));
    await screen.findByRole("grid", { name: "Comparison" });
    expect(fake.calls("compare").at(-1)).toMatchObject({
      from: { at: from, reading: "corrected" },
      to: { at: to, reading: "corrected" },
    });
    expect(screen.queryByRole("menu")).toBeNull();
  });

  test("is moved through by key, and closed by Escape", async () => {
    const { user } = await menu();
    const focused = () => document.activeElement?.textContent;
    expect(focused()).toBe("Show what this event changed");
    await user.keyboard("{ArrowDown}");
    expect(focused()).toBe("Compare from this event");
    await user.keyboard("{ArrowUp}{ArrowUp}");
    expect(focused()).toBe("Set the clock to this event");
    await user.keyboard("{Escape}");
    expect(screen.queryByRole("menu")).toBeNull();
    expect(document.activeElement).toBe(screen.getByRole("article"));
  });

  test("sets the clock", async () => {
    const { user } = await menu();
    await user.click(screen.getByRole("menuitem", { name: "Set the clock to this event" }));
    expect(await screen.findByRole("region", { name: "The clock is set" })).toBeTruthy();
  });
});

describe("the presets", () => {
  beforeEach(
    () => void vi.useFakeTimers({ now: new Date("2026-03-31T12:00:00.250Z"), toFake: ["Date"] }),
  );
  afterEach(() => void vi.useRealTimers());

  test.each([
    ["Since yesterday", "2026-03-30T12:00:00Z"],
    ["Since a week ago", "2026-03-24T12:00:00Z"],
    ["Since a month ago", "2026-02-28T12:00:00Z"],
  ])("%s is since %s", async (label, instant) => {
    expect(presets(START, new Date()).find((one) => one.label === label)?.sides).toEqual({
      from: { at: instant, reading: "corrected" },
      to: { at: null, reading: "corrected" },
    });
    const fake = mockCore();
    const user = open(`${at}?pane=compare&as=recorded`);
    await user.click(await screen.findByRole("button", { name: label }));
    await waitFor(() =>
      expect(fake.calls("compare").at(-1)).toMatchObject({
        from: { at: instant, reading: "recorded" },
        to: { at: null, reading: "recorded" },
      }),
    );
    expect(screen.getByRole("button", { name: label }).getAttribute("aria-pressed")).toBe("true");
  });

  test("counts back from the clock where it is set", async () => {
    const fake = mockCore();
    const user = open(`${at}?pane=compare&at=2025-01-10T00:00:00Z`);
    await user.click(await screen.findByRole("button", { name: "Since yesterday" }));
    await waitFor(() =>
      expect(fake.calls("compare").at(-1)).toMatchObject({
        from: { at: "2025-01-09T00:00:00Z" },
        to: { at: "2025-01-10T00:00:00Z" },
      }),
    );
  });
});
