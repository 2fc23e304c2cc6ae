//! Commands that ask the engine of the open journal. Pages have at most [`LONGEST_PAGE`] items.

use event::RecordId;
use futures::StreamExt;
use query::{
    CancellationToken, ChainsQuery, Covered, EventsQuery, ExcerptQuery, ExcerptStart, Facets,
    Filters, RecordsPage,
};
use tauri::State;
use tauri::ipc::Channel;

use super::query_text::known_zone;
use crate::AppState;
use crate::wire::{
    ApiError, ChainsPage, Comparison, EventDetail, EventsPage, LONGEST_PAGE, PageFrom,
    RecordFilters, RecordView, SearchResults, TimelineFrom, TimelinePage, View, cursor,
};

/// A page of events. A later call cancels an earlier one.
#[tauri::command]
pub(crate) async fn events(
    filters: Filters,
    from: PageFrom,
    limit: usize,
    group: bool,
    state: State<'_, AppState>,
) -> Result<EventsPage, ApiError> {
    let limit = limit.min(LONGEST_PAGE);
    let query = EventsQuery { filters, start: from.parse()?, limit, group, so_far: true };
    let (engine, token) = state.ask_latest("events")?;
    Ok(engine.events(&query, &token).await?.into())
}

/// The number of events that match. A later call cancels an earlier one.
#[tauri::command]
pub(crate) async fn count(filters: Filters, state: State<'_, AppState>) -> Result<usize, ApiError> {
    let (engine, token) = state.ask_latest("count")?;
    Ok(engine.count(&filters, &token).await?.value)
}

/// The facets of the events that match, and their histogram in the time zone with this IANA name. A
/// later call cancels an earlier one.
#[tauri::command]
pub(crate) async fn facets(
    filters: Filters,
    zone: String,
    state: State<'_, AppState>,
) -> Result<Covered<Facets>, ApiError> {
    let (engine, token) = state.ask_latest("facets")?;
    Ok(engine.facets(&filters, known_zone(&zone)?, &token).await?)
}

/// The event at an address, with its effect and its neighbours.
#[tauri::command]
pub(crate) async fn event(
    address: String,
    state: State<'_, AppState>,
) -> Result<EventDetail, ApiError> {
    let engine = state.engine()?;
    let entry = engine.event(&address, &CancellationToken::new()).await?.value;
    let timeline = state.timeline(engine, entry.event.record()).await?;
    let missing = || ApiError::missing("the event is not in its record");
    EventDetail::of(&entry, &timeline.value).ok_or_else(missing)
}

/// A record in a view.
#[tauri::command]
pub(crate) async fn record(
    id: RecordId,
    view: View,
    state: State<'_, AppState>,
) -> Result<RecordView, ApiError> {
    let view = view.parse()?;
    let query = ExcerptQuery { view, only: None, start: ExcerptStart::Skip(0), limit: 0 };
    let excerpt = state.engine()?.excerpt(&id, &query, &CancellationToken::new()).await?;
    Ok(RecordView::of(&excerpt, view, id, &state.name_fields()))
}

/// A page of a record's timeline, up to the instant `at`. `only` names a field: then only events
/// that changed it, and what is about those.
#[tauri::command]
pub(crate) async fn timeline(
    id: RecordId,
    at: Option<String>,
    only: Option<String>,
    from: TimelineFrom,
    limit: usize,
    state: State<'_, AppState>,
) -> Result<TimelinePage, ApiError> {
    let view = View { at, ..View::default() }.parse()?;
    let query = ExcerptQuery { view, only, start: from.into(), limit: limit.min(LONGEST_PAGE) };
    let excerpt = state.engine()?.excerpt(&id, &query, &CancellationToken::new()).await?;
    Ok(TimelinePage::of(&excerpt))
}

/// The names of records as they are now, in their order; null where one has none, and beyond the
/// longest page.
#[tauri::command]
pub(crate) async fn record_names(
    records: Vec<RecordId>,
    state: State<'_, AppState>,
) -> Result<Vec<Option<String>>, ApiError> {
    let (engine, token) = (state.engine()?, CancellationToken::new());
    let fields = state.name_fields();
    let mut names = Vec::with_capacity(records.len());
    for record in records.iter().take(LONGEST_PAGE) {
        names.push(match engine.state(record, event::View::NOW, &token).await {
            Ok(now) => fields.name(&record.entity_type, &now.value),
            Err(query::Error::NoSuchRecord(_)) => None,
            Err(error) => return Err(error.into()),
        });
    }
    names.resize(records.len(), None);
    Ok(names)
}

/// The differences between two views of one record.
#[tauri::command]
pub(crate) async fn compare(
    id: RecordId,
    from: View,
    to: View,
    state: State<'_, AppState>,
) -> Result<Comparison, ApiError> {
    let (from, to) = (from.parse()?, to.parse()?);
    Ok(Comparison::of(&*state.timeline(state.engine()?, id).await?, from, to))
}

/// A page of records, after the cursor `after`: of those found so far, while names are being read. Where
/// nothing has the text of the filters, of those that have it loosely.
#[tauri::command]
pub(crate) async fn records(
    filters: RecordFilters,
    after: Option<String>,
    limit: usize,
    state: State<'_, AppState>,
) -> Result<Covered<RecordsPage>, ApiError> {
    let mut query = filters.query(after.as_deref(), limit)?;
    let (engine, token) = (state.engine()?, CancellationToken::new());
    let mut page = engine.records(&query, &token).await?;
    if page.value.total == 0 && page.value.folding.is_none() && query.contains.is_some() {
        query.loosely = true;
        page = engine.records(&query, &token).await?;
    }
    Ok(page)
}

/// A page of broken value chains, after the cursor `after`: of those found so far, while records
/// are being folded.
#[tauri::command]
pub(crate) async fn chains(
    after: Option<String>,
    limit: usize,
    state: State<'_, AppState>,
) -> Result<ChainsPage, ApiError> {
    let (after, limit) = (cursor(after.as_deref())?, limit.min(LONGEST_PAGE));
    let query = ChainsQuery { after, limit, so_far: true };
    Ok(state.engine()?.chains(&query, &CancellationToken::new()).await?.into())
}

/// Searches for a text, and returns the whole results. Until then, `found` gets the results so far.
/// A later call cancels an earlier one.
#[tauri::command]
pub(crate) async fn search(
    text: String,
    found: Channel<SearchResults>,
    state: State<'_, AppState>,
) -> Result<SearchResults, ApiError> {
    let (engine, token) = state.ask_latest("search")?;
    let mut results = engine.search(&text, &token);
    while let Some(so_far) = results.next().await.transpose()? {
        if so_far.value.searched.is_none() {
            return Ok(so_far.into());
        }
        // An error means that the window is closed.
        drop(found.send(so_far.into()));
    }
    Err(ApiError::failed("the search ended before all was searched"))
}
