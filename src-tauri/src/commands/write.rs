//! Commands that record amendments and notes, and the flush.

use event::{Amendment, RecordId};
use tauri::State;

use crate::AppState;
use crate::wire::{Amend, ApiError, Preview, Recorded, Status};

/// Previews an amendment: the events that [`amend`] would record, one for each address.
#[tauri::command]
pub(crate) async fn preview(
    amend: Amend,
    state: State<'_, AppState>,
) -> Result<Vec<Preview>, ApiError> {
    let actor = state.settings().actor();
    let amendment = Amendment::from(amend.what);
    let addresses: Vec<&str> = amend.addresses.iter().map(String::as_str).collect();
    let _first = state.give_way();
    let drafts = state.session()?.preview(&addresses, &amendment, &actor).await?;
    let in_batch = drafts.len() > 1;
    Ok(drafts.iter().map(|draft| Preview::of(draft, in_batch)).collect())
}

/// Amends events as one batch: all of them or none.
#[tauri::command]
pub(crate) async fn amend(amend: Amend, state: State<'_, AppState>) -> Result<Recorded, ApiError> {
    let actor = state.settings().actor();
    let amendment = Amendment::from(amend.what);
    let addresses: Vec<&str> = amend.addresses.iter().map(String::as_str).collect();
    let _first = state.give_way();
    let events = state.session()?.amend(&addresses, &amendment, &actor).await?;
    Ok(state.recorded(events).await)
}

/// Records a note on a record.
#[tauri::command]
pub(crate) async fn note_record(
    id: RecordId,
    text: String,
    state: State<'_, AppState>,
) -> Result<Recorded, ApiError> {
    let actor = state.settings().actor();
    let _first = state.give_way();
    let event = state.session()?.note_record(id, &text, &actor).await?;
    Ok(state.recorded(vec![event]).await)
}

/// Flushes pending events into the bucket, and returns the status.
#[tauri::command]
pub(crate) async fn flush(state: State<'_, AppState>) -> Result<Status, ApiError> {
    state.flush().await
}
