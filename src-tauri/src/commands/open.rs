//! Opening a journal, and the settings.

use tauri::{AppHandle, Runtime, State};
use tauri_plugin_dialog::DialogExt;

use crate::AppState;
use crate::wire::{ApiError, Recent, Settings, Start, Status};

/// Where the sample journal lies, if there is one.
const SAMPLE: &str = "DAYBOOK_SAMPLE";

#[tauri::command]
pub(crate) async fn start(state: State<'_, AppState>) -> Result<Start, ApiError> {
    let (journal, problem) = match state.open_named().await {
        Ok(journal) => (journal, None),
        Err(problem) => (None, Some(problem)),
    };
    let settings = state.settings();
    let recent = settings.recent.iter().map(Recent::from).collect();
    let sample = std::env::var_os(SAMPLE).is_some();
    Ok(Start { journal, problem, recent, settings: Settings::from(&settings), sample })
}

#[tauri::command]
pub(crate) async fn open_dialog<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
) -> Result<Option<Status>, ApiError> {
    let (answer, answered) = tokio::sync::oneshot::channel();
    let dialog = app.dialog().file().set_title("Open a journal's folder");
    dialog.pick_folder(move |folder| drop(answer.send(folder)));
    match answered.await.ok().flatten() {
        Some(folder) => state.open(&folder.to_string()).await.map(Some),
        None => Ok(None),
    }
}

#[tauri::command]
pub(crate) async fn open_recent(
    handle: String,
    state: State<'_, AppState>,
) -> Result<Status, ApiError> {
    state.open(&state.recent(&handle)?).await
}

#[tauri::command]
pub(crate) async fn open_sample(state: State<'_, AppState>) -> Result<Status, ApiError> {
    let sample = std::env::var(SAMPLE);
    state.open(&sample.map_err(|_| ApiError::missing("there is no sample journal here"))?).await
}

/// Looks at the bucket again and says what is there, or why that cannot be seen.
#[tauri::command]
pub(crate) async fn status(state: State<'_, AppState>) -> Result<Status, ApiError> {
    drop(state.refresh().await);
    state.status().await
}

#[tauri::command]
pub(crate) async fn settings(
    settings: Settings,
    state: State<'_, AppState>,
) -> Result<Settings, ApiError> {
    state.change_settings(|saved| settings.put_into(saved))?;
    Ok(Settings::from(&state.settings()))
}
