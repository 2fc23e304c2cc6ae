import { screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, test } from "vitest";
import type { ImportFile, ImportPlan, Mapping } from "../ipc";
import type { Handlers } from "../ipc/fake";
import { core, SETTINGS, status } from "../test/journal";
import { open } from "../test/window";
import { doubledField, draftOf, firstDraft, mappingOf, missing, type Draft } from "./draft";

const FILE: ImportFile = {
  name: "people.csv",
  headers: ["No", "Phone Home", "Satz", ""],
  rows: [
    ["1", "", "450,00", ""],
    ["2", "0170", "7", ""],
  ],
  mapping: null,
};

const START = {
  problem: null,
  recent: [],
  named: null,
  pending_elsewhere: [],
  events: null,
  settings: SETTINGS,
  sample: false,
  unsaved: null,
};
const MENU = /^Open journal:/;
const column = (name: string) => ({ is: "column" as const, column: name });

describe("a mapping", () => {
  const first = firstDraft(FILE, "Europe/Berlin");
  const typed: Draft = { ...first, type: { is: "text", text: "candidate" } };

  test("is first each column as a field of text, but for the id", () => {
    expect(first.id).toEqual(column("No"));
    expect(first.columns.map(({ field, included, sample }) => [field, included, sample])).toEqual([
      ["no", false, "1"],
      ["phone_home", true, "0170"],
      ["satz", true, "450,00"],
    ]);
    expect(mappingOf(typed)).toEqual({
      kind: "snapshot",
      type: "candidate",
      id: { column: "No" },
      fields: { phone_home: { column: "Phone Home" }, satz: { column: "Satz" } },
    });
  });

  test.each<[string, Mapping]>([
    [
      "of a snapshot",
      {
        kind: "snapshot",
        type: { column: "No" },
        id: { column: "No" },
        actor: "hr",
        encoding: "utf-16le",
        cuts: ["keeps 20 fields"],
        fields: {
          a: { column: "Phone Home", date: "%d.%m.%Y" },
          b: { column: "Satz", number: "1.234,5" },
          c: { column: "Satz", number: true },
          d: "constant",
          e: { column: "Gone" },
          f: { column: "No", date: "%H:%M", zone: "UTC" },
        },
      },
    ],
    [
      "of changes",
      {
        kind: "changes",
        type: "candidate",
        id: { column: "No" },
        at: { column: "Satz", format: "%d.%m.%Y", zone: "Europe/Berlin" },
        action: { column: "Satz", insert: ["I"], delete: ["D"] },
        fields: {
          field: { column: "No" },
          old: { column: "Satz", number: true },
          new: { column: "Satz" },
        },
      },
    ],
  ])("%s stays what it is when it is opened", (_, mapping) => {
    const draft = draftOf(mapping, FILE, "UTC");
    expect(missing(draft, "Sarah")).toBeNull();
    expect(doubledField(draft)).toBeNull();
    expect(mappingOf(draft)).toEqual(mapping);
  });

  test.each<[Partial<Draft>, ReturnType<typeof missing>]>([
    [{}, null],
    [{ type: { is: "text", text: " " } }, "type"],
    [{ id: null }, "id"],
    [{ columns: [] }, "fields"],
    [{ columns: first.columns.map((one) => ({ ...one, field: "" })) }, "fields"],
    [{ columns: first.columns.map((one) => ({ ...one, form: "date" })) }, "format"],
    [{ kind: "changes" }, "at"],
    [{ kind: "changes", at: { column: "No", format: "", zone: "UTC" } }, "change"],
  ])("lacks what is not said: %o", (part, expected) => {
    expect(missing({ ...typed, ...part }, "Sarah")).toBe(expected);
  });

  test("needs somebody who makes the change", () => {
    expect(missing(typed, "")).toBe("actor");
    expect(missing({ ...typed, actor: column("Satz") }, "")).toBeNull();
    expect(missing({ ...typed, actor: { is: "text", text: "" } }, "Sarah")).toBe("actor");
  });

  test("has no field twice", () => {
    const columns = first.columns.map((one) => ({ ...one, field: "phone" }));
    expect(doubledField({ ...typed, columns })).toBe("phone");
  });
});

function planOf(part: Partial<ImportPlan["summary"]> = {}): ImportPlan {
  return {
    summary: {
      file: "people.csv",
      kind: "snapshot",
      found: {
        format: "csv",
        sheet: null,
        encoding: "UTF-8",
        delimiter: ";",
        decimal: null,
        headers: FILE.headers,
      },
      rows: 2,
      bad: { total: 0, first: [] },
      inserts: 1,
      updates: 2,
      deletes: 0,
      unchanged: 1,
      twice: 0,
      inserted_again: 1,
      taken_back: 2,
      missing: { total: 1, first: [{ entity_type: "candidate", entity_id: "CAND-7" }] },
      cuts: ["keeps 20 fields"],
      coverage: status().coverage,
      ...part,
    },
    first: [
      {
        timestamp: null,
        entity_type: "candidate",
        entity_id: "1",
        field: "phone_home",
        action: "update",
        old_value: null,
        new_value: "0170",
        actor: "Sarah",
      },
    ],
  };
}

const BAD = {
  total: 12,
  first: [{ line: 3, column: "Satz", value: "x", problem: "is no number as the mapping has them" }],
};

/** The dialog, with a table chosen. */
async function importing(handlers: Partial<Handlers> = {}) {
  const fake = core({ choose_import: () => FILE, plan_import: () => planOf(), ...handlers });
  const user = open();
  await user.click(await screen.findByRole("button", { name: MENU }));
  await user.click(await screen.findByRole("button", { name: "Bring in a table…" }));
  const of = within(await screen.findByRole("dialog", { name: "Bring in a table" }));
  await user.click(of.getByRole("button", { name: "Choose a file…" }));
  return { fake, user, of };
}

const record = (of: Awaited<ReturnType<typeof importing>>["of"]) =>
  of.getByRole<HTMLButtonElement>("button", { name: /^Record/ });

describe("a table", () => {
  test("is compared once it is said what its columns mean, and recorded as it was told", async () => {
    const imported = { events: 3, batch: "batch-1", stopped: null, not_shown: null };
    const { fake, user, of } = await importing({ record_import: () => imported });
    expect(await of.findByText("Say of which type the records are.")).toBeTruthy();
    expect(record(of).disabled).toBe(true);
    expect(document.activeElement).toBe(of.getByRole("combobox", { name: "Type" }));
    await user.type(of.getByRole("textbox", { name: "Type of all rows" }), "candidate");
    expect(await of.findByText("3 events would be recorded")).toBeTruthy();
    expect(of.getByText("1 insert, 2 updates")).toBeTruthy();
    expect(of.getByText("2 rows, UTF-8, cells separated by “;”")).toBeTruthy();
    expect(of.getByText("1 row says what the journal says already.")).toBeTruthy();
    expect(of.getByText(/^1 record of the journal is not in the table/).textContent).toContain(
      "candidate/CAND-7",
    );
    expect(of.getByText(/^1 record was deleted/)).toBeTruthy();
    expect(of.getByText(/^2 updates take back/)).toBeTruthy();
    // Of what was typed, only the whole is compared.
    expect(fake.calls("plan_import").map(({ mapping }) => mapping.type)).toEqual(["candidate"]);
    await user.click(of.getByRole("button", { name: "Record 3 events" }));
    expect(await of.findByText("3 events are recorded as one batch.")).toBeTruthy();
    await user.click(of.getByRole("button", { name: "Show them" }));
    expect(screen.queryByRole("dialog")).toBeNull();
    await waitFor(() => expect(location.hash).toContain("batch-1"));
    expect(fake.calls("end_import")).toHaveLength(1);
  });

  test("with rows that cannot be understood is recorded without them only if that is said", async () => {
    const { user, of } = await importing({ plan_import: () => planOf({ bad: BAD }) });
    await user.type(of.getByRole("textbox", { name: "Type of all rows" }), "candidate");
    expect(await of.findByText("12 rows cannot be understood")).toBeTruthy();
    expect(of.getByText(/^Line 3:/).textContent).toContain("is no number as the mapping has them");
    expect(of.getByText("and 11 more.")).toBeTruthy();
    expect(record(of).disabled).toBe(true);
    await user.click(of.getByRole("checkbox", { name: "Leave these rows out" }));
    expect(record(of).disabled).toBe(false);
  });

  test("has the mapping of the last one with its headers; another one is opened and saved", async () => {
    const mapping: Mapping = {
      kind: "snapshot",
      type: "client",
      id: { column: "No" },
      fields: { rate: { column: "Satz", number: true } },
    };
    const { fake, user, of } = await importing({
      choose_import: () => ({ ...FILE, mapping }),
      open_mapping: () => ({ ...mapping, type: "placement" }),
      save_mapping: () => "people.toml",
    });
    await of.findByText("3 events would be recorded");
    expect(fake.calls("plan_import")[0]?.mapping).toEqual(mapping);
    await user.click(of.getByRole("button", { name: "Open a mapping…" }));
    await waitFor(() => expect(fake.calls("plan_import")).toHaveLength(2));
    await of.findByText("3 events would be recorded");
    await user.click(of.getByRole("button", { name: "Save the mapping…" }));
    expect((await of.findByText(/^Saved as/)).textContent).toContain("people.toml");
    expect(fake.calls("save_mapping")[0]?.mapping.type).toBe("placement");
  });

  test("that cannot be compared says why, and a failure to record leaves the dialog", async () => {
    const refusal = { kind: "invalid" as const, message: "people.csv has the header “No” twice" };
    const { user, of } = await importing({ plan_import: () => Promise.reject(refusal) });
    await user.type(of.getByRole("textbox", { name: "Type of all rows" }), "candidate");
    expect((await of.findByRole("alert")).textContent).toContain("twice");
    expect(record(of).disabled).toBe(true);
  });

  test("is not offered where nothing can be recorded", async () => {
    core({ start: () => ({ ...START, journal: status({ read_only: "no right to write" }) }) });
    const user = open();
    await user.click(await screen.findByRole("button", { name: MENU }));
    expect(await screen.findByRole("button", { name: "Open folder…" })).toBeTruthy();
    expect(screen.queryByRole("button", { name: "Bring in a table…" })).toBeNull();
  });
});
