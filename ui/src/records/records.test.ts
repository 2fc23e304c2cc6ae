import { screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, test } from "vitest";
import type { Covered, RecordSummary, RecordsPage } from "../ipc";
import { COMPLETE, core, PARTIAL, row, value } from "../test/journal";
import { NO_FILTERS } from "../query/query";
import { open } from "../test/window";

const client: RecordSummary = {
  entity_type: "client",
  entity_id: "CLI-0007",
  name: "Northwind",
  events: 1204,
  first: "2025-02-05T08:00:00+00:00",
  last: "2025-11-05T08:00:00+00:00",
  last_actor: "Sarah",
  deleted: true,
};
const page = (records: RecordSummary[]): Covered<RecordsPage> => ({
  records,
  next: null,
  total: records.length,
  loosely: false,
  folding: null,
  coverage: COMPLETE,
});

describe("records", () => {
  test("say who, when and whether deleted, and open", async () => {
    core({ records: () => page([client]) });
    const user = open("records");
    const line = await screen.findByRole("row", { name: /CLI-0007/ });
    expect(line.textContent?.replace(/\s+/g, " ")).toContain("Northwind deleted 1,204");
    await user.click(line);
    expect(location.hash).toBe("#record/client/CLI-0007");
  });

  test("are narrowed by type and by text in the id", async () => {
    const fake = core({ records: () => page([client]) });
    const user = open("records");
    await screen.findByRole("option", { name: "candidate" });
    await user.selectOptions(screen.getByRole("combobox", { name: "Type" }), "candidate");
    await user.type(screen.getByLabelText("Id or name contains"), "42");
    await waitFor(() =>
      expect(fake.calls("records").at(-1)?.filters).toEqual({
        entity_type: [{ value: "candidate", exclude: false }],
        contains: "42",
        deleted: false,
        events: NO_FILTERS,
      }),
    );
    expect(location.hash).toBe("#records?of=candidate&id=42");
  });

  test("of a result: are reached from its events, keep its filters, and lead back", async () => {
    const fake = core({ records: () => page([client]) });
    const user = open("events?actor=Sarah");
    await user.click(await screen.findByRole("button", { name: "Records (1)" }));
    expect(await screen.findByRole("row", { name: /CLI-0007/ })).toBeTruthy();
    const { events } = fake.calls("records").at(-1)?.filters ?? {};
    expect(events?.actor).toEqual([{ value: "Sarah", exclude: false }]);
    expect(
      screen.getByText(/the records that the events with these filters are about/),
    ).toBeTruthy();
    expect(location.hash).toBe("#records?actor=Sarah&records=of-events");
    await user.click(screen.getByRole("button", { name: "Show the events" }));
    expect(location.hash).toBe("#events?actor=Sarah");
  });

  test("of all events are not offered", async () => {
    core({});
    open("events");
    await screen.findByRole("grid");
    expect(screen.queryByRole("button", { name: /^Records \(/ })).toBeNull();
  });

  test("that have the text only loosely are said to", async () => {
    core({ records: () => ({ ...page([client]), loosely: true }) });
    open("records?id=cli%207");
    expect(await screen.findByText(/No id and no name has this/)).toBeTruthy();
    expect(screen.getByRole("row", { name: /CLI-0007/ })).toBeTruthy();
  });

  test("that are deleted have a view of their own", async () => {
    const fake = core({ records: () => page([]) });
    open("deleted");
    expect(await screen.findByText("No record of this journal is deleted")).toBeTruthy();
    expect(fake.calls("records")[0]?.filters.deleted).toBe(true);
  });
});

describe("chains", () => {
  test("name the value before, and the old value that is not it", async () => {
    const broken = { event: row({ old: "open", new: "on hold" }), expected: value("placed") };
    core({
      chains: () => ({ breaks: [broken], next: null, total: 1, folding: null, coverage: PARTIAL }),
    });
    const user = open("chains");
    const line = await screen.findByRole("row", { name: /CAND-00342/ });
    const words = within(line)
      .getAllByRole("gridcell")
      .map((cell) => cell.textContent?.trim());
    expect(words.slice(3, 6)).toEqual(["placed", "open", "on hold"]);
    expect(screen.getByText(/1 broken chain/).textContent).toContain("Incomplete");
    await user.click(line);
    expect(await screen.findByRole("complementary", { name: "Event details" })).toBeTruthy();
  });

  test("that are whole are said to be so for what was read", async () => {
    core({
      chains: () => ({ breaks: [], next: null, total: 0, folding: null, coverage: PARTIAL }),
    });
    open("chains");
    expect(await screen.findByText("No broken chains in the files that were read")).toBeTruthy();
  });
});
