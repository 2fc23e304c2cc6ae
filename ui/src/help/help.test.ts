import { screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, test } from "vitest";
import type { Handlers } from "../ipc/fake";
import {
  COMPLETE,
  core,
  detail,
  item,
  refuse,
  row,
  SETTINGS,
  status,
  timelinePage,
  value,
} from "../test/journal";
import { open } from "../test/window";
import { anchorOf, titleOf, type HelpTopic } from "./topics";

describe("help", () => {
  test("opens by F1, and lists what it holds", async () => {
    core();
    const user = open("records");
    await screen.findByRole("button", { name: "Help" });
    await user.keyboard("{F1}");
    const dialog = await screen.findByRole("dialog", { name: "Help" });
    const contents = within(dialog).getByRole("navigation", { name: "Contents" });
    const titles = within(contents)
      .getAllByRole("button")
      .map((one) => one.textContent);
    const heads = within(dialog).getAllByRole("heading", { level: 3 });
    expect(heads.map((one) => one.textContent)).toEqual(titles);
  });

  test("opens from the sidebar, and leads to a part by its title", async () => {
    core();
    const user = open("records");
    await user.click(await screen.findByRole("button", { name: "Help" }));
    const contents = await screen.findByRole("navigation", { name: "Contents" });
    await user.click(within(contents).getByRole("button", { name: "Coverage" }));
    expect(document.activeElement).toBe(screen.getByRole("heading", { name: "Coverage" }));
    expect(location.hash).toBe("#records");
  });

  test("leads to the sheet of keys", async () => {
    core();
    const user = open("records");
    await user.click(await screen.findByRole("button", { name: "Help" }));
    await user.click(await screen.findByRole("button", { name: /every key/ }));
    await waitFor(() => expect(screen.getByRole("dialog", { name: "Keys" })).toBeTruthy());
    expect(screen.getByRole("dialog").textContent).toContain("Timeline, fields, compare");
  });

  test.each([
    ["S3, and what speaks it", 2, '"s3:GetObject", "s3:PutObject"'],
    ["Azure Blob Storage", 2, "blobs/add/action"],
    ["Google Cloud Storage", 2, "roles/storage.objectCreator"],
  ])("of %s has policies to be copied", async (title, count, part) => {
    core();
    const user = open("records");
    await user.click(await screen.findByRole("button", { name: "Help" }));
    const page = within(await screen.findByRole("region", { name: title }));
    const copies = page.getAllByRole("button", { name: "Copy" });
    expect(copies).toHaveLength(count);
    await user.click(copies[1]!);
    expect(await screen.findByText("Copied")).toBeTruthy();
    const copied = await navigator.clipboard.readText();
    expect(copied).toContain(part);
    if (copied.startsWith("{")) JSON.parse(copied);
  });

  test("names every picture", async () => {
    core();
    const user = open("records");
    await user.click(await screen.findByRole("button", { name: "Help" }));
    const dialog = await screen.findByRole("dialog", { name: "Help" });
    for (const svg of dialog.querySelectorAll("figure svg:not(.lucide)")) {
      expect(svg.hasAttribute("aria-label") || svg.getAttribute("aria-hidden")).toBeTruthy();
    }
    expect(dialog.querySelectorAll("figure figcaption").length).toBeGreaterThan(6);
  });
});

const coverage = {
  ...COMPLETE,
  complete: false,
  unreadable: [{ file: "a.parquet", row: null, problem: "cut off" }],
  unreadable_total: 1,
  changed: [
    {
      file: "b.parquet",
      change: "gone" as const,
      was: { rows: 2, first: null, last: null, sha256: "ab" },
      now_at: null,
    },
  ],
  changed_total: 1,
  gaps: [{ writer: "k1", first: "4", last: "7" }],
  gaps_total: 1,
  doubled: [{ writer: "k2", seq: "9" }],
  doubled_total: 1,
};

const start = (journal: ReturnType<typeof status> | null): Handlers["start"] => {
  const problem = journal === null ? { kind: "missing" as const, message: "it is gone" } : null;
  return () => ({
    journal,
    problem,
    recent: [],
    named: null,
    pending_elsewhere: [],
    events: null,
    settings: SETTINGS,
    sample: true,
    unsaved: null,
  });
};

/** Presses a button and types. */
type Steps = [press?: RegExp | string, label?: string, type?: string];

describe("a link to Help", () => {
  const RECORD = "record/candidate/CAND-00342";
  const broken = item(row(), { broken: { expected: value("1") } });
  const lost = { kind: "failed" as const, message: "no such folder" };
  const gap = /^Incomplete: /;
  test.each<[string, HelpTopic, string, Partial<Handlers>, Steps]>([
    ["a list that failed", "failed", "events", { events: refuse("failed", "x") }, []],
    [
      "details that are missing",
      "missing",
      "events?event=e",
      { event: refuse("missing", "x") },
      [],
    ],
    ["facets that failed", "failed", "events", { facets: refuse("failed", "x") }, ["Facets"]],
    [
      "a file that cannot be read",
      "unreadable",
      "chains",
      { start: start(status({ coverage })) },
      [gap],
    ],
    ["a file that changed", "changed", "chains", { start: start(status({ coverage })) }, [gap]],
    ["missing numbers", "gaps", "chains", { start: start(status({ coverage })) }, [gap]],
    ["doubled numbers", "doubled", "chains", { start: start(status({ coverage })) }, [gap]],
    ["a bucket that is gone", "failed", "chains", { start: start(status({ lost })) }, []],
    ["a journal that did not open", "missing", "events", { start: start(null) }, []],
    ["a broken chain", "chain", RECORD, { timeline: (args) => timelinePage([broken], args) }, []],
    ["the list of broken chains", "chain", "chains", {}, []],
    [
      "a time that is none",
      "typed",
      "events",
      {},
      ["Clock: Now", "Show everything as it was at", "soon"],
    ],
    [
      "a side that is none",
      "typed",
      `${RECORD}?pane=compare`,
      {},
      [undefined, "From: instant", "soon{Tab}"],
    ],
    [
      "a text that is no query",
      "searching",
      "chains",
      { read_query: refuse("invalid", "x") },
      [undefined, "Search", "a=b"],
    ],
    [
      "a correction that is refused",
      "refused",
      "chains?event=evt-1",
      { preview: refuse("refused", "no change") },
      ["Void…"],
    ],
    [
      "a value that is not of its kind",
      "kind",
      "chains?event=evt-1",
      { event: () => detail(row({ new: "61.50" })) },
      ["Correct…", "New value", "x"],
    ],
    [
      "a note that failed",
      "failed",
      RECORD,
      { note_record: refuse("failed", "x") },
      ["Note…", "Note", "x{Control>}{Enter}{/Control}"],
    ],
    [
      "what is said aside",
      "failed",
      "chains",
      { look: refuse("failed", "x") },
      ["Look for new events"],
    ],
  ])("stands beside %s, and leads to %s", async (_, topic, at, handlers, [press, label, type]) => {
    core(handlers);
    const user = open(at);
    if (press !== undefined) {
      const [button] = await screen.findAllByRole("button", { name: press });
      await user.click(button!);
    }
    if (label !== undefined) {
      const field = await screen.findByLabelText(label);
      await user.clear(field);
      await user.type(field, type ?? "");
    }
    const link = await screen.findByRole("button", { name: `Help: ${titleOf(topic)}` });
    await user.click(link);
    expect(await screen.findByRole("dialog", { name: "Help" })).toBeTruthy();
    const heading = document.getElementById(anchorOf(topic));
    expect([heading?.textContent, document.activeElement]).toEqual([titleOf(topic), heading]);
  });

  test("goes back to the dialog that it stands in", async () => {
    core({ start: start(status({ coverage })) });
    const user = open("chains");
    await user.click((await screen.findAllByRole("button", { name: gap }))[0]!);
    await user.click(await screen.findByRole("button", { name: "Help: Missing numbers" }));
    await screen.findByRole("dialog", { name: "Help" });
    await user.click(screen.getByRole("button", { name: "Close" }));
    expect(await screen.findByRole("dialog", { name: "Coverage" })).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Close" }));
    expect(screen.queryByRole("dialog")).toBeNull();
  });

  test("in a menu leaves the menu open, and the focus comes back to it", async () => {
    core();
    const user = open("chains");
    await user.click(await screen.findByRole("button", { name: "Clock: Now" }));
    const field = await screen.findByLabelText("Show everything as it was at");
    await user.clear(field);
    await user.type(field, "soon");
    const link = await screen.findByRole("button", { name: "Help: What can be typed" });
    link.focus();
    await user.keyboard("{Enter}");
    await user.click(await screen.findByRole("button", { name: "Close" }));
    expect(document.activeElement).toBe(link);
  });
});

test("every topic has one heading", async () => {
  core();
  const user = open("records");
  await user.click(await screen.findByRole("button", { name: "Help" }));
  const ids = [...document.querySelectorAll("[id^=help-]")].map((one) => one.id);
  expect(new Set(ids).size).toBe(ids.length);
});
