//! Recording what is said about events.

use event::Amendment;
use tauri::State;

use crate::Desk;
use crate::wire::{Amend, EventRow, Preview, Problem, RecordKey, Status};

/// The events that would be appended, one for each of those named.
#[tauri::command]
pub(crate) async fn preview(amend: Amend, desk: State<'_, Desk>) -> Result<Vec<Preview>, Problem> {
    let actor = desk.settings().actor();
    let amendment = Amendment::from(amend.what);
    let addresses: Vec<&str> = amend.addresses.iter().map(String::as_str).collect();
    let drafts = desk.session()?.preview(&addresses, &amendment, &actor).await?;
    Ok(drafts.into_iter().map(Preview::from).collect())
}

#[tauri::command]
pub(crate) async fn amend(amend: Amend, desk: State<'_, Desk>) -> Result<Vec<EventRow>, Problem> {
    let actor = desk.settings().actor();
    let amendment = Amendment::from(amend.what);
    let addresses: Vec<&str> = amend.addresses.iter().map(String::as_str).collect();
    let events = desk.session()?.amend(&addresses, &amendment, &actor).await?;
    desk.recorded(events).await
}

#[tauri::command]
pub(crate) async fn note_record(
    id: RecordKey,
    text: String,
    desk: State<'_, Desk>,
) -> Result<EventRow, Problem> {
    let actor = desk.settings().actor();
    let event = desk.session()?.note_record(id.into(), &text, &actor).await?;
    let mut rows = desk.recorded(vec![event]).await?;
    rows.pop().ok_or_else(|| Problem::failed("the note was not recorded"))
}

#[tauri::command]
pub(crate) async fn flush(desk: State<'_, Desk>) -> Result<Status, Problem> {
    desk.flush().await
}
