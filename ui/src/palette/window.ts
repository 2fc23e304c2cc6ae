/** What can be done wherever one is in the window. */
import type { App } from "../frame/app.svelte";
import { nextZoom, savedZoom, zoomTo } from "../frame/zoom";
import * as ipc from "../ipc";
import type { Theme } from "../ipc";
import { LISTS } from "../query/query";
import { words } from "../words";
import type { Entry, Section } from "./entries";

const THEMES: readonly Theme[] = ["system", "light", "dark"];

export function windowEntries(app: App): Entry[] {
  return [...listEntries(app), ...journalEntries(app), ...otherEntries(app)];
}

/** The entries of a section, of those that are possible. */
function entriesOf(section: Section, all: (Omit<Entry, "section"> | false)[]): Entry[] {
  return all.filter((entry) => entry !== false).map((entry) => ({ section, ...entry }));
}

function listEntries(app: App): Entry[] {
  if (app.journal.status === null) return [];
  return entriesOf("views", [
    ...LISTS.map((view) => ({
      label: words.frame.view[view],
      keys: words.keys.of.list[view],
      run: () => app.navigation.go({ kind: "list", view }),
    })),
    app.query.at !== null && {
      label: words.frame.clock.backToNow,
      run: () => app.navigation.go({ kind: "clock", at: null }),
    },
    { label: words.frame.back, keys: words.keys.of.back, run: () => history.back() },
    { label: words.frame.forward, keys: words.keys.of.forward, run: () => history.forward() },
  ]);
}

function journalEntries(app: App): Entry[] {
  const { journal } = app;
  const { status } = journal;
  const pending = status !== null && status.pending.events !== 0 && status.read_only === null;
  return entriesOf("journal", [
    status !== null && {
      label: words.frame.status.refresh,
      keys: words.keys.of.refresh,
      run: () => void journal.refresh(),
    },
    pending && { label: words.frame.status.flush, run: () => void journal.flush() },
    status !== null &&
      status.read_only === null && {
        label: words.import.open,
        run: () => (app.dialog = { kind: "import" }),
      },
    status !== null && {
      label: words.frame.coverage.title,
      run: () => (app.dialog = { kind: "coverage" }),
    },
    ...journal.recent
      .filter(({ location }) => location !== status?.location)
      .map((recent) => ({
        label: words.palette.openJournal(recent.name, recent.location),
        keys: words.palette.keysOfNewWindow,
        run: (inNewWindow: boolean) =>
          void (inNewWindow ? journal.openWindow(recent.handle) : app.openRecent(recent)),
      })),
    {
      label: words.frame.open.url,
      keys: words.keys.of.openUrl,
      run: () => (app.dialog = { kind: "open" }),
    },
    {
      label: words.frame.open.folder,
      run: () => void journal.open(() => ipc.openDialog(false)),
    },
    {
      label: words.frame.open.archive,
      run: () => void journal.open(() => ipc.openDialog(true)),
    },
    journal.sample && {
      label: words.frame.open.sample,
      run: () => void journal.open(ipc.openSample),
    },
    {
      label: words.frame.open.newWindow,
      keys: words.keys.of.newWindow,
      run: () => void journal.openWindow(null),
    },
  ]);
}

function otherEntries(app: App): Entry[] {
  const keys = words.keys.of;
  const zoom = (factor: number) => void zoomTo(factor).catch((error) => app.toasts.problem(error));
  return entriesOf("window", [
    { label: words.frame.help, keys: keys.help, run: () => (app.dialog = { kind: "help" }) },
    { label: words.frame.keys, keys: keys.keys, run: () => (app.dialog = { kind: "keys" }) },
    { label: words.frame.settingsButton, run: () => (app.dialog = { kind: "settings" }) },
    ...THEMES.filter((theme) => theme !== app.journal.settings.theme).map((theme) => ({
      label: words.frame.themeButton(theme),
      run: () => void app.journal.saveSettings({ theme }),
    })),
    {
      label: words.palette.zoomIn,
      keys: keys.zoomIn,
      run: () => zoom(nextZoom(savedZoom(), 1)),
    },
    {
      label: words.palette.zoomOut,
      keys: keys.zoomOut,
      run: () => zoom(nextZoom(savedZoom(), -1)),
    },
    { label: words.palette.resetZoom, keys: keys.resetZoom, run: () => zoom(1) },
  ]);
}
