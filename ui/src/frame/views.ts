/** What is done with saved views: they are shown, and saved as files and opened from these. */
import { CHAIN_COLUMNS } from "../chains/columns";
import { isCustomized, layoutOf, showing, shownOf, type ColumnSet } from "../common/columns";
import { EVENT_COLUMNS } from "../events/columns";
import * as ipc from "../ipc";
import type { SavedView, WindowView } from "../ipc";
import { fromWindowQuery } from "../query/windowQuery";
import { RECORD_COLUMNS } from "../records/columns";
import { words } from "../words";
import type { App } from "./app.svelte";

const COLUMNS: Record<WindowView, ColumnSet | null> = {
  events: EVENT_COLUMNS,
  corrections: EVENT_COLUMNS,
  records: RECORD_COLUMNS,
  deleted: RECORD_COLUMNS,
  chains: CHAIN_COLUMNS,
  sql: null,
  record: null,
};

/** The columns of the list on screen, if somebody chose them. */
export function chosenColumns(app: App): string[] | null {
  const [set, { settings }] = [COLUMNS[app.query.view], app.journal];
  return set === null || !isCustomized(set, settings) ? null : shownOf(layoutOf(set, settings));
}

/** A saved view as the text that the core writes for it now; null where it is no query. */
export async function canonicalText(view: SavedView, zone: string): Promise<string | null> {
  try {
    const query = await ipc.readQuery(view.query, zone);
    return query === null ? null : await ipc.writeQuery(query, zone);
  } catch {
    return null;
  }
}

/** Shows a saved view, in its time zone and with its columns; resolves to whether it could be read. */
export async function showView(app: App, { query: text, columns }: SavedView): Promise<boolean> {
  try {
    const [query, zone] = [await ipc.readQuery(text, app.zone), await ipc.queryZone(text)];
    if (zone !== null) await app.showZoneNamed(zone);
    if (query === null) {
      app.navigation.go({ kind: "filter", filter: { kind: "contains", text, loosely: false } });
      return true;
    }
    await showColumns(app, query.view, columns);
    app.navigation.go({ kind: "open", query: fromWindowQuery(query) });
    return true;
  } catch (error) {
    app.toasts.problem(error);
    return false;
  }
}

async function showColumns(app: App, view: WindowView, columns: string[] | null): Promise<void> {
  const set = COLUMNS[view];
  if (set === null || columns === null) return;
  const before = layoutOf(set, app.journal.settings);
  const layout = showing(before, columns);
  if (shownOf(layout).join() === shownOf(before).join()) return;
  await app.journal.saveSettings({ columns: { [set.list]: layout } });
}

/** Saves a view as a file where the person says. */
export async function saveViewFile(app: App, view: SavedView): Promise<void> {
  try {
    const file = await ipc.saveView(view, app.zone);
    if (file !== null) app.toasts.show(words.frame.toast.fileSaved(file), "good");
  } catch (error) {
    app.toasts.problem(error);
  }
}

/** Shows the view of a file that the person names, and puts it among the saved ones. */
export async function openViewFile(app: App): Promise<void> {
  try {
    const opened = await ipc.openView();
    if (opened === null || !(await app.journal.reloadSettings())) return;
    const { query, zone } = app;
    const { columns, views } = app.journal.settings;
    const { name, known } = await placeFor(opened, views, app.zone);
    if (!(await showView(app, opened))) return;
    if (known) {
      app.toasts.show(words.frame.toast.viewKnown(name), "good");
      return;
    }
    const saved = [...app.journal.settings.views, { ...opened, name }];
    if (!(await app.journal.saveSettings({ views: saved }))) return;
    const set = COLUMNS[app.query.view];
    const undo = async () => {
      if (!(await app.journal.reloadSettings())) return;
      const others = app.journal.settings.views.filter((view) => view.name !== name);
      const layouts = set === null ? {} : { [set.list]: columns[set.list] ?? [] };
      await app.journal.saveSettings({ views: others, columns: layouts });
      await app.showZoneNamed(zone);
      app.navigation.go({ kind: "open", query });
    };
    app.toasts.show(words.frame.toast.viewOpened(name), "good", {
      label: words.frame.toast.undo,
      run: () => void undo(),
    });
  } catch (error) {
    app.toasts.problem(error);
  }
}

/** The name for a view among the saved ones, with a number where others have it; and whether it is there. */
async function placeFor(view: SavedView, views: SavedView[], zone: string) {
  const content = async (one: SavedView) =>
    JSON.stringify([await canonicalText(one, zone), one.columns]);
  const wanted = await content(view);
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? view.name : `${view.name} (${number})`;
    const taken = views.find((other) => other.name === name);
    if (taken === undefined) return { name, known: false };
    if ((await content(taken)) === wanted) return { name, known: true };
  }
}
