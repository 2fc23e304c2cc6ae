//! Commands that save a view as a file, and open one.

use query::QueryText;
use session::ViewFile;
use tauri::{AppHandle, Runtime, State};

use super::dialogs::Dialog;
use super::query_text::known_zone;
use crate::AppState;
use crate::file_names::{in_a_name, name_of, with_suffix};
use crate::wire::{ApiError, SavedView};

/// Endings of the files of views, as far as the dialogs of every platform know some.
const ENDINGS: &[&str] = &["toml"];

/// Saves a view as a file, chosen in a dialog. `zone` is the IANA name of the time zone of a query that names
/// none. Returns the file's name; null if the dialog was cancelled.
#[tauri::command]
pub(crate) async fn save_view<R: Runtime>(
    app: AppHandle<R>,
    view: SavedView,
    zone: String,
    state: State<'_, AppState>,
) -> Result<Option<String>, ApiError> {
    let SavedView { name, query, columns } = view;
    let query = QueryText::parse(&query).map_err(|why| ApiError::invalid(why.to_string()))?;
    let view = ViewFile::new(name, &query, known_zone(&zone)?, columns);
    let view = view.map_err(|why| ApiError::invalid(why.to_string()))?;
    let proposed = format!("{}{}", in_a_name(&view.name), ViewFile::ENDING);
    let dialog = Dialog { title: "Save view as a file", endings: ENDINGS };
    let Some(chosen) = dialog.save_as(&app, proposed).await else { return Ok(None) };
    let is_toml = chosen.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("toml"));
    let path = if is_toml { chosen.clone() } else { with_suffix(&chosen, ViewFile::ENDING) };
    // Nobody was asked about a file with another name than the chosen one.
    let overwrite = path == chosen && path.exists();
    let (name, text) = (name_of(&path), view.to_string());
    let plain_folder = state.session().ok().and_then(|session| session.plain_folder());
    let write =
        move || evidence::write_file(&path, text.as_bytes(), overwrite, plain_folder.as_deref());
    let written = tokio::task::spawn_blocking(write).await;
    written.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))?;
    Ok(Some(name))
}

/// Opens the file of a view, chosen in a dialog; null if the dialog was cancelled. The view is not saved here.
#[tauri::command]
pub(crate) async fn open_view<R: Runtime>(
    app: AppHandle<R>,
) -> Result<Option<SavedView>, ApiError> {
    let dialog = Dialog { title: "Open the file of a view", endings: ENDINGS };
    let Some(path) = dialog.open(&app).await else { return Ok(None) };
    let read = tokio::task::spawn_blocking(move || ViewFile::read(&path)).await;
    let view = read.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))?;
    Ok(Some(view.into()))
}
