/** Settings are saved in parts: what another window saved stays as it is. */
import { screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, test } from "vitest";
import type { SavedView } from "../ipc";
import { core, savingTo, SETTINGS } from "../test/journal";
import { open } from "../test/window";

const view = (name: string): SavedView => ({
  name,
  query: `actor=${name}`,
  columns: null,
});

/** The window, and the settings that it shares with another window. */
async function opened(views: SavedView[] = []) {
  const shared = savingTo({ ...SETTINGS, views });
  const fake = core({ settings: shared, write_query: () => "actor=Sarah" });
  const user = open("events");
  await screen.findByRole("grid");
  return {
    user,
    fake,
    elsewhere: (change: Parameters<typeof shared>[0]["settings"]) => shared({ settings: change }),
    saved: () => shared({ settings: {} }),
    last: () => fake.calls("settings").at(-1)?.settings,
  };
}

type Opened = Awaited<ReturnType<typeof opened>>;

async function saveView({ user }: Opened, name: string) {
  await user.click(screen.getByRole("button", { name: "Save this view…" }));
  return nameView(user, name);
}

async function nameView(user: Opened["user"], name: string) {
  const dialog = await screen.findByRole("dialog");
  await within(dialog).findByText("actor=Sarah");
  const field = within(dialog).getByRole("textbox", { name: /Name/ });
  await user.clear(field);
  await user.type(field, `${name}{Enter}`);
  return dialog;
}

async function choose({ user }: Opened, action: string, name: string) {
  await user.click(await screen.findByRole("button", { name: `More about ${name}` }));
  await user.click(screen.getByRole("button", { name: action }));
}

describe("settings that two windows share", () => {
  test("are changed by what was changed alone, and taken over as they are", async () => {
    const window = await opened();
    await window.elsewhere({ utc: false, views: [view("Tom")] });
    await window.user.click(screen.getByRole("button", { name: "Settings" }));
    await window.user.click(screen.getByRole("radio", { name: "Dark" }));
    await window.user.click(screen.getByRole("button", { name: "Save" }));
    expect(await screen.findByRole("button", { name: "Tom" })).toBeTruthy();
    expect(window.last()).toEqual({ theme: "dark" });
    expect(await window.saved()).toMatchObject({ theme: "dark", utc: false });
  });

  test("have the columns of one list replaced, and of no other", async () => {
    const window = await opened();
    const records = [{ column: "id", width: 200, shown: true }];
    await window.elsewhere({ columns: { records } });
    await window.user.click(screen.getByRole("button", { name: "Columns" }));
    await window.user.click(screen.getByRole("checkbox", { name: "Source" }));
    await waitFor(() => expect(Object.keys(window.last()?.columns ?? {})).toEqual(["events"]));
    expect((await window.saved()).columns).toMatchObject({ records });
  });

  test("keep the views of both", async () => {
    const window = await opened();
    await window.elsewhere({ views: [view("Tom")] });
    await saveView(window, "Sarah");
    expect(await screen.findByRole("button", { name: "Tom" })).toBeTruthy();
    expect((await window.saved()).views).toEqual([view("Tom"), view("Sarah")]);
  });

  test("have no view under a name that another window has given", async () => {
    const window = await opened();
    const theirs = { name: "Sarah", query: "field=rate", columns: null };
    await window.elsewhere({ views: [theirs] });
    const dialog = await saveView(window, "Sarah");
    expect(await within(dialog).findByText("Another view has this name")).toBeTruthy();
    expect((await window.saved()).views).toEqual([theirs]);
  });

  test("give one view another name, wherever it stands now", async () => {
    const window = await opened();
    await saveView(window, "Mine");
    await window.elsewhere({ views: [view("Tom"), view("Mine")] });
    await choose(window, "Rename…", "Mine");
    await nameView(window.user, "Ours");
    await screen.findByRole("button", { name: "Ours" });
    const names = (await window.saved()).views.map(({ name }) => name);
    expect(names).toEqual(["Tom", "Ours"]);
  });

  test("lose one view only, and have it again", async () => {
    const window = await opened([view("Sarah")]);
    await saveView(window, "Mine");
    await window.elsewhere({ views: [view("Sarah"), view("Mine"), view("Tom")] });
    await choose(window, "Remove", "Sarah");
    const undo = await screen.findByRole("button", { name: "Undo" });
    expect((await window.saved()).views).toEqual([view("Mine"), view("Tom")]);
    await window.elsewhere({ views: [view("Tom")] });
    await window.user.click(undo);
    await screen.findByRole("button", { name: "Sarah" });
    expect((await window.saved()).views).toEqual([view("Sarah"), view("Tom")]);
  });
});
