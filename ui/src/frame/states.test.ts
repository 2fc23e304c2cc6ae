/** The states of every list: their texts, and what can be done in them. */
import { screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, test } from "vitest";
import type { Coverage, FoldProgress, Status } from "../ipc";
import {
  COMPLETE,
  core,
  eventsPage,
  PARTIAL,
  readingOf,
  refuse,
  row,
  status,
  value,
} from "../test/journal";
import { open } from "../test/window";
import type { Handlers } from "../ipc/fake";

const record = {
  entity_type: "client",
  entity_id: "CLI-0007",
  name: "Northwind",
  events: 3,
  first: "2025-02-05T08:00:00+00:00",
  last: "2025-11-05T08:00:00+00:00",
  last_actor: "Sarah",
  deleted: true,
};

/** Answers for every list: with one row or none, over files that were read or not. */
function lists(
  rows: 0 | 1,
  coverage: Coverage,
  folding: FoldProgress | null = null,
): Pick<Handlers, "events" | "records" | "chains"> {
  const page = { next: null, total: rows, loosely: false, folding, coverage };
  return {
    events: () => eventsPage(rows === 0 ? [] : [row()], { coverage }),
    records: () => ({ records: rows === 0 ? [] : [record], ...page }),
    chains: () => ({
      breaks: rows === 0 ? [] : [{ event: row(), expected: value("x") }],
      ...page,
    }),
  };
}

const never = () => new Promise<never>(() => {});

function start(journal: Status): Partial<Handlers> {
  const settings = {
    actor: "Sarah",
    theme: "system" as const,
    utc: true,
    views: [],
    columns: {},
    names: {},
    sql_texts: [],
  };
  return {
    start: () => ({
      journal,
      problem: null,
      recent: [],
      named: null,
      pending_elsewhere: [],
      events: null,
      settings,
      sample: true,
      unsaved: null,
    }),
  };
}

const LISTS = [
  {
    view: "events",
    reading: "Reading events",
    broken: "The events could not be read",
    none: "This journal holds no events yet",
    noneRead: "Nothing found in the files that were read",
  },
  {
    view: "corrections",
    reading: "Reading events",
    broken: "The events could not be read",
    none: "Nothing in this journal was corrected, voided or noted",
    noneRead: "Nothing found in the files that were read",
  },
  {
    view: "records",
    reading: "Reading records",
    broken: "The records could not be read",
    none: "This journal holds no records yet",
    noneRead: "Nothing found in the files that were read",
  },
  {
    view: "deleted",
    reading: "Reading records",
    broken: "The records could not be read",
    none: "No record of this journal is deleted",
    noneRead: "Nothing found in the files that were read",
  },
  {
    view: "chains",
    reading: "Reading chains",
    broken: "The chains could not be read",
    none: "No broken chains",
    noneRead: "No broken chains in the files that were read",
  },
];

describe.each(LISTS)("the states of $view", ({ view, reading, broken, none, noneRead }) => {
  test("loading: says what is read, and counts nothing yet", async () => {
    core({ events: never, records: never, chains: never });
    open(view);
    expect(await screen.findByRole("status", { name: reading })).toBeTruthy();
    expect(screen.getByText("Counting…")).toBeTruthy();
    expect(screen.queryByText(/nothing found/i)).toBeNull();
  });

  test("loading, with what is there: how far the journal is read stands beside it", async () => {
    const progress = readingOf(41, 120, { bytes_done: 410_000_000, bytes: 1_200_000_000 });
    const journal = status({ reading: { ...progress, seconds_left: 125 }, coverage: PARTIAL });
    core({ ...lists(1, PARTIAL), ...start(journal) });
    open(view);
    expect(await screen.findByRole("grid")).toBeTruthy();
    expect(screen.getByRole("progressbar", { name: "Reading 41 of 120 files…" })).toBeTruthy();
    expect(screen.getByText("410 MB of 1.2 GB, about 2 min left")).toBeTruthy();
  });

  test("R5: loading, held back: says that the store asks to wait, and not how long", async () => {
    const held = readingOf(41, 120, { bytes_done: 5_000, bytes: 12_000, held_back: true });
    core({ ...lists(1, PARTIAL), ...start(status({ reading: held, coverage: PARTIAL })) });
    open(view);
    expect(await screen.findByText("5.0 kB of 12 kB, the store asks to wait")).toBeTruthy();
  });

  test("empty", async () => {
    core(lists(0, COMPLETE));
    open(view);
    expect(await screen.findByText(none)).toBeTruthy();
    expect(screen.queryByText(/files that were read/)).toBeNull();
  });

  test("empty so far as could be read: says so, one click from the files", async () => {
    core({ ...lists(0, PARTIAL), ...start(status({ coverage: PARTIAL })) });
    const user = open(view);
    expect(await screen.findByText(noneRead)).toBeTruthy();
    const bar = screen.getByRole("heading", { level: 1 }).parentElement!;
    await user.click(within(bar).getByRole("button", { name: "Incomplete: 11 of 12 files read" }));
    const dialog = await screen.findByRole("dialog", { name: "Coverage" });
    expect(dialog.textContent).toContain("20240303_120000_000.parquet");
  });

  test("partial: the total says that it is incomplete", async () => {
    core(lists(1, PARTIAL));
    open(view);
    expect(await screen.findByRole("grid")).toBeTruthy();
    const bar = screen.getByRole("heading", { level: 1 }).parentElement!;
    expect(bar.textContent).toMatch(/1 .*Incomplete:\s+11 of 12 files read/);
  });

  test("error: says what, where and what to do, and tries again", async () => {
    let fails = true;
    const gone = refuse("failed", "the folder is gone");
    const whole = lists(1, COMPLETE);
    core({
      events: (args) => (fails ? gone() : whole.events(args)),
      records: (args) => (fails ? gone() : whole.records(args)),
      chains: (args) => (fails ? gone() : whole.chains(args)),
    });
    const user = open(view);
    const alert = await screen.findByRole("alert");
    expect(alert.textContent).toContain(broken);
    expect(alert.textContent).toContain("The folder is gone");
    expect(alert.textContent).toContain("Check that the bucket can be reached");
    expect(screen.getByText("Not counted")).toBeTruthy();
    fails = false;
    await user.click(within(alert).getByRole("button", { name: "Try again" }));
    expect(await screen.findByRole("grid")).toBeTruthy();
  });

  test("read-only: everything is readable, and the reason is named", async () => {
    core({ ...lists(1, COMPLETE), ...start(status({ read_only: "no right to write" })) });
    open(view);
    expect(await screen.findByRole("grid")).toBeTruthy();
    expect(screen.getByText("Read-only: no right to write")).toBeTruthy();
  });

  test("lost: what is on screen stays, and is said to be not up to date", async () => {
    const fake = core(lists(1, COMPLETE));
    open(view);
    const grid = await screen.findByRole("grid");
    const lost = { kind: "failed" as const, message: "no such folder" };
    await fake.emit(
      "status",
      status({ lost, pending: { events: null, since: null, problem: "x" } }),
    );
    const alert = await screen.findByRole("alert");
    expect(alert.textContent).toContain("What you see is not up to date");
    expect(screen.queryByText(/pending on this device/)).toBeNull();
    expect(grid.isConnected).toBe(true);
    await fake.emit("status", status());
    await waitFor(() => expect(screen.queryByRole("alert")).toBeNull());
    expect(grid.isConnected).toBe(true);
  });
});

describe("the chains of a journal without events", () => {
  test.each([
    [0, "This journal holds no events yet"],
    [3, "The old value of every update is the value that was recorded before it"],
  ])("%d events: %s", async (events, sentence) => {
    core({ ...lists(0, COMPLETE), ...start(status({ events })) });
    open("chains");
    const notice = (await screen.findByText("No broken chains")).closest("[role=status]");
    expect(notice?.textContent).toContain(sentence);
  });
});

describe("read-only", () => {
  test("what is selected can be copied, but not amended", async () => {
    core({ ...lists(1, COMPLETE), ...start(status({ read_only: "no right to write" })) });
    const user = open();
    (await screen.findByRole("row", { name: /CAND-00342/ })).focus();
    await user.keyboard(" ");
    const bar = within(await screen.findByRole("toolbar", { name: "With the selected events" }));
    const disabled = (name: string) =>
      (bar.getByRole("button", { name }) as HTMLButtonElement).disabled;
    expect(["Correct…", "Void…", "Note…", "Copy as"].map(disabled)).toEqual([
      true,
      true,
      true,
      false,
    ]);
  });
});

describe("a request that was cancelled", () => {
  test("is made again by the view on screen", async () => {
    let stopped = 0;
    const stop = refuse("cancelled", "another question came");
    core({ events: () => ((stopped += 1) < 3 ? stop() : eventsPage([row()])) });
    open();
    expect(await screen.findByRole("grid", { name: "Events" })).toBeTruthy();
    expect(screen.queryByRole("alert")).toBeNull();
  });

  test.each([
    ["events", "gc", "Corrections"],
    ["events", "gr", "Records"],
    ["facets", "gc", "Corrections"],
    ["facets", "gr", "Records"],
  ])("of %s is not made again by a view that was left by %s", async (command, keys, title) => {
    const stops: (() => void)[] = [];
    const held = () =>
      new Promise<never>((_, reject) =>
        stops.push(() => reject({ kind: "cancelled", message: "another question came" })),
      );
    const fake = core({ [command]: held });
    const user = open();
    await waitFor(() => expect(stops).toHaveLength(1));
    await user.keyboard(keys);
    await screen.findByRole("heading", { name: title });
    const requests = () => [fake.calls("events").length, fake.calls("facets").length];
    const before = requests();
    stops[0]?.();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(requests()).toEqual(before);
    expect(screen.queryByRole("alert")).toBeNull();
  });
});

const FOLDED = LISTS.filter(({ view }) => ["records", "deleted", "chains"].includes(view));

describe.each(FOLDED)("the states of $view", ({ view, none }) => {
  test("found so far: says how far it is, and becomes whole by itself", async () => {
    let now = lists(0, COMPLETE, { done: 0, of: 0 });
    core({ records: (args) => now.records(args), chains: (args) => now.chains(args) });
    open(view);
    expect(
      await screen.findByRole("progressbar", { name: "Going through the records…" }),
    ).toBeTruthy();
    expect(screen.queryByText(none)).toBeNull();
    now = lists(1, COMPLETE, { done: 16384, of: 200000 });
    const name = "16,384 of 200,000 records gone through…";
    expect(await screen.findByRole("progressbar", { name })).toBeTruthy();
    const bar = screen.getByRole("heading", { level: 1 }).parentElement!;
    expect(bar.textContent).toMatch(/1 .* so far/);
    now = lists(1, COMPLETE);
    await waitFor(() => expect(screen.queryByRole("progressbar")).toBeNull());
    expect(bar.textContent).not.toMatch(/so far/);
  });
});
