import { screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, test } from "vitest";
import type { Amend, Preview } from "../ipc";
import { core, detail, refuse, row, status } from "../test/journal";
import { open } from "../test/window";
import { amendment, fieldsOf, isCorrectable, recordedValue } from "./draft";

const insert = row({
  field: "*",
  action: "insert",
  old: "",
  new: '{"rate":61.50,"note":null,"name":"Ada"}',
});

const preview = ({ amend }: { amend: Amend }): Preview => {
  const { what } = amend;
  if (what.kind !== "note" && what.reason.trim() === "") {
    return refuse("refused", "a reason is required")();
  }
  const to = what.kind === "correct" ? what.to : null;
  return {
    columns: [
      { column: "event_id", value: null, given_when_recorded: true },
      { column: "new_value", value: to, given_when_recorded: false },
    ],
  };
};

async function correct(user: ReturnType<typeof open>) {
  await user.click(await screen.findByRole("button", { name: "Correct…" }));
  return screen.findByRole("dialog", { name: "Correct an event" });
}

const confirm = () => screen.getByRole("button", { name: /^Record / }) as HTMLButtonElement;

describe("correcting", () => {
  test("previews the event, and is confirmed by key", async () => {
    const fake = core({ preview });
    const user = open("events?event=evt-1");
    const dialog = await correct(user);
    expect(dialog.textContent).toContain("Recorded as Sarah");
    await waitFor(() => expect(dialog.textContent).toContain("A reason is required"));
    expect(confirm().disabled).toBe(true);

    await user.clear(screen.getByLabelText("New value"));
    await user.type(screen.getByLabelText("New value"), "555-0188");
    await user.type(screen.getByLabelText("Reason"), "Typing error");
    const table = await within(dialog).findByRole("table");
    await waitFor(() => expect(table.textContent).toContain("555-0188"));
    expect(table.textContent).toContain("given when recorded");
    await waitFor(() => expect(confirm().disabled).toBe(false));
    await user.keyboard("{Control>}{Enter}{/Control}");
    expect(await screen.findByText("Saved on this device")).toBeTruthy();
    expect(fake.asked("amend")).toEqual([
      {
        amend: {
          address: "evt-1",
          what: { kind: "correct", field: null, to: "555-0188", reason: "Typing error" },
        },
      },
    ]);
    expect(screen.queryByRole("dialog")).toBeNull();
  });

  test("an empty reason blocks it, and takes the focus", async () => {
    const fake = core({ preview: () => ({ columns: [] }) });
    const user = open("events?event=evt-1");
    await correct(user);
    await user.type(screen.getByLabelText("Reason"), "   ");
    await user.click(screen.getByLabelText("New value"));
    await user.keyboard("{Control>}{Enter}{/Control}");
    expect(document.activeElement).toBe(screen.getByLabelText("Reason"));
    expect(fake.asked("amend")).toEqual([]);
  });

  test("a refusal is shown in its words", async () => {
    core({ preview: refuse("refused", "no change: the event records this value already") });
    const user = open("events?event=evt-1");
    const dialog = await correct(user);
    await user.type(screen.getByLabelText("Reason"), "why");
    const alert = await within(dialog).findByRole("alert");
    expect(alert.textContent).toContain("the event records this value already");
    expect(confirm().disabled).toBe(true);
  });

  test("null and empty are chosen, not typed", async () => {
    const fake = core({ preview });
    const user = open("events?event=evt-1");
    await correct(user);
    await user.click(screen.getByRole("radio", { name: "null" }));
    await waitFor(() =>
      expect(fake.asked("preview").at(-1)?.amend.what).toMatchObject({ to: null }),
    );
    await user.click(screen.getByRole("radio", { name: "Empty" }));
    await waitFor(() => expect(fake.asked("preview").at(-1)?.amend.what).toMatchObject({ to: "" }));
  });

  test("of a whole record asks for the field", async () => {
    const fake = core({ preview, event: () => detail(insert) });
    const user = open("events?event=evt-1");
    await correct(user);
    await user.selectOptions(screen.getByLabelText("Field"), "name");
    expect((screen.getByLabelText("New value") as HTMLTextAreaElement).value).toBe("Ada");
    await waitFor(() =>
      expect(fake.asked("preview").at(-1)?.amend.what).toMatchObject({ field: "name", to: "Ada" }),
    );
  });

  test("says when what was saved is in the bucket", async () => {
    const waiting = status({ pending: { events: 1, since: null, problem: null } });
    const fake = core({ preview, status: () => waiting });
    const user = open("events?event=evt-1");
    await correct(user);
    await user.type(screen.getByLabelText("Reason"), "why");
    await waitFor(() => expect(confirm().disabled).toBe(false));
    await user.click(confirm());
    await screen.findByText("Saved on this device");
    expect(screen.queryByText("In the bucket")).toBeNull();
    await fake.tell("status", status());
    expect(await screen.findByText("In the bucket")).toBeTruthy();
  });

  test("under a set clock says that it is recorded now", async () => {
    core({ preview });
    const user = open("events?event=evt-1&at=2026-03-03T12:00:00Z");
    const dialog = await correct(user);
    expect(dialog.textContent).toContain("The clock is set, but this is recorded now");
  });

  test("asks for a name where none is set", async () => {
    const settings = { actor: "", theme: "system" as const, utc: true };
    const start = () => ({ journal: status(), problem: null, recent: [], settings, sample: false });
    const fake = core({ preview, start });
    const user = open("events?event=evt-1");
    const dialog = await correct(user);
    await user.type(within(dialog).getByLabelText(/Your name/), "Sarah{Enter}");
    await waitFor(() => expect(dialog.textContent).toContain("Recorded as Sarah"));
    expect(fake.asked("settings")).toHaveLength(1);
  });
});

describe("voiding and noting", () => {
  test.each([
    ["Void…", "Reason", { kind: "void", reason: "Wrong record" }],
    ["Note…", "Note", { kind: "note", text: "Wrong record" }],
  ])("%s", async (button, label, what) => {
    const fake = core({ preview });
    const user = open("events?event=evt-1");
    await user.click(await screen.findByRole("button", { name: button }));
    await user.type(screen.getByLabelText(label), "Wrong record");
    await waitFor(() => expect(confirm().disabled).toBe(false));
    await user.click(confirm());
    await waitFor(() =>
      expect(fake.asked("amend")).toEqual([{ amend: { address: "evt-1", what } }]),
    );
  });

  test("a record takes a note", async () => {
    const fake = core();
    const user = open("record/candidate/CAND-00342");
    await user.click(await screen.findByRole("button", { name: "Note…" }));
    await user.type(screen.getByLabelText("Note"), "Called back");
    await user.keyboard("{Control>}{Enter}{/Control}");
    await waitFor(() =>
      expect(fake.asked("note_record")).toEqual([
        { id: { entity_type: "candidate", entity_id: "CAND-00342" }, text: "Called back" },
      ]),
    );
  });
});

describe("a draft", () => {
  test("knows the fields of an event", () => {
    expect(fieldsOf(row())).toEqual(["phone"]);
    expect(fieldsOf(insert)).toEqual(["rate", "note", "name", "*"]);
    expect(recordedValue(insert, "rate")).toBe("61.50");
    expect(recordedValue(insert, "note")).toBeNull();
  });

  test("names a field only within a whole record", () => {
    const to = { kind: "text", text: "1" } as const;
    expect(amendment(insert, "correct", "rate", to, "why").what).toMatchObject({ field: "rate" });
    expect(amendment(insert, "correct", "*", to, "why").what).toMatchObject({ field: null });
  });

  test.each([
    ["insert", true],
    ["update", true],
    ["correct", true],
    ["delete", false],
    ["void", false],
    ["ingest", false],
  ])("of a %s: correctable %s", (action, can) => expect(isCorrectable(action)).toBe(can));
});
