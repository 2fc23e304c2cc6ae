import { cleanup, fireEvent, screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, test } from "vitest";
import {
  CLIENTS,
  COMPLETE,
  core,
  eventsPage,
  PARTIAL,
  refuse,
  readingOf,
  row,
  SETTINGS,
  status,
} from "../test/journal";
import { open } from "../test/window";
import { NO_FILTERS, START } from "../query/query";
import { toWindowQuery } from "../query/windowQuery";
import { words } from "../words";
import { wordsOf } from "./search";
import { nextZoom } from "./zoom";

interface Internals {
  __TAURI_INTERNALS__: { invoke: (command: string, ...rest: unknown[]) => Promise<unknown> };
}

const closed = {
  journal: null,
  problem: null,
  recent: [CLIENTS],
  named: null,
  pending_elsewhere: [],
  events: null,
  settings: SETTINGS,
  sample: true,
  unsaved: null,
};

describe("the first page", () => {
  test("opens the sample", async () => {
    core({ start: () => closed });
    const user = open();
    await user.click(await screen.findByRole("button", { name: "Open the sample" }));
    expect(await screen.findByRole("button", { name: "Open journal: sample" })).toBeTruthy();
  });

  test("opens a recent journal by its handle", async () => {
    const fake = core({ start: () => closed });
    const user = open();
    await user.click(await screen.findByRole("button", { name: /^clients/ }));
    expect(await screen.findByRole("heading", { name: "Events" })).toBeTruthy();
    expect(fake.calls("open_recent")).toEqual([{ handle: "r1" }]);
  });

  test.each([
    ["Open folder…", false],
    ["Open archive…", true],
  ])("stays when the dialog of “%s” is cancelled", async (name, archive) => {
    const fake = core({ start: () => closed });
    const user = open();
    await user.click(await screen.findByRole("button", { name }));
    expect(await screen.findByRole("button", { name })).toBeTruthy();
    expect(fake.calls("open_dialog")).toEqual([{ archive }]);
  });

  test("says why the journal did not open", async () => {
    const problem = { kind: "failed" as const, message: "the folder is gone" };
    core({ start: () => ({ ...closed, problem }) });
    open();
    expect((await screen.findByRole("alert")).textContent).toContain("The folder is gone");
  });

  test("comes with the newest events", async () => {
    const page = eventsPage([row({ field: "phone" }), row({ event_id: "evt-2", field: "email" })]);
    const start = { ...closed, journal: status(), events: page };
    const fake = core({ start: () => start });
    open();
    const grid = within(await screen.findByRole("grid"));
    expect(await grid.findByText("email")).toBeTruthy();
    expect(fake.calls("start").slice(0, 1)).toEqual([
      { events: { filters: NO_FILTERS, limit: 200, group: true } },
    ]);
    expect(fake.calls("events")).toEqual([]);
  });

  test("is of what was opened before the core knew who listens", async () => {
    const late = status({ name: "late" });
    const answers = [closed, { ...closed, journal: late }];
    core({ start: () => answers.shift() ?? closed });
    const internals = (window as unknown as Internals).__TAURI_INTERNALS__;
    const { invoke } = internals;
    let listen = () => {};
    const listening = new Promise<void>((resolve) => (listen = resolve));
    internals.invoke = async (command, ...rest) => {
      if (command === "plugin:event|listen") await listening;
      return invoke(command, ...rest);
    };
    open();
    await screen.findByRole("button", { name: "Open folder…" });
    listen();
    expect(await screen.findByRole("button", { name: "Open journal: late" })).toBeTruthy();
  });
});

describe("the status of the open journal", () => {
  const reading = readingOf(5, 5);

  test("S13: counts by its order, whichever comes first", async () => {
    const late = status({ reading });
    const fake = core();
    open();
    await screen.findByRole("grid");
    await fake.emit("status", status({ events: 4000 }));
    expect(await screen.findByText(/4,000/)).toBeTruthy();
    await fake.emit("status", late);
    expect(screen.queryByRole("progressbar")).toBeNull();
  });

  test("S13: before its opening is answered is not lost", async () => {
    const first = status({ reading });
    let answer = () => {};
    const started = new Promise<void>((resolve) => (answer = resolve));
    const fake = core({ start: () => started.then(() => ({ ...closed, journal: first })) });
    open();
    await waitFor(() => expect(fake.calls("start")).toHaveLength(1));
    await fake.emit("status", status());
    answer();
    await screen.findByRole("grid");
    expect(screen.queryByRole("progressbar")).toBeNull();
  });

  test("S13: is dropped where it is late and answers a question", async () => {
    const late = status({ reading });
    let answer = () => {};
    const looked = new Promise<void>((resolve) => (answer = resolve));
    const fake = core({ look: () => looked.then(() => late) });
    const user = open();
    await user.click(await screen.findByRole("button", { name: "Look for new events" }));
    await fake.emit("status", status());
    answer();
    await screen.findByRole("button", { name: "Look for new events" });
    expect(screen.queryByRole("progressbar")).toBeNull();
  });

  test("S4: is about this journal, or is dropped", async () => {
    const fake = core({ start: () => ({ ...closed, journal: status({ opening: 3 }) }) });
    open();
    await screen.findByRole("button", { name: "Open journal: placements" });
    await fake.emit("status", status({ opening: 2, name: "another", events: 7 }));
    await fake.emit("opened", status({ opening: 2, name: "another" }));
    await fake.emit("opening_failed", {
      opening: 2,
      problem: { kind: "failed", message: "the folder is gone" },
    });
    expect(screen.getByRole("button", { name: "Open journal: placements" })).toBeTruthy();
    expect(screen.queryByText(/folder is gone/)).toBeNull();
  });

  test("S4: says nothing of an opening whose place a later one took", async () => {
    core({ open_recent: refuse("cancelled", "another journal was opened meanwhile") });
    const user = open();
    await user.click(await screen.findByRole("button", { name: "Open journal: placements" }));
    await user.click(await screen.findByRole("button", { name: /^clients/ }));
    await screen.findByRole("button", { name: "Open journal: placements" });
    expect(screen.queryByText(/opened meanwhile/)).toBeNull();
  });

  test("S5: says once that the settings are not remembered", async () => {
    const unsaved = { kind: "failed" as const, message: "the disk is full" };
    const fake = core({ start: () => ({ ...closed, journal: status({ unsaved }) }) });
    open();
    await screen.findByRole("grid");
    await fake.emit("status", status({ unsaved }));
    const toasts = await screen.findAllByText(/will not be remembered: the disk is full/);
    expect(toasts).toHaveLength(1);
  });

  test("S12: says on the first page that the settings cannot be read", async () => {
    const unsaved = { kind: "failed" as const, message: "settings.json is not a settings file" };
    core({ start: () => ({ ...closed, unsaved }) });
    open();
    expect(await screen.findAllByText(/will not be remembered: settings.json is/)).toHaveLength(1);
  });

  test("says what was opened in place of what was picked", async () => {
    const notices = ["/srv/firm/journal is the folder of a journal's files: /srv/firm is opened."];
    core({ start: () => ({ ...closed, journal: status({ notices }) }) });
    open();
    const part = await screen.findByRole("region", { name: "Journal status" });
    expect(part.textContent).toContain(notices[0]);
  });

  test("S3: says that what is pending cannot be read", async () => {
    const pending = { events: null, since: null, problem: "the outbox is damaged" };
    core({ start: () => ({ ...closed, journal: status({ pending }) }) });
    open();
    const part = await screen.findByRole("region", { name: "Journal status" });
    expect(part.textContent).toContain("The events pending on this device cannot be read");
    expect(part.textContent).toContain("The outbox is damaged");
  });
});

describe("another window", () => {
  const NEW_WINDOW = "{Control>}{Shift>}n{/Shift}{/Control}";

  test("opens by key, with the open journal and with none", async () => {
    const fake = core();
    const user = open();
    await screen.findByRole("heading", { name: "Events" });
    await user.keyboard(`/${NEW_WINDOW}`);
    expect(fake.calls("new_window")).toEqual([{ handle: null }]);
    cleanup();
    const other = core({ start: () => closed });
    open();
    await screen.findByRole("button", { name: "Open folder…" });
    await user.keyboard(NEW_WINDOW);
    expect(other.calls("new_window")).toEqual([{ handle: null }]);
  });

  test("opens from the menu, which closes", async () => {
    const fake = core();
    const user = open();
    await user.click(await screen.findByRole("button", { name: "Open journal: placements" }));
    await user.click(screen.getByRole("button", { name: "New window" }));
    expect(fake.calls("new_window")).toEqual([{ handle: null }]);
    expect(screen.queryByRole("button", { name: "New window" })).toBeNull();
  });

  test("opens with a recent journal, by a button, a click or a key", async () => {
    const fake = core({ start: () => closed });
    const user = open();
    await user.click(await screen.findByRole("button", { name: "Open clients in a new window" }));
    const recent = screen.getByRole("button", { name: /^clients/ });
    await user.keyboard("{Control>}");
    await user.click(recent);
    await user.keyboard("{Enter}{/Control}");
    expect(fake.calls("new_window")).toEqual(Array(3).fill({ handle: "r1" }));
    expect(fake.calls("open_recent")).toEqual([]);
  });

  test("that does not open says why", async () => {
    core({ new_window: refuse("failed", "there are too many windows") });
    const user = open();
    await screen.findByRole("heading", { name: "Events" });
    await user.keyboard(NEW_WINDOW);
    expect((await screen.findByRole("alert")).textContent).toContain("There are too many windows");
  });
});

describe("a journal that comes from outside", () => {
  test("opens when a folder is dropped, with a fresh query", async () => {
    const fake = core({ start: () => closed });
    open("chains?at=2024-03-03T12:00:00Z");
    await screen.findByRole("button", { name: "Open folder…" });
    await fake.emit("opened", status({ opening: 2, name: "dropped" }));
    expect(await screen.findByRole("button", { name: "Open journal: dropped" })).toBeTruthy();
    expect(location.hash).toBe("#events");
  });

  test("that fails leaves the open one in place", async () => {
    const fake = core();
    open();
    await screen.findByRole("heading", { name: "Events" });
    await fake.emit("opening_failed", {
      opening: 2,
      problem: { kind: "missing", message: "no journal is there" },
    });
    expect((await screen.findByRole("alert")).textContent).toContain("No journal is there");
    expect(screen.getByRole("heading", { name: "Events" })).toBeTruthy();
  });
});

describe("the journal's status", () => {
  test("names what is pending, why, and flushes it", async () => {
    const pending = {
      events: 2,
      since: "2026-03-04T10:00:00+00:00",
      problem: "the disk is full",
    };
    const first = { ...closed, journal: status({ pending }) };
    const fake = core({ start: () => first });
    const user = open();
    const part = await screen.findByRole("region", { name: "Journal status" });
    expect(part.textContent).toContain(
      "2 events are pending: on this device, not yet in the bucket",
    );
    expect(part.textContent).toMatch(/since\s+10:00/);
    expect(part.textContent).toContain("The disk is full");
    await user.click(within(part).getByRole("button", { name: "Flush now" }));
    expect(await screen.findByText("In the bucket")).toBeTruthy();
    expect(fake.calls("flush")).toHaveLength(1);
    expect(part.textContent).not.toContain("on this device");
  });

  test("leads to the files that could not be read", async () => {
    core({ start: () => ({ ...closed, journal: status({ coverage: PARTIAL }) }) });
    const user = open();
    await user.click(
      await screen.findByRole("button", { name: "Incomplete: 11 of 12 files read" }),
    );
    const dialog = await screen.findByRole("dialog", { name: "Coverage" });
    expect(dialog.textContent).toContain("20240303_120000_000.parquet");
    expect(dialog.textContent).toContain("the footer is cut off");
  });

  test("U7: the view stays while the bucket is gone, and says so until it is back", async () => {
    const fake = core();
    open();
    await screen.findByRole("grid", { name: "Events" });
    await fake.emit("status", status({ lost: { kind: "failed", message: "no such folder" } }));
    expect((await screen.findByRole("alert")).textContent).toContain("No such folder");
    expect(screen.getByRole("grid", { name: "Events" })).toBeTruthy();
    await fake.emit("status", status());
    await waitFor(() => expect(screen.queryByRole("alert")).toBeNull());
    expect(screen.getByText("The bucket is back")).toBeTruthy();
  });

  test("says that the clock of this device is behind", async () => {
    const behind = status({ clock_behind: "2026-03-04T10:00:00+00:00" });
    core({ start: () => ({ ...closed, journal: behind }) });
    open();
    const part = await screen.findByRole("region", { name: "Journal status" });
    expect(part.textContent).toContain("is behind: the last event was recorded at 2026-03-04");
  });

  test("says why it is read-only", async () => {
    core({ start: () => ({ ...closed, journal: status({ read_only: "no right to write" }) }) });
    open("events?event=evt-1");
    const part = await screen.findByRole("region", { name: "Journal status" });
    expect(part.textContent).toContain("Read-only: no right to write");
    const correct = await screen.findByRole("button", { name: "Correct…" });
    expect((correct as HTMLButtonElement).disabled).toBe(true);
  });
});

describe("a journal that is not where it was", () => {
  test("is read-only until it is said to have been moved", async () => {
    const elsewhere = { read_only: "it was last at /a and is now at /b", elsewhere: true };
    const fake = core({ start: () => ({ ...closed, journal: status(elsewhere) }) });
    const user = open();
    const part = await screen.findByRole("region", { name: "Journal status" });
    await user.click(within(part).getByRole("button", { name: "It was moved: record here" }));
    expect(fake.calls("open_moved")).toHaveLength(1);
    expect(part.textContent).not.toContain("Read-only");
  });

  test("is named on the first page with what waits for it", async () => {
    const pending_elsewhere = [{ last_at: "/journals/gone", events: 3 }];
    core({ start: () => ({ ...closed, pending_elsewhere }) });
    open();
    const part = await screen.findByRole("region", { name: "Pending for other journals" });
    expect(part.textContent).toContain("3 events recorded on this device");
    expect(part.textContent).toContain("/journals/gone");
  });
});

describe("coverage", () => {
  test("says what changed, is missing or there twice, as loudly as what could not be read", async () => {
    const first = "2024-03-03T12:00:00+00:00";
    const was = { rows: 2, first, last: first, sha256: "ab" };
    const coverage = {
      ...COMPLETE,
      complete: false,
      changed: [
        { file: "a.parquet", change: "altered", was, now_at: null },
        { file: "b.parquet", change: "gone", was, now_at: "c.parquet" },
      ],
      changed_total: 3,
      gaps: [{ writer: "k1", first: "4", last: "7" }],
      gaps_total: 1,
      doubled: [{ writer: "k2", seq: "9" }],
      doubled_total: 1,
    };
    core({ start: () => ({ ...closed, journal: status({ coverage }) }) });
    const user = open();
    const part = await screen.findByRole("region", { name: "Journal status" });
    const name = "Incomplete: 3 files changed or gone, 1 gap in the logs, 1 doubled number";
    await user.click(within(part).getByRole("button", { name }));
    const dialog = screen.getByRole("dialog", { name: "Coverage" });
    const changed = within(dialog).getByRole("table", { name: /Changed since first read/ });
    expect(changed.textContent).toContain("a.parquetaltered 2 rows from 2024-03-03 12:00:00 UTC");
    expect(changed.textContent).toContain("gone (the same bytes are now c.parquet)");
    expect(dialog.textContent).toContain("And 1 more.");
    const gaps = within(dialog).getByRole("table", { name: /Missing numbers/ });
    expect(gaps.textContent).toContain("k14 to 7");
    expect(within(dialog).getByRole("table", { name: /different events/ })).toBeTruthy();
  });

  test.each([
    ["1 file gone", ["gone"]],
    ["1 file changed", ["altered"]],
    ["1 file gone, 2 files changed", ["altered", "gone", "altered"]],
  ])("names what became of files: %s", (finding, changes) => {
    const was = { rows: 2, first: null, last: null, sha256: "ab" };
    const changed = changes.map((change, at) => ({ file: `${at}`, change, was, now_at: null }));
    const coverage = { ...COMPLETE, changed, changed_total: changed.length };
    expect(words.common.findings(coverage).join(", ")).toBe(finding);
  });

  const OTHER_FILES = /Events in the other files are missing/;
  const PART = /What could not be read is missing/;
  test.each([
    ["Incomplete: 11 of 12 files read", 11, OTHER_FILES, PART],
    ["Incomplete: 1 unreadable part", 12, PART, OTHER_FILES],
  ])("says what is missing: %s", async (name, read, said, unsaid) => {
    core({ start: () => ({ ...closed, journal: status({ coverage: { ...PARTIAL, read } }) }) });
    const user = open();
    const part = await screen.findByRole("region", { name: "Journal status" });
    await user.click(within(part).getByRole("button", { name }));
    const dialog = screen.getByRole("dialog", { name: "Coverage" });
    expect(dialog.textContent).toMatch(said);
    expect(dialog.textContent).not.toMatch(unsaid);
  });

  test("is not known while the bucket is lost", async () => {
    const fake = core();
    const user = open();
    const part = within(await screen.findByRole("region", { name: "Journal status" }));
    expect(part.getByRole("button", { name: "complete" })).toBeTruthy();
    await fake.emit("status", status({ lost: { kind: "failed", message: "no such folder" } }));
    await user.click(await part.findByRole("button", { name: "not known" }));
    const dialog = screen.getByRole("dialog", { name: "Coverage" });
    expect(dialog.textContent).toContain("12 of 12 files read");
    expect(dialog.textContent).toContain("what it covers now is not known");
    expect(dialog.textContent).not.toContain("Every answer rests on all of them");
  });
});

describe("the clock", () => {
  test("set: a banner says so, and that recording happens now", async () => {
    const fake = core();
    const user = open("events?at=2024-03-03T12:00:00Z");
    const banner = await screen.findByRole("region", { name: "The clock is set" });
    expect(banner.textContent).toContain("As it was at 2024-03-03 12:00:00 UTC");
    expect(banner.textContent).toContain("recorded now, not then");
    expect(fake.calls("events")[0]?.filters.until).toBe("2024-03-03T12:00:00.000000001Z");
    await user.click(within(banner).getByRole("button", { name: "Back to now" }));
    expect(screen.queryByRole("region", { name: "The clock is set" })).toBeNull();
  });

  test("takes what is typed, says what it means, and refuses what is no time", async () => {
    const fake = core({
      read_time: ({ text }) => (text === "3 March 2024" ? "2024-03-03T12:00:00Z" : null),
    });
    const user = open();
    await user.click(await screen.findByRole("button", { name: "Clock: Now" }));
    const input = screen.getByLabelText("Show everything as it was at");
    await user.clear(input);
    await user.type(input, "soon{Enter}");
    expect(await screen.findByText(/Enter a time/)).toBeTruthy();
    await user.clear(input);
    await user.type(input, "3 March 2024");
    expect(await screen.findByText("That is 2024-03-03 12:00:00 UTC")).toBeTruthy();
    await user.keyboard("{Enter}");
    await waitFor(() => expect(location.hash).toBe("#events?at=2024-03-03T12%3A00%3A00Z"));
    expect(fake.calls("read_time").at(-1)).toEqual({ text: "3 March 2024", zone: "UTC" });
  });

  test("holds the instant that it offers to the nanosecond", async () => {
    const last = "2024-03-03T14:05:25.123456789Z";
    core({ start: () => ({ ...closed, journal: status({ last }) }) });
    const user = open();
    await user.click(await screen.findByRole("button", { name: "Clock: Now" }));
    const input = screen.getByLabelText("Show everything as it was at");
    expect((input as HTMLInputElement).value).toBe("2024-03-03 14:05:25.123456789");
    await user.type(input, "{Enter}");
    await waitFor(() => expect(location.hash).toBe(`#events?at=${encodeURIComponent(last)}`));
  });
});

describe("the search box", () => {
  const found = {
    events: [row({ event_id: "evt-7" })],
    records: [],
    actors: [{ value: "Sarah", count: 1204 }],
    fields: [],
    in_values: 3,
    loosely: false,
    hits: [row({ event_id: "evt-7", new: "Sarah Hit" })],
    searched: null,
    coverage: PARTIAL,
  };

  test("shows what it found of each kind, and lands on it", async () => {
    const fake = core({ search: () => found });
    const user = open();
    await screen.findByRole("heading", { name: "Events" });
    await user.keyboard("/");
    expect(document.activeElement).toBe(screen.getByRole("combobox", { name: "Search" }));
    await user.keyboard("Sarah");
    const options = () =>
      screen
        .queryAllByRole("option", { name: /Sarah|evt-7/ })
        .map((option) => option.textContent?.replace(/\s+/g, " ").trim());
    await waitFor(() =>
      expect(options()).toEqual([
        "evt-7 update of CAND-00342",
        "Sarah 1,204 events",
        "Sarah 3 events",
        "Sarah Hit phone of CAND-00342",
      ]),
    );
    expect(fake.calls("search").at(-1)?.text).toBe("Sarah");
    await user.keyboard("{ArrowDown}{Enter}");
    expect(location.hash).toBe("#events?actor=Sarah");
  });

  test("an event's id leads to the event in its record", async () => {
    core({ search: () => found });
    const user = open();
    await screen.findByRole("heading", { name: "Events" });
    await user.keyboard("/evt-7");
    await screen.findAllByRole("option", { name: /evt-7/ });
    await user.keyboard("{Enter}");
    expect(location.hash).toBe("#record/candidate/CAND-00342?event=evt-7");
  });

  test("leaves the keys of an input method alone", async () => {
    core({ search: () => found });
    const user = open();
    await screen.findByRole("heading", { name: "Events" });
    await user.keyboard("/Sarah");
    await screen.findAllByRole("option", { name: /Sarah/ });
    const input = screen.getByRole<HTMLInputElement>("combobox", { name: "Search" });
    for (const key of ["Enter", "Escape", "ArrowDown"]) {
      await fireEvent.keyDown(input, { key, isComposing: true, keyCode: 229 });
      await fireEvent.keyDown(input, { key, keyCode: 229 });
    }
    expect([input.value, document.activeElement]).toEqual(["Sarah", input]);
    const options = screen.getAllByRole("option");
    expect(options.map((one) => one.getAttribute("aria-selected")).indexOf("true")).toBe(0);
    expect(location.hash).toBe("#events");
    await user.keyboard("{Enter}");
    expect(location.hash).not.toBe("#events");
  });

  test("a text that is a query opens what it shows", async () => {
    const shown = { ...toWindowQuery(START), view: "records" as const, id_contains: "42" };
    const fake = core({
      search: () => found,
      read_query: ({ text }) => (text.startsWith("view=") ? shown : null),
    });
    const user = open();
    await screen.findByRole("heading", { name: "Events" });
    await user.keyboard("/view=records id~42");
    const options = await screen.findAllByRole("option", { name: /Open as a view/ });
    expect(options.map((option) => option.getAttribute("aria-selected"))).toEqual(["true"]);
    await user.keyboard("{Enter}");
    await waitFor(() => expect(location.hash).toBe("#records?id=42"));
    // What was pasted is read at once: nobody waits for the list.
    await user.keyboard("g");
    await user.keyboard("e/");
    await user.paste("view=records");
    await user.keyboard("{Enter}");
    await waitFor(() => expect(location.hash).toBe("#records?id=42"));
    expect(fake.calls("read_query").at(-1)).toEqual({
      text: "view=records",
      zone: "UTC",
    });
  });

  test("names why a text is no query where nothing was found", async () => {
    core({
      search: () => ({ ...found, events: [], actors: [], in_values: 0, hits: [] }),
      read_query: refuse("invalid", "at 0, “colour”: expected type"),
    });
    const user = open();
    await screen.findByRole("heading", { name: "Events" });
    await user.keyboard("/colour=red");
    expect(await screen.findByText("Not a query: at 0, “colour”: expected type")).toBeTruthy();
    await user.keyboard("{Enter}");
    expect(location.hash).toBe("#events");
  });

  test.each([
    ["candidate 342 phone", ["candidate", "342", "phone"]],
    ["Kirsty  O'Brien Kirsty", ["Kirsty", "O'Brien"]],
    ["phone", []],
    ["actor=Sarah phone", []],
    ["rate > 40", []],
    ["type: client", []],
    ['say "two words"', []],
    ["-actor Sarah", []],
    ["Smith - Jones", ["Smith", "Jones"]],
  ])("takes %j for the words %j", (text, parts) => expect(wordsOf(text)).toEqual(parts));

  test("offers each word where nothing has them together", async () => {
    const none = { ...found, events: [], actors: [], in_values: 0, hits: [] };
    const fake = core({
      search: ({ text }) => (text === "Lindqvist" ? found : none),
      read_query: ({ text }) =>
        text.includes(" ") ? refuse("invalid", "only one text can be searched for")() : null,
    });
    const user = open();
    await screen.findByRole("heading", { name: "Events" });
    await user.keyboard("/Kirsty Lindqvist phone");
    await user.click(await screen.findByRole("button", { name: "Lindqvist" }));
    expect(await screen.findByRole("option", { name: /evt-7/ })).toBeTruthy();
    expect(fake.calls("search").at(-1)?.text).toBe("Lindqvist");
    expect(document.activeElement).toBe(screen.getByRole("combobox", { name: "Search" }));
    expect(screen.queryByText(/these words|Not a query/)).toBeNull();
  });

  test("says what was taken for the text where nothing is written so", async () => {
    core({ search: () => ({ ...found, loosely: true }) });
    const user = open();
    await screen.findByRole("heading", { name: "Events" });
    await user.keyboard("/cand 342");
    expect(await screen.findByText(/Nothing is written so/)).toBeTruthy();
  });

  test("shows the value that is nearly written so, and opens the events that have it", async () => {
    const hits = [row({ new: "555-0100", old: "(020) 7946 0018" })];
    core({ search: () => ({ ...found, events: [], actors: [], hits, loosely: true }) });
    const user = open();
    await screen.findByRole("heading", { name: "Events" });
    await user.keyboard("/20 7946.0018");
    expect(await screen.findByRole("option", { name: /\(020\) 7946 0018/ })).toBeTruthy();
    await user.keyboard("{Enter}");
    await waitFor(() => expect(location.hash).toBe("#events?like=20+7946.0018"));
    expect(screen.getByText("is like")).toBeTruthy();
  });

  test("claims that nothing was found for what was read only", async () => {
    core({
      search: () => ({ ...found, events: [], actors: [], in_values: 0, hits: [] }),
    });
    const user = open();
    await screen.findByRole("heading", { name: "Events" });
    await user.keyboard("/zzz");
    expect(await screen.findByText(/Nothing found in the 11 files that were read/)).toBeTruthy();
  });
});

describe("saved views", () => {
  test("are saved by name, opened, renamed and removed", async () => {
    const shown = {
      ...toWindowQuery(START),
      filters: { ...NO_FILTERS, actor: [{ value: "Sarah", exclude: false }] },
    };
    const fake = core({
      write_query: ({ query }) =>
        query.view === "events" ? `actor=${query.filters.actor?.[0]?.value ?? ""}` : "",
      read_query: () => shown,
    });
    const user = open("events?actor=Sarah");
    await screen.findByRole("grid");
    await user.keyboard("s");
    const dialog = await screen.findByRole("dialog", { name: "Save this view" });
    expect(await within(dialog).findByText("actor=Sarah")).toBeTruthy();
    await user.type(within(dialog).getByRole("textbox", { name: /Name/ }), "By Sarah{Enter}");
    const part = await screen.findByRole("region", { name: "Saved views" });
    const saved = await within(part).findByRole("button", { name: "By Sarah" });
    await waitFor(() => expect(saved.getAttribute("aria-current")).toBe("page"));
    expect(fake.calls("settings").at(-1)?.settings.views).toEqual([
      { name: "By Sarah", query: "actor=Sarah", columns: null },
    ]);
    expect(fake.calls("write_query").at(-1)?.zone).toBe("UTC");
    await user.keyboard("gr");
    expect(saved.hasAttribute("aria-current")).toBe(false);
    await user.click(saved);
    await waitFor(() => expect(location.hash).toBe("#events?actor=Sarah"));
    await user.click(within(part).getByRole("button", { name: "More about By Sarah" }));
    await user.click(within(part).getByRole("button", { name: "Remove" }));
    await waitFor(() => expect(fake.calls("settings").at(-1)?.settings.views).toEqual([]));
    await user.click(await screen.findByRole("button", { name: "Undo" }));
    await waitFor(() => expect(fake.calls("settings").at(-1)?.settings.views).toHaveLength(1));
  });
});

describe("settings and keys", () => {
  test("the actor is set once", async () => {
    const fake = core();
    const user = open();
    await user.click(await screen.findByRole("button", { name: "Settings" }));
    const name = screen.getByLabelText(/Your name/);
    await user.clear(name);
    await user.type(name, "Compliance{Enter}");
    await waitFor(() => expect(fake.calls("settings").at(-1)?.settings.actor).toBe("Compliance"));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  });

  test("names why a setting is refused, and the dialog stays", async () => {
    core({ settings: refuse("invalid", "a name has no line feed") });
    const user = open();
    await user.click(await screen.findByRole("button", { name: "Settings" }));
    await user.click(screen.getByRole("button", { name: "Save" }));
    expect((await screen.findByRole("alert")).textContent).toContain("A name has no line feed");
    expect(screen.getByRole("dialog", { name: "Settings" })).toBeTruthy();
  });

  test("? shows the keys, g and a letter lead to a view", async () => {
    core();
    const user = open();
    await screen.findByRole("heading", { name: "Events" });
    await user.keyboard("{Shift>}?{/Shift}");
    expect(await screen.findByRole("dialog", { name: "Keys" })).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Close" }));
    await user.keyboard("gb");
    expect(await screen.findByRole("heading", { name: "Chains" })).toBeTruthy();
  });

  test("Ctrl with +, − and 0 zooms the window, which is remembered", async () => {
    const fake = core();
    const user = open();
    const zooms = () => fake.calls("plugin:webview|set_webview_zoom").map((one) => one.value);
    await screen.findByRole("grid");
    expect(zooms()).toEqual([]);
    await user.keyboard("{Control>}+{/Control}");
    await waitFor(() => expect(localStorage.getItem("zoom")).toBe("1.1"));
    await user.keyboard("{Control>}={/Control}");
    await waitFor(() => expect(zooms()).toEqual([1.1, 1.25]));
    await waitFor(() => expect(localStorage.getItem("zoom")).toBe("1.25"));
    cleanup();
    open();
    await waitFor(() => expect(zooms()).toEqual([1.1, 1.25, 1.25]));
    await user.keyboard("{Control>}-{/Control}");
    await waitFor(() => expect(localStorage.getItem("zoom")).toBe("1.1"));
    await user.keyboard("/{Control>}0{/Control}");
    await waitFor(() => expect(localStorage.getItem("zoom")).toBe("1"));
  });

  test.each([
    [1, 1, 1.1],
    [1, -1, 0.9],
    [2, 1, 2],
    [0.5, -1, 0.5],
  ] as const)("from a zoom of %d the next one %d is %d", (from, by, to) =>
    expect(nextZoom(from, by)).toBe(to),
  );

  test("the theme is the document's", async () => {
    core();
    const user = open();
    await user.click(await screen.findByRole("button", { name: "Theme: as the system" }));
    await user.click(await screen.findByRole("button", { name: "Theme: light" }));
    await screen.findByRole("button", { name: "Theme: dark" });
    expect(document.documentElement.style.colorScheme).toBe("dark");
  });
});
