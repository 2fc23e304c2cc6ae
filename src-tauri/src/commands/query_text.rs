//! Commands that convert between a view of the window and its text.

use query::{Condition, QueryText, TextTerm, TimeText, WindowQuery, Zone};
use tauri::State;

use crate::AppState;
use crate::wire::ApiError;

/// The text of a view. `zone` is the IANA name of the time zone in which it writes times.
#[tauri::command]
#[expect(clippy::needless_pass_by_value, reason = "what a command is called with")]
pub(crate) fn write_query(query: WindowQuery, zone: &str) -> Result<String, ApiError> {
    // The times are instants, so UTC serves where the zone of a machine is unknown here.
    let zone: Zone = zone.parse().unwrap_or_default();
    let text = query.text(zone).map_err(|why| ApiError::invalid(why.to_string()))?;
    Ok(text.to_string())
}

/// The view of a text; null if the text is only words to search for.
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

/// The instant that a text means, as RFC 3339, in the time zone with this IANA name: of a day, a month
/// or a year its last one. Null if the text is no time.
#[tauri::command]
#[expect(clippy::needless_pass_by_value, reason = "what a command is called with")]
pub(crate) fn read_time(
    text: &str,
    zone: &str,
    state: State<'_, AppState>,
) -> Result<Option<String>, ApiError> {
    let zone = known_zone(zone)?;
    let time = text.parse::<TimeText>().ok();
    Ok(time.map(|time| event::format_time(time.last(zone, state.now()))))
}

/// The time zone with an IANA name.
pub(super) fn known_zone(name: &str) -> Result<Zone, ApiError> {
    name.parse().map_err(|_| ApiError::invalid(format!("the time zone {name} is not known")))
}
