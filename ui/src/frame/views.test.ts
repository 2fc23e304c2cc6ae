/** Views as files, and with their time zone and columns. */
import { screen, waitFor, within } from "@testing-library/svelte";
import { expect, test } from "vitest";
import type { ColumnLayout, SavedView, Settings } from "../ipc";
import type { Handlers } from "../ipc/fake";
import { NO_FILTERS, START } from "../query/query";
import { toWindowQuery } from "../query/windowQuery";
import { core, refuse, savingTo, SETTINGS, status } from "../test/journal";
import { open } from "../test/window";

const view = (name: string, actor: string, columns: string[] | null = null): SavedView => ({
  name,
  query: `actor=${actor} zone=Asia/Tokyo`,
  columns,
});

/** The window with saved views. Every query is by an actor. */
function opened(views: SavedView[], handlers: Partial<Handlers> = {}) {
  const settings: Settings = { ...SETTINGS, views };
  const fake = core({
    start: () => ({
      journal: status(),
      problem: null,
      recent: [],
      named: null,
      pending_elsewhere: [],
      events: null,
      settings,
      sample: false,
      unsaved: null,
    }),
    settings: savingTo(settings),
    read_query: ({ text }) => ({
      ...toWindowQuery(START),
      filters: {
        ...NO_FILTERS,
        actor: [{ value: /actor=(\w+)/.exec(text)?.[1] ?? "", exclude: false }],
      },
    }),
    query_zone: ({ text }) => /zone=(\S+)/.exec(text)?.[1] ?? null,
    write_query: ({ query }) => `actor=${query.filters.actor?.[0]?.value ?? ""}`,
    ...handlers,
  });
  return { fake, user: open() };
}

const part = () => screen.findByRole("region", { name: "Saved views" });
const names = (settings: { views?: SavedView[] } | undefined) =>
  settings?.views?.map(({ name }) => name);
const shown = (layout: ColumnLayout[] | undefined) =>
  layout?.filter(({ shown }) => shown).map(({ column }) => column);

test("a saved view is shown in its zone and with its columns", async () => {
  const { fake, user } = opened([view("Sarah’s", "Sarah", ["actor", "time", "unknown"])]);
  await user.click(await within(await part()).findByRole("button", { name: "Sarah’s" }));
  await waitFor(() => expect(location.hash).toBe("#events?actor=Sarah"));
  expect(screen.getByRole("button", { name: "Times: Asia/Tokyo" })).toBeTruthy();
  const saved = fake.calls("settings").at(-1)?.settings.columns?.["events"];
  expect(shown(saved)).toEqual(["actor", "time"]);
  expect(saved).toHaveLength(7);
});

test("a view is saved with the columns that somebody chose", async () => {
  const { fake, user } = opened([]);
  await user.click(await screen.findByRole("button", { name: "Columns" }));
  await user.click(screen.getByRole("checkbox", { name: "Source" }));
  await user.click(await screen.findByRole("button", { name: "Save this view…" }));
  await user.type(await screen.findByRole("textbox", { name: /Name/ }), "Mine{Enter}");
  await waitFor(() =>
    expect(fake.calls("settings").at(-1)?.settings.views?.[0]?.columns).toEqual([
      "time",
      "record",
      "field",
      "change",
      "actor",
    ]),
  );
});

test("a saved view is saved as a file, and why it is not is told", async () => {
  const mine = view("Mine", "Sarah");
  let refused = false;
  const { fake, user } = opened([mine], {
    save_view: () => (refused ? refuse("failed", "the disk is full")() : "Mine.daybook-view.toml"),
  });
  const save = async () => {
    await user.click(within(await part()).getByRole("button", { name: "More about Mine" }));
    await user.click(within(await part()).getByRole("button", { name: "Save as file…" }));
  };
  await save();
  expect(await screen.findByText(/Saved as “Mine.daybook-view.toml”/)).toBeTruthy();
  expect(fake.calls("save_view")).toEqual([{ view: mine, zone: "UTC" }]);
  refused = true;
  await save();
  expect((await screen.findByRole("alert")).textContent).toContain("The disk is full");
});

test.each([
  ["a free name", [view("Other", "Tom")], ["Other", "Mine"]],
  ["a name that another view has", [view("Mine", "Tom")], ["Mine", "Mine (2)"]],
  [
    "a name that two other views have",
    [view("Mine", "Tom"), view("Mine (2)", "Ada")],
    ["Mine", "Mine (2)", "Mine (3)"],
  ],
])("the view of a file is shown and saved under %s, and undone", async (_, before, after) => {
  const { fake, user } = opened(before, {
    open_view: () => view("Mine", "Sarah", ["time", "actor"]),
  });
  await user.click(await within(await part()).findByRole("button", { name: "Open view file…" }));
  await waitFor(() => expect(location.hash).toBe("#events?actor=Sarah"));
  await waitFor(() => expect(names(fake.calls("settings").at(-1)?.settings)).toEqual(after));
  await user.click(await screen.findByRole("button", { name: "Undo" }));
  await waitFor(() => expect(location.hash).toBe("#events"));
  const undone = fake
    .calls("settings")
    .find(({ settings }) => settings.columns?.["events"]?.length === 0);
  expect(undone?.settings.views).toEqual(before);
  expect(screen.getByRole("button", { name: "Times: UTC" })).toBeTruthy();
});

test("the file of a view that is there already adds none", async () => {
  const { fake, user } = opened([view("Mine", "Sarah")], {
    open_view: () => view("Mine", "Sarah"),
  });
  await user.click(await within(await part()).findByRole("button", { name: "Open view file…" }));
  expect(await screen.findByText(/“Mine” was among the saved views before/)).toBeTruthy();
  await waitFor(() => expect(location.hash).toBe("#events?actor=Sarah"));
  expect(fake.calls("settings").every(({ settings }) => settings.views === undefined)).toBe(true);
});

test("why a file is no view is told, and nothing changes", async () => {
  const why = "a.toml: line 3: unknown field `colour`";
  const { fake, user } = opened([], { open_view: refuse("invalid", why) });
  await user.click(await within(await part()).findByRole("button", { name: "Open view file…" }));
  expect((await screen.findByRole("alert")).textContent).toContain("unknown field `colour`");
  expect(location.hash).toBe("#events");
  expect(fake.calls("settings")).toEqual([]);
});
