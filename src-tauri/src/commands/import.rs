//! Commands that bring in a table of another system.

use import::Mapping;
use tauri::{AppHandle, Runtime, State};

use super::dialogs::Dialog;
use crate::AppState;
use crate::wire::{ApiError, ImportFile, ImportPlan, Imported};

/// Ending of a mapping's file.
const MAPPING: &[&str] = &["toml"];

/// Chooses the table in a dialog; null if the dialog was cancelled.
#[tauri::command]
pub(crate) async fn choose_import<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
) -> Result<Option<ImportFile>, ApiError> {
    let dialog =
        Dialog { title: "Choose a table", endings: &["csv", "tsv", "txt", "xlsx", "xlsm"] };
    match dialog.open(&app).await {
        Some(path) => state.begin_import(path).await.map(Some),
        None => Ok(None),
    }
}

/// Reads a mapping from a file chosen in a dialog; null if the dialog was cancelled.
#[tauri::command]
pub(crate) async fn open_mapping<R: Runtime>(
    app: AppHandle<R>,
) -> Result<Option<Mapping>, ApiError> {
    match (Dialog { title: "Open a mapping", endings: MAPPING }).open(&app).await {
        Some(path) => AppState::read_mapping(path).await.map(Some),
        None => Ok(None),
    }
}

/// Saves a mapping in a file chosen in a dialog, and returns its name; null if the dialog was cancelled.
#[tauri::command]
pub(crate) async fn save_mapping<R: Runtime>(
    app: AppHandle<R>,
    mapping: Mapping,
    state: State<'_, AppState>,
) -> Result<Option<String>, ApiError> {
    let dialog = Dialog { title: "Save the mapping", endings: MAPPING };
    match dialog.save_as(&app, state.mapping_name()?).await {
        Some(path) => state.save_mapping(path, mapping).await.map(Some),
        None => Ok(None),
    }
}

/// Compares the chosen table with the journal. Nothing is recorded. A later call cancels an earlier one.
#[tauri::command]
pub(crate) async fn plan_import(
    mapping: Mapping,
    state: State<'_, AppState>,
) -> Result<ImportPlan, ApiError> {
    state.plan_import(mapping).await
}

/// Records what the last [`plan_import`] told.
#[tauri::command]
pub(crate) async fn record_import(state: State<'_, AppState>) -> Result<Imported, ApiError> {
    state.record_import().await
}

/// Forgets the chosen table.
#[tauri::command]
#[expect(clippy::needless_pass_by_value, reason = "Tauri gives a command its state by value")]
pub(crate) fn end_import(state: State<'_, AppState>) {
    state.end_import();
}
