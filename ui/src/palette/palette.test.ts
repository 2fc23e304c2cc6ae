import { fireEvent, screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, test } from "vitest";
import { CLIENTS, core, SETTINGS, status } from "../test/journal";
import { open } from "../test/window";
import type { Handlers } from "../ipc/fake";

const list = () => within(screen.getByRole("listbox", { name: "Actions and views" }));
const options = () =>
  list()
    .getAllByRole("option")
    .map((one) => one.textContent?.replace(/\s+/g, " ").trim());

const PALETTE = "{Control>}k{/Control}";

const started =
  (journal: ReturnType<typeof status> | null): Handlers["start"] =>
  () => ({
    journal,
    problem: null,
    recent: [CLIENTS],
    named: null,
    pending_elsewhere: [],
    events: null,
    settings: { ...SETTINGS, views: [{ name: "By Sarah", query: "actor=Sarah", columns: null }] },
    sample: true,
    unsaved: null,
  });

/** The palette, with the focus where a browser puts it. */
async function opened() {
  const dialog = await screen.findByRole<HTMLDialogElement>("dialog", {
    name: "Actions and views",
  });
  const field = within(dialog).getByRole("combobox");
  expect(field.hasAttribute("autofocus")).toBe(true);
  field.focus();
  return dialog;
}

async function palette(at = "events", handlers: Partial<Handlers> = {}) {
  const fake = core({ start: started(status()), ...handlers });
  const user = open(at);
  await screen.findByRole("heading", { level: 1 });
  if (at.startsWith("events")) await screen.findByRole("grid");
  if (at.includes("event=")) await screen.findByRole("region", { name: "Columns" });
  await user.keyboard(PALETTE);
  return { fake, user, dialog: await opened() };
}

describe("the palette", () => {
  test.each([
    ["RECO view", "Records g r"],
    ["BY SAR file", "Save By Sarah as file…"],
    ["dark theme", "Theme: dark"],
    ["save this", "Save this view… s"],
    ["clients", "Open clients (/journals/clients) Ctrl Enter: new window"],
    ["new wind", "New window Ctrl Shift N"],
  ])("finds by a part of each word, in any case: %s", async (text, found) => {
    const { user } = await palette();
    expect(options()).toContain("Help F1");
    await user.keyboard(text);
    expect(options()).toEqual([found, `Search for “${text}” /`]);
  });

  test("is a list with a name, moved through by arrows, that Enter chooses from", async () => {
    const { user, dialog } = await palette();
    const field = within(dialog).getByRole("combobox", { name: "Find an action or a view" });
    expect(list().getByRole("group", { name: "Saved views" })).toBeTruthy();
    await user.keyboard("views e{ArrowDown}{ArrowDown}{ArrowUp}");
    const selected = list().getByRole("option", { selected: true });
    expect(field.getAttribute("aria-activedescendant")).toBe(selected.id);
    expect(selected.textContent).toContain("Records");
    await user.keyboard("{Enter}");
    expect(await screen.findByRole("heading", { name: "Records" })).toBeTruthy();
    expect(screen.queryByRole("dialog")).toBeNull();
  });

  test("gives the focus back where it was, through a dialog that it opens too", async () => {
    const { user, dialog } = await palette();
    dialog.close();
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    const row = (await screen.findAllByRole("row", { name: /CAND-00342/ }))[0]!;
    row.focus();
    await user.keyboard(PALETTE);
    await opened();
    await user.keyboard("settings{Enter}");
    await user.click(await screen.findByRole("button", { name: "Cancel" }));
    await waitFor(() => expect(document.activeElement).toBe(row));
  });

  test("passes what is typed to the search box", async () => {
    const { fake, user } = await palette();
    await user.keyboard("0187{Enter}");
    const box = screen.getByRole<HTMLInputElement>("combobox", { name: "Search" });
    expect([box.value, document.activeElement]).toEqual(["0187", box]);
    await waitFor(() => expect(fake.calls("search").at(-1)?.text).toBe("0187"));
    expect(await screen.findByRole("listbox", { name: "Found" })).toBeTruthy();
  });

  test("opens a recent journal in a new window by Ctrl", async () => {
    const { fake, user } = await palette();
    await user.keyboard("clients{Control>}{Enter}{/Control}");
    expect(fake.calls("new_window")).toEqual([{ handle: "r1" }]);
    await user.keyboard(PALETTE);
    await opened();
    await user.keyboard("{Control>}");
    await user.click(list().getByRole("option", { name: /^Open clients/ }));
    await user.keyboard("{/Control}");
    expect(fake.calls("new_window")).toHaveLength(2);
    expect(fake.calls("open_recent")).toEqual([]);
  });

  test("leaves the keys of an input method alone", async () => {
    const { dialog } = await palette();
    const field = within(dialog).getByRole("combobox");
    for (const key of ["Enter", "ArrowDown"]) {
      await fireEvent.keyDown(field, { key, isComposing: true, keyCode: 229 });
      await fireEvent.keyDown(field, { key, keyCode: 229 });
    }
    expect(list().getAllByRole("option")[0]?.getAttribute("aria-selected")).toBe("true");
    expect(dialog.isConnected).toBe(true);
  });

  test.each([
    ["set the clock", "Show everything as it was at"],
    ["times zone", "Find a time zone"],
  ])("leads to a menu, with the focus in its field: %s", async (text, label) => {
    const { user } = await palette();
    await user.keyboard(`${text}{Enter}`);
    const field = await screen.findByLabelText(label);
    await waitFor(() => expect(document.activeElement).toBe(field));
  });

  test("begins with what can be done to the open event", async () => {
    await palette("events?event=evt-1");
    expect(options().slice(0, 2)).toEqual(["Open record o", "Correct… c"]);
  });
});

test("the palette takes a filter as text, and adds it", async () => {
  const { fake, user } = await palette("events?actor=Sarah");
  await user.keyboard("new>50000");
  await list().findByRole("option", { name: "Filter by “new>50000”" });
  await user.keyboard("{Enter}");
  await waitFor(() => expect(fake.calls("events").at(-1)?.filters.predicates).toHaveLength(1));
  expect(fake.calls("events").at(-1)?.filters.actor).toHaveLength(1);
});

describe("the palette lists what is possible now", () => {
  const EVENT = ["Correct… c", "Void… v", "Note… n"];
  const RECORD = "record/candidate/CAND-00342?pane=fields";
  test.each<[string, string, Partial<Handlers>, string[], string[]]>([
    ["nothing selected", "events", {}, ["List imports event by event"], [...EVENT, "Back to now"]],
    ["an event", "events?event=evt-1", {}, [...EVENT, "Open record o", "Copy as JSON"], []],
    [
      "read-only",
      "events?event=evt-1",
      { start: started(status({ read_only: "no right to write" })) },
      ["Open record o", "Close details Esc"],
      EVENT,
    ],
    ["a clock", "events?at=2024-03-03T12:00:00Z", {}, ["Back to now", "Set the clock…"], []],
    ["filters", "events?actor=Sarah", {}, ["Clear filters"], []],
    ["a record", RECORD, {}, ["Timeline 1", "As recorded", "Note on a record"], ["Clear filters"]],
    [
      "a comparison",
      "record/candidate/CAND-00342?pane=compare",
      {},
      ["Timeline 1"],
      ["As recorded"],
    ],
    [
      "pending events",
      "chains?event=evt-1",
      { start: started(status({ pending: { events: 2, since: null, problem: null } })) },
      ["Flush now"],
      ["Hide events that changed nothing"],
    ],
  ])("with %s", async (_, at, handlers, listed, missing) => {
    await palette(at, handlers);
    const all = options();
    expect(all).toEqual(expect.arrayContaining(listed));
    expect(all.filter((one) => missing.includes(one ?? ""))).toEqual([]);
  });

  test("for the selected events", async () => {
    core();
    const user = open();
    (await screen.findAllByRole("row", { name: /CAND-00342/ }))[0]!.focus();
    await user.keyboard(` ${PALETTE}`);
    const group = await screen.findByRole("group", { name: "The selected events" });
    await user.click(within(group).getByRole("option", { name: "Void…" }));
    expect(await screen.findByRole("dialog", { name: "Void an event" })).toBeTruthy();
  });

  test("before a journal is open", async () => {
    core({ start: started(null) });
    const user = open();
    await screen.findByRole("button", { name: "Open folder…" });
    await user.keyboard(PALETTE);
    await opened();
    expect(options()).toContain("Open clients (/journals/clients) Ctrl Enter: new window");
    expect(options()).not.toContain("Events g e");
    await user.keyboard("zzz");
    expect(screen.getByText("No action and no view has this in its name")).toBeTruthy();
  });
});
