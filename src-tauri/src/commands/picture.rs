//! Command that saves a picture of a question.

use evidence::Picture;
use query::CancellationToken;
use tauri::{AppHandle, Runtime, State};

use super::dialogs::Dialog;
use super::query_text::known_zone;
use crate::AppState;
use crate::file_names::{in_a_name, name_of, with_suffix};
use crate::state::OpenJournal;
use crate::wire::{ApiError, PictureForm, PictureRequest};

/// Saves the histogram of the events that match as a picture, in a file chosen in a dialog. Returns the file's
/// name; null if the dialog was cancelled.
#[tauri::command]
pub(crate) async fn save_picture<R: Runtime>(
    app: AppHandle<R>,
    picture: PictureRequest,
    state: State<'_, AppState>,
) -> Result<Option<String>, ApiError> {
    let PictureRequest { filters, zone, form } = picture;
    let (zone, at) = (known_zone(&zone)?, state.now());
    // The journal as it is now, whatever comes while the dialog is open.
    let OpenJournal { session, engine, .. } = state.journal()?;
    let (ending, endings): (_, &[_]) = match form {
        PictureForm::Svg => (".svg", &["svg"]),
        PictureForm::Png => (".png", &["png"]),
    };
    let form = evidence::PictureForm::from(form);
    let name = format!("{}-histogram-{}{ending}", in_a_name(&session.name()), zone.day_of(at));
    let dialog = Dialog { title: "Save picture", endings };
    let Some(chosen) = dialog.save_as(&app, name).await else { return Ok(None) };
    let is_of = evidence::PictureForm::of(&chosen) == Some(form);
    let path = if is_of { chosen.clone() } else { with_suffix(&chosen, ending) };
    // Nobody was asked about a file with another name than the chosen one.
    let overwrite = path == chosen && path.exists();
    let token = CancellationToken::new();
    let picture = Picture::ask(&*engine, session.name(), &filters, zone, at, &token).await?;
    let (name, plain_folder) = (name_of(&path), session.plain_folder());
    let save = move || picture.save(form, &path, overwrite, plain_folder.as_deref());
    let saved = tokio::task::spawn_blocking(save).await;
    saved.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))?;
    Ok(Some(name))
}
