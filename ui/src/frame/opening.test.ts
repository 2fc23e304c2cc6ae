/** Opening a journal by its URL, and what is said of one in a store. */
import { screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, test } from "vitest";
import type * as ipc from "../ipc";
import { CLIENTS, COMPLETE, core, readingOf, refuse, SETTINGS, status } from "../test/journal";
import { open } from "../test/window";

const URL = "s3://acme/hr?profile=audit";
const OPEN = "{Control>}o{/Control}";
const LISTED = "2026-02-02T14:03:00Z";

const named = (change: Partial<ipc.NamedLocation> = {}): ipc.NamedLocation => ({
  kind: "s3",
  name: "acme",
  prefix: "",
  account: null,
  region: null,
  opened_as: "",
  ...change,
});

const start = (change: Partial<ipc.Start>) => (): ipc.Start => ({
  journal: null,
  problem: null,
  named: null,
  recent: [CLIENTS],
  pending_elsewhere: [],
  events: null,
  settings: SETTINGS,
  sample: true,
  unsaved: null,
  ...change,
});

const plain = (element: Element | null) => element?.textContent?.replace(/\s+/g, " ").trim();

/** The dialog, with a text in its field. */
async function typed(user: ReturnType<typeof open>, text: string) {
  await screen.findByRole("grid");
  await user.keyboard(OPEN);
  const dialog = await screen.findByRole("dialog", { name: "Open a journal" });
  await user.type(within(dialog).getByLabelText("URL"), text);
  return within(dialog);
}

describe("the dialog that opens a URL", () => {
  test.each<[string, ipc.NamedLocation]>([
    ["S3 bucket acme", named()],
    [
      "S3 bucket acme, path hr, in eu-west-1, as profile audit",
      named({ prefix: "hr", region: "eu-west-1", opened_as: "as profile audit" }),
    ],
    [
      "Azure container box, in the storage account firm, path a/b",
      named({ kind: "azure", name: "box", account: "firm", prefix: "a/b" }),
    ],
    [
      "Google Cloud Storage bucket acme, anonymously",
      named({ kind: "gcs", opened_as: "anonymously" }),
    ],
  ])("says how it was understood: %s", async (said, answer) => {
    core({ read_location: () => answer });
    const dialog = await typed(open(), "x");
    await waitFor(() => expect(plain(dialog.getByRole("status"))).toBe(said));
  });

  test("says why it is none beside the field, and nowhere else", async () => {
    core({ read_location: refuse("invalid", "s3:// cannot be opened: it names no bucket") });
    const dialog = await typed(open(), "s3://");
    expect(await dialog.findByText(/it names no bucket/)).toBeTruthy();
    expect(dialog.getByLabelText("URL").getAttribute("aria-invalid")).toBe("true");
    expect(screen.getAllByText(/it names no bucket/)).toHaveLength(1);
  });

  test("opens what is typed, and closes", async () => {
    const fake = core({ read_location: () => named() });
    const user = open();
    await typed(user, `${URL}{Enter}`);
    expect(await screen.findByRole("button", { name: "Open journal: hr" })).toBeTruthy();
    expect(fake.calls("open_location")).toEqual([{ text: URL }]);
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  });

  test("R6: says why it was not opened, leads to the store's page of Help, and tries again", async () => {
    let isDenied = true;
    const denied = refuse(
      "failed",
      "the credentials have no right to list objects (s3:ListBucket)",
    );
    core({
      read_location: () => named(),
      open_location: () => (isDenied ? denied() : status({ name: "hr", opening: 2 })),
    });
    const user = open();
    const dialog = await typed(user, `${URL}{Enter}`);
    expect(await dialog.findByText(/no right to list objects/)).toBeTruthy();
    expect(screen.getAllByText(/no right to list objects/)).toHaveLength(1);
    expect(await dialog.findByRole("button", { name: /^Help: S3/ })).toBeTruthy();
    isDenied = false;
    await user.click(dialog.getByRole("button", { name: "Try again" }));
    expect(await screen.findByRole("button", { name: "Open journal: hr" })).toBeTruthy();
  });

  test("gives an opening up, and keeps what was typed", async () => {
    let give_up = () => {};
    const opening = new Promise<ipc.Status>((_, reject) => {
      give_up = () => reject({ kind: "cancelled", message: "another journal was opened" });
    });
    const fake = core({
      open_location: () => opening,
      cancel_opening: () => {
        give_up();
        return null;
      },
    });
    const user = open();
    const dialog = await typed(user, `${URL}{Enter}`);
    expect(await dialog.findByRole("progressbar", { name: "Opening…" })).toBeTruthy();
    await user.click(dialog.getAllByRole("button", { name: "Cancel" })[0]!);
    await waitFor(() => expect(dialog.queryByRole("progressbar")).toBeNull());
    expect(fake.calls("cancel_opening")).toHaveLength(1);
    expect(dialog.getByLabelText<HTMLInputElement>("URL").value).toBe(URL);
    expect(screen.queryByText(/another journal was opened/)).toBeNull();
  });

  test("is in the palette", async () => {
    core();
    const user = open();
    await screen.findByRole("grid");
    await user.keyboard("{Control>}k{/Control}");
    screen.getByRole("combobox", { name: "Find an action or a view" }).focus();
    await user.keyboard("open url{Enter}");
    expect(await screen.findByRole("dialog", { name: "Open a journal" })).toBeTruthy();
  });
});

describe("a recent journal that does not open", () => {
  const failing = { open_recent: refuse("failed", "the store cannot be reached") };

  test("beside an open one is tried again in the dialog, where it is in a store", async () => {
    const recent: ipc.Recent = { ...CLIENTS, kind: "s3", location: "s3://acme/clients" };
    core({ start: start({ journal: status(), recent: [recent] }), ...failing });
    const user = open();
    await user.click(await screen.findByRole("button", { name: "Open journal: placements" }));
    await user.click(await screen.findByRole("button", { name: /^clients/ }));
    const dialog = within(await screen.findByRole("dialog", { name: "Open a journal" }));
    expect(dialog.getByText(/store cannot be reached/)).toBeTruthy();
    expect(dialog.getByLabelText<HTMLInputElement>("URL").value).toBe(recent.location);
    await user.click(dialog.getByRole("button", { name: "Try again" }));
    expect(await screen.findByRole("button", { name: "Open journal: hr" })).toBeTruthy();
  });

  test("on the first page is tried again there", async () => {
    const fake = core({ start: start({}), ...failing });
    const user = open();
    await user.click(await screen.findByRole("button", { name: /^clients/ }));
    await user.click(await screen.findByRole("button", { name: "Try again" }));
    await waitFor(() => expect(fake.calls("open_recent")).toHaveLength(2));
  });
});

test("a journal that was named at the start is tried again by its location", async () => {
  const problem = { kind: "failed" as const, message: "the store cannot be reached" };
  const fake = core({ start: start({ problem, named: URL }) });
  const user = open();
  await user.click(await screen.findByRole("button", { name: "Try again" }));
  expect(await screen.findByRole("button", { name: "Open journal: hr" })).toBeTruthy();
  expect(fake.calls("open_location")).toEqual([{ text: URL }]);
});

describe("a journal in a store", () => {
  const store = { kind: "s3" as const, location: URL, opened_as: "as profile audit" };
  const older = { ...COMPLETE, as_of: LISTED, complete: false };
  const offline = { ...older, listing: "the store cannot be reached" };

  async function shown(change: Partial<ipc.Status>) {
    const fake = core({ start: start({ journal: status({ ...store, ...change }) }) });
    const user = open();
    await screen.findByRole("grid");
    return { fake, user };
  }

  test("says where it is and who opens it", async () => {
    const { user } = await shown({});
    await user.click(screen.getByRole("button", { name: "Open journal: placements" }));
    expect(await screen.findByText(URL)).toBeTruthy();
    expect(screen.getByText("as profile audit")).toBeTruthy();
  });

  test("R10: is offline as of when it was listed, and comes back", async () => {
    const { fake, user } = await shown({ coverage: offline });
    const said = await screen.findByText("Offline", { selector: "strong" });
    const banner = said.closest("[role=status]");
    expect(plain(banner)).toMatch(
      /^Offline, as of 2026-02-02 14:03:00\. The store cannot be reached\. What you record is saved/,
    );
    await user.click(screen.getByRole("button", { name: /^Offline, as of/ }));
    const dialog = await screen.findByRole("dialog", { name: "Coverage" });
    expect(plain(dialog)).toContain("The bucket cannot be reached: the store cannot be reached.");
    await fake.emit("status", status({ ...store }));
    expect(await screen.findByText("The bucket is back")).toBeTruthy();
    expect(screen.queryByText(/Offline, as of/)).toBeNull();
  });

  test("R10: offline and read-only, it promises nothing about recording", async () => {
    await shown({ coverage: offline, read_only: "no right to put" });
    const said = await screen.findByText("Offline", { selector: "strong" });
    expect(plain(said.closest("[role=status]"))).not.toContain("What you record");
  });

  test("says quietly that it is listed anew, and no banner", async () => {
    await shown({ coverage: older, reading: readingOf(12, 12) });
    const looking = await screen.findByRole("button", { name: /^As listed at .* · looking…$/ });
    expect(looking.className).not.toContain("partial");
    expect(screen.queryByRole("progressbar")).toBeNull();
    expect(screen.queryByText(/^Offline/)).toBeNull();
  });

  test("R6: that may no longer be read is said to be so, and why", async () => {
    const lost = { kind: "failed" as const, message: "the credentials have expired" };
    await shown({ lost });
    const banner = await screen.findByRole("alert");
    expect(plain(banner)).toContain("Not up to date. The credentials have expired.");
    expect(within(banner).getByRole("button", { name: /^Help: S3/ })).toBeTruthy();
  });

  test("is looked at as a whole by F5, and by the button", async () => {
    const { fake, user } = await shown({});
    await user.keyboard("{F5}");
    await waitFor(() => expect(fake.calls("look")).toHaveLength(1));
    await user.click(await screen.findByRole("button", { name: "Look for new events" }));
    await waitFor(() => expect(fake.calls("look")).toHaveLength(2));
  });
});
