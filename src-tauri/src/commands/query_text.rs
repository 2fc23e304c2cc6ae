//! Commands that convert between a view of the window and its text.

use query::{Condition, Filters, QueryText, TextTerm, TimeSpan, TimeText, WindowQuery, Zone};
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

/// The view of a text; null if the text is only words to search for. `zone` is the IANA name of the
/// time zone of a text that names none.
#[tauri::command]
#[expect(clippy::needless_pass_by_value, reason = "what a command is called with")]
pub(crate) fn read_query(
    text: &str,
    zone: &str,
    state: State<'_, AppState>,
) -> Result<Option<WindowQuery>, ApiError> {
    let is_word = |term: &TextTerm| !term.off && matches!(term.condition, Condition::Contains(_));
    if QueryText::parse(text).is_ok_and(|query| query.terms().iter().all(is_word)) {
        return Ok(None);
    }
    let query = WindowQuery::parse_in(text, known_zone(zone)?, state.now());
    query.map(Some).map_err(|why| ApiError::invalid(why.to_string()))
}

/// The name of the time zone that the text of a view names; null if it names none, or is no query.
#[tauri::command]
pub(crate) fn query_zone(text: &str) -> Option<String> {
    Some(QueryText::parse(text).ok()?.named_zone()?.to_string())
}

/// The filters of a text, such as one that is typed to add to those that are there. `zone` is as in
/// [`read_query`].
#[tauri::command]
#[expect(clippy::needless_pass_by_value, reason = "what a command is called with")]
pub(crate) fn read_filters(
    text: &str,
    zone: &str,
    state: State<'_, AppState>,
) -> Result<Filters, ApiError> {
    let query = QueryText::parse(text).map_err(|why| ApiError::invalid(why.to_string()))?;
    match query.window().first() {
        Some(setting) => Err(ApiError::invalid(format!(
            "{} is a setting of the window and no filter",
            setting.name()
        ))),
        None => Ok(query.or_in(known_zone(zone)?).filters(state.now())),
    }
}

/// The text of filters, in the time zone with this IANA name, which it does not name.
#[tauri::command]
pub(crate) fn write_filters(filters: Filters, zone: &str) -> Result<String, ApiError> {
    let query = WindowQuery { filters, ..WindowQuery::default() };
    let text = query.text(known_zone(zone)?).map_err(|why| ApiError::invalid(why.to_string()))?;
    Ok(text.without_zone())
}

/// The span that a text means, such as `last quarter`, in the time zone with this IANA name.
#[tauri::command]
#[expect(clippy::needless_pass_by_value, reason = "what a command is called with")]
pub(crate) fn read_span(
    text: &str,
    zone: &str,
    state: State<'_, AppState>,
) -> Result<TimeSpan, ApiError> {
    let span = TimeSpan::parse(text, known_zone(zone)?, state.now());
    span.map_err(|why| ApiError::invalid(why.to_string()))
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
