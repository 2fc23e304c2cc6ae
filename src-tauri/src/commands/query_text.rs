//! What the window shows as text, and back.

use query::{Condition, QueryText, TextTerm, WindowQuery, Zone};
use tauri::State;

use crate::AppState;
use crate::wire::ApiError;

/// The text of what the window shows. `zone` is that of the times on screen, by its IANA name.
#[tauri::command]
#[expect(clippy::needless_pass_by_value, reason = "what a command is called with")]
pub(crate) fn write_query(query: WindowQuery, zone: &str) -> Result<String, ApiError> {
    // The times are instants: where a machine names a zone that is unknown here, UTC will do.
    let zone: Zone = zone.parse().unwrap_or_default();
    let text = query.text(zone).map_err(|why| ApiError::invalid(why.to_string()))?;
    Ok(text.to_string())
}

/// What a text shows; null where it is only words to search for.
#[tauri::command]
#[expect(clippy::needless_pass_by_value, reason = "what a command is called with")]
pub(crate) fn read_query(
    text: &str,
    state: State<'_, AppState>,
) -> Result<Option<WindowQuery>, ApiError> {
    let invalid = |why: query::WindowQueryError| ApiError::invalid(why.to_string());
    let is_word = |term: &TextTerm| !term.off && matches!(term.condition, Condition::Contains(_));
    if QueryText::parse(text).is_ok_and(|query| query.terms().iter().all(is_word)) {
        return Ok(None);
    }
    WindowQuery::parse(text, state.now()).map(Some).map_err(invalid)
}
