import { screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, test } from "vitest";
import { core, detail, eventsPage, refuse, row, status, value } from "../test/journal";
import { open } from "../test/window";
import type { Handlers } from "../ipc/fake";

const ADA = { entity_type: "candidate", entity_id: "CAND-00342" };
const nameOf: Handlers["record_names"] = ({ records }) =>
  records.map(({ entity_id }) => (entity_id === ADA.entity_id ? "Ada Lovelace" : null));

const other = row({ event_id: "evt-2", entity_id: "CAND-7" });
const broken = { event: row(), expected: value("555") };
const named: Partial<Handlers> = {
  record_names: nameOf,
  events: () => eventsPage([row(), other]),
  chains: () => ({
    ...{ breaks: [broken], next: null, total: 1, folding: null },
    coverage: eventsPage([]).coverage,
  }),
};

describe("the name of a record", () => {
  test.each(["events", "corrections", "chains"])("stands beside its id in %s", async (view) => {
    const fake = core(named);
    open(view);
    const name = await screen.findByText("Ada Lovelace");
    expect(name.closest("[role=gridcell]")?.textContent?.trim()).toBe("CAND-00342 Ada Lovelace");
    expect(screen.getByTitle("CAND-00342 (Ada Lovelace)")).toBeTruthy();
    expect(fake.calls("record_names")[0]?.records).toContainEqual(ADA);
  });

  test("is asked for once, for all rows on screen together", async () => {
    const fake = core({
      ...named,
      events: () => eventsPage([row(), row({ event_id: "evt-3" }), other]),
    });
    open();
    await screen.findAllByText("Ada Lovelace");
    const records = [ADA, { entity_type: "candidate", entity_id: "CAND-7" }];
    expect(fake.calls("record_names")).toEqual([{ records }]);
  });

  test("is asked for after the rows are there, which do not wait for it", async () => {
    const fake = core({ ...named, record_names: () => new Promise(() => {}) });
    open();
    const line = await screen.findByRole("row", { name: /CAND-00342/ });
    expect(fake.calls("record_names")).toEqual([]);
    await waitFor(() => expect(fake.calls("record_names")).toHaveLength(1));
    expect(line.isConnected).toBe(true);
  });

  test("that cannot be read leaves the id, and nothing is said of it", async () => {
    const fake = core({ ...named, record_names: refuse("failed", "the disk is full") });
    open();
    await waitFor(() => expect(fake.calls("record_names")).toHaveLength(1));
    expect(screen.getByRole("row", { name: /CAND-00342/ })).toBeTruthy();
    expect(screen.queryByText(/disk is full/)).toBeNull();
  });

  test("stays while the journal changes, until it is known anew", async () => {
    let [name, answer] = ["Ada Lovelace", Promise.resolve()];
    const fake = core({
      ...named,
      record_names: ({ records }) => answer.then(() => records.map(() => name)),
    });
    open();
    await screen.findAllByText("Ada Lovelace");
    let reply = () => {};
    [name, answer] = ["Ada King", new Promise((resolve) => (reply = resolve))];
    await fake.emit("status", status());
    await waitFor(() => expect(fake.calls("record_names")).toHaveLength(2));
    expect(screen.getAllByText("Ada Lovelace").length).toBeGreaterThan(0);
    reply();
    expect((await screen.findAllByText("Ada King")).length).toBeGreaterThan(0);
  });

  test("is none of another journal", async () => {
    let answer: (names: string[]) => void = () => {};
    const fake = core({
      ...named,
      record_names: () => new Promise((resolve) => (answer = resolve)),
    });
    open();
    await waitFor(() => expect(fake.calls("record_names")).toHaveLength(1));
    await fake.emit("opened", status({ opening: 2, name: "clients" }));
    await screen.findByRole("button", { name: "Open journal: clients" });
    await screen.findByRole("row", { name: /CAND-00342/ });
    answer(["Ada Lovelace", "Nobody"]);
    await waitFor(() => expect(fake.calls("record_names")).toHaveLength(2));
    expect(screen.queryByText("Ada Lovelace")).toBeNull();
  });

  test("is read aloud with the row, and stands in the details of an event", async () => {
    core({ ...named, event: () => detail(row()) });
    open("events?event=evt-1");
    expect(
      await screen.findByRole("row", {
        name: /^Sarah changed phone of candidate CAND-00342 \(Ada/,
      }),
    ).toBeTruthy();
    const details = await screen.findByRole("complementary", { name: "Event details" });
    expect(details.textContent?.replace(/\s+/g, " ")).toContain(
      "phone of candidate CAND-00342 Ada Lovelace from 555-0100",
    );
    const subject = within(details).getByRole("button", { name: "CAND-00342 Ada Lovelace" });
    expect(subject).toBeTruthy();
  });

  test("stands beside what a search found", async () => {
    core({
      ...named,
      search: () => ({
        events: [row({ event_id: "evt-7", marks: ["corrected"] })],
        records: [],
        actors: [],
        fields: [],
        in_values: 1,
        loosely: false,
        hits: [row({ event_id: "evt-8", new: "evt" })],
        searched: null,
        coverage: eventsPage([]).coverage,
      }),
    });
    const user = open("records");
    await screen.findByRole("heading", { level: 1 });
    await user.keyboard("/evt");
    await screen.findAllByText("Ada Lovelace");
    const found = screen
      .getAllByRole("option")
      .map((one) => one.textContent?.replace(/\s+/g, " ").trim());
    expect(found).toEqual(
      expect.arrayContaining([
        "evt-7 corrected update of CAND-00342 Ada Lovelace",
        "evt phone of CAND-00342 Ada Lovelace",
      ]),
    );
  });

  test("stands in the dialog that corrects an event", async () => {
    core({ ...named, event: () => detail(row()) });
    const user = open("events?event=evt-1");
    await screen.findByRole("region", { name: "Columns" });
    await user.keyboard("c");
    const original = await screen.findByRole("region", { name: "The original event" });
    expect(await within(original).findByText("Ada Lovelace")).toBeTruthy();
  });

  test("U3: is hostile until it is shown", async () => {
    core({ ...named, record_names: ({ records }) => records.map(() => "<img src=x>\u202egnp") });
    open();
    const name = (await screen.findAllByText(/<img src=x>/))[0]!;
    expect(document.querySelector("main img")).toBeNull();
    expect(name.textContent).toBe("<img src=x>U+202E[right-to-left override]gnp");
    expect(
      screen.getAllByTitle("CAND-00342 (<img src=x>[right-to-left override]gnp)"),
    ).toBeTruthy();
  });
});
