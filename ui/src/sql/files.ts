/** Texts in SQL as files. */
import * as ipc from "../ipc";
import type { App } from "../frame/app.svelte";
import { words } from "../words";

/** Saves the text in the editor where the person says. */
export async function saveText(app: App): Promise<void> {
  try {
    const name = app.sql.file?.replace(/\.sql$/i, "") ?? words.sql.fileName;
    const saved = await ipc.saveSqlText(name, app.sql.text);
    if (saved === null) return;
    app.sql.file = saved;
    app.toasts.show(words.frame.toast.fileSaved(saved), "good");
  } catch (error) {
    app.toasts.problem(error);
  }
}

/** Opens a file that the person names. */
export async function openText(app: App, onopened: (text: string) => void): Promise<void> {
  try {
    const opened = await ipc.openSqlText();
    if (opened === null) return;
    app.sql.file = opened.name;
    onopened(opened.text);
  } catch (error) {
    app.toasts.problem(error);
  }
}
