//! Recording what is said about events.

use event::Amendment;
use tauri::State;

use crate::Desk;
use crate::wire::{Amend, EventRow, Preview, Problem, RecordKey, Status};

/// The event that would be appended.
#[tauri::command]
pub(crate) async fn preview(amend: Amend, desk: State<'_, Desk>) -> Result<Preview, Problem> {
    let actor = desk.settings().actor();
    let amendment = Amendment::from(amend.what);
    let draft = desk.book()?.preview(&amend.address, &amendment, &actor).await?;
    Ok(Preview::from(draft))
}

#[tauri::command]
pub(crate) async fn amend(amend: Amend, desk: State<'_, Desk>) -> Result<EventRow, Problem> {
    let actor = desk.settings().actor();
    let amendment = Amendment::from(amend.what);
    let event = desk.book()?.amend(&amend.address, &amendment, &actor).await?;
    desk.recorded(event).await
}

#[tauri::command]
pub(crate) async fn note_record(
    id: RecordKey,
    text: String,
    desk: State<'_, Desk>,
) -> Result<EventRow, Problem> {
    let actor = desk.settings().actor();
    let event = desk.book()?.note_record(id.into(), &text, &actor).await?;
    desk.recorded(event).await
}

#[tauri::command]
pub(crate) async fn flush(desk: State<'_, Desk>) -> Result<Status, Problem> {
    desk.flush().await
}
