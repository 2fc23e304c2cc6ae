//! Commands that export events. Where an export is saved is asked of the person here.

use tauri::ipc::Channel;
use tauri::{AppHandle, Runtime, State};

use super::dialogs::Dialog;
use crate::AppState;
use crate::wire::{ApiError, ExportProgress, ExportRequest, Exported};

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
    let dialog = Dialog { title: "Export events", endings: export.form().endings() };
    match dialog.save_as(&app, export.proposed_name()).await {
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
