import { screen, waitFor } from "@testing-library/svelte";
import { describe, expect, test } from "vitest";
import type { RecentChanges } from "../ipc";
import { core, refuse, SETTINGS, status } from "../test/journal";
import { open } from "../test/window";

const recent = ["clients", "gone"].map((name) => ({
  handle: name,
  name,
  location: `/journals/${name}`,
  kind: "folder" as const,
}));
const start = (journal: ReturnType<typeof status> | null) => () => ({
  journal,
  problem: null,
  recent,
  named: null,
  pending_elsewhere: [],
  events: null,
  settings: SETTINGS,
  sample: true,
  unsaved: null,
});
const changes = (change: Partial<RecentChanges> = {}): RecentChanges => ({
  new_events: 0,
  changed_files: 0,
  problem: null,
  ...change,
});

/** What is read aloud of a recent journal: its name and its description. */
async function heard(name: string) {
  const choice = await screen.findByRole("button", { name: `${name} /journals/${name}` });
  const described = choice.getAttribute("aria-describedby") ?? "";
  const line = document.getElementById(described)!;
  return { line, text: () => line.textContent?.replace(/\s+/g, " ").trim() };
}

describe("a recent journal says what changed in it", () => {
  test.each<[string, Partial<RecentChanges>]>([
    ["nothing new", {}],
    ["not known what is new", { new_events: null }],
    ["1 new event", { new_events: 1 }],
    ["1,200 new events", { new_events: 1200 }],
    ["12 new events · 1 file is missing or altered", { new_events: 12, changed_files: 1 }],
    ["2 files are missing or altered", { changed_files: 2 }],
    ["1 file is missing or altered", { new_events: null, changed_files: 1 }],
    ["is not there now", { new_events: null, problem: "is not there now" }],
  ])("%s", async (said, change) => {
    core({ start: start(null), recent_changes: () => changes(change) });
    open();
    const { line, text } = await heard("clients");
    await waitFor(() => expect(text()).toBe(said));
    const warns = (change.changed_files ?? 0) > 0 || change.problem !== undefined;
    expect(line.querySelector(".warning svg") !== null).toBe(warns);
    expect(line.closest("[role=status], [role=alert], [aria-live]")).toBeNull();
  });

  test("in the menu too, once it is open", async () => {
    const fake = core({ start: start(status()), recent_changes: () => changes({ new_events: 3 }) });
    const user = open();
    await screen.findByRole("grid");
    expect(fake.calls("recent_changes")).toEqual([]);
    await user.click(screen.getByRole("button", { name: "Open journal: placements" }));
    const { text } = await heard("clients");
    await waitFor(() => expect(text()).toBe("3 new events"));
    await waitFor(() => expect(fake.calls("recent_changes")).toHaveLength(2));
    await fake.emit("status", status());
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(fake.calls("recent_changes")).toHaveLength(2);
  });

  test("U3: as text, whatever is said of it", async () => {
    const problem = "<img src=x>\u202egnp";
    core({ start: start(null), recent_changes: () => changes({ problem }) });
    open();
    const { text } = await heard("clients");
    await waitFor(() => expect(text()).toBe("<img src=x>U+202E[right-to-left override]gnp"));
    expect(document.querySelector("main img")).toBeNull();
  });

  test("one after the other, though one cannot be looked at", async () => {
    const answers: (() => void)[] = [];
    const fake = core({
      start: start(null),
      recent_changes: ({ handle }) =>
        new Promise((resolve) => answers.push(() => resolve(changes()))).then(() =>
          handle === "clients" ? refuse("failed", "the disk is broken")() : changes(),
        ),
    });
    open();
    const [clients, gone] = [await heard("clients"), await heard("gone")];
    await waitFor(() => expect(fake.calls("recent_changes")).toEqual([{ handle: "clients" }]));
    expect([clients.text(), gone.text()]).toEqual(["looking…", "looking…"]);
    answers[0]!();
    await waitFor(() => expect(fake.calls("recent_changes")).toHaveLength(2));
    await waitFor(() => expect(clients.text()).toBe("the disk is broken"));
    answers[1]!();
    await waitFor(() => expect(gone.text()).toBe("nothing new"));
  });

  test("and is not looked at after the list is gone, nor two at once when it is back", async () => {
    const answers: (() => void)[] = [];
    const fake = core({
      start: start(status()),
      recent_changes: () =>
        new Promise((resolve) => answers.push(() => resolve(changes({ new_events: 7 })))),
    });
    const user = open();
    const menu = await screen.findByRole("button", { name: "Open journal: placements" });
    await user.click(menu);
    await waitFor(() => expect(answers).toHaveLength(1));
    await user.click(menu);
    await user.click(menu);
    const { text } = await heard("clients");
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(answers).toHaveLength(1);
    answers[0]!();
    await waitFor(() => expect(answers).toHaveLength(2));
    expect(text()).toBe("looking…");
    answers[1]!();
    await waitFor(() => expect(text()).toBe("7 new events"));
    expect(fake.calls("recent_changes").map(({ handle }) => handle)).toEqual([
      "clients",
      "clients",
      "gone",
    ]);
  });
});
