//! Dialogs of the system: where a file is saved, and which one is read, is asked of the person here, so that the
//! window names no path.

use std::path::PathBuf;

use tauri::{AppHandle, Manager, Runtime};
use tauri_plugin_dialog::DialogExt;

/// The path under which something is saved, by the name that is proposed; `None` if it is not.
type SavePath = dyn Fn(&str) -> Option<PathBuf> + Send + Sync;

/// Who says where something is saved. An application that manages one, as tests do, asks no person.
pub struct SaveAs(pub Box<SavePath>);

/// The path of a file to read; `None` if none is.
type PickedPath = dyn Fn() -> Option<PathBuf> + Send + Sync;

/// Who says which file is read. An application that manages one, as tests do, asks no person.
pub struct PickFile(pub Box<PickedPath>);

/// Asks where something is saved, under a name that is proposed.
pub(super) async fn save_as<R: Runtime>(
    app: &AppHandle<R>,
    title: &str,
    name: &str,
    ending: Option<&str>,
) -> Option<PathBuf> {
    if let Some(save_as) = app.try_state::<SaveAs>() {
        return (save_as.0)(name);
    }
    let (answer, answered) = tokio::sync::oneshot::channel();
    let mut dialog = app.dialog().file().set_title(title).set_file_name(name);
    if let Some(ending) = ending {
        dialog = dialog.add_filter(format!(".{ending}"), &[ending]);
    }
    dialog.save_file(move |path| drop(answer.send(path)));
    answered.await.ok().flatten()?.into_path().ok()
}

/// Asks which file is read.
pub(super) async fn pick_file<R: Runtime>(
    app: &AppHandle<R>,
    title: &str,
    kind: &str,
    endings: &[&str],
) -> Option<PathBuf> {
    if let Some(pick) = app.try_state::<PickFile>() {
        return (pick.0)();
    }
    let (answer, answered) = tokio::sync::oneshot::channel();
    let dialog = app.dialog().file().set_title(title).add_filter(kind, endings);
    dialog.pick_file(move |path| drop(answer.send(path)));
    answered.await.ok().flatten()?.into_path().ok()
}
