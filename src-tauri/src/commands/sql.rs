//! Commands of questions in SQL.

use sql::SqlQuestion;
use tauri::ipc::Channel;
use tauri::{AppHandle, Runtime, State};

use super::dialogs::Dialog;
use crate::AppState;
use crate::file_names::in_a_name;
use crate::wire::{ApiError, ExportForm, SqlExported, SqlProgress, SqlReply, SqlRows, SqlText};

/// Endings of the files of questions.
const ENDINGS: &[&str] = &["sql"];

/// Asks a question in SQL; the reply has the first rows. A later call cancels an earlier one.
#[tauri::command]
pub(crate) async fn ask_sql(
    question: SqlQuestion,
    state: State<'_, AppState>,
) -> Result<SqlReply, ApiError> {
    state.ask_sql(question).await
}

/// The next rows of the answer that was asked for last.
#[tauri::command]
pub(crate) async fn more_sql_rows(state: State<'_, AppState>) -> Result<SqlRows, ApiError> {
    state.more_sql_rows().await
}

/// How many rows the answer has that was asked for last.
#[tauri::command]
pub(crate) async fn count_sql_rows(state: State<'_, AppState>) -> Result<u64, ApiError> {
    state.count_sql_rows().await
}

/// Gives up the question that is being answered.
#[tauri::command]
#[expect(clippy::needless_pass_by_value, reason = "Tauri gives a command its state by value")]
pub(crate) fn cancel_sql(state: State<'_, AppState>) {
    state.cancel_sql();
}

/// Exports all rows of a question into a file chosen in a dialog; null if the dialog was cancelled. A later
/// call cancels an earlier one.
#[tauri::command]
pub(crate) async fn export_sql<R: Runtime>(
    app: AppHandle<R>,
    question: SqlQuestion,
    form: ExportForm,
    progress: Channel<SqlProgress>,
    state: State<'_, AppState>,
) -> Result<Option<SqlExported>, ApiError> {
    let export = state.prepare_sql_export(question, form)?;
    let dialog = Dialog { title: "Export rows", endings: form.endings() };
    match dialog.save_as(&app, export.proposed_name()).await {
        // An error of the channel means that the window is closed.
        Some(path) => export.save(path, move |now| drop(progress.send(now))).await.map(Some),
        None => Ok(None),
    }
}

/// Gives up the export of rows that is under way; nothing of it is left.
#[tauri::command]
#[expect(clippy::needless_pass_by_value, reason = "Tauri gives a command its state by value")]
pub(crate) fn cancel_sql_export(state: State<'_, AppState>) {
    state.cancel_sql_export();
}

/// Saves the text of a question as a file, chosen in a dialog. Returns its name; null if the dialog was
/// cancelled.
#[tauri::command]
pub(crate) async fn save_sql_text<R: Runtime>(
    app: AppHandle<R>,
    name: String,
    text: String,
    state: State<'_, AppState>,
) -> Result<Option<String>, ApiError> {
    let dialog = Dialog { title: "Save the question as a file", endings: ENDINGS };
    let proposed = format!("{}.sql", in_a_name(&name));
    match dialog.save_as(&app, proposed).await {
        Some(path) => state.save_sql_text(path, text).await.map(Some),
        None => Ok(None),
    }
}

/// Opens the file of a question, chosen in a dialog; null if the dialog was cancelled.
#[tauri::command]
pub(crate) async fn open_sql_text<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
) -> Result<Option<SqlText>, ApiError> {
    let dialog = Dialog { title: "Open the file of a question", endings: ENDINGS };
    match dialog.open(&app).await {
        Some(path) => state.open_sql_text(path).await.map(Some),
        None => Ok(None),
    }
}
