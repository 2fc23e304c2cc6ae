//! Commands that export events. Where an export is saved is asked of the person here, so that the window names
//! no path.

use std::path::PathBuf;

use tauri::ipc::Channel;
use tauri::{AppHandle, Manager, Runtime, State};
use tauri_plugin_dialog::DialogExt;

use crate::AppState;
use crate::state::PreparedExport;
use crate::wire::{ApiError, ExportProgress, ExportRequest, Exported};

/// The path under which an export is saved, by the name that is proposed; `None` if it is not.
type Choice = dyn Fn(&str) -> Option<PathBuf> + Send + Sync;

/// Who says where an export is saved. An application that manages one, as tests do, asks no person.
pub struct SaveAs(pub Box<Choice>);

/// Exports events into a file, or a folder, chosen in a dialog; null if the dialog was cancelled. `progress`
/// gets how far it is, from when the dialog was closed. A later call cancels an earlier one.
#[tauri::command]
pub(crate) async fn export_events<R: Runtime>(
    app: AppHandle<R>,
    export: ExportRequest,
    progress: Channel<ExportProgress>,
    state: State<'_, AppState>,
) -> Result<Option<Exported>, ApiError> {
    let export = state.prepare_export(export)?;
    match choose(&app, &export).await {
        // An error of the channel means that the window is closed.
        Some(path) => export.save(path, move |now| drop(progress.send(now))).await.map(Some),
        None => Ok(None),
    }
}

/// Gives up the export that is under way; nothing of it is left.
#[tauri::command]
#[expect(clippy::needless_pass_by_value, reason = "Tauri gives a command its state by value")]
pub(crate) fn cancel_export(state: State<'_, AppState>) {
    state.cancel_export();
}

/// Asks where an export is saved.
async fn choose<R: Runtime>(app: &AppHandle<R>, export: &PreparedExport) -> Option<PathBuf> {
    let name = export.proposed_name();
    if let Some(save_as) = app.try_state::<SaveAs>() {
        return (save_as.0)(&name);
    }
    let (answer, answered) = tokio::sync::oneshot::channel();
    let mut dialog = app.dialog().file().set_title("Export events").set_file_name(name);
    if let Some(ending) = export.form().ending() {
        dialog = dialog.add_filter(format!(".{ending}"), &[ending]);
    }
    dialog.save_file(move |path| drop(answer.send(path)));
    answered.await.ok().flatten()?.into_path().ok()
}
