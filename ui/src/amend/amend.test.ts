import { render, screen, waitFor, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { describe, expect, test } from "vitest";
import type { Amend, EventRow, Preview } from "../ipc";
import type { Handlers } from "../ipc/fake";
import AmendHost from "../test/AmendHost.svelte";
import { core, detail, refuse, row, SETTINGS, status, value } from "../test/journal";
import { open } from "../test/window";
import {
  amendment,
  commonValue,
  fieldsOf,
  isCorrectable,
  namedIn,
  recordedValue,
  whyNotTogether,
} from "./draft";
import { asNewValue, asValue, kindProblem, type NewValue } from "./kinds";

const insert = row({
  field: "*",
  action: "insert",
  old: "",
  new: '{"rate":61.50,"note":null,"name":"Ada"}',
});

const preview = ({ amend }: { amend: Amend }): Preview[] => {
  const { addresses, what } = amend;
  if (what.kind !== "note" && what.reason.trim() === "") {
    return refuse("refused", "a reason is required")();
  }
  const to = what.kind === "correct" ? what.to : null;
  return addresses.map((address) => ({
    columns: [
      { column: "event_id", value: null, given_when_recorded: true },
      { column: "new_value", value: to, given_when_recorded: false },
      { column: "corrects", value: address, given_when_recorded: false },
      { column: "batch", value: null, given_when_recorded: false },
    ],
  }));
};

async function correct(user: ReturnType<typeof open>) {
  await user.click(await screen.findByRole("button", { name: "Correct…" }));
  return screen.findByRole("dialog", { name: "Correct an event" });
}

const confirm = () => screen.getByRole("button", { name: /^Record / }) as HTMLButtonElement;

describe("correcting", () => {
  const pending = { events: 1, since: null, problem: null };

  test("previews the event, and is confirmed by key", async () => {
    const fake = core({ preview, status: () => status({ pending }) });
    const user = open("records?event=evt-1");
    const dialog = await correct(user);
    expect(dialog.textContent).toContain("Recorded as Sarah");
    await waitFor(() => expect(dialog.textContent).toContain("A reason is required"));

    await user.clear(screen.getByLabelText("New value"));
    await user.type(screen.getByLabelText("New value"), "555-0188");
    await user.type(screen.getByLabelText("Reason"), "Typing error");
    const table = await within(dialog).findByRole("table");
    await waitFor(() => expect(table.textContent).toContain("555-0188"));
    expect(table.textContent).toContain("assigned when recorded");
    await waitFor(() => expect(confirm().disabled).toBe(false));
    await user.keyboard("{Control>}{Enter}{/Control}");
    expect(await screen.findByText("Saved on this device")).toBeTruthy();
    expect(fake.calls("amend")).toEqual([
      {
        amend: {
          addresses: ["evt-1"],
          what: { kind: "correct", field: null, to: "555-0188", reason: "Typing error" },
        },
      },
    ]);
    expect(screen.queryByRole("dialog")).toBeNull();
  });

  test("S2: what cannot be shown now is said to be recorded, and not to have failed", async () => {
    const not_shown = { kind: "failed" as const, message: "no such folder" };
    const events = [row({ event_id: "evt-9", action: "correct", place: null })];
    core({ preview, amend: () => ({ events, not_shown }) });
    const user = open("records?event=evt-1");
    await correct(user);
    await user.clear(screen.getByLabelText("New value"));
    await user.type(screen.getByLabelText("New value"), "555-0188");
    await user.type(screen.getByLabelText("Reason"), "Typing error");
    await waitFor(() => expect(confirm().disabled).toBe(false));
    await user.click(confirm());
    expect(
      await screen.findByText(/Recorded and saved on this device, but .* no such folder/),
    ).toBeTruthy();
    expect(screen.queryByRole("dialog")).toBeNull();
  });

  test("an empty reason blocks it, and takes the focus", async () => {
    const fake = core();
    const user = open("records?event=evt-1");
    await correct(user);
    await user.type(screen.getByLabelText("Reason"), "   ");
    await user.click(screen.getByLabelText("New value"));
    await user.keyboard("{Control>}{Enter}{/Control}");
    expect(document.activeElement).toBe(screen.getByLabelText("Reason"));
    await user.click(screen.getByLabelText("New value"));
    await user.click(confirm());
    expect(document.activeElement).toBe(screen.getByLabelText("Reason"));
    expect(screen.getByLabelText("Reason").getAttribute("aria-invalid")).toBe("true");
    expect(fake.calls("amend")).toEqual([]);
  });

  test("what was not previewed is not confirmed", async () => {
    let answer = (): void => {};
    const fake = core({
      preview: async (args) => {
        const { what } = args.amend;
        if (what.kind === "correct" && what.reason === "why not") {
          await new Promise<void>((resolve) => (answer = resolve));
        }
        return preview(args);
      },
    });
    const user = open("records?event=evt-1");
    await correct(user);
    await user.type(screen.getByLabelText("Reason"), "why");
    await waitFor(() => expect(confirm().disabled).toBe(false));
    await user.type(screen.getByLabelText("Reason"), " not");
    await user.keyboard("{Control>}{Enter}{/Control}");
    expect(fake.calls("amend")).toEqual([]);
    await waitFor(() => expect(fake.calls("preview").length).toBeGreaterThan(1));
    answer();
    await waitFor(() => expect(confirm().disabled).toBe(false));
    await user.keyboard("{Control>}{Enter}{/Control}");
    await waitFor(() => expect(fake.calls("amend")).toHaveLength(1));
  });

  test.each([
    [null, "null"],
    ["", "Empty"],
  ])("of %j begins where it is chosen", async (text, word) => {
    core({ preview, event: () => detail(row({ new: text })) });
    const user = open("records?event=evt-1");
    await correct(user);
    const radio = screen.getByRole("radio", { name: word });
    expect((radio as HTMLInputElement).checked).toBe(true);
    expect(radio.hasAttribute("autofocus")).toBe(true);
  });

  test("a refusal is shown in its words", async () => {
    core({ preview: refuse("refused", "no change: the event records this value already") });
    const user = open("records?event=evt-1");
    const dialog = await correct(user);
    await user.type(screen.getByLabelText("Reason"), "why");
    const alert = await within(dialog).findByRole("alert");
    expect(alert.textContent).toContain("the event records this value already");
    expect(confirm().disabled).toBe(true);
  });

  test("is previewed anew when the bucket is back", async () => {
    let answer: Handlers["preview"] = refuse("failed", "the bucket cannot be listed");
    const fake = core({ preview: (args) => answer(args) });
    const user = open("records?event=evt-1");
    const dialog = await correct(user);
    await fake.emit("status", status({ lost: { kind: "failed", message: "no such folder" } }));
    await user.type(screen.getByLabelText("Reason"), "why");
    expect((await within(dialog).findByRole("alert")).textContent).toContain("cannot be listed");
    answer = preview;
    await fake.emit("status", status());
    expect(await within(dialog).findByRole("table")).toBeTruthy();
    expect(within(dialog).queryByRole("alert")).toBeNull();
    await waitFor(() => expect(confirm().disabled).toBe(false));
    const before = fake.calls("preview").length;
    // A status alone is no reason.
    await fake.emit("status", status({ events: 4000 }));
    await user.type(screen.getByLabelText("Reason"), "!");
    await waitFor(() => expect(fake.calls("preview").length).toBeGreaterThan(before));
    expect(fake.calls("preview")).toHaveLength(before + 1);
  });

  test("null and empty are chosen, not typed", async () => {
    const fake = core({ preview });
    const user = open("records?event=evt-1");
    await correct(user);
    await user.click(screen.getByRole("radio", { name: "null" }));
    await waitFor(() =>
      expect(fake.calls("preview").at(-1)?.amend.what).toMatchObject({ to: null }),
    );
    await user.click(screen.getByRole("radio", { name: "Empty" }));
    await waitFor(() => expect(fake.calls("preview").at(-1)?.amend.what).toMatchObject({ to: "" }));
  });

  test("of a whole record asks for the field", async () => {
    const fake = core({ preview, event: () => detail(insert) });
    const user = open("records?event=evt-1");
    await correct(user);
    await user.selectOptions(screen.getByLabelText("Field"), "name");
    expect((screen.getByLabelText("New value") as HTMLTextAreaElement).value).toBe("Ada");
    await waitFor(() =>
      expect(fake.calls("preview").at(-1)?.amend.what).toMatchObject({ field: "name", to: "Ada" }),
    );
  });

  test("says when what was saved is in the bucket", async () => {
    const fake = core({ preview, status: () => status({ pending }) });
    const user = open("records?event=evt-1");
    await correct(user);
    await user.type(screen.getByLabelText("Reason"), "why");
    await waitFor(() => expect(confirm().disabled).toBe(false));
    await user.click(confirm());
    await screen.findByText("Saved on this device");
    expect(screen.queryByText("In the bucket")).toBeNull();
    await fake.emit("status", status());
    expect(await screen.findByText("In the bucket")).toBeTruthy();
    expect(screen.queryByText("Saved on this device")).toBeNull();
    expect(screen.getByRole("button", { name: "Void this event…" })).toBeTruthy();
  });

  test("under a set clock says that it is recorded now", async () => {
    core({ preview });
    const user = open("records?event=evt-1&at=2026-03-03T12:00:00Z");
    const dialog = await correct(user);
    expect(dialog.textContent).toContain("The clock is set, but this is recorded now");
  });

  test("asks for a name where none is set", async () => {
    const settings = { ...SETTINGS, actor: "" };
    const start = () => ({
      journal: status(),
      problem: null,
      recent: [],
      named: null,
      pending_elsewhere: [],
      events: null,
      settings,
      sample: false,
      unsaved: null,
    });
    const fake = core({ preview, start });
    const user = open("records?event=evt-1");
    const dialog = await correct(user);
    await user.type(within(dialog).getByLabelText(/Your name/), "Sarah{Enter}");
    await waitFor(() => expect(dialog.textContent).toContain("Recorded as Sarah"));
    expect(fake.calls("settings")).toHaveLength(1);
  });
});

describe("voiding and noting", () => {
  test.each([
    ["Void…", "Reason", { kind: "void", reason: "Wrong record" }],
    ["Note…", "Note", { kind: "note", text: "Wrong record" }],
  ])("%s", async (button, label, what) => {
    const fake = core({ preview });
    const user = open("records?event=evt-1");
    await user.click(await screen.findByRole("button", { name: button }));
    await user.type(screen.getByLabelText(label), "Wrong record");
    await waitFor(() => expect(confirm().disabled).toBe(false));
    await user.click(confirm());
    await waitFor(() =>
      expect(fake.calls("amend")).toEqual([{ amend: { addresses: ["evt-1"], what } }]),
    );
  });

  test("a record takes a note", async () => {
    const fake = core();
    const user = open("record/candidate/CAND-00342");
    await user.click(await screen.findByRole("button", { name: "Note…" }));
    await user.type(screen.getByLabelText("Note"), "Called back");
    await user.keyboard("{Control>}{Enter}{/Control}");
    await waitFor(() =>
      expect(fake.calls("note_record")).toEqual([
        { id: { entity_type: "candidate", entity_id: "CAND-00342" }, text: "Called back" },
      ]),
    );
  });
});

describe("a draft", () => {
  const RESTORED = "What you entered here before is restored";
  const close = async (user: ReturnType<typeof open>) => {
    await user.click(screen.getByRole("button", { name: "Cancel" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  };
  const entered = () =>
    ["New value", "Reason"].map(
      (label) => (screen.getByLabelText(label) as HTMLTextAreaElement).value,
    );

  test("is there again, until it is recorded", async () => {
    core({ preview });
    const user = open("records?event=evt-1");
    const dialog = await correct(user);
    expect(within(dialog).queryByText(RESTORED)).toBeNull();
    expect(within(dialog).queryByRole("button", { name: "Discard draft" })).toBeNull();
    await user.type(screen.getByLabelText("New value"), "9");
    await user.type(screen.getByLabelText("Reason"), "Typing error");
    await close(user);
    const again = await correct(user);
    expect(within(again).getByText(RESTORED)).toBeTruthy();
    expect(entered()).toEqual(["555-01879", "Typing error"]);
    await waitFor(() => expect(confirm().disabled).toBe(false));
    await user.click(confirm());
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    await correct(user);
    expect(entered()).toEqual(["555-0187", ""]);
  });

  test("is discarded by a button", async () => {
    core({ preview });
    const user = open("records?event=evt-1");
    await correct(user);
    await user.click(screen.getByRole("radio", { name: "null" }));
    await close(user);
    const again = await correct(user);
    expect((screen.getByRole("radio", { name: "null" }) as HTMLInputElement).checked).toBe(true);
    await user.click(within(again).getByRole("button", { name: "Discard draft" }));
    expect(within(again).queryByText(RESTORED)).toBeNull();
    expect(document.activeElement).toBe(screen.getByLabelText("Reason"));
    await close(user);
    await correct(user);
    expect(entered()).toEqual(["555-0187", ""]);
  });

  test.each([
    ["another event", "evt-2", "Correct…"],
    ["another action", "evt-1", "Void…"],
  ])("is not that of %s", async (_, address, button) => {
    core({ preview });
    const user = open("records?event=evt-1");
    await correct(user);
    await user.type(screen.getByLabelText("Reason"), "why");
    await close(user);
    location.hash = `records?event=${address}`;
    window.dispatchEvent(new PopStateEvent("popstate"));
    await screen.findAllByText(address);
    await user.click(screen.getByRole("button", { name: button }));
    await screen.findByRole("dialog");
    expect((screen.getByLabelText("Reason") as HTMLTextAreaElement).value).toBe("");
  });

  test("of a note on a record is there again too", async () => {
    core();
    const user = open("record/candidate/CAND-00342");
    const note = async () => {
      await user.click(await screen.findByRole("button", { name: "Note…" }));
      return screen.getByLabelText("Note") as HTMLTextAreaElement;
    };
    await user.type(await note(), "Called back");
    await close(user);
    expect((await note()).value).toBe("Called back");
    expect(screen.getByText(RESTORED)).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Discard draft" }));
    await close(user);
    expect((await note()).value).toBe("");
  });
});

describe("several events", () => {
  const of = (event_id: string, now: string) =>
    row({ event_id, entity_id: `CAND-${event_id}`, field: "rate", old: "1", new: now });
  const rows = [of("evt-1", "10.50"), of("evt-2", "10.50"), of("evt-12", "11")];

  async function amend(
    action: "correct" | "void",
    rows: EventRow[],
    handlers: Partial<Handlers> = {},
  ) {
    const fake = core({
      preview,
      event: ({ address }) => detail(of(address, "10.50")),
      ...handlers,
    });
    const user = userEvent.setup();
    render(AmendHost, { rows, action });
    const dialog = await screen.findByRole("dialog");
    return { fake, user, dialog: within(dialog) };
  }

  test("take one reason, and are recorded together", async () => {
    const { fake, user, dialog } = await amend("void", rows);
    expect(dialog.getByText("3 events of 3 records")).toBeTruthy();
    await user.type(dialog.getByLabelText("Reason"), "Imported twice");
    expect(await dialog.findByText("1 of 3")).toBeTruthy();
    await user.click(dialog.getByRole("button", { name: "Next event" }));
    const table = await dialog.findByRole("table");
    expect(table.textContent).toContain("evt-2");
    const options = dialog.getAllByRole("option");
    expect(options.map((one) => one.getAttribute("aria-selected"))).toEqual([
      "false",
      "true",
      "false",
    ]);
    await waitFor(() => expect(confirm().disabled).toBe(false));
    await user.click(screen.getByRole("button", { name: "Record 3 voids" }));
    await waitFor(() =>
      expect(fake.calls("amend")).toEqual([
        {
          amend: {
            addresses: ["evt-1", "evt-2", "evt-12"],
            what: { kind: "void", reason: "Imported twice" },
          },
        },
      ]),
    );
  });

  test("are moved through by key", async () => {
    const { user, dialog } = await amend("void", rows);
    dialog.getByRole("listbox").focus();
    await user.keyboard("{End}");
    const active = dialog.getByRole("listbox").getAttribute("aria-activedescendant") ?? "";
    expect(document.getElementById(active)?.textContent).toContain("CAND-evt-12");
  });

  test("of one field become one value, that none of them is where they differ", async () => {
    const { fake, user, dialog } = await amend("correct", rows);
    expect((dialog.getByLabelText(/New value/) as HTMLTextAreaElement).value).toBe("");
    expect(fake.calls("preview")).toEqual([]);
    await user.type(dialog.getByLabelText(/New value/), "12");
    await waitFor(() =>
      expect(fake.calls("preview").at(-1)?.amend).toMatchObject({
        addresses: ["evt-1", "evt-2", "evt-12"],
        what: { kind: "correct", field: null, to: "12" },
      }),
    );
  });

  test("of several fields cannot be corrected together", async () => {
    const { fake, dialog } = await amend("correct", [rows[0]!, row({ event_id: "evt-3" })]);
    expect(dialog.getByText(/These events are of 2 fields/)).toBeTruthy();
    expect(fake.calls("preview")).toEqual([]);
  });

  test("a refusal that names one leads to it, and it can be left out", async () => {
    const refusing = ({ amend }: { amend: Amend }) =>
      amend.addresses.includes("evt-12")
        ? refuse("refused", "evt-12: the event is void already")()
        : preview({ amend });
    const { fake, user, dialog } = await amend("void", rows, { preview: refusing });
    await user.type(dialog.getByLabelText("Reason"), "why");
    const alert = await dialog.findByRole("alert");
    expect(alert.textContent).toContain("evt-12: the event is void already");
    await user.click(dialog.getByRole("button", { name: "Show this event" }));
    expect(dialog.getAllByRole("option")[2]?.getAttribute("aria-selected")).toBe("true");
    await user.click(dialog.getByRole("button", { name: "Leave this event out" }));
    await waitFor(() =>
      expect(fake.calls("preview").at(-1)?.amend.addresses).toEqual(["evt-1", "evt-2"]),
    );
    await waitFor(() => expect(confirm().disabled).toBe(false));
  });

  test("a long value is read whole before it is edited", async () => {
    const whole = "word ".repeat(1000).trim();
    const event = row({ new: whole });
    const cut = {
      ...event,
      new_value: { ...value("word word")!, length: whole.length, cut: true },
    };
    await amend("correct", [cut], { event: () => detail(event) });
    const box = (await screen.findByLabelText("New value")) as HTMLTextAreaElement;
    expect(box.value).toBe(whole);
  });
});

describe("undoing", () => {
  test("is to void what was recorded", async () => {
    const fake = core({ preview });
    const user = open("records?event=evt-1");
    await correct(user);
    await user.type(screen.getByLabelText("Reason"), "why");
    await waitFor(() => expect(confirm().disabled).toBe(false));
    await user.click(confirm());
    await user.click(await screen.findByRole("button", { name: "Void this event…" }));
    const dialog = await screen.findByRole("dialog", { name: "Void an event" });
    await user.type(within(dialog).getByLabelText("Reason"), "Not so");
    await waitFor(() => expect(confirm().disabled).toBe(false));
    await user.click(confirm());
    await waitFor(() =>
      expect(fake.calls("amend").at(-1)).toEqual({
        amend: { addresses: ["evt-9"], what: { kind: "void", reason: "Not so" } },
      }),
    );
  });
});

describe("a draft", () => {
  test("knows the fields of an event", () => {
    expect(fieldsOf([row()])).toEqual(["phone"]);
    expect(fieldsOf([insert])).toEqual(["rate", "note", "name", "*"]);
    expect(fieldsOf([insert, row({ field: "*", new: '{"name":"Bo"}' })])).toEqual(["name", "*"]);
    expect(recordedValue(insert, "rate")).toBe("61.50");
    expect(recordedValue(insert, "note")).toBeNull();
  });

  test("names a field only within a whole record", () => {
    const to = { kind: "text", text: "1" } as const;
    const field = (name: string) => amendment([insert], "correct", name, to, "why").what;
    expect(field("rate")).toMatchObject({ field: "rate" });
    expect(field("*")).toMatchObject({ field: null });
  });

  test("has a common value where all events say the same", () => {
    expect(commonValue([row(), row()], "phone")).toBe("555-0187");
    expect(commonValue([row(), row({ new: null })], "phone")).toBeUndefined();
    const cut = { ...row(), new_value: { text: "5", length: 900, cut: true } };
    expect(commonValue([cut, cut], "phone")).toBeUndefined();
  });

  test.each([
    ["insert", true],
    ["update", true],
    ["correct", true],
    ["delete", false],
    ["void", false],
    ["ingest", false],
  ])("of a %s: correctable %s", (action, can) => {
    expect(isCorrectable(action)).toBe(can);
    expect(whyNotTogether([row({ action })]) === null).toBe(can);
  });

  test.each([
    ["evt-2: no change", 1],
    ["the event evt-12 is void already", 2],
    ["no such event", -1],
  ])("finds who is named in %j", (message, index) => {
    const rows = ["evt-1", "evt-2", "evt-12"].map((event_id) => row({ event_id }));
    expect(namedIn(message, rows)).toBe(index);
  });
});

describe("a new value is edited as what it is", () => {
  test.each<[string | null, NewValue["kind"]]>([
    [null, "null"],
    ["", "empty"],
    ["61.50", "number"],
    ["9007199254740993", "number"],
    ["007", "text"],
    ["2026-03-03", "date"],
    ["2026-02-30", "text"],
    ["2026-03-03T12:00:00Z", "instant"],
    ["true", "yes_no"],
    ["No", "yes_no"],
    ['{"a":1}', "json"],
    ["[1]", "json"],
    ["{", "text"],
    [" 1", "text"],
  ])("%j as %s", (text, kind) => {
    expect(asNewValue(text).kind).toBe(kind);
    expect(asValue(asNewValue(text))).toBe(text);
    expect(kindProblem(asNewValue(text))).toBeNull();
  });

  test.each<[NewValue["kind"], string]>([
    ["number", "1,5"],
    ["number", "1e3"],
    ["date", "3 March"],
    ["date", ""],
    ["instant", "2026-03-03"],
    ["json", "{'a': 1}"],
    ["yes_no", "maybe"],
    ["text", ""],
  ])("as %s not %j", (kind, text) => expect(kindProblem({ kind, text })).not.toBeNull());

  test.each([
    ["61.50", "textbox", "61.50"],
    ["2026-03-03T12:00:00Z", "textbox", "2026-03-03T12:00:00Z"],
    ["line one\nline two", "textbox", "line one\nline two"],
  ])("%j in a %s", async (text, role, shown) => {
    core({ event: () => detail(row({ new: text })) });
    const user = open("records?event=evt-1");
    const dialog = await correct(user);
    const box = within(dialog).getByRole(role, { name: "New value" }) as HTMLInputElement;
    expect(box.value).toBe(shown);
  });

  test("with the mark of what is valid", async () => {
    core({ preview, event: () => detail(row({ new: '{"a":1}' })) });
    const user = open("records?event=evt-1");
    const dialog = await correct(user);
    expect(within(dialog).getByText("Valid JSON")).toBeTruthy();
    await user.type(within(dialog).getByLabelText("New value"), "x");
    expect(within(dialog).getByText(/^Not JSON/)).toBeTruthy();
    expect(within(dialog).getByText("Enter a valid new value to see the event")).toBeTruthy();
  });

  test("and shows the difference before it is recorded", async () => {
    core({ preview, event: () => detail(row({ new: "61.50" })) });
    const user = open("records?event=evt-1");
    const dialog = await correct(user);
    await user.clear(within(dialog).getByLabelText("New value"));
    await user.type(within(dialog).getByLabelText("New value"), "74.25");
    expect(within(dialog).getByRole("group", { name: "The change" }).textContent).toContain(
      "+12.75",
    );
  });
});
