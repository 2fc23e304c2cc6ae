//! Commands that open a journal, and those of its status and of the settings.

use tauri::{AppHandle, Runtime, State};
use tauri_plugin_dialog::DialogExt;

use crate::AppState;
use crate::wire::{
    ApiError, NamedLocation, NewestEvents, PageFrom, Recent, RecentChanges, Settings,
    SettingsChange, Start, Status,
};

/// Variable with the location of the sample journal, if there is one.
const SAMPLE: &str = "DAYBOOK_SAMPLE";

/// Why a text that names nothing is not opened.
const NO_LOCATION: &str = "no bucket is named: write its URL, such as s3://BUCKET/PATH";

/// Starts the window: returns what it shows first, with the journal named at the start of the
/// program. `events` asks for the newest events with it, so that they are drawn at once.
#[tauri::command]
pub(crate) async fn start(
    events: Option<NewestEvents>,
    state: State<'_, AppState>,
) -> Result<Start, ApiError> {
    let (journal, failed) = match state.named().await {
        Ok(journal) => (journal, None),
        Err(failed) => (None, Some(failed)),
    };
    let (named, problem) = failed.map(|failed| (failed.location, failed.problem)).unzip();
    let named = named.flatten();
    let events = match (&journal, events) {
        (Some(_), Some(NewestEvents { filters, limit, group })) => {
            let shown = super::read::events(filters, PageFrom::Newest, limit, group, state.clone());
            // The window asks again, and says why it gets no answer.
            shown.await.ok()
        }
        _ => None,
    };
    let settings = state.settings();
    let recent = settings.recent.iter().map(Recent::from).collect();
    let pending_elsewhere = state.pending_elsewhere().await;
    let sample = std::env::var_os(SAMPLE).is_some();
    let (settings, unsaved) = (Settings::from(&settings), state.unsaved());
    Ok(Start {
        journal,
        problem,
        named,
        recent,
        pending_elsewhere,
        settings,
        sample,
        unsaved,
        events,
    })
}

/// Opens a folder, or an archive, chosen in a dialog; null if the dialog was cancelled.
#[tauri::command]
pub(crate) async fn open_dialog<R: Runtime>(
    app: AppHandle<R>,
    archive: bool,
    state: State<'_, AppState>,
) -> Result<Option<Status>, ApiError> {
    let (answer, answered) = tokio::sync::oneshot::channel();
    let dialog = app.dialog().file();
    let picked = move |path| drop(answer.send(path));
    if archive {
        let dialog = dialog.set_title("Open a journal in an archive");
        dialog.add_filter("Archives (.zip, .tar)", &["zip", "tar"]).pick_file(picked);
    } else {
        dialog.set_title("Open a journal's folder").pick_folder(picked);
    }
    match answered.await.ok().flatten() {
        Some(folder) => state.open(&folder.to_string()).await.map(Some),
        None => Ok(None),
    }
}

/// What a typed location names; null while it names nothing yet. Nothing is opened.
#[tauri::command]
pub(crate) fn read_location(text: &str) -> Result<Option<NamedLocation>, ApiError> {
    NamedLocation::of(text)
}

/// Opens what a person typed: the URL of a bucket in a store.
#[tauri::command]
pub(crate) async fn open_location(
    text: String,
    state: State<'_, AppState>,
) -> Result<Status, ApiError> {
    match NamedLocation::of(&text)? {
        Some(_) => state.open(text.trim()).await,
        None => Err(ApiError::invalid(NO_LOCATION.to_owned())),
    }
}

/// Gives up the opening that is under way; the open journal stays.
#[tauri::command]
#[expect(clippy::needless_pass_by_value, reason = "Tauri gives a command its state by value")]
pub(crate) fn cancel_opening(state: State<'_, AppState>) {
    state.cancel_opening();
}

/// Opens a recent journal by its handle.
#[tauri::command]
pub(crate) async fn open_recent(
    handle: String,
    state: State<'_, AppState>,
) -> Result<Status, ApiError> {
    state.open(&state.recent(&handle)?.location).await
}

/// Opens another window: of a recent journal by its handle, or else of the open one.
#[tauri::command]
pub(crate) async fn new_window(
    handle: Option<String>,
    state: State<'_, AppState>,
) -> Result<(), ApiError> {
    let location = match handle {
        Some(handle) => Some(state.recent(&handle)?.location),
        None => state.session().ok().map(|session| session.location()),
    };
    state.open_window(location)
}

/// What changed in a recent journal since it was last open.
#[tauri::command]
pub(crate) async fn recent_changes(
    handle: String,
    state: State<'_, AppState>,
) -> Result<RecentChanges, ApiError> {
    Ok(state.changes_of(state.recent(&handle)?).await)
}

/// Opens the open journal again, which the user says was moved to where it is now.
#[tauri::command]
pub(crate) async fn open_moved(state: State<'_, AppState>) -> Result<Status, ApiError> {
    state.open_moved().await
}

/// Opens the sample journal.
#[tauri::command]
pub(crate) async fn open_sample(state: State<'_, AppState>) -> Result<Status, ApiError> {
    let sample = std::env::var(SAMPLE);
    state.open(&sample.map_err(|_| ApiError::missing("there is no sample journal here"))?).await
}

/// Refreshes, without waiting for a store, and returns the status. If the bucket cannot be read, the status
/// says why.
#[tauri::command]
pub(crate) async fn status(state: State<'_, AppState>) -> Result<Status, ApiError> {
    drop(state.refresh_pending().await);
    state.status().await
}

/// Looks at the whole bucket, as somebody asks by hand, and returns the status. If the bucket cannot be
/// read, the status says why.
#[tauri::command]
pub(crate) async fn look(state: State<'_, AppState>) -> Result<Status, ApiError> {
    state.look().await
}

/// Saves a change of the settings, and returns all of them as they are then.
#[tauri::command]
pub(crate) async fn settings(
    settings: SettingsChange,
    state: State<'_, AppState>,
) -> Result<Settings, ApiError> {
    let before = state.name_fields();
    state.change_settings(|saved| settings.apply_to(saved))?;
    if state.name_fields() != before {
        state.rename_records().await;
    }
    Ok(Settings::from(&state.settings()))
}
