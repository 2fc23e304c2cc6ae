/** The view that asks in SQL, in each of its states. */
import { EditorView } from "@codemirror/view";
import { fireEvent, screen, waitFor, within } from "@testing-library/svelte";
import axe from "axe-core";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { SqlColumn, SqlReply } from "../ipc";
import type { Handlers } from "../ipc/fake";
import { core, PARTIAL, refuse, savingTo, SETTINGS, sqlAnswer } from "../test/journal";
import { open } from "../test/window";

// Engines tell of a selection once it is made; here it is told in between, where the editor is not ready.
const keepFromEditor = (event: Event) => event.stopImmediatePropagation();

beforeEach(() => {
  window.addEventListener("selectionchange", keepFromEditor, { capture: true });
  // What is drawn goes by the width that it has.
  vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(800);
});

afterEach(() => {
  window.removeEventListener("selectionchange", keepFromEditor, { capture: true });
  vi.restoreAllMocks();
});

const editor = () => screen.findByRole("textbox", { name: "Question in SQL" });

/** Puts a text into the editor, as typing it would. */
async function write(text: string) {
  const view = EditorView.findFromDOM(await editor());
  view?.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
}

/** The view, with a text that was run. */
async function asked(handlers: Partial<Handlers>, text = "SELECT 1", at = "sql") {
  const fake = core(handlers);
  const user = open(at);
  await write(text);
  await user.click(screen.getByRole("button", { name: "Run" }));
  return { fake, user };
}

const cells = async () =>
  (await screen.findAllByRole("gridcell")).map((cell) => cell.textContent?.trim());
const foot = () => document.querySelector(".foot")?.textContent?.replace(/\s+/g, " ").trim();
const reply = (answer: SqlReply): Partial<Handlers> => ({ ask_sql: () => answer });
const kinds = (...all: [string, SqlColumn["kind"]][]) =>
  all.map(([name, kind]) => ({ name, kind }));

const EVENTS = sqlAnswer(
  [
    ["evt-1", "candidate", "CAND-00342", "2026-02-02T09:12:44Z", "", null],
    ["evt-2", "candidate", "CAND-00342", null, "x", "3"],
  ],
  {
    columns: kinds(
      ["event_id", "text"],
      ["entity_type", "text"],
      ["entity_id", "text"],
      ["timestamp", "time"],
      ["new_value", "text"],
      ["n", "number"],
    ),
  },
);

describe("the view SQL", () => {
  test("is reached by key, and begins with questions", async () => {
    core();
    const user = open("records");
    await screen.findByRole("button", { name: "SQL" });
    await user.keyboard("gq");
    expect(await screen.findByRole("heading", { name: "SQL" })).toBeTruthy();
    expect(location.hash).toBe("#sql");
    const start = screen.getByRole("region", { name: "Ask the journal in SQL" });
    expect(within(start).getAllByRole("button")).toHaveLength(10);
    expect(screen.getByRole<HTMLButtonElement>("button", { name: "Run" }).disabled).toBe(true);
  });

  test("asks a question of these at once, which is then in the editor", async () => {
    const { fake, user } = { fake: core(reply(sqlAnswer([["Sarah", "12"]]))), user: open("sql") };
    await user.click(
      await screen.findByRole("button", { name: "Which fields were never corrected?" }),
    );
    expect(await cells()).toEqual(["Sarah", "12"]);
    const [call] = fake.calls("ask_sql");
    expect(call?.question).toMatchObject({ at: null, reading: "corrected" });
    expect(call?.question.text).toContain("bool_or(corrected)");
    expect((await editor()).textContent).toContain("bool_or(corrected)");
  });

  test("asks by Ctrl Enter, of the instant on the clock, as recorded", async () => {
    const fake = core(reply(sqlAnswer([["Sarah", "12"]])));
    open("sql?as=recorded&at=2026-03-03T00:00:00Z");
    await write("SELECT * FROM state");
    await fireEvent.keyDown(await editor(), { key: "Enter", ctrlKey: true });
    await cells();
    expect(fake.calls("ask_sql").map((call) => call.question)).toEqual([
      { text: "SELECT * FROM state", at: "2026-03-03T00:00:00Z", reading: "recorded" },
    ]);
    expect(foot()).toContain("state as it was at 2026-03-03");
  });

  test("says that an answer is of another reading than the one chosen since", async () => {
    const { user } = await asked(reply(sqlAnswer([["Sarah", "12"]])));
    await cells();
    await user.click(screen.getByRole("radio", { name: "As recorded" }));
    expect(foot()).toContain("The clock or the reading was changed");
  });

  test("is left by Tab, with nothing typed", async () => {
    core();
    const user = open("sql");
    const text = await editor();
    text.focus();
    await user.keyboard("{Tab}");
    expect(document.activeElement).not.toBe(text);
    expect(text.contains(document.activeElement)).toBe(false);
  });

  test("types letters that are keys elsewhere", async () => {
    core();
    const user = open("sql");
    (await editor()).focus();
    await user.keyboard("ge/?");
    expect(location.hash).toBe("#sql");
    expect(screen.queryByRole("dialog")).toBeNull();
  });

  test("keeps its text and its answer while another view is on screen", async () => {
    const { user } = await asked(reply(sqlAnswer([["Sarah", "12"]])), "SELECT 2");
    await cells();
    await user.click(screen.getByRole("button", { name: "Records" }));
    await screen.findByRole("heading", { name: "Records" });
    await user.click(screen.getByRole("button", { name: "SQL" }));
    expect(await cells()).toEqual(["Sarah", "12"]);
    expect((await editor()).textContent).toBe("SELECT 2");
  });

  test("does not offer to save a view without its text", async () => {
    core();
    const user = open("sql");
    await editor();
    expect(screen.queryByRole("button", { name: "Save this view…" })).toBeNull();
    screen.getByRole("button", { name: "Tables" }).focus();
    await user.keyboard("s");
    expect(screen.queryByRole("dialog")).toBeNull();
  });

  test("lists the tables, whose names go into the text", async () => {
    core();
    const user = open("sql");
    await write("SELECT ");
    const button = screen.getByRole("button", { name: "Tables" });
    if (button.getAttribute("aria-pressed") === "false") await user.click(button);
    const tables = within(await screen.findByRole("region", { name: "Tables" }));
    expect(tables.getAllByRole("heading").map((one) => one.textContent)).toEqual([
      "events",
      "records",
      "state",
    ]);
    await user.click(tables.getByRole("button", { name: "last_actor text" }));
    expect((await editor()).textContent).toContain("last_actor");
  });
});

describe("a question", () => {
  test("that is running says how long, and is stopped by Escape", async () => {
    let stop: () => void = () => {};
    const { fake, user } = await asked({
      ask_sql: () =>
        new Promise((_, reject) => (stop = () => reject({ kind: "cancelled", message: "x" }))),
      cancel_sql: () => {
        stop();
        return null;
      },
    });
    expect(await screen.findByRole("timer")).toBeTruthy();
    expect(screen.getByRole("timer").textContent).toMatch(/^\d+\.\d s$/);
    expect(screen.getByRole("button", { name: "Stop" })).toBeTruthy();
    await user.keyboard("{Escape}");
    expect(await screen.findByText("Stopped")).toBeTruthy();
    expect(fake.calls("cancel_sql")).toHaveLength(1);
    expect(screen.getByRole("button", { name: "Run again" })).toBeTruthy();
  });

  test("that was stopped is not answered later", async () => {
    let answer: (reply: SqlReply) => void = () => {};
    const { user } = await asked({ ask_sql: () => new Promise((resolve) => (answer = resolve)) });
    await user.click(await screen.findByRole("button", { name: "Stop" }));
    answer(sqlAnswer([["Sarah", "12"]]));
    await screen.findByText("Stopped");
    expect(screen.queryByRole("grid")).toBeNull();
  });

  test("that is wrong says what and where, and leads there", async () => {
    const wrong: SqlReply = { kind: "wrong", message: "no column “x”", line: 1, column: 8 };
    const { user } = await asked(reply(wrong), "SELECT x FROM events");
    const alert = await screen.findByRole("alert");
    expect(alert.textContent).toContain("No column “x”");
    const text = await editor();
    await waitFor(() => expect(text.getAttribute("aria-invalid")).toBe("true"));
    expect(text.querySelector(".wrong")?.textContent).toBe("x");
    await user.click(within(alert).getByRole("button", { name: "Line 1, column 8" }));
    expect(EditorView.findFromDOM(text)?.state.selection.main).toMatchObject({ from: 7, to: 8 });
    await write("SELECT y FROM events");
    await waitFor(() => expect(text.getAttribute("aria-invalid")).toBe("false"));
    expect(text.querySelector(".wrong")).toBeNull();
  });

  test("that is wrong as a whole has no place", async () => {
    const message = "DELETE is refused: nothing can be changed";
    await asked(reply({ kind: "wrong", message, line: null, column: null }));
    const alert = await screen.findByRole("alert");
    expect(alert.textContent).toContain(message);
    expect(within(alert).queryByRole("button", { name: /^Line/ })).toBeNull();
  });

  test("that needs too much memory says what to narrow, and is asked again", async () => {
    let tries = 0;
    const why = "the question needs more than 512 MiB in the GROUP BY; narrow it by a WHERE";
    const { user } = await asked({
      ask_sql: () => ((tries += 1) === 1 ? refuse("failed", why)() : sqlAnswer([["Sarah", "1"]])),
    });
    const alert = await screen.findByRole("alert");
    expect(alert.textContent).toContain("The question needs more than 512 MiB in the GROUP BY");
    expect(alert.textContent).not.toContain("bucket");
    await user.click(screen.getByRole("button", { name: "Run again" }));
    expect(await cells()).toEqual(["Sarah", "1"]);
  });

  test("is kept, newest first", async () => {
    const settings = { ...SETTINGS, sql_texts: ["SELECT 2", "SELECT 1"] };
    const { fake, user } = await asked({
      ...reply(sqlAnswer([["Sarah", "12"]])),
      settings: savingTo(settings),
    });
    const saved = () => fake.calls("settings").at(-1)?.settings.sql_texts;
    await waitFor(() => expect(saved()).toEqual(["SELECT 1", "SELECT 2"]));
    await user.click(screen.getByRole("button", { name: "Recent" }));
    await user.click(screen.getByRole("button", { name: "SELECT 2" }));
    expect((await editor()).textContent).toBe("SELECT 2");
  });

  test("is opened from a file, and saved under its name", async () => {
    const fake = core({
      open_sql_text: () => ({ name: "night.sql", text: "SELECT 3" }),
      save_sql_text: ({ name }) => `${name}.sql`,
    });
    const user = open("sql");
    await editor();
    await user.click(screen.getByRole("button", { name: "Open…" }));
    await waitFor(async () => expect((await editor()).textContent).toBe("SELECT 3"));
    await user.click(screen.getByRole("button", { name: "Save…" }));
    expect(await screen.findByText("Saved as “night.sql”")).toBeTruthy();
    expect(fake.calls("save_sql_text")).toEqual([{ name: "night", text: "SELECT 3" }]);
  });
});

describe("an answer", () => {
  test("without rows says so, and of which files", async () => {
    await asked(reply(sqlAnswer([])));
    expect(await screen.findByText("No rows")).toBeTruthy();
    expect(foot()).toContain("0 rows");
  });

  test("that is incomplete says so", async () => {
    await asked(reply(sqlAnswer([], { coverage: PARTIAL })));
    expect(await screen.findByText("No rows in the files that were read")).toBeTruthy();
    expect(screen.getAllByRole("button", { name: /Incomplete/ }).length).toBeGreaterThan(0);
  });

  test("tells NULL from an empty text, and shows times in the zone of the window", async () => {
    await asked(reply(EVENTS));
    expect(await cells()).toEqual([
      ...["evt-1", "candidate", "CAND-00342", "2026-02-02 09:12:44", "empty", "null"],
      ...["evt-2", "candidate", "CAND-00342", "null", "x", "3"],
    ]);
    expect(screen.getByRole("columnheader", { name: /^timestamp\s\(UTC\)$/ })).toBeTruthy();
  });

  test("leads to events and records", async () => {
    const { user } = await asked(reply(EVENTS));
    await user.click(await screen.findByRole("button", { name: "evt-1" }));
    expect(await screen.findByRole("complementary", { name: "Event details" })).toBeTruthy();
    await user.click(screen.getAllByRole("button", { name: "CAND-00342" })[0]!);
    expect(location.hash).toBe("#record/candidate/CAND-00342");
  });

  test("opens as events, all or those that are selected", async () => {
    const { user } = await asked(reply(EVENTS));
    const row = (await screen.findAllByRole("row"))[2];
    row?.focus();
    await user.keyboard(" ");
    expect(screen.getByText("1 row selected")).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Open as events" }));
    await screen.findByRole("heading", { name: "Events" });
    expect(decodeURIComponent(location.hash)).toContain(
      '"patterns":[{"kind":"equals","text":"evt-2"}]',
    );
  });

  test("says that only the first of too many events are listed", async () => {
    const ids = Array.from({ length: 700 }, (_, at) => [`evt-${at}`]);
    const { user } = await asked(reply(sqlAnswer(ids, { columns: kinds(["event_id", "text"]) })));
    await user.click(await screen.findByRole("button", { name: "Open as events" }));
    expect(
      await screen.findByText("The list has the first 500 of the 700 events that are loaded."),
    ).toBeTruthy();
  });

  test("is counted and goes on as one scrolls", async () => {
    let answered = 0;
    const { fake } = await asked({
      ask_sql: () => sqlAnswer([["a", "2"]], { is_whole: false }),
      count_sql_rows: () => 3,
      more_sql_rows: () => ({ rows: [["b", "3"]], is_whole: (answered += 1) === 2 }),
    });
    await waitFor(() => expect(foot()).toContain("3 rows"));
    expect(fake.calls("more_sql_rows").length).toBeLessThanOrEqual(2);
  });

  test("says how much is loaded, and why no more", async () => {
    let fails = true;
    const { user } = await asked({
      ask_sql: () => sqlAnswer([["a", "2"]], { is_whole: false }),
      count_sql_rows: () => 48_210,
      more_sql_rows: () =>
        fails ? refuse("failed", "the engine ended")() : { rows: [["b", "1"]], is_whole: true },
    });
    await waitFor(() => expect(foot()).toContain("1 of 48,210 rows"));
    expect((await screen.findByRole("alert")).textContent).toContain("The engine ended");
    fails = false;
    await user.click(screen.getByRole("button", { name: "Try again" }));
    await waitFor(() => expect(foot()).toContain("2 rows"));
  });

  test("shows dates as they are, in every zone", async () => {
    const columns = kinds(["day", "time"]);
    await asked(reply(sqlAnswer([["2026-03-03"]], { columns })));
    expect(await cells()).toEqual(["2026-03-03"]);
  });

  test("that cannot be counted offers to try again", async () => {
    let fails = true;
    const { user } = await asked({
      ask_sql: () => sqlAnswer([["a", "2"]], { is_whole: false }),
      count_sql_rows: () => (fails ? refuse("failed", "x")() : 9),
      more_sql_rows: () => new Promise<never>(() => {}),
    });
    fails = false;
    await user.click(await screen.findByRole("button", { name: "Count them" }));
    await waitFor(() => expect(foot()).toContain("1 of 9 rows"));
  });

  test("is sorted by a head, and says of which rows", async () => {
    const { user } = await asked({
      ask_sql: () =>
        sqlAnswer(
          [
            ["a", "10"],
            ["b", null],
            ["c", "9"],
          ],
          { is_whole: false },
        ),
      count_sql_rows: () => 7,
      more_sql_rows: () => new Promise<never>(() => {}),
    });
    const names = async () => (await cells()).filter((_, at) => at % 2 === 0);
    const head = () => screen.getByRole("button", { name: "changes" });
    expect(await names()).toEqual(["a", "b", "c"]);
    head().focus();
    await user.keyboard("{Enter}");
    expect(await names()).toEqual(["c", "a", "b"]);
    expect(screen.getByText(/Only the 3 loaded rows are sorted/)).toBeTruthy();
    const sort = () =>
      screen.getByRole("columnheader", { name: "changes" }).getAttribute("aria-sort");
    expect(sort()).toBe("ascending");
    await user.keyboard("{Enter}");
    expect([await names(), sort()]).toEqual([["a", "c", "b"], "descending"]);
    await user.click(screen.getByRole("button", { name: "As answered" }));
    expect([await names(), sort()]).toEqual([["a", "b", "c"], "none"]);
  });

  test("has columns that are hidden, moved and widened", async () => {
    const { user } = await asked(reply(EVENTS));
    await cells();
    await user.click(screen.getByRole("button", { name: "Columns" }));
    await user.click(screen.getByRole("checkbox", { name: "entity_type" }));
    expect(screen.queryByRole("columnheader", { name: "entity_type" })).toBeNull();
    await user.click(screen.getByRole("button", { name: "Move entity_id left" }));
    await user.click(screen.getByRole("button", { name: "Move entity_id left" }));
    expect((await cells()).slice(0, 2)).toEqual(["CAND-00342", "evt-1"]);
    const template = () => screen.getByRole("grid").style.getPropertyValue("--template");
    const before = template();
    screen.getByRole("separator", { name: "Width of entity_id" }).focus();
    await user.keyboard("{ArrowRight}");
    expect(template()).not.toBe(before);
  });

  test("is moved through cell by cell, and a cell is shown whole", async () => {
    const { user } = await asked(
      reply(
        sqlAnswer([
          ["Sarah", "12"],
          ["Tom", "3"],
        ]),
      ),
    );
    await cells();
    screen.getAllByRole("row")[1]?.focus();
    await user.keyboard("{ArrowRight}{ArrowRight}");
    expect(document.activeElement?.textContent?.trim()).toBe("12");
    await user.keyboard("{ArrowDown}");
    await waitFor(() => expect(document.activeElement?.textContent?.trim()).toBe("3"));
    await user.keyboard("{Control>}c{/Control}");
    expect(await screen.findByText("Copied")).toBeTruthy();
    expect(await navigator.clipboard.readText()).toBe("3");
    await user.keyboard("{Enter}");
    const whole = await screen.findByRole("dialog", { name: "Value of changes" });
    expect(within(whole).getByText("3")).toBeTruthy();
    await user.keyboard("{Escape}");
    expect(screen.queryByRole("dialog")).toBeNull();
    expect(document.activeElement?.textContent?.trim()).toBe("3");
  });

  test.each([
    ["Tab-separated (TSV)", "actor\tchanges\nSarah\t12"],
    ["CSV", "actor,changes\r\nSarah,12\r\n"],
  ])("is copied as %s", async (format, text) => {
    const { user } = await asked(reply(sqlAnswer([["Sarah", "12"]])));
    await cells();
    await user.click(screen.getByRole("button", { name: "Copy" }));
    await user.click(screen.getByRole("button", { name: format }));
    expect(await screen.findByText("1 row copied")).toBeTruthy();
    expect(await navigator.clipboard.readText()).toBe(text);
  });

  test("is drawn as bars or a line of two of its columns", async () => {
    const { user } = await asked(
      reply(
        sqlAnswer([
          ["Sarah", "12"],
          ["Tom", null],
        ]),
      ),
    );
    await cells();
    await user.click(screen.getByRole("radio", { name: "Chart" }));
    const svg = () =>
      screen.queryByRole("img", { name: /^(Bar|Line) chart of changes by actor: 1 value/ });
    await waitFor(() => expect(svg()).toBeTruthy());
    expect(svg()?.querySelector("title")?.textContent).toBe("Sarah: 12");
    expect(screen.getByText("1 row has no number here, and is left out.")).toBeTruthy();
    await user.click(screen.getByRole("radio", { name: "Line" }));
    expect(await screen.findByRole("img", { name: /^Line chart/ })).toBeTruthy();
    await user.click(screen.getByRole("radio", { name: "Table" }));
    expect(await cells()).toEqual(["Sarah", "12", "Tom", "null"]);
  });

  test("without numbers is no chart", async () => {
    const { user } = await asked(
      reply(sqlAnswer([["Sarah"]], { columns: kinds(["actor", "text"]) })),
    );
    await cells();
    await user.click(screen.getByRole("radio", { name: "Chart" }));
    expect(screen.getByText("A chart needs a column of numbers")).toBeTruthy();
  });

  test.each(["table", "chart"])("has no fault that axe finds, as a %s", async (shows) => {
    const { user } = await asked(reply(EVENTS));
    await cells();
    if (shows === "chart") await user.click(screen.getByRole("radio", { name: "Chart" }));
    const { violations } = await axe.run(document.querySelector("main")!, {
      rules: { "color-contrast": { enabled: false } },
    });
    expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
  });
});

describe("an export of an answer", () => {
  const EXPORTED = { name: "answer.csv", rows: 2, apostrophes: 1, too_long: 0, complete: false };

  async function exporting(handlers: Partial<Handlers>) {
    const { fake, user } = await asked({ ...reply(EVENTS), ...handlers }, "SELECT\n  1");
    await user.click(await screen.findByRole("button", { name: "Export…" }));
    const of = within(await screen.findByRole("dialog", { name: "Export the answer" }));
    return { fake, user, of };
  }

  test("is made as what is chosen, and says what came of it", async () => {
    const { fake, user, of } = await exporting({ export_sql: () => EXPORTED });
    expect(of.getByText("SELECT 1")).toBeTruthy();
    expect(of.queryByRole("radio", { name: /^Extract/ })).toBeNull();
    await user.click(of.getByRole("radio", { name: /^NDJSON exact, one row a line/ }));
    await user.click(of.getByRole("button", { name: "Choose where…" }));
    expect(
      await of.findByText(/^1 cell that a spreadsheet would run got an apostrophe/),
    ).toBeTruthy();
    expect(of.getAllByRole("status")[0]?.textContent).toContain("2 rows are in answer.csv.");
    expect(of.getByText(/^Not every file of the journal could be read/)).toBeTruthy();
    expect(fake.calls("export_sql")[0]).toMatchObject({
      form: "ndjson",
      question: { text: "SELECT\n  1", at: null, reading: "corrected" },
    });
  });

  test("says how far it is, and is stopped", async () => {
    let stop: () => void = () => {};
    const { fake, user, of } = await exporting({
      export_sql: ({ progress }) => {
        queueMicrotask(() => progress.onmessage({ rows: 1 }));
        return new Promise(
          (_, reject) => (stop = () => reject({ kind: "cancelled", message: "x" })),
        );
      },
      cancel_sql_export: () => {
        stop();
        return null;
      },
    });
    await user.click(of.getByRole("button", { name: "Choose where…" }));
    expect(await of.findByText("1 of 2 rows")).toBeTruthy();
    await user.keyboard("{Enter}");
    expect(await of.findByText("The export was stopped. Nothing of it is left.")).toBeTruthy();
    expect(fake.calls("cancel_sql_export")).toHaveLength(1);
  });
});
