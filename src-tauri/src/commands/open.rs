//! Opening a journal, and the settings.

use tauri::{AppHandle, Runtime, State};
use tauri_plugin_dialog::DialogExt;

use crate::Desk;
use crate::wire::{Problem, Recent, Settings, Start, Status};

/// Where the sample journal lies, if there is one.
const SAMPLE: &str = "DAYBOOK_SAMPLE";

#[tauri::command]
pub(crate) async fn start(desk: State<'_, Desk>) -> Result<Start, Problem> {
    let (journal, problem) = match desk.open_named().await {
        Ok(journal) => (journal, None),
        Err(problem) => (None, Some(problem)),
    };
    let settings = desk.settings();
    let recent = settings.recent.iter().map(Recent::from).collect();
    let sample = std::env::var_os(SAMPLE).is_some();
    Ok(Start { journal, problem, recent, settings: Settings::from(&settings), sample })
}

#[tauri::command]
pub(crate) async fn open_dialog<R: Runtime>(
    app: AppHandle<R>,
    desk: State<'_, Desk>,
) -> Result<Option<Status>, Problem> {
    let (answer, answered) = tokio::sync::oneshot::channel();
    let dialog = app.dialog().file().set_title("Open a journal's folder");
    dialog.pick_folder(move |folder| drop(answer.send(folder)));
    match answered.await.ok().flatten() {
        Some(folder) => desk.open(&folder.to_string()).await.map(Some),
        None => Ok(None),
    }
}

#[tauri::command]
pub(crate) async fn open_recent(handle: String, desk: State<'_, Desk>) -> Result<Status, Problem> {
    desk.open(&desk.recent(&handle)?).await
}

#[tauri::command]
pub(crate) async fn open_sample(desk: State<'_, Desk>) -> Result<Status, Problem> {
    let sample = std::env::var(SAMPLE);
    desk.open(&sample.map_err(|_| Problem::missing("there is no sample journal here"))?).await
}

/// Looks at the bucket again and says what is there, or why that cannot be seen.
#[tauri::command]
pub(crate) async fn status(desk: State<'_, Desk>) -> Result<Status, Problem> {
    drop(desk.refresh().await);
    desk.status().await
}

#[tauri::command]
pub(crate) async fn settings(
    settings: Settings,
    desk: State<'_, Desk>,
) -> Result<Settings, Problem> {
    desk.change_settings(|saved| settings.put_into(saved))?;
    Ok(Settings::from(&desk.settings()))
}
