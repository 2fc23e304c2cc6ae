//! Recording what is said about events.

use event::{Amendment, RecordId};
use tauri::State;

use crate::AppState;
use crate::wire::{Amend, ApiError, Preview, Recorded, Status};

/// The events that would be appended, one for each of those named.
#[tauri::command]
pub(crate) async fn preview(
    amend: Amend,
    state: State<'_, AppState>,
) -> Result<Vec<Preview>, ApiError> {
    let actor = state.settings().actor();
    let amendment = Amendment::from(amend.what);
    let addresses: Vec<&str> = amend.addresses.iter().map(String::as_str).collect();
    let drafts = state.session()?.preview(&addresses, &amendment, &actor).await?;
    Ok(drafts.into_iter().map(Preview::from).collect())
}

#[tauri::command]
pub(crate) async fn amend(amend: Amend, state: State<'_, AppState>) -> Result<Recorded, ApiError> {
    let actor = state.settings().actor();
    let amendment = Amendment::from(amend.what);
    let addresses: Vec<&str> = amend.addresses.iter().map(String::as_str).collect();
    let events = state.session()?.amend(&addresses, &amendment, &actor).await?;
    Ok(state.recorded(events).await)
}

#[tauri::command]
pub(crate) async fn note_record(
    id: RecordId,
    text: String,
    state: State<'_, AppState>,
) -> Result<Recorded, ApiError> {
    let actor = state.settings().actor();
    let event = state.session()?.note_record(id, &text, &actor).await?;
    Ok(state.recorded(vec![event]).await)
}

#[tauri::command]
pub(crate) async fn flush(state: State<'_, AppState>) -> Result<Status, ApiError> {
    state.flush().await
}
