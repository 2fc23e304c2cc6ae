import { screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, test } from "vitest";
import type { Field, Settings } from "../ipc";
import type { Handlers } from "../ipc/fake";
import {
  core,
  field,
  item,
  recordView,
  refuse,
  row,
  savingTo,
  SETTINGS,
  status,
  timelinePage,
} from "../test/journal";
import { open } from "../test/window";
import { chosenFields, isMatch, nameOf } from "./nameFields";

const AT = "record/candidate/CAND-00342";
const FIELDS = [
  field("first_name", "Ada"),
  field("last_name", " Lovelace "),
  field("middle_name", " "),
  field("phone", "555-0187"),
];

interface Given {
  fields?: Field[];
  names?: Settings["names"];
  handlers?: Partial<Handlers>;
}

/** The page of a record, whose name is by the saved choice, as the core makes it. */
async function recordPage({ fields = FIELDS, names = {}, handlers = {} }: Given = {}) {
  const save = savingTo({ ...SETTINGS, names });
  const settings = await save({ settings: {} });
  const nameNow = async () => {
    const chosen = chosenFields(await save({ settings: {} }), "candidate");
    return nameOf(chosen.map((name) => fields.find((one) => one.field === name)));
  };
  const fake = core({
    start: () => ({
      journal: status(),
      problem: null,
      recent: [],
      named: null,
      pending_elsewhere: [],
      events: null,
      settings,
      sample: true,
      unsaved: null,
    }),
    record: async () => recordView({ fields, name: await nameNow() }),
    record_names: async ({ records }) => {
      const name = await nameNow();
      return records.map(() => name);
    },
    timeline: (args) => timelinePage([item(row())], args),
    settings: save,
    ...handlers,
  });
  const user = open(AT);
  await screen.findByRole("region", { name: "Timeline" });
  return { fake, user };
}

async function dialogOf(user: ReturnType<typeof open>, button = "Choose a name…") {
  await user.click(screen.getByRole("button", { name: button }));
  return within(await screen.findByRole("dialog", { name: "Choose what names records" }));
}
type InDialog = Awaited<ReturnType<typeof dialogOf>>;

const rows = (dialog: InDialog, list: string) =>
  within(dialog.getByRole("list", { name: list }))
    .getAllByRole("listitem")
    .map((one) => one.textContent?.replace(/\s+/g, " ").trim());
const box = (dialog: InDialog, name: RegExp) =>
  dialog.getByRole<HTMLInputElement>("checkbox", { name });
const preview = (dialog: InDialog) => dialog.getByRole("status").textContent?.trim();
const heading = () => screen.getByRole("heading", { level: 1 }).textContent;

describe("the fields that name a type", () => {
  test("are picked and ordered by key, previewed, and saved by Enter", async () => {
    const { fake, user } = await recordPage();
    const button = screen.getByRole("button", { name: "Choose a name…" });
    const dialog = await dialogOf(user);
    expect(dialog.getByText(/records are named by/).textContent).toContain("candidate");
    expect(dialog.getByText(/^Search by name still goes by/)).toBeTruthy();
    expect(preview(dialog)).toBe("Pick at least one field");
    expect(box(dialog, /^first_name Ada/).hasAttribute("autofocus")).toBe(true);
    box(dialog, /^last_name/).focus();
    await user.keyboard(" ");
    expect(document.activeElement).toBe(box(dialog, /^last_name/));
    await user.click(box(dialog, /^first_name/));
    expect(rows(dialog, "Fields of the name")).toHaveLength(2);
    expect(preview(dialog)).toBe("Shown as: Lovelace Ada");
    const up = dialog.getByRole("button", { name: "Move first_name up" });
    up.focus();
    await user.keyboard("{Enter}");
    expect(preview(dialog)).toBe("Shown as: Ada Lovelace");
    const down = dialog.getByRole("button", { name: "Move first_name down" });
    expect(document.activeElement).toBe(down);
    await user.tab();
    await user.keyboard("{Enter}");
    expect(fake.calls("settings")).toEqual([
      { settings: { names: { candidate: ["first_name", "last_name"] } } },
    ]);
    await waitFor(() => expect(document.activeElement).toBe(button));
    expect(button.textContent).toBe("Name from…");
  });

  test("are taken at once: the record and the names are asked for anew", async () => {
    const { fake, user } = await recordPage({ names: { candidate: ["phone"], client: ["name"] } });
    expect(heading()).toContain("555-0187");
    const before = fake.calls("record").length;
    const dialog = await dialogOf(user, "Name from…");
    expect(rows(dialog, "Fields of the name")).toEqual(["phone 555-0187"]);
    await user.click(box(dialog, /^phone/));
    expect(document.activeElement).toBe(box(dialog, /^phone/));
    await user.click(box(dialog, /^first_name/));
    await user.click(dialog.getByRole("button", { name: "Save" }));
    await waitFor(() => expect(heading()).toContain("Ada"));
    expect(fake.calls("record").length).toBe(2 * before);
    await user.keyboard("ge");
    expect((await screen.findAllByText("Ada")).length).toBeGreaterThan(0);
    expect(fake.calls("settings").at(-1)?.settings).toEqual({
      names: { candidate: ["first_name"] },
    });
  });

  test("name the records on screen anew", async () => {
    const { fake, user } = await recordPage({ handlers: { record_names: () => ["Ada"] } });
    await user.keyboard("ge");
    await screen.findAllByText("Ada");
    const asked = fake.calls("record_names").length;
    history.back();
    await screen.findByRole("region", { name: "Timeline" });
    const dialog = await dialogOf(user);
    await user.click(box(dialog, /^phone/));
    await user.keyboard("{Enter}");
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    await user.keyboard("ge");
    await waitFor(() => expect(fake.calls("record_names").length).toBeGreaterThan(asked));
  });

  test("are left to Daybook again", async () => {
    const { fake, user } = await recordPage({ names: { candidate: ["phone"] } });
    const dialog = await dialogOf(user, "Name from…");
    await user.click(dialog.getByRole("button", { name: "Let Daybook guess" }));
    await screen.findByRole("button", { name: "Choose a name…" });
    expect(fake.calls("settings")).toEqual([{ settings: { names: { candidate: [] } } }]);
    const again = await dialogOf(user);
    const guess = again.getByRole<HTMLButtonElement>("button", { name: "Let Daybook guess" });
    expect(guess.disabled).toBe(true);
  });

  test("stay where this record lacks them", async () => {
    const { user } = await recordPage({ names: { candidate: ["nickname"] } });
    const dialog = await dialogOf(user);
    expect(rows(dialog, "Fields of the name")).toEqual(["nickname not in this record"]);
    expect(preview(dialog)).toMatch(/^Shown by its id/);
    await user.click(box(dialog, /^nickname/));
    expect(rows(dialog, "Other fields")).toContain("nickname not in this record");
  });

  test("stay as they were on Cancel, and where they cannot be saved", async () => {
    const { fake, user } = await recordPage({
      handlers: { settings: refuse("failed", "the disk is full") },
    });
    let dialog = await dialogOf(user);
    await user.click(box(dialog, /^phone/));
    await user.click(dialog.getByRole("button", { name: "Cancel" }));
    expect(screen.queryByRole("dialog")).toBeNull();
    expect(fake.calls("settings")).toEqual([]);
    dialog = await dialogOf(user);
    await user.keyboard("{Enter}");
    await user.click(box(dialog, /^phone/));
    await user.click(dialog.getByRole("button", { name: "Save" }));
    expect((await screen.findByRole("alert")).textContent).toContain("The disk is full");
    expect(screen.getByRole("dialog")).toBeTruthy();
    expect(heading()).not.toContain("555");
  });

  test("are searched where there are many, and not all listed at once", async () => {
    const many = Array.from({ length: 300 }, (_, at) => field(`field_${at}`, `value ${at}`));
    const { user } = await recordPage({ fields: many });
    const dialog = await dialogOf(user);
    expect(rows(dialog, "Other fields")).toHaveLength(200);
    expect(dialog.getByText(/^And 100 more/)).toBeTruthy();
    const search = dialog.getByRole("searchbox", { name: "Find a field or a value" });
    expect(search.hasAttribute("autofocus")).toBe(true);
    await user.type(search, "VALUE 299");
    expect(rows(dialog, "Other fields")).toEqual(["field_299 value 299"]);
    await user.click(box(dialog, /^field_299/));
    expect(dialog.getByText(/^No other field/)).toBeTruthy();
    await user.clear(search);
    await user.type(search, "field_7");
    await user.click(box(dialog, /^field_299/));
    expect(document.activeElement).toBe(search);
  });

  test("have no search box where there are few", async () => {
    const { user } = await recordPage();
    expect((await dialogOf(user)).queryByRole("searchbox")).toBeNull();
  });

  test("are chosen from the palette too", async () => {
    const { user } = await recordPage();
    await user.keyboard("{Control>}k{/Control}");
    const list = await screen.findByRole("listbox", { name: "Actions and views" });
    await user.click(within(list).getByRole("option", { name: /names candidate records/ }));
    expect(await screen.findByRole("dialog", { name: "Choose what names records" })).toBeTruthy();
  });

  test("are not to be chosen in a record without fields", async () => {
    await recordPage({ fields: [] });
    expect(screen.queryByRole("button", { name: "Choose a name…" })).toBeNull();
  });

  test("U1, U3: are hostile until they are shown", async () => {
    const evil = "<img src=x>\u202egnp";
    const { user } = await recordPage({ fields: [field(evil, evil), field("__proto__", "x")] });
    const dialog = await dialogOf(user);
    await user.click(dialog.getAllByRole("checkbox")[0]!);
    await user.click(box(dialog, /^__proto__/));
    const root = screen.getByRole("dialog");
    expect(root.querySelector("img")).toBeNull();
    expect(root.textContent).not.toContain("\u202e");
    expect(preview(dialog)).toContain("<img src=x>U+202E");
    expect(
      dialog.getByRole("button", { name: "Move <img src=x>[right-to-left override]gnp up" }),
    ).toBeTruthy();
  });
});

describe("a name from fields", () => {
  test.each([
    [["Ada", " Lovelace "], "Ada Lovelace"],
    [["", null, "Ada"], "Ada"],
    [[" ", null], null],
    [[], null],
  ])("joins the values that are not blank: %j", (values, name) =>
    expect(nameOf(values.map((value) => field("a", value)))).toBe(name),
  );

  test("is of a type of any name", () => {
    const names = { candidate: ["phone"] };
    expect(chosenFields({ ...SETTINGS, names }, "candidate")).toEqual(["phone"]);
    for (const type of ["client", "constructor", "__proto__"])
      expect(chosenFields({ ...SETTINGS, names }, type)).toEqual([]);
  });

  test("comes from fields that are found by name or value, in any case", () => {
    expect(isMatch(field("Phone", "A"), "pho")).toBe(true);
    expect(isMatch(field("phone", "Ada"), "ADA")).toBe(true);
    expect(isMatch(field("phone", null), "null")).toBe(false);
  });
});
