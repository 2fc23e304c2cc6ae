import { fireEvent, screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, test } from "vitest";
import { MOST_EVENTS_OF_A_SHEET, type Exported, type ExportProgress } from "../ipc";
import type { Handlers } from "../ipc/fake";
import { core, eventsPage, item, refuse, row, timelinePage } from "../test/journal";
import { open } from "../test/window";
import { eventsOfRecord } from "./kinds";

const EXPORTED: Exported = {
  name: "placements-events-2026-11-28.csv",
  about: null,
  events: 2,
  amendments: 0,
  apostrophes: 0,
  too_long: 0,
  complete: true,
};

const dialog = async () => within(await screen.findByRole("dialog", { name: "Export events" }));
type InDialog = Awaited<ReturnType<typeof dialog>>;
const choose = (of: InDialog) =>
  of.getByRole<HTMLButtonElement>("button", { name: "Choose where…" });
const said = (of: InDialog) => of.getAllByRole("status").map((one) => one.textContent?.trim());

/** The dialog over a list. */
async function exporting(handlers: Partial<Handlers> = {}, at = "events") {
  const fake = core(handlers);
  const user = open(at);
  await screen.findByRole("grid");
  const button = screen.getByRole("button", { name: "Export…" });
  await user.click(button);
  return { fake, user, button, of: await dialog() };
}

/** An export that goes on until it is told how it ends. */
function underWay() {
  let report: (progress: ExportProgress) => void = () => {};
  let end: (exported: Exported | null) => void = () => {};
  let stop: () => void = () => {};
  const handlers: Partial<Handlers> = {
    export_events: ({ progress }) => {
      report = (now) => progress.onmessage(now);
      return new Promise((resolve, reject) => {
        end = resolve;
        stop = () => reject({ kind: "cancelled", message: "it was cancelled" });
      });
    },
    cancel_export: () => {
      stop();
      return null;
    },
  };
  return {
    handlers,
    report: (done: number, total: number) => report({ done, total }),
    end: (exported: Exported | null) => end(exported),
  };
}

describe("an export", () => {
  test("says of what it is, and asks for a kind, a mark and a file about it", async () => {
    const { fake, user, of } = await exporting({
      export_events: () => EXPORTED,
      write_filters: () => "actor=Sarah",
      count: () => 99,
    });
    expect(await of.findByText("2 events")).toBeTruthy();
    expect(await of.findByText("actor=Sarah")).toBeTruthy();
    const csv = of.getByRole<HTMLInputElement>("radio", { name: /^CSV for spreadsheets/ });
    expect([csv.checked, csv.hasAttribute("autofocus")]).toEqual([true, true]);
    await user.click(of.getByRole("checkbox", { name: /^With a byte order mark/ }));
    await user.click(of.getByRole("checkbox", { name: /^With a file about it/ }));
    await user.click(choose(of));
    expect(fake.calls("export_events").map((call) => call.export)).toMatchObject([
      { form: "csv_with_mark", with_about: true, zone: "UTC" },
    ]);
  });

  test.each([
    ["xlsx", /^Excel sheet up to 1,048,575 events/],
    ["ndjson", /^NDJSON exact, one event a line/],
    ["parquet", /^Parquet exact, one file/],
    ["extract", /^Extract a journal of its own/],
  ])("is made as %s, which has no byte order mark, by Enter", async (form, name) => {
    const { fake, user, of } = await exporting({ export_events: () => EXPORTED });
    await user.click(of.getByRole("radio", { name }));
    expect(of.queryByRole("checkbox", { name: /byte order mark/ })).toBeNull();
    await user.keyboard("{Enter}");
    expect(fake.calls("export_events")[0]?.export.form).toBe(form);
  });

  test("shows how far it is, then what it holds, and gives the focus back", async () => {
    const { handlers, report, end } = underWay();
    const { fake, user, button, of } = await exporting(handlers);
    await user.click(choose(of));
    expect(said(of)).toEqual(["Choose where it is saved…"]);
    const group = of.getByRole<HTMLFieldSetElement>("group", { name: "As" });
    expect(group.disabled).toBe(true);
    report(0, 0);
    const bar = await of.findByRole<HTMLProgressElement>("progressbar", { name: "Exporting…" });
    expect(bar.hasAttribute("value")).toBe(false);
    report(1200, 3000);
    expect(await of.findByText("1,200 of 3,000 events")).toBeTruthy();
    expect([bar.max, bar.value]).toEqual([3000, 1200]);
    expect(document.activeElement?.textContent?.trim()).toBe("Cancel");
    end(EXPORTED);
    expect(await of.findByText("Nothing was altered.")).toBeTruthy();
    expect(said(of)[0]).toContain("2 events are in placements-events-2026-11-28.csv.");
    report(3000, 3000);
    expect(of.queryByRole("progressbar")).toBeNull();
    expect(document.activeElement?.textContent?.trim()).toBe("Close");
    await user.keyboard("{Enter}");
    expect(screen.queryByRole("dialog")).toBeNull();
    expect(document.activeElement).toBe(button);
    expect(fake.calls("cancel_export")).toEqual([]);
  });

  test("is stopped by Cancel, and can be made again", async () => {
    const { handlers, report } = underWay();
    const { fake, user, of } = await exporting(handlers);
    await user.click(choose(of));
    report(5, 10);
    await of.findByRole("progressbar");
    await user.keyboard("{Enter}");
    await waitFor(() =>
      expect(said(of)).toEqual(["The export was stopped. Nothing of it is left."]),
    );
    expect(fake.calls("cancel_export")).toHaveLength(1);
    expect(document.activeElement).toBe(choose(of));
  });

  test.each(["asking", "running"])(
    "is stopped by closing the dialog while it is %s",
    async (is) => {
      const { handlers, report } = underWay();
      const { fake, user, of } = await exporting(handlers);
      await user.click(choose(of));
      if (is === "running") {
        report(5, 10);
        await of.findByRole("progressbar");
      }
      await fireEvent(screen.getByRole("dialog"), new Event("close"));
      expect(screen.queryByRole("dialog")).toBeNull();
      expect(fake.calls("cancel_export")).toHaveLength(1);
    },
  );

  test("is not made where the person chose no place", async () => {
    const { user, of } = await exporting();
    await user.click(choose(of));
    await waitFor(() => expect(document.activeElement).toBe(choose(of)));
    expect([of.queryByRole("alert"), of.queryByRole("status")]).toEqual([null, null]);
  });

  test("says in place why it failed, and is tried again", async () => {
    let tries = 0;
    const { user, of } = await exporting({
      export_events: () =>
        (tries += 1) === 1
          ? refuse("failed", "/out/x.csv cannot be written: no room; nothing of it is left there")()
          : EXPORTED,
    });
    await user.click(choose(of));
    expect((await of.findByRole("alert")).textContent).toContain("cannot be written: no room");
    await user.keyboard("{Enter}");
    expect(await of.findByText("Nothing was altered.")).toBeTruthy();
    expect([of.queryByRole("alert"), tries]).toEqual([null, 2]);
  });

  test("says what was altered, where each is listed, and what could not be read", async () => {
    const exported = { ...EXPORTED, apostrophes: 3, too_long: 1, complete: false };
    const about = "placements-events-2026-11-28.about.json";
    const { user, of } = await exporting({ export_events: () => ({ ...exported, about }) });
    await user.click(choose(of));
    expect(
      await of.findByText(/^3 cells that a spreadsheet would run got .* file about it lists each/),
    ).toBeTruthy();
    expect(of.getByText(/^1 cell longer than 32,767 characters is whole here/)).toBeTruthy();
    expect(of.getByText(about)).toBeTruthy();
    expect(of.getByText(/^Not every file of the journal could be read/)).toBeTruthy();
  });

  test("of an extract says how many amendments came along", async () => {
    const { user, of } = await exporting({
      export_events: () => ({ ...EXPORTED, name: "out", amendments: 7 }),
    });
    await user.click(of.getByRole("radio", { name: /^Extract/ }));
    await user.keyboard("{Enter}");
    expect((await of.findByRole("status")).textContent).toContain(
      "2 events and 7 amendments of them are in out.",
    );
  });

  test("of more events than a sheet holds is no sheet", async () => {
    const total = MOST_EVENTS_OF_A_SHEET + 1;
    const { of } = await exporting({ events: () => eventsPage([row()], { total }) });
    const sheet = of.getByRole<HTMLInputElement>("radio", { name: /^Excel sheet/ });
    await waitFor(() => expect(sheet.disabled).toBe(true));
    expect(sheet.closest("label")?.textContent).toContain("use CSV or Parquet");
    expect(choose(of).disabled).toBe(false);
  });
});

describe("what is exported", () => {
  test("is counted where only some are counted yet", async () => {
    const scanning = { done: 5, of: 10 };
    const soFar = eventsPage([row()], { total: 1, scanning });
    let asked = 0;
    const { of } = await exporting({
      events: () => ((asked += 1) === 1 ? soFar : new Promise(() => {})),
      count: () => 41,
    });
    expect(await of.findByText("41 events")).toBeTruthy();
  });

  test.each([
    ["corrections", "Export these events…"],
    ["records", "Export the events that these records were found by…"],
    ["record/candidate/CAND-00342", "Export the events of this record…"],
  ])("is offered in the palette of %s", async (at, label) => {
    core({ timeline: (args) => timelinePage([item(row())], args) });
    const user = open(at === "records" ? "events?actor=Sarah" : at);
    await screen.findByRole("heading", { level: 1 });
    if (at === "records")
      await user.click(await screen.findByRole("button", { name: /^Records \(/ }));
    await screen.findByRole("button", { name: "Export…" });
    await user.keyboard("{Control>}k{/Control}");
    await user.click(await screen.findByRole("option", { name: label }));
    expect(await dialog()).toBeTruthy();
  });

  test("of a record are its events up to the clock", () => {
    const id = { entity_type: "candidate", entity_id: "CAND-1" };
    const filters = eventsOfRecord(id, "2026-02-02T09:12:44Z");
    expect(filters.entity_id).toEqual([{ value: "CAND-1", exclude: false }]);
    expect(filters.entity_type).toEqual([{ value: "candidate", exclude: false }]);
    expect(filters.until).toMatch(/^2026-02-02T09:12:44\.0*1/);
    expect(eventsOfRecord(id, null).until).toBeNull();
  });
});
