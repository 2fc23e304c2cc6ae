//! Questions to the journal.

use tauri::State;
use tauri::ipc::Channel;

use crate::Desk;
use crate::wire::{
    ChainsPage, Comparison, EventDetail, EventsPage, Facets, Filters, Found, LONGEST_PAGE,
    PageFrom, Problem, RecordFilters, RecordKey, RecordView, RecordsPage, TimelineFrom,
    TimelinePage, TimelinePart, View,
};

#[tauri::command]
pub(crate) async fn events(
    filters: Filters,
    from: PageFrom,
    limit: usize,
    fold: bool,
    desk: State<'_, Desk>,
) -> Result<EventsPage, Problem> {
    let query = filters.query(from, limit, fold)?;
    desk.ask_latest("events", move |journal, stop| {
        Ok(EventsPage::of(journal, journal.lines(&query, stop)?))
    })
    .await
}

/// How many events there are now.
#[tauri::command]
pub(crate) async fn count(filters: Filters, desk: State<'_, Desk>) -> Result<usize, Problem> {
    let filters = filters.parse()?;
    desk.ask_latest("count", move |journal, stop| Ok(journal.count(&filters, stop)?.value)).await
}

#[tauri::command]
pub(crate) async fn facets(filters: Filters, desk: State<'_, Desk>) -> Result<Facets, Problem> {
    let filters = filters.parse()?;
    desk.ask_latest("facets", move |journal, stop| {
        Ok(Facets::from(journal.facets(&filters, stop)?))
    })
    .await
}

#[tauri::command]
pub(crate) async fn event(address: String, desk: State<'_, Desk>) -> Result<EventDetail, Problem> {
    desk.ask(move |journal| EventDetail::of(journal, &journal.event(&address)?.value)).await
}

#[tauri::command]
pub(crate) async fn record(
    id: RecordKey,
    view: View,
    desk: State<'_, Desk>,
) -> Result<RecordView, Problem> {
    let view = view.parse()?;
    desk.ask_record(id.into(), move |journal, found| RecordView::of(journal, found, view)).await
}

#[tauri::command]
pub(crate) async fn timeline(
    id: RecordKey,
    at: Option<String>,
    only: Option<String>,
    from: TimelineFrom,
    limit: usize,
    desk: State<'_, Desk>,
) -> Result<TimelinePage, Problem> {
    let view = View { at, ..View::default() }.parse()?;
    let part = TimelinePart { view, only, from, limit: limit.min(LONGEST_PAGE) };
    desk.ask_record(id.into(), move |journal, found| TimelinePage::of(journal, found, &part)).await
}

#[tauri::command]
pub(crate) async fn compare(
    id: RecordKey,
    from: View,
    to: View,
    desk: State<'_, Desk>,
) -> Result<Comparison, Problem> {
    let (from, to) = (from.parse()?, to.parse()?);
    desk.ask_record(id.into(), move |journal, found| Comparison::of(journal, found, from, to)).await
}

#[tauri::command]
pub(crate) async fn records(
    filters: RecordFilters,
    after: Option<String>,
    limit: usize,
    desk: State<'_, Desk>,
) -> Result<RecordsPage, Problem> {
    let query = filters.query(after.as_deref(), limit)?;
    desk.ask(move |journal| Ok(RecordsPage::from(journal.records(&query)?))).await
}

#[tauri::command]
pub(crate) async fn chains(
    after: Option<String>,
    limit: usize,
    desk: State<'_, Desk>,
) -> Result<ChainsPage, Problem> {
    let after = crate::wire::cursor(after.as_deref())?;
    let limit = limit.min(LONGEST_PAGE);
    desk.ask(move |journal| Ok(ChainsPage::of(journal, journal.chains(after.as_ref(), limit)?)))
        .await
}

/// What a text can mean. `found` is told what was found so far.
#[tauri::command]
pub(crate) async fn find(
    text: String,
    found: Channel<Found>,
    desk: State<'_, Desk>,
) -> Result<Found, Problem> {
    desk.ask_latest("find", move |journal, stop| {
        // A window that is gone need not be told.
        let report = |answer| drop(found.send(Found::of(journal, answer)));
        Ok(Found::of(journal, journal.find(text.trim(), stop, report)?))
    })
    .await
}
