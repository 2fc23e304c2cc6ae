//! Commands that bring in a table of another system.

use import::Mapping;
use tauri::{AppHandle, Runtime, State};

use super::dialogs;
use crate::AppState;
use crate::wire::{ApiError, ImportFile, ImportPlan, Imported};

/// Chooses the table in a dialog; null if the dialog was cancelled.
#[tauri::command]
pub(crate) async fn choose_import<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
) -> Result<Option<ImportFile>, ApiError> {
    let (title, kind) = ("Choose a table", "Tables (.csv, .xlsx)");
    let endings = ["csv", "tsv", "txt", "xlsx", "xlsm"];
    match dialogs::pick_file(&app, title, kind, &endings).await {
        Some(path) => state.begin_import(path).await.map(Some),
        None => Ok(None),
    }
}

/// Reads a mapping from a file chosen in a dialog; null if the dialog was cancelled.
#[tauri::command]
pub(crate) async fn open_mapping<R: Runtime>(
    app: AppHandle<R>,
) -> Result<Option<Mapping>, ApiError> {
    match dialogs::pick_file(&app, "Open a mapping", "Mappings (.toml)", &["toml"]).await {
        Some(path) => Ok(Some(Mapping::read(&path)?)),
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
    let name = state.mapping_name()?;
    match dialogs::save_as(&app, "Save the mapping", &name, Some("toml")).await {
        Some(path) => AppState::save_mapping(&path, &mapping).map(Some),
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
