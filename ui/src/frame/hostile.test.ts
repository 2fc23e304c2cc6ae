/** Values are hostile until they are shown: whatever they hold, wherever they are, is text. */
import { screen, waitFor } from "@testing-library/svelte";
import { describe, expect, test } from "vitest";
import {
  COMPLETE,
  comparison,
  core,
  detail,
  eventsPage,
  field,
  item,
  recordView,
  row,
  savingTo,
  sqlAnswer,
  status,
  timelinePage,
  value,
} from "../test/journal";
import { open } from "../test/window";

/** Markup that would run, and what hides text: a turned direction, a width of zero, odd blanks. */
const EVIL = `<img src=x onerror="window.ran=1"><script>window.ran=1</script>
<iframe src="javascript:window.ran=1"></iframe><a href="javascript:window.ran=1">x</a>
\u202egnp.exe\u2066\u200b\u00a0\ufeff\u2800`;
const HIDDEN = /[\u202e\u2066\u200b\u00a0\ufeff\u2800]/;

const event = row({
  event_id: "evt-1",
  entity_type: EVIL,
  entity_id: EVIL,
  field: EVIL,
  action: EVIL,
  old: EVIL,
  new: EVIL,
  actor: EVIL,
  source: EVIL,
  workspace_id: EVIL,
  writer: EVIL,
  seq: EVIL,
  reason: EVIL,
  batch: EVIL,
  corrects: EVIL,
  extra: { [EVIL]: EVIL },
  place: { file: EVIL, row: 0 },
});
const update = { ...event, action: "update" };
const evil = field(EVIL, EVIL, { actor: EVIL, source: EVIL });
const change = { field: EVIL, from: evil, to: { ...evil, value: value("x") }, because: event };
const record = {
  entity_type: EVIL,
  entity_id: EVIL,
  name: EVIL,
  events: 1,
  first: event.timestamp,
  last: event.timestamp,
  last_actor: EVIL,
  deleted: true,
};
const unreadable = {
  ...COMPLETE,
  complete: false,
  unreadable: [{ file: EVIL, row: null, problem: EVIL }],
  unreadable_total: 1,
};
const effect = {
  kind: "corrected" as const,
  values: [{ field: EVIL, value: value(EVIL), by: "evt-2" }],
};
const problem = { kind: "failed" as const, message: EVIL };

function mockCore() {
  const about = { effect, about: [event], target: event, before: event, after: update };
  const journal = status({
    name: EVIL,
    location: EVIL,
    coverage: unreadable,
    read_only: EVIL,
    lost: problem,
    pending: { events: 1, since: null, problem: EVIL },
  });
  const views = [{ name: EVIL, query: "events", columns: null }];
  const settings = {
    actor: EVIL,
    theme: "system" as const,
    utc: true,
    views,
    columns: {},
    names: {},
    sql_texts: [EVIL],
  };
  const recent = [{ handle: "r1", name: EVIL, location: EVIL, kind: "folder" as const }];
  return core({
    start: () => ({
      journal,
      problem: null,
      recent,
      named: null,
      pending_elsewhere: [],
      events: null,
      settings,
      sample: true,
      unsaved: null,
    }),
    events: () =>
      eventsPage([event, { ...update, event_id: "evt-2", address: "evt-2" }], {
        coverage: unreadable,
      }),
    facets: () => ({
      total: 1,
      facets: { actor: [{ value: EVIL, count: 1 }] },
      histogram: [],
      lags: [],
      no_lag: 0,
      coverage: unreadable,
    }),
    event: () => detail(event, about),
    record: () =>
      recordView({
        entity_type: EVIL,
        entity_id: EVIL,
        name: EVIL,
        fields: [evil],
        first: event,
        last: event,
      }),
    timeline: (args) =>
      timelinePage(
        [
          item(event, { effect, about: ["evt-2"], broken: { expected: value(EVIL) } }),
          item({ ...update, address: "evt-2" }, { target: "evt-1" }),
        ],
        args,
      ),
    compare: () => comparison({ fields: [change] }),
    records: () => ({
      records: [record],
      next: null,
      total: 1,
      loosely: false,
      folding: null,
      coverage: unreadable,
    }),
    record_names: ({ records }) => records.map(() => EVIL),
    ask_sql: () =>
      sqlAnswer([["evt-1", EVIL, "1"]], {
        columns: [
          { name: EVIL, kind: "text" },
          { name: EVIL, kind: "text" },
          { name: EVIL, kind: "number" },
        ],
        coverage: unreadable,
      }),
    settings: savingTo(settings),
    chains: () => ({
      breaks: [{ event, expected: value(EVIL) }],
      next: null,
      total: 1,
      folding: null,
      coverage: unreadable,
    }),
    search: () => ({
      events: [event],
      records: [record],
      actors: [{ value: EVIL, count: 1 }],
      fields: [{ value: EVIL, count: 1 }],
      in_values: 1,
      loosely: false,
      hits: [event],
      searched: null,
      coverage: unreadable,
    }),
  });
}

/** What is there only because a value was taken for more than text. */
function live(): string[] {
  const found = document.body.querySelectorAll("img, script, iframe, object, embed, a, [onerror]");
  return [...found].map((element) => element.outerHTML);
}

/** Texts on screen, but those that are typed or named to a machine. */
function hidden(): string[] {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found: string[] = [];
  for (let node = texts.nextNode(); node !== null; node = texts.nextNode()) {
    const text = node.textContent ?? "";
    // The zone keeps to the word before it.
    if (HIDDEN.test(text.replace(/\u00a0\(UTC\)$/, ""))) found.push(text);
  }
  return found;
}

const id = encodeURIComponent("CAND-00342");

describe("hostile values", () => {
  test.each([
    ["events", "events?event=evt-1"],
    ["corrections", "corrections"],
    ["records", "records"],
    ["deleted", "deleted"],
    ["chains", "chains"],
    ["a timeline", `record/candidate/${id}?event=evt-1`],
    ["fields", `record/candidate/${id}?pane=fields`],
    ["a comparison", `record/candidate/${id}?pane=compare`],
    ["filters", `events?${new URLSearchParams({ actor: EVIL, contains: EVIL })}`],
  ])("U1: are inert, U3: and visible in %s", async (_, query) => {
    mockCore();
    open(query);
    await screen.findByRole("heading", { level: 1 });
    await waitFor(() => expect(document.querySelector("[aria-busy=true]")).toBeNull());
    await waitFor(() => expect(document.querySelectorAll("bdi").length).toBeGreaterThan(3));
    expect(live()).toEqual([]);
    expect(hidden()).toEqual([]);
    expect("ran" in window).toBe(false);
  });

  test.each(["Table", "Chart"])("U1: are inert, U3: and visible in SQL as a %s", async (shows) => {
    mockCore();
    const user = open("sql");
    await user.click(await screen.findByRole("button", { name: /never corrected/ }));
    await user.click(await screen.findByRole("radio", { name: shows }));
    await user.click(screen.getByRole("button", { name: "Recent" }));
    await waitFor(() => expect(document.querySelectorAll("bdi").length).toBeGreaterThan(3));
    expect(live()).toEqual([]);
    expect(hidden()).toEqual([]);
  });

  test.each([
    ["what was found", "/evil"],
    ["the form of a note", "n"],
    ["the form of a void", "v"],
  ])("U1: are inert, U3: and visible in %s", async (_, keys) => {
    const fake = mockCore();
    const user = open("events?event=evt-1");
    await screen.findByRole("region", { name: "Columns" });
    await fake.emit("status", status());
    await user.keyboard(keys);
    await waitFor(() =>
      expect(document.querySelector("dialog[open], [role=option]")).not.toBeNull(),
    );
    expect(live()).toEqual([]);
    expect(hidden()).toEqual([]);
  });

  test("U1: are inert in the list of files that could not be read", async () => {
    mockCore();
    const user = open();
    await user.click((await screen.findAllByRole("button", { name: /Incomplete/ }))[0]!);
    expect((await screen.findByRole("dialog", { name: "Coverage" })).textContent).toContain("gnp");
    expect(live()).toEqual([]);
  });
});
